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
    /// Makes the connection at work the only one that is, and waits for one that a killed run has left at its
    /// last statements. Throws Error(busy) as the constructor.
    void claim(dialect::Connection& connection);
    /// Whether the server itself sees to it that the connection at work and the lock end together: then it
    /// need not be asked before each step.
    bool is_claimed() const { return claimed_; }
    /// Throws when it was lost. Called before each step that is committed by itself, and before a commit.
    void check();
    /// The same, where it can be asked together with what is sent on this connection: it may throw as late as
    /// in the connection's flush().
    void check_with(dialect::Connection& connection);
    /// The same, asked at most once a second: for steps that count only with a commit behind a check().
    void check_now_and_then();

  private:
    void wait();
    [[noreturn]] void give_up(Error error) const;

    const Settings& settings_;
    std::unique_ptr<dialect::Lock> lock_; ///< null: nobody else can reach the database
    bool waited_ = false, claimed_ = false;
    std::chrono::steady_clock::time_point checked_;
};

} // namespace orch::runner
