// How a run goes. Each command is a planner (rows of the version table -> steps); run() carries the steps
// out.
//
// Where DDL can be rolled back, the version rows are read inside the transaction that will change them, which
// holds the database's write lock from its first statement: two processes that start at once run one after
// the other, and the second finds the first one's rows. With a transaction for each revision the rows are
// read again at the start of each transaction; when somebody else moved them in between, the rest is planned
// anew from where the database now stands.
#include "base/log.hpp"
#include "base/text.hpp"
#include "runner/own_timeouts.hpp"
#include "runner/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace orch::runner {

namespace {

/// Before a transaction is tried again for the first time; it doubles.
constexpr std::chrono::milliseconds shortest_pause{250};

std::string place_of(const Rows& rows) { return rows.empty() ? "base" : quoted_list(rows); }

} // namespace

Rows after(const graph::Plan& plan, Rows rows) {
    for (const graph::Step& step : plan)
        for (const graph::VersionChange& change : step.changes) {
            if (change.kind != graph::VersionChange::insert) std::erase(rows, change.from);
            if (change.kind != graph::VersionChange::remove) rows.push_back(change.to);
        }
    std::sort(rows.begin(), rows.end());
    return rows;
}

void Session::Implementation::make_room(Online& online) {
    if (dialect.traits().batch_rebuilds) return;
    for (const dialect::Statement& statement : versions.widen(*connection, online.compiler())) {
        log::info(settings.logger, fmt::format("Making room for long ids in version table '{}'",
                                               settings.context.version_table));
        online.run(statement);
    }
    if (!connection->in_transaction()) connection->begin(true);
}

bool Session::Implementation::create_missing_table(Online& online) {
    if (versions.exists(*connection)) return make_room(online), false;
    for (const dialect::Statement& statement : versions.create(
             dialect.compiler(), dialect::Values::parameters, !dialect.traits().transactional_ddl))
        online.run(statement);
    return true;
}

void Session::Implementation::open_journal(Online& online) {
    if (journal || !settings.journal.value_or(!dialect.traits().transactional_ddl)) return;
    journal.emplace(settings, tree.longest_id());
    if (!journal->exists(*connection)) journal->create(online);
    journal->open(*connection, online);
}

void Session::Implementation::begin_open_step(const graph::Step& step, const Online& online) {
    if (!writes_statements_down()) return;
    std::optional<Interrupted> left;
    if (!open) { // only the first step of a run can meet what an earlier one left
        open.emplace(open_step(online.compiler()));
        if (!dialect.traits().transactional_ddl) open->create_table();
        left = open->interrupted();
    }
    if (left && (left->revision != step.revision || left->direction != step.kind)) refuse_open(*left);
    if (left)
        log::info(settings.logger, fmt::format("An earlier run was interrupted in statement {} of revision "
                                               "'{}'; going on from there",
                                               left->hashes.size(), left->revision));
    open->begin(step, std::move(left));
}

std::string Session::Implementation::script_hash(const graph::Step& step) const {
    return step.kind == graph::Step::upgrade ? fingerprint(tree.file(step.revision)) : std::string();
}

std::string Session::Implementation::downgrade_of(const graph::Step& step) const {
    constexpr std::size_t most = 60'000; // bytes; the smallest TEXT of the databases takes 65,535
    if (!journal || !journal->keeps_downgrades() || step.kind != graph::Step::upgrade) return {};
    std::string text = downgrade_text(tree.file(step.revision));
    if (text.size() <= most) return text;
    log::warning(settings.logger, fmt::format("The downgrade of revision '{}' has {} bytes, and the "
                                              "journal takes {}: it is not kept there",
                                              step.revision, text.size(), most));
    return {};
}

void Session::Implementation::carry_out_in_order(const graph::Step& step, Online& online, bool ends_later) {
    OwnTimeouts timeouts(step, settings, tree, *connection);
    open_journal(online);
    begin_open_step(step, online);
    const Beginning began;
    StatementHash hash;
    carry_out(step, settings, tree, versions, online, {journal ? &hash : nullptr, open ? &*open : nullptr});
    if (journal) journal->record(step, {hash.hex(), script_hash(step), downgrade_of(step)}, began, online);
    if (open && !ends_later) open->end();
    timeouts.end();
}

