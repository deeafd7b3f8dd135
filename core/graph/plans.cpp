#include "graph/plans.hpp"

#include "base/text.hpp"
#include "graph/order.hpp"
#include "graph/symbols.hpp"
#include "graph/version_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::graph {

namespace {

/// Two vertices of which the first stands above the second, if there are such.
std::optional<Link> overlap(const Tree& tree, const Vertices& vertices) {
    const Topology& topology = tree.topology();
    Vertices parents;
    for (const Vertex vertex : vertices)
        for (const Vertex parent : topology.parents(vertex, Edges::all)) parents.push_back(parent);
    const Marks below = topology.reach(parents, Way::down, Edges::all);
    const auto found =
        std::find_if(vertices.begin(), vertices.end(), [&](Vertex at) { return below[at] != 0; });
    if (found == vertices.end()) return std::nullopt;
    const Marks above = topology.reach({*found}, Way::up, Edges::all);
    const auto other = std::find_if(vertices.begin(), vertices.end(),
                                    [&](Vertex at) { return at != *found && above[at] != 0; });
    return Link{*other, *found};
}

void refuse_overlapping_targets(const Tree& tree, const Vertices& targets) {
    if (targets.size() < 2) return;
    const auto found = overlap(tree, targets);
    if (!found) return;
    Error error(Fault::graph, fmt::format("the requested revisions overlap: '{}' contains '{}'",
                                          tree.id(found->first), tree.id(found->second)));
    tree.note_places(error, {found->first, found->second});
    throw error.hint(fmt::format("ask for '{}' alone", tree.id(found->first)));
}

void refuse_overlapping_rows(const Tree& tree, const Vertices& rows) {
    if (rows.size() < 2) return;
    const auto found = overlap(tree, rows);
    if (!found) return;
    const std::string &above = tree.id(found->first), &below = tree.id(found->second);
    throw Error(Fault::graph, fmt::format("the version table holds '{}' and '{}', but '{}' contains '{}'",
                                          below, above, above, below))
        .hint(fmt::format("if all revisions up to '{}' are applied, 'orch stamp {}' removes the other row",
                          above, above));
}

void add_each_once(Vertices& found, const Vertices& added) {
    for (const Vertex vertex : added)
        if (std::find(found.begin(), found.end(), vertex) == found.end()) found.push_back(vertex);
}

Vertices upgrade_targets(const Symbols& symbols, const std::vector<std::string>& targets) {
    Vertices found;
    for (const std::string& target : targets) {
        const Symbol symbol = symbols.parse(target);
        if (symbol.name.empty() && *symbol.offset < 0)
            throw Error(Fault::graph, fmt::format("'{}' goes down, and an upgrade goes up", target))
                .hint(fmt::format("'orch downgrade {}'", target));
        add_each_once(found, symbols.resolve(symbol));
    }
    return found;
}

Marks without(Marks marks, const Marks& removed) {
    for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = marks[i] && !removed[i];
    return marks;
}

/// What is needed for the targets and not applied yet, in the order in which it is applied.
Vertices needed(const Tree& tree, const Vertices& targets, const Vertices& rows) {
    const Marks required = tree.topology().reach(targets, Way::down, Edges::all);
    const Marks applied = tree.topology().reach(rows, Way::down, Edges::all);
    Vertices order = newest_first(tree, without(required, applied), targets);
    std::reverse(order.begin(), order.end());
    return order;
}

std::vector<std::string> parents_of(const Tree& tree, Vertex vertex) {
    return tree.ids(tree.topology().parents(vertex, Edges::version));
}

} // namespace

Vertices vertices_of_rows(const Tree& tree, const std::vector<std::string>& rows) {
    Vertices found;
    for (const std::string& row : rows) {
        const auto vertex = tree.names().id(row);
        if (!vertex) {
            Error error(
                Fault::graph,
                fmt::format("the database is at revision '{}', which is in no file of this tree", row));
            if (std::string near = tree.names().did_you_mean(row); !near.empty()) error.note(std::move(near));
            throw error.hint(
                "restore its file from version control, or set the version that the database really has "
                "with 'orch stamp --purge REVISION'");
        }
        if (std::find(found.begin(), found.end(), *vertex) == found.end()) found.push_back(*vertex);
    }
    return found;
}

Plan plan_upgrade(const Tree& tree, const std::vector<std::string>& targets,
                  const std::vector<std::string>& rows) {
    const Vertices current = vertices_of_rows(tree, rows);
    const Vertices found = upgrade_targets(Symbols(tree, &current), targets);
    if (targets.size() > 1) refuse_overlapping_targets(tree, found);
    refuse_overlapping_rows(tree, current);
    VersionRows table(tree, current);
    Plan plan;
    for (const Vertex vertex : needed(tree, found, current))
        plan.push_back({Step::upgrade,
                        tree.id(vertex),
                        parents_of(tree, vertex),
                        {tree.id(vertex)},
                        table.upgrade(vertex)});
    return plan;
}

Vertices pending(const Tree& tree, const std::vector<std::string>& rows) {
    return needed(tree, tree.real_heads(), vertices_of_rows(tree, rows));
}

// ---- downgrade
// --------------------------------------------------------------------------------------------------------

