#include "script/sqlalchemy/columns.hpp"

#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/tables.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::script {

using lang::Call;
using lang::Value;
using sql::ExpressionPtr;

namespace {

const std::vector<std::string> column_parameters{"name",       "type_",          "autoincrement",
                                                 "comment",    "default",        "doc",
                                                 "index",      "info",           "key",
                                                 "nullable",   "onupdate",       "primary_key",
                                                 "quote",      "server_default", "server_onupdate",
                                                 "sort_order", "system",         "unique"};

schema::Autoincrement autoincrement_of(const Value& value) {
    if (value.is_string()) {
        if (value.as_string() == "auto") return schema::Autoincrement::automatic;
        if (value.as_string() == "ignore_fk") return schema::Autoincrement::ignore_foreign_key;
        lang::raise_error(
            "TypeError",
            fmt::format("autoincrement: expected True, False, 'auto' or 'ignore_fk', got {}", value.repr()));
    }
    return value.truth() ? schema::Autoincrement::yes : schema::Autoincrement::no;
}

// What a Column's positional arguments hold beside its name and type.
bool add_item(ColumnObject& object, const Value& item) {
    auto& column = object.column;
    if (auto* key = item.native<ForeignKeyObject>()) {
        column.foreign_keys.push_back(key->key);
        column.foreign_keys.back().columns = {column.name};
        if (!column.type_given && key->type) {
            column.type = *key->type;
            column.type_given = true;
        }
    } else if (auto* identity = item.native<IdentityObject>()) {
        column.identity = identity->identity;
    } else if (auto* computed = item.native<ComputedObject>()) {
        column.computed = computed->computed;
    } else if (auto* sequence = item.native<SequenceObject>()) {
        column.sequence = sequence->sequence;
    } else if (item.native<DefaultObject>()) {
        set_server_default(column, item);
    } else if (auto* constraint = item.native<ConstraintObject>()) {
        const auto* check = std::get_if<schema::Check>(&constraint->constraint);
        if (!check)
            lang::raise_error("TypeError", fmt::format("a {} stands in the table, not in a column",
                                                       constraint->type_name()));
        column.checks.push_back(*check);
    } else if (item.native<ColumnDefaultObject>()) {
        object.default_ = item.native<ColumnDefaultObject>()->value;
    } else {
        return false;
    }
    return true;
}

void set_type(ColumnObject& object, const Value& value) {
    object.column.type = type_of(value, "the type of a Column");
    object.column.type_given = true;
    object.type_object = value.is(lang::Type::class_) ? value.call() : value;
}

[[noreturn]] void refuse_item(const Value& item) {
    std::string help = item.is_string() ? "; a Column's name stands first, its type second" : "";
    lang::raise_error(
        "TypeError",
        fmt::format("a Column takes a name, a type, ForeignKey(), Identity() and the like, got {}{}",
                    described(item), help));
}

void set_arguments(ColumnObject& object, const lang::Bound& bound) {
    auto rest = bound.rest();
    std::size_t at = 0;
    if (at < rest.size() && rest[at].is_string())
        object.column.name = rest[at++].as_string();
    else if (at < rest.size() && rest[at].is_none())
        ++at;
    if (bound.given("name")) object.column.name = optional_string(bound["name"], "name").value_or("");
    object.column.type.name = "NullType";
    object.column.type_given = false;
    if (at < rest.size() && is_type(rest[at]))
        set_type(object, rest[at++]);
    else if (at < rest.size() && rest[at].is_none())
        ++at;
    if (bound.given("type_") && !bound["type_"].is_none()) set_type(object, bound["type_"]);
    for (; at < rest.size(); ++at) {
        if (!add_item(object, rest[at])) refuse_item(rest[at]);
    }
}

void set_flags(ColumnObject& object, const lang::Bound& bound) {
    auto& column = object.column;
    column.nullable = optional_bool(bound["nullable"]);
    column.primary_key = bound["primary_key"].truth();
    column.unique = bound["unique"].truth();
    column.index = bound["index"].truth();
    column.system = bound["system"].truth();
    column.comment = optional_string(bound["comment"], "comment");
    column.autoincrement = autoincrement_of(bound["autoincrement"]);
    if (bound.given("key")) object.set_key(optional_string(bound["key"], "key").value_or(""));
    object.default_ = bound["default"];
    object.onupdate = bound["onupdate"];
    if (auto* sequence = bound["default"].native<SequenceObject>()) column.sequence = sequence->sequence;
    if (bound.given("server_default")) {
        try {
            set_server_default(column, bound["server_default"]);
        } catch (Error& error) {
            error.at(bound.place_of("server_default"));
            throw;
        }
    }
    column.options = options_of(bound, column_parameters);
}

Value make_column(Session& session, Call& call) {
    static const lang::Signature signature(
        "Column(*args, name=None, type_=None, autoincrement='auto', default=None, insert_default=None, "
        "doc=None, key=None, index=False, "
        "unique=False, info=None, nullable=None, onupdate=None, primary_key=False, server_default=None, "
        "server_onupdate=None, quote=None, system=False, comment=None, insert_sentinel=False, "
        "sort_order=None, **kw)");
    auto bound = signature.bind(call);
    Value result = lang::make<ColumnObject>(session);
    auto& object = *result.native<ColumnObject>();
    set_arguments(object, bound);
    set_flags(object, bound);
    object.info = bound["info"];
    return result;
}

Value copy_column(const ColumnObject& from) {
    Value result = lang::make<ColumnObject>(from.session());
    auto& object = *result.native<ColumnObject>();
    object.column = from.column;
    object.order = from.order;
    object.type_object = from.type_object;
    object.default_ = from.default_;
    object.onupdate = from.onupdate;
    object.info = from.info;
    object.set_key(from.key() == from.column.name ? "" : from.key());
    object.set_class(from.class_of());
    return result;
}

} // namespace

