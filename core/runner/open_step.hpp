// The statements of a step that is under way, as far as they are committed before its end: a table beside the
// version table that is empty between two steps. A run after a crash knows from it which are done and which
// one is in doubt.
//
// Where DDL cannot be rolled back, each statement is written down before and after it runs. Where it can, a
// script may still commit in its middle (autocommit_block(), CREATE INDEX CONCURRENTLY): then what ran before
// is written down in the transaction that commits it, and each statement outside of a transaction before and
// after.
//
// A row before a statement and the statement's own effect: what the database can roll back goes together with
// its row, so only a statement that commits by itself (DDL) can be in doubt. That one is run again. Either it
// had not taken effect, and does now; or the database says that what it makes is there, or that what it drops
// is gone, and the dialect knows these answers.
//
// The order of rows and statements alone says all this. So where nobody waits for a statement (the setting
// `pipeline`), DDL and the row before it go to the database together with what comes next, and a row behind
// another says that the other's statement is done. The transaction that ends a step may then hold the row of
// the next one's first statement as well: three statements around a revision's own, and one commit.
#pragma once

#include "graph/graph.hpp"
#include "runner/executor.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orch::runner {

/// What an interrupted run left.
struct Interrupted {
    std::string revision;
    graph::Step::Kind direction = graph::Step::upgrade;
    std::vector<std::string> hashes; ///< of the statements that were begun, in order
    bool doubtful = false;           ///< whether the last one took effect is not known
};

class OpenStep : public Guard {
  public:
    /// All must outlive it.
    OpenStep(const Settings& settings, std::size_t longest_id, dialect::Connection& connection,
             const dialect::Compiler& compiler, const dialect::Traits& traits);

    /// Nothing where no step was interrupted, or the table does not exist.
    std::optional<Interrupted> interrupted();
    void create_table();

    /// A step begins, perhaps one that was interrupted: then its first statements are not run again.
    void begin(const graph::Step& step, std::optional<Interrupted> left);
    sql::Result run(const dialect::Statement& statement, const Execute& execute,
                    const dialect::Answer* later) override;
    void before_commit() override;
    /// Makes sure of a transaction, so that what follows is one with the end of the step.
    void ensure_transaction();
    /// The step is done. Belongs into the transaction that moves the version rows.
    void end();
    /// The same, and `commit` commits it: with the first statement of the next step, or before anything else
    /// that comes.
    void end_later(std::function<void()> commit);
    void finish() override;
    /// What end_later() left for later does not happen: the database failed.
    void leave_open() { commit_ = nullptr; }
    /// How many statements stay in the database when the step fails now, and of which revision.
    std::size_t done() const { return done_; }
    const std::string& revision() const { return done_revision_; }
    /// The transaction that end() belongs to is committed.
    void committed() { done_ = 0; }

  private:
    sql::TableRef reference() const { return {schema_, name_, std::nullopt}; }
    void execute(const sql::Query& query);
    void create_table_late();
    bool by_themselves() const { return !transactional_ || !connection_.in_transaction(); }
    void write(std::size_t number, const std::string& hash, const char* state);
    void write_first(const std::string& hash);
    void remove_rows();
    void is_done(std::size_t number);
    void mark_done(std::size_t number);
    std::vector<std::pair<std::string, sql::ExpressionPtr>> row(std::size_t number, const std::string& hash,
                                                                const char* state) const;
    sql::ExpressionPtr is_statement(std::size_t number) const;
    void remove(std::size_t number);
    sql::Result run_written_down(const dialect::Statement& statement, const std::string& hash);
    void send_written_down(const dialect::Statement& statement, const std::string& hash,
                           const dialect::Answer& later);
    /// Waits before the next attempt; false: no more of them, or not after this error.
    bool pause(const Error& error, int attempt) const;
    void patiently(const dialect::Statement& statement, const std::function<void()>& attempt);
    sql::Result run_again(const dialect::Statement& statement, const Execute& execute);

    std::string name_;
    std::optional<std::string> schema_;
    std::size_t id_width_;
    dialect::Connection& connection_;
    const dialect::Compiler& compiler_;
    int retries_;                          ///< of a statement that waits for others
    bool transactional_;                   ///< DDL can be rolled back
    bool stays_;                           ///< the table, between two runs
    bool used_ = false;                    ///< it has rows
    std::vector<std::string> uncommitted_; ///< hashes of what ran in the transaction that is open
    graph::Step step_{};
    std::optional<Interrupted> left_;
    std::size_t number_ = 0; ///< of the statement that ran last
    std::size_t done_ = 0;
    std::string done_revision_;
    std::function<void()> commit_; ///< of end_later()
    std::size_t rows_ = 0;         ///< of the step before it
    int together_ = 0;             ///< steps that went without a pause
    bool sending_ = false;         ///< what came last was sent and not waited for
};

} // namespace orch::runner