namespace {

struct DowngradeTarget {
    Standing at;
    std::optional<Vertex>
        branch; ///< only what leads to this one is reverted where the target has several children
};

DowngradeTarget downgrade_target(const Tree& tree, const Symbol& symbol, const Vertices& rows) {
    const Symbols symbols(tree, &rows);
    if (!symbol.offset || !symbol.name.empty()) {
        const Standing at = symbols.resolve_one(symbol);
        if (!symbol.label) return {at, std::nullopt};
        return {at, symbols.branch(*symbol.label).vertex};
    }
    if (*symbol.offset > 0)
        throw Error(Fault::graph, fmt::format("'{}' goes up, and a downgrade goes down", symbol.text))
            .hint(fmt::format("'-{}', or 'orch upgrade {}'", *symbol.offset, symbol.text));
    const Vertex row = symbols.row_to_go_down_from(symbol);
    return {symbols.walk(symbol, row, *symbol.offset), row};
}

[[noreturn]] void refuse_downgrade_target(const Tree& tree, const Symbol& symbol,
                                          const DowngradeTarget& target, const Vertices& rows) {
    const std::string name = target.at ? "'" + tree.id(*target.at) + "'" : "base";
    Error error(Fault::graph, rows.empty()
                                  ? fmt::format("{} is not applied: nothing is", name)
                                  : fmt::format("{} is no downgrade target of the applied versions {}", name,
                                                quoted_list(tree.ids(rows))));
    if (symbol.text != (target.at ? tree.id(*target.at) : "base"))
        error.note(fmt::format("asked for as '{}'", symbol.text));
    throw error.hint(
        "'orch current' shows what is applied, 'orch history' how the revisions follow each other");
}

/// The lowest revisions that a downgrade to the target reverts.
Vertices roots_of_downgrade(const Tree& tree, const Symbol& symbol, const DowngradeTarget& target,
                            const Vertices& rows) {
    Vertices roots = tree.bases();
    if (target.at) {
        const auto children = tree.topology().children(*target.at, Edges::version);
        roots.assign(children.begin(), children.end());
    }
    if (!target.branch || roots.size() < 2) return roots;
    const Marks line = tree.topology().reach({*target.branch}, Way::down, Edges::version);
    std::erase_if(roots, [&](Vertex root) { return !line[root]; });
    if (roots.empty()) refuse_downgrade_target(tree, symbol, target, rows);
    return roots;
}

} // namespace

Plan plan_downgrade(const Tree& tree, std::string_view text, const std::vector<std::string>& rows) {
    const Vertices current = vertices_of_rows(tree, rows);
    const Symbol symbol = Symbols(tree, &current).parse(text);
    const DowngradeTarget target = downgrade_target(tree, symbol, current);
    const Vertices roots = roots_of_downgrade(tree, symbol, target, current);
    const Marks above = tree.topology().reach(roots, Way::up, Edges::all);
    Marks reverted = tree.topology().reach(current, Way::down, Edges::all);
    for (std::size_t i = 0; i < reverted.size(); ++i) reverted[i] = reverted[i] && above[i];
    const Vertices order = newest_first(tree, reverted, current);
    if (order.empty() && target.at && std::find(current.begin(), current.end(), *target.at) == current.end())
        refuse_downgrade_target(tree, symbol, target, current);
    VersionRows table(tree, current);
    Plan plan;
    for (const Vertex vertex : order)
        plan.push_back({Step::downgrade,
                        tree.id(vertex),
                        {tree.id(vertex)},
                        parents_of(tree, vertex),
                        table.downgrade(vertex)});
    return plan;
}

// ---- stamp
// ------------------------------------------------------------------------------------------------------------

namespace {

Vertices rows_of_branch(const Tree& tree, const Vertices& rows, const Vertices& around) {
    Marks lineage = tree.topology().reach(around, Way::up, Edges::all);
    const Marks below = tree.topology().reach(around, Way::down, Edges::all);
    Vertices found;
    for (const Vertex row : rows)
        if (lineage[row] || below[row]) found.push_back(row);
    return found;
}

void stamp_base(const Tree& tree, const Symbol& symbol, const Vertices& rows, VersionRows& table,
                Plan& plan) {
    Vertices removed = rows;
    if (symbol.label) removed = rows_of_branch(tree, rows, {Symbols(tree).branch(*symbol.label).vertex});
    for (const Vertex row : removed) plan.push_back({Step::stamp, "", {tree.id(row)}, {}, table.remove(row)});
}

void stamp_one(const Tree& tree, Vertex target, const Vertices& rows, VersionRows& table, Plan& plan) {
    Vertices moved = rows_of_branch(tree, rows, {target});
    const bool is_row = std::erase(moved, target) > 0;
    if (is_row && moved.empty()) return;
    plan.push_back(
        {Step::stamp, tree.id(target), tree.ids(moved), {tree.id(target)}, table.replace(moved, target)});
}

} // namespace

Plan plan_stamp(const Tree& tree, const std::vector<std::string>& targets,
                const std::vector<std::string>& rows) {
    const Vertices current = vertices_of_rows(tree, rows);
    VersionRows table(tree, current);
    const Symbols from_heads(tree), from_rows(tree, &current);
    Plan plan;
    Vertices found;
    for (const std::string& text : targets) {
        const Symbol symbol = from_heads.parse(text);
        const bool from_the_heads = symbol.name.empty() && *symbol.offset < 0;
        const Vertices vertices = (from_the_heads ? from_heads : from_rows).resolve(symbol);
        const bool base =
            vertices.empty() && symbol.name != "heads" && symbol.name != "head" && symbol.name != "current";
        if (base && targets.size() > 1)
            throw Error(Fault::graph, fmt::format("'{}' cannot be stamped together with other targets", text))
                .hint("stamp it first, then the others");
        if (base) stamp_base(tree, symbol, current, table, plan);
        add_each_once(found, vertices);
    }
    refuse_overlapping_targets(tree, found);
    for (const Vertex target : found) stamp_one(tree, target, current, table, plan);
    return plan;
}

} // namespace orch::graph
