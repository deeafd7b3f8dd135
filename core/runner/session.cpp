// How a run goes. Each command is a planner (rows of the version table -> steps); run() carries the steps
// out.
//
// Where DDL can be rolled back, the version rows are read inside the transaction that will change them, which
// holds the database's write lock from its first statement: two processes that start at once run one after
// the other, and the second finds the first one's rows. With a transaction for each revision the rows are
// read again at the start of each transaction; when somebody else moved them in between, the rest is planned
// anew from where the database now stands.
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "runner/executor.hpp"
#include "runner/fallback.hpp"
#include "runner/health.hpp"
#include "runner/journal.hpp"
#include "runner/preview.hpp"
#include "runner/run_lock.hpp"
#include "runner/runner.hpp"
#include "runner/steps.hpp"
#include "runner/version_table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <thread>
#include <utility>

namespace orch::runner {

namespace {

using Rows = std::vector<std::string>;
using Planner = std::function<graph::Plan(const Rows&)>;

Rows after(const graph::Plan& plan, Rows rows) {
    for (const graph::Step& step : plan)
        for (const graph::VersionChange& change : step.changes) {
            if (change.kind != graph::VersionChange::insert) std::erase(rows, change.from);
            if (change.kind != graph::VersionChange::remove) rows.push_back(change.to);
        }
    std::sort(rows.begin(), rows.end());
    return rows;
}

} // namespace

namespace {
/// Before a transaction is tried again for the first time; it doubles.
constexpr std::chrono::milliseconds shortest_pause{250};
} // namespace

struct Session::Implementation {
    const Settings& settings;
    const Tree& tree;
    const dialect::Dialect& dialect;
    VersionTable versions;
    std::unique_ptr<dialect::Connection> connection; ///< null: read access to a database that does not exist
    std::optional<interrupt::Guard> guard;           ///< ends what the connection is at
    std::optional<RunLock> lock;                     ///< for changing
    std::optional<Journal> journal;                  ///< since the first change of this run, where it is kept
    std::optional<OpenStep> open;                    ///< beside it, where DDL cannot be rolled back
    Fallback fallback;
    graph::Plan done{};
    std::optional<Health> health{}; ///< what the last look() found goes back to it

    std::vector<Found> look();

    Rows rows() {
        if (!connection || !versions.exists(*connection)) return {};
        return versions.rows(*connection, dialect.compiler());
    }

