// The door: ids outside, vertices inside.
#include "graph/graph.hpp"

#include "graph/order.hpp"
#include "graph/plans.hpp"
#include "graph/symbols.hpp"
#include "graph/tree.hpp"

#include <utility>

namespace orch::graph {

struct RevisionMap::Implementation {
    Tree tree;
};

namespace {

/// Rows as vertices, or nothing when they are not at hand.
std::optional<Vertices> rows_of(const Tree& tree, const std::optional<std::vector<std::string>>& current) {
    if (!current) return std::nullopt;
    return vertices_of_rows(tree, *current);
}

const Vertices* pointer(const std::optional<Vertices>& rows) { return rows ? &*rows : nullptr; }

} // namespace

RevisionMap::RevisionMap(std::vector<Revision> revisions)
    : self_(new Implementation{Tree(std::move(revisions))}) {}
RevisionMap::~RevisionMap() = default;
RevisionMap::RevisionMap(RevisionMap&&) noexcept = default;
RevisionMap& RevisionMap::operator=(RevisionMap&&) noexcept = default;

std::size_t RevisionMap::size() const { return self_->tree.size(); }

bool RevisionMap::contains(std::string_view id) const { return self_->tree.names().id(id).has_value(); }

const Revision& RevisionMap::get(std::string_view id) const {
    return self_->tree.revision(self_->tree.at(id));
}

std::vector<std::string> RevisionMap::heads() const { return self_->tree.ids(self_->tree.heads()); }

std::vector<std::string> RevisionMap::real_heads() const { return self_->tree.ids(self_->tree.real_heads()); }

std::vector<std::string> RevisionMap::bases() const { return self_->tree.ids(self_->tree.bases()); }

std::vector<std::string> RevisionMap::branch_points() const {
    Vertices found = graph::newest_first(self_->tree);
    std::erase_if(found, [&](Vertex vertex) {
        return self_->tree.topology().children(vertex, Edges::version).size() < 2;
    });
    return self_->tree.ids(found);
}

std::vector<std::string> RevisionMap::children(std::string_view id, bool dependants) const {
    const Tree& tree = self_->tree;
    return tree.ids(tree.topology().children(tree.at(id), dependants ? Edges::all : Edges::version));
}

bool RevisionMap::is_head(std::string_view id) const { return self_->tree.is_head(self_->tree.at(id)); }

bool RevisionMap::is_real_head(std::string_view id) const {
    return self_->tree.is_real_head(self_->tree.at(id));
}

bool RevisionMap::is_branch_point(std::string_view id) const {
    return self_->tree.topology().children(self_->tree.at(id), Edges::version).size() > 1;
}

bool RevisionMap::is_merge_point(std::string_view id) const {
    return self_->tree.topology().parents(self_->tree.at(id), Edges::version).size() > 1;
}

std::vector<std::string> RevisionMap::labels(std::string_view id) const {
    return self_->tree.labels(self_->tree.at(id));
}

std::vector<std::string> RevisionMap::dependencies(std::string_view id) const {
    const Tree& tree = self_->tree;
    const Vertex vertex = tree.at(id);
    const auto versions = tree.topology().parents(vertex, Edges::version);
    return tree.ids(tree.topology().direct_parents(vertex).subspan(versions.size()));
}

bool RevisionMap::is_ancestor(std::string_view ancestor, std::string_view id) const {
    const Tree& tree = self_->tree;
    return tree.topology().reach({tree.at(id)}, Way::down, Edges::all)[tree.at(ancestor)] != 0;
}

std::vector<std::string> RevisionMap::resolve(std::string_view symbol,
                                              const std::optional<std::vector<std::string>>& current) const {
    const auto rows = rows_of(self_->tree, current);
    return self_->tree.ids(Symbols(self_->tree, pointer(rows)).resolve(symbol));
}

std::optional<std::string>
RevisionMap::resolve_one(std::string_view symbol,
                         const std::optional<std::vector<std::string>>& current) const {
    const auto rows = rows_of(self_->tree, current);
    const Symbols symbols(self_->tree, pointer(rows));
    const Standing found = symbols.resolve_one(symbols.parse(symbol));
    return found ? std::optional(self_->tree.id(*found)) : std::nullopt;
}

std::vector<std::string> RevisionMap::history(std::string_view range,
                                              const std::optional<std::vector<std::string>>& current) const {
    const auto rows = rows_of(self_->tree, current);
    return self_->tree.ids(graph::history(self_->tree, range, pointer(rows)));
}

std::vector<std::string> RevisionMap::newest_first() const {
    return self_->tree.ids(graph::newest_first(self_->tree));
}

Plan RevisionMap::upgrade(const std::vector<std::string>& targets,
                          const std::vector<std::string>& current) const {
    return plan_upgrade(self_->tree, targets, current);
}

Plan RevisionMap::downgrade(std::string_view target, const std::vector<std::string>& current) const {
    return plan_downgrade(self_->tree, target, current);
}

Plan RevisionMap::stamp(const std::vector<std::string>& targets,
                        const std::vector<std::string>& current) const {
    return plan_stamp(self_->tree, targets, current);
}

std::vector<std::string> RevisionMap::all_current(const std::vector<std::string>& current) const {
    const Tree& tree = self_->tree;
    const Marks tips = branch_tips(tree, vertices_of_rows(tree, current));
    return tree.ids(graph::newest_first(tree, tips, marked(tips)));
}

std::vector<std::string> RevisionMap::pending(const std::vector<std::string>& current) const {
    return self_->tree.ids(graph::pending(self_->tree, current));
}

} // namespace orch::graph
