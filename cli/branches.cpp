#include "command.hpp"
#include "reading.hpp"
#include "words.hpp"

namespace orch::cli {

namespace {

void print_branches(const runner::Tree& tree, bool verbose) {
    for (const std::string& id : tree.graph().branch_points()) {
        print((verbose ? block(tree, id) : line(tree, id, {.branches = true})) + "\n");
        for (const std::string& child : tree.graph().children(id))
            print(std::string(id.size(), ' ') + " -> " +
                  line(tree, child, {.branches = true, .doc = verbose}) + "\n");
        print("\n");
    }
}

int run(const Invocation& invocation) {
    read_each(
        invocation,
        [&](fleet::Environment& environment) { print_branches(environment.tree(), invocation.verbose); },
        [&](fleet::Environment& environment, Document& document) {
            document.revisions("branch_points", environment.tree(),
                               environment.tree().graph().branch_points());
        });
    return 0;
}

} // namespace

extern const Command branches_command;
const Command branches_command{
    "branches", "",  "list the revisions where the history branches", "", "  $ orch branches", nullptr,
    {},         run,
};

} // namespace orch::cli
