// PostgreSQL's errors as errors that say what to do.
#pragma once

#include "base/error.hpp"

#include <libpq-fe.h>

#include <string>
#include <string_view>

namespace orch::postgresql {

/// Why a connection was not made. `name` is how the database is called; `message` is libpq's.
Error cannot_connect(std::string_view name, std::string_view message);

/// A statement as errors show it: without the values of its parameters, which may be secret.
struct Shown {
    std::string_view sql;
    bool had_values = false; ///< the server got them in the place of the parameters
};

/// The server's answer to a statement: the message, its detail and hint, where in the statement, the
/// SQLSTATE. Fault::busy for a lock that others hold, Fault::database for all else.
Error error_for(const PGresult* result, Shown shown);

/// The connection went away while `sql` ran, or between statements.
Error connection_lost(std::string_view name, std::string_view message, std::string_view sql, bool committing);

/// A statement for an error: without the passwords that CREATE ROLE and its like carry, and not longer than
/// anybody reads.
std::string shown(std::string_view sql);

} // namespace orch::postgresql
