// Values: what the driver gets for a value of a column, and how PostgreSQL writes one.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace orch::postgresql {

namespace {

/// "1 00:00:03.5" or "-1 day ..." of sql::Temporal as seconds.
double seconds_of(std::string_view iso) {
    const bool negative = iso.starts_with('-');
    if (negative) iso.remove_prefix(1);
    double parts[4] = {0, 0, 0, 0}; // days, hours, minutes, seconds
    const char* at = iso.data();
    const char* end = iso.data() + iso.size();
    for (int i = 0; i < 4 && at < end; ++i) {
        const auto [next, error] = std::from_chars(at, end, parts[i]);
        if (error != std::errc())
            throw Error(Fault::script, fmt::format("expected an interval, got '{}'", iso));
        at = next < end ? next + 1 : end;
    }
    const double total = ((parts[0] * 24 + parts[1]) * 60 + parts[2]) * 60 + parts[3];
    return negative ? -total : total;
}

/// As Python's repr().
std::string float_text(double number) {
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

std::string hexadecimal(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes)
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
    return out;
}

/// An item of an array in double quotes.
std::string quoted_item(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

struct ItemText {
    std::string operator()(sql::Null) const { return "NULL"; }
    std::string operator()(bool flag) const { return flag ? "t" : "f"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return quoted_item(text); }
    std::string operator()(const sql::Bytes& bytes) const {
        return quoted_item("\\x" + hexadecimal(bytes.bytes));
    }
    std::string operator()(const sql::Decimal& number) const { return number.digits; }
    std::string operator()(const sql::Temporal& temporal) const { return quoted_item(temporal.iso); }
    std::string operator()(const sql::Json& json) const { return quoted_item(json.text); }
    std::string operator()(const sql::Uuid& uuid) const { return uuid.text; }
    std::string operator()(const sql::Array& array) const { return array_text(array); }
};

/// Items whose literals say by themselves what type they have; an array of others is written as one text,
/// whose type follows from the column.
bool speaks_for_itself(const sql::Array& array) {
    if (array.items.empty()) return false;
    for (const sql::DatumBox& item : array.items) {
        const sql::Datum& value = item.value;
        if (const auto* inner = std::get_if<sql::Array>(&value)) {
            if (!speaks_for_itself(*inner)) return false;
        } else if (std::holds_alternative<sql::Json>(value) || std::holds_alternative<sql::Uuid>(value) ||
                   std::holds_alternative<sql::Temporal>(value) ||
                   std::holds_alternative<sql::Bytes>(value)) {
            return false;
        }
    }
    return true;
}

} // namespace

std::string array_text(const sql::Array& array) {
    std::string out;
    for (const sql::DatumBox& item : array.items)
        out += (out.empty() ? "" : ",") + std::visit(ItemText{}, item.value);
    return "{" + out + "}";
}

sql::Datum Compiler::bind(const sql::Datum& given, const schema::Type* type) const {
    if (!type || std::holds_alternative<sql::Null>(given)) return AnsiCompiler::bind(given, type);
    const schema::Type& used = resolve(*type);
    switch (kind(used)) {
    case Kind::boolean: {
        const auto* number = std::get_if<std::int64_t>(&given);
        if (number && (*number == 0 || *number == 1)) return *number == 1;
        return given;
    }
    case Kind::array: {
        const auto* array = std::get_if<sql::Array>(&given);
        if (!array || !used.item) return given;
        sql::Array out;
        for (const sql::DatumBox& item : array->items) {
            const bool nested = std::holds_alternative<sql::Array>(item.value);
            out.items.push_back({bind(item.value, nested ? &used : used.item.get())});
        }
        // {a,b} takes any item type; ARRAY['a', 'b'] would be one of text.
        const Kind items = kind(*used.item);
        if (items == Kind::enumeration || items == Kind::unknown) return array_text(out);
        return out;
    }
    default: return AnsiCompiler::bind(given, type);
    }
}

std::string Compiler::literal_of(const sql::Datum& value) const {
    if (const auto* bytes = std::get_if<sql::Bytes>(&value)) return "'\\x" + hexadecimal(bytes->bytes) + "'";
    if (const auto* number = std::get_if<double>(&value); number && !std::isfinite(*number))
        return std::isnan(*number) ? "'NaN'" : *number > 0 ? "'Infinity'" : "'-Infinity'";
    if (const auto* temporal = std::get_if<sql::Temporal>(&value);
        temporal && temporal->kind == sql::Temporal::interval)
        return fmt::format("make_interval(secs=>{})", float_text(seconds_of(temporal->iso)));
    if (const auto* array = std::get_if<sql::Array>(&value)) {
        if (!speaks_for_itself(*array)) return AnsiCompiler::literal_of(array_text(*array));
        std::string out;
        for (const sql::DatumBox& item : array->items)
            out += (out.empty() ? "" : ", ") + literal_of(item.value);
        return "ARRAY[" + out + "]";
    }
    return AnsiCompiler::literal_of(value);
}

} // namespace orch::postgresql
