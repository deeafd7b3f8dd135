#include "command.hpp"
#include "plan_words.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    fleet::FrozenPlan plan;
    plan.move.targets = invocation.list("arg-revision");
    if (const auto target = invocation.text("downgrade")) {
        if (!plan.move.targets.empty()) throw Error(Fault::usage, "a plan goes up or down, not both");
        plan.move.kind = runner::Move::downgrade;
        plan.move.targets = {*target};
    } else if (plan.move.targets.empty()) {
        plan.move.targets = {"heads"};
    }
    fleet::Project project(invocation.options);
    plan.parts = fleet::plan(project, plan.move);
    return show_plan(plan, invocation.json, invocation.text("out"));
}

} // namespace

extern const Command plan_command;
const Command plan_command{
    "plan",
    "[REVISION...]",
    "show what an upgrade would do now, over all environments; write nothing",
    "Reads where each database stands and shows, in the order in which it would run: environments, "
    "revisions, "
    "statements, what is outside of\na transaction, which statements lock or rewrite a table and how large "
    "it "
    "is. REVISION is 'heads' where none is given. Of a script\nthat reads rows the statements are those of "
    "an "
    "empty table; the plan says where. 'orch apply' carries a plan out.",
    "  $ orch plan\n  $ orch -n 'module_*' plan --out plan.json\n  $ orch plan --downgrade -1",
    [](po::options_description& options) {
        options.add_options()("out", po::value<std::string>()->value_name("FILE"),
                              "write the plan there too, as JSON")(
            "downgrade", po::value<std::string>()->value_name("REVISION"), "plan a downgrade")(
            "allow-foreign", "allow operations on tables that another environment's filter selects")(
            "arg-revision", po::value<std::vector<std::string>>());
    },
    {{"arg-revision", -1}},
    run,
};

} // namespace orch::cli
