// The directives that concern tables and columns, and execute() and bulk_insert().
#include "script/alembic/operations.hpp"

#include "script/sqlalchemy/ddl.hpp"
#include "script/sqlalchemy/naming.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Signature;
using lang::Value;

namespace {

bool has_old_name(const Call& call, std::initializer_list<OldName> old_names) {
    return std::any_of(old_names.begin(), old_names.end(), [&](const OldName& name) {
        return call.keyword(name.old) && !call.keyword(name.now);
    });
}

std::vector<Call::Keyword> translated(const Call& call, std::initializer_list<OldName> old_names) {
    std::vector<Call::Keyword> result(call.keywords().begin(), call.keywords().end());
    for (auto& keyword : result) {
        for (const auto& [old, now] : old_names) {
            if (keyword.name.as_string() == old && !call.keyword(now)) keyword.name = Value(now);
        }
    }
    return result;
}

} // namespace

// A call with older names becomes a call of today's names; it has no expressions to point at but the whole.
Arguments::Arguments(Target& target, Call& call, const Signature& signature, const Signature& batch_signature,
                     std::initializer_list<OldName> old_names)
    : keywords_(translated(call, old_names)),
      call_(has_old_name(call, old_names) ? Call(call.interpreter(), call.args(), keywords_, nullptr) : call),
      bound_((target.batch() ? batch_signature : signature).bind(call_)), batch_(target.batch()),
      origin_(call.place()) {}

std::string Arguments::table(std::string_view parameter) const {
    return batch_ ? batch_->table : string_of(bound_[parameter], parameter);
}

ops::Schema Arguments::schema(std::string_view parameter) const {
    return batch_ ? batch_->schema : optional_string(bound_[parameter], parameter);
}

namespace {

// --- Tables.

Value create_table(Target& target, Call& call) {
    static const Signature signature(
        "create_table(table_name, *columns, if_not_exists=None, schema=None, comment=None, prefixes=None, "
        "info=None, "
        "quote=None, keep_existing=None, extend_existing=None, listeners=None, implicit_returning=None, "
        "autoload_with=None, autoload=None, _constraints_included=False, **kw)");
    Arguments arguments(target, call, signature, signature, {{"name", "table_name"}});
    Value table =
        make_table(target.session(), arguments.table(), arguments.bound().rest(), arguments.bound(), Value());
    target.add(
        {ops::CreateTable{table.native<TableObject>()->definition(), arguments["if_not_exists"].truth()},
         arguments.origin()});
    return table;
}

Value drop_table(Target& target, Call& call) {
    static const Signature signature("drop_table(table_name, schema=None, if_exists=None, **kw)");
    Arguments arguments(target, call, signature, signature, {{"name", "table_name"}});
    target.add({ops::DropTable{arguments.table(), arguments.schema(), arguments["if_exists"].truth(),
                               options_of(arguments.bound(), {"table_name", "schema", "if_exists"})},
                arguments.origin()});
    return {};
}

Value rename_table(Target& target, Call& call) {
    static const Signature signature("rename_table(old_table_name, new_table_name, schema=None)");
    Arguments arguments(target, call, signature, signature);
    target.add(
        {ops::RenameTable{arguments.table("old_table_name"),
                          string_of(arguments["new_table_name"], "new_table_name"), arguments.schema()},
         arguments.origin()});
    return {};
}

Value create_table_comment(Target& target, Call& call) {
    static const Signature signature(
        "create_table_comment(table_name, comment, existing_comment=None, schema=None)");
    static const Signature in_batch("create_table_comment(comment, existing_comment=None)");
    Arguments arguments(target, call, signature, in_batch);
    target.add({ops::TableComment{arguments.table(), arguments.schema(),
                                  optional_string(arguments["comment"], "comment"),
                                  optional_string(arguments["existing_comment"], "existing_comment")},
                arguments.origin()});
    return {};
}

Value drop_table_comment(Target& target, Call& call) {
    static const Signature signature("drop_table_comment(table_name, existing_comment=None, schema=None)");
    static const Signature in_batch("drop_table_comment(existing_comment=None)");
    Arguments arguments(target, call, signature, in_batch);
    target.add({ops::TableComment{arguments.table(), arguments.schema(), std::nullopt,
                                  optional_string(arguments["existing_comment"], "existing_comment")},
                arguments.origin()});
    return {};
}

// --- Columns.

// Names from the convention, and what unique=True and index=True stand for beside the column.
struct AddedColumn {
    schema::Table table; // of the one column

