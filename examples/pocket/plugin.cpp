// A dialect in three files, to begin one's own with: what SQLite's library does without any of its
// peculiarities.
#include "compiler.hpp"
#include "connection.hpp"

#include <dialect/plugin.hpp>

#include <filesystem>

namespace pocket {

namespace {

dialect::Traits make_traits() {
    dialect::Traits traits;
    traits.name = "pocket";
    traits.implementation = "PocketImpl";
    traits.transactional_ddl = true;
    traits.max_identifier = 120;
    traits.returns_rows = false;
    traits.features = {"transactional DDL"};
    return traits;
}

class Dialect final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }

    std::unique_ptr<dialect::Connection> connect(const orch::Url& url,
                                                 const dialect::ConnectOptions& options) const override {
        if (url.database.empty())
            throw orch::Error(orch::Fault::config, "the URL names no file")
                .hint("pocket:///relative.db, pocket:////absolute.db");
        std::error_code ignored;
        if (options.read_only && !std::filesystem::exists(url.database, ignored)) return nullptr;
        return std::make_unique<Connection>(url.database, options.read_only);
    }

    std::string identity(const orch::Url& url) const override {
        std::error_code error;
        const auto path = std::filesystem::weakly_canonical(url.database, error);
        return "pocket:" + (error ? url.database : path.string());
    }

  private:
    dialect::Traits traits_ = make_traits();
    Compiler compiler_{traits_};
};

} // namespace
} // namespace pocket

extern "C" ORCH_API const orch::dialect::PluginInfo orch_plugin;
const orch::dialect::PluginInfo orch_plugin = {
    orch::dialect::plugin_magic,
    sizeof(orch::dialect::PluginInfo),
    ORCH_BUILD_TAG,
    "pocket",
    "1.0",
    "SQLite " SQLITE_VERSION,
    "pocket",
    "a small dialect to begin one's own with",
    []() -> orch::dialect::Dialect* { return new pocket::Dialect; },
};
