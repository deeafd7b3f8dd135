// Which steps of several environments wait for which: `depends_on` of the ini and `requires` of revisions,
// looked up in the trees and databases that they name.
#pragma once

#include "fleet/fleet.hpp"
#include "plan/parts.hpp"

#include <vector>

namespace orch::fleet {

struct Route {
    std::vector<plan::Line> lines; ///< of the environments, in their order
    std::vector<plan::Part> parts;
    bool cut = false; ///< lines have their steps; else each environment is one part, whatever its steps are
};

/// Reads the databases only where a revision requires another environment's. Throws Error(config) for
/// circles, Error(graph) for a requirement that is neither applied nor brought by this move, and for a
/// downgrade that takes away what an applied revision requires.
/// `may_write`: a database that only a writer can read, because a killed run left it in the middle of a
/// transaction, is opened for changing.
Route route(Project& project, const std::vector<Environment*>& environments, const runner::Move& move,
            bool may_write);

} // namespace orch::fleet