TypePtr ColumnObject::shared_type() const {
    if (!shared_type_) shared_type_ = std::make_shared<const schema::Type>(column.type);
    return shared_type_;
}

std::string ColumnObject::name_or_mark() const {
    return column.name.empty() ? fmt::format("\x02{}", order) : column.name;
}

// A column in the body of a class has its name later: until then it stands for itself by a number.
Expr ColumnObject::unnamed() const {
    const std::string mark = name_or_mark();
    session().made[mark] = Value(static_cast<lang::Object*>(const_cast<ColumnObject*>(this)));
    ++session().anonymous_names; // there is something to name in statements
    return {sql::make({sql::ColumnRef{{}, mark, "", nullptr}}),
            type_object.is_none() ? nullptr : shared_type(),
            {}};
}

Expr ColumnObject::expression() const {
    if (column.name.empty()) return unnamed();
    sql::ColumnRef reference{{}, source_name, column.name, shared_type()};
    if (auto* owner = table.native<TableObject>()) reference.schema = owner->table.schema;
    Expr result{sql::make({std::move(reference)}), shared_type(), {}};
    if (source) result.froms.push_back(source);
    return result;
}

namespace {

// What the ORM, which is written in the language itself, asks of a column.
std::optional<Value> column_fact(const ColumnObject& object, std::string_view name) {
    const auto& column = object.column;
    if (name == "onupdate" || name == "_onupdate") return object.onupdate;
    if (name == "autoincrement") return Value(column.autoincrement != schema::Autoincrement::no);
    if (name == "foreign_keys") {
        std::vector<Value> keys;
        for (const auto& key : column.foreign_keys) keys.push_back(lang::make<ForeignKeyObject>(key));
        return Value::set(keys);
    }
    if (name == "_order") return Value(object.order);
    if (name == "_type_given") return Value(column.type_given);
    if (name == "_fetched")
        return Value(column.server_default_fetched || column.identity.has_value() ||
                     column.computed.has_value() || column.sequence.has_value());
    if (name == "_json") return Value(column.type.name == "JSON" || column.type.name == "JSONB");
    return std::nullopt;
}

} // namespace

std::optional<Value> ColumnObject::get_attribute(std::string_view name) {
    if (name == "name") return Value(column.name);
    if (name == "type") return type_object.is_none() ? make_type(session(), column.type) : type_object;
    if (name == "table") return table;
    if (name == "nullable") return Value(column.is_nullable());
    if (name == "primary_key") return Value(column.primary_key);
    if (name == "unique") return Value(column.unique);
    if (name == "index") return Value(column.index);
    if (name == "comment") return column.comment ? Value(*column.comment) : Value();
    if (name == "default") return default_;
    if (name == "info") return info.is_none() ? info = Value::dict() : info;
    if (auto fact = column_fact(*this, name)) return fact;
    if (name == "server_default")
        return column.server_default ? make_expression(session(), {column.server_default}) : Value();
    if (name == "copy" || name == "_copy") {
        Value self(static_cast<lang::Object*>(this));
        return lang::make_function(name, [self](Call&) { return copy_column(*self.native<ColumnObject>()); });
    }
    return ExpressionObject::get_attribute(name);
}