    /// What an env.py told the connection. A reader that may not do it (CREATE SCHEMA) reads without.
    void prepare(bool reading) {
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

    /// One transaction. Begun before anything is read; what is not committed at its end is rolled back.
    class Transaction {
      public:
        /// `open`: it was begun with the end of the one before.
        explicit Transaction(Online& online, bool open = false) : online_(online) {
            if (!open) online_.begin();
        }
        ~Transaction() {
            if (mine_ && online_.in_transaction()) online_.rollback();
        }
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        /// A script may have ended the transaction itself (`op.execute("COMMIT")`); then there is nothing
        /// left to commit.
        void commit() {
            if (online_.in_transaction()) online_.commit();
        }
        void end() {
            if (online_.in_transaction()) online_.rollback();
        }
        /// Another Transaction takes it from here.
        void leave_open() { mine_ = false; }

      private:
        Online& online_;
        bool mine_ = true;
    };

    /// For ids that are longer than the column that Alembic made. A database that rebuilds tables for such a
    /// change does not mind how long they are.
    void make_room(Online& online) {
        if (dialect.traits().batch_rebuilds) return;
        for (const dialect::Statement& statement : versions.widen(*connection, online.compiler())) {
            log::info(settings.logger, fmt::format("Making room for long ids in version table '{}'",
                                                   settings.context.version_table));
            online.run(statement);
        }
        if (!connection->in_transaction()) connection->begin(true);
    }

    bool create_missing_table(Online& online) {
        if (versions.exists(*connection)) return make_room(online), false;
        for (const dialect::Statement& statement :
             versions.create(dialect.compiler(), dialect::Values::parameters))
            online.run(statement);
        return true;
    }

    bool writes_statements_down() const { return settings.journal.value_or(true); }

    /// The journal of this run; made with the first change that it will tell of.
    void open_journal(Online& online) {
        if (journal || !settings.journal.value_or(!dialect.traits().transactional_ddl)) return;
        journal.emplace(settings, tree.longest_id());
        if (!journal->exists(*connection)) journal->create(online);
        journal->open(*connection, online);
    }

    [[noreturn]] static void refuse_open(const Interrupted& left) {
        throw Error(Fault::database,
                    fmt::format("the {} of revision '{}' was interrupted and is not finished",
                                left.direction == graph::Step::upgrade ? "upgrade" : "downgrade",
                                left.revision))
            .note(fmt::format("{} of its statements were begun", left.hashes.size()))
            .hint("'orch resume' finishes it; after mending it by hand, 'orch resolve' says what holds");
    }

    OpenStep open_step(const dialect::Compiler& compiler) const {
        return {settings, tree.longest_id(), *connection, compiler, dialect.traits()};
    }

    /// A step that was interrupted comes before all others.
    void begin_open_step(const graph::Step& step, const Online& online) {
        if (!writes_statements_down()) return;
        std::optional<Interrupted> left;
        if (!open) { // only the first step of a run can meet what an earlier one left
            open.emplace(open_step(online.compiler()));
            if (!dialect.traits().transactional_ddl) open->create_table();
            left = open->interrupted();
        }
        if (left && (left->revision != step.revision || left->direction != step.kind)) refuse_open(*left);
        if (left)
            log::info(settings.logger,
                      fmt::format("An earlier run was interrupted in statement {} of revision "
                                  "'{}'; going on from there",
                                  left->hashes.size(), left->revision));
        open->begin(step, std::move(left));
    }

    std::string script_hash(const graph::Step& step) const {
        return step.kind == graph::Step::upgrade ? fingerprint(tree.file(step.revision)) : std::string();
    }

    /// For the journal, where it keeps them.
    std::string downgrade_of(const graph::Step& step) const {
        constexpr std::size_t most = 60'000; // bytes; the smallest TEXT of the databases takes 65,535
        if (!journal || !journal->keeps_downgrades() || step.kind != graph::Step::upgrade) return {};
        std::string text = downgrade_text(tree.file(step.revision));
        if (text.size() <= most) return text;
        log::warning(settings.logger, fmt::format("The downgrade of revision '{}' has {} bytes, and the "
                                                  "journal takes {}: it is not kept there",
                                                  step.revision, text.size(), most));
        return {};
    }

    /// What a revision says of its timeouts holds for its step.
    class OwnTimeouts {
      public:
        OwnTimeouts(const graph::Step& step, const Settings& settings, const Tree& tree,
                    dialect::Connection& connection)
            : settings_(settings), connection_(connection) {
            if (step.kind == graph::Step::stamp) return;
            const script::RevisionFile& file = tree.file(step.revision);
            if (!file.lock_timeout && !file.statement_timeout) return;
            given_ = true;
            dialect::Timeouts own = settings.timeouts;
            if (file.lock_timeout) own.lock_by_default = false;
            if (file.lock_timeout) own.lock = file.lock_timeout;
            if (file.statement_timeout) own.statement = file.statement_timeout;
            connection.limit(own);
        }
        /// A transaction that was rolled back has taken them back, and a session that is lost has none.
        void end() {
            if (!given_) return;
            dialect::Timeouts usual = settings_.timeouts;
            constexpr std::chrono::milliseconds none{0};
            if (!usual.statement) usual.statement = none;
            if (!usual.lock) usual.lock = none;
            usual.lock_by_default = false;
            connection_.limit(usual);
        }

      private:
        const Settings& settings_;
        dialect::Connection& connection_;
        bool given_ = false;
    };

    /// A step, under the lock and with its row in the journal.
    void carry_out_in_order(const graph::Step& step, Online& online) {
        OwnTimeouts timeouts(step, settings, tree, *connection);
        open_journal(online);
        begin_open_step(step, online);
        const auto began = std::chrono::system_clock::now();
        StatementHash hash;
        carry_out(step, settings, tree, versions, online,
                  {journal ? &hash : nullptr, open ? &*open : nullptr});
        if (journal)
            journal->record(step, {hash.hex(), script_hash(step), downgrade_of(step)}, began, online);
        if (open) open->end();
        timeouts.end();
    }

    void tell_applied(const graph::Step& step, const Rows& now, Online& online) const {
        if (!settings.version_applied) return;
        connection->flush(); // it is told of what is there
        settings.version_applied({step.kind == graph::Step::upgrade, step.kind == graph::Step::stamp,
                                  step.revision, step.from, step.to, now},
                                 online);
    }

    /// What changes the database. Its failure says what became of the changes.
    template <class Work>
    void changing(const Online& online, const std::string& revision, Work&& work) const {
        try {
            work();
        } catch (Error& error) {
            if (error.fault() == Fault::interrupted && !dialect.traits().transactional_ddl) throw;
            if (open && open->done() > 0)
                error.note(fmt::format("{} of its statements are committed and stay", open->done()))
                    .note(
                        fmt::format("mend what failed and run the command again: it goes on behind them; or "
                                    "take them back by hand and say 'orch resolve --rolled-back {}'",
                                    revision));
            else if (dialect.traits().transactional_ddl && online.ended_by_script())
                error.note("the script ended its transaction by itself: what it did before that is in the "
                           "database and has to be mended by hand");
            else if (dialect.traits().transactional_ddl && error.fault() != Fault::busy)
                error.note("what failed was rolled back: nothing of it is left in the database");
            throw;
        }
    }

    /// Who is in the way of the statement that waited too long. Asked on a session of its own: the other
    /// one's transaction may be broken.
    void tell_blockers(Error& error) const {
        if (error.fault() != Fault::busy || error.statement().empty()) return;
        try {
            const auto other = dialect.connect(settings.url, {true, settings.connect_args, true});
            if (!other) return;
            for (const std::string& line : other->blockers(error.statement()))
                error.note("in the way: " + line);
        } catch (const Error& problem) {
            log::debug(settings.logger, problem.message());
        }
    }

    /// What was rolled back because others held their locks too long is tried again, later each time: a
    /// statement that waits behind others makes still others wait behind it, so it waits a short time only.
    template <class Work>
    auto patiently(const Online& online, Work&& work) {
        for (int attempt = 1;; ++attempt) {
            try {
                return work();
            } catch (Error& error) {
                tell_blockers(error);
                const bool again = error.fault() == Fault::busy && attempt <= settings.lock_retries &&
                                   dialect.traits().transactional_ddl && !online.ended_by_script();
                if (!again) throw;
                const auto pause = shortest_pause * (1 << std::min(attempt - 1, 6));
                log::warning(settings.logger,
                             fmt::format("{}; trying again in {} ms ({} of {})", error.message(),
                                         pause.count(), attempt, settings.lock_retries));
                for (const std::string& note : error.notes())
                    if (note.starts_with("in the way: ")) log::warning(settings.logger, note);
                journal.reset(); // what it knows was rolled back
                open.reset();
                std::this_thread::sleep_for(pause);
            }
        }
    }

    /// Everything in one transaction.
    Summary run_at_once(Online& online, const Planner& planner, bool purge) {
        Transaction transaction(online);
        bool wrote = create_missing_table(online);
        if (purge) online.run(versions.remove_all(dialect.compiler()));
        const Rows before = rows();
        graph::Plan plan = planner(before);
        wrote = wrote || purge || !plan.empty();
        changing(online, {}, [&] {
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

    /// What a run that goes step by step knows.
    struct Progress {
        Summary summary;
        graph::Plan plan;
        std::size_t next = 0;
        bool planned = false;
        std::optional<Rows> rows; ///< read in the transaction that is open for the next step
    };

    /// A step is committed.
    void advance(Progress& at) {
        const graph::Step& step = at.plan[at.next++];
        at.summary.current = after({step}, std::move(at.summary.current));
        at.summary.steps.push_back(step);
        done.push_back(step);
    }

    /// Ends a step's transaction. Where the next one follows, the database gets all that lies between the two
    /// at once; only where DDL cannot be rolled back, since nothing is tried again there as a whole.
    void commit_step(Transaction& transaction, Online& online, Progress& at) {
        const bool follows = at.next + 1 < at.plan.size() && !fallback.reason(at.plan[at.next + 1]);
        if (!follows || dialect.traits().transactional_ddl) {
            transaction.commit();
            return advance(at);
        }
        online.commit_and_begin([&] {
            if (open) open->committed();
            advance(at);
        });
        if (lock) lock->check_with(*connection);
        at.rows = versions.rows(*connection, dialect.compiler());
        transaction.leave_open();
    }

    /// A transaction with the next step, the first one with the version table as well; false when there was
    /// nothing left. The plan is made anew when somebody else moved the rows.
    bool take_step(Online& online, const Planner& planner, Progress& at) {
        Transaction transaction(online, at.rows.has_value());
        const bool created = !at.planned && create_missing_table(online);
        std::optional<Rows> read = std::exchange(at.rows, std::nullopt);
        if (!read && lock) lock->check_with(*connection);
        Rows now = read ? std::move(*read) : versions.rows(*connection, dialect.compiler());
        if (!at.planned || now != at.summary.current) {
            at.plan = planner(now);
            at.next = 0;
            at.summary.current = std::move(now);
        }
        if (at.next < at.plan.size()) {
            const graph::Step& step = at.plan[at.next];
            if (fallback.reason(step)) {
                if (created) transaction.commit();
                transaction.end();
                hand_over(step, at.summary.current, online);
                advance(at);
            } else {
                changing(online, step.revision, [&] {
                    carry_out_in_order(step, online);
                    tell_applied(step, after({step}, at.summary.current), online);
                    commit_step(transaction, online, at);
                });
            }
        } else if (created) {
            transaction.commit();
        }
        at.planned = true;
        return at.next < at.plan.size();
    }

    /// A transaction for each step.
    Summary run_one_by_one(Online& online, const Planner& planner) {
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

    static std::string place_of(const Rows& rows) { return rows.empty() ? "base" : quoted_list(rows); }

    /// What an interrupted run left, as the database says it.
    void tell_where_it_stands(Error& error) {
        const Rows now = rows();
        error.note("the database is at " + place_of(now));
        const auto left =
            writes_statements_down() ? open_step(dialect.compiler()).interrupted() : std::nullopt;
        if (!left) return;
        error.note(fmt::format("{} of the statements of revision '{}' are committed and stay{}",
                               left->hashes.size() - (left->doubtful ? 1 : 0), left->revision,
                               left->doubtful ? "; whether the next one took effect is not known" : ""));
        error.note(fmt::format("run the command again: it goes on behind them; or take them back by hand "
                               "and say 'orch resolve --rolled-back {}'",
                               left->revision));
    }

    /// The connection may have been told to stop when it was at nothing: then it says so once more.
    void explain_interruption(Error& error) {
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

    /// Lets the fallback command run a step, outside of any transaction of ours, and sees that the version
    /// rows are then what the step makes of them.
    void hand_over(const graph::Step& step, const Rows& current, Online& online) {
        lock->check();
        {
            Transaction transaction(online);
            open_journal(online);
            transaction.commit();
        }
        if (writes_statements_down())
            if (const auto left = open_step(online.compiler()).interrupted()) refuse_open(*left);
        const auto began = std::chrono::system_clock::now();
        fallback.run(step);
        const Rows expected = after({step}, current);
        const Rows found = rows();
        if (found != expected)
            throw Error(
                Fault::database,
                fmt::format("after the fallback command ran {}, the version table holds {}; expected {}",
                            describe(step, tree), found.empty() ? "nothing" : quoted_list(found),
                            expected.empty() ? "nothing" : quoted_list(expected)))
                .hint("see that the command uses the same database and version table, then 'orch current'");
        if (!journal) return;
        Transaction transaction(online);
        journal->record(step, {{}, script_hash(step), downgrade_of(step)}, began, online);
        transaction.commit();
    }

    std::string standing(const Summary& summary) const {
        if (summary.current.empty()) return "base";
        const bool all_applied = tree.graph().pending(summary.current).empty();
        return all_applied ? "head" : join(summary.current, ", ");
    }

    /// One transaction for the run, where the settings want it and the database can.
    bool at_once() const { return !settings.transaction_per_migration && dialect.traits().transactional_ddl; }

    Summary run(const Planner& planner, bool whole, bool purge = false) {
        try {
            return run_uninterrupted(planner, whole, purge);
        } catch (Error& error) {
            if (error.fault() == Fault::interrupted) explain_interruption(error);
            throw;
        }
    }

    Summary run_uninterrupted(const Planner& planner, bool whole, bool purge) {
        Online online(dialect, *connection, settings);
        // Another program cannot run inside of our transaction.
        if (whole && settings.fallback && fallback.needed(planner(rows()))) whole = false;
        Summary summary = whole ? patiently(online, [&] { return run_at_once(online, planner, purge); })
                                : run_one_by_one(online, planner);
        if (lock && lock->waited() && summary.steps.empty())
            log::info(settings.logger,
                      fmt::format("Nothing is left to do: already at {}", standing(summary)));
        return summary;
    }
};

// Whoever waits for the lock has no more than its connection.
Session::Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect, Access access)
    : self_(new Implementation{settings, tree, dialect, version_table(settings, tree), nullptr, std::nullopt,
                               std::nullopt, std::nullopt, std::nullopt,
                               Fallback(settings, tree, dialect.traits().name)}) {
    interrupt::check();
    if (access == Access::write) self_->lock.emplace(settings, dialect);
    self_->connection = dialect.connect(
        settings.url, {access == Access::read, settings.connect_args, settings.rebuild_outside_batch});
    if (self_->connection)
        self_->guard.emplace([connection = self_->connection.get()] { connection->cancel(); });
    if (self_->connection) self_->connection->limit(settings.timeouts);
    self_->prepare(access == Access::read);
    if (access == Access::read) return;
    log::info(settings.logger, fmt::format("Context impl {}.", dialect.traits().implementation));
    log::info(settings.logger, dialect.traits().transactional_ddl ? "Will assume transactional DDL."
                                                                  : "Will assume non-transactional DDL.");
}

Session::Session(const Settings& settings, const Tree& tree, const dialect::Dialect& dialect,
                 std::unique_ptr<dialect::Connection> scratch)
    : self_(new Implementation{settings, tree, dialect, version_table(settings, tree), std::move(scratch),
                               std::nullopt, std::nullopt, std::nullopt, std::nullopt,
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
    Implementation::Transaction transaction(online);
    const Rows rows = self.rows();
    const graph::Plan plan = applied ? plan_of(*left, self.tree.graph(), rows) : graph::Plan();
    for (const graph::Step& step : plan)
        for (const graph::VersionChange& change : step.changes)
            online.run(self.versions.change(change, online.compiler()));
    open.end();
    transaction.commit();
    return {plan, after(plan, rows)};
}

namespace {

Finding half_done(const Interrupted& left) {
    Finding finding;
    finding.kind = "interrupted";
    finding.revision = left.revision;
    finding.message = fmt::format(
        "the {} of revision '{}' ended in its middle: {} of its statements were begun",
        left.direction == graph::Step::upgrade ? "upgrade" : "downgrade", left.revision, left.hashes.size());
    finding.hint = "after mending it by hand, 'orch resolve' says what holds";
    finding.mend = Finding::asks;
    finding.remedy = "finish it, as 'orch resume' does";
    return finding;
}

} // namespace

std::vector<Found> Session::Implementation::look() {
    if (!connection) return {};
    const dialect::Compiler* own = connection->compiler();
    const dialect::Compiler& compiler = own ? *own : dialect.compiler();
    health.emplace(settings, tree, dialect, *connection, compiler);
    std::vector<Found> found = health->look();
    if (const auto left = writes_statements_down() ? open_step(compiler).interrupted() : std::nullopt) {
        // What is written down says more than what is seen of it.
        std::erase_if(found, [&](const Found& one) {
            return one.finding.revision == left->revision &&
                   (one.finding.kind == "half-applied" || one.finding.kind == "applied-without-version");
        });
        found.insert(found.begin(), {half_done(*left), nullptr, true});
    }
    return found;
}

std::vector<Finding> Session::validate() {
    std::vector<Finding> findings;
    for (Found& found : self_->look()) findings.push_back(std::move(found.finding));
    return findings;
}

Repair Session::mend(const Found& found) {
    Repair repair{found.finding, Repair::mended, {}};
    try {
        Online online(self_->dialect, *self_->connection, self_->settings);
        if (!found.mend) {
            resume();
        } else if (found.alone) {
            found.mend(online);
        } else {
            Implementation::Transaction transaction(online);
            found.mend(online);
            transaction.commit();
        }
    } catch (const Error& error) {
        repair.outcome = Repair::failed;
        repair.error = error;
    }
    return repair;
}

std::vector<Repair> Session::repair(const std::function<bool(const Finding&)>& agree) {
    std::vector<Repair> repairs;
    for (const Found& found : self_->look()) {
        const bool can = found.finding.mend != Finding::none;
        if (can && (found.finding.mend == Finding::safe || agree(found.finding)))
            repairs.push_back(mend(found));
        else
            repairs.push_back({found.finding, can ? Repair::declined : Repair::left, {}});
    }
    return repairs;
}

bool Session::ensure_version() {
    Online online(self_->dialect, *self_->connection, self_->settings);
    Implementation::Transaction transaction(online);
    if (!self_->create_missing_table(online)) return false;
    transaction.commit();
    return true;
}

} // namespace orch::runner
