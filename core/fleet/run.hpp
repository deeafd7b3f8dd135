// One run over several environments: which of their steps come first, what runs at once, what became of each.
// upgrade, downgrade and stamp go through here; `plan` shows what would.
#pragma once

#include "fleet/fleet.hpp"
#include "runs/runs.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

/// What happens to the others when an environment fails.
enum class OnError {
    stop,     ///< no other one begins
    go_on,    ///< only those that wait for the failed one do not begin
    roll_back ///< stop, then take back what this run has done, everywhere
};
/// "stop", "continue", "rollback". Throws Error(usage) for another word.
ORCH_API OnError on_error(const std::string& word);

/// How far a run is: a bar for each stage of a fleet, for a fleet without stages, and for each other
/// environment.
struct Progress {
    struct Bar {
        std::string name;                    ///< "shop: canary", "module_one"
        std::size_t of = 0;                  ///< targets, or revisions of one environment
        std::size_t done = 0, failed = 0;    ///< of them
        std::vector<std::string> running{};  ///< targets
        std::string revision{}, statement{}; ///< what runs now, of one of those that run
        bool begun = false, ended = false;
    };
    std::vector<Bar> bars;
    std::size_t of = 0, done = 0, failed = 0; ///< environments and targets
    bool over() const { return done + failed >= of; }
};

struct RunOptions {
    std::optional<std::size_t>
        jobs{}; ///< how many environments run at once; nothing: what stages want, else 1
    std::optional<OnError> on_error{}; ///< nothing: as the ini's [orch] says, else stop
    /// Told when an environment, a revision or a statement begins and when an environment has ended, from any
    /// thread, one at a time. Null: nobody looks.
    std::function<void(const Progress&)> tell{};
};

/// What became of one environment.
struct Ran {
    std::string environment;
    enum Kind {
        not_run, ///< nothing was begun; or, with steps, what came later was not
        done,
        failed,
        rolled_back ///< what was done is taken back
    } kind = not_run;
    runner::Summary summary; ///< the steps that were carried out, and the version rows afterwards
    bool looked = false;     ///< whether these rows are known
    std::chrono::milliseconds took{0};
    std::optional<Error> error{};
};

/// Carries a move out in all of them. Throws for what is known to be wrong before anything is done: a circle,
/// a revision that requires what this run does not bring. Failures of single environments are in the answer,
/// which has an entry for each, in the order in which they began.
ORCH_API std::vector<Ran> run(Project& project, const runner::Move& move, const RunOptions& options);

/// Goes on with a recorded run: what waits, and what was begun and not ended; with `failed` also what failed.
/// Steps that were frozen are not planned anew.
ORCH_API std::vector<Ran> resume(Project& project, std::int64_t run, bool failed, const RunOptions& options);
/// The recorded runs of a file, for reading; nothing where nothing was recorded.
ORCH_API std::unique_ptr<runs::Record> recorded(Project& project);

/// Throws the first failure, if there is one, with notes about the others; as Error(partial) when some were
/// done.
ORCH_API void check(const std::vector<Ran>& ran);

/// One environment's share of a plan.
struct Planned {
    std::string environment;
    runner::Preview preview;
    std::vector<std::string> waits_for{}; ///< "core", or "core@1975" where a revision requires it
};
/// A plan as it is kept in a file: what would run, and what it was made from.
struct FrozenPlan {
    runner::Move move;
    std::vector<Planned> parts;
};
/// The JSON document of a plan (docs/plan.md).
ORCH_API std::string as_json(const FrozenPlan& plan);
/// Throws Error(usage) for a file that is no plan.
ORCH_API FrozenPlan read_plan(const std::filesystem::path& file);
/// Carries a plan out. Throws Error(graph) where a database is not where it was, or a script or what it would
/// send has changed since; each environment is looked at once more under its lock.
ORCH_API std::vector<Ran> apply(Project& project, const FrozenPlan& plan, const RunOptions& options);

/// What run() would do now, in the order in which the parts would begin. An environment whose steps wait for
/// others in between has several entries. Writes nothing.
ORCH_API std::vector<Planned> plan(Project& project, const runner::Move& move);

} // namespace orch::fleet
