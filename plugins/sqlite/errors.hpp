// SQLite's result codes as errors that say what to do.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace orch::sqlite {

/// SQLITE_BUSY, SQLITE_CONSTRAINT_UNIQUE: the name of a result code, with the number behind it where it is
/// not known.
std::string code_name(int code);

struct Failure {
    int code = 0;             ///< extended
    std::string_view message; ///< sqlite3_errmsg()
    std::string_view name;    ///< how the database is called: its path as the user wrote it
    std::string_view path;    ///< its file, empty for memory
    std::string_view sql;     ///< the statement, empty while opening
    int timeout_ms = 0;
};
/// The error for a failure: Fault::busy for locks, Fault::database for all else.
Error error_for(const Failure& failure);

} // namespace orch::sqlite
