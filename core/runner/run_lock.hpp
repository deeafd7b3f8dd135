// The lock of one run that changes a database: taken before anything is read that a change depends on, held
// to the end.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/runner.hpp"

#include <chrono>
#include <memory>

namespace orch::runner {

class RunLock {
  public:
    /// Takes it, and waits for it as long as the settings say; tells who has it. Throws Error(busy) after
    /// that. Both must outlive it.
    RunLock(const Settings& settings, const dialect::Dialect& dialect);

    /// Somebody else had it: what was known of the database before may be out of date.
    bool waited() const { return waited_; }
    /// Throws when it was lost. Called before each step that is committed by itself, and before a commit.
    void check();
    /// The same, where it can be asked together with what is sent on this connection: it may throw as late as
    /// in the connection's flush().
    void check_with(dialect::Connection& connection);
    /// The same, asked at most once a second: for steps that count only with a commit behind a check().
    void check_now_and_then();

  private:
    void wait();

    const Settings& settings_;
    std::unique_ptr<dialect::Lock> lock_; ///< null: nobody else can reach the database
    bool waited_ = false;
    std::chrono::steady_clock::time_point checked_;
};

} // namespace orch::runner
