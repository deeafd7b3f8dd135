// select(), insert(), update() and delete() as scripts see them: each method gives a changed copy.
#pragma once

#include "script/sqlalchemy/tables.hpp"

namespace orch::script {

class SelectObject : public lang::Native {
  public:
    explicit SelectObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "Select"; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    Session& session() const { return session_; }

    /// The statement with its FROM list: what was named with select_from(), else where the columns come from.
    /// `outermost`: its rows are what the script gets.
    sql::Select statement(bool outermost = false) const;
    /// As a scalar subquery.
    Expr scalar() const;
    lang::Value copy() const;
    void clear() override;

    sql::Select select;
    std::vector<lang::Value> columns; ///< expressions, in order
    std::vector<SourcePtr> named;     ///< select_from()
    std::vector<SourcePtr> found;     ///< from columns
    std::vector<SourcePtr> found_in_where;
    std::vector<lang::Value>
        sources; ///< the FromObjects that were named so far, for joins without a condition
    std::vector<lang::Value> entities;                    ///< what was asked for, as it was given
    std::vector<lang::Value> entities_joined;             ///< what was joined, as it was given
    std::vector<std::pair<SourcePtr, std::string>> hints; ///< with_hint()
    bool labels = false; ///< columns are called as their table and they: account_id
    std::vector<TypePtr> types() const;
    std::vector<std::string> keys() const;

  private:
    Session& session_;
};

/// insert(), update() or delete() of one table.
class DmlObject : public lang::Native {
  public:
    enum Kind { insert, update, delete_ };
    DmlObject(Session& session, Kind kind, lang::Value table)
        : kind(kind), table(std::move(table)), session_(session) {}
    std::string type_name() const override {
        return kind == insert ? "Insert" : kind == update ? "Update" : "Delete";
    }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    void clear() override;
    Session& session() const { return session_; }

    /// The statement; `rows` are parameter sets given when it is executed (dicts by column), which add to
    /// values().
    sql::Query statement(const std::vector<lang::Value>& rows = {}) const;
    lang::Value copy() const;

    Kind kind;
    lang::Value table;
    std::vector<std::vector<std::pair<std::string, lang::Value>>> values; ///< rows of values()
    std::vector<std::string> select_columns;                              ///< from_select()
    lang::Value select;
    std::vector<sql::ExpressionPtr> where;
    std::vector<SourcePtr> froms;
    std::vector<sql::ExpressionPtr> returning;
    std::vector<TypePtr> returning_types;
    std::vector<std::string> returning_keys;
    std::vector<std::string> prefixes;
    std::string hint;    ///< with_hint()
    std::string dialect; ///< of postgresql.insert() and its like: which has on_conflict_...
    std::optional<sql::OnConflict> on_conflict;
    std::vector<sql::Assignment> on_duplicate_key;
    bool ordered = false; ///< UPDATE: in the order given, not in the table's
    bool defaults = true; ///< from_select(): columns that it does not name get what their default= says
    bool many = false;    ///< values([...]): one statement of many rows, not many executions

  private:
    sql::Insert make_insert(const std::vector<lang::Value>& rows) const;
    sql::Update make_update(const std::vector<lang::Value>& rows) const;
    sql::Delete make_delete() const;

    Session& session_;
};

/// table.select(), with 1.x's whereclause.
lang::Value select_from(const lang::Value& from, lang::Call& call);
/// table.insert(), table.update(), table.delete().
lang::Value make_dml(const std::string& word, const lang::Value& table, lang::Call& call);
/// insert() of a dialect's module, which knows that dialect's way with conflicts; nothing for other names.
std::optional<lang::Value> dialect_insert(Session& session, std::string_view dialect, std::string_view name);
/// An INSERT of rows given as dicts (op.bulk_insert()), with the table's Python-side defaults.
sql::Insert insert_rows(const TableObject& table, const std::vector<lang::Value>& rows, const Place& origin);

/// Any statement that execute() takes: text(), a select, DML, an expression to select. `rows` are the
/// parameter sets (dicts) that were given with it: an INSERT takes them all, any other statement runs once
/// for each. Throws a TypeError for what is no statement.
std::vector<sql::Query> queries_of(const lang::Value& statement, const std::vector<lang::Value>& rows,
                                   const Place& origin);
/// The types of the columns that a statement's result has, where they are known.
std::vector<TypePtr> result_types(const lang::Value& statement, const std::vector<std::string>& columns);

/// select, insert, update, delete, union, exists, ...
const Members& statement_members();
const Members& select_members(); ///< of those, the ones in select.cpp

} // namespace orch::script
