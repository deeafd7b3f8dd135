#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    if (invocation.json) {
        std::vector<std::string> names;
        for (const fleet::Template& one : fleet::templates()) names.push_back(one.name);
        Document document(invocation.command);
        document.texts("templates", names);
        print(document.str());
        return 0;
    }
    print("Available templates:\n\n");
    for (const fleet::Template& one : fleet::templates())
        print(fmt::format("{} - {}\n", one.name, one.synopsis));
    print("\nTemplates are used via the 'init' command, e.g.:\n\n  orch init --template generic ./scripts\n");
    return 0;
}

} // namespace

extern const Command list_templates_command;
const Command list_templates_command{
    "list_templates",
    "",
    "list what 'orch init --template' takes",
    "",
    "  $ orch list_templates",
    nullptr,
    {},
    run,
};

} // namespace orch::cli
