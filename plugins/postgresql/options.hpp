// What the URL, its query and connect_args of the ini say about a connection, as libpq's keywords.
#pragma once

#include "base/url.hpp"

#include <string>
#include <utility>
#include <vector>

namespace orch::postgresql {

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Options {
    Settings keywords; ///< libpq's own: host, port, dbname, sslmode ...; a key once
    std::string name;  ///< how errors call the database: the URL without its password
};

/// Throws Error(config) for an option that neither libpq nor orch knows (with the nearest), and for a value
/// that does not fit.
Options read_options(const Url& url, const Settings& settings);

/// A text that is equal for two URLs that reach the same database, as far as names tell.
std::string identity_of(const Url& url);

} // namespace orch::postgresql
