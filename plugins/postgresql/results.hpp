// Values between a script and the server: a value as SQL that says its own type, a result's text as a value.
#pragma once

#include "sql/datum.hpp"
#include "sql/sql.hpp"

#include <libpq-fe.h>

#include <string>
#include <string_view>
#include <vector>

namespace orch::postgresql {

/// A string as a literal that means the same whatever standard_conforming_strings says (PostgreSQL, "String Constants").
/// Throws Error(script) for a NUL byte, which PostgreSQL cannot store.
std::string string_literal(std::string_view text);

/// The statement with each $n replaced by its value, as psycopg2 does it: a script's SQL means the same with
/// parameters as with literals, also where the server takes no parameters (DDL). Throws Error(script) for a
/// number without a value, and for one that PostgreSQL cannot store (a NUL byte).
std::string with_values(std::string_view sql, const std::vector<sql::Datum>& values);

/// One field of a result in text form.
sql::Datum value_of(Oid type, std::string_view text);

/// Appends the rows of a result; the columns' names are those of the last result that has any.
void read_rows(const PGresult* result, sql::Result& into);

/// How many rows a command changed.
std::int64_t affected(const PGresult* result);

} // namespace orch::postgresql
