#include "comparing.hpp"
#include "words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const std::vector<std::string> sides = invocation.list("arg-schema");
    if (sides.size() != 2)
        throw Error(Fault::usage, "expected two schemas to compare")
            .hint("each is an environment, a URL, a target schema or a revision: orch diff ae10 schema.sql");
    fleet::Project project(invocation.options);
    const fleet::DifferenceReport report =
        fleet::difference(project, sides[0], sides[1], difference_request(invocation, true));
    if (invocation.json) {
        Document document("diff");
        add_report(document, report);
        print(document.str());
    } else {
        print(shown(report));
    }
    return 0;
}

} // namespace

extern const Command diff_command;
const Command diff_command{
    "diff",
    "A B",
    "print the operations that bring schema A to schema B",
    "A schema is an environment's database (its name), a URL, a target schema (a file, a module, "
    "exec:COMMAND) or a revision (ae10, module_one@ae10), which is replayed into a scratch database.",
    "  $ orch diff head models.py\n"
    "  $ orch diff sqlite:///old.db sqlite:///new.db",
    [](po::options_description& options) {
        using Words = std::vector<std::string>;
        options.add_options()("rename", po::value<Words>()->composing()->value_name("OLD:NEW"),
                              "a table or 'table.column' that has a new name") //
            ("no-renames", "drop and add what looks like a rename")            //
            ("arg-schema", po::value<Words>());
    },
    {{"arg-schema", -1}},
    run,
};

} // namespace orch::cli
