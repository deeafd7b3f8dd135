#include "command.hpp"
#include "findings.hpp"
#include "json.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

/// What was found in one environment, or why nobody could look.
struct Looked {
    std::vector<runner::Finding> findings;
    std::optional<Error> error;
};

Looked look(fleet::Environment& environment) {
    Looked looked;
    try {
        environment.read([&](runner::Session& session) { looked.findings = session.validate(); });
    } catch (const Error& error) {
        looked.error = error;
    }
    return looked;
}

bool is_wrong(const Looked& looked) {
    for (const runner::Finding& finding : looked.findings)
        if (!finding.harmless) return true;
    return false;
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    Document document(invocation.command);
    std::vector<fleet::Outcome> outcomes;
    const auto environments = project.for_looking();
    bool wrong = false;
    for (fleet::Environment* environment : environments) {
        const Looked looked = look(*environment);
        wrong = wrong || is_wrong(looked);
        outcomes.push_back({environment->name(), looked.error ? fleet::Outcome::failed : fleet::Outcome::done,
                            looked.error});
        document.environment(environment->name());
        if (looked.error)
            document.error(*looked.error);
        else
            document.findings(looked.findings);
        if (invocation.json) continue;
        print_heading(*environment, environments.size());
        for (const runner::Finding& finding : looked.findings) print(in_words(finding));
        if (looked.error)
            print(fmt::format("error: {}\n", looked.error->message()));
        else if (looked.findings.empty())
            print("nothing is wrong\n");
    }
    return finish(invocation, document, outcomes, wrong);
}

} // namespace

extern const Command validate_command;
const Command validate_command{
    "validate",
    "",
    "compare revisions, version table and journal; tell what is wrong",
    "Tells of revisions that were edited after they had been applied, files that are missing, versions that "
    "are no revision, runs that\nended in the middle, tables that such a run left, a version table that is "
    "too narrow, and what the database itself calls broken.\nWrites nothing. Exit code 3 where something is "
    "wrong; 'orch repair' mends what can be mended.",
    "  $ orch validate\n  $ orch -n 'module_*' validate --json",
    nullptr,
    {},
    run,
};

} // namespace orch::cli
