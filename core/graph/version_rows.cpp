#include "graph/version_rows.hpp"

namespace orch::graph {

VersionRows::VersionRows(const Tree& tree, const Vertices& rows)
    : tree_(tree), is_row_(tree.size(), 0), applied_children_(tree.size(), 0) {
    for (const Vertex row : rows) is_row_[row] = 1;
    for (const Vertex applied : marked(tree.topology().reach(rows, Way::down, Edges::all)))
        count(applied, +1);
}

void VersionRows::count(Vertex vertex, int by) {
    for (const Vertex parent : tree_.topology().direct_parents(vertex)) applied_children_[parent] += by;
}

VersionChange VersionRows::change(VersionChange::Kind kind, Vertex from, Vertex to) {
    if (kind != VersionChange::insert) is_row_[from] = 0;
    if (kind != VersionChange::remove) is_row_[to] = 1;
    return {kind, kind == VersionChange::insert ? "" : tree_.id(from),
            kind == VersionChange::remove ? "" : tree_.id(to)};
}

std::vector<VersionChange> VersionRows::upgrade(Vertex vertex) {
    count(vertex, +1);
    const auto parents = tree_.topology().direct_parents(vertex);
    return replace(Vertices(parents.begin(), parents.end()), vertex);
}

std::vector<VersionChange> VersionRows::replace(const Vertices& replaced, Vertex vertex) {
    Vertices there;
    for (const Vertex row : replaced)
        if (is_row_[row] && row != vertex) there.push_back(row);
    std::vector<VersionChange> changes;
    if (is_row_[vertex]) {
        for (const Vertex row : there) changes.push_back(change(VersionChange::remove, row, row));
        return changes;
    }
    if (there.empty()) return {change(VersionChange::insert, vertex, vertex)};
    for (std::size_t i = 0; i + 1 < there.size(); ++i)
        changes.push_back(change(VersionChange::remove, there[i], there[i]));
    changes.push_back(change(VersionChange::update, there.back(), vertex));
    return changes;
}

std::vector<VersionChange> VersionRows::downgrade(Vertex vertex) {
    count(vertex, -1);
    Vertices uncovered;
    for (const Vertex parent : tree_.topology().direct_parents(vertex))
        if (applied_children_[parent] == 0 && !is_row_[parent]) uncovered.push_back(parent);
    if (uncovered.empty()) return remove(vertex);
    std::vector<VersionChange> changes;
    for (std::size_t i = 0; i + 1 < uncovered.size(); ++i)
        changes.push_back(change(VersionChange::insert, uncovered[i], uncovered[i]));
    changes.push_back(change(VersionChange::update, vertex, uncovered.back()));
    return changes;
}

std::vector<VersionChange> VersionRows::remove(Vertex vertex) {
    return {change(VersionChange::remove, vertex, vertex)};
}

} // namespace orch::graph
