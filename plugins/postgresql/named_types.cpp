// Enums and domains: types of their own, which tables bring along and scripts create and drop.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::postgresql {

namespace {

bool is_domain(const schema::Type& type) { return type.module == "postgresql" && type.name == "DOMAIN"; }

/// A type that takes over the schema of its table.
std::shared_ptr<const schema::Type> moved(const std::shared_ptr<const schema::Type>& type,
                                          const std::string& schema);
schema::Type moved(schema::Type type, const std::string& schema) {
    if (type.inherit_schema && !type.type_schema) type.type_schema = schema;
    type.item = moved(type.item, schema);
    for (auto& [dialect, variant] : type.variants) variant = moved(variant, schema);
    return type;
}
std::shared_ptr<const schema::Type> moved(const std::shared_ptr<const schema::Type>& type,
                                          const std::string& schema) {
    return type ? std::make_shared<const schema::Type>(moved(*type, schema)) : nullptr;
}

} // namespace

std::vector<schema::Column> Compiler::with_schema(std::vector<schema::Column> columns,
                                                  const std::optional<std::string>& schema) {
    if (schema)
        for (schema::Column& column : columns) column.type = moved(std::move(column.type), *schema);
    return columns;
}

std::string Compiler::type_name(const schema::Type& type) const {
    if (!type.type_name || type.type_name->empty())
        throw Error(Fault::script, is_domain(type) ? "a DOMAIN of PostgreSQL needs a name"
                                                   : "an Enum of PostgreSQL needs a name")
            .hint(is_domain(type) ? "give it as the first argument"
                                  : "write sa.Enum(..., name=\"...\"), or native_enum=False for a VARCHAR");
    return table_name(type.type_schema, *type.type_name);
}

void Compiler::named_types(const schema::Type& given, std::vector<const schema::Type*>& found) const {
    const schema::Type& type = resolve(given);
    if (type.verbatim) return;
    if (kind(type) == Kind::array && type.item) return named_types(*type.item, found);
    const bool native = kind(type) == Kind::enumeration && type.native_enum;
    if (native || is_domain(type)) found.push_back(&type);
}

// CREATE TYPE name AS ENUM ('a', 'b')
// CREATE DOMAIN name AS type [COLLATE x] [DEFAULT x] [CONSTRAINT x] [NOT NULL] [CHECK (x)]
std::string Compiler::create_statement(const schema::Type& type) const {
    if (!is_domain(type)) {
        std::vector<std::string> values;
        for (const std::string& value : type.values) values.push_back(literal_of(value));
        return fmt::format("CREATE TYPE {} AS ENUM ({})", type_name(type), join(values, ", "));
    }
    if (!type.item)
        throw Error(Fault::script, fmt::format("domain '{}' has no data type", type.type_name.value_or("")))
            .hint("give it as the second argument");
    std::string out = fmt::format("CREATE DOMAIN {} AS {}", type_name(type), this->type(*type.item));
    if (type.collation) out += " COLLATE " + collation(*type.collation);
    if (const schema::Option* value = dialect::find_option(type.options, "default")) {
        const auto* text = std::get_if<std::string>(&value->value);
        out += " DEFAULT " +
               (text ? literal_of(*text) : expression(dialect::option_expression(type.options, "default")));
    }
    if (type.constraint_name) out += " CONSTRAINT " + quote(*type.constraint_name);
    if (dialect::option_flag(type.options, "not_null", false)) out += " NOT NULL";
    if (const auto condition = dialect::option_expression(type.options, "check"))
        out += " CHECK (" + expression(condition) + ")";
    return out;
}

std::string Compiler::is_there(const schema::Type& type) const {
    const std::string where = type.type_schema ? "n.nspname = " + literal_of(*type.type_schema)
                                               : "pg_catalog.pg_type_is_visible(t.oid)";
    return fmt::format(
        "SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
        "WHERE t.typname = {} AND {}",
        literal_of(type.type_name.value_or("")), where);
}

std::string Compiler::is_missing(const schema::Type& type) const {
    std::string there = is_there(type);
    for (const std::string& value : type.values)
        there +=
            " AND EXISTS (SELECT FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid AND e.enumlabel = " +
            literal_of(value) + ")";
    return "SELECT 1 WHERE NOT EXISTS (" + there + ")";
}

// Once in a run, as Alembic does it: a second table with the same enum finds it there. A run that goes on
// after a crash finds it there too; one with other values is not taken for it, and the server says so.
void Compiler::create_types_of(const std::vector<schema::Column>& columns, Output& output) const {
    std::vector<const schema::Type*> found;
    for (const schema::Column& column : columns) {
        const std::size_t before = found.size();
        named_types(column.type, found);
        for (std::size_t i = before; i < found.size(); ++i)
            if (is_domain(*found[i])) named_types(*found[i]->item, found);
    }
    for (const schema::Type* type : found) {
        if (!type->create_type) continue;
        dialect::Statement& statement = output.add(create_statement(*type));
        statement.once = "type " + type_name(*type);
        if (output.values() == dialect::Values::parameters) statement.only_if = is_missing(*type);
    }
}

void Compiler::create_type(const ops::CreateType& operation, Output& output) const {
    std::vector<const schema::Type*> found;
    named_types(operation.type, found);
    for (const schema::Type* type : found) {
        dialect::Statement& statement = output.add(create_statement(*type));
        if (operation.checkfirst && output.values() == dialect::Values::parameters)
            statement.only_if = "SELECT 1 WHERE NOT EXISTS (" + is_there(*type) + ")";
    }
}

void Compiler::drop_type(const ops::DropType& operation, Output& output) const {
    std::vector<const schema::Type*> found;
    named_types(operation.type, found);
    for (const schema::Type* type : found) {
        dialect::Statement& statement =
            output.add(fmt::format("DROP {} {}", is_domain(*type) ? "DOMAIN" : "TYPE", type_name(*type)));
        if (operation.checkfirst && output.values() == dialect::Values::parameters)
            statement.only_if = is_there(*type);
    }
}

} // namespace orch::postgresql
