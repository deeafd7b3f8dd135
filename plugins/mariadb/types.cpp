// How column types are written. The table says what a type is called and what its values are; what a number,
// a string or a list of values carries beside its name is the same for all of a kind.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

namespace {

using dialect::Kind;
using Form = dialect::TypeSpelling::Form;

// An empty module is SQLAlchemy's own types. Those of the mysql module that are not there as well have it.
constexpr auto spellings = std::to_array<dialect::TypeSpelling>({
    {"", "Boolean", "BOOL", Form::plain, Kind::boolean},
    {"", "BOOLEAN", "BOOL", Form::plain, Kind::boolean},
    {"mysql", "BIT", "BIT", Form::length, Kind::unknown},
    {"mysql", "DOUBLE", "DOUBLE", Form::precision, Kind::floating},
    {"mysql", "ENUM", "ENUM", Form::values, Kind::enumeration},
    {"mysql", "INET4", "INET4", Form::plain, Kind::string},
    {"mysql", "INET6", "INET6", Form::plain, Kind::string},
    {"mysql", "LONGBLOB", "LONGBLOB", Form::plain, Kind::binary},
    {"mysql", "LONGTEXT", "LONGTEXT", Form::plain, Kind::string},
    {"mysql", "MEDIUMBLOB", "MEDIUMBLOB", Form::plain, Kind::binary},
    {"mysql", "MEDIUMINT", "MEDIUMINT", Form::plain, Kind::integer},
    {"mysql", "MEDIUMTEXT", "MEDIUMTEXT", Form::plain, Kind::string},
    {"mysql", "SET", "SET", Form::values, Kind::enumeration},
    {"mysql", "TINYBLOB", "TINYBLOB", Form::plain, Kind::binary},
    {"mysql", "TINYINT", "TINYINT", Form::plain, Kind::integer},
    {"mysql", "TINYTEXT", "TINYTEXT", Form::plain, Kind::string},
    {"mysql", "YEAR", "YEAR", Form::plain, Kind::integer},
    {"postgresql", "ENUM", "ENUM", Form::values, Kind::enumeration},
});

/// What stands behind a type's name.
enum class Shape { whole, exact, approximate, bits, moment, year, text, sized_text, bytes, values };

struct Row {
    std::string_view name, sql;
    Shape shape;
};
constexpr auto rows = std::to_array<Row>({
    {"BigInteger", "BIGINT", Shape::whole},
    {"Double", "DOUBLE", Shape::approximate},
    {"Enum", "ENUM", Shape::values},
    {"Float", "FLOAT", Shape::approximate},
    {"Integer", "INTEGER", Shape::whole},
    {"LargeBinary", "BLOB", Shape::bytes},
    {"Numeric", "NUMERIC", Shape::exact},
    {"SmallInteger", "SMALLINT", Shape::whole},
    {"String", "VARCHAR", Shape::sized_text},
    {"Text", "TEXT", Shape::text},
    {"Unicode", "VARCHAR", Shape::sized_text},
    {"UnicodeText", "TEXT", Shape::text},
    {"BIGINT", "BIGINT", Shape::whole},
    {"BIT", "BIT", Shape::bits},
    {"BLOB", "BLOB", Shape::bytes},
    {"CHAR", "CHAR", Shape::text},
    {"DATETIME", "DATETIME", Shape::moment},
    {"DECIMAL", "DECIMAL", Shape::exact},
    {"DOUBLE", "DOUBLE", Shape::approximate},
    {"ENUM", "ENUM", Shape::values},
    {"FLOAT", "FLOAT", Shape::approximate},
    {"INT", "INTEGER", Shape::whole},
    {"INTEGER", "INTEGER", Shape::whole},
    {"LONGTEXT", "LONGTEXT", Shape::text},
    {"MEDIUMINT", "MEDIUMINT", Shape::whole},
    {"MEDIUMTEXT", "MEDIUMTEXT", Shape::text},
    {"NCHAR", "CHAR", Shape::text},
    {"NUMERIC", "NUMERIC", Shape::exact},
    {"NVARCHAR", "VARCHAR", Shape::sized_text},
    {"REAL", "REAL", Shape::approximate},
    {"SET", "SET", Shape::values},
    {"SMALLINT", "SMALLINT", Shape::whole},
    {"TEXT", "TEXT", Shape::text},
    {"TIME", "TIME", Shape::moment},
    {"TIMESTAMP", "TIMESTAMP", Shape::moment},
    {"TINYINT", "TINYINT", Shape::whole},
    {"TINYTEXT", "TINYTEXT", Shape::text},
    {"VARCHAR", "VARCHAR", Shape::sized_text},
    {"YEAR", "YEAR", Shape::year},
});

const Row* row_named(std::string_view name) {
    const auto at = std::ranges::find(rows, name, &Row::name);
    return at == rows.end() ? nullptr : &*at;
}

std::string in_parentheses(std::optional<std::int64_t> first, std::optional<std::int64_t> second = {}) {
    if (!first) return {};
    return second ? fmt::format("({}, {})", *first, *second) : fmt::format("({})", *first);
}

/// Precision and scale, which DOUBLE and REAL take together or not at all.
std::string approximate(const schema::Type& type, std::string_view sql) {
    if (type.precision && type.scale) return in_parentheses(type.precision, type.scale);
    return sql == "FLOAT" ? in_parentheses(type.precision) : "";
}

std::string number(const schema::Type& type, std::string sql) {
    if (type.unsigned_) sql += " UNSIGNED";
    if (type.zerofill) sql += " ZEROFILL";
    return sql;
}

/// [NATIONAL] type [CHARACTER SET ...] [COLLATE ...]
std::string text_spec(const schema::Type& type, std::string sql) {
    std::string charset, collation;
    if (type.charset)
        charset = " CHARACTER SET " + *type.charset;
    else if (dialect::option_flag(type.options, "ascii", false))
        charset = " ASCII";
    else if (dialect::option_flag(type.options, "unicode", false))
        charset = " UNICODE";
    if (type.collation)
        collation = " COLLATE " + *type.collation;
    else if (type.binary)
        collation = " BINARY";
    const bool national = type.national || type.name == "NCHAR" || type.name == "NVARCHAR";
    return national ? "NATIONAL " + sql + collation : sql + charset + collation;
}

Error without_length(const schema::Type& type) {
    return Error(Fault::script, fmt::format("VARCHAR needs a length here: '{}' has none", type.name))
        .hint(fmt::format("give it one, as in sa.{}(255), or take sa.Text", type.name));
}

} // namespace

