#include "command.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    const auto environments = project.for_reading();
    for (fleet::Environment* environment : environments) {
        print_heading(*environment, environments.size());
        const runner::Tree& tree = environment->tree();
        const auto heads =
            invocation.flag("resolve-dependencies") ? tree.graph().real_heads() : tree.graph().heads();
        for (const std::string& id : heads)
            print(invocation.verbose ? block(tree, id) + "\n"
                                     : line(tree, id, {.branches = true, .tree = false}) + "\n");
    }
    return 0;
}

} // namespace

extern const Command heads_command;
const Command heads_command{
    "heads",
    "",
    "list the newest revisions",
    "",
    "  $ orch heads\n  $ orch heads --verbose",
    [](po::options_description& options) {
        options.add_options()("resolve-dependencies", "leave out heads that another revision depends on");
    },
    {},
    run,
};

} // namespace orch::cli
