// sa.inspect(bind): what a script may ask about a database, in the words of SQLAlchemy's Inspector. The
// answers are made of a schema::Catalog.
#include "script/sqlalchemy/inspector.hpp"

#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;

namespace {

using Entries = std::vector<std::pair<Value, Value>>;

void put(Entries& entries, const char* name, Value value) {
    entries.emplace_back(Value(name), std::move(value));
}

Value names_list(const std::vector<std::string>& names) {
    return Value::list(std::vector<Value>(names.begin(), names.end()));
}

Value or_none(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

// --- Expressions as a database would show them: what reading one gives is SQL as it stands; what the
// operations of a script made is simple.

std::string text_of(const sql::ExpressionPtr& expression);

std::string text_of(const sql::Datum& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return "'" + replace_all(*text, "'", "''") + "'";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* decimal = std::get_if<sql::Decimal>(&value)) return decimal->digits;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return "NULL";
}

struct ExpressionText {
    std::string operator()(const sql::Text& text) const { return text.sql; }
    std::string operator()(const sql::Literal& literal) const { return text_of(literal.value); }
    std::string operator()(const sql::ColumnRef& column) const { return column.name; }
    std::string operator()(const sql::Function& function) const {
        std::vector<std::string> arguments;
        for (const auto& argument : function.arguments) arguments.push_back(text_of(argument));
        return fmt::format("{}({})", join(function.name, "."), join(arguments, ", "));
    }
    std::string operator()(const sql::Binary& binary) const {
        return fmt::format("{} {} {}", text_of(binary.left), binary.op, text_of(binary.right));
    }
    std::string operator()(const sql::Chain& chain) const {
        std::vector<std::string> operands;
        for (const auto& operand : chain.operands) operands.push_back(text_of(operand));
        return join(operands, chain.op == "," ? ", " : " " + chain.op + " ");
    }
    std::string operator()(const sql::Label& label) const { return text_of(label.operand); }
    std::string operator()(const sql::Cast& cast) const { return text_of(cast.operand); }
    std::string operator()(sql::Constant constant) const {
        return constant == sql::Constant::null ? "NULL" : constant == sql::Constant::true_ ? "true" : "false";
    }
    std::string operator()(const auto&) const { return "..."; }
};

std::string text_of(const sql::ExpressionPtr& expression) {
    return expression ? std::visit(ExpressionText{}, expression->node) : "";
}

// --- The parts of a table.

Value column_dict(Session& session, const schema::Column& column) {
    Entries entries;
    put(entries, "name", Value(column.name));
    put(entries, "type", make_type(session, column.type));
    put(entries, "nullable", Value(column.is_nullable()));
    put(entries, "default", column.server_default ? Value(text_of(column.server_default)) : Value());
    put(entries, "autoincrement", Value(column.autoincrement == schema::Autoincrement::yes));
    put(entries, "comment", or_none(column.comment));
    put(entries, "primary_key", Value(static_cast<std::int64_t>(column.primary_key)));
    if (column.computed)
        put(entries, "computed",
            Value::dict({{Value("sqltext"), Value(text_of(column.computed->expression))},
                         {Value("persisted"), Value(column.computed->persisted.value_or(false))}}));
    if (column.identity)
        put(entries, "identity",
            Value::dict({{Value("always"), Value(column.identity->always)},
                         {Value("start"), Value(column.identity->start.value_or(1))},
                         {Value("increment"), Value(column.identity->increment.value_or(1))}}));
    return Value::dict(entries);
}

Value index_dict(const schema::Index& index) {
    std::vector<Value> columns, expressions;
    bool plain = true;
    for (const auto& element : index.elements) {
        columns.push_back(element.column.empty() ? Value() : Value(element.column));
        expressions.push_back(Value(element.column.empty() ? text_of(element.expression) : element.column));
        plain = plain && !element.column.empty();
    }
    Entries entries;
    put(entries, "name", or_none(index.name));
    put(entries, "column_names", Value::list(std::move(columns)));
    if (!plain) put(entries, "expressions", Value::list(std::move(expressions)));
    put(entries, "unique", Value(index.unique));
    const auto duplicates = index.options.find("duplicates_constraint");
    if (duplicates != index.options.end())
        if (const auto* name = std::get_if<std::string>(&duplicates->second.value))
            put(entries, "duplicates_constraint", Value(*name));
    put(entries, "dialect_options", Value::dict());
    return Value::dict(entries);
}

Value rule_dict(const schema::ForeignKeyOptions& rule) {
    Entries entries;
    if (rule.on_delete) put(entries, "ondelete", Value(*rule.on_delete));
    if (rule.on_update) put(entries, "onupdate", Value(*rule.on_update));
    if (rule.deferrable) put(entries, "deferrable", Value(*rule.deferrable));
    if (rule.initially) put(entries, "initially", Value(*rule.initially));
    if (rule.match) put(entries, "match", Value(*rule.match));
    return Value::dict(entries);
}

Value dict_of(const schema::ForeignKey& key) {
    Entries entries;
    put(entries, "name", or_none(key.name));
    put(entries, "constrained_columns", names_list(key.columns));
    put(entries, "referred_schema", or_none(key.referent_schema));
    put(entries, "referred_table", Value(key.referent_table));
    put(entries, "referred_columns", names_list(key.referent_columns));
    put(entries, "options", rule_dict(key.rule));
    put(entries, "comment", Value());
    return Value::dict(entries);
}

Value dict_of(const schema::Unique& unique) {
    return Value::dict({{Value("name"), or_none(unique.name)},
                        {Value("column_names"), names_list(unique.columns)},
                        {Value("comment"), Value()}});
}

Value dict_of(const schema::Check& check) {
    return Value::dict({{Value("name"), or_none(check.name)},
                        {Value("sqltext"), Value(text_of(check.condition))},
                        {Value("comment"), Value()}});
}

template <class Kind>
Value constraints(const schema::Table& table) {
    std::vector<Value> found;
    for (const auto& each : table.constraints)
        if (const auto* one = std::get_if<Kind>(&each)) found.push_back(dict_of(*one));
    return Value::list(std::move(found));
}

Value primary_key(const schema::Table& table) {
    schema::PrimaryKey key;
    for (const auto& each : table.constraints)
        if (const auto* one = std::get_if<schema::PrimaryKey>(&each)) key = *one;
    return Value::dict(
        {{Value("constrained_columns"), names_list(key.columns)}, {Value("name"), or_none(key.name)}});
}

Value columns_list(Session& session, const std::vector<schema::Column>& columns) {
    std::vector<Value> found;
    for (const auto& column : columns) found.push_back(column_dict(session, column));
    return Value::list(std::move(found));
}

Value indexes(const std::vector<schema::Index>& all) {
    std::vector<Value> found;
    for (const auto& index : all) found.push_back(index_dict(index));
    return Value::list(std::move(found));
}

// --- Questions about one table.

struct Asked {
    Session& session;
    std::string name;
    std::optional<std::string> schema;
    schema::Catalog catalog;

