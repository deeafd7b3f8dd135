#include "command.hpp"
#include "words.hpp"

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    const auto environments = project.for_reading();
    for (fleet::Environment* environment : environments) {
        print_heading(*environment, environments.size());
        const runner::Tree& tree = environment->tree();
        for (const std::string& id : tree.graph().newest_first()) {
            if (!tree.graph().is_branch_point(id)) continue;
            print((invocation.verbose ? block(tree, id) : line(tree, id, {.branches = true})) + "\n");
            for (const std::string& child : tree.graph().children(id))
                print(std::string(id.size(), ' ') + " -> " +
                      line(tree, child, {.branches = true, .doc = invocation.verbose}) + "\n");
            print("\n");
        }
    }
    return 0;
}

} // namespace

extern const Command branches_command;
const Command branches_command{
    "branches", "",  "list the revisions where the history branches", "", "  $ orch branches", nullptr,
    {},         run,
};

} // namespace orch::cli
