// Python values as values of a database and back, by the rules of SQLAlchemy's types.
#include "script/convert.hpp"

#include "script/sqlalchemy/conversion.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

namespace orch::script {

using lang::Value;
using sql::Datum;
using sql::Temporal;

namespace {

// The type that decides about values: that of a TypeDecorator's implementation, too.
bool is_named(const TypePtr& type, std::initializer_list<std::string_view> names) {
    if (!type) return false;
    return std::find(names.begin(), names.end(), type->name) != names.end();
}

bool is_json(const TypePtr& type) { return is_named(type, {"JSON", "JSONB"}); }
bool is_array(const TypePtr& type) { return is_named(type, {"ARRAY"}); }
bool is_enum(const TypePtr& type) { return is_named(type, {"Enum", "ENUM"}); }

[[noreturn]] void refuse_pickle() {
    lang::raise_error(
        "NotImplementedError",
        "the values of a PickleType are Python's own pickles, which orch neither makes nor reads; "
        "sa.LargeBinary moves them as they are");
}

Value dumps(const Value& value) {
    auto* interpreter = lang::Interpreter::current();
    return interpreter->import("json").method("dumps", {value});
}

Datum array_of(const Value& value, const TypePtr& type) {
    sql::Array result;
    for (const auto& item : value.to_vector())
        result.items.push_back({datum_of(item, type ? type->item : nullptr)});
    return result;
}

Datum interval_of(const Value& value) {
    std::int64_t days = value.attribute("days").as_int();
    std::int64_t seconds = value.attribute("seconds").as_int();
    std::int64_t micros = value.attribute("microseconds").as_int();
    bool negative = days < 0;
    if (negative) { // Python keeps seconds positive: -1 day, 23:59:00 is one minute back
        std::int64_t total = (days * 86400 + seconds) * 1'000'000 + micros;
        total = -total;
        days = total / 86'400'000'000;
        seconds = total / 1'000'000 % 86400;
        micros = total % 1'000'000;
    }
    std::string text = fmt::format("{}{} {:02}:{:02}:{:02}", negative ? "-" : "", days, seconds / 3600,
                                   seconds / 60 % 60, seconds % 60);
    if (micros) text += fmt::format(".{:06}", micros);
    return Temporal{Temporal::interval, text};
}

std::string isoformat(const Value& value) { return std::string(value.method("isoformat").as_string()); }

// What the standard library's classes are, by their qualified names. Nothing for others.
std::optional<Datum> library_value(const Value& value) {
    std::string type = value.qualified_type();
    if (type == "datetime.datetime")
        return Temporal{Temporal::datetime, replace_all(isoformat(value), "T", " ")};
    if (type == "datetime.date") return Temporal{Temporal::date, isoformat(value)};
    if (type == "datetime.time") return Temporal{Temporal::time, isoformat(value)};
    if (type == "datetime.timedelta") return interval_of(value);
    if (type == "uuid.UUID") return sql::Uuid{value.str()};
    if (type == "decimal.Decimal") return sql::Decimal{value.str()};
    return std::nullopt;
}

// A member of an enum.Enum: SQLAlchemy's Enum stores the member's name; a str or int mix-in is its value
// elsewhere.
std::optional<Datum> enum_member(const Value& value, const TypePtr& type) {
    auto name = value.find_attribute("name");
    auto inner = value.find_attribute("value");
    if (!name || !inner || !name->is_string()) return std::nullopt;
    if (is_enum(type)) {
        for (const auto& allowed : type->values) {
            if (allowed == name->as_string()) return std::string(name->as_string());
        }
        return datum_of(*inner); // values_callable
    }
    if (inner->is_string() || inner->is_integer()) return datum_of(*inner, type);
    return std::nullopt;
}

} // namespace

namespace {

thread_local std::string dialect_of_run;

// with_variant(): the type that this run's database has in its place.
const TypePtr& variant_of(const TypePtr& type) {
    if (!type || type->variants.empty()) return type;
    auto found = type->variants.find(dialect_of_run);
    return found == type->variants.end() ? type : found->second;
}

// A SET of MySQL is one text, its members in the type's order.
std::string members_of_set(const Value& value, const schema::Type& type) {
    std::vector<std::string> given, ordered;
    for (const auto& member : value.to_vector()) given.emplace_back(member.as_string("a member of a SET"));
    for (const auto& each : type.values)
        if (std::find(given.begin(), given.end(), each) != given.end()) ordered.push_back(each);
    for (const auto& each : given)
        if (std::find(ordered.begin(), ordered.end(), each) == ordered.end()) ordered.push_back(each);
    return join(ordered, ",");
}

} // namespace

void use_variants_of(std::string dialect) { dialect_of_run = std::move(dialect); }

Datum datum_of(const Value& value, const TypePtr& given) {
    const TypePtr& type = variant_of(given);
    if (type && type->conversion) return convert_in(value, *type);
    if (is_named(type, {"PickleType"}) && !value.is_none()) refuse_pickle();
    if (is_json(type) && !value.is_none()) return sql::Json{std::string(dumps(value).as_string())};
    switch (value.type()) {
    case lang::Type::none: return sql::Null{};
    case lang::Type::boolean: return value.as_bool();
    case lang::Type::integer: return value.as_int();
    case lang::Type::real: return value.as_double();
    case lang::Type::big_integer: return sql::Decimal{value.str()};
    case lang::Type::string: return std::string(value.as_string());
    case lang::Type::bytes: return sql::Bytes{std::string(value.as_bytes())};
    case lang::Type::list:
    case lang::Type::tuple:
    case lang::Type::set:
        if (is_named(type, {"SET"})) return members_of_set(value, *type);
        return array_of(value, is_array(type) ? type : nullptr);
    default: break;
    }
    if (auto datum = library_value(value)) return *datum;
    if (auto datum = enum_member(value, type)) return *datum;
    if (value.is(lang::Type::dict)) {
        lang::raise_error("TypeError",
                          "a dict is no value of a database; use json.dumps(), or a column of type sa.JSON");
    }
    lang::raise_error("TypeError",
                      fmt::format("a value of type '{}' is no value of a database", value.type_name()));
}

namespace {

Value from_iso(Session& session, std::string_view cls, const std::string& text) {
    return session.interpreter.import("datetime").attribute(cls).method("fromisoformat", {Value(text)});
}

Value interval_value(Session& session, const std::string& text) {
    bool negative = text.starts_with('-');
    std::size_t space = text.find(' ');
    auto clock = split(text.substr(space + 1), ':');
    double seconds = std::stod(clock.at(0)) * 3600 + std::stod(clock.at(1)) * 60 + std::stod(clock.at(2));
    double days = std::stod(text.substr(negative ? 1 : 0, space));
    double sign = negative ? -1 : 1;
    return session.interpreter.import("datetime")
        .attribute("timedelta")
        .call({}, {{"days", sign * days}, {"seconds", sign * seconds}});
}

Value temporal(Session& session, const Temporal& value) {
    switch (value.kind) {
    case Temporal::date: return from_iso(session, "date", value.iso);
    case Temporal::time: return from_iso(session, "time", value.iso);
    case Temporal::datetime: return from_iso(session, "datetime", value.iso);
    case Temporal::interval: return interval_value(session, value.iso);
    }
    return {};
}

// SQLite keeps an interval as the moment that lies so far from 1970-01-01.
Value interval_since_epoch(Session& session, const std::string& text) {
    Value datetime = session.interpreter.import("datetime").attribute("datetime");
    Value epoch = datetime.call({Value(1970), Value(1), Value(1)});
    return session.interpreter.import("operator")
        .method("sub", {datetime.method("fromisoformat", {Value(text)}), epoch});
}

Value make_uuid(Session& session, const std::string& text, bool as_uuid) {
    Value uuid = session.interpreter.import("uuid").attribute("UUID").call({Value(text)});
    return as_uuid ? uuid : Value(uuid.str());
}

// Databases without a type of their own answer with text or numbers; the column's type says what they stand
// for.
std::optional<Value> typed_text(Session& session, const std::string& text, const TypePtr& type) {
    if (is_named(type, {"DateTime", "DATETIME", "TIMESTAMP"})) return from_iso(session, "datetime", text);
    if (is_named(type, {"Date", "DATE"})) return from_iso(session, "date", text);
    if (is_named(type, {"Time", "TIME"})) return from_iso(session, "time", text);
    if (is_named(type, {"Interval"})) return interval_since_epoch(session, text);
    if (is_json(type)) return session.interpreter.import("json").method("loads", {Value(text)});
    if (is_named(type, {"SET"})) {
        std::vector<Value> members;
        for (auto& each : split(text, ','))
            if (!each.empty()) members.emplace_back(std::move(each));
        return lang::builtin("set").call({Value::list(std::move(members))});
    }
    if (is_named(type, {"Uuid", "UUID"})) return make_uuid(session, text, type->as_uuid);
    return std::nullopt;
}

bool is_decimal(const TypePtr& type) {
    if (!type || !type->as_decimal) return false;
    const bool of_mysql =
        type->module == "mysql" && is_named(type, {"DOUBLE", "REAL"}); // decimals by themselves
    const bool asked = is_named(type, {"Float", "FLOAT", "Double", "DOUBLE", "REAL", "DOUBLE_PRECISION"}) &&
                       type->options.contains("asdecimal");
    return is_named(type, {"Numeric", "NUMERIC", "DECIMAL"}) || of_mysql || asked;
}

Value decimal(Session& session, const std::string& digits) {
    return session.interpreter.import("decimal").attribute("Decimal").call({Value(digits)});
}

// A number of a database without exact decimals: as many digits as the type has, or ten.
Value rounded_decimal(Session& session, double value, const schema::Type& type) {
    return decimal(session, fmt::format("{:.{}f}", value, type.scale.value_or(10)));
}

struct ToValue {
    Session& session;
    const TypePtr& type;

