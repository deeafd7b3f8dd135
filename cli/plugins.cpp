#include "base/text.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

/// The plugins that the configuration file sees, or those of the installation where there is no file.
std::vector<dialect::PluginReport> reports(const Invocation& invocation) {
    if (!fleet::has_project(invocation.options)) return fleet::plugins_without_project();
    return fleet::Project(invocation.options).plugins().list();
}

int run(const Invocation& invocation) {
    const auto found = reports(invocation);
    if (invocation.json) {
        Document document("plugins");
        document.plugins(found);
        print(document.str());
        return 0;
    }
    if (found.empty()) print("no plugins found\n");
    for (const dialect::PluginReport& report : found) {
        if (!report.usable) {
            print(fmt::format("{}\n  not usable: {}\n", report.file.string(), report.problem));
            continue;
        }
        print(fmt::format(
            "{} {}  {}\n  schemes: {}\n  library: {}\n  build tag: {}\n  features: {}\n  file: {}\n",
            report.name, report.version, report.summary, report.schemes, report.library, report.build_tag,
            join(report.features, ", "), report.file.string()));
    }
    return 0;
}

} // namespace

extern const Command plugins_command;
const Command plugins_command{
    "plugins", "",  "list the dialect plugins and where they were found", "", "  $ orch plugins", nullptr,
    {},        run,
};

} // namespace orch::cli
