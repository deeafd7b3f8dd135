#include "runs_report.hpp"

#include "base/text.hpp"
#include "progress.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace orch::cli {

namespace {

std::string state_of(const fleet::Ran& one) {
    switch (one.kind) {
    case fleet::Ran::done: return "done";
    case fleet::Ran::failed: return "failed";
    case fleet::Ran::rolled_back: return "taken back";
    case fleet::Ran::not_run: break;
    }
    return one.summary.steps.empty() ? "not run" : "stopped";
}

void print_table(const std::vector<fleet::Ran>& ran) {
    std::vector<std::vector<std::string>> rows = {{"environment", "state", "steps", "current"}};
    for (const fleet::Ran& one : ran) {
        const bool known = one.kind == fleet::Ran::done || one.looked;
        rows.push_back({one.environment, state_of(one), std::to_string(one.summary.steps.size()),
                        !known                        ? "?"
                        : one.summary.current.empty() ? "<base>"
                                                      : join(one.summary.current, ", ")});
    }
    print(table(rows));
}

void write(Document& document, const fleet::Ran& one) {
    document.environment(one.environment);
    document.text("state", state_of(one));
    if (one.error) document.error(*one.error);
    if (one.kind == fleet::Ran::not_run && one.summary.steps.empty()) return;
    document.summary(one.summary, one.kind == fleet::Ran::done || one.looked);
    document.number("milliseconds", one.took.count());
}

} // namespace

void add_run_options(boost::program_options::options_description& options) {
    namespace po = boost::program_options;
    options.add_options()("jobs,j", po::value<std::string>()->value_name("N"),
                          "how many environments run at once, where none waits for the other (1)")(
        "on-error", po::value<std::string>()->value_name("WORD"),
        "stop (the others do not begin), continue, or rollback (what this run has done is taken back)")(
        "partition", po::value<std::string>()->value_name("I/N"),
        "of environments with targets, do only part I (from 0 on) of N");
}

fleet::RunOptions run_options(const Invocation& invocation) {
    fleet::RunOptions options;
    if (const auto jobs = invocation.text("jobs")) {
        const bool digits = !jobs->empty() && jobs->find_first_not_of("0123456789") == std::string::npos;
        constexpr std::size_t most_digits = 4;
        if (!digits || jobs->size() > most_digits || std::stoul(*jobs) == 0)
            throw Error(Fault::usage,
                        fmt::format("expected a number from 1 on behind --jobs, got '{}'", *jobs));
        options.jobs = std::stoul(*jobs);
    }
    if (const auto word = invocation.text("on-error")) options.on_error = fleet::on_error(*word);
    options.tell = progress(invocation);
    return options;
}

int report(const Invocation& invocation, const std::vector<fleet::Ran>& ran) {
    if (invocation.json) {
        Document document(invocation.command);
        for (const fleet::Ran& one : ran) write(document, one);
        print(document.str());
    } else if (ran.size() > 1 && !invocation.quiet) {
        print_table(ran);
    }
    fleet::check(ran);
    return 0;
}

} // namespace orch::cli
