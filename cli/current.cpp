#include "base/text.hpp"
#include "base/url.hpp"
#include "command.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

bool at_all_heads(const runner::Tree& tree, const std::vector<std::string>& rows) {
    return tree.graph().pending(rows).empty();
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    const auto environments = project.for_reading();
    std::vector<std::string> behind;
    for (fleet::Environment* environment : environments) {
        print_heading(*environment, environments.size());
        environment->read([&](runner::Session& session) {
            const runner::Tree& tree = environment->tree();
            const std::vector<std::string> rows = session.current();
            if (invocation.verbose)
                print(fmt::format("Current revision(s) for {}:\n", session.display_url()));
            for (const std::string& id : tree.graph().all_current(rows))
                print(invocation.verbose ? block(tree, id) + "\n" : line(tree, id, {}) + "\n");
            if (invocation.flag("check-heads") && !at_all_heads(tree, rows))
                behind.push_back(environment->name());
        });
    }
    if (!behind.empty())
        throw Error(Fault::pending,
                    fmt::format("the database is not at all heads in {}", quoted_list(behind)))
            .hint("'orch status' shows what is pending, 'orch upgrade heads' applies it");
    return 0;
}

} // namespace

extern const Command current_command;
const Command current_command{
    "current",
    "",
    "show where the database is",
    "",
    "  $ orch current\n  $ orch current --check-heads   # exit code 3 when something is pending",
    [](po::options_description& options) {
        options.add_options()("check-heads", "end with exit code 3 unless the database is at all heads");
    },
    {},
    run,
};

} // namespace orch::cli