    Value operator()(sql::Null) const { return {}; }
    Value operator()(bool value) const { return value; }
    Value operator()(std::int64_t value) const {
        if (is_named(type, {"Boolean", "BOOLEAN"})) return value != 0;
        if (is_decimal(type)) return rounded_decimal(session, static_cast<double>(value), *type);
        return value;
    }
    Value operator()(double value) const {
        if (is_decimal(type)) return rounded_decimal(session, value, *type);
        return value;
    }
    Value operator()(const std::string& value) const {
        if (auto result = typed_text(session, value, type)) return *result;
        return value;
    }
    Value operator()(const sql::Bytes& value) const {
        if (is_named(type, {"PickleType"})) refuse_pickle();
        return Value::bytes(value.bytes);
    }
    Value operator()(const sql::Decimal& value) const {
        if (is_named(type, {"Integer", "BigInteger", "INTEGER", "BIGINT"}) &&
            value.digits.find('.') == std::string::npos)
            return lang::builtin("int").call({Value(value.digits)}); // beyond 64 bits with a sign
        const bool as_float = is_named(type, {"Numeric", "NUMERIC", "DECIMAL"}) && !type->as_decimal;
        Value result = decimal(session, value.digits);
        return as_float || is_named(type, {"Float", "FLOAT", "REAL", "Double", "DOUBLE"})
                   ? Value(std::stod(value.digits))
                   : result;
    }
    Value operator()(const Temporal& value) const { return temporal(session, value); }
    Value operator()(const sql::Json& value) const {
        return session.interpreter.import("json").method("loads", {Value(value.text)});
    }
    Value operator()(const sql::Uuid& value) const {
        return make_uuid(session, value.text, !type || type->as_uuid);
    }
    Value operator()(const sql::Array& value) const {
        std::vector<Value> items;
        for (const auto& item : value.items)
            items.push_back(value_of(session, item.value, type ? type->item : nullptr));
        return Value::list(std::move(items));
    }
};

} // namespace

Value value_of(Session& session, const Datum& datum, const TypePtr& given) {
    const TypePtr& type = variant_of(given);
    if (type && type->conversion) return convert_out(session, datum, *type);
    return std::visit(ToValue{session, type}, datum);
}

} // namespace orch::script
