// From the rows of a version table to a target: which revisions run, in which order, and what becomes of the
// rows.
#pragma once

#include "graph/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace orch::graph {

/// The vertices of a version table's rows, each once. Throws Error(graph) for a row that is no revision of
/// the tree.
Vertices vertices_of_rows(const Tree& tree, const std::vector<std::string>& rows);

/// As the members of RevisionMap.
Plan plan_upgrade(const Tree& tree, const std::vector<std::string>& targets,
                  const std::vector<std::string>& rows);
Plan plan_downgrade(const Tree& tree, std::string_view target, const std::vector<std::string>& rows);
Plan plan_stamp(const Tree& tree, const std::vector<std::string>& targets,
                const std::vector<std::string>& rows);
Vertices pending(const Tree& tree, const std::vector<std::string>& rows);
Vertices history(const Tree& tree, std::string_view range, const Vertices* rows);

} // namespace orch::graph
