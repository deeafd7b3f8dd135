// The last look at a statement before it is handed over, when all of it is known: subqueries give up what the
// statement around them has, and what has no name gets one.
#pragma once

#include "script/session.hpp"

namespace orch::script {

sql::Query completed(const sql::Query& query, const Session& session);

} // namespace orch::script
