#include "graph/tree.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace orch::graph {

namespace {

/// Collects links child by child, each once, in written order.
class Links {
  public:
    explicit Links(std::size_t size) : last_child_(size, static_cast<Vertex>(size)) {}
    void add(Vertex child, Vertex parent) {
        if (std::exchange(last_child_[parent], child) != child) links_.emplace_back(child, parent);
    }
    std::vector<Link> take() { return std::move(links_); }

  private:
    Vertices last_child_; ///< of each parent
    std::vector<Link> links_;
};

} // namespace

Vertices marked(const Marks& marks) {
    Vertices vertices;
    for (Vertex vertex = 0; vertex < marks.size(); ++vertex)
        if (marks[vertex]) vertices.push_back(vertex);
    return vertices;
}

Tree::Tree(std::vector<Revision> revisions)
    : revisions_(std::move(revisions)), names_(revisions_),
      topology_(revisions_.size(), down_links(), dependency_links()) {
    refuse_cycle();
}

std::vector<Link> Tree::down_links() const {
    Links links(size());
    for (Vertex vertex = 0; vertex < size(); ++vertex)
        for (const std::string& id : revision(vertex).down_revisions)
            links.add(vertex, parent_of(revision(vertex), id));
    return links.take();
}

std::vector<Link> Tree::dependency_links() const {
    Links links(size());
    for (Vertex vertex = 0; vertex < size(); ++vertex)
        for (const std::string& name : revision(vertex).depends_on)
            links.add(vertex, dependency_of(revision(vertex), name));
    return links.take();
}

Vertex Tree::parent_of(const Revision& revision, const std::string& id) const {
    if (id == revision.id)
        throw Error(Fault::graph, fmt::format("revision '{}' names itself as its down_revision", id))
            .at(revision.place);
    if (const auto parent = names_.id(id)) return *parent;
    throw Error(Fault::graph, fmt::format("revision '{}' follows '{}', which is in no file", revision.id, id))
        .at(revision.place)
        .hint(hint_for_missing(revision, id, "down_revision"));
}

Vertex Tree::dependency_of(const Revision& revision, const std::string& name) const {
    const auto found = names_.id_or_label(name);
    if (found && id(*found) == revision.id)
        throw Error(Fault::graph, fmt::format("revision '{}' depends on itself", revision.id))
            .at(revision.place);
    if (found) return *found;
    throw Error(Fault::graph,
                fmt::format("revision '{}' depends on '{}', which is no revision and no branch label",
                            revision.id, name))
        .at(revision.place)
        .hint(hint_for_missing(revision, name, "depends_on"));
}

std::string Tree::hint_for_missing(const Revision& revision, const std::string& name,
                                   std::string_view key) const {
    Vertices longer = names_.with_prefix(name);
    std::erase_if(longer, [&](Vertex vertex) { return id(vertex) == revision.id; });
    if (!name.empty() && longer.size() == 1)
        return fmt::format("{} needs the full id: '{}'", key, id(longer.front()));
    std::string near = names_.did_you_mean(name, &revision);
    return near.empty() ? "restore the missing file from version control" : near;
}

void Tree::refuse_cycle() const {
    Vertices cycle = topology_.cycle();
    if (cycle.empty()) return;
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    std::vector<std::string> path = ids(cycle);
    path.push_back(path.front());
    Error error(Fault::graph, fmt::format("revisions form a cycle: {}", join(path, " -> ")));
    error.at(revision(cycle.front()).place);
    note_places(error, cycle);
    for (std::size_t i = 0; i < cycle.size(); ++i) {
        const Vertex parent = cycle[i], child = cycle[(i + 1) % cycle.size()];
        const auto versions = topology_.parents(child, Edges::version);
        if (std::find(versions.begin(), versions.end(), parent) == versions.end())
            error.note(fmt::format("'{}' comes before '{}' through depends_on", id(parent), id(child)));
    }
    throw error.hint("change a down_revision or a depends_on of one of them");
}

Vertices Tree::heads() const {
    Vertices found;
    for (Vertex vertex = 0; vertex < size(); ++vertex)
        if (is_head(vertex)) found.push_back(vertex);
    return found;
}

Vertices Tree::real_heads() const {
    Vertices found;
    for (Vertex vertex = 0; vertex < size(); ++vertex)
        if (is_real_head(vertex)) found.push_back(vertex);
    return found;
}

Vertices Tree::bases() const {
    Vertices found;
    for (Vertex vertex = 0; vertex < size(); ++vertex)
        if (is_base(vertex)) found.push_back(vertex);
    return found;
}

std::vector<std::string> Tree::labels(Vertex vertex) const {
    std::call_once(labels_once_, [this] { spread_labels(); });
    std::vector<std::string> texts;
    if (labels_.empty()) return texts;
    for (const std::string* label : labels_[vertex]) texts.push_back(*label);
    return texts;
}

// A label holds for all that follows its revision. Where that is one unbranched line, it holds for the line's
// lower end too, up to a merge or to a revision that something else follows or depends on.
void Tree::spread_labels() const {
    for (Vertex vertex = 0; vertex < size(); ++vertex) {
        if (revision(vertex).branch_labels.empty()) continue;
        labels_.resize(size());
        Marks holds = topology_.reach({vertex}, Way::up, Edges::version);
        const auto ends_line = [&](Vertex at) {
            return topology_.children(at, Edges::all).size() > 1 ||
                   topology_.parents(at, Edges::version).size() > 1;
        };
        const Vertices above = marked(holds);
        if (std::none_of(above.begin(), above.end(), ends_line)) {
            for (auto down = topology_.parents(vertex, Edges::version);
                 !down.empty() && !ends_line(down.front());
                 down = topology_.parents(down.front(), Edges::version))
                holds[down.front()] = 1;
        }
        for (const Vertex at : marked(holds))
            for (const std::string& label : revision(vertex).branch_labels) labels_[at].push_back(&label);
    }
}

Vertex Tree::at(std::string_view id) const {
    if (const auto vertex = names_.id(id)) return *vertex;
    throw Error(Fault::graph, fmt::format("unknown revision '{}'", id)).hint(names_.did_you_mean(id));
}

std::vector<std::string> Tree::ids(const Vertices& vertices) const {
    return ids(std::span<const Vertex>(vertices));
}

std::vector<std::string> Tree::ids(std::span<const Vertex> vertices) const {
    std::vector<std::string> texts;
    texts.reserve(vertices.size());
    for (const Vertex vertex : vertices) texts.push_back(id(vertex));
    return texts;
}

void Tree::note_places(Error& error, const Vertices& vertices) const {
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < vertices.size() && i < most; ++i) {
        const Revision& named = revision(vertices[i]);
        if (named.place.known())
            error.note(fmt::format("revision '{}' is in {}", named.id, describe(named.place)));
    }
}

} // namespace orch::graph
