// What scripts ask of a type: with_variant(), an Enum's create() and drop(), and a few facts.
#include "script/sqlalchemy/types.hpp"

#include "script/sqlalchemy/connection.hpp"

#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Call;
using lang::Value;
using schema::Type;

namespace {

Value optional_number(const std::optional<std::int64_t>& value) { return value ? Value(*value) : Value(); }
Value optional_text(const std::optional<std::string>& value) { return value ? Value(*value) : Value(); }

using Fact = Value (*)(const Type& type);

const std::map<std::string_view, Fact, std::less<>>& facts() {
    static const std::map<std::string_view, Fact, std::less<>> table{
        {"length", [](const Type& t) { return optional_number(t.length); }},
        {"precision", [](const Type& t) { return optional_number(t.precision); }},
        {"scale", [](const Type& t) { return optional_number(t.scale); }},
        {"collation", [](const Type& t) { return optional_text(t.collation); }},
        {"timezone", [](const Type& t) { return Value(t.timezone); }},
        {"as_uuid", [](const Type& t) { return Value(t.as_uuid); }},
        {"name", [](const Type& t) { return optional_text(t.type_name); }},
        {"schema", [](const Type& t) { return optional_text(t.type_schema); }},
        {"native_enum", [](const Type& t) { return Value(t.native_enum); }},
        {"enums",
         [](const Type& t) {
             std::vector<Value> values(t.values.begin(), t.values.end());
             return Value::list(std::move(values));
         }},
    };
    return table;
}

Value with_variant(const Value& self, Call& call) {
    auto& object = *self.native<TypeObject>();
    Type type = type_of(self);
    auto variant = std::make_shared<const Type>(type_of(call[0], "with_variant()"));
    for (std::size_t i = 1; i < call.size(); ++i) type.variants[string_of(call[i], "dialect_name")] = variant;
    if (const Value* name = call.keyword("dialect_name"))
        type.variants[string_of(*name, "dialect_name")] = variant;
    return make_type(object.session(), std::move(type));
}

// An Enum of PostgreSQL is a type of its own, which scripts create and drop.
Value create_or_drop(const Value& self, Call& call, bool create) {
    auto& object = *self.native<TypeObject>();
    auto& database = database_of(object.session(), call.place());
    bool check = call.get(1, "checkfirst").truth();
    if (create)
        database.apply({ops::CreateType{type_of(self), check}, call.place()});
    else
        database.apply({ops::DropType{type_of(self), check}, call.place()});
    return {};
}

// `self.impl = sa.Text()` in a TypeDecorator's __init__ comes before the class's.
Value implementation_of(const Value& self, Call&) {
    for (const auto& [name, value] : lang::instance_attributes(self))
        if (name.is_string() && name.as_string() == "impl" && is_type(value)) return value;
    return self.native<TypeObject>()->implementation;
}

using Method = Value (*)(const Value& self, Call& call);

Value itself(const Value& self, Call&) { return self; }

const std::map<std::string_view, Method, std::less<>>& methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"with_variant", with_variant},
        {"create", [](const Value& self, Call& call) { return create_or_drop(self, call, true); }},
        {"drop", [](const Value& self, Call& call) { return create_or_drop(self, call, false); }},
        {"copy", itself},
        {"adapt", itself},
        {"evaluates_none", itself},
        {"dialect_impl", itself},
        {"load_dialect_impl", implementation_of},
    };
    return table;
}

} // namespace

std::optional<Value> TypeObject::get_attribute(std::string_view name) {
    if (auto found = facts().find(name); found != facts().end()) return found->second(type_);
    Value own = derived();
    Value self = own.is_none() ? Value(static_cast<lang::Object*>(this)) : own;
    if (auto found = methods().find(name); found != methods().end()) {
        // load_dialect_impl() stands for itself only where a type decorates another.
        if (name == "load_dialect_impl" && implementation.is_none()) return std::nullopt;
        return lang::make_function(name,
                                   [self, method = found->second](Call& call) { return method(self, call); });
    }
    if (name == "impl" && !implementation.is_none()) return implementation;
    if (name == "enum_class") return enumeration;
    if (name == "item_type" && type_.item) return make_type(session_, *type_.item);
    return std::nullopt;
}

std::vector<std::string> TypeObject::attribute_names() const {
    std::vector<std::string> result{"impl", "enum_class", "item_type"};
    for (const auto& [name, fact] : facts()) result.emplace_back(name);
    for (const auto& [name, method] : methods()) result.emplace_back(name);
    return result;
}

std::string TypeObject::str() const {
    const schema::Type& type = type_;
    return session_.database ? session_.database->standard(type) : repr();
}

std::string TypeObject::repr() const {
    std::string arguments;
    if (type_.length) arguments = fmt::format("length={}", *type_.length);
    if (type_.precision) arguments = fmt::format("precision={}", *type_.precision);
    if (type_.scale) arguments += fmt::format(", scale={}", *type_.scale);
    if (type_.timezone) arguments = "timezone=True";
    return fmt::format("{}({})", type_.name, arguments);
}

void TypeObject::clear() {
    lang::Native::clear();
    implementation = enumeration = Value();
}

} // namespace orch::script
