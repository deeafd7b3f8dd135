// Ids and branch labels of a tree as keys of its vertices: exact, by prefix, by nearness. Used by the rest of
// the room.
#pragma once

#include "graph/graph.hpp"
#include "graph/topology.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace orch::graph {

class Names {
  public:
    /// Keeps views into `revisions`, which must stay where they are. Throws Error(graph) as RevisionMap says:
    /// bad or duplicate ids, labels used twice.
    explicit Names(const std::vector<Revision>& revisions);

    std::optional<Vertex> id(std::string_view text) const;
    std::optional<Vertex> id_or_label(std::string_view text) const;
    /// Vertices with an id or label that starts so. As in Alembic, keys of three characters and less do not
    /// count.
    Vertices with_prefix(std::string_view prefix) const;
    /// A hint that names the nearest id or label ("did you mean 'ae10'?"), or "".
    std::string did_you_mean(std::string_view text, const Revision* except = nullptr) const;

  private:
    struct Key {
        std::string_view text;
        Vertex vertex;
    };
    void add_ids();
    void add_labels(Vertex vertex);

    const std::vector<Revision>& revisions_;
    std::unordered_map<std::string_view, Vertex> ids_, labels_;
    mutable std::once_flag sorted_once_;
    mutable std::vector<Key> sorted_; ///< for prefixes; most runs never ask
};

/// "versions/ae10.py:3", or "" for an unknown place.
std::string describe(const Place& place);

} // namespace orch::graph
