#include "moves.hpp"

#include "plan_words.hpp"
#include "runs_report.hpp"
#include "words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace orch::cli {

namespace {

struct Range {
    std::string from; ///< empty: base
    std::vector<std::string> targets;
};

/// "a:b" is a range, and only --sql takes one: online the database says where it stands.
Range range(const std::vector<std::string>& revisions, bool sql) {
    Range range;
    for (const std::string& revision : revisions) {
        const std::size_t colon = revision.find(':');
        if (colon == std::string::npos) {
            range.targets.push_back(revision);
            continue;
        }
        if (!sql)
            throw Error(Fault::usage, fmt::format("'{}' is a range, which only --sql takes", revision))
                .hint("name the target alone: the database says where it stands");
        const std::string from = revision.substr(0, colon);
        if (!range.from.empty() && range.from != from)
            throw Error(Fault::usage,
                        fmt::format("two different beginnings: '{}' and '{}'", range.from, from));
        range.from = from;
        range.targets.push_back(revision.substr(colon + 1));
    }
    return range;
}

void write_sql(fleet::Environment& environment, const Range& range, const Move& move) {
    environment.offline([&](const runner::Settings& settings, const dialect::Dialect& dialect) {
        const runner::Tree& tree = environment.tree();
        const std::vector<std::string> from =
            range.from.empty() ? std::vector<std::string>{} : tree.graph().resolve(range.from);
        move.offline(settings, tree, dialect, from, print);
    });
}

/// A downgrade goes the other way round: an environment comes before those that it depends on.
std::vector<fleet::Environment*> in_order(fleet::Project& project, const Move& move) {
    std::vector<fleet::Environment*> environments = project.for_changing();
    if (move.kind == runner::Move::downgrade) std::reverse(environments.begin(), environments.end());
    return environments;
}

} // namespace

int move(const Invocation& invocation, const std::function<Move(const std::vector<std::string>&)>& make) {
    const std::vector<std::string> revisions = invocation.list("arg-revision");
    if (revisions.empty())
        throw Error(Fault::usage, "no revision was given")
            .hint("name one, or 'head', 'base', +1, -1; 'orch heads' and 'orch history' list them");
    const bool sql = invocation.flag("sql");
    const Range wanted = range(revisions, sql);
    const Move move = make(wanted.targets);
    fleet::Options options = invocation.options;
    options.targets = wanted.targets;
    if (sql) options.starting_from = wanted.from;
    fleet::Project project(options);
    if (sql) {
        fleet::check(fleet::for_each(in_order(project, move), [&](fleet::Environment& environment) {
            write_sql(environment, wanted, move);
        }));
        return 0;
    }
    const runner::Move wanted_move{move.kind, wanted.targets, move.purge};
    if (invocation.flag("dry-run")) {
        fleet::FrozenPlan plan{wanted_move, fleet::plan(project, wanted_move)};
        return show_plan(plan, invocation.json, invocation.text("out"));
    }
    if (invocation.flag("out"))
        throw Error(Fault::usage, "--out goes with --dry-run").hint("or with 'orch plan'");
    return report(invocation, fleet::run(project, wanted_move, run_options(invocation)));
}

void add_move_options(boost::program_options::options_description& options) {
    namespace po = boost::program_options;
    options.add_options()(no_wait_option, no_wait_text)(
        "allow-foreign", "allow operations on tables that another environment's filter selects")(
        "dry-run", "show what would run, as 'orch plan' does, and write nothing")(
        "out", po::value<std::string>()->value_name("FILE"), "with --dry-run: write the plan there, as JSON");
    add_run_options(options);
}

} // namespace orch::cli
