// What the client library and the server say, as Errors that tell a person what to do.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace orch::mariadb {

/// A failure of the library or the server.
struct Failure {
    unsigned code = 0;
    std::string state;       ///< SQLSTATE
    std::string message;     ///< the server's own
    std::string target;      ///< which database: "mysql://app:***@db/shop"
    std::string sql;         ///< as it may be shown; empty while connecting
    bool had_values = false; ///< what the server got has values in the place of parameters
};

/// Fault::busy for locks that others hold, else Fault::database. The state is "1146 (42S02)".
Error error_for(const Failure& failure);

/// Whether the server refused a statement because its effect is there already: the table, column, index or
/// key that it makes, or the lack of the one that it drops.
bool tells_of_effect(const Error& error);

/// Whether the connection is of no use any more.
bool is_gone(unsigned code);

} // namespace orch::mariadb
