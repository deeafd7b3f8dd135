// One source for the plugins that the loader's tests look at: each target defines what is wrong with it.
// Without any definition it is a plugin in order, for the scheme "sample".
#include "dialect/plugin.hpp"

#include "base/error.hpp"
#include "dialect/compiler.hpp"

namespace {

using namespace orch;

#ifndef PLUGIN_MAGIC
#define PLUGIN_MAGIC dialect::plugin_magic
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(dialect::PluginInfo)
#endif
#ifndef PLUGIN_TAG
#define PLUGIN_TAG ORCH_BUILD_TAG
#endif
#ifndef PLUGIN_SCHEMES
#define PLUGIN_SCHEMES "sample other"
#endif

const dialect::Grammar grammar{"Sample", {}, {}, '"', true, false, false};

class Sample final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    std::unique_ptr<dialect::Connection> connect(const Url&, const dialect::ConnectOptions&) const override {
        throw Error(Fault::database, "thrown in the plugin");
    }
    std::string identity(const Url& url) const override { return url.database; }

  private:
    dialect::Traits traits_ = [] {
        dialect::Traits traits;
        traits.name = "sample";
        traits.features = {"nothing"};
        return traits;
    }();
    dialect::AnsiCompiler compiler_{traits_, grammar};
};

#ifdef PLUGIN_GIVES_NOTHING
[[maybe_unused]] dialect::Dialect* create() { return nullptr; }
#else
[[maybe_unused]] dialect::Dialect* create() { return new Sample; }
#endif

} // namespace

#ifndef PLUGIN_WITHOUT_SYMBOL
extern "C" {
extern __attribute__((visibility("default"))) const dialect::PluginInfo orch_plugin;
const dialect::PluginInfo orch_plugin{PLUGIN_MAGIC, PLUGIN_SIZE,    PLUGIN_TAG, "sample", "1.2",
                                      "no library", PLUGIN_SCHEMES, "a test",   create};
}
#else
extern "C" __attribute__((visibility("default"))) int not_a_plugin() { return 1; }
#endif
