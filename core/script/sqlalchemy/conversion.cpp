#include "script/sqlalchemy/conversion.hpp"

#include "script/sqlalchemy/connection.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::script {

using lang::Value;

namespace {

struct Entry {
    Value object; // the TypeObject, or the script's object that it is the native part of
    TypePtr inner;
};

// Numbers are of the thread, since an env.py and a revision that it runs have a session each.
std::map<std::size_t, Entry>& entries() {
    thread_local std::map<std::size_t, Entry> all;
    return all;
}

const Entry& entry_of(const schema::Type& type) {
    auto found = entries().find(type.conversion);
    if (found == entries().end()) throw std::logic_error("a type's conversion has outlived its script");
    return found->second;
}

} // namespace

Conversions::~Conversions() {
    for (std::size_t number : mine_) entries().erase(number);
}

std::size_t Conversions::number(const Value& type_object, const schema::Type& inner) {
    for (std::size_t number : mine_) {
        if (entries()[number].object.same(type_object)) return number;
    }
    static thread_local std::size_t last = 0;
    mine_.push_back(++last);
    entries()[last] = {type_object, std::make_shared<const schema::Type>(inner)};
    return last;
}

namespace {

// --- Enum(SomeEnum): a member is its name in the database, or what values_callable makes of it.

std::vector<Value> members_of(const Value& enumeration) { return enumeration.to_vector(); }

sql::Datum member_in(const Value& value, const Value& enumeration, const schema::Type& type) {
    if (value.is_none()) return sql::Null{};
    auto members = members_of(enumeration);
    for (std::size_t i = 0; i < members.size() && i < type.values.size(); ++i) {
        if (members[i].same(value)) return type.values[i];
    }
    if (value.is_string()) {
        for (std::size_t i = 0; i < type.values.size(); ++i) {
            if (type.values[i] == value.as_string()) return type.values[i];
        }
    }
    lang::raise_error(
        "LookupError",
        fmt::format("{} is not among the defined enum values. Enum name: {}. Possible values: {}",
                    value.repr(), type.type_name.value_or("None"), join(type.values, ", ")));
}

Value member_out(const sql::Datum& datum, const Value& enumeration, const schema::Type& type) {
    const auto* text = std::get_if<std::string>(&datum);
    if (!text) return {};
    auto members = members_of(enumeration);
    for (std::size_t i = 0; i < members.size() && i < type.values.size(); ++i) {
        if (type.values[i] == *text) return members[i];
    }
    lang::raise_error(
        "LookupError",
        fmt::format("'{}' is not among the defined enum values. Enum name: {}. Possible values: {}", *text,
                    type.type_name.value_or("None"), join(type.values, ", ")));
}

Value dialect_of(const Entry& entry) { return make_dialect(entry.object.native<TypeObject>()->session()); }

} // namespace

sql::Datum convert_in(const Value& value, const schema::Type& type) {
    const Entry entry = entry_of(type);
    const auto& object = *entry.object.native<TypeObject>();
    if (!object.enumeration.is_none()) return member_in(value, object.enumeration, type);
    if (auto process = entry.object.find_attribute("process_bind_param"))
        return datum_of(process->call({value, dialect_of(entry)}), entry.inner);
    if (auto make = entry.object.find_attribute("bind_processor")) {
        Value process = make->call({dialect_of(entry)});
        if (!process.is_none()) return datum_of(process.call({value}), entry.inner);
    }
    return datum_of(value, entry.inner);
}

namespace {

// What a type's function makes of something; nothing where it has none, or none for this.
std::optional<Expr> expression_by(const char* hook, const TypePtr& type, const Value& of) {
    if (!type || !type->conversion) return std::nullopt;
    const Entry entry = entry_of(*type);
    auto function = entry.object.find_attribute(hook);
    if (!function) return std::nullopt;
    const Value made = function->call({of});
    if (made.is_none()) return std::nullopt;
    Expr result = coerce(made);
    result.type = type;
    return result;
}

Session& session_of(const schema::Type& type) {
    return entry_of(type).object.native<TypeObject>()->session();
}

} // namespace

Expr bound_expression(const Value& value, const TypePtr& type) {
    if (type && type->conversion && entry_of(*type).object.find_attribute("bind_expression")) {
        // A parameter and no literal, since type_coerce() gives it another type.
        const Value parameter =
            lang::make<BindParameter>(session_of(*type), "bound_value", value, type, false, false);
        if (auto made = expression_by("bind_expression", type, parameter)) return std::move(*made);
    }
    return {sql::make({sql::Literal{datum_of(value, type), type}}), type, {}};
}

std::optional<Expr> selected_expression(const Expr& column) {
    const auto* label = std::get_if<sql::Label>(&column.node->node);
    const auto* named = std::get_if<sql::ColumnRef>(&column.node->node);
    Expr inner = column;
    if (label) inner.node = label->operand;
    if (!column.type || !column.type->conversion) return std::nullopt;
    auto made =
        expression_by("column_expression", column.type, make_expression(session_of(*column.type), inner));
    if (made) merge_froms(made->froms, column.froms);
    if (made && (label || named))
        made->node = sql::make({sql::Label{made->node, label ? label->name : named->name}});
    return made;
}

Value convert_out(Session& session, const sql::Datum& datum, const schema::Type& type) {
    const Entry entry = entry_of(type);
    const auto& object = *entry.object.native<TypeObject>();
    if (!object.enumeration.is_none()) return member_out(datum, object.enumeration, type);
    Value value = value_of(session, datum, entry.inner);
    if (auto process = entry.object.find_attribute("process_result_value"))
        return process->call({value, dialect_of(entry)});
    if (auto make = entry.object.find_attribute("result_processor")) {
        Value process = make->call({dialect_of(entry), Value()});
        if (!process.is_none()) return process.call({value});
    }
    return value;
}

} // namespace orch::script
