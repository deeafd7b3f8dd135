// The graph of revisions: ids and edges, never a file. Answers every question that Alembic's ScriptDirectory
// and RevisionMap answer (alembic/script/revision.py is the reference for the meaning): heads, bases,
// branches, what a name such as "ae10+2" or "label@head" stands for, and which steps lead from the versions
// in a database to a target.
//
// Two kinds of edges: down_revisions (the version path) and depends_on (must be applied before). "Heads" are
// revisions without children on the version path; a "real" head has no dependants either.
#pragma once

#include "base/error.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::graph {

struct Revision {
    std::string id;
    std::vector<std::string> down_revisions; ///< empty: a base
    std::vector<std::string> depends_on;     ///< ids or branch labels, as written
    std::vector<std::string> branch_labels;  ///< as written in this revision
    Place place;                             ///< for messages: the file and the line of `revision = ...`
    std::string doc;                         ///< first line of the docstring, shown after ids in messages
};

/// One row of the version table comes, goes or changes.
struct VersionChange {
    enum Kind { insert, remove, update } kind;
    std::string from; ///< remove, update: the row that must be there, exactly once
    std::string to;   ///< insert, update
};

/// One revision applied or reverted, or a stamp.
struct Step {
    enum Kind { upgrade, downgrade, stamp } kind;
    std::string revision; ///< the revision whose function runs; for a stamp the target, "" for base
    std::vector<std::string>
        from; ///< what Alembic's log shows left of the arrow: the versions it starts from (down revisions)
    std::vector<std::string> to;        ///< right of the arrow
    std::vector<VersionChange> changes; ///< in order; empty when the table does not change
};
using Plan = std::vector<Step>;

/// An immutable graph. The constructor checks it and throws Error(graph), naming the ids and the files:
/// duplicate ids, missing parents or dependencies (with nearest ids), a revision that depends on itself,
/// cycles ("a -> b -> a"), branch labels used twice.
class ORCH_API RevisionMap {
  public:
    explicit RevisionMap(std::vector<Revision> revisions);
    ~RevisionMap();
    RevisionMap(RevisionMap&&) noexcept;
    RevisionMap& operator=(RevisionMap&&) noexcept;

    std::size_t size() const;
    bool contains(std::string_view id) const;
    /// By full id only. Throws Error(graph) for an unknown one, with the nearest ids.
    const Revision& get(std::string_view id) const;

    /// In the order in which Alembic prints them. `heads` without dependants' view is what `alembic heads`
    /// shows; effective heads (--resolve-dependencies) leave out those that another revision depends on.
    std::vector<std::string> heads() const;
    std::vector<std::string> effective_heads() const;
    std::vector<std::string> bases() const;
    /// Revisions with more than one child.
    std::vector<std::string> branch_points() const;
    /// Children on the version path; with dependants too when asked.
    std::vector<std::string> children(std::string_view id, bool dependants = false) const;

    bool is_head(std::string_view id) const;
    bool is_effective_head(std::string_view id) const;
    bool is_branch_point(std::string_view id) const;
    bool is_merge_point(std::string_view id) const;
    /// All labels that apply to a revision: its own and those of the branch it lies on, as Alembic's
    /// branch_labels.
    std::vector<std::string> labels(std::string_view id) const;
    /// depends_on resolved to ids, without those that are ancestors of others.
    std::vector<std::string> dependencies(std::string_view id) const;
    /// Whether `ancestor` is reached from `id` by down revisions and dependencies.
    bool is_ancestor(std::string_view ancestor, std::string_view id) const;

    /// What one name means: full id, prefix, head, heads, base, current, label@head, label@base, label@ae1,
    /// +2, -1, ae10+2, ae10-1, label@+1, heads+0. `current`: the versions in the database, for the relative
    /// forms (nothing: not at hand, an error that says so). "base" gives an empty list. Throws Error(graph):
    /// ambiguous (candidates), unknown (nearest names), unreachable, several heads where one is meant (the
    /// heads, and "label@head", "heads", `orch merge`).
    std::vector<std::string>
    resolve(std::string_view symbol,
            const std::optional<std::vector<std::string>>& current = std::nullopt) const;
    /// As resolve() for a name that stands for exactly one revision ("head" with one head); nothing for
    /// "base".
    std::optional<std::string>
    resolve_one(std::string_view symbol,
                const std::optional<std::vector<std::string>>& current = std::nullopt) const;

    /// `history -r`: "a:b", ":b", "a:", "-3:current", or one name; newest first, as Alembic walks
    /// (topological, branches one after another).
    std::vector<std::string>
    history(std::string_view range = {},
            const std::optional<std::vector<std::string>>& current = std::nullopt) const;
    /// All revisions, newest first, every revision before its down revisions.
    std::vector<std::string> newest_first() const;

    /// Steps in the order in which they run, each with its version table changes. `current`: the rows of the
    /// version table (validated: a row that is no revision of the tree throws Error(graph) that says which
    /// and what to do). Empty when there is nothing to do. Throws as resolve(), and where the target lies on
    /// no path ("not an ancestor of").
    Plan upgrade(const std::vector<std::string>& targets, const std::vector<std::string>& current) const;
    Plan downgrade(std::string_view target, const std::vector<std::string>& current) const;
    /// Stamps move rows only. Several targets on different branches; "base" removes all, "label@base" one
    /// branch.
    Plan stamp(const std::vector<std::string>& targets, const std::vector<std::string>& current) const;

    /// Reduces rows to those that are not implied by others (a partly stamped table), as Alembic's
    /// filter_for_lineage does; used by status displays.
    std::vector<std::string>
    pending(const std::vector<std::string>& current) const; ///< not applied yet, in upgrade order

  private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

} // namespace orch::graph