void Session::Implementation::tell_applied(const graph::Step& step, const Rows& now, Online& online) const {
    if (!settings.version_applied) return;
    connection->flush(); // it is told of what is there
    settings.version_applied({step.kind == graph::Step::upgrade, step.kind == graph::Step::stamp,
                              step.revision, step.from, step.to, now},
                             online);
}

template <class Work>
void Session::Implementation::in_order(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        const bool failed = !error.statement().empty(); // nothing that was sent behind it counts
        if (open && (failed || error.fault() == Fault::interrupted)) open->leave_open();
        if (error.fault() == Fault::interrupted) connection->rollback();
        if (open) open->finish();
        connection->flush();
        throw;
    }
}

template <class Work>
void Session::Implementation::changing(const Online& online, Work&& work) {
    try {
        in_order(work);
    } catch (Error& error) {
        if (error.fault() == Fault::interrupted && !dialect.traits().transactional_ddl) throw;
        if (open && open->done() > 0)
            error.note(fmt::format("{} of its statements are committed and stay", open->done()))
                .note(fmt::format("mend what failed and run the command again: it goes on behind them; or "
                                  "take them back by hand and say 'orch resolve --rolled-back {}'",
                                  open->revision()));
        else if (dialect.traits().transactional_ddl && online.ended_by_script())
            error.note("the script ended its transaction by itself: what it did before that is in the "
                       "database and has to be mended by hand");
        else if (dialect.traits().transactional_ddl && error.fault() != Fault::busy)
            error.note("what failed was rolled back: nothing of it is left in the database");
        throw;
    }
}

void Session::Implementation::tell_blockers(Error& error) const {
    if (error.fault() != Fault::busy || error.statement().empty()) return;
    try {
        const auto other = dialect.connect(settings.url, {true, settings.connect_args, true});
        if (!other) return;
        for (const std::string& line : other->blockers(error.statement())) error.note("in the way: " + line);
    } catch (const Error& problem) {
        log::debug(settings.logger, problem.message());
    }
}

template <class Work>
auto Session::Implementation::patiently(const Online& online, Work&& work) {
    for (int attempt = 1;; ++attempt) {
        try {
            return work();
        } catch (Error& error) {
            tell_blockers(error);
            const bool again = error.fault() == Fault::busy && attempt <= settings.lock_retries &&
                               dialect.traits().transactional_ddl && !online.ended_by_script();
            if (!again) throw;
            const auto pause = shortest_pause * (1 << std::min(attempt - 1, 6));
            log::warning(settings.logger, fmt::format("{}; trying again in {} ms ({} of {})", error.message(),
                                                      pause.count(), attempt, settings.lock_retries));
            for (const std::string& note : error.notes())
                if (note.starts_with("in the way: ")) log::warning(settings.logger, note);
            journal.reset(); // what it knows was rolled back
            open.reset();
            std::this_thread::sleep_for(pause);
        }
    }
}

Summary Session::Implementation::run_at_once(Online& online, const Planner& planner, bool purge) {
    Transaction transaction(online);
    bool wrote = create_missing_table(online);
    if (purge) online.run(versions.remove_all(dialect.compiler()));
    const Rows before = rows();
    graph::Plan plan = planner(before);
    wrote = wrote || purge || !plan.empty();
    changing(online, [&] {
        Rows at = before;
        for (const graph::Step& step : plan) {
            if (lock) lock->check_now_and_then(); // a scratch database has none
            carry_out_in_order(step, online);
            at = after({step}, std::move(at));
            tell_applied(step, at, online);
        }
        if (lock) lock->check();
        if (wrote) transaction.commit();
    });
    done.insert(done.end(), plan.begin(), plan.end());
    Rows now = after(plan, before);
    return {std::move(plan), std::move(now)};
}

void Session::Implementation::Progress::pass() { expected = after({plan[next++]}, std::move(expected)); }

void Session::Implementation::advance(Progress& at) {
    const graph::Step& step = at.plan[at.committed++];
    at.summary.current = after({step}, std::move(at.summary.current));
    at.summary.steps.push_back(step);
    done.push_back(step);
}

bool Session::Implementation::follows(const Progress& at) {
    return at.next + 1 < at.plan.size() && !fallback.reason(at.plan[at.next + 1]);
}

