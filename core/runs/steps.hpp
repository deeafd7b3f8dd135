// The frozen steps of a target as text.
#pragma once

#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace orch::runs {

struct Frozen {
    std::vector<std::string> from; ///< the version rows before the first step
    graph::Plan steps;
};
std::string written(const Frozen& frozen);
/// Throws Error(system) for what written() did not write.
Frozen read_frozen(const std::string& text);

} // namespace orch::runs
