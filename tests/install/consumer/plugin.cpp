// A dialect plugin that is built against an installed orch: it speaks ANSI SQL and reaches no database.
#include <dialect/compiler.hpp>
#include <dialect/plugin.hpp>

namespace {

namespace dialect = orch::dialect;

class Paper final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    std::unique_ptr<dialect::Connection> connect(const orch::Url&, const dialect::ConnectOptions&) const override {
        throw orch::Error(orch::Fault::database, "paper cannot be connected to");
    }
    std::string identity(const orch::Url& url) const override { return url.database; }

  private:
    static dialect::Traits make_traits() {
        dialect::Traits traits;
        traits.name = "paper";
        traits.features = {"patience"};
        return traits;
    }
    dialect::Traits traits_ = make_traits();
    dialect::Grammar grammar_;
    dialect::AnsiCompiler compiler_{traits_, grammar_};
};

} // namespace

extern "C" ORCH_API const dialect::PluginInfo orch_plugin;
const dialect::PluginInfo orch_plugin = {
    dialect::plugin_magic, sizeof(dialect::PluginInfo), ORCH_BUILD_TAG, "paper", "1.0", "none", "paper", "SQL to be read by people",
    []() -> dialect::Dialect* { return new Paper; },
};
