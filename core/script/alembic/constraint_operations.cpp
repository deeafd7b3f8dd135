// The directives that concern constraints and indexes.
#include "script/alembic/operations.hpp"

#include "script/sqlalchemy/naming.hpp"
#include "script/sqlalchemy/types.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Signature;
using lang::Value;

namespace {

void add_constraint(Target& target, const Arguments& arguments, std::string table, ops::Schema schema,
                    schema::Constraint constraint) {
    auto& session = target.session();
    auto name = conventional_name(session, constraint, table, schema, session.naming_convention);
    std::visit([&](auto& each) { each.name = name; }, constraint);
    target.add(
        {ops::AddConstraint{std::move(table), std::move(schema), std::move(constraint)}, arguments.origin()});
}

Value create_primary_key(Target& target, Call& call) {
    static const Signature signature("create_primary_key(constraint_name, table_name, columns, schema=None)");
    static const Signature in_batch("create_primary_key(constraint_name, columns)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "constraint_name"}, {"cols", "columns"}});
    schema::PrimaryKey key;
    key.name = optional_string(arguments["constraint_name"], "constraint_name");
    key.columns = names_of(arguments["columns"], "columns");
    add_constraint(target, arguments, arguments.table(), arguments.schema(), std::move(key));
    return {};
}

Value create_unique_constraint(Target& target, Call& call) {
    static const Signature signature(
        "create_unique_constraint(constraint_name, table_name, columns, schema=None, deferrable=None, "
        "initially=None, **kw)");
    static const Signature in_batch(
        "create_unique_constraint(constraint_name, columns, deferrable=None, initially=None, **kw)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "constraint_name"}, {"source", "table_name"}, {"local_cols", "columns"}});
    schema::Unique unique;
    unique.name = optional_string(arguments["constraint_name"], "constraint_name");
    unique.columns = names_of(arguments["columns"], "columns");
    unique.deferrable = optional_bool(arguments["deferrable"]);
    unique.initially = optional_string(arguments["initially"], "initially");
    unique.options = options_of(
        arguments.bound(), {"constraint_name", "table_name", "columns", "schema", "deferrable", "initially"});
    add_constraint(target, arguments, arguments.table(), arguments.schema(), std::move(unique));
    return {};
}

Value create_check_constraint(Target& target, Call& call) {
    static const Signature signature(
        "create_check_constraint(constraint_name, table_name, condition, schema=None, deferrable=None, "
        "initially=None, **kw)");
    static const Signature in_batch(
        "create_check_constraint(constraint_name, condition, deferrable=None, initially=None, **kw)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "constraint_name"}, {"source", "table_name"}});
    schema::Check check;
    check.name = optional_string(arguments["constraint_name"], "constraint_name");
    check.condition = coerce_sql(arguments["condition"]).node;
    check.deferrable = optional_bool(arguments["deferrable"]);
    check.initially = optional_string(arguments["initially"], "initially");
    check.options = options_of(arguments.bound(), {"constraint_name", "table_name", "condition", "schema",
                                                   "deferrable", "initially"});
    add_constraint(target, arguments, arguments.table(), arguments.schema(), std::move(check));
    return {};
}

Value create_foreign_key(Target& target, Call& call) {
    static const std::string rest = "onupdate=None, ondelete=None, deferrable=None, initially=None, "
                                    "match=None, referent_schema=None, use_alter=False, ";
    static const Signature signature(
        "create_foreign_key(constraint_name, source_table, referent_table, local_cols, remote_cols, " + rest +
        "source_schema=None, **kw)");
    static const Signature in_batch(
        "create_foreign_key(constraint_name, referent_table, local_cols, remote_cols, " + rest + "**kw)");
    Arguments arguments(
        target, call, signature, in_batch,
        {{"name", "constraint_name"}, {"source", "source_table"}, {"referent", "referent_table"}});
    schema::ForeignKey key;
    key.name = optional_string(arguments["constraint_name"], "constraint_name");
    key.columns = names_of(arguments["local_cols"], "local_cols");
    key.referent_table = string_of(arguments["referent_table"], "referent_table");
    key.referent_columns = names_of(arguments["remote_cols"], "remote_cols");
    key.referent_schema = optional_string(arguments["referent_schema"], "referent_schema");
    key.rule.on_update = optional_string(arguments["onupdate"], "onupdate");
    key.rule.on_delete = optional_string(arguments["ondelete"], "ondelete");
    key.rule.match = optional_string(arguments["match"], "match");
    key.rule.initially = optional_string(arguments["initially"], "initially");
    key.rule.deferrable = optional_bool(arguments["deferrable"]);
    key.rule.use_alter = arguments["use_alter"].truth();
    key.options =
        options_of(arguments.bound(), {"constraint_name", "source_table", "referent_table", "local_cols",
                                       "remote_cols", "onupdate", "ondelete", "deferrable", "initially",
                                       "match", "source_schema", "referent_schema"});
    if (key.columns.size() != key.referent_columns.size()) {
        type_error_at(arguments.origin(),
                      fmt::format("create_foreign_key(): {} local columns refer to {} remote ones",
                                  key.columns.size(), key.referent_columns.size()));
    }
    add_constraint(target, arguments, arguments.table("source_table"), arguments.schema("source_schema"),
                   std::move(key));
    return {};
}

Value create_exclude_constraint(Target& target, Call& call) {
    static const std::string rest =
        "using='gist', where=None, deferrable=None, initially=None, ops=None, name=None, ";
    static const Signature signature(
        "create_exclude_constraint(constraint_name, table_name, *elements, schema=None, " + rest + "**kw)");
    static const Signature in_batch("create_exclude_constraint(constraint_name, *elements, " + rest +
                                    "**kw)");
    Arguments arguments(target, call, signature, in_batch);
    schema::Exclude exclude = exclude_of(arguments.bound());
    exclude.name = optional_string(arguments["constraint_name"], "constraint_name");
    add_constraint(target, arguments, arguments.table(), arguments.schema(), std::move(exclude));
    return {};
}

// A name is wrapped by the convention when the constraint is dropped, as when it was made: the kind decides.
std::string dropped_name(Session& session, const std::string& name, const std::optional<std::string>& type,
                         const std::string& table, const ops::Schema& schema) {
    schema::Constraint constraint = schema::Exclude{};
    if (type == "check")
        constraint = schema::Check{};
    else if (type == "unique")
        constraint = schema::Unique{};
    else if (type == "primary")
        constraint = schema::PrimaryKey{};
    else if (type == "foreignkey")
        constraint = schema::ForeignKey{};
    else
        return name;
    std::visit([&](auto& each) { each.name = name; }, constraint);
    return conventional_name(session, constraint, table, schema, session.naming_convention).value_or(name);
}

Value drop_constraint(Target& target, Call& call) {
    static const Signature signature(
        "drop_constraint(constraint_name, table_name, type_=None, schema=None, if_exists=None)");
    static const Signature in_batch("drop_constraint(constraint_name, type_=None, if_exists=None)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "constraint_name"}, {"tablename", "table_name"}, {"type", "type_"}});
    auto type = optional_string(arguments["type_"], "type_");
    if (type && type != "foreignkey" && type != "primary" && type != "unique" && type != "check") {
        type_error_at(
            arguments.bound().place_of("type_"),
            fmt::format(
                "drop_constraint(): expected type_ 'foreignkey', 'primary', 'unique' or 'check', got '{}'",
                *type));
    }
    if (arguments["constraint_name"].is_none()) {
        Error error(Fault::script, "a constraint is dropped by its name, and this one has none");
        error.at(arguments.bound().place_of("constraint_name"));
        throw error.hint("look its name up in the database and write it here");
    }
    std::string table = arguments.table();
    auto schema = arguments.schema();
    std::string name = dropped_name(
        target.session(), string_of(arguments["constraint_name"], "constraint_name"), type, table, schema);
    target.add(
        {ops::DropConstraint{name, table, schema, type, arguments["if_exists"].truth()}, arguments.origin()});
    return {};
}

Value create_index(Target& target, Call& call) {
    static const Signature signature("create_index(index_name, table_name, columns, schema=None, "
                                     "unique=False, quote=None, if_not_exists=None, "
                                     "info=None, **kw)");
    static const Signature in_batch(
        "create_index(index_name, columns, unique=False, quote=None, if_not_exists=None, info=None, **kw)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "index_name"}, {"tablename", "table_name"}, {"fields", "columns"}});
    schema::Index index;
    index.name = optional_string(arguments["index_name"], "index_name");
    index.table = arguments.table();
    index.schema = arguments.schema();
    const Value& columns = arguments["columns"];
    bool one = columns.is_string() || columns.native<ExpressionObject>();
    std::vector<Value> elements = one ? std::vector<Value>{columns} : columns.to_vector();
    index.elements = index_elements(elements);
    index.unique = arguments["unique"].truth();
    index.options = options_of(arguments.bound(),
                               {"index_name", "table_name", "columns", "schema", "unique", "if_not_exists"});
    index.name = conventional_index_name(target.session(), index, target.session().naming_convention);
    target.add({ops::CreateIndex{std::move(index), arguments["if_not_exists"].truth()}, arguments.origin()});
    return {};
}

Value drop_index(Target& target, Call& call) {
    static const Signature signature("drop_index(index_name, table_name=None, schema=None, if_exists=None, "
                                     "unique=None, info=None, columns=None, **kw)");
    static const Signature in_batch(
        "drop_index(index_name, if_exists=None, unique=None, info=None, columns=None, **kw)");
    Arguments arguments(target, call, signature, in_batch,
                        {{"name", "index_name"}, {"tablename", "table_name"}});
    auto table = target.batch() ? std::optional<std::string>(target.batch()->table)
                                : optional_string(arguments["table_name"], "table_name");
    target.add(
        {ops::DropIndex{string_of(arguments["index_name"], "index_name"), table, arguments.schema(),
                        arguments["if_exists"].truth(),
                        options_of(arguments.bound(), {"index_name", "table_name", "schema", "if_exists"})},
         arguments.origin()});
    return {};
}

} // namespace

const std::map<std::string_view, Directive, std::less<>>& constraint_directives() {
    static const std::map<std::string_view, Directive, std::less<>> table{
        {"create_primary_key", create_primary_key},
        {"create_unique_constraint", create_unique_constraint},
        {"create_check_constraint", create_check_constraint},
        {"create_foreign_key", create_foreign_key},
        {"create_exclude_constraint", create_exclude_constraint},
        {"drop_constraint", drop_constraint},
        {"create_index", create_index},
        {"drop_index", drop_index},
    };
    return table;
}

} // namespace orch::script
