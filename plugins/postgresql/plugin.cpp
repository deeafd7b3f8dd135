// The PostgreSQL dialect: its traits, how a URL becomes a connection, and the struct through which the host
// finds it.
#include "dialect/plugin.hpp"

#include "base/error.hpp"
#include "compiler.hpp"
#include "connection.hpp"
#include "lock.hpp"
#include "options.hpp"

#include <boost/dll/alias.hpp>
#include <fmt/format.h>
#include <pg_config.h>

#include <algorithm>
#include <array>

namespace orch::postgresql {

namespace {

dialect::Traits make_traits() {
    dialect::Traits traits;
    traits.name = "postgresql";
    traits.implementation = "PostgresqlImpl";
    traits.transactional_ddl = true;
    traits.max_identifier = 63;
    traits.returns_rows = true;
    traits.sequences = true;
    traits.enum_types = true;
    traits.features = {"transactional DDL", "RETURNING", "schemas", "enums", "concurrent indexes"};
    return traits;
}

constexpr std::array<std::string_view, 2> schemes{"postgresql", "postgres"};

class Dialect final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }

    std::unique_ptr<dialect::Connection> connect(const Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        return std::make_unique<Connection>(read_options(url, options.settings), options.read_only);
    }
    std::string identity(const Url& url) const override { return identity_of(url); }
    std::unique_ptr<dialect::Connection> scratch(const std::optional<Url>& url) const override {
        if (!url)
            throw Error(Fault::config,
                        "PostgreSQL has no databases in memory: a scratch database needs a server")
                .hint("say which in 'scratch_url'");
        if (std::ranges::find(schemes, url->scheme) == schemes.end())
            throw Error(
                Fault::config,
                fmt::format("a scratch or shadow database of PostgreSQL cannot be at '{}'", masked(*url)))
                .hint("expected a URL that begins with '" + std::string(schemes.front()) + "://'");
        return Connection::scratch(read_options(*url, {}));
    }
    std::unique_ptr<dialect::Lock> lock(const Url& url, const dialect::ConnectOptions& options,
                                        const dialect::LockRequest& request) const override {
        return std::make_unique<Lock>(read_options(url, options.settings), request);
    }

  private:
    dialect::Traits traits_ = make_traits();
    Compiler compiler_{traits_};
};

dialect::Dialect* create() { return new Dialect; }

} // namespace

extern const dialect::PluginInfo info;
const dialect::PluginInfo info{
    dialect::plugin_magic,
    sizeof(dialect::PluginInfo),
    ORCH_BUILD_TAG,
    "postgresql",
    ORCH_VERSION,
    "libpq " PG_VERSION,
    "postgresql postgres", // as in `schemes`
    "PostgreSQL 13 and later",
    create,
};

} // namespace orch::postgresql

BOOST_DLL_ALIAS(orch::postgresql::info, orch_plugin)
