// Runs over many targets, kept in a database of their own (a SQLite file beside the ini, or a given one):
// what was asked for, the frozen steps of each target, and what became of them. A run that was killed goes on
// from here. Who runs what, fleet knows.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/runner.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace orch::runs {

struct Target {
    std::string name;
    enum State { waiting, running, done, failed } state = waiting;
    std::string error; ///< of a failed one
    /// What it began with; nothing while it waits.
    std::optional<graph::Plan> steps{};
    std::vector<std::string> from{}; ///< the version rows before the first step
};
/// "waiting", "running", "done", "failed"
ORCH_API const char* word(Target::State state);

struct Run {
    std::int64_t id = 0;
    std::string started_at, ended_at; ///< UTC; ended_at "" while it runs, or was killed
    std::string run_by;
    runner::Move move; ///< its targets as ids, where they are not relative
    std::vector<Target> targets;

    ORCH_API std::size_t count(Target::State state) const;
};

/// The database. One at a time; the threads of a run share it.
class ORCH_API Record {
  public:
    /// Opens it, and makes the tables where they are missing and `writing`. `url` decides where; the dialect
    /// must outlive it.
    Record(const Url& url, const dialect::Dialect& dialect, bool writing);

    /// A new run whose targets all wait; gives its number.
    std::int64_t begin(const runner::Move& move, const std::vector<std::string>& targets);
    /// The steps are frozen before the first one is taken.
    void begin(std::int64_t run, const std::string& target, const std::vector<std::string>& from,
               const graph::Plan& steps);
    /// Nothing: it is done.
    void end(std::int64_t run, const std::string& target, const std::optional<Error>& error);
    void end(std::int64_t run);
    /// It begins again: its end is not known any more.
    void reopen(std::int64_t run);

    /// The newest first, with counts in place of targets' steps. Empty where nothing was recorded.
    std::vector<Run> all();
    /// Throws Error(usage) for one that is not there, with those that are.
    Run get(std::int64_t id);

  private:
    void create_tables();
    void execute(const std::string& sql);
    std::vector<std::vector<sql::Datum>> rows(const std::string& sql);
    std::string text(const std::string& value) const { return dialect_.compiler().literal(value); }
    Run read(const std::vector<sql::Datum>& row, bool with_steps);

    const dialect::Dialect& dialect_;
    std::mutex mutex_;
    std::unique_ptr<dialect::Connection> connection_; ///< null: nothing was ever recorded
};

} // namespace orch::runs
