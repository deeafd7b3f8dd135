#include "results.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace orch::mariadb {

namespace {

constexpr unsigned binary_charset = 63;

/// The digits as they are where 64 bits with a sign do not hold them.
sql::Datum integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
    return sql::Decimal{std::string(text)};
}

sql::Datum bits(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
    if (number > INT64_MAX) return sql::Decimal{std::to_string(number)};
    return static_cast<std::int64_t>(number);
}

/// Year, month and day are there. The servers' zero dates are in no calendar.
bool in_calendar(std::string_view date) {
    return date.size() >= 10 && date.substr(0, 4) != "0000" && date.substr(5, 2) != "00" &&
           date.substr(8, 2) != "00";
}

sql::Datum moment(std::string_view text, sql::Temporal::Kind kind) {
    if (!in_calendar(text)) return std::string(text);
    return sql::Temporal{kind, std::string(text)};
}

/// TIME holds spans as well: what is no time of day is an interval.
sql::Datum time(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    int hours = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), hours);
    if (error != std::errc()) return std::string(text);
    if (!negative && hours < 24) return sql::Temporal{sql::Temporal::time, std::string(text)};
    const std::string_view rest(end, static_cast<std::size_t>(digits.data() + digits.size() - end));
    return sql::Temporal{sql::Temporal::interval,
                         fmt::format("{}{} {:02}{}", negative ? "-" : "", hours / 24, hours % 24, rest)};
}

} // namespace

sql::Datum datum(const MYSQL_FIELD& field, const char* bytes, unsigned long length) {
    if (!bytes) return sql::Null{};
    const std::string_view text(bytes, length);
    switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR: return integer(text);
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE: return std::strtod(std::string(text).c_str(), nullptr);
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL: return sql::Decimal{std::string(text)};
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE: return moment(text, sql::Temporal::date);
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIMESTAMP: return moment(text, sql::Temporal::datetime);
    case MYSQL_TYPE_TIME: return time(text);
    case MYSQL_TYPE_BIT: return bits(text);
    case MYSQL_TYPE_JSON: return std::string(text);
    default: break;
    }
    if (field.charsetnr == binary_charset) return sql::Bytes{std::string(text)};
    return std::string(text);
}

std::string text_of(const sql::Datum& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const auto* bytes = std::get_if<sql::Bytes>(&value);
    return bytes ? bytes->bytes : std::string();
}

void take_rows(MYSQL* session, bool reads, sql::Result& result) {
    struct Free {
        void operator()(MYSQL_RES* rows) const { mysql_free_result(rows); }
    };
    const std::unique_ptr<MYSQL_RES, Free> rows(reads ? mysql_store_result(session)
                                                      : mysql_use_result(session));
    if (!rows || !reads) return;
    result.columns.clear();
    result.rows.clear();
    const unsigned count = mysql_num_fields(rows.get());
    const MYSQL_FIELD* fields = mysql_fetch_fields(rows.get());
    for (unsigned i = 0; i < count; ++i) result.columns.emplace_back(fields[i].name, fields[i].name_length);
    while (const MYSQL_ROW row = mysql_fetch_row(rows.get())) {
        const unsigned long* lengths = mysql_fetch_lengths(rows.get());
        std::vector<sql::Datum>& values = result.rows.emplace_back();
        values.reserve(count);
        for (unsigned i = 0; i < count; ++i) values.push_back(datum(fields[i], row[i], lengths[i]));
    }
}

} // namespace orch::mariadb
