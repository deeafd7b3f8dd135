// One step of a plan, wherever it goes: the script, then the version rows.
#pragma once

#include "graph/graph.hpp"
#include "runner/executor.hpp"
#include "runner/open_step.hpp"
#include "runner/runner.hpp"
#include "runner/version_table.hpp"

namespace orch::runner {

/// The version table that the settings name, wide enough for every id of the tree.
VersionTable version_table(const Settings& settings, const Tree& tree);

/// The script of a step, then its version rows. The rows are checked: one that somebody else moved must not
/// be overwritten. Logs the step before it runs; an error gets a note that names it. `watch` sees what
/// the script does.
struct Watch {
    StatementHash* hash = nullptr; ///< of the statements
    OpenStep* open = nullptr;      ///< writes each of them down
};
void carry_out(const graph::Step& step, const Settings& settings, const Tree& tree,
               const VersionTable& versions, Executor& executor, const Watch& watch = {});

} // namespace orch::runner
