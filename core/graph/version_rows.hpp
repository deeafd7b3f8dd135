// The rows of a version table while a plan is made: which change each step makes. Rows are the applied
// revisions that no other applied revision implies, so a step touches its own row and those of its parents.
#pragma once

#include "graph/tree.hpp"

namespace orch::graph {

class VersionRows {
  public:
    VersionRows(const Tree& tree, const Vertices& rows);

    /// `vertex` has been applied: it takes the place of its parents' rows.
    std::vector<VersionChange> upgrade(Vertex vertex);
    /// `vertex` has been reverted: its row goes, and parents that nothing else implies come.
    std::vector<VersionChange> downgrade(Vertex vertex);
    /// `vertex` takes the place of those of `replaced` that are rows.
    std::vector<VersionChange> replace(const Vertices& replaced, Vertex vertex);
    std::vector<VersionChange> remove(Vertex vertex);

  private:
    VersionChange change(VersionChange::Kind kind, Vertex from, Vertex to);
    void count(Vertex vertex, int by);

    const Tree& tree_;
    Marks is_row_;
    std::vector<int> applied_children_; ///< of each vertex, dependants too
};

} // namespace orch::graph
