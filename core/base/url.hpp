// Database URLs as SQLAlchemy writes them (RFC 1738 with its own rules for user, password and query):
//     dialect+driver://user:password@host:port/database?key=value
// A value that config reads and a dialect connects with. The password is in the value and in nothing that is
// printed.
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
    std::string host;     ///< without the brackets of an IPv6 address
    int port = 0;         ///< 0: none given
    std::string database; ///< what follows the host's slash: "relative.db" of sqlite:///relative.db, "/abs"
                          ///< of sqlite:////abs
    std::vector<std::pair<std::string, std::string>>
        query; ///< in order, percent-decoded, a key may occur twice

    /// The last value of a query key.
    std::optional<std::string> option(std::string_view key) const;
};

/// Throws Error(config) that says what is missing; the message shows the URL with the password masked.
ORCH_API Url parse_url(std::string_view text);

/// The URL as text with the password as ***: what logs, errors and tables show. Query values whose key looks
/// like a secret (password, sslpassword, token, secret, key) are masked too.
ORCH_API std::string masked(const Url& url);

/// masked() for a text that may not be a URL at all: hides what stands between the first ':' after '//' and
/// the last '@'.
ORCH_API std::string mask_url(std::string_view text);

} // namespace orch
