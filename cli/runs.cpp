#include "base/text.hpp"
#include "command.hpp"
#include "json.hpp"
#include "moves.hpp"
#include "runs_report.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace po = boost::program_options;

namespace orch::cli {

namespace {

std::string state_of(const runs::Run& run) {
    std::vector<std::string> parts;
    for (const auto state :
         {runs::Target::done, runs::Target::failed, runs::Target::running, runs::Target::waiting})
        if (const std::size_t count = run.count(state); count > 0)
            parts.push_back(fmt::format("{} {}", count, runs::word(state)));
    return join(parts, ", ");
}

int list(const Invocation& invocation, runs::Record& record) {
    Document document(invocation.command);
    std::vector<std::vector<std::string>> rows = {{"run", "started", "by", "to", "targets"}};
    for (const runs::Run& run : record.all()) {
        document.run(run);
        rows.push_back({std::to_string(run.id), run.started_at, run.run_by, join(run.move.targets, ", "),
                        state_of(run)});
    }
    if (invocation.json)
        print(document.str());
    else
        print(rows.size() > 1 ? table(rows) : "no run was recorded\n");
    return 0;
}

int show(const Invocation& invocation, const runs::Run& run) {
    if (invocation.json) {
        Document document(invocation.command);
        document.run(run);
        document.targets(run);
        print(document.str());
        return 0;
    }
    print(fmt::format("run {}, started {} by {}, {}\n", run.id, run.started_at, run.run_by,
                      run.ended_at.empty() ? "not ended" : "ended " + run.ended_at));
    std::vector<std::vector<std::string>> rows = {{"target", "state", "steps", "error"}};
    for (const runs::Target& target : run.targets) {
        std::vector<std::string> steps;
        if (target.steps)
            for (const graph::Step& step : *target.steps) steps.push_back(step.revision);
        rows.push_back({target.name, runs::word(target.state), target.steps ? join(steps, " ") : "?",
                        target.error.substr(0, target.error.find('\n'))});
    }
    print(table(rows));
    return 0;
}

std::int64_t number(const std::optional<std::string>& text) {
    constexpr std::size_t most_digits = 9;
    if (!text || text->empty() || text->size() > most_digits ||
        text->find_first_not_of("0123456789") != std::string::npos)
        throw Error(Fault::usage,
                    text ? fmt::format("expected the number of a run, got '{}'", *text) : "no run was named")
            .hint("'orch runs' lists them");
    return std::stol(*text);
}

int run(const Invocation& invocation) {
    const std::string word = invocation.text("arg-word").value_or("list");
    const auto id = invocation.text("arg-id");
    fleet::Options options = invocation.options;
    if (word == "resume" || word == "retry") {
        if (options.names.empty()) options.all = true;
        fleet::Project project(options);
        return report(invocation,
                      fleet::resume(project, number(id), word == "retry", run_options(invocation)));
    }
    fleet::Project project(options);
    const auto record = fleet::recorded(project);
    if (word == "show") return show(invocation, record->get(number(id)));
    if (word == "list" && !id) return list(invocation, *record);
    throw Error(Fault::usage, fmt::format("expected 'show', 'resume' or 'retry', got '{}'", word));
}

} // namespace

extern const Command runs_command;
const Command runs_command{
    "runs",
    "[show|resume|retry ID]",
    "list the recorded runs over many targets, show one, or go on with it",
    "A run over targets is recorded: the steps of each target before they begin, and how it ended. 'resume' "
    "does "
    "what a run that was\nkilled or stopped has not done, with the steps that were planned then; 'retry' "
    "does also "
    "what failed.",
    "  $ orch runs\n  $ orch runs show 12\n  $ orch runs resume 12 --jobs 8\n  $ orch runs retry 12",
    [](po::options_description& add) {
        add.add_options()(no_wait_option, no_wait_text)("arg-word", po::value<std::string>())(
            "arg-id", po::value<std::string>());
        add_run_options(add);
    },
    {{"arg-word", 1}, {"arg-id", 1}},
    run,
};

} // namespace orch::cli
