#include "command.hpp"
#include "findings.hpp"
#include "json.hpp"
#include "moves.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace orch::cli {

namespace {

/// On a terminal the user is asked; elsewhere only --yes is a yes.
bool asked(const runner::Finding& finding) {
    if (!::isatty(STDIN_FILENO) || !::isatty(STDERR_FILENO)) return false;
    std::fputs(fmt::format("{}\n{}? [y/N] ", finding.message, finding.remedy).c_str(), stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

const char* word(runner::Repair::Outcome outcome) {
    switch (outcome) {
    case runner::Repair::mended: return "mended";
    case runner::Repair::declined: return "not mended";
    case runner::Repair::failed: return "failed";
    case runner::Repair::left: break;
    }
    return "left";
}

void print_line(const runner::Repair& repair) {
    const runner::Finding& finding = repair.finding;
    std::string line = fmt::format("{}: {}: {}\n", word(repair.outcome), finding.kind, finding.message);
    if (repair.outcome == runner::Repair::mended) line += fmt::format("  done: {}\n", finding.remedy);
    if (repair.outcome == runner::Repair::declined) line += fmt::format("  with --yes: {}\n", finding.remedy);
    if (repair.outcome == runner::Repair::left && !finding.hint.empty())
        line += fmt::format("  hint: {}\n", finding.hint);
    if (repair.error) line += fmt::format("  error: {}\n", repair.error->message());
    print(line);
}

bool is_left(const runner::Repair& repair) {
    return repair.outcome != runner::Repair::mended && !repair.finding.harmless;
}

int run(const Invocation& invocation) {
    fleet::Project project(invocation.options);
    Document document(invocation.command);
    bool left = false;
    const auto environments = project.for_changing();
    const auto outcomes = fleet::for_each(environments, [&](fleet::Environment& environment) {
        environment.change([&](runner::Session& session) {
            const auto repairs = session.repair(
                [&](const runner::Finding& finding) { return invocation.flag("yes") || asked(finding); });
            document.environment(environment.name());
            document.repairs(repairs);
            if (!invocation.json) print_heading(environment, environments.size());
            for (const runner::Repair& repair : repairs) {
                left = left || is_left(repair);
                if (!invocation.json) print_line(repair);
            }
            if (!invocation.json && repairs.empty()) print("nothing is wrong\n");
        });
    });
    return finish(invocation, document, outcomes, left);
}

} // namespace

extern const Command repair_command;
const Command repair_command{
    "repair",
    "",
    "mend what 'orch validate' finds",
    "Does by itself what can be done in one way only (a version column that is too narrow). Asks on a "
    "terminal before the rest: dropping\na table that a killed run left, building an invalid index anew, "
    "finishing an interrupted revision, taking an edited revision as it\nis. Exit code 3 where something is "
    "left.",
    "  $ orch repair\n  $ orch -n module_one repair --yes",
    [](boost::program_options::options_description& options) {
        options.add_options()("yes,y", "do not ask: mend all that can be mended")(no_wait_option,
                                                                                  no_wait_text);
    },
    {},
    run,
};

} // namespace orch::cli
