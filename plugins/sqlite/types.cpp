#include "types.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace orch::sqlite {

namespace {

enum class Takes { nothing, length, precision, scale };
struct Known {
    std::string_view word, name, module, family;
    Takes takes;
};

// The words that SQLAlchemy's SQLite dialect knows, and the family of each class.
constexpr auto known = std::to_array<Known>({
    {"BIGINT", "BIGINT", "", "Integer", Takes::nothing},
    {"BLOB", "BLOB", "", "LargeBinary", Takes::nothing},
    {"BOOL", "BOOLEAN", "", "Boolean", Takes::nothing},
    {"BOOLEAN", "BOOLEAN", "", "Boolean", Takes::nothing},
    {"CHAR", "CHAR", "", "String", Takes::length},
    {"DATE", "DATE", "", "Date", Takes::nothing},
    {"DATE_CHAR", "DATE", "", "Date", Takes::nothing},
    {"DATETIME", "DATETIME", "", "DateTime", Takes::nothing},
    {"DATETIME_CHAR", "DATETIME", "", "DateTime", Takes::nothing},
    {"DECIMAL", "DECIMAL", "", "Numeric", Takes::scale},
    {"DOUBLE", "DOUBLE", "", "Numeric", Takes::nothing},
    {"FLOAT", "FLOAT", "", "Numeric", Takes::precision},
    {"INT", "INTEGER", "", "Integer", Takes::nothing},
    {"INTEGER", "INTEGER", "", "Integer", Takes::nothing},
    {"JSON", "JSON", "", "JSON", Takes::nothing},
    {"JSONB", "JSONB", "", "JSON", Takes::nothing},
    {"NCHAR", "NCHAR", "", "String", Takes::length},
    {"NUMERIC", "NUMERIC", "", "Numeric", Takes::scale},
    {"NVARCHAR", "NVARCHAR", "", "String", Takes::length},
    {"REAL", "REAL", "", "Numeric", Takes::nothing},
    {"SMALLINT", "SMALLINT", "", "Integer", Takes::nothing},
    {"TEXT", "TEXT", "", "String", Takes::length},
    {"TIME", "TIME", "", "Time", Takes::nothing},
    {"TIME_CHAR", "TIME", "", "Time", Takes::nothing},
    {"TIMESTAMP", "TIMESTAMP", "", "DateTime", Takes::nothing},
    {"VARCHAR", "VARCHAR", "", "String", Takes::length},
});

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

const Known* find(std::string_view word) {
    const auto at = std::ranges::find(known, word, &Known::word);
    return at == known.end() ? nullptr : &*at;
}

/// SQLite's rules, of which the first that fits counts: https://www.sqlite.org/datatype3.html
std::string by_affinity(std::string_view word) {
    const auto has = [&](std::string_view part) { return word.find(part) != std::string_view::npos; };
    if (has("INT")) return "INTEGER";
    if (has("CHAR") || has("CLOB") || has("TEXT")) return "TEXT";
    if (has("BLOB") || word.empty()) return "NullType";
    if (has("REAL") || has("FLOA") || has("DOUB")) return "REAL";
    return "NUMERIC";
}

std::vector<std::int64_t> numbers(std::string_view text) {
    std::vector<std::int64_t> out;
    for (const std::string& piece : split(text, ',')) {
        const std::string_view digits = trim(piece);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error == std::errc() && end == digits.data() + digits.size()) out.push_back(value);
    }
    return out;
}

} // namespace

schema::Type declared_type(std::string_view text) {
    const std::string whole(trim(text));
    const std::size_t open = whole.find('(');
    const std::string word = upper(trim(std::string_view(whole).substr(0, open)));
    std::vector<std::int64_t> arguments;
    if (open != std::string::npos)
        arguments = numbers(std::string_view(whole).substr(open + 1, whole.rfind(')') - open - 1));
    schema::Type type;
    const Known* class_ = find(word);
    type.name = class_ ? std::string(class_->name) : by_affinity(word);
    const Takes takes = class_ ? class_->takes : Takes::nothing;
    if (!arguments.empty() && takes == Takes::length) type.length = arguments[0];
    if (!arguments.empty() && (takes == Takes::precision || takes == Takes::scale))
        type.precision = arguments[0];
    if (arguments.size() > 1 && takes == Takes::scale) type.scale = arguments[1];
    const std::size_t most = takes == Takes::nothing ? 0 : takes == Takes::scale ? 2 : 1;
    if (type.name != word || arguments.size() > most) type.verbatim = whole;
    return type;
}

std::string family(const schema::Type& type) {
    if (const Known* class_ = find(type.name)) return std::string(class_->family);
    struct Generic {
        std::string_view name, family;
    };
    constexpr auto generic = std::to_array<Generic>({{"BigInteger", "Integer"},
                                                     {"SmallInteger", "Integer"},
                                                     {"Double", "Numeric"},
                                                     {"Float", "Numeric"},
                                                     {"DOUBLE_PRECISION", "Numeric"},
                                                     {"Text", "String"},
                                                     {"Unicode", "String"},
                                                     {"UnicodeText", "String"},
                                                     {"CLOB", "String"},
                                                     {"Enum", "String"},
                                                     {"BINARY", "LargeBinary"},
                                                     {"VARBINARY", "LargeBinary"},
                                                     {"UUID", "Uuid"}});
    const auto at = std::ranges::find(generic, type.name, &Generic::name);
    return at == generic.end() ? type.name : std::string(at->family);
}

} // namespace orch::sqlite
