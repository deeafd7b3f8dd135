// What the server sends as text, as values.
#pragma once

#include "sql/datum.hpp"
#include "sql/sql.hpp"

#include <mysql.h>

#include <string>

namespace orch::mariadb {

/// One value of a row; null bytes stand for NULL. BIT is a number; what has no character set is bytes; a
/// moment that no calendar has ("0000-00-00") stays text.
sql::Datum datum(const MYSQL_FIELD& field, const char* bytes, unsigned long length);

/// A name or another word of the server's catalog, which comes as text, or as bytes where the catalog has no
/// character set. "" for anything else.
std::string text_of(const sql::Datum& value);

/// Takes the rows that wait, or throws them away.
void take_rows(MYSQL* session, bool reads, sql::Result& result);

} // namespace orch::mariadb
