// How column types are spelled. The tables are data: SQLAlchemy's name, the SQL, its arguments and what the
// values are.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::dialect {

namespace {

using Form = TypeSpelling::Form;

// SQLAlchemy's generic types and the SQL standard's; dialects list what they say differently.
constexpr std::array ansi_types{
    TypeSpelling{"", "BigInteger", "BIGINT", Form::plain, Kind::integer},
    TypeSpelling{"", "Boolean", "BOOLEAN", Form::plain, Kind::boolean},
    TypeSpelling{"", "Date", "DATE", Form::plain, Kind::date},
    TypeSpelling{"", "DateTime", "DATETIME", Form::plain, Kind::datetime},
    TypeSpelling{"", "Double", "DOUBLE", Form::plain, Kind::floating},
    TypeSpelling{"", "Enum", "VARCHAR", Form::values, Kind::enumeration},
    TypeSpelling{"postgresql", "ENUM", "VARCHAR", Form::values, Kind::enumeration},
    TypeSpelling{"", "Float", "FLOAT", Form::plain, Kind::floating},
    TypeSpelling{"", "Integer", "INTEGER", Form::plain, Kind::integer},
    TypeSpelling{"", "Interval", "DATETIME", Form::plain, Kind::interval},
    TypeSpelling{"", "LargeBinary", "BLOB", Form::plain, Kind::binary},
    TypeSpelling{"", "MatchType", "BOOLEAN", Form::plain, Kind::boolean},
    TypeSpelling{"", "Numeric", "NUMERIC", Form::numeric, Kind::numeric},
    TypeSpelling{"", "PickleType", "BLOB", Form::plain, Kind::binary},
    TypeSpelling{"", "SmallInteger", "SMALLINT", Form::plain, Kind::integer},
    TypeSpelling{"", "String", "VARCHAR", Form::length, Kind::string},
    TypeSpelling{"", "Text", "TEXT", Form::length, Kind::string},
    TypeSpelling{"", "Time", "TIME", Form::plain, Kind::time},
    TypeSpelling{"", "Unicode", "VARCHAR", Form::length, Kind::string},
    TypeSpelling{"", "UnicodeText", "TEXT", Form::length, Kind::string},
    TypeSpelling{"", "Uuid", "CHAR(32)", Form::plain, Kind::uuid},
    TypeSpelling{"", "ARRAY", "ARRAY", Form::refused, Kind::array},
    TypeSpelling{"", "BIGINT", "BIGINT", Form::plain, Kind::integer},
    TypeSpelling{"", "BINARY", "BINARY", Form::length, Kind::binary},
    TypeSpelling{"", "BLOB", "BLOB", Form::plain, Kind::binary},
    TypeSpelling{"", "BOOLEAN", "BOOLEAN", Form::plain, Kind::boolean},
    TypeSpelling{"", "CHAR", "CHAR", Form::length, Kind::string},
    TypeSpelling{"", "CLOB", "CLOB", Form::plain, Kind::string},
    TypeSpelling{"", "DATE", "DATE", Form::plain, Kind::date},
    TypeSpelling{"", "DATETIME", "DATETIME", Form::plain, Kind::datetime},
    TypeSpelling{"", "DECIMAL", "DECIMAL", Form::numeric, Kind::numeric},
    TypeSpelling{"", "DOUBLE", "DOUBLE", Form::plain, Kind::floating},
    TypeSpelling{"", "DOUBLE_PRECISION", "DOUBLE PRECISION", Form::plain, Kind::floating},
    TypeSpelling{"", "FLOAT", "FLOAT", Form::plain, Kind::floating},
    TypeSpelling{"", "INT", "INTEGER", Form::plain, Kind::integer},
    TypeSpelling{"", "INTEGER", "INTEGER", Form::plain, Kind::integer},
    TypeSpelling{"", "JSON", "JSON", Form::plain, Kind::json},
    TypeSpelling{"", "NCHAR", "NCHAR", Form::length, Kind::string},
    TypeSpelling{"", "NUMERIC", "NUMERIC", Form::numeric, Kind::numeric},
    TypeSpelling{"", "NVARCHAR", "NVARCHAR", Form::length, Kind::string},
    TypeSpelling{"", "REAL", "REAL", Form::plain, Kind::floating},
    TypeSpelling{"", "SMALLINT", "SMALLINT", Form::plain, Kind::integer},
    TypeSpelling{"", "TEXT", "TEXT", Form::length, Kind::string},
    TypeSpelling{"", "TIME", "TIME", Form::plain, Kind::time},
    TypeSpelling{"", "TIMESTAMP", "TIMESTAMP", Form::plain, Kind::datetime},
    TypeSpelling{"", "UUID", "UUID", Form::plain, Kind::uuid},
    TypeSpelling{"", "VARBINARY", "VARBINARY", Form::length, Kind::binary},
    TypeSpelling{"", "VARCHAR", "VARCHAR", Form::length, Kind::string},
};

const TypeSpelling* find(std::span<const TypeSpelling> table, std::string_view module,
                         std::string_view name) {
    const auto at = std::ranges::find_if(
        table, [&](const TypeSpelling& entry) { return entry.name == name && entry.module == module; });
    return at == table.end() ? nullptr : &*at;
}

bool is_upper_case(std::string_view name) {
    return !name.empty() && std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// "(10)", "(10, 2)" or nothing.
std::string arguments(std::optional<std::int64_t> first, std::optional<std::int64_t> second = {}) {
    if (!first) return {};
    return second ? fmt::format("({}, {})", *first, *second) : fmt::format("({})", *first);
}

std::int64_t longest(const std::vector<std::string>& values) {
    std::size_t most = 0;
    for (const std::string& value : values) most = std::max(most, code_points(value));
    return static_cast<std::int64_t>(most);
}

/// A length of 0 counts as none, as in SQLAlchemy.
std::optional<std::int64_t> positive(std::optional<std::int64_t> length) {
    return length && *length > 0 ? length : std::nullopt;
}

std::string full_name(const schema::Type& type) {
    return type.module.empty() ? type.name : type.module + "." + type.name;
}

std::vector<std::string> names_of(std::span<const TypeSpelling> own) {
    std::vector<std::string> names;
    for (const auto& table : {own, std::span<const TypeSpelling>(ansi_types)})
        for (const TypeSpelling& entry : table)
            if (entry.module.empty()) names.emplace_back(entry.name);
    return names;
}

} // namespace

const schema::Type& AnsiCompiler::resolve(const schema::Type& type) const {
    const schema::Type* at = &type;
    for (;;) {
        const auto variant = at->variants.find(traits_.name);
        if (variant != at->variants.end() && variant->second)
            at = variant->second.get();
        else if (at->item && !spelling(*at) && !at->verbatim)
            at = at->item.get(); // a TypeDecorator: what it wraps
        else
            return *at;
    }
}

const TypeSpelling* AnsiCompiler::spelling(const schema::Type& type) const {
    if (const auto* own = find(grammar_.types, type.module, type.name)) return own;
    // SQLAlchemy's types are written by name, whatever module they come from.
    if (const auto* own = find(grammar_.types, "", type.name)) return own;
    if (const auto* foreign = find(ansi_types, type.module, type.name)) return foreign;
    return find(ansi_types, "", type.name);
}

Kind AnsiCompiler::kind(const schema::Type& type) const {
    const TypeSpelling* known = spelling(resolve(type));
    return known ? known->kind : Kind::unknown;
}

bool AnsiCompiler::needs_check(const schema::Type& type) const {
    const schema::Type& used = resolve(type);
    if (!used.create_constraint) return false;
    switch (kind(used)) {
    case Kind::boolean: return !grammar_.native_boolean;
    case Kind::enumeration: return !(grammar_.native_enum && used.native_enum) && !used.values.empty();
    default: return false;
    }
}

std::string AnsiCompiler::type(const schema::Type& given) const {
    const schema::Type& type = resolve(given);
    if (type.verbatim) return *type.verbatim;
    const std::string collated = type.collation ? " COLLATE " + collation(*type.collation) : "";
    if (const TypeSpelling* known = spelling(type)) {
        const std::string sql(known->sql);
        switch (known->form) {
        case Form::plain: return sql;
        case Form::length: return sql + arguments(positive(type.length)) + collated;
        case Form::numeric: return sql + arguments(type.precision, type.scale);
        case Form::precision: return sql + arguments(type.precision);
        case Form::values:
            return sql + arguments(positive(type.length ? *type.length : longest(type.values))) + collated;
        case Form::refused: break;
        }
        throw Error(Fault::script, fmt::format("{} has no column type '{}'", grammar_.title, full_name(type)))
            .hint(
                fmt::format("give this database a type of its own: .with_variant(..., '{}')", traits_.name));
    }
    if (type.name.empty() || type.name == "NullType")
        throw Error(Fault::script, "a column has no type")
            .hint("give sa.Column a type as its second argument");
    const bool own = type.module.empty() || type.module == traits_.name;
    if (own && is_upper_case(type.name)) {
        if (!type.arguments.empty())
            return fmt::format("{}({}){}", type.name, join(type.arguments, ", "), collated);
        return type.name + arguments(type.length ? type.length : type.precision, type.scale) + collated;
    }
    if (!own)
        throw Error(Fault::script, fmt::format("{} has no column type '{}'", grammar_.title, full_name(type)))
            .hint(
                fmt::format("give this database a type of its own: .with_variant(..., '{}')", traits_.name));
    Error error(Fault::script, fmt::format("unknown column type '{}'", full_name(type)));
    if (const auto near = nearest(type.name, names_of(grammar_.types)))
        error.hint(fmt::format("did you mean '{}'?", *near));
    throw error;
}

std::string standard_type(const schema::Type& type) {
    static const Traits traits{};
    static const Grammar grammar{};
    const AnsiCompiler compiler(traits, grammar);
    try {
        return compiler.type(type);
    } catch (const Error&) {
        return type.name; // of one database only
    }
}

} // namespace orch::dialect
