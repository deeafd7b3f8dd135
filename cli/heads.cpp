#include "command.hpp"
#include "json.hpp"
#include "reading.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const auto heads = [&](const runner::Tree& tree) {
        return invocation.flag("resolve-dependencies") ? tree.graph().real_heads() : tree.graph().heads();
    };
    read_each(
        invocation,
        [&](fleet::Environment& environment) {
            const runner::Tree& tree = environment.tree();
            for (const std::string& id : heads(tree))
                print((invocation.verbose ? block(tree, id)
                                          : line(tree, id, {.branches = true, .tree = false})) +
                      "\n");
        },
        [&](fleet::Environment& environment, Document& document) {
            document.revisions("heads", environment.tree(), heads(environment.tree()));
        });
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
