// Alembic's walk (RevisionMap._topological_sort), without its sets of ancestors.
//
// There are tips, in a list. The walk stays on one tip as long as it can: it shows the tip's revision and
// puts its first parent in its place, further parents at the end of the list. A tip that another tip stands
// above must wait, and the walk goes on with the first tip in the list that stands above it.
//
// Alembic keeps the ancestors of every tip and computes them again at each merge. Here each vertex counts the
// children that are still to come instead: it waits as long as there are some. Only a tip that has to wait
// costs a search: upwards, through children that are still to come. A child that is not wanted itself (a
// range may leave out what lies between) counts as long as something wanted above it is still to come.
//
// Ranges across dependencies can cut the wanted vertices into pieces that no tip leads to; Alembic fails
// there. Here the topmost vertices of such a piece become tips when the walk needs them.
#include "graph/order.hpp"

#include <algorithm>
#include <utility>

namespace orch::graph {

namespace {

class Walk {
  public:
    Walk(const Tree& tree, const Marks& wanted, const Vertices& heads)
        : topology_(tree.topology()), wanted_(wanted), to_come_(wanted), seen_(tree.size(), 0),
          is_tip_(tree.size(), 0), passed_children_(tree.size(), 0) {
        widen();
        count_children();
        for (const Vertex head : marked(tips_among(heads))) add_tip(head);
    }

    Vertices run() {
        std::size_t at = 0;
        while (!tips_.empty() || add_orphans(marked(wanted_))) {
            at = std::min(at, tips_.size() - 1);
            if (waiting_for_[tips_[at]] > 0)
                at = first_tip_above(tips_[at]);
            else
                at = show(at);
        }
        return std::move(shown_);
    }

  private:
    Marks tips_among(const Vertices& heads) const {
        Marks tips(wanted_.size(), 0);
        for (const Vertex head : heads) tips[head] = wanted_[head];
        return tips;
    }

    // What lies between wanted vertices is to come too.
    void widen() {
        const Vertices wanted = marked(wanted_);
        const Marks below = topology_.reach(wanted, Way::down, Edges::all);
        const Marks above = topology_.reach(wanted, Way::up, Edges::all);
        for (Vertex vertex = 0; vertex < to_come_.size(); ++vertex)
            to_come_[vertex] = below[vertex] && above[vertex];
    }

    void count_children() {
        waiting_for_.assign(to_come_.size(), 0);
        for (Vertex vertex = 0; vertex < to_come_.size(); ++vertex)
            if (to_come_[vertex])
                for (const Vertex parent : topology_.direct_parents(vertex)) ++waiting_for_[parent];
    }

    void add_tip(Vertex vertex) {
        tips_.push_back(vertex);
        is_tip_[vertex] = 1;
    }

    // The tip's revision is shown, and the walk goes on where this gives back.
    std::size_t show(std::size_t at) {
        const Vertex vertex = tips_[at];
        is_tip_[vertex] = 0;
        shown_.push_back(vertex);
        done(vertex);
        bool replaced = false;
        for (const Vertex parent : topology_.direct_parents(vertex)) {
            if (!wanted_[parent] || !to_come_[parent] || is_tip_[parent]) continue;
            is_tip_[parent] = 1;
            if (std::exchange(replaced, true))
                tips_.push_back(parent);
            else
                tips_[at] = parent;
        }
        if (replaced) return at;
        tips_.erase(tips_.begin() + static_cast<std::ptrdiff_t>(at));
        return at == 0 ? 0 : at - 1;
    }

    // Its parents wait no longer for it; those that are not shown pass that on.
    void done(Vertex vertex) {
        Vertices todo{vertex};
        while (!todo.empty()) {
            const Vertex passed = todo.back();
            todo.pop_back();
            to_come_[passed] = 0;
            for (const Vertex parent : topology_.direct_parents(passed))
                if (--waiting_for_[parent] == 0 && to_come_[parent] && !wanted_[parent])
                    todo.push_back(parent);
        }
    }

    std::size_t first_tip_above(Vertex waiting) {
        const Vertices above = mark_above(waiting, tips_[waiting == tips_[0] && tips_.size() > 1 ? 1 : 0]);
        const auto first =
            std::find_if(tips_.begin(), tips_.end(), [&](Vertex tip) { return seen_[tip] != 0; });
        const auto index = static_cast<std::size_t>(first - tips_.begin());
        for (const Vertex vertex : above) seen_[vertex] = 0;
        if (index == tips_.size()) add_orphans(above);
        return index;
    }

    // What is still to come above `waiting`; no more of it than needed once the best possible tip is among
    // it.
    Vertices mark_above(Vertex waiting, Vertex best) {
        Vertices above;
        std::vector<std::pair<Vertex, std::size_t>> path{{waiting, first_to_come(waiting)}};
        while (!path.empty() && !seen_[best]) {
            auto& [vertex, next] = path.back();
            const auto children = topology_.children(vertex, Edges::all);
            if (next == children.size()) {
                path.pop_back();
                continue;
            }
            const Vertex child = children[next++];
            if (!to_come_[child] || std::exchange(seen_[child], 1)) continue;
            above.push_back(child);
            path.emplace_back(child, first_to_come(child));
        }
        return above;
    }

    // Children that have come are passed once and for all, so that a revision with thousands of them is no
    // burden.
    std::size_t first_to_come(Vertex vertex) {
        const auto children = topology_.children(vertex, Edges::all);
        std::size_t& first = passed_children_[vertex];
        while (first < children.size() && !to_come_[children[first]]) ++first;
        return first;
    }

    bool add_orphans(const Vertices& candidates) {
        Vertices orphans;
        for (const Vertex vertex : candidates)
            if (wanted_[vertex] && to_come_[vertex] && waiting_for_[vertex] == 0) orphans.push_back(vertex);
        std::sort(orphans.begin(), orphans.end());
        for (const Vertex vertex : orphans) add_tip(vertex);
        return !orphans.empty();
    }

    const Topology& topology_;
    const Marks& wanted_;
    Marks to_come_;
    Marks seen_;
    Marks is_tip_;
    Vertices tips_;
    std::vector<std::size_t> waiting_for_;
    std::vector<std::size_t> passed_children_;
    Vertices shown_;
};

} // namespace

Vertices newest_first(const Tree& tree, const Marks& wanted, const Vertices& heads) {
    return Walk(tree, wanted, heads).run();
}

Vertices newest_first(const Tree& tree) {
    return newest_first(tree, Marks(tree.size(), 1), tree.real_heads());
}

} // namespace orch::graph
