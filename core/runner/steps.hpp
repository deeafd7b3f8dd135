// One step of a plan, wherever it goes: the script, then the version rows.
#pragma once

#include "graph/graph.hpp"
#include "runner/executor.hpp"
#include "runner/runner.hpp"
#include "runner/version_table.hpp"

namespace orch::runner {

/// The version table that the settings name, wide enough for every id of the tree.
VersionTable version_table(const Settings& settings, const Tree& tree);

/// The script of a step, then its version rows. The rows are checked: one that somebody else moved must not
/// be overwritten. Logs the step before it runs; an error gets a note that names it. `hash`, where there is
/// one, gets what the script did.
void carry_out(const graph::Step& step, const Settings& settings, const Tree& tree,
               const VersionTable& versions, Executor& executor, StatementHash* hash = nullptr);

} // namespace orch::runner
