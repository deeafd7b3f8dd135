#include "runner/session.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "runner/preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace orch::runner {

Rows Session::Implementation::rows() {
    if (!connection || !versions.exists(*connection)) return {};
    return versions.rows(*connection, dialect.compiler());
}

void Session::Implementation::prepare(bool reading) {
    if (!connection) return;
    Online online(dialect, *connection, settings);
    for (const auto& [query, origin] : settings.session_statements) {
        try {
            online.execute(query, origin);
        } catch (const Error& error) {
            if (!reading) throw;
            log::debug(settings.logger, fmt::format("not done for reading: {}", error.message()));
        }
    }
}

// Whoever waits for the lock has no more than its connection.
Session::Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect, Access access)
    : self_(new Implementation{settings, tree, dialect, version_table(settings, tree), std::nullopt, nullptr,
                               std::nullopt, std::nullopt, std::nullopt,
                               Fallback(settings, tree, dialect.traits().name)}) {
    interrupt::check();
    if (access == Access::write) self_->lock.emplace(settings, dialect);
    self_->connection = dialect.connect(
        settings.url, {access == Access::read, settings.connect_args, settings.rebuild_outside_batch});
    if (self_->connection)
        self_->guard.emplace([connection = self_->connection.get()] { connection->cancel(); });
    if (self_->lock && self_->connection) self_->lock->claim(*self_->connection);
    if (self_->connection) self_->connection->limit(settings.timeouts);
    self_->prepare(access == Access::read);
    if (access == Access::read) return;
    log::info(settings.logger, fmt::format("Context impl {}.", dialect.traits().implementation));
    log::info(settings.logger, dialect.traits().transactional_ddl ? "Will assume transactional DDL."
                                                                  : "Will assume non-transactional DDL.");
}

Session::Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                 std::unique_ptr<dialect::Connection> scratch)
    : self_(new Implementation{settings, tree, dialect, version_table(settings, tree), std::nullopt,
                               std::move(scratch), std::nullopt, std::nullopt, std::nullopt,
                               Fallback(settings, tree, dialect.traits().name)}) {
    self_->guard.emplace([connection = self_->connection.get()] { connection->cancel(); });
}

Session::~Session() = default;

std::string Session::display_url() const { return masked(self_->settings.url); }

std::vector<std::string> Session::current() { return self_->rows(); }

schema::Catalog Session::reflect(const dialect::ReflectOptions& options) {
    return self_->connection ? self_->connection->reflect(options) : schema::Catalog{};
}

std::vector<schema::Table> Session::normalize(const std::vector<schema::Table>& tables) {
    const dialect::Dialect& dialect = self_->dialect;
    if (self_->connection) return self_->connection->normalize(tables, dialect.compiler());
    return dialect.scratch(std::nullopt)->normalize(tables, dialect.compiler());
}

const dialect::Dialect& Session::dialect() const { return self_->dialect; }

Summary Session::upgrade(const std::vector<std::string>& targets) {
    return move({Move::upgrade, targets, false});
}

Summary Session::downgrade(const std::string& target) { return move({Move::downgrade, {target}, false}); }

Summary Session::stamp(const std::vector<std::string>& targets, bool purge) {
    return move({Move::stamp, targets, purge});
}

