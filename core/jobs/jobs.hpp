// Jobs that wait for each other, done by several threads: an order that respects who comes after whom, and
// the run itself. Knows nothing of what a job does; fleet gives it environments and targets.
#pragma once

#include "base/api.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orch::jobs {

struct Job {
    std::string name;               ///< for the path of a cycle
    std::vector<std::size_t> after; ///< jobs that must be done before it begins
    std::size_t group = 0;          ///< in Limits::groups, where there are any
};

/// An order in which each job comes behind those that it waits for, and else as near to the given one as can
/// be. Throws Error(config) "`what` each other: a -> b -> a" for a cycle: "environments depend on".
ORCH_API std::vector<std::size_t> order(const std::vector<Job>& jobs, const std::string& what);

/// Who goes on when a job failed.
enum class OnError {
    stop,  ///< no further job begins; those that run end
    go_on, ///< only what waits for the failed one does not begin
};

/// What became of a job.
struct Ended {
    enum Kind { not_run, done, failed } kind = not_run;
    std::optional<Error> error; ///< of a failed one
};

/// Jobs that have limits of their own: a stage of a fleet.
struct Group {
    std::optional<std::size_t> threads{}; ///< how many of them run at once, at most
    OnError on_error = OnError::stop;
    /// With go_on: after so many failures among them it is as with stop. None: no such number.
    std::optional<std::size_t> most_failures{};
    std::vector<std::size_t> behind{}; ///< groups that must have ended before one of these begins
};

struct Limits {
    std::size_t threads = 1; ///< how many jobs run at once; with one, in the caller's thread
    OnError on_error = OnError::stop;
    std::vector<Group> groups{}; ///< empty: all are one, with `on_error`
};

/// Does each job once, in the order of order(); `work` is called with its index, from several threads at once
/// where there are several. Whatever it throws is the job's failure. Gives an entry for each job. The jobs
/// must be without a cycle.
ORCH_API std::vector<Ended> run(const std::vector<Job>& jobs, const Limits& limits,
                                const std::function<void(std::size_t)>& work);

} // namespace orch::jobs