bool ColumnObject::set_attribute(std::string_view name, const Value& value) {
    if (name == "nullable")
        column.nullable = value.truth();
    else if (name == "name")
        column.name = string_of(value, "name");
    else if (name == "comment")
        column.comment = optional_string(value, "comment");
    else if (name == "server_default")
        set_server_default(column, value);
    else if (name == "default")
        default_ = value;
    else if (name == "type")
        set_type(*this, value), shared_type_ = nullptr;
    else
        return false;
    return true;
}

std::vector<std::string> ColumnObject::attribute_names() const {
    auto result = ExpressionObject::attribute_names();
    result.insert(result.end(), {"table", "nullable", "primary_key", "unique", "index", "comment", "default",
                                 "server_default", "onupdate", "autoincrement", "foreign_keys", "copy"});
    return result;
}

void ColumnObject::clear() {
    ExpressionObject::clear();
    for (Value* value : {&type_object, &default_, &onupdate, &table, &info}) *value = Value();
}

std::vector<schema::Index> indexes_of_type(const ColumnObject& column, const schema::Table& table) {
    std::vector<schema::Index> result;
    if (column.type_object.is_none() || !column.session().database) return result;
    const auto hook = column.type_object.find_attribute("column_indexes");
    if (!hook) return result;
    const Value made = hook->call(
        {Value(table.name), Value(column.column.name), make_dialect(column.session()).attribute("name")});
    for (const auto& value : made.to_vector()) {
        schema::Index index = value.native<IndexObject>()->index;
        index.table = table.name;
        index.schema = table.schema;
        result.push_back(std::move(index));
    }
    return result;
}

// --- Server defaults.

ExpressionPtr server_default_of(const Value& value) {
    if (value.is_none()) return nullptr;
    if (value.is_string()) return sql::make({sql::Literal{std::string(value.as_string()), nullptr}});
    if (auto* expression = value.native<ExpressionObject>()) return expression->expression().node;
    if (auto* clause = value.native<DefaultObject>()) return clause->expression;
    if (auto clause =
            value.is(lang::Type::instance) ? value.find_attribute("__clause_element__") : std::nullopt)
        return server_default_of(clause->call());
    if (auto text = value.find_attribute("value");
        text && text->is_string() && value.is(lang::Type::instance)) {
        return sql::make(
            {sql::Literal{std::string(text->as_string()), nullptr}}); // a member of an enum of strings
    }
    lang::raise_error(
        "TypeError",
        fmt::format(
            "server_default: expected a string, sa.text() or a function such as sa.func.now(), got {}; "
            "write it as SQL: server_default=sa.text(\"{}\")",
            described(value),
            value.is(lang::Type::boolean) ? (value.truth() ? "true" : "false") : value.str()));
}

void set_server_default(schema::Column& column, const Value& value) {
    if (auto* identity = value.native<IdentityObject>()) {
        column.identity = identity->identity;
    } else if (auto* computed = value.native<ComputedObject>()) {
        column.computed = computed->computed;
    } else if (auto* clause = value.native<DefaultObject>(); clause && !clause->expression) {
        column.server_default_fetched = true;
    } else {
        column.server_default = server_default_of(value);
    }
}

// --- Members.

