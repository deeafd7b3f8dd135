// The revisions as a graph of small integers, on Boost.Graph (topology.cpp alone includes it): who follows
// whom, and what is reached from where. Used by the rest of the room; knows no ids and no rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace orch::graph {

using Vertex = std::uint32_t; ///< the revision's place in the list that the map was given
using Vertices = std::vector<Vertex>;
using Marks = std::vector<char>;        ///< a set of vertices: one flag for each
using Link = std::pair<Vertex, Vertex>; ///< child, parent

enum class Edges { version, all }; ///< down_revisions, or dependencies too
enum class Way { down, up };       ///< to parents, or to children

class Topology {
  public:
    /// Links as written, none twice in one list; one may stand in both.
    Topology(std::size_t size, std::vector<Link> down_revisions, std::vector<Link> dependencies);
    ~Topology();

    std::size_t size() const { return size_; }
    std::span<const Vertex> parents(Vertex vertex, Edges edges) const;
    std::span<const Vertex> children(Vertex vertex, Edges edges) const;
    /// Parents on the version path, then the dependencies that no revision on the version path below has
    /// already. All edges reach the same vertices as these; walks and rows follow these, as Alembic's do.
    std::span<const Vertex> direct_parents(Vertex vertex) const;

    /// Marks what is reached from `from`, itself included. What is marked before is not walked through again.
    void reach(const Vertices& from, Way way, Edges edges, Marks& marks) const;
    Marks reach(const Vertices& from, Way way, Edges edges) const;

    /// One cycle, each vertex a parent of the next and the last of the first; empty when there is none.
    Vertices cycle() const;

  private:
    struct Graphs;
    const Graphs& graphs(Edges edges) const;
    void find_direct_parents() const;
    bool depended_on_below(Vertex vertex, Vertex dependency, Vertices& seen) const;

    std::size_t size_;
    std::unique_ptr<Graphs> version_, all_; ///< all_ only where there are dependencies
    struct Direct;
    std::unique_ptr<Direct> direct_; ///< only where there are dependencies
};

} // namespace orch::graph
