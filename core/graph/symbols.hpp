// What the names that people type stand for: "ae10", "label@head", "ae10-1", "+2". Alembic's meaning, and its
// reach where that is wider; where Alembic stops with an assertion or reads a name wrongly, the plain meaning
// of the text.
#pragma once

#include "graph/tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace orch::graph {

/// A typed name, taken apart: [label@][name][+n|-n].
struct Symbol {
    std::string text; ///< as typed, for messages
    std::optional<std::string> label;
    std::string name; ///< empty only where there is an offset
    std::optional<long> offset;
};

/// The part of a tree that a label, or an id in its place, selects.
struct Branch {
    Vertex vertex; ///< the revision that carries the label
    Marks lineage; ///< what lies below and above it on the version path
};

/// A revision, or the empty state before the first one.
using Standing = std::optional<Vertex>;

/// What to do when steps lead past a head or past base: an error, or stay at the end.
enum class TooFar { refuse, stay };

/// Takes names apart and finds what they stand for. `rows`: the database's versions, or nothing when not at
/// hand.
class Symbols {
  public:
    explicit Symbols(const Tree& tree, const Vertices* rows = nullptr, TooFar too_far = TooFar::refuse)
        : tree_(tree), rows_(rows), too_far_(too_far) {}

    /// Throws Error(graph) for a text that names nothing.
    Symbol parse(std::string_view text) const;
    /// As RevisionMap::resolve().
    Vertices resolve(const Symbol& symbol) const;
    Vertices resolve(std::string_view text) const { return resolve(parse(text)); }
    /// For a name that must stand for one revision or for base.
    Standing resolve_one(const Symbol& symbol) const;

    Branch branch(const std::string& label) const;
    /// `steps` up (positive) or down the version path, upwards within a branch if one is given.
    Standing walk(const Symbol& symbol, Standing start, long steps, const Branch* branch = nullptr) const;
    /// The one row of a branch, or the only row, from which "-1" counts.
    Vertex row_to_go_down_from(const Symbol& symbol) const;

  private:
    Vertices named(const Symbol& symbol) const;
    Vertices heads_of(const Symbol& symbol) const;
    Vertices counted_from_name(const Symbol& symbol) const;
    Vertices counted_from_rows(const Symbol& symbol) const;
    Vertices counted_from_heads(const Symbol& symbol) const;
    Standing row_to_go_up_from(const Symbol& symbol, const Branch* branch) const;
    Vertex find(const Symbol& symbol) const;
    Vertex by_prefix(const std::string& name, const Branch* branch, const Symbol& symbol) const;
    const Vertices& rows(const Symbol& symbol) const;
    std::optional<Branch> branch_of(const Symbol& symbol) const;
    Standing step_up(const Symbol& symbol, Standing at, const Branch* branch, bool& ended) const;
    Standing step_down(const Symbol& symbol, Standing at, bool& ended) const;
    std::string branch_name(const Vertices& found) const;
    [[noreturn]] void refuse_several(const Symbol& symbol, const Vertices& found) const;
    [[noreturn]] void refuse_too_far(const Symbol& symbol, Standing start, long taken) const;
    [[noreturn]] void refuse_rows(const Symbol& symbol, const Vertices& found) const;

    const Tree& tree_;
    const Vertices* rows_;
    TooFar too_far_;
};

/// The rows and what they imply, reduced to those that no other follows on the version path.
Marks branch_tips(const Tree& tree, const Vertices& rows);

} // namespace orch::graph
