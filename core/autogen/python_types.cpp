// Column types as Python text: SQLAlchemy's repr of them. Which arguments a type shows, and in which order,
// follows the constructors of SQLAlchemy's classes.
#include "autogen/python.hpp"
#include "base/text.hpp"
#include "script/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::autogen {

namespace {

class Arguments {
  public:
    void add(std::string text) { list_.push_back(std::move(text)); }
    void text(const char* key, const std::optional<std::string>& value) {
        if (value) add(fmt::format("{}={}", key, python(*value)));
    }
    void number(const char* key, const std::optional<std::int64_t>& value) {
        if (value) add(fmt::format("{}={}", key, *value));
    }
    void flag(const char* key, bool value, bool otherwise = false) {
        if (value != otherwise) add(fmt::format("{}={}", key, python(value)));
    }
    std::string str() const { return join(list_, ", "); }

  private:
    std::vector<std::string> list_;
};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 8> mysql_integers = {"INTEGER",   "BIGINT",  "SMALLINT",
                                                            "MEDIUMINT", "TINYINT", "YEAR"};
constexpr std::array<std::string_view, 3> mysql_times = {"DATETIME", "TIMESTAMP", "TIME"};

void mysql_arguments(const schema::Type& type, Arguments& out) {
    if (among(mysql_integers, type.name)) out.number("display_width", type.length);
    if (among(mysql_times, type.name)) {
        out.flag("timezone", type.timezone);
        out.number("fsp", type.precision);
        return;
    }
    out.flag("unsigned", type.unsigned_);
    out.flag("zerofill", type.zerofill);
    out.text("charset", type.charset);
    out.text("collation", type.collation);
    out.flag("binary", type.binary);
    out.flag("national", type.national);
    if (!among(mysql_integers, type.name)) out.number("length", type.length);
    out.number("precision", type.precision);
    out.number("scale", type.scale);
    if (type.name == "DOUBLE" || type.name == "REAL")
        out.flag("asdecimal", type.as_decimal, false);
    else if (type.name == "DECIMAL" || type.name == "NUMERIC")
        out.flag("asdecimal", type.as_decimal, true);
}

void enum_arguments(const schema::Type& type, Arguments& out) {
    for (const std::string& value : type.values) out.add(python(value));
    if (type.module == "mysql") {
        out.text("charset", type.charset);
        out.text("collation", type.collation);
        return;
    }
    out.text("name", type.type_name);
    out.flag("native_enum", type.native_enum, true);
    out.flag("create_constraint", type.create_constraint);
    out.number("length", type.length);
    out.flag("create_type", type.create_type, true);
    out.text("schema", type.type_schema);
    out.flag("inherit_schema", type.inherit_schema);
}

void general_arguments(const schema::Type& type, Arguments& out) {
    if (type.name == "Boolean" || type.name == "BOOLEAN") {
        out.flag("create_constraint", type.create_constraint);
        out.text("name", type.type_name);
        return;
    }
    if (type.module == "postgresql" && type.name == "INTERVAL") {
        out.number("precision", type.precision);
        out.text("fields", type.fields);
        return;
    }
    if (type.name == "Interval") {
        out.number("second_precision", type.second_precision);
        out.number("day_precision", type.day_precision);
        return;
    }
    out.number("length", type.length);
    out.flag("timezone", type.timezone);
    out.number("precision", type.precision);
    out.number("scale", type.scale);
    out.text("collation", type.collation);
    if (type.name == "Numeric" || type.name == "NUMERIC" || type.name == "DECIMAL")
        out.flag("asdecimal", type.as_decimal, true);
    if (type.name == "Uuid" || type.name == "UUID") out.flag("as_uuid", type.as_uuid, true);
}

} // namespace

std::string Printer::arguments(const schema::Type& type) {
    Arguments out;
    const bool is_enum = type.name == "Enum" || type.name == "ENUM" || type.name == "SET";
    if (is_enum)
        enum_arguments(type, out);
    else if (type.name == "ARRAY" && type.item) {
        out.add(this->type(*type.item));
        if (type.dimensions > 0) out.add(fmt::format("dimensions={}", type.dimensions));
    } else if (type.module == "postgresql" && (type.name == "JSON" || type.name == "JSONB"))
        out.add("astext_type=sa.Text()");
    else if (type.module == "postgresql" && type.name == "HSTORE")
        out.add("text_type=sa.Text()");
    else if (type.name == "DOMAIN") {
        out.add(python(type.type_name.value_or("")));
        if (type.item) out.add(this->type(*type.item));
    } else if (type.module == "mysql")
        mysql_arguments(type, out);
    else
        general_arguments(type, out);
    for (const auto& [key, value] : type.options) out.add(fmt::format("{}={}", key, option(value)));
    return out.str();
}

/// A TypeDecorator or a type of a script's own stands for what it is in the database: a revision does not
/// import the application. One that the database alone knows is written as SQL by a type of its own name.
std::string Printer::plain_type(const schema::Type& type) {
    if (type.item && type.name != "ARRAY" && type.name != "DOMAIN" && type.module.empty() &&
        type.name != "PickleType")
        return this->type(*type.item);
    if (type.verbatim) {
        imports_.insert("from sqlalchemy.types import UserDefinedType");
        return fmt::format("type({}, (UserDefinedType,), {{'cache_ok': True, 'get_col_spec': lambda self, "
                           "**kw: {}}})()",
                           python(type.name), python(*type.verbatim));
    }
    // Older SQLAlchemys have these in a dialect's module only, newer ones there too.
    if (type.module.empty() && (type.name == "DOUBLE_PRECISION" || type.name == "UUID")) {
        imports_.insert("from sqlalchemy.dialects import postgresql");
        return fmt::format("postgresql.{}({})", type.name, arguments(type));
    }
    if (type.module.empty()) {
        const std::string_view prefix = type.name == "NullType" ? "sa.types." : "sa.";
        return fmt::format("{}{}({})", prefix, type.name, arguments(type));
    }
    imports_.insert("from sqlalchemy.dialects import " + type.module);
    return fmt::format("{}.{}({})", type.module, type.name, arguments(type));
}

std::string Printer::type(const schema::Type& type) {
    if (item) {
        script::RenderedItem part;
        part.kind = "type";
        part.type = &type;
        if (auto out = asked(part)) return *out;
    }
    std::string out = plain_type(type);
    for (const auto& [dialect, variant] : type.variants)
        out += fmt::format(".with_variant({}, {})", plain_type(*variant), python(dialect));
    return out;
}

} // namespace orch::autogen
