// The SQLite dialect: its traits, how a URL becomes a connection, and the struct through which the host finds
// it.
#include "dialect/plugin.hpp"

#include "compiler.hpp"
#include "connection.hpp"
#include "lock.hpp"
#include "options.hpp"

#include <boost/dll/alias.hpp>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>

namespace orch::sqlite {

namespace {

dialect::Traits make_traits() {
    dialect::Traits traits;
    traits.name = "sqlite";
    traits.implementation = "SQLiteImpl";
    traits.transactional_ddl = true;
    traits.batch_rebuilds = true;
    traits.max_identifier = 9999; // SQLite has no limit; SQLAlchemy's number
    traits.returns_rows = true;
    traits.commits_nothing = false;
    traits.features = {"transactional DDL", "RETURNING", "attached databases as schemas"};
    return traits;
}

class Dialect final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }

    std::unique_ptr<dialect::Connection> connect(const Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        const Options found = read_options(url, options.settings);
        std::error_code ignored;
        if (options.read_only && !found.memory && !std::filesystem::exists(found.path, ignored))
            return nullptr;
        return std::make_unique<Connection>(found, options.read_only, compiler_,
                                            options.rebuild_outside_batch);
    }

    std::unique_ptr<dialect::Connection> scratch(const std::optional<Url>&) const override {
        return std::make_unique<Connection>(memory(), false, compiler_, true);
    }

    std::string identity(const Url& url) const override {
        const Options found = read_options(url, {});
        if (found.memory) {
            static std::atomic<int> count = 0; // each connection has a memory of its own
            return "sqlite::memory:" + std::to_string(++count);
        }
        std::error_code error;
        const std::filesystem::path real = std::filesystem::weakly_canonical(found.path, error);
        return "sqlite:" + (error ? found.path.lexically_normal() : real).string();
    }

    std::unique_ptr<dialect::Lock> lock(const Url& url, const dialect::ConnectOptions& options,
                                        const dialect::LockRequest& request) const override {
        const Options found = read_options(url, options.settings);
        if (found.memory) return nullptr;
        std::error_code error;
        const std::filesystem::path real = std::filesystem::weakly_canonical(found.path, error);
        return std::make_unique<Lock>(error ? found.path : real, request);
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
    "sqlite",
    ORCH_VERSION,
    "SQLite " SQLITE_VERSION,
    "sqlite",
    "SQLite databases in files and in memory",
    create,
};

} // namespace orch::sqlite

BOOST_DLL_ALIAS(orch::sqlite::info, orch_plugin)
