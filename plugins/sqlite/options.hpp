// What the URL and connect_args of the ini say about a connection, sorted out: the file, how it is opened,
// the pragmas.
#pragma once

#include "base/url.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace orch::sqlite {

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Options {
    std::string file;           ///< what sqlite3_open_v2 gets: a path, ":memory:" or a "file:" URI
    bool memory = false;        ///< no file behind it
    bool uri = false;           ///< `file` is a URI
    std::filesystem::path path; ///< the database's file, absolute; empty for memory
    double timeout = 5;         ///< seconds to wait for a lock
    Settings pragmas;           ///< name and checked value, in order
};

/// Throws Error(config): a host in the URL, an option that is not known (with the nearest), a value that does
/// not fit.
Options read_options(const Url& url, const Settings& settings);

/// An empty database that goes away with its connection.
Options memory();

} // namespace orch::sqlite
