// A run that ended in the middle of a revision: what is told of it, finishing it, and taking the user's word
// for it.
#include "base/text.hpp"
#include "runner/session.hpp"

#include <fmt/format.h>

#include <utility>

namespace orch::runner {

void Session::Implementation::refuse_open(const Interrupted& left) {
    throw Error(Fault::database,
                fmt::format("the {} of revision '{}' was interrupted and is not finished",
                            left.direction == graph::Step::upgrade ? "upgrade" : "downgrade", left.revision))
        .note(fmt::format("{} of its statements were begun", left.hashes.size()))
        .hint("'orch resume' finishes it; after mending it by hand, 'orch resolve' says what holds");
}

OpenStep Session::Implementation::open_step(const dialect::Compiler& compiler) const {
    return {settings, tree.longest_id(), *connection, compiler, dialect.traits()};
}

void Session::Implementation::tell_where_it_stands(Error& error) {
    const Rows now = rows();
    error.note("the database is at " + (now.empty() ? "base" : quoted_list(now)));
    const auto left = writes_statements_down() ? open_step(dialect.compiler()).interrupted() : std::nullopt;
    if (!left) return;
    error.note(fmt::format("{} of the statements of revision '{}' are committed and stay{}",
                           left->hashes.size() - (left->doubtful ? 1 : 0), left->revision,
                           left->doubtful ? "; whether the next one took effect is not known" : ""));
    error.note(fmt::format("run the command again: it goes on behind them; or take them back by hand "
                           "and say 'orch resolve --rolled-back {}'",
                           left->revision));
}

void Session::Implementation::explain_interruption(Error& error) {
    for (const bool again : {true, false}) {
        try {
            return tell_where_it_stands(error);
        } catch (const Error& unknown) {
            if (again && unknown.fault() == Fault::interrupted) continue;
            error.note("where the database stands cannot be asked now: " + unknown.message());
            return;
        }
    }
}

namespace {

/// The step of the interrupted revision, which is the next one that can be taken.
graph::Plan only(const Interrupted& left, graph::Plan plan) {
    for (graph::Step& step : plan)
        if (step.revision == left.revision) return {std::move(step)};
    throw Error(Fault::graph,
                fmt::format("revision '{}' was interrupted, and the version table does not lead to "
                            "it any more",
                            left.revision))
        .hint("'orch current' shows where the database is");
}

graph::Plan plan_of(const Interrupted& left, const graph::RevisionMap& graph, const Rows& rows) {
    if (left.direction == graph::Step::upgrade) return only(left, graph.upgrade({left.revision}, rows));
    return only(left, graph.downgrade("base", rows));
}

} // namespace

std::optional<std::string> Session::interrupted() {
    Implementation& self = *self_;
    if (!self.connection || !self.writes_statements_down()) return std::nullopt;
    const auto left = self.open_step(self.dialect.compiler()).interrupted();
    return left ? std::optional(left->revision) : std::nullopt;
}

Summary Session::resume() {
    Implementation& self = *self_;
    if (!interrupted()) return {{}, current()};
    const auto left = self.open_step(self.dialect.compiler()).interrupted();
    bool planned = false; // one step, and no more
    return self.run(
        [&](const Rows& rows) {
            if (std::exchange(planned, true)) return graph::Plan();
            return plan_of(*left, self.tree.graph(), rows);
        },
        false);
}

Summary Session::resolve(const std::string& name, bool applied) {
    Implementation& self = *self_;
    const auto revision = interrupted();
    if (!revision) throw Error(Fault::graph, "no revision was interrupted here");
    if (self.tree.graph().resolve(name) != std::vector{*revision})
        throw Error(Fault::graph, fmt::format("'{}' was not interrupted, but '{}' was", name, *revision));
    Online online(self.dialect, *self.connection, self.settings);
    OpenStep open = self.open_step(online.compiler());
    const auto left = open.interrupted();
    Transaction transaction(online);
    const Beginning began;
    self.open_journal(online);
    open.ensure_transaction();
    const Rows rows = self.rows();
    const graph::Plan plan = applied ? plan_of(*left, self.tree.graph(), rows) : graph::Plan();
    for (const graph::Step& step : plan) {
        for (const graph::VersionChange& change : step.changes)
            online.run(self.versions.change(change, online.compiler()));
        if (self.journal)
            self.journal->record(step, {{}, self.script_hash(step), self.downgrade_of(step)}, began, online);
    }
    open.end();
    transaction.commit();
    return {plan, after(plan, rows)};
}

} // namespace orch::runner
