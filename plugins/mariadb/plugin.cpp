// The MariaDB and MySQL dialects: their traits, how a URL becomes a connection, and the struct through which
// the host finds them. Their names are SQLAlchemy's: mysql:// gives "mysql", whatever the server is, and
// mariadb:// gives "mariadb".
#include "dialect/plugin.hpp"

#include "compiler.hpp"
#include "connection.hpp"
#include "lease.hpp"
#include "lock.hpp"
#include "options.hpp"

#include <boost/dll/alias.hpp>
#include <fmt/format.h>
#include <mysql.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

namespace {

dialect::Traits make_traits(bool mariadb) {
    dialect::Traits traits;
    traits.name = mariadb ? "mariadb" : "mysql";
    traits.implementation = mariadb ? "MariaDBImpl" : "MySQLImpl";
    traits.transactional_ddl = false;
    traits.batch_rebuilds = false;
    traits.max_identifier = 64;
    traits.foreign_keys_make_indexes = true;
    traits.returns_rows = mariadb;
    traits.section_names =
        mariadb ? std::vector<std::string>{"mariadb", "mysql"} : std::vector<std::string>{"mysql", "mariadb"};
    traits.backslash_escapes = true;
    traits.features = {"each DDL statement commits by itself", "comments",
                       "MariaDB and MySQL by the server's version"};
    return traits;
}

constexpr std::array<std::string_view, 2> schemes{"mysql", "mariadb"};

class Dialect final : public dialect::Dialect {
  public:
    explicit Dialect(bool mariadb)
        : traits_(make_traits(mariadb)), compiler_(traits_, Server{mariadb, 0, true, false}) {
        if (!mariadb) as_mariadb_ = std::make_unique<Dialect>(true);
    }
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    const dialect::Dialect& for_scheme(std::string_view scheme) const override {
        return scheme == "mariadb" && as_mariadb_ ? *as_mariadb_ : *this;
    }

    std::unique_ptr<dialect::Connection> connect(const Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        return std::make_unique<Connection>(read_options(url, options.settings), masked(url),
                                            options.read_only, traits_);
    }
    std::unique_ptr<dialect::Connection> scratch(const std::optional<Url>& url) const override {
        if (!url)
            throw Error(Fault::config,
                        "MariaDB has no databases in memory: a scratch database needs a server")
                .hint("say which in 'scratch_url'");
        if (std::ranges::find(schemes, url->scheme) == schemes.end())
            throw Error(
                Fault::config,
                fmt::format("a scratch or shadow database of MariaDB cannot be at '{}'", masked(*url)))
                .hint("expected a URL that begins with '" + std::string(schemes.front()) + "://'");
        return Connection::scratch(read_options(*url, {}), masked(*url), traits_);
    }
    std::unique_ptr<dialect::Lock> lock(const Url& url, const dialect::ConnectOptions& options,
                                        const dialect::LockRequest& request) const override {
        auto session =
            std::make_unique<Connection>(read_options(url, options.settings), masked(url), false, traits_);
        if (is_clustered(*session)) return std::make_unique<Lease>(std::move(session), request);
        return std::make_unique<Lock>(std::move(session), request);
    }
    std::string identity(const Url& url) const override { return mariadb::identity(read_options(url, {})); }

  private:
    dialect::Traits traits_;
    Compiler compiler_;
    std::unique_ptr<Dialect> as_mariadb_;
};

dialect::Dialect* create() { return new Dialect(false); }

} // namespace

extern const dialect::PluginInfo info;
const dialect::PluginInfo info{
    dialect::plugin_magic,
    sizeof(dialect::PluginInfo),
    ORCH_BUILD_TAG,
    "mariadb",
    ORCH_VERSION,
    "MariaDB Connector/C " MARIADB_PACKAGE_VERSION,
    "mysql mariadb", // as in `schemes`
    "MariaDB and MySQL servers",
    create,
};

} // namespace orch::mariadb

BOOST_DLL_ALIAS(orch::mariadb::info, orch_plugin)
