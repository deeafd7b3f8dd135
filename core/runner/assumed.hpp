// The result of a query that nobody ran, for scripts that read it: no rows, marked as unknown. Used by what
// stands in for a database (--sql, replays).
#pragma once

#include "sql/sql.hpp"

#include <string>

namespace orch::runner {

/// `sql`: the query's text, which the result is marked with. A query that gives one row however few there are
/// to count (`SELECT count(*)`, `SELECT EXISTS`) gives that row.
sql::Result assumed_result(const sql::Query& query, std::string sql);

} // namespace orch::runner
