// A column's type as the catalog prints it, as the type that SQLAlchemy would reflect.
#pragma once

#include "schema/schema.hpp"

#include <string_view>

namespace orch::mariadb {

/// "int(10) unsigned" is mysql.INTEGER(display_width=10, unsigned=True). A type that SQLAlchemy has no class
/// for has its own word as name and verbatim.
schema::Type column_type(std::string_view told);

} // namespace orch::mariadb
