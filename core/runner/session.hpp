// What a Session is made of: one environment's database while it is open. Its doors stand in session.cpp, how
// a run goes in run.cpp, what is done about a run that ended in its middle in interruption.cpp, about what is
// wrong in repair.cpp.
#pragma once

#include "base/interrupt.hpp"
#include "runner/executor.hpp"
#include "runner/fallback.hpp"
#include "runner/health.hpp"
#include "runner/journal.hpp"
#include "runner/run_lock.hpp"
#include "runner/runner.hpp"
#include "runner/steps.hpp"
#include "runner/version_table.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orch::runner {

using Rows = std::vector<std::string>;
using Planner = std::function<graph::Plan(const Rows&)>;

/// The rows when these steps are done.
Rows after(const graph::Plan& plan, Rows rows);

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

struct Session::Implementation {
    const Settings& settings;
    const Tree& tree;
    const dialect::Dialect& dialect;
    VersionTable versions;
    std::optional<RunLock> lock;                     ///< for changing; held until the connection is closed
    std::unique_ptr<dialect::Connection> connection; ///< null: read access to a database that does not exist
    std::optional<interrupt::Guard> guard;           ///< ends what the connection is at
    std::optional<Journal> journal;                  ///< since the first change of this run, where it is kept
    std::optional<OpenStep> open;                    ///< beside it, where DDL cannot be rolled back
    Fallback fallback;
    graph::Plan done{};
    std::optional<Health> health{}; ///< what the last look() found goes back to it

    std::vector<Found> look();

    Rows rows();

    /// What an env.py told the connection. A reader that may not do it (CREATE SCHEMA) reads without.
    void prepare(bool reading);

    /// For ids that are longer than the column that Alembic made. A database that rebuilds tables for such a
    /// change does not mind how long they are.
    void make_room(Online& online);

    bool create_missing_table(Online& online);

    bool writes_statements_down() const { return settings.journal.value_or(true); }

    /// The journal of this run; made with the first change that it will tell of.
    void open_journal(Online& online);

    [[noreturn]] static void refuse_open(const Interrupted& left);

    OpenStep open_step(const dialect::Compiler& compiler) const;

    /// A step that was interrupted comes before all others.
    void begin_open_step(const graph::Step& step, const Online& online);

    std::string script_hash(const graph::Step& step) const;

    /// For the journal, where it keeps them.
    std::string downgrade_of(const graph::Step& step) const;

    /// A step, under the lock and with its row in the journal.
    void carry_out_in_order(const graph::Step& step, Online& online, bool ends_later = false);

    void tell_applied(const graph::Step& step, const Rows& now, Online& online) const;

    /// What changes the database. Its failure says what became of the changes.
    template <class Work>
    void changing(const Online& online, Work&& work);

    /// Where the work fails, what was sent before has its answers; a failure among these came first.
    template <class Work>
    void in_order(Work&& work);

    /// Who is in the way of the statement that waited too long. Asked on a session of its own: the other
    /// one's transaction may be broken.
    void tell_blockers(Error& error) const;

    /// What was rolled back because others held their locks too long is tried again, later each time: a
    /// statement that waits behind others makes still others wait behind it, so it waits a short time only.
    template <class Work>
    auto patiently(const Online& online, Work&& work);

    /// Everything in one transaction.
    Summary run_at_once(Online& online, const Planner& planner, bool purge);

    /// What a run that goes step by step knows. Steps may be sent before those in front of them are known to
    /// be committed.
    struct Progress {
        Summary summary; ///< of what is committed
        graph::Plan plan;
        std::size_t next = 0, committed = 0; ///< of the plan
        bool planned = false;
        Rows expected;            ///< when all that was sent is committed
        std::optional<Rows> rows; ///< in the transaction that is open for the next step

        /// A step is sent.
        void pass();
    };

    /// A step is committed.
    void advance(Progress& at);

    /// Ends a step's transaction. Where the next one follows, the database gets all that lies between the two
    /// at once; only where DDL cannot be rolled back, since nothing is tried again there as a whole.
    void commit_step(Transaction& transaction, Online& online, Progress& at);

    /// Another step follows that needs no other program.
    bool follows(const Progress& at);

    /// Whether steps are sent without waiting for those before: a version row that somebody else moved and a
    /// session that ended both stop what is sent behind them.
    bool runs_ahead() const {
        return settings.pipeline && writes_statements_down() && lock && lock->is_claimed();
    }

    /// A transaction with the next step, the first one with the version table as well; false when there was
    /// nothing left. The plan is made anew when somebody else moved the rows.
    bool take_step(Online& online, const Planner& planner, Progress& at);

    /// A transaction for each step.
    Summary run_one_by_one(Online& online, const Planner& planner);

    /// What an interrupted run left, as the database says it.
    void tell_where_it_stands(Error& error);

    /// The connection may have been told to stop when it was at nothing: then it says so once more.
    void explain_interruption(Error& error);

    /// Lets the fallback command run a step, outside of any transaction of ours, and sees that the version
    /// rows are then what the step makes of them.
    void hand_over(const graph::Step& step, const Rows& current, Online& online);

    std::string standing(const Summary& summary) const;

    /// One transaction for the run, where the settings want it and the database can.
    bool at_once() const { return !settings.transaction_per_migration && dialect.traits().transactional_ddl; }

    Summary run(const Planner& planner, bool whole, bool purge = false);

    Summary run_uninterrupted(const Planner& planner, bool whole, bool purge);
};

} // namespace orch::runner
