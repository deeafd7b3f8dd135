#include "results.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "compiler.hpp"

#include <fmt/format.h>
#include <pqxx/array>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>

namespace orch::postgresql {

namespace {

std::string hexadecimal(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes)
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
    return out;
}

bool has_offset(std::string_view iso) {
    const std::size_t time = iso.find_first_of(" T");
    return time != std::string_view::npos && iso.find_first_of("+-Z", time) != std::string_view::npos;
}

/// A number after an operator must not make a comment of it: x-$1 with -1.
std::string number(std::string text) { return text.starts_with('-') ? " " + text : text; }

struct ValueText {
    std::string operator()(sql::Null) const { return "NULL"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return number(std::to_string(value)); }
    std::string operator()(double value) const {
        if (std::isnan(value)) return "'NaN'::float";
        if (std::isinf(value)) return value > 0 ? "'Infinity'::float" : "'-Infinity'::float";
        std::string text = fmt::format("{}", value);
        if (text.find_first_of(".e") == std::string::npos) text += ".0";
        return number(std::move(text));
    }
    std::string operator()(const std::string& text) const { return string_literal(text); }
    std::string operator()(const sql::Bytes& bytes) const {
        return string_literal("\\x" + hexadecimal(bytes.bytes)) + "::bytea";
    }
    std::string operator()(const sql::Decimal& value) const {
        const bool digits = value.digits.find_first_not_of("0123456789.-+eE") == std::string::npos;
        return digits ? number(value.digits) : string_literal(value.digits) + "::numeric";
    }
    std::string operator()(const sql::Temporal& value) const {
        static constexpr std::string_view types[] = {"date", "time", "timestamp", "interval"};
        if (value.kind == sql::Temporal::interval) return interval(value.iso);
        std::string_view type = types[value.kind];
        if (value.kind == sql::Temporal::datetime && has_offset(value.iso)) type = "timestamptz";
        return fmt::format("'{}'::{}", replace_all(value.iso, "'", "''"), type);
    }
    std::string operator()(const sql::Json& json) const { return string_literal(json.text); }
    std::string operator()(const sql::Uuid& uuid) const { return string_literal(uuid.text) + "::uuid"; }
    std::string operator()(const sql::Array& array) const {
        if (array.items.empty()) return "'{}'";
        std::string out;
        for (const sql::DatumBox& item : array.items)
            out += (out.empty() ? "" : ", ") + std::visit(*this, item.value);
        return "ARRAY[" + out + "]";
    }

