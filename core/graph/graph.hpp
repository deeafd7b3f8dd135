// The graph of revisions: ids and edges, never a file. Answers every question that Alembic's ScriptDirectory
// and RevisionMap answer (alembic/script/revision.py is the reference for the meaning): heads, bases,
// branches, what a name such as "ae10+2" or "label@head" stands for, and which steps lead from the versions
// in a database to a target.
//
// Two kinds of edges: down_revisions (the version path) and depends_on (must be applied before). "Heads" are
// revisions without children on the version path; a "real" head has no dependants either. Where Alembic's
// order comes from the order in which it read the files, ours is the order in which the revisions were given;
// where Alembic's order is that of a Python set, ours is the same, so that every answer is repeatable.
//
// The map is immutable; all members may be called from several threads at once.
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
    std::vector<std::string>
        depends_on; ///< full ids or branch labels, as written; a label means the revision that carries it
    std::vector<std::string> branch_labels; ///< as written in this revision
    Place place;                            ///< for messages: the file and the line of `revision = ...`
    std::string doc;                        ///< first line of the docstring, shown after ids in messages
};

/// One row of the version table comes, goes or changes.
struct VersionChange {
    enum Kind { insert, remove, update } kind;
    std::string from; ///< remove, update: the row that must be there, exactly once
    std::string to;   ///< insert, update

    friend bool operator==(const VersionChange&, const VersionChange&) = default;
};

/// One revision applied or reverted, or a stamp.
struct Step {
    enum Kind { upgrade, downgrade, stamp } kind;
    std::string revision; ///< the revision whose function runs; for a stamp the target, "" for base
    std::vector<std::string>
        from; ///< left of the arrow in Alembic's log: down revisions of an upgrade, moved rows of a stamp
    std::vector<std::string> to;        ///< right of the arrow; empty for base
    std::vector<VersionChange> changes; ///< in order
};
using Plan = std::vector<Step>;

/// An immutable graph. The constructor checks it and throws Error(graph), naming the ids and the files: ids
/// that are empty or hold one of `@+-:`, duplicate ids, missing parents or dependencies (with the nearest
/// ids), a revision that follows or depends on itself, cycles ("a -> b -> a"), branch labels used twice or
/// equal to an id.
class ORCH_API RevisionMap {
  public:
    explicit RevisionMap(std::vector<Revision> revisions);
    ~RevisionMap();
    RevisionMap(RevisionMap&&) noexcept;
    RevisionMap& operator=(RevisionMap&&) noexcept;

    std::size_t size() const;
    bool contains(std::string_view id) const;
    /// By full id only. Throws Error(graph) for an unknown one, with the nearest ids. The members below that
    /// take an id do the same.
    const Revision& get(std::string_view id) const;

    /// What `heads` shows: revisions that no down_revision names.
    std::vector<std::string> heads() const;
    /// What `heads --resolve-dependencies` shows: heads that no depends_on names either.
    std::vector<std::string> real_heads() const;
    std::vector<std::string> bases() const;
    /// Revisions with more than one child, newest first.
    std::vector<std::string> branch_points() const;
    /// Children on the version path; with dependants too when asked.
    std::vector<std::string> children(std::string_view id, bool dependants = false) const;

    bool is_head(std::string_view id) const;
    /// Displays mark a real head "(head)" and a head that is not a real one "(effective head)".
    bool is_real_head(std::string_view id) const;
    bool is_branch_point(std::string_view id) const;
    bool is_merge_point(std::string_view id) const;
    /// All labels that apply to a revision: its own, those of the revisions it follows, and those of the
    /// unbranched line that continues above it; what displays show in parentheses.
    std::vector<std::string> labels(std::string_view id) const;
    /// depends_on resolved to ids, without those that a revision on the version path below already depends
    /// on.
    std::vector<std::string> dependencies(std::string_view id) const;
    /// Whether `ancestor` is reached from `id` by down revisions and dependencies; a revision is its own
    /// ancestor.
    bool is_ancestor(std::string_view ancestor, std::string_view id) const;

    /// What one name means: full id, label, prefix of either, head, heads, base, current, label@head,
    /// label@heads, label@base, label@ae1, +2, -1, ae10+2, ae10-1, label@+1, label@-1, heads+0. Where a label
    /// may stand, an id may too. `current` holds the rows of the version table, for "current" and the forms
    /// that count from there; without it "-1" counts from the heads, as in `show -1`, and the others are an
    /// error. "base" gives an empty list. "heads" are the real heads, "label@heads" the heads of the branch.
    /// Throws Error(graph): ambiguous (candidates), unknown (nearest names), too far, several heads where one
    /// is meant (the heads, and "label@head", "heads", `orch merge`).
    std::vector<std::string>
    resolve(std::string_view symbol,
            const std::optional<std::vector<std::string>>& current = std::nullopt) const;
    /// As resolve() for a name that must stand for one revision; nothing for "base", and for "head" of an
    /// empty tree.
    std::optional<std::string>
    resolve_one(std::string_view symbol,
                const std::optional<std::vector<std::string>>& current = std::nullopt) const;

    /// `history -r`: "a:b", ":b", "a:", "a:+2", "-3:current", "label@base:"; both ends belong to it. Newest
    /// first, as Alembic walks (topological, branches one after another). A side that counts without a name
    /// counts from the other side; counting past an end stops there. Empty: everything. Throws as resolve(),
    /// and where the ends do not lie on one path.
    std::vector<std::string>
    history(std::string_view range = {},
            const std::optional<std::vector<std::string>>& current = std::nullopt) const;
    /// All revisions, every revision before its down revisions and dependencies.
    std::vector<std::string> newest_first() const;

    /// Steps in the order in which they run, each with its version table changes. `current`: the rows of the
    /// version table; a row that is no revision of the tree throws Error(graph) that says which and what to
    /// do. Empty when there is nothing to do, also for a target below the current version. Throws as
    /// resolve(), for targets of which one contains the other, and for rows of which one implies the other.
    Plan upgrade(const std::vector<std::string>& targets, const std::vector<std::string>& current) const;
    /// Reverts what stands above the target on the version path and what depends on that; other branches
    /// stay. Where several branches stand on the target, "label@ae10" and "label@-1" revert one of them.
    /// "label@base" reverts the trees from which the branch comes, with all that stands on them. Throws as
    /// upgrade(), for "-1" with several rows (their order means nothing), and where the target is not
    /// applied.
    Plan downgrade(std::string_view target, const std::vector<std::string>& current) const;
    /// Stamps move rows only: rows above or below a target become the target, others stay. Several targets on
    /// different branches; "base" removes all rows, "label@base" those of one branch. For `--purge` pass no
    /// rows. "-1" counts from the heads, as in Alembic.
    Plan stamp(const std::vector<std::string>& targets, const std::vector<std::string>& current) const;

    /// What `current` shows: the rows and the heads of other branches that they imply through dependencies,
    /// in the order of newest_first().
    std::vector<std::string> all_current(const std::vector<std::string>& current) const;
    /// What an upgrade to "heads" would apply, in its order.
    std::vector<std::string> pending(const std::vector<std::string>& current) const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

} // namespace orch::graph