    AddedColumn(Session& session, std::string name, ops::Schema schema_name, const schema::Column& column) {
        table.name = std::move(name);
        table.schema = std::move(schema_name);
        table.columns = {column};
        auto& added = table.columns[0];
        for (auto& key : added.foreign_keys) key.columns = {added.name};
        if (added.index) {
            table.indexes.push_back(index_of_column(table, added));
        } else if (added.unique) {
            table.constraints.emplace_back(schema::Unique{std::nullopt, {added.name}, {}, {}, {}});
        }
        added.unique = added.index = false;
        bool primary = std::exchange(added.primary_key,
                                     false); // a primary key of one's own is not this column's to name
        apply_naming_convention(session, table, session.naming_convention);
        added.primary_key = primary;
    }
};

Value add_column(Target& target, Call& call) {
    static const Signature signature(
        "add_column(table_name, column, schema=None, if_not_exists=None, inline_references=None, "
        "inline_primary_key=None, **kw)");
    static const Signature in_batch("add_column(column, insert_before=None, insert_after=None, "
                                    "if_not_exists=None, inline_references=None, "
                                    "inline_primary_key=None, **kw)");
    Arguments arguments(target, call, signature, in_batch);
    auto* column = arguments["column"].native<ColumnObject>();
    if (!column) {
        type_error_at(
            arguments.bound().place_of("column"),
            fmt::format("add_column() takes sa.Column(...), got {}", described(arguments["column"])));
    }
    AddedColumn added(target.session(), arguments.table(), arguments.schema(), column->column);
    ops::AddColumn action{added.table.name,
                          added.table.schema,
                          added.table.columns[0],
                          arguments["if_not_exists"].truth(),
                          arguments["inline_references"].truth(),
                          arguments["inline_primary_key"].truth()};
    auto position = [&](const char* name) {
        return target.batch() ? optional_string(arguments[name], name) : std::nullopt;
    };
    target.add({std::move(action), arguments.origin()}, position("insert_before"), position("insert_after"));
    for (auto& constraint : added.table.constraints) {
        target.add({ops::AddConstraint{added.table.name, added.table.schema, std::move(constraint)},
                    arguments.origin()});
    }
    for (auto& index : indexes_of_type(*column, added.table)) added.table.indexes.push_back(std::move(index));
    for (auto& index : added.table.indexes)
        target.add({ops::CreateIndex{std::move(index), false}, arguments.origin()});
    return {};
}

Value drop_column(Target& target, Call& call) {
    static const Signature signature(
        "drop_column(table_name, column_name, schema=None, if_exists=None, **kw)");
    static const Signature in_batch("drop_column(column_name, if_exists=None, **kw)");
    // What Alembic's batches need to know of the column and its type's CHECK: the table says that here.
    static const std::vector<std::string> ignored{"existing_type", "existing_nullable",
                                                  "existing_server_default", "existing_comment"};
    Arguments arguments(target, call, signature, in_batch);
    target.add({ops::DropColumn{arguments.table(), names_of(arguments["column_name"], "column_name").at(0),
                                arguments.schema(), arguments["if_exists"].truth(),
                                options_of(arguments.bound(),
                                           {"table_name", "column_name", "schema", "if_exists"}, ignored)},
                arguments.origin()});
    return {};
}

// False leaves a thing as it is, None drops it.
bool is_given(const Value& value) { return !(value.is(lang::Type::boolean) && !value.as_bool()); }

void set_new_default(ops::AlterColumn& action, const Value& value) {
    if (!is_given(value)) return;
    if (auto* identity = value.native<IdentityObject>()) {
        action.identity = {true, identity->identity};
    } else if (auto* computed = value.native<ComputedObject>()) {
        action.computed = {true, computed->computed};
    } else {
        action.server_default.given = true;
        if (!value.is_none()) action.server_default.value = server_default_of(value);
    }
}

Value alter_column(Target& target, Call& call) {
    static const std::string rest =
        "nullable=None, comment=False, server_default=False, new_column_name=None, type_=None, "
        "existing_type=None, "
        "existing_server_default=False, existing_nullable=None, existing_comment=None, autoincrement=None, "
        "existing_autoincrement=None, ";
    static const Signature signature("alter_column(table_name, column_name, " + rest + "schema=None, **kw)");
    static const Signature in_batch("alter_column(column_name, " + rest +
                                    "insert_before=None, insert_after=None, **kw)");
    static const std::vector<std::string> parameters{"nullable",
                                                     "comment",
                                                     "server_default",
                                                     "new_column_name",
                                                     "type_",
                                                     "existing_type",
                                                     "existing_server_default",
                                                     "existing_nullable",
                                                     "existing_comment",
                                                     "autoincrement",
                                                     "existing_autoincrement",
                                                     "schema"};
    Arguments arguments(target, call, signature, in_batch, {{"name", "new_column_name"}});
    ops::AlterColumn action;
    action.table = arguments.table();
    action.schema = arguments.schema();
    action.column = names_of(arguments["column_name"], "column_name").at(0);
    action.nullable = optional_bool(arguments["nullable"]);
    action.name = optional_string(arguments["new_column_name"], "new_column_name");
    if (is_given(arguments["comment"]))
        action.comment = {true, optional_string(arguments["comment"], "comment")};
    set_new_default(action, arguments["server_default"]);
    if (!arguments["type_"].is_none()) action.type = type_of(arguments["type_"], "type_");
    if (!arguments["existing_type"].is_none())
        action.existing_type = type_of(arguments["existing_type"], "existing_type");
    const Value& existing = arguments["existing_server_default"];
    if (auto* identity = existing.native<IdentityObject>()) {
        action.existing_identity = identity->identity;
        if (action.server_default.given && !action.server_default.value) { // None drops what is there
            action.server_default = {};
            action.identity.given = true;
        }
    }
    if (existing.native<ComputedObject>() && action.server_default.given) { // neither None nor a value can
        action.server_default = {};
        action.computed.given = true;
    }
    if (is_given(existing) && !existing.native<IdentityObject>() && !existing.native<ComputedObject>()) {
        action.existing_server_default.given = true;
        if (!existing.is_none()) action.existing_server_default.value = server_default_of(existing);
    }
    action.existing_nullable = optional_bool(arguments["existing_nullable"]);
    action.existing_comment = optional_string(arguments["existing_comment"], "existing_comment");
    action.autoincrement = optional_bool(arguments["autoincrement"]);
    action.existing_autoincrement = optional_bool(arguments["existing_autoincrement"]);
    // Arguments of Column that an ALTER has no use for: Alembic takes them and does nothing with them.
    static const std::vector<std::string> ignored{"default",     "onupdate", "index", "unique",
                                                  "primary_key", "doc",      "info",  "existing_default"};
    action.options = options_of(arguments.bound(), parameters, ignored);
    auto position = [&](const char* name) {
        return target.batch() ? optional_string(arguments[name], name) : std::nullopt;
    };
    target.add({std::move(action), arguments.origin()}, position("insert_before"), position("insert_after"));
    return {};
}

// --- execute() and bulk_insert().

Value execute_directive(Target& target, Call& call) {
    static const Signature signature("execute(sqltext, execution_options=None)");
    Arguments arguments(target, call, signature, signature, {{"sql", "sqltext"}});
    const Value& statement = arguments["sqltext"];
    if (statement.is_string()) {
        sql::Text text{std::string(statement.as_string()), {}};
        require_values(text, {}, arguments.origin());
        target.add({ops::Execute{std::move(text)}, arguments.origin()});
    } else if (auto* ddl = statement.native<DdlObject>()) {
        target.add({ddl->action(), arguments.origin()});
    } else {
        for (auto& query : queries_of(statement, {}, arguments.origin()))
            target.add({ops::Execute{std::move(query)}, arguments.origin()});
    }
    return {};
}

// Rows with the same columns go together, as one statement with many parameter sets.
std::vector<std::vector<Value>> by_columns(const std::vector<Value>& rows) {
    std::vector<std::vector<Value>> groups;
    std::vector<std::vector<std::string>> keys;
    for (const auto& row : rows) {
        if (!row.is(lang::Type::dict))
            lang::raise_error("TypeError", fmt::format("bulk_insert() takes a list of dicts, got {} in it",
                                                       described(row)));
        std::vector<std::string> names;
        for (const auto& [key, value] : row.entries()) names.push_back(key.str());
        std::sort(names.begin(), names.end());
        if (keys.empty() || keys.back() != names) {
            groups.emplace_back();
            keys.push_back(names);
        }
        groups.back().push_back(row);
    }
    return groups;
}

Value bulk_insert(Target& target, Call& call) {
    static const Signature signature("bulk_insert(table, rows, multiinsert=True)");
    Arguments arguments(target, call, signature, signature);
    auto* table = arguments["table"].native<TableObject>();
    if (!table) {
        type_error_at(
            arguments.bound().place_of("table"),
            fmt::format("bulk_insert() takes a table such as sa.table(\"name\", sa.column(\"id\")), got {}",
                        described(arguments["table"])));
    }
    if (!arguments["rows"].is(lang::Type::list) && !arguments["rows"].is(lang::Type::tuple)) {
        type_error_at(arguments.bound().place_of("rows"), "bulk_insert() takes a list of dicts");
    }
    for (const auto& group : by_columns(arguments["rows"].to_vector())) {
        sql::Insert insert = insert_rows(*table, group, arguments.origin());
        insert.multiinsert = arguments["multiinsert"].truth();
        target.add({ops::BulkInsert{std::move(insert)}, arguments.origin()});
    }
    return {};
}

Value inline_literal(Target& target, Call& call) {
    static const Signature signature("inline_literal(value, type_=None)");
    auto bound = signature.bind(call);
    TypePtr type = bound["type_"].is_none()
                       ? nullptr
                       : std::make_shared<const schema::Type>(type_of(bound["type_"], "type_"));
    return make_expression(target.session(),
                           {sql::make({sql::Literal{datum_of(bound["value"], type), type}}), type});
}

Value final_name(Target& target, Call& call) {
    static const Signature signature("f(name)");
    std::string name = string_of(signature.bind(call)["name"], "name");
    if (target.session().database) name = target.session().database->fitting_name(std::move(name));
    target.session().final_names.insert(name);
    return Value(name);
}

} // namespace

const std::map<std::string_view, Directive, std::less<>>& directives() {
    static const std::map<std::string_view, Directive, std::less<>> table = [] {
        std::map<std::string_view, Directive, std::less<>> result{
            {"create_table", create_table},
            {"drop_table", drop_table},
            {"rename_table", rename_table},
            {"create_table_comment", create_table_comment},
            {"drop_table_comment", drop_table_comment},
            {"add_column", add_column},
            {"drop_column", drop_column},
            {"alter_column", alter_column},
            {"execute", execute_directive},
            {"bulk_insert", bulk_insert},
            {"inline_literal", inline_literal},
            {"f", final_name},
        };
        result.insert(constraint_directives().begin(), constraint_directives().end());
        return result;
    }();
    return table;
}

bool is_batch_directive(std::string_view name) {
    return directives().contains(name) && name != "create_table" && name != "drop_table" &&
           name != "rename_table" && name != "bulk_insert";
}

} // namespace orch::script