namespace {

Value column_class(Session& session) {
    lang::ClassSpec spec;
    spec.name = "Column";
    spec.module = "sqlalchemy";
    spec.construct = [&session](Call& call, const Value&) { return make_column(session, call); };
    return lang::make_class(std::move(spec));
}

schema::Identity sequence_options(const lang::Bound& bound) {
    schema::Identity result;
    result.start = optional_int(bound["start"], "start");
    result.increment = optional_int(bound["increment"], "increment");
    result.minvalue = optional_int(bound["minvalue"], "minvalue");
    result.maxvalue = optional_int(bound["maxvalue"], "maxvalue");
    result.cache = optional_int(bound["cache"], "cache");
    result.nominvalue = bound["nominvalue"].truth();
    result.nomaxvalue = bound["nomaxvalue"].truth();
    result.cycle = optional_bool(bound["cycle"]);
    result.order = optional_bool(bound["order"]);
    return result;
}

Value make_identity(Session&, Call& call) {
    static const lang::Signature signature(
        "Identity(always=False, on_null=None, start=None, increment=None, minvalue=None, maxvalue=None, "
        "nominvalue=None, nomaxvalue=None, cycle=None, cache=None, order=None, **kw)");
    auto bound = signature.bind(call);
    schema::Identity result = sequence_options(bound);
    result.always = bound["always"].truth();
    result.on_null = optional_bool(bound["on_null"]);
    return lang::make<IdentityObject>(result);
}

Value make_sequence(Session& session, Call& call) {
    static const lang::Signature signature(
        "Sequence(name, start=None, increment=None, minvalue=None, maxvalue=None, nominvalue=None, "
        "nomaxvalue=None, cycle=None, schema=None, cache=None, order=None, data_type=None, "
        "optional=False, quote=None, metadata=None, quote_schema=None, for_update=False)");
    auto bound = signature.bind(call);
    schema::Sequence result;
    result.name = string_of(bound["name"], "name");
    result.schema = optional_string(bound["schema"], "schema");
    result.options = sequence_options(bound);
    result.optional = bound["optional"].truth();
    if (!bound["data_type"].is_none())
        result.type = std::make_shared<const schema::Type>(type_of(bound["data_type"], "data_type"));
    return lang::make<SequenceObject>(session, std::move(result));
}

Value make_computed(Session&, Call& call) {
    static const lang::Signature signature("Computed(sqltext, persisted=None)");
    auto bound = signature.bind(call);
    return lang::make<ComputedObject>(
        schema::Computed{coerce_sql(bound["sqltext"]).node, optional_bool(bound["persisted"])});
}

Value make_fetched(Session&, Call&) { return lang::make<DefaultObject>(nullptr); }

Value make_default_clause(Session&, Call& call) {
    static const lang::Signature signature("DefaultClause(arg, for_update=False, _reflected=False)");
    return lang::make<DefaultObject>(server_default_of(signature.bind(call)["arg"]));
}

Value make_column_default(Session&, Call& call) {
    Value result = lang::make<ColumnDefaultObject>();
    result.native<ColumnDefaultObject>()->value = call[0];
    return result;
}

template <Value (*Make)(Session&, Call&)>
Value native_class(Session& session, const char* name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy";
    spec.construct = [&session](Call& call, const Value&) { return Make(session, call); };
    return lang::make_class(std::move(spec));
}

} // namespace

namespace {

// What a script asks of the options that it gave: None for those that it did not.
std::optional<Value> option_of(const schema::Sequence& sequence, std::string_view name) {
    const auto given = [](const auto& value) { return value ? Value(*value) : Value(); };
    const schema::Identity& options = sequence.options;
    if (name == "schema") return given(sequence.schema);
    if (name == "start") return given(options.start);
    if (name == "increment") return given(options.increment);
    if (name == "minvalue") return given(options.minvalue);
    if (name == "maxvalue") return given(options.maxvalue);
    if (name == "cache") return given(options.cache);
    if (name == "cycle") return given(options.cycle);
    if (name == "order") return given(options.order);
    if (name == "nominvalue") return options.nominvalue ? Value(true) : Value();
    if (name == "nomaxvalue") return options.nomaxvalue ? Value(true) : Value();
    if (name == "optional") return Value(sequence.optional);
    return std::nullopt;
}

} // namespace

std::optional<Value> SequenceObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "name") return Value(sequence.name);
    if (name == "next_value") {
        return lang::make_function(name, [self](Call&) {
            auto* object = self.native<SequenceObject>();
            sql::Function function{
                {"next_value"},
                {sql::make({sql::ColumnRef{object->sequence.schema, {}, object->sequence.name, nullptr}})}};
            return make_expression(object->session_, {sql::make({std::move(function)})});
        });
    }
    if (auto option = option_of(sequence, name)) return option;
    bool create = name == "create";
    if (!create && name != "drop") return std::nullopt;
    return lang::make_function(name, [self, create](Call& call) {
        auto* object = self.native<SequenceObject>();
        bool check = call.get(1, "checkfirst", Value(true)).truth();
        auto& database = database_of(object->session_, call.place());
        if (create)
            database.apply({ops::CreateSequence{object->sequence, check}, call.place()});
        else
            database.apply({ops::DropSequence{object->sequence, check}, call.place()});
        return Value();
    });
}

const Members& column_members() {
    static const Members members = [] {
        Members result{
            {"Column", column_class},
            {"Identity", [](Session& s) { return native_class<make_identity>(s, "Identity"); }},
            {"Sequence", [](Session& s) { return native_class<make_sequence>(s, "Sequence"); }},
            {"Computed", [](Session& s) { return native_class<make_computed>(s, "Computed"); }},
            {"FetchedValue", [](Session& s) { return native_class<make_fetched>(s, "FetchedValue"); }},
            {"DefaultClause",
             [](Session& s) { return native_class<make_default_clause>(s, "DefaultClause"); }},
            {"PassiveDefault",
             [](Session& s) { return native_class<make_default_clause>(s, "PassiveDefault"); }},
            {"ColumnDefault",
             [](Session& s) { return native_class<make_column_default>(s, "ColumnDefault"); }},
        };
        result.merge(Members(constraint_members()));
        return result;
    }();
    return members;
}

} // namespace orch::script
