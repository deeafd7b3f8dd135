// Which environment a table belongs to, from the `include_object` filters of all environments that share a
// database. The runner asks before each operation: a revision of one environment does not touch another one's
// tables.
#pragma once

#include "config/config.hpp"
#include "ops/ops.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::fleet {

/// `include_object`: patterns such as "table:module_one_*" and "!table:*_tmp", each a kind and a glob
/// or /a regular expression/. A table is in the filter when a pattern of kind "table" fits and none with '!'
/// does.
class Filter {
  public:
    Filter() = default;
    /// Throws Error(config) at the value's place for a pattern without a kind or with an unknown one.
    explicit Filter(const config::Value& value);

    bool empty() const { return patterns_.empty(); }
    bool selects(std::string_view kind, std::string_view name) const;
    /// For comparisons: an object of a kind that no pattern asks for is looked at, unless a '!' names it.
    bool includes(std::string_view kind, std::string_view name) const;

  private:
    struct Pattern {
        std::string kind, glob;
        bool negated;
        std::function<bool(std::string_view)> regex; ///< of /.../ instead of a glob: whether it fits
        bool fits(std::string_view of_kind, std::string_view name) const;
    };
    std::vector<Pattern> patterns_;
};

/// The table that an operation creates, changes or drops; nothing for those that name none (execute).
std::optional<std::string> changed_table(const ops::Action& action);

/// The tables that an operation's foreign keys refer to.
std::vector<std::string> referred_tables(const ops::Action& action);

/// An environment of the same database, as its neighbours see it.
struct Neighbour {
    std::string name;
    Filter owns;
    bool comes_first = false; ///< depends_on leads there, directly or over others
    /// Whether a revision of its makes the table. May replay its revisions; asked only where no filter tells.
    std::function<bool(const std::string& table)> makes;
};

/// What an environment may do to tables: what its own filter selects, or its own revisions make, is its own.
/// Everybody else's are refused. One thread asks at a time.
class Ownership {
  public:
    Ownership(Neighbour self, std::vector<Neighbour> others)
        : self_(std::move(self)), others_(std::move(others)) {}

    /// Throws Error(script) at the operation's origin where its table is another environment's. Warns once of
    /// a foreign key to one that does not come first. `allowed`: --allow-foreign.
    void check(const ops::Operation& operation, bool allowed);

  private:
    /// Null: nobody else's.
    const Neighbour* owner(const std::string& table);

    Neighbour self_;
    std::vector<Neighbour> others_;
    std::map<std::string, const Neighbour*> known_;
    std::set<std::string> warned_;
};

} // namespace orch::fleet
