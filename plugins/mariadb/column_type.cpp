#include "column_type.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace orch::mariadb {

namespace {

/// What the parentheses hold.
enum class Holds { nothing, length, width, precision, fraction, values };

struct Row {
    std::string_view word, name;
    Holds holds;
    bool of_module = true; ///< in sqlalchemy.dialects.mysql; else SQLAlchemy's own
};
constexpr auto rows = std::to_array<Row>({
    {"bigint", "BIGINT", Holds::width},
    {"binary", "BINARY", Holds::length, false},
    {"bit", "BIT", Holds::length},
    {"blob", "BLOB", Holds::length, false},
    {"char", "CHAR", Holds::length},
    {"date", "DATE", Holds::nothing, false},
    {"datetime", "DATETIME", Holds::fraction},
    {"decimal", "DECIMAL", Holds::precision},
    {"double", "DOUBLE", Holds::precision},
    {"enum", "ENUM", Holds::values},
    {"float", "FLOAT", Holds::precision},
    {"inet4", "INET4", Holds::nothing},
    {"inet6", "INET6", Holds::nothing},
    {"int", "INTEGER", Holds::width},
    {"json", "JSON", Holds::nothing},
    {"longblob", "LONGBLOB", Holds::nothing},
    {"longtext", "LONGTEXT", Holds::nothing},
    {"mediumblob", "MEDIUMBLOB", Holds::nothing},
    {"mediumint", "MEDIUMINT", Holds::width},
    {"mediumtext", "MEDIUMTEXT", Holds::nothing},
    {"set", "SET", Holds::values},
    {"smallint", "SMALLINT", Holds::width},
    {"text", "TEXT", Holds::length},
    {"time", "TIME", Holds::fraction},
    {"timestamp", "TIMESTAMP", Holds::fraction},
    {"tinyblob", "TINYBLOB", Holds::nothing},
    {"tinyint", "TINYINT", Holds::width},
    {"tinytext", "TINYTEXT", Holds::nothing},
    {"uuid", "UUID", Holds::nothing, false},
    {"varbinary", "VARBINARY", Holds::length, false},
    {"varchar", "VARCHAR", Holds::length},
    {"year", "YEAR", Holds::width},
});

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

/// 'a','it''s' -> a, it's
std::vector<std::string> values_of(std::string_view text) {
    std::vector<std::string> values;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\'') continue;
        std::string& value = values.emplace_back();
        for (++at; at < text.size(); ++at) {
            if (text[at] == '\'') {
                if (at + 1 == text.size() || text[at + 1] != '\'') break;
                ++at; // doubled
            }
            value += text[at];
        }
    }
    return values;
}

} // namespace

schema::Type column_type(std::string_view told) {
    const std::size_t open = told.find_first_of("( ");
    const std::string word = lower(told.substr(0, open));
    const std::size_t close = told.rfind(')');
    const bool has_arguments =
        open != std::string_view::npos && told[open] == '(' && close != std::string_view::npos;
    const std::string_view arguments = has_arguments ? told.substr(open + 1, close - open - 1) : "";
    const auto row = std::ranges::find(rows, word, &Row::word);
    schema::Type type;
    if (row == rows.end()) {
        type.name = word;
        type.verbatim = std::string(told);
        return type;
    }
    type.name = row->name;
    if (row->of_module) type.module = "mysql";
    const std::string after = lower(has_arguments ? told.substr(close + 1) : told.substr(word.size()));
    type.unsigned_ = after.find("unsigned") != std::string::npos;
    type.zerofill = after.find("zerofill") != std::string::npos;
    switch (row->holds) {
    case Holds::nothing: break;
    case Holds::length:
    case Holds::width: type.length = number(arguments); break;
    case Holds::fraction: type.precision = number(arguments); break;
    case Holds::precision:
        type.precision = number(arguments);
        if (const std::size_t comma = arguments.find(','); comma != std::string_view::npos)
            type.scale = number(arguments.substr(comma + 1));
        break;
    case Holds::values: type.values = values_of(arguments); break;
    }
    return type;
}

} // namespace orch::mariadb
