// Ranges of `history`: which revisions lie between two ends, both included.
#include "graph/order.hpp"
#include "graph/plans.hpp"
#include "graph/symbols.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::graph {

namespace {

/// The ends of a range. A side that counts without a name ("-3", "+2") counts from the other side.
class Range {
  public:
    Range(const Tree& tree, std::string_view text, const Vertices* rows)
        : tree_(tree), rows_(rows), symbols_(tree, rows, TooFar::stay), text_(text) {
        const auto parts = split(text, ':');
        if (parts.size() != 2)
            throw Error(Fault::graph, fmt::format("expected a range 'START:END', got '{}'", text))
                .hint("one side may be left out, as in 'ae10:' and ':ae10'");
        if (!trim(parts[0]).empty()) start_ = symbols_.parse(parts[0]);
        if (!trim(parts[1]).empty()) end_ = symbols_.parse(parts[1]);
    }

    Vertices newest_first() {
        if (counts_only(end_)) {
            lower_ = lower();
            upper_ = upper_from(lower_);
        } else {
            upper_ = end_ ? symbols_.resolve(*end_) : tree_.real_heads();
            keep_to_label();
            lower_ = counts_only(start_) ? lower_from(upper_) : lower();
        }
        check();
        return graph::newest_first(tree_, between(), upper_);
    }

  private:
    static bool counts_only(const std::optional<Symbol>& side) {
        return side && side->offset && side->name.empty();
    }

    Vertices lower() { return start_ ? symbols_.resolve(*start_) : Vertices(); }

    Vertices upper_from(const Vertices& rows) {
        if (*end_->offset < 0)
            throw Error(Fault::graph, fmt::format("the end of the range '{}' lies below its start", text_))
                .hint("write ':NAME-2' or '-2:'");
        return Symbols(tree_, counts_only(start_) ? rows_ : &rows, TooFar::stay).resolve(*end_);
    }

    Vertices lower_from(const Vertices& uppers) {
        if (*start_->offset > 0)
            throw Error(Fault::graph, fmt::format("the start of the range '{}' lies above its end", text_))
                .hint("write 'NAME:+2'");
        Vertices found;
        for (const Vertex upper : uppers) {
            const Standing at = symbols_.walk(*start_, upper, *start_->offset);
            if (at)
                found.push_back(*at);
            else
                whole_.push_back(upper);
        }
        return found;
    }

    // "label@base:heads" shows one branch.
    void keep_to_label() {
        if (!start_ || !start_->label) return;
        const Branch branch = symbols_.branch(*start_->label);
        std::erase_if(upper_, [&](Vertex vertex) { return !branch.lineage[vertex]; });
    }

    void check() const {
        const Marks below = tree_.topology().reach(upper_, Way::down, Edges::all);
        for (const Vertex vertex : lower_) {
            if (below[vertex]) continue;
            Error error(Fault::graph, fmt::format("'{}' is no range: '{}' is not an ancestor of {}", text_,
                                                  tree_.id(vertex),
                                                  upper_.empty() ? "base" : quoted_list(tree_.ids(upper_))));
            tree_.note_places(error, {vertex});
            throw error.hint("'orch history' shows how the revisions follow each other");
        }
    }

    Marks between() const {
        const Topology& topology = tree_.topology();
        Marks marks = topology.reach(upper_, Way::down, Edges::all);
        const Marks below = topology.reach(lower_, Way::down, Edges::all);
        Marks above = topology.reach(lower_, Way::up, Edges::version);
        // Alembic keeps to the version path, and fails where only dependencies lead from one end to the
        // other.
        if (std::none_of(upper_.begin(), upper_.end(), [&](Vertex upper) { return above[upper]; }))
            above = topology.reach(lower_, Way::up, Edges::all);
        if (lower_.empty()) above.assign(tree_.size(), 1);
        topology.reach(whole_, Way::down, Edges::all, above);
        for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = marks[i] && !below[i] && above[i];
        for (const Vertex vertex : lower_) marks[vertex] = 1;
        return marks;
    }

    const Tree& tree_;
    const Vertices* rows_;
    Symbols symbols_;
    std::string text_;
    std::optional<Symbol> start_, end_;
    Vertices upper_, lower_;
    Vertices whole_; ///< ends whose start was counted down to base
};

} // namespace

Vertices history(const Tree& tree, std::string_view range, const Vertices* rows) {
    if (trim(range).empty()) return newest_first(tree);
    return Range(tree, range, rows).newest_first();
}

} // namespace orch::graph
