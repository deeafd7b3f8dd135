// What a SELECT takes rows from beside tables: subqueries, WITH, VALUES, functions of rows, and aliases of
// all of them.
#pragma once

#include "script/sqlalchemy/statements.hpp"

namespace orch::script {

/// select(...).cte("name"): grows by union() into a recursive one.
class CteObject : public FromObject {
  public:
    CteObject(Session& session, sql::Cte cte, lang::Value statement)
        : FromObject(session), cte(std::move(cte)), statement(std::move(statement)) {}
    std::string type_name() const override { return "CTE"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    void clear() override;

    sql::Cte cte;
    lang::Value statement;
};

/// A name that is given when the statement is complete: anon_1, account_1, in the order of their use.
std::string anonymous_name(Session& session, std::string_view stem);

/// select.subquery(), .alias() and .lateral(); an empty name is an anonymous one.
lang::Value make_subquery(const lang::Value& select, std::string name, bool lateral);
/// `grown_from`: the one that union() added to, which it stands for from here on.
lang::Value make_cte(Session& session, const lang::Value& statement, std::string name, bool recursive,
                     const sql::Cte* grown_from = nullptr);
/// A table, CTE, subquery or function of rows under another name.
lang::Value make_alias(const lang::Value& from, std::string name);
/// A function of rows as a source: func.json_each(x).table_valued("key", "value"). `ordinality`: the last of
/// the columns counts the rows.
lang::Value make_table_function(Session& session, const Expr& function, std::string name,
                                const std::vector<lang::Value>& columns, bool ordinality);
/// What only an alias of a function of rows has: lateral() and render_derived(). Nothing for other names.
std::optional<lang::Value> function_alias_method(AliasObject& alias, std::string_view name);

/// values, lateral, alias, subquery
const Members& source_members();

} // namespace orch::script