    Asked(Session& the_session, Call& call)
        : session(the_session), name(string_of(call.get(0, "table_name"), "table_name")),
          schema(optional_string(call.get(1, "schema"), "schema")),
          catalog(database_of(the_session, call.place()).reflect(schema, {name}, call.place())) {}

    [[noreturn]] void missing() const { raise_sqlalchemy(session, "NoSuchTableError", name); }
    const schema::Table& table() const {
        const auto* found = catalog.table(name, schema);
        if (!found) missing();
        return *found;
    }
};

using TableQuestion = Value (*)(const Asked& asked);

Value get_columns(const Asked& asked) {
    if (const auto* view = asked.catalog.view(asked.name, asked.schema))
        return columns_list(asked.session, view->columns);
    return columns_list(asked.session, asked.table().columns);
}

Value get_indexes(const Asked& asked) {
    if (const auto* view = asked.catalog.view(asked.name, asked.schema)) return indexes(view->indexes);
    return indexes(asked.table().indexes);
}

Value get_view_definition(const Asked& asked) {
    const auto* view = asked.catalog.view(asked.name, asked.schema);
    if (!view) asked.missing();
    return Value(view->definition);
}

const std::map<std::string_view, TableQuestion, std::less<>>& table_questions() {
    static const std::map<std::string_view, TableQuestion, std::less<>> table{
        {"get_columns", get_columns},
        {"get_indexes", get_indexes},
        {"get_pk_constraint", [](const Asked& asked) { return primary_key(asked.table()); }},
        {"get_foreign_keys",
         [](const Asked& asked) { return constraints<schema::ForeignKey>(asked.table()); }},
        {"get_unique_constraints",
         [](const Asked& asked) { return constraints<schema::Unique>(asked.table()); }},
        {"get_check_constraints",
         [](const Asked& asked) { return constraints<schema::Check>(asked.table()); }},
        {"get_table_comment",
         [](const Asked& asked) {
             return Value::dict({{Value("text"), or_none(asked.table().comment)}});
         }},
        {"get_table_options", [](const Asked& asked) { return asked.table(), Value::dict(); }},
        {"get_view_definition", get_view_definition},
    };
    return table;
}

// --- Questions about a schema.

schema::Catalog whole(Session& session, Call& call, std::size_t position = 0) {
    const auto schema = optional_string(call.get(position, "schema"), "schema");
    return database_of(session, call.place()).reflect(schema, {}, call.place());
}

template <class Things>
Value names_of_all(const Things& things) {
    std::vector<Value> names;
    for (const auto& each : things) names.emplace_back(each.name);
    return Value::list(std::move(names));
}

Value get_views(Session& session, Call& call, bool materialized) {
    std::vector<Value> names;
    for (const auto& view : whole(session, call).views)
        if (view.materialized == materialized) names.emplace_back(view.name);
    return Value::list(std::move(names));
}

Value get_enums(Session& session, Call& call) {
    std::vector<Value> found;
    for (const auto& each : whole(session, call).enums)
        found.push_back(Value::dict({{Value("name"), Value(each.name)},
                                     {Value("schema"), or_none(each.schema)},
                                     {Value("visible"), Value(true)},
                                     {Value("labels"), names_list(each.values)}}));
    return Value::list(std::move(found));
}

Value get_table_names(Session& session, Call& call) {
    const auto schema = optional_string(call.get(0, "schema"), "schema");
    return names_list(database_of(session, call.place()).table_names(schema, call.place()));
}

Value has_table(Session& session, Call& call) {
    const auto schema = optional_string(call.get(1, "schema"), "schema");
    const auto name = string_of(call.get(0, "table_name"), "table_name");
    return Value(database_of(session, call.place()).has_table(name, schema, call.place()));
}

Value has_index(Session& session, Call& call) {
    const Value schema = call.get(2, "schema");
    const std::string table = string_of(call.get(0, "table_name"), "table_name");
    const std::string index = string_of(call.get(1, "index_name"), "index_name");
    const auto at = optional_string(schema, "schema");
    const auto catalog = database_of(session, call.place()).reflect(at, {table}, call.place());
    const auto* found = catalog.table(table, at);
    return Value(found &&
                 std::ranges::any_of(found->indexes, [&](const auto& each) { return each.name == index; }));
}

Value has_schema(Session& session, Call& call) {
    const auto schemas = database_of(session, call.place()).reflect({}, {}, call.place()).schemas;
    return Value(std::ranges::find(schemas, string_of(call.get(0, "schema_name"), "schema_name")) !=
                 schemas.end());
}

Value has_sequence(Session& session, Call& call) {
    const auto sequences = whole(session, call, 1).sequences;
    const std::string name = string_of(call.get(0, "sequence_name"), "sequence_name");
    return Value(std::ranges::any_of(sequences, [&](const auto& each) { return each.name == name; }));
}

using Question = Value (*)(Session& session, Call& call);

const std::map<std::string_view, Question, std::less<>>& questions() {
    static const std::map<std::string_view, Question, std::less<>> table{
        {"get_table_names", get_table_names},
        {"has_table", has_table},
        {"has_index", has_index},
        {"has_schema", has_schema},
        {"has_sequence", has_sequence},
        {"get_view_names", [](Session& s, Call& c) { return get_views(s, c, false); }},
        {"get_materialized_view_names", [](Session& s, Call& c) { return get_views(s, c, true); }},
        {"get_sequence_names", [](Session& s, Call& c) { return names_of_all(whole(s, c).sequences); }},
        {"get_schema_names", [](Session& s, Call& c) { return names_list(whole(s, c, SIZE_MAX).schemas); }},
        {"get_enums", get_enums},
        {"clear_cache", [](Session&, Call&) { return Value(); }},
    };
    return table;
}

class InspectorObject : public lang::Native {
  public:
    explicit InspectorObject(Session& session) : session_(session) {}
    std::string type_name() const override { return "Inspector"; }

