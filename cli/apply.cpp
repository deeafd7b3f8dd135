#include "command.hpp"
#include "moves.hpp"
#include "runs_report.hpp"

namespace po = boost::program_options;

namespace orch::cli {

namespace {

int run(const Invocation& invocation) {
    const auto file = invocation.text("arg-plan");
    if (!file) throw Error(Fault::usage, "no plan was given").hint("'orch plan --out plan.json' writes one");
    const fleet::FrozenPlan plan = fleet::read_plan(*file);
    fleet::Options options = invocation.options;
    if (options.names.empty() && !options.all)
        for (const fleet::Planned& part : plan.parts) options.names.push_back(part.environment);
    fleet::Project project(options);
    return report(invocation, fleet::apply(project, plan, run_options(invocation)));
}

} // namespace

extern const Command apply_command;
const Command apply_command{
    "apply",
    "PLAN",
    "carry out a plan that 'orch plan --out' wrote",
    "Does exactly what the plan says, and nothing where a database is not where it was, or a script has "
    "changed since.",
    "  $ orch plan --out plan.json\n  $ orch apply plan.json",
    [](po::options_description& options) {
        options.add_options()(no_wait_option, no_wait_text)(
            "allow-foreign", "allow operations on tables that another environment's filter selects")(
            "arg-plan", po::value<std::string>());
        add_run_options(options);
    },
    {{"arg-plan", 1}},
    run,
};

} // namespace orch::cli
