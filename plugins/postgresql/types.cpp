// How column types are written whose arguments have a form of their own.
#include "compiler.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace orch::postgresql {

namespace {

/// TIMESTAMP(3) WITH TIME ZONE
std::string moment(std::string_view word, const schema::Type& type) {
    const bool given = type.precision && type.module != "mysql"; // as SQLAlchemy: MySQL's own is called fsp
    const std::string precision = given ? fmt::format("({})", *type.precision) : "";
    return fmt::format("{}{} {} TIME ZONE", word, precision, type.timezone ? "WITH" : "WITHOUT");
}

/// INTERVAL DAY TO SECOND (2)
std::string interval(const schema::Type& type) {
    std::string out = "INTERVAL";
    if (type.fields) out += " " + *type.fields;
    const auto precision = type.precision ? type.precision : type.second_precision;
    if (precision) out += fmt::format(" ({})", *precision);
    return out;
}

std::string bits(const schema::Type& type) {
    const bool varying = dialect::option_flag(type.options, "varying", false);
    std::string out = varying ? "BIT VARYING" : "BIT";
    if (type.length || !varying) out += fmt::format("({})", type.length.value_or(1));
    return out;
}

/// The brackets stand before a collation: VARCHAR(5)[][] COLLATE "fr".
std::string array_of(const std::string& item, int dimensions) {
    std::string brackets;
    for (int i = 0; i < std::max(dimensions, 1); ++i) brackets += "[]";
    const std::size_t collate = item.find(" COLLATE ");
    return collate == std::string::npos ? item + brackets
                                        : item.substr(0, collate) + brackets + item.substr(collate);
}

} // namespace

std::string Compiler::type(const schema::Type& given) const {
    const schema::Type& type = resolve(given);
    const dialect::TypeSpelling* known = type.verbatim ? nullptr : spelling(type);
    if (!known) return AnsiCompiler::type(type);
    if (known->sql == "TIMESTAMP" || known->sql == "TIME") return moment(known->sql, type);
    if (known->sql == "INTERVAL") return interval(type);
    if (known->sql == "BIT") return bits(type);
    if (known->sql == "DOMAIN") return type_name(type);
    if (known->kind == Kind::enumeration && type.native_enum) return type_name(type);
    if (known->kind == Kind::array) {
        if (!type.item)
            throw Error(Fault::script, "an ARRAY has no item type").hint("write sa.ARRAY(sa.Integer)");
        return array_of(this->type(*type.item), type.dimensions);
    }
    if (type.name == "Uuid" && !dialect::option_flag(type.options, "native_uuid", true)) return "CHAR(32)";
    return AnsiCompiler::type(type);
}

// The server assigns whatever it can to a string, and to others what loses nothing that it knows of: what was
// a string, and what passes between flags and numbers, it converts where it is told to.
schema::Options Compiler::conversion(const std::string& column, const schema::Type& from,
                                     const schema::Type& to) const {
    const Kind before = kind(resolve(from)), after = kind(resolve(to));
    const auto is = [&](Kind one, Kind other) { return before == one && after == other; };
    const bool of_text = before == Kind::string && after != Kind::string;
    const bool of_values = before == Kind::enumeration && after != Kind::string && after != Kind::enumeration;
    const bool of_flags = is(Kind::integer, Kind::boolean) || is(Kind::boolean, Kind::integer);
    schema::Options out;
    if (!of_text && !of_values && !of_flags) return out;
    out["postgresql_using"].value =
        fmt::format("{}{}::{}", quote(column), of_values ? "::text" : "", type(to));
    return out;
}

} // namespace orch::postgresql