    std::optional<Value> get_attribute(std::string_view name) override {
        Session* session = &session_;
        if (auto found = questions().find(name); found != questions().end())
            return lang::make_function(
                name, [session, question = found->second](Call& call) { return question(*session, call); });
        if (auto found = table_questions().find(name); found != table_questions().end())
            return lang::make_function(name, [session, question = found->second](Call& call) {
                return question(Asked(*session, call));
            });
        if (name == "bind" || name == "engine" || name == "conn") return make_connection(session_);
        if (name == "dialect") return make_dialect(session_);
        if (name == "default_schema_name")
            return Value(database_of(session_, {}).reflect({}, {}, {}).default_schema);
        return std::nullopt;
    }

    std::vector<std::string> attribute_names() const override {
        std::vector<std::string> result{"bind", "engine", "dialect", "default_schema_name"};
        for (const auto& [name, question] : questions()) result.emplace_back(name);
        for (const auto& [name, question] : table_questions()) result.emplace_back(name);
        return result;
    }

  private:
    Session& session_;
};

Value inspector_class(Session& session) {
    lang::ClassSpec spec;
    spec.name = "Inspector";
    spec.module = "sqlalchemy.engine.reflection";
    spec.construct = [&session](Call&, const Value&) { return lang::make<InspectorObject>(session); };
    Value cls = lang::make_class(std::move(spec));
    cls.set_attribute("from_engine", lang::make_static("from_engine", [&session](Call&) {
                          return lang::make<InspectorObject>(session);
                      }));
    return cls;
}

Value inspect_function(Session& session) {
    return lang::make_function("inspect", [&session](Call& call) {
        if (!call[0].native<ConnectionObject>()) {
            lang::raise_error(
                "TypeError",
                fmt::format("inspect() takes the connection of op.get_bind(), got {}", described(call[0])));
        }
        return lang::make<InspectorObject>(session);
    });
}

} // namespace

schema::Table reflected_table(Session& session, const std::string& name,
                              const std::optional<std::string>& schema, const Place& origin) {
    const auto catalog = database_of(session, origin).reflect(schema, {name}, origin);
    const auto* found = catalog.table(name, schema);
    if (!found) raise_sqlalchemy(session, "NoSuchTableError", name);
    return *found;
}

const Members& connection_members() {
    static const Members members{
        {"inspect", inspect_function},
        {"Inspector", inspector_class},
    };
    return members;
}

} // namespace orch::script
