// The order in which revisions are shown and reverted; reversed, the order in which they are applied.
#pragma once

#include "graph/tree.hpp"

namespace orch::graph {

/// The vertices of `wanted`, each before its parents and dependencies, walked as Alembic walks from `heads`.
/// Heads that are not wanted, and repeated ones, do not matter.
Vertices newest_first(const Tree& tree, const Marks& wanted, const Vertices& heads);

/// Everything.
Vertices newest_first(const Tree& tree);

} // namespace orch::graph
