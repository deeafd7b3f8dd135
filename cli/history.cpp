#include "command.hpp"
#include "reading.hpp"
#include "words.hpp"

#include <algorithm>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

/// A range that begins or ends at "current", or counts from it, needs the database.
bool names_current(const std::string& range) {
    return range.find("current") != std::string::npos || range.rfind("-", 0) == 0 ||
           range.rfind("+", 0) == 0 || range.find(":+") != std::string::npos ||
           range.find(":-") != std::string::npos;
}

using Rows = std::optional<std::vector<std::string>>;

int run(const Invocation& invocation) {
    const std::string range = invocation.text("rev-range").value_or("");
    const bool indicate = invocation.flag("indicate-current");
    const auto rows = [&](fleet::Environment& environment) {
        Rows found;
        if (indicate || names_current(range))
            environment.read([&](runner::Session& session) { found = session.current(); });
        return found;
    };
    read_each(
        invocation,
        [&](fleet::Environment& environment) {
            const Rows current = rows(environment);
            const runner::Tree& tree = environment.tree();
            for (const std::string& id : tree.graph().history(range, current)) {
                const bool here =
                    indicate && std::find(current->begin(), current->end(), id) != current->end();
                print((invocation.verbose
                           ? block(tree, id, here)
                           : line(tree, id,
                                  {.branches = true, .doc = true, .parents = true, .current = here})) +
                      "\n");
            }
        },
        [&](fleet::Environment& environment, Document& document) {
            const Rows current = rows(environment);
            document.revisions("history", environment.tree(),
                               environment.tree().graph().history(range, current),
                               current.value_or(std::vector<std::string>{}));
        });
    return 0;
}

} // namespace

extern const Command history_command;
const Command history_command{
    "history",
    "",
    "list the revisions, newest first",
    "",
    "  $ orch history\n  $ orch history -r 1975:ae10\n  $ orch history -r -3:current --indicate-current",
    [](po::options_description& options) {
        options.add_options()("rev-range,r", po::value<std::string>()->value_name("FROM:TO"),
                              "only these: a:b, :b, a:, -3:current")("indicate-current,i",
                                                                     "mark the database's revisions");
    },
    {},
    run,
};

} // namespace orch::cli
