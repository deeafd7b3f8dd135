// What a declared type is: the class that SQLAlchemy reflects for it.
#pragma once

#include "schema/schema.hpp"

#include <string>
#include <string_view>

namespace orch::sqlite {

/// "varchar(20)" is VARCHAR of length 20. A word that SQLAlchemy does not know becomes a type by SQLite's
/// rules of affinity and keeps its text in `verbatim`.
schema::Type declared_type(std::string_view text);

/// SQLAlchemy's family of a type ("Integer", "String"), which decides whether a changed type asks for a CAST
/// of the rows.
std::string family(const schema::Type& type);

} // namespace orch::sqlite
