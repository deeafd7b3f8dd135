#include "script/sqlalchemy/types.hpp"

#include "script/sqlalchemy/compiled.hpp"
#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/conversion.hpp"
#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/type_table.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace orch::script {

using lang::Call;
using lang::Value;
using schema::Type;

namespace {

using Setter = void (*)(Type&, const Value&);

std::shared_ptr<const Type> shared_type(const Value& value, std::string_view what) {
    return std::make_shared<const Type>(type_of(value, what));
}

void ignore(Type&, const Value&) {}

// What a constructor's parameter means for the type. Parameters that concern Python's side of a value only
// are ignored.
const std::map<std::string_view, Setter, std::less<>>& setters() {
    static const std::map<std::string_view, Setter, std::less<>> table{
        {"length", [](Type& t, const Value& v) { t.length = optional_int(v, "length"); }},
        {"display_width", [](Type& t, const Value& v) { t.length = optional_int(v, "display_width"); }},
        {"precision", [](Type& t, const Value& v) { t.precision = optional_int(v, "precision"); }},
        {"binary_precision",
         [](Type& t, const Value& v) { t.precision = optional_int(v, "binary_precision"); }},
        {"fsp", [](Type& t, const Value& v) { t.precision = optional_int(v, "fsp"); }},
        {"scale", [](Type& t, const Value& v) { t.scale = optional_int(v, "scale"); }},
        {"collation", [](Type& t, const Value& v) { t.collation = optional_string(v, "collation"); }},
        {"charset", [](Type& t, const Value& v) { t.charset = optional_string(v, "charset"); }},
        {"timezone", [](Type& t, const Value& v) { t.timezone = v.truth(); }},
        {"as_uuid", [](Type& t, const Value& v) { t.as_uuid = v.truth(); }},
        {"asdecimal",
         [](Type& t, const Value& v) {
             t.as_decimal = v.truth();
             if (t.as_decimal) t.options["asdecimal"].value = true; // for Float, where it is not so by itself
         }},
        {"name", [](Type& t, const Value& v) { t.type_name = optional_string(v, "name"); }},
        {"schema", [](Type& t, const Value& v) { t.type_schema = optional_string(v, "schema"); }},
        {"native_enum", [](Type& t, const Value& v) { t.native_enum = v.truth(); }},
        {"create_constraint", [](Type& t, const Value& v) { t.create_constraint = v.truth(); }},
        {"create_type", [](Type& t, const Value& v) { t.create_type = v.truth(); }},
        {"inherit_schema", [](Type& t, const Value& v) { t.inherit_schema = v.truth(); }},
        {"constraint_name",
         [](Type& t, const Value& v) { t.constraint_name = optional_string(v, "constraint_name"); }},
        {"fields", [](Type& t, const Value& v) { t.fields = optional_string(v, "fields"); }},
        {"second_precision",
         [](Type& t, const Value& v) { t.second_precision = optional_int(v, "second_precision"); }},
        {"day_precision",
         [](Type& t, const Value& v) { t.day_precision = optional_int(v, "day_precision"); }},
        {"item_type", [](Type& t, const Value& v) { t.item = shared_type(v, "item_type"); }},
        {"data_type", [](Type& t, const Value& v) { t.item = shared_type(v, "data_type"); }},
        {"impl",
         [](Type& t, const Value& v) {
             if (!v.is_none()) t.item = shared_type(v, "impl");
         }},
        {"dimensions",
         [](Type& t, const Value& v) {
             t.dimensions = static_cast<int>(optional_int(v, "dimensions").value_or(0));
         }},
        {"unsigned", [](Type& t, const Value& v) { t.unsigned_ = v.truth(); }},
        {"zerofill", [](Type& t, const Value& v) { t.zerofill = v.truth(); }},
        {"national", [](Type& t, const Value& v) { t.national = v.truth(); }},
        {"binary", [](Type& t, const Value& v) { t.binary = v.truth(); }},
        {"as_tuple", ignore},
        {"astext_type", ignore},
        {"comparator", ignore},
        {"convert_int", ignore},
        {"convert_unicode", ignore},
        {"decimal_return_scale", ignore},
        {"metadata", ignore},
        {"native_uuid", ignore},
        {"none_as_null",
         [](Type& t, const Value& v) {
             if (v.truth()) t.options["none_as_null"] = schema::Option{true};
         }},
        {"omit_aliases", ignore},
        {"pickler", ignore},
        {"protocol", ignore},
        {"quote", ignore},
        {"regexp", ignore},
        {"retrieve_as_bitwise", ignore},
        {"sort_key_function", ignore},
        {"storage_format", ignore},
        {"strict", ignore},
        {"text_type", ignore},
        {"unicode_error", ignore},
        {"validate_strings", ignore},
        {"values_callable", ignore},
        {"zero_indexes",
         [](Type& t, const Value& v) {
             if (v.truth()) t.options["zero_indexes"].value = true;
         }},
    };
    return table;
}

// Keyword arguments that a type takes beyond its positional ones.
std::vector<std::string> further_keywords(const TypeRow& row) {
    std::string_view list;
    if (row.parameters == "*values") {
        list = "name schema native_enum create_constraint create_type inherit_schema metadata "
               "values_callable validate_strings "
               "length omit_aliases sort_key_function quote charset collation convert_unicode unicode_error "
               "constraint_name strict "
               "ascii unicode national binary retrieve_as_bitwise checkfirst";
    } else if (row.name == "DOMAIN") {
        list = "collation default constraint_name not_null check create_type schema metadata quote";
    }
    return words(list);
}

std::vector<std::string> parameters_of(const TypeRow& row) {
    auto result = words(row.parameters);
    if (!result.empty() && result[0].starts_with('*')) result.erase(result.begin());
    return result;
}

void set_parameter(Type& type, const std::string& name, const Value& value) {
    auto found = setters().find(name);
    if (found != setters().end())
        found->second(type, value);
    else if (!value.is_none())
        type.options[name] = option_of(value, name);
}

// The values of Enum(SomeEnum): the members' names, or what values_callable makes of the class.
std::vector<std::string> member_names(const Value& enumeration, const Value* values_callable) {
    std::vector<std::string> result;
    if (values_callable && !values_callable->is_none()) {
        for (const auto& value : values_callable->call({enumeration}).to_vector())
            result.push_back(string_of(value, "values_callable"));
        return result;
    }
    for (const auto& member : enumeration.to_vector())
        result.push_back(std::string(member.attribute("name").as_string()));
    return result;
}

bool is_enumeration(const Value& value) {
    if (!value.is(lang::Type::class_)) return false;
    return value.find_attribute("__members__").has_value() || lang::class_name(value) == "Enum";
}

void set_values(TypeObject& object, Type& type, Call& call) {
    if (call.size() == 1 && is_enumeration(call[0])) {
        object.enumeration = call[0];
        type.values = member_names(call[0], call.keyword("values_callable"));
        if (!call.keyword("name")) type.type_name = lower(lang::class_name(call[0]));
        return;
    }
    for (std::size_t i = 0; i < call.size(); ++i) {
        // A member of an enumeration of strings is a string.
        const auto member = call[i].is_string() ? std::optional(call[i]) : call[i].find_attribute("value");
        if (!member || !member->is_string()) {
            lang::raise_error(
                "TypeError",
                fmt::format("expected the values of {} as strings or one enum.Enum class, got {}{}",
                            type.name, described(call[i]),
                            call[i].is(lang::Type::list) ? "; write a '*' before the list" : ""));
        }
        type.values.emplace_back(member->as_string());
    }
}

/// Enum() passes over words that it does not know: `index=True`, meant for the column. One that is a slip of
/// a word that it knows is not meant so.
void refuse_keyword(const TypeRow& row, const std::string& name) {
    auto known = parameters_of(row);
    auto further = further_keywords(row);
    known.insert(known.end(), further.begin(), further.end());
    auto near = nearest(name, known);
    if (!near && row.name == "Enum") return;
    std::string help = near            ? fmt::format(", did you mean '{}'?", *near)
                       : known.empty() ? std::string(": it takes no arguments")
                                       : fmt::format(", expected one of {}", quoted_list(known));
    lang::raise_error("TypeError",
                      fmt::format("{}() got an unexpected keyword argument '{}'{}", row.name, name, help));
}

void set_keywords(const TypeRow& row, Type& type, Call& call, const std::vector<std::string>& parameters) {
    auto further = further_keywords(row);
    for (const auto& [key, value] : call.keywords()) {
        std::string name(key.as_string());
        bool known = std::find(parameters.begin(), parameters.end(), name) != parameters.end() ||
                     std::find(further.begin(), further.end(), name) != further.end() ||
                     name == "_create_events" || name == "_adapted_from";
        if (!known) refuse_keyword(row, name);
        if (known && !name.starts_with('_')) set_parameter(type, name, value);
    }
}

Value construct_type(Session& session, const TypeRow& row, Call& call) {
    Type type;
    type.name = row.name == "Binary" ? "LargeBinary" : row.name; // its name in 1.x
    type.module = row.module;
    Value result = lang::make<TypeObject>(session, Type{});
    auto& object = *result.native<TypeObject>();
    auto parameters = parameters_of(row);
    if (row.parameters == "*values") {
        set_values(object, type, call);
    } else {
        if (call.size() > parameters.size()) {
            lang::raise_error(
                "TypeError",
                fmt::format("{}() takes {} but got {}", row.name,
                            parameters.empty()
                                ? "no arguments"
                                : fmt::format("{} ({})",
                                              parameters.size() == 1
                                                  ? "one argument"
                                                  : fmt::format("at most {} arguments", parameters.size()),
                                              quoted_list(parameters)),
                            call.size()));
        }
        for (std::size_t i = 0; i < call.size(); ++i) set_parameter(type, parameters[i], call[i]);
    }
    set_keywords(row, type, call, parameters);
    object.set_type(std::move(type));
    return result;
}

Value root_class(Session& session, std::string_view name);

Value base_class(Session& session, const TypeRow& row) {
    if (row.base.empty()) return root_class(session, "TypeEngine");
    if (row.base != row.name && find_type(row.module, row.base))
        return *type_class(session, row.module, row.base);
    return *type_class(session, "", row.base);
}

// TypeDecorator[dict]: what a value is says nothing about SQL.
Value of_values(const Value& cls, const Value&) { return cls; }

// sa.JSON.NULL: the null of a JSON document, where None and sa.null() may be SQL's own.
std::optional<Value> json_null(Session& session, std::string_view name) {
    if (name != "NULL") return std::nullopt;
    const auto type = std::make_shared<const Type>(plain_type("JSON"));
    return make_expression(session, {sql::make({sql::Literal{sql::Json{"null"}, type}}), type, {}});
}

Value make_type_class(Session& session, const TypeRow& row) {
    lang::ClassSpec spec;
    spec.name = row.name;
    spec.module = row.module.empty() ? "sqlalchemy" : fmt::format("sqlalchemy.dialects.{}", row.module);
    spec.bases = {base_class(session, row)};
    spec.subscript = of_values;
    spec.construct = [&session, &row](Call& call, const Value&) {
        return construct_type(session, row, call);
    };
    if (row.name == "JSON" || row.name == "JSONB")
        spec.attribute = [&session](const Value&, std::string_view name) { return json_null(session, name); };
    return lang::make_class(std::move(spec));
}

// --- Types that scripts define: their roots.

Value implementation_of(const Value& cls, Call& call) {
    auto implementation = cls.find_attribute("impl");
    if (!implementation || implementation->is_none()) {
        lang::raise_error("AttributeError",
                          fmt::format("'{}' needs an 'impl': the type that it stands for in the database, "
                                      "as in impl = sa.String",
                                      lang::class_name(cls)));
    }
    if (!implementation->is(lang::Type::class_)) return *implementation;
    std::vector<std::pair<std::string, Value>> keywords;
    for (const auto& [name, value] : call.keywords())
        keywords.emplace_back(std::string(name.as_string()), value);
    return implementation->call({call.args().begin(), call.args().end()}, std::move(keywords));
}

Value construct_decorator(Session& session, Call& call, const Value& cls) {
    Value implementation = implementation_of(cls, call);
    Value result = lang::make<TypeObject>(session, type_of(implementation, "impl"));
    result.native<TypeObject>()->implementation = implementation;
    return result;
}

Value construct_user_defined(Session& session, Call&, const Value& cls) {
    Type type;
    type.name = lang::class_name(cls);
    return lang::make<TypeObject>(session, std::move(type));
}

Value make_root(Session& session, std::string_view name) {
    lang::ClassSpec spec;
    spec.name = name;
    spec.module = "sqlalchemy.types";
    spec.subscript = of_values;
    if (name != "TypeEngine") spec.bases = {root_class(session, "TypeEngine")};
    spec.subscript = [](const Value& cls, const Value&) { return cls; }; // TypeDecorator[str]
    if (name == "TypeDecorator") {
        spec.construct = [&session](Call& call, const Value& cls) {
            return construct_decorator(session, call, cls);
        };
    } else {
        spec.construct = [&session](Call& call, const Value& cls) {
            return construct_user_defined(session, call, cls);
        };
    }
    return lang::make_class(std::move(spec));
}

Value root_class(Session& session, std::string_view name) {
    std::string key = fmt::format("type root {}", name);
    auto found = session.made.find(key);
    if (found != session.made.end()) return found->second;
    Value made = make_root(session, name);
    session.made[key] = made;
    return made;
}

const std::vector<std::string>& root_names() {
    static const std::vector<std::string> names{"TypeEngine", "TypeDecorator", "UserDefinedType",
                                                "SchemaType"};
    return names;
}

// --- What a script's own type says of itself.

// load_dialect_impl(dialect) of a TypeDecorator, where a script defines it, says more than impl.
std::optional<Type> dialect_implementation(const TypeObject& object, const Value& self) {
    auto load = self.find_attribute("load_dialect_impl");
    if (!load || !object.session().database) return std::nullopt;
    return type_of(load->call({make_dialect(object.session())}), "load_dialect_impl()");
}

std::optional<Type> column_spec(const Value& self) {
    auto spec = self.find_attribute("get_col_spec");
    if (!spec) return std::nullopt;
    Type type;
    type.name = self.type_name();
    type.verbatim = string_of(spec->call(), "get_col_spec()");
    return type;
}

// Whether the script has a say in what becomes of a type's values.
bool converts(const Value& self) {
    static constexpr std::array<const char*, 6> hooks{"process_bind_param", "process_result_value",
                                                      "bind_processor",     "result_processor",
                                                      "bind_expression",    "column_expression"};
    return std::any_of(hooks.begin(), hooks.end(),
                       [&](const char* name) { return self.find_attribute(name).has_value(); });
}

Type with_conversion(const TypeObject& object, const Value& self, Type type) {
    Session& session = object.session();
    if (!session.conversions) session.conversions = std::make_shared<Conversions>();
    Type inner = type;
    if (!object.enumeration.is_none()) inner.conversion = 0;
    type.conversion = session.conversions->number(self, inner);
    return type;
}

// What a function under @compiles says of the type.
Type as_compiled(const TypeObject& object, Type type) {
    Value self = object.derived();
    if (self.is_none()) self = Value(static_cast<lang::Object*>(const_cast<TypeObject*>(&object)));
    if (auto sql = compiled_by_script(object.session(), self)) type.verbatim = std::move(*sql);
    return type;
}

Type resolved(const TypeObject& object) {
    Value self = object.derived();
    if (self.is_none()) {
        if (object.enumeration.is_none()) return as_compiled(object, object.type());
        return with_conversion(object, Value(static_cast<lang::Object*>(const_cast<TypeObject*>(&object))),
                               object.type());
    }
    auto type = column_spec(self);
    if (!type && !object.implementation.is_none()) type = dialect_implementation(object, self);
    if (!type) type = object.type();
    type = as_compiled(object, std::move(*type));
    return converts(self) || !object.enumeration.is_none() ? with_conversion(object, self, std::move(*type))
                                                           : std::move(*type);
}

[[noreturn]] void refuse_type(const Value& value, std::string_view what) {
    lang::raise_error("TypeError", fmt::format("{}: expected a column type such as sa.String(50), got {}",
                                               what, described(value)));
}

} // namespace