    /// Whole days, and seconds that are not below zero, as Python's timedelta counts: the server keeps them
    /// apart.
    static std::string interval(std::string_view iso) {
        const bool negative = iso.starts_with('-');
        if (negative) iso.remove_prefix(1);
        std::int64_t parts[5] = {0, 0, 0, 0, 0}; // days, hours, minutes, seconds, microseconds
        const char* at = iso.data();
        const char* end = iso.data() + iso.size();
        for (std::int64_t& part : parts) {
            const char* from = at;
            at = std::from_chars(at, end, part).ptr;
            if (&part == &parts[4])
                for (auto digits = at - from; digits > 0 && digits < 6; ++digits) part *= 10;
            if (at < end) ++at;
        }
        constexpr std::int64_t day = 86'400'000'000;
        std::int64_t all =
            parts[0] * day + ((parts[1] * 60 + parts[2]) * 60 + parts[3]) * 1'000'000 + parts[4];
        if (negative) all = -all;
        std::int64_t days = all / day, rest = all % day;
        if (rest < 0) {
            rest += day;
            --days;
        }
        return fmt::format("'{} days {}.{:06} seconds'::interval", days, rest / 1'000'000, rest % 1'000'000);
    }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
} // namespace

std::string string_literal(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw Error(Fault::script, "PostgreSQL cannot store a string with a NUL byte")
            .hint("a bytea column takes it as bytes");
    const std::string doubled = "'" + replace_all(text, "'", "''") + "'";
    return text.find('\\') == std::string_view::npos ? doubled : " E" + replace_all(doubled, "\\", "\\\\");
}

std::string with_values(std::string_view sql, const std::vector<sql::Datum>& values) {
    std::string out;
    out.reserve(sql.size() + values.size() * 16);
    for (std::size_t at = 0; at < sql.size();) {
        if (const std::size_t end = end_of_quoted(sql, at); end != at) {
            out += sql.substr(at, end - at);
            at = end;
            continue;
        }
        const bool parameter = sql[at] == '$' && at + 1 < sql.size() && is_digit(sql[at + 1]) &&
                               (at == 0 || !in_word(sql[at - 1]));
        if (!parameter) {
            out += sql[at++];
            continue;
        }
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
        if (error != std::errc() || number == 0 || number > values.size())
            throw Error(Fault::script, fmt::format("the statement has a parameter ${}, got {} value{}",
                                                   number, values.size(), values.size() == 1 ? "" : "s"))
                .sql(std::string(sql));
        out += std::visit(ValueText{}, values[number - 1]);
        at = static_cast<std::size_t>(end - sql.data());
    }
    return out;
}

namespace {

// The types that every PostgreSQL has under these numbers (pg_type.dat).
namespace oid {
constexpr Oid bool_ = 16, bytea = 17, int8 = 20, int2 = 21, int4 = 23, oid = 26, json = 114, float4 = 700,
              float8 = 701, date = 1082, time = 1083, timestamp = 1114, timestamptz = 1184, interval = 1186,
              timetz = 1266, numeric = 1700, uuid = 2950, jsonb = 3802;
} // namespace oid

/// The item types of the arrays that come as lists; other arrays come as text, as with psycopg2.
Oid item_of(Oid array) {
    switch (array) {
    case 1000: return oid::bool_;
    case 1001: return oid::bytea;
    case 1005: return oid::int2;
    case 1007: return oid::int4;
    case 1016: return oid::int8;
    case 1028: return oid::oid;
    case 199: return oid::json;
    case 3807: return oid::jsonb;
    case 1021: return oid::float4;
    case 1022: return oid::float8;
    case 1182: return oid::date;
    case 1183: return oid::time;
    case 1270: return oid::timetz;
    case 1115: return oid::timestamp;
    case 1185: return oid::timestamptz;
    case 1187: return oid::interval;
    case 1231: return oid::numeric;
    case 2951: return oid::uuid;
    case 1002: // "char"
    case 1003: // name
    case 1009: // text
    case 1014: // character
    case 1015: // character varying
    case 1263: // cstring
        return 25;
    default: return 0;
    }
}

std::int64_t integer(std::string_view text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::string bytes(std::string_view text) {
    const std::string ended(text);
    std::size_t size = 0;
    const std::unique_ptr<unsigned char, decltype(&PQfreemem)> raw(
        PQunescapeBytea(reinterpret_cast<const unsigned char*>(ended.c_str()), &size), PQfreemem);
    return raw ? std::string(reinterpret_cast<const char*>(raw.get()), size) : std::string();
}

/// Offsets as ISO 8601 has them: +02 becomes +02:00.
std::string with_offset(std::string_view text) {
    const std::size_t at = text.find_last_of("+-");
    std::string out(text);
    return at != std::string_view::npos && text.size() - at == 3 ? out + ":00" : out;
}

/// "1 year 2 mons -3 days 04:05:06.789" as days and seconds; a month has 30 days and a year 365, as in
/// psycopg2.
std::string interval(std::string_view text) {
    std::int64_t days = 0, micros = 0;
    const std::vector<std::string> pieces = words(text);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::string& piece = pieces[i];
        if (piece.find(':') == std::string::npos) {
            const std::int64_t count = integer(piece.starts_with('+') ? piece.substr(1) : piece);
            const std::string unit = i + 1 < pieces.size() ? pieces[++i] : "days";
            days += count * (unit.starts_with("year") ? 365 : unit.starts_with("mon") ? 30 : 1);
            continue;
        }
        const bool negative = piece.starts_with('-');
        const std::vector<std::string> parts =
            split(piece.substr(negative || piece.starts_with('+') ? 1 : 0), ':');
        if (parts.size() != 3) return std::string(text);
        const double seconds = std::strtod(parts[2].c_str(), nullptr);
        const std::int64_t total =
            (integer(parts[0]) * 3600 + integer(parts[1]) * 60) * 1'000'000 + std::llround(seconds * 1e6);
        micros += negative ? -total : total;
    }
    constexpr std::int64_t day = 86'400'000'000;
    std::int64_t all = days * day + micros;
    const bool negative = all < 0;
    if (negative) all = -all;
    const std::int64_t rest = all % day, second = rest / 1'000'000, fraction = rest % 1'000'000;
    std::string out = fmt::format("{}{} {:02}:{:02}:{:02}", negative ? "-" : "", all / day, second / 3600,
                                  second / 60 % 60, second % 60);
    return fraction == 0 ? out : out + fmt::format(".{:06}", fraction);
}

/// {1,NULL,{...}}
sql::Datum array(Oid item, std::string_view text) {
    const std::string ended(text.substr(text.starts_with('[') ? text.find('{') : 0)); // [2:3]={a,b}
    pqxx::array_parser parser(ended.c_str());
    std::vector<sql::Array> open;
    for (;;) {
        const auto [kind, piece] = parser.get_next();
        using juncture = pqxx::array_parser::juncture;
        sql::Datum value;
        switch (kind) {
        case juncture::row_start: open.emplace_back(); continue;
        case juncture::null_value: value = sql::Null{}; break;
        case juncture::string_value: value = value_of(item, piece); break;
        case juncture::row_end: {
            if (open.empty()) return std::string(text);
            value = std::move(open.back());
            open.pop_back();
            if (open.empty()) return value;
            break;
        }
        case juncture::done: return std::string(text);
        }
        if (open.empty()) return std::string(text);
        open.back().items.push_back({std::move(value)});
    }
}

} // namespace

sql::Datum value_of(Oid type, std::string_view text) {
    using sql::Temporal;
    switch (type) {
    case oid::bool_: return text == "t";
    case oid::int2:
    case oid::int4:
    case oid::int8:
    case oid::oid: return integer(text);
    case oid::float4:
    case oid::float8: return std::strtod(std::string(text).c_str(), nullptr);
    case oid::numeric: return sql::Decimal{std::string(text)};
    case oid::bytea: return sql::Bytes{bytes(text)};
    case oid::date: return Temporal{Temporal::date, std::string(text)};
    case oid::time: return Temporal{Temporal::time, std::string(text)};
    case oid::timetz: return Temporal{Temporal::time, with_offset(text)};
    case oid::timestamp: return Temporal{Temporal::datetime, std::string(text)};
    case oid::timestamptz: return Temporal{Temporal::datetime, with_offset(text)};
    case oid::interval: return Temporal{Temporal::interval, interval(text)};
    case oid::json:
    case oid::jsonb: return sql::Json{std::string(text)};
    case oid::uuid: return sql::Uuid{std::string(text)};
    default: break;
    }
    if (const Oid item = item_of(type)) return array(item, text);
    return std::string(text);
}

void read_rows(const PGresult* result, sql::Result& into) {
    const int columns = PQnfields(result), rows = PQntuples(result);
    into.columns.clear();
    for (int i = 0; i < columns; ++i) into.columns.emplace_back(PQfname(result, i));
    into.rows.reserve(into.rows.size() + static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
        std::vector<sql::Datum>& out = into.rows.emplace_back();
        out.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) {
            if (PQgetisnull(result, row, i)) {
                out.emplace_back(sql::Null{});
                continue;
            }
            const auto size = static_cast<std::size_t>(PQgetlength(result, row, i));
            out.push_back(value_of(PQftype(result, i), {PQgetvalue(result, row, i), size}));
        }
    }
}

std::int64_t affected(const PGresult* result) {
    const std::string_view tuples = PQcmdTuples(const_cast<PGresult*>(result));
    std::int64_t rows = 0;
    std::from_chars(tuples.data(), tuples.data() + tuples.size(), rows);
    return rows;
}

} // namespace orch::postgresql
