#include "graph/topology.hpp"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/depth_first_search.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace orch::graph {

namespace {

using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                               boost::no_property, Vertex, Vertex>;
using Color = boost::default_color_type;

Csr make_graph(std::vector<Link> links, std::size_t size) {
    const auto by_source = [](const Link& a, const Link& b) { return a.first < b.first; };
    std::stable_sort(links.begin(), links.end(), by_source);
    return Csr(boost::edges_are_sorted, links.begin(), links.end(), static_cast<Vertex>(size));
}

/// Links from parents to children; children in the order of the tree, whatever kind of link leads to them.
std::vector<Link> reversed(std::vector<Link> links) {
    for (Link& link : links) std::swap(link.first, link.second);
    std::sort(links.begin(), links.end());
    return links;
}

std::span<const Vertex> neighbours(Vertex vertex, const Csr& graph) {
    const auto [first, last] = boost::adjacent_vertices(vertex, graph);
    return {first, last};
}

bool contains(std::span<const Vertex> vertices, Vertex vertex) {
    return std::find(vertices.begin(), vertices.end(), vertex) != vertices.end();
}

auto color_map(std::vector<Color>& colors, const Csr& graph) {
    return boost::make_iterator_property_map(colors.begin(), boost::get(boost::vertex_index, graph));
}

/// Keeps, for the first edge that closes a cycle, the way back along the tree of the search.
struct CycleVisitor : boost::default_dfs_visitor {
    Vertices* tree; ///< of each vertex, the child that it was reached from
    Vertices* cycle;

    CycleVisitor(Vertices& tree_edges, Vertices& found) : tree(&tree_edges), cycle(&found) {}
    template <class Edge>
    void tree_edge(Edge edge, const Csr& graph) {
        (*tree)[target(edge, graph)] = source(edge, graph);
    }
    template <class Edge>
    void back_edge(Edge edge, const Csr& graph) {
        if (!cycle->empty()) return;
        Vertex at = source(edge, graph);
        cycle->push_back(at);
        while (at != target(edge, graph)) cycle->push_back(at = (*tree)[at]);
    }
};

} // namespace

struct Topology::Graphs {
    Csr down, up;

    Graphs(const std::vector<Link>& links, std::size_t size)
        : down(make_graph(links, size)), up(make_graph(reversed(links), size)) {}
    const Csr& to(Way way) const { return way == Way::down ? down : up; }
};

/// What direct_parents() is made from, and it.
struct Topology::Direct {
    Csr dependencies;                    ///< as written, also those that are down revisions at the same time
    std::vector<std::size_t> dependants; ///< how many each vertex has
    std::once_flag made;
    Csr down;
};

Topology::Topology(std::size_t size, std::vector<Link> down_revisions, std::vector<Link> dependencies)
    : size_(size), version_(std::make_unique<Graphs>(down_revisions, size)) {
    if (dependencies.empty()) return;
    direct_ = std::make_unique<Direct>();
    direct_->dependencies = make_graph(dependencies, size);
    direct_->dependants.resize(size);
    // A stable sort by child keeps down revisions before dependencies, each as written.
    for (const Link& link : dependencies) {
        ++direct_->dependants[link.second];
        if (!contains(parents(link.first, Edges::version), link.second)) down_revisions.push_back(link);
    }
    all_ = std::make_unique<Graphs>(down_revisions, size);
}

Topology::~Topology() = default;

const Topology::Graphs& Topology::graphs(Edges edges) const {
    return edges == Edges::all && all_ ? *all_ : *version_;
}

std::span<const Vertex> Topology::parents(Vertex vertex, Edges edges) const {
    return neighbours(vertex, graphs(edges).down);
}

std::span<const Vertex> Topology::children(Vertex vertex, Edges edges) const {
    return neighbours(vertex, graphs(edges).up);
}

std::span<const Vertex> Topology::direct_parents(Vertex vertex) const {
    if (!all_) return parents(vertex, Edges::version);
    std::call_once(direct_->made, [this] { find_direct_parents(); });
    return neighbours(vertex, direct_->down);
}

void Topology::find_direct_parents() const {
    std::vector<Link> links;
    Vertices seen(size_, 0);
    for (Vertex vertex = 0; vertex < size_; ++vertex) {
        const auto all = parents(vertex, Edges::all);
        const std::size_t versions = parents(vertex, Edges::version).size(); // which come first
        for (std::size_t i = 0; i < all.size(); ++i)
            if (i < versions || !depended_on_below(vertex, all[i], seen)) links.emplace_back(vertex, all[i]);
    }
    direct_->down = make_graph(std::move(links), size_);
}

// Most revisions have one dependant, and those with many have them one below the other, so the walk is rare
// or short.
bool Topology::depended_on_below(Vertex vertex, Vertex dependency, Vertices& seen) const {
    if (direct_->dependants[dependency] < 2) return false;
    const auto versions = parents(vertex, Edges::version);
    Vertices todo(versions.begin(), versions.end()), walked;
    bool found = false;
    while (!todo.empty() && !found) {
        const Vertex at = todo.back();
        todo.pop_back();
        if (std::exchange(seen[at], 1)) continue;
        walked.push_back(at);
        found = contains(neighbours(at, direct_->dependencies), dependency);
        for (const Vertex parent : parents(at, Edges::version)) todo.push_back(parent);
    }
    for (const Vertex at : walked) seen[at] = 0;
    return found;
}

void Topology::reach(const Vertices& from, Way way, Edges edges, Marks& marks) const {
    const Csr& graph = graphs(edges).to(way);
    std::vector<Color> colors(size_, boost::white_color);
    for (Vertex vertex = 0; vertex < size_; ++vertex)
        if (marks[vertex]) colors[vertex] = boost::black_color;
    Vertices sources;
    for (const Vertex vertex : from)
        if (colors[vertex] == boost::white_color) sources.push_back(vertex);
    boost::queue<Vertex> queue;
    boost::breadth_first_visit(graph, sources.begin(), sources.end(), queue, boost::default_bfs_visitor(),
                               color_map(colors, graph));
    for (Vertex vertex = 0; vertex < size_; ++vertex) marks[vertex] = colors[vertex] != boost::white_color;
}

Marks Topology::reach(const Vertices& from, Way way, Edges edges) const {
    Marks marks(size_, 0);
    reach(from, way, edges, marks);
    return marks;
}

Vertices Topology::cycle() const {
    const Csr& graph = graphs(Edges::all).down;
    Vertices tree(size_), cycle;
    std::vector<Color> colors(size_, boost::white_color);
    for (Vertex vertex = 0; vertex < size_ && cycle.empty(); ++vertex)
        if (colors[vertex] == boost::white_color)
            boost::depth_first_visit(graph, vertex, CycleVisitor(tree, cycle), color_map(colors, graph));
    return cycle;
}

} // namespace orch::graph
