// Values in statements: what a driver gets, and how a literal is written.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <cmath>

namespace orch::dialect {

namespace {

template <class... Fs>
struct Overload : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overload(Fs...) -> Overload<Fs...>;

std::string single_quoted(std::string_view text) { return "'" + replace_all(text, "'", "''") + "'"; }

/// As Python's repr(): always recognisable as a float.
std::string float_text(double value) {
    if (!std::isfinite(value))
        throw Error(Fault::script, fmt::format("SQL has no literal for the float '{}'", value));
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string hexadecimal(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes)
        fmt::format_to(std::back_inserter(out), "{:02X}", static_cast<unsigned char>(c));
    return out;
}

void append_escape(std::string& out, unsigned unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

/// The code point that begins at `at` of well-formed UTF-8; moves `at` behind it.
unsigned code_point(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at++]);
    if (first < 0xC0) return first;
    const int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    unsigned point = first & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i)
        point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    return point;
}

/// As Python's json.dumps() writes a string: ASCII only.
std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const unsigned point = code_point(text, at);
        switch (point) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        default:
            if (point >= 0x20 && point < 0x7F) {
                out += static_cast<char>(point);
            } else if (point < 0x10000) {
                append_escape(out, point);
            } else {
                append_escape(out, 0xD800 + ((point - 0x10000) >> 10));
                append_escape(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
            }
        }
    }
    return out + "\"";
}

/// A JSON column takes any value; what is no document yet becomes one.
sql::Datum json_document(const sql::Datum& value, const schema::Type& type) {
    return std::visit(
        Overload{
            [&](sql::Null) -> sql::Datum {
                // Alembic and SQLAlchemy store JSON's null for None unless the type says none_as_null.
                if (option_flag(type.options, "none_as_null", false)) return sql::Null{};
                return sql::Json{"null"};
            },
            [](bool flag) -> sql::Datum { return sql::Json{flag ? "true" : "false"}; },
            [](std::int64_t number) -> sql::Datum { return sql::Json{std::to_string(number)}; },
            [](double number) -> sql::Datum { return sql::Json{float_text(number)}; },
            [](const std::string& text) -> sql::Datum { return sql::Json{json_string(text)}; },
            [](const sql::Json& json) -> sql::Datum { return json; },
            [](const sql::Decimal& number) -> sql::Datum { return sql::Json{number.digits}; },
            [](const auto&) -> sql::Datum {
                throw Error(Fault::script,
                            "a JSON column takes what JSON knows: expected None, a boolean, a number, a "
                            "string, a list or a dict, got a date, bytes or a UUID");
            },
        },
        value);
}

} // namespace

sql::Datum AnsiCompiler::bind(const sql::Datum& value, const schema::Type* type) const {
    if (type && kind(*type) == Kind::json) return json_document(value, resolve(*type));
    return value;
}

std::string AnsiCompiler::literal(const sql::Datum& value) const { return literal_of(bind(value, nullptr)); }

std::string AnsiCompiler::literal_of(const sql::Datum& value) const {
    return std::visit(
        Overload{
            [](sql::Null) -> std::string { return "NULL"; },
            [this](bool flag) { return constant(flag ? sql::Constant::true_ : sql::Constant::false_); },
            [](std::int64_t number) { return std::to_string(number); },
            [](double number) { return float_text(number); },
            [](const std::string& text) {
                if (text.find('\0') != std::string::npos)
                    throw Error(Fault::script,
                                "a string with a NUL byte cannot be written as an SQL literal");
                return single_quoted(text);
            },
            [](const sql::Bytes& bytes) { return "X'" + hexadecimal(bytes.bytes) + "'"; },
            [](const sql::Decimal& number) { return number.digits; },
            [](const sql::Temporal& temporal) { return single_quoted(temporal.iso); },
            [](const sql::Json& json) { return single_quoted(json.text); },
            [](const sql::Uuid& uuid) { return single_quoted(uuid.text); },
            [this](const sql::Array& array) {
                std::string out;
                for (const sql::DatumBox& item : array.items)
                    out += (out.empty() ? "" : ", ") + literal_of(item.value);
                return "(" + out + ")";
            },
        },
        value);
}

std::string AnsiCompiler::value(const sql::Datum& value, const schema::Type* type, Scope& scope) const {
    if (const auto* list = std::get_if<sql::Array>(&value); list && !(type && kind(*type) == Kind::array)) {
        std::string out;
        for (const sql::DatumBox& item : list->items)
            out += (out.empty() ? "" : ", ") + this->value(item.value, type, scope);
        return "(" + (out.empty() ? empty_set(1, type) : out) + ")";
    }
    sql::Datum bound = bind(value, type);
    if (scope.values == Values::literals) return literal_of(bound);
    scope.parameters->push_back(std::move(bound));
    return placeholder(scope.parameters->size());
}

namespace {

/// What a value is without being told.
Kind natural(const sql::Datum& value) {
    return std::visit(
        Overload{
            [](sql::Null) { return Kind::unknown; },
            [](bool) { return Kind::boolean; },
            [](std::int64_t) { return Kind::integer; },
            [](double) { return Kind::floating; },
            [](const std::string&) { return Kind::string; },
            [](const sql::Bytes&) { return Kind::binary; },
            [](const sql::Decimal&) { return Kind::numeric; },
            [](const sql::Temporal& temporal) {
                constexpr Kind kinds[] = {Kind::date, Kind::time, Kind::datetime, Kind::interval};
                return kinds[temporal.kind];
            },
            [](const sql::Json&) { return Kind::json; },
            [](const sql::Uuid&) { return Kind::uuid; },
            [](const sql::Array& list) {
                return list.items.empty() ? Kind::unknown : natural(list.items.front().value);
            },
        },
        value);
}

} // namespace

// The type that a value has beside a column of type `other`: that one's where both are of a kind, else the
// value's own. So a date beside a DateTime stays a date, as in SQLAlchemy.
const schema::Type* AnsiCompiler::compared_as(const sql::Datum& value, const schema::Type* other) const {
    if (!other) return nullptr;
    const Kind own = natural(value), theirs = kind(*other);
    if (theirs == Kind::array && std::holds_alternative<sql::Array>(value)) return other;
    const bool text = own == Kind::string && (theirs == Kind::enumeration || theirs == Kind::uuid);
    return own == theirs || text ? other : nullptr;
}

std::string AnsiCompiler::typed(const schema::ExpressionPtr& expression, const schema::Type* type,
                                Scope& scope) const {
    const auto* literal = expression ? std::get_if<sql::Literal>(&expression->node) : nullptr;
    if (literal && !literal->type) return value(literal->value, type, scope);
    return this->expression(expression, scope);
}

} // namespace orch::dialect
