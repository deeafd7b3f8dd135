// Reads a schema from pg_catalog, with one query for each kind of thing. Connection::reflect() is its door.
#pragma once

#include "dialect/dialect.hpp"

#include <functional>
#include <string>

namespace orch::postgresql {

/// Runs a query and gives its rows.
using Ask = std::function<sql::Result(const std::string& sql)>;

schema::Catalog read_catalog(const Ask& ask, const dialect::ReflectOptions& options);

/// The type that SQLAlchemy reflects for a type of the server.
struct ServerType {
    std::string name; ///< format_type() without its modifier: "character varying", "timestamp with time zone"
    std::string full; ///< with it: "character varying(50)"
    std::string own;  ///< pg_type.typname
    std::string own_schema;          ///< as it was asked for: empty for the default one
    char kind = 'b';                 ///< pg_type.typtype: 'e' an enum, 'd' a domain
    std::vector<std::string> labels; ///< of an enum
    std::string base;                ///< of a domain: format_type() of what it stands on
};
schema::Type type_of(const ServerType& type);

} // namespace orch::postgresql