namespace {

graph::Plan planned(const Move& move, const graph::RevisionMap& graph, const Rows& rows) {
    switch (move.kind) {
    case Move::upgrade: return graph.upgrade(move.targets, rows);
    case Move::downgrade: return graph.downgrade(move.targets.front(), rows);
    case Move::stamp: break;
    }
    return graph.stamp(move.targets, move.purge ? Rows() : rows);
}

void refuse_other_state(const Portion& portion, const graph::Plan& plan, const Rows& rows) {
    const bool same_steps =
        portion.revisions.size() <= plan.size() &&
        std::equal(portion.revisions.begin(), portion.revisions.end(), plan.begin(),
                   [](const std::string& id, const graph::Step& step) { return id == step.revision; });
    if (rows == portion.current && same_steps) return;
    throw Error(Fault::graph,
                fmt::format("the database is not where it was planned to be: expected {}, got {}",
                            portion.current.empty() ? "base" : quoted_list(portion.current),
                            rows.empty() ? "base" : quoted_list(rows)))
        .hint("make the plan anew");
}

/// The steps that belong to the portion.
graph::Plan cut(graph::Plan plan, const Portion& portion) {
    const std::set<std::string> wanted(portion.revisions.begin(), portion.revisions.end());
    const auto end = std::find_if(plan.begin(), plan.end(),
                                  [&](const graph::Step& step) { return !wanted.contains(step.revision); });
    plan.erase(end, plan.end());
    return plan;
}

graph::VersionChange inverted(const graph::VersionChange& change) {
    switch (change.kind) {
    case graph::VersionChange::insert: return {graph::VersionChange::remove, change.to, {}};
    case graph::VersionChange::remove: return {graph::VersionChange::insert, {}, change.from};
    case graph::VersionChange::update: break;
    }
    return {graph::VersionChange::update, change.to, change.from};
}

graph::Step inverted(graph::Step step) {
    if (step.kind != graph::Step::stamp)
        step.kind = step.kind == graph::Step::upgrade ? graph::Step::downgrade : graph::Step::upgrade;
    std::swap(step.from, step.to);
    std::reverse(step.changes.begin(), step.changes.end());
    for (graph::VersionChange& change : step.changes) change = inverted(change);
    return step;
}

} // namespace

Summary Session::move(const Move& move, const std::optional<Portion>& portion) {
    // A stamp moves rows of one table only: it is always one transaction.
    const bool whole = move.kind == Move::stamp || self_->at_once();
    bool first = true;
    const auto planner = [&](const Rows& rows) {
        graph::Plan plan = planned(move, self_->tree.graph(), rows);
        if (!portion) return plan;
        if (portion->exactly && std::exchange(first, false)) refuse_other_state(*portion, plan, rows);
        return cut(std::move(plan), *portion);
    };
    return self_->run(planner, whole, move.purge);
}

Summary Session::carry_on(const graph::Plan& steps, const std::vector<std::string>& from) {
    const auto left = [&](const Rows& rows) {
        Rows at = from;
        std::sort(at.begin(), at.end());
        for (std::size_t done = 0; done <= steps.size(); ++done) {
            if (at == rows)
                return graph::Plan(steps.begin() + static_cast<std::ptrdiff_t>(done), steps.end());
            if (done < steps.size()) at = after({steps[done]}, std::move(at));
        }
        throw Error(Fault::graph,
                    fmt::format("the database is at {}, where none of the steps begins that were "
                                "begun here",
                                rows.empty() ? "base" : quoted_list(rows)))
            .hint("somebody has moved it since; begin a new run");
    };
    return self_->run(left, self_->at_once());
}

Summary Session::take_back(const graph::Plan& done) {
    graph::Plan back;
    for (auto step = done.rbegin(); step != done.rend(); ++step) back.push_back(inverted(*step));
    bool first = true;
    return self_->run(
        [&](const Rows&) { return std::exchange(first, false) ? std::move(back) : graph::Plan(); },
        self_->at_once());
}

const graph::Plan& Session::carried_out() const { return self_->done; }

graph::Plan Session::plan(const Move& move) { return planned(move, self_->tree.graph(), self_->rows()); }

Preview Session::preview(const Move& move) {
    Preview preview;
    preview.url = display_url();
    preview.current = self_->rows();
    preview.transactional_ddl = self_->dialect.traits().transactional_ddl;
    preview.at_once = move.kind == Move::stamp || self_->at_once();
    preview.steps = preview_steps(planned(move, self_->tree.graph(), preview.current), self_->settings,
                                  self_->tree, self_->dialect, self_->connection.get());
    return preview;
}

bool Session::ensure_version() {
    Online online(self_->dialect, *self_->connection, self_->settings);
    Transaction transaction(online);
    if (!self_->create_missing_table(online)) return false;
    transaction.commit();
    return true;
}

} // namespace orch::runner