void Session::Implementation::commit_step(Transaction& transaction, Online& online, Progress& at) {
    if (!follows(at) || dialect.traits().transactional_ddl) {
        transaction.commit();
        if (open) open->committed();
        at.pass();
        return advance(at);
    }
    const auto commit = [this, &online, &at] {
        online.commit_later([this, &at] {
            if (open) open->committed();
            advance(at);
        });
    };
    at.pass();
    if (runs_ahead()) {
        lock->check_now_and_then();
        open->end_later(commit);
        at.rows = at.expected;
    } else {
        commit();
        online.begin();
        if (lock) lock->check_with(*connection);
        at.rows = versions.rows(*connection, dialect.compiler());
    }
    transaction.leave_open();
}

bool Session::Implementation::take_step(Online& online, const Planner& planner, Progress& at) {
    Transaction transaction(online, at.rows.has_value());
    const bool created = !at.planned && create_missing_table(online);
    std::optional<Rows> read = std::exchange(at.rows, std::nullopt);
    if (!read && lock) lock->check_with(*connection);
    Rows now = read ? std::move(*read) : versions.rows(*connection, dialect.compiler());
    if (!at.planned || now != at.expected) {
        at.plan = planner(now);
        at.next = at.committed = 0;
        at.summary.current = at.expected = std::move(now);
    }
    if (at.next < at.plan.size()) {
        const graph::Step& step = at.plan[at.next];
        if (fallback.reason(step)) {
            if (created) transaction.commit();
            transaction.end();
            hand_over(step, at.expected, online);
            at.pass();
            advance(at);
        } else {
            changing(online, [&] {
                carry_out_in_order(step, online, runs_ahead() && follows(at));
                tell_applied(step, after({step}, at.expected), online);
                commit_step(transaction, online, at);
            });
        }
    } else if (created) {
        transaction.commit();
    }
    at.planned = true;
    return at.next < at.plan.size();
}

Summary Session::Implementation::run_one_by_one(Online& online, const Planner& planner) {
    Progress at;
    try {
        while (patiently(online, [&] { return take_step(online, planner, at); })) {
        }
    } catch (Error& error) {
        const std::size_t count = at.summary.steps.size();
        if (count > 0)
            error.note(fmt::format("{} before it {} committed and stay{}{}",
                                   count == 1 ? "the step" : fmt::format("the {} steps", count),
                                   count == 1 ? "is" : "are", count == 1 ? "s" : "",
                                   error.fault() == Fault::interrupted
                                       ? ""
                                       : "; the database is at " + place_of(at.summary.current)));
        throw;
    }
    return std::move(at.summary);
}

void Session::Implementation::hand_over(const graph::Step& step, const Rows& current, Online& online) {
    lock->check();
    {
        Transaction transaction(online);
        open_journal(online);
        transaction.commit();
    }
    if (writes_statements_down())
        if (const auto left = open_step(online.compiler()).interrupted()) refuse_open(*left);
    const Beginning began;
    fallback.run(step);
    const Rows expected = after({step}, current);
    const Rows found = rows();
    if (found != expected)
        throw Error(Fault::database,
                    fmt::format("after the fallback command ran {}, the version table holds {}; expected {}",
                                describe(step, tree), found.empty() ? "nothing" : quoted_list(found),
                                expected.empty() ? "nothing" : quoted_list(expected)))
            .hint("see that the command uses the same database and version table, then 'orch current'");
    if (!journal) return;
    Transaction transaction(online);
    journal->record(step, {{}, script_hash(step), downgrade_of(step)}, began, online);
    transaction.commit();
}

std::string Session::Implementation::standing(const Summary& summary) const {
    if (summary.current.empty()) return "base";
    const bool all_applied = tree.graph().pending(summary.current).empty();
    return all_applied ? "head" : join(summary.current, ", ");
}

Summary Session::Implementation::run(const Planner& planner, bool whole, bool purge) {
    try {
        return run_uninterrupted(planner, whole, purge);
    } catch (Error& error) {
        if (error.fault() == Fault::interrupted) explain_interruption(error);
        throw;
    }
}

Summary Session::Implementation::run_uninterrupted(const Planner& planner, bool whole, bool purge) {
    Online online(dialect, *connection, settings);
    // Another program cannot run inside of our transaction.
    if (whole && settings.fallback && fallback.needed(planner(rows()))) whole = false;
    Summary summary = whole ? patiently(online, [&] { return run_at_once(online, planner, purge); })
                            : run_one_by_one(online, planner);
    if (lock && lock->waited() && summary.steps.empty())
        log::info(settings.logger, fmt::format("Nothing is left to do: already at {}", standing(summary)));
    return summary;
}

} // namespace orch::runner
