#include "command.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const std::vector<std::string> revisions = invocation.list("arg-revision");
    if (revisions.empty())
        throw Error(Fault::usage, "no revision was given").hint("'orch history' lists them");
    fleet::Project project(invocation.options);
    fleet::Environment& environment = project.one();
    const runner::Tree& tree = environment.tree();
    for (const std::string& name : revisions) {
        std::optional<std::vector<std::string>> current;
        if (name == "current")
            environment.read([&](runner::Session& session) { current = session.current(); });
        for (const std::string& id : tree.graph().resolve(name, current)) print(block(tree, id) + "\n");
    }
    return 0;
}

} // namespace

extern const Command show_command;
const Command show_command{
    "show",
    "REVISION...",
    "show a revision: its parents, its file, its message",
    "",
    "  $ orch show head\n  $ orch show ae10",
    [](po::options_description& options) {
        options.add_options()("arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
