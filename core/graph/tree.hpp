// A checked tree of revisions: the records, their names and their topology. The free functions of the other
// sources (symbols, order, plans) work on it; RevisionMap owns one and turns vertices into ids.
#pragma once

#include "graph/graph.hpp"
#include "graph/names.hpp"
#include "graph/topology.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace orch::graph {

class Tree {
  public:
    /// Throws as RevisionMap's constructor.
    explicit Tree(std::vector<Revision> revisions);

    std::size_t size() const { return revisions_.size(); }
    const Revision& revision(Vertex vertex) const { return revisions_[vertex]; }
    const std::string& id(Vertex vertex) const { return revisions_[vertex].id; }
    const Names& names() const { return names_; }
    const Topology& topology() const { return topology_; }

    Vertices heads() const;
    Vertices real_heads() const;
    Vertices bases() const;
    bool is_head(Vertex vertex) const { return topology_.children(vertex, Edges::version).empty(); }
    bool is_real_head(Vertex vertex) const { return topology_.children(vertex, Edges::all).empty(); }
    bool is_base(Vertex vertex) const { return topology_.parents(vertex, Edges::version).empty(); }
    std::vector<std::string> labels(Vertex vertex) const;

    /// The vertex of a full id, or Error(graph) with the nearest.
    Vertex at(std::string_view id) const;
    std::vector<std::string> ids(const Vertices& vertices) const;
    std::vector<std::string> ids(std::span<const Vertex> vertices) const;
    /// "'a' (versions/a.py:3)": for notes that say where the revisions of a message are.
    void note_places(Error& error, const Vertices& vertices) const;

  private:
    std::vector<Link> down_links() const;
    std::vector<Link> dependency_links() const;
    Vertex parent_of(const Revision& revision, const std::string& id) const;
    Vertex dependency_of(const Revision& revision, const std::string& name) const;
    std::string hint_for_missing(const Revision& revision, const std::string& name,
                                 std::string_view key) const;
    void refuse_cycle() const;
    void spread_labels() const;

    std::vector<Revision> revisions_;
    Names names_;
    Topology topology_;
    mutable std::once_flag labels_once_;
    mutable std::vector<std::vector<const std::string*>>
        labels_; ///< of each vertex; empty in a tree without labels
};

/// Vertices with a mark, in the order of the tree.
Vertices marked(const Marks& marks);

} // namespace orch::graph
