// Ctrl-C and SIGTERM while a database is open: what waits is told to stop, what was begun is rolled back by
// those who began it, and the program ends with 128 plus the signal's number, as shells have it. Used by who
// opens connections. Outside of a Guard signals do what they always do. Not for threads of their own.
#pragma once

#include "base/api.hpp"
#include "base/error.hpp"

#include <functional>
#include <list>

namespace orch::interrupt {

/// The signal that came while a Guard lived, or 0. It stays: a program that was told to end begins nothing
/// more.
ORCH_API int received() noexcept;

/// Throws Error(interrupted) where a signal came.
ORCH_API void check();

/// What to throw where something was stopped by cancel(): it names the signal, where one came.
ORCH_API Error error();

/// While one of these lives, SIGINT and SIGTERM call `act` instead of ending the program; a second one ends
/// it at once. A signal that the program was started to ignore stays ignored.
class ORCH_API Guard {
  public:
    /// `act` runs on a thread of its own, with other guards held off: it must be short, must not throw and
    /// must make no guard. It is called at once where a signal came before.
    explicit Guard(std::function<void()> act);
    /// Waits for `act` where it is running.
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

  private:
    std::list<std::function<void()>>::iterator at_;
};

} // namespace orch::interrupt
