// The last look at a statement before it is handed over, when all of it is known: subqueries give up what the
// statement around them has, and what has no name gets one.
#pragma once

#include "sql/sql.hpp"

namespace orch::script {

/// `anonymous`: whether the script made names that are still to be given.
sql::Query completed(const sql::Query& query, bool anonymous);

} // namespace orch::script
