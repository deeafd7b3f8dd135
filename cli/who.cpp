#include "fleet/who.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string in_words(const fleet::Owner& owner) {
    std::vector<std::string> reasons;
    if (owner.by_filter) reasons.emplace_back("its include_object selects it");
    if (owner.made_by) reasons.push_back(fmt::format("revision '{}' makes it", *owner.made_by));
    if (!owner.used_by.empty())
        reasons.push_back(
            fmt::format("{} use{} it", quoted_list(owner.used_by), owner.used_by.size() == 1 ? "s" : ""));
    return fmt::format("{}: {}\n", owner.environment, join(reasons, "; "));
}

int run(const Invocation& invocation) {
    const auto table = invocation.text("arg-table");
    if (!table) throw Error(Fault::usage, "no table was given");
    fleet::Project project(invocation.options);
    const std::vector<fleet::Owner> owners = fleet::who(project, *table);
    if (invocation.json) {
        Document document(invocation.command);
        document.text("table", *table);
        for (const fleet::Owner& owner : owners) {
            document.environment(owner.environment);
            document.flag("selects", owner.by_filter);
            if (owner.made_by) document.text("made_by", *owner.made_by);
            document.texts("used_by", owner.used_by);
        }
        print(document.str());
    } else {
        for (const fleet::Owner& owner : owners) print(in_words(owner));
    }
    if (!owners.empty()) return 0;
    throw Error(Fault::pending, fmt::format("no environment knows a table '{}'", *table))
        .hint("its name is looked for in the filters and the revisions of the chosen environments");
}

} // namespace

extern const Command who_command;
const Command who_command{
    "who",
    "TABLE",
    "tell which environment a table belongs to, and who uses it",
    "The owner stands first: the environment whose include_object selects the table, or whose revisions make "
    "it.",
    "  $ orch who core_customer",
    [](boost::program_options::options_description& options) {
        options.add_options()("arg-table", boost::program_options::value<std::string>());
    },
    {{"arg-table", 1}},
    run,
};

} // namespace orch::cli
