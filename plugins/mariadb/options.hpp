// What the URL and connect_args of the ini say about a connection, sorted out. The names are those of the
// Python drivers (mysqlclient, PyMySQL, MySQL Connector/Python), so that an Alembic tree's URL works as it
// is.
#pragma once

#include "base/url.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orch::mariadb {

using Settings = std::vector<std::pair<std::string, std::string>>;

enum class Tls { as_given, off, preferred, required, verified };

struct Options {
    std::string host, user, password, database;
    unsigned port = 0;
    std::string socket; ///< a Unix socket's path; empty: the library's own, or TCP
    std::string charset = "utf8mb4";
    std::optional<std::string> collation, sql_mode, init_command;
    std::optional<std::string> default_file, default_group; ///< my.cnf and its group
    std::optional<std::string> tls_ca, tls_ca_path, tls_certificate, tls_key, tls_cipher;
    Tls tls = Tls::as_given; ///< as_given: used where a certificate or authority is named
    std::optional<unsigned> connect_timeout, read_timeout, write_timeout; ///< seconds
    std::optional<unsigned> lock_wait_timeout; ///< seconds, for rows and for tables
    bool compress = false;
};

/// Throws Error(config): an option that is not known (with the nearest), a value that does not fit.
Options read_options(const Url& url, const Settings& settings);

/// Equal for two URLs that reach the same database on the same server.
std::string identity(const Options& options);

} // namespace orch::mariadb