std::span<const dialect::TypeSpelling> type_table() { return spellings; }

std::string Compiler::type(const schema::Type& given) const {
    const schema::Type& type = resolve(given);
    const Row* row = type.verbatim ? nullptr : row_named(type.name);
    // As SQLAlchemy: only a server that is at hand is known to have the type.
    if (type.name == "Uuid" && server_.mariadb && server_.version >= 100700) return "UUID";
    if (!row) return AnsiCompiler::type(type);
    std::string sql(row->sql);
    switch (row->shape) {
    case Shape::whole: return number(type, sql + in_parentheses(type.length));
    case Shape::exact: return number(type, sql + in_parentheses(type.precision, type.scale));
    case Shape::approximate: return number(type, sql + approximate(type, row->sql));
    case Shape::bits: return sql + in_parentheses(type.length);
    case Shape::moment:
        return sql + (type.module == "mysql" && type.precision.value_or(0) > 0
                          ? in_parentheses(type.precision)
                          : "");
    case Shape::year: return sql + in_parentheses(type.length);
    case Shape::bytes: return sql + in_parentheses(type.length);
    case Shape::text: return text_spec(type, sql + in_parentheses(type.length));
    case Shape::sized_text:
        if (!type.length) throw without_length(type);
        return text_spec(type, sql + in_parentheses(type.length));
    case Shape::values: break;
    }
    if (!type.native_enum) return AnsiCompiler::type(type);
    std::string values;
    for (const std::string& value : type.values) values += (values.empty() ? "" : ",") + literal_of(value);
    return text_spec(type, sql + "(" + values + ")");
}

namespace {

/// How wide integers are shown, where nobody says it: signed and unsigned.
struct Width {
    std::string_view sql;
    std::int64_t with_sign, without;
};
constexpr auto widths = std::to_array<Width>(
    {{"TINYINT", 4, 3}, {"SMALLINT", 6, 5}, {"MEDIUMINT", 9, 8}, {"INTEGER", 11, 10}, {"BIGINT", 20, 20}});

} // namespace

std::string Compiler::comparable_type(const schema::Type& given) const {
    schema::Type type = resolve(given);
    const Row* row = type.verbatim ? nullptr : row_named(type.name);
    if (type.name == "Boolean" || type.name == "BOOLEAN" || type.name == "BOOL") return "TINYINT(1)";
    if (!row) return this->type(given);
    if (row->shape == Shape::whole) {
        const auto usual = std::ranges::find(widths, row->sql, &Width::sql);
        const bool said = usual != widths.end() && type.length &&
                          *type.length != (type.unsigned_ ? usual->without : usual->with_sign);
        if (!said) type.length.reset();
    }
    if (row->shape == Shape::exact) {
        if (!type.precision) type.precision = 10;
        if (!type.scale) type.scale = 0;
        return replace_all(this->type(type), "NUMERIC", "DECIMAL");
    }
    return row->shape == Shape::year ? "YEAR" : this->type(type);
}

std::string Compiler::cast_type(const schema::Type& given) const {
    const schema::Type& used = resolve(given);
    const Row* row = row_named(used.name);
    switch (kind(used)) {
    case Kind::integer: return used.unsigned_ ? "UNSIGNED INTEGER" : "SIGNED INTEGER";
    case Kind::date:
    case Kind::time: return type(used);
    case Kind::datetime: return used.name == "TIMESTAMP" ? "DATETIME" : type(used);
    case Kind::numeric: return replace_all(type(used), "NUMERIC", "DECIMAL");
    case Kind::floating: return server_.version > 0 && server_.since(100405, 80017) ? type(used) : "";
    case Kind::string: return text_spec(used, "CHAR" + in_parentheses(used.length));
    case Kind::binary: return "BINARY";
    case Kind::json: return "JSON";
    default: return row && row->shape == Shape::moment ? type(used) : "";
    }
}

} // namespace orch::mariadb
