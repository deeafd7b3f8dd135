// What a database holds, as its catalog tells it: everything that reading a schema gives. Connections make it
// (dialect::Connection::reflect), `inspect`, comparisons and sa.inspect() read it. It is the database's own
// form, not brought to anybody's normal form.
//
// How tables are told, so that all dialects agree:
// - Types carry the class that SQLAlchemy reflects: "VARCHAR" with a length, {"postgresql", "JSONB"}. One
// that
//   SQLAlchemy has no class for has the database's word for it as `name` and `verbatim`.
// - SQL (defaults, CHECKs, predicates, expressions) is sql::Text as the database stores or prints it, without
//   the parentheses that only its grammar asks for.
// - Columns have `nullable` set, `primary_key` where they are part of the key, `autoincrement` yes or no, and
//   nothing in `unique`, `index`, `foreign_keys` and `checks`: constraints stand in Table::constraints, the
//   primary key first, then the others by their place in the table where the database knows it, else by name.
// - Indexes that only serve a constraint are left out. Where SQLAlchemy lists one beside its constraint
//   (PostgreSQL, MariaDB), it carries the option `duplicates_constraint` with the constraint's name.
// - A dialect's own facts are Options under SQLAlchemy's names: postgresql_where, mysql_engine,
// sqlite_strict.
// - `schema` of an object is how it was asked for: nothing for the default schema, else the name. So is a
//   foreign key's `referent_schema`.
// - A temporary table has "TEMPORARY" among its prefixes.
#pragma once

#include "schema/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::schema {

struct View {
    std::string name;
    std::optional<std::string> schema;
    std::string definition; ///< the query; on SQLite the whole stored CREATE VIEW
    bool materialized = false;
    std::vector<Column> columns; ///< names and types, defaults where there are any
    std::vector<Index> indexes;  ///< of a materialized one
    std::optional<std::string> comment;
    Options options;
};
/// CREATE TYPE ... AS ENUM, where enums are objects of their own.
struct Enum {
    std::string name;
    std::optional<std::string> schema;
    std::vector<std::string> values; ///< in their order
    std::optional<std::string> comment;
};
struct Trigger {
    std::string name;
    std::optional<std::string> schema;
    std::string table;
    std::string definition; ///< the CREATE TRIGGER that makes it, empty where the database has none to give
};
/// A function or procedure, by name.
struct Function {
    std::string name;
    std::optional<std::string> schema;
    std::string arguments;         ///< as the database prints them: "integer, text"; tells overloads apart
    std::string kind = "function"; ///< "function", "procedure", "aggregate"
};

struct Catalog {
    std::string default_schema;       ///< "public", "main", the database's name on MariaDB
    std::vector<std::string> schemas; ///< the names of all, the database's own ones included, sorted
    // All sorted by schema, then name.
    std::vector<Table> tables;
    std::vector<View> views;
    std::vector<Sequence> sequences; ///< those that serve an identity column or a SERIAL left out
    std::vector<Enum> enums;
    std::vector<Trigger> triggers;
    std::vector<Function> functions; ///< those of extensions left out

    /// Null where there is none.
    const Table* table(std::string_view name, const std::optional<std::string>& schema = {}) const {
        for (const Table& each : tables)
            if (each.name == name && each.schema == schema) return &each;
        return nullptr;
    }
    const View* view(std::string_view name, const std::optional<std::string>& schema = {}) const {
        for (const View& each : views)
            if (each.name == name && each.schema == schema) return &each;
        return nullptr;
    }
};

} // namespace orch::schema