bool is_type(const Value& value) {
    if (value.native<TypeObject>()) return true;
    if (!value.is(lang::Type::class_)) return false;
    if (lang::class_name(value) == "TypeEngine") return true;
    auto bases = lang::class_bases(value);
    return std::any_of(bases.begin(), bases.end(), [](const Value& base) { return is_type(base); });
}

Type type_of(const Value& value, std::string_view what) {
    if (auto* object = value.native<TypeObject>()) return resolved(*object);
    if (!is_type(value)) refuse_type(value, what);
    return type_of(value.call(), what);
}

Value make_type(Session& session, Type type) {
    auto cls = type_class(session, type.module, type.name);
    Value result = lang::make<TypeObject>(session, std::move(type));
    if (cls) result.native<TypeObject>()->set_class(*cls);
    return result;
}

std::optional<Value> type_class(Session& session, std::string_view module, std::string_view name) {
    if (module.empty() && std::find(root_names().begin(), root_names().end(), name) != root_names().end()) {
        return root_class(session, name);
    }
    const TypeRow* row = find_type(module, name);
    if (!row) return std::nullopt;
    std::string key = fmt::format("type {}.{}", module, name);
    auto found = session.made.find(key);
    if (found != session.made.end()) return found->second;
    Value made = make_type_class(session, *row);
    session.made[key] = made;
    return made;
}

std::vector<std::string> type_names(std::string_view module) {
    std::vector<std::string> result;
    for (const auto& row : type_table()) {
        if (row.module == module) result.emplace_back(row.name);
    }
    if (module.empty()) result.insert(result.end(), root_names().begin(), root_names().end());
    return result;
}

} // namespace orch::script
