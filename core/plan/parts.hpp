// The order of a run over several environments: which steps of one wait for which of another. Steps that
// nobody waits for in between stay together as one part, which one session carries out. Values only: who the
// environments are and what is applied, fleet knows.
#pragma once

#include "base/api.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace orch::plan {

/// A step of an environment, as far as the order is concerned.
struct Stop {
    std::string revision;
    /// `requires`, as far as it names what this run moves too: the environment's index and a revision's full
    /// id.
    std::vector<std::pair<std::size_t, std::string>> requires_;
};

struct Line {
    std::string environment;
    std::vector<std::size_t> depends_on; ///< indexes of lines
    std::vector<Stop> stops;             ///< in the order in which they run
};

enum class Way { up, down };

/// Steps of one environment that run in one go; `count` may be 0, for an environment with nothing to do.
struct Part {
    std::size_t line = 0, first = 0, count = 0;
    std::vector<std::size_t> after; ///< indexes of parts that must be done before
};

/// All steps as parts, in an order that respects them: what `depends_on` names comes wholly before, what
/// `requires` names comes before the step that says it; on the way down the other way round. Throws
/// Error(config) for environments that depend on each other, and for revisions that require each other, with
/// the path.
ORCH_API std::vector<Part> parts(const std::vector<Line>& lines, Way way);

} // namespace orch::plan
