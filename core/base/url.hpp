// Database URLs as SQLAlchemy writes them (RFC 1738 with its own rules for user, password and query):
//     dialect+driver://user:password@host:port/database?key=value
// A value that config reads and a dialect connects with. The password is in the value and in nothing that is
// printed: every text about a URL goes through masked() or mask_url().
#pragma once

#include "base/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch {

struct Url {
    std::string scheme; ///< lower case, without the driver: "sqlite"
    std::string driver; ///< "psycopg2" of "postgresql+psycopg2", accepted and ignored
    std::string user;   ///< percent-decoded, as password
    std::string password;
    std::string host; ///< without the brackets of an IPv6 address; empty for a socket or a file
    int port = 0;     ///< 0: none given
    /// What follows the host's slash: "relative.db" of sqlite:///relative.db, "/abs" of sqlite:////abs. As it
    /// stands, without percent-decoding: SQLAlchemy up to 2.0 opens the file of that very name.
    std::string database;
    /// In order, percent-decoded, a key may occur twice. A key without a value is dropped, as Python does.
    std::vector<std::pair<std::string, std::string>> query;

    /// The last value of a query key.
    ORCH_API std::optional<std::string> option(std::string_view key) const;
};

/// By the rules of SQLAlchemy's make_url: the user ends at the first ':' or '/', the password at an '@' and
/// may hold any other character. Beyond it, an empty port is none, and a raw '@' in a password is part of it.
/// Throws Error(config) that says what is missing; the message shows the URL with the password masked.
ORCH_API Url parse_url(std::string_view text);

/// The URL as text with the password as ***: what logs, errors and tables show. Query values whose key names
/// a secret are masked too.
ORCH_API std::string masked(const Url& url);

/// masked() for a text that may not be a URL at all: hides what stands between the first ':' after the scheme
/// and the last '@', and what may be a password where the '@' is missing. Rather hides too much than too
/// little.
ORCH_API std::string mask_url(std::string_view url);

/// Whether a key (of a query or of the ini) names something that must not be printed: password, sslpassword,
/// token, client_secret, api_key and their like.
ORCH_API bool names_secret(std::string_view key);

} // namespace orch
