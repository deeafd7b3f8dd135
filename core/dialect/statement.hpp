// What a compiler makes and a connection runs.
#pragma once

#include "base/error.hpp"
#include "sql/datum.hpp"

#include <string>
#include <vector>

namespace orch::dialect {

struct Statement {
    std::string sql; ///< without a final semicolon; empty: nothing to run, there is only the note to say
    /// None: no parameters. One: one execution. More: the same statement once for each set. Placeholders are
    /// written as the dialect's driver wants them, in order.
    std::vector<std::vector<sql::Datum>> parameters;
    Place origin;              ///< the `op` call that it came from, or unknown
    bool transactional = true; ///< false: must run outside of a transaction block
    bool reads = false;        ///< its rows are read by somebody
    /// Not empty: it runs at most once in a run, whatever brings it along, told apart by this text: the
    /// CREATE TYPE of an enum that two tables share.
    std::string once;
    /// Not empty: a query; online the statement runs only where this gives a row. Offline it is not asked.
    std::string only_if;
    std::string note; ///< said once in the log when it runs: "comments are not supported ..."
};

} // namespace orch::dialect
