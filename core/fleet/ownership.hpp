// Which environment a table belongs to, from the `include_object` filters of all environments that share a
// database. The runner asks before each operation: a revision of one environment does not touch another one's
// tables.
#pragma once

#include "config/config.hpp"
#include "ops/ops.hpp"

#include <optional>
#include <regex>
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
        std::optional<std::regex> regex; ///< of /.../ instead of a glob
        bool fits(std::string_view of_kind, std::string_view name) const;
    };
    std::vector<Pattern> patterns_;
};

/// The table that an operation creates, changes or drops; nothing for those that name none (execute).
std::optional<std::string> changed_table(const ops::Action& action);

/// Throws Error(script) at the operation's origin when its table is in another environment's filter and not
/// in its own.
void refuse_foreign(const ops::Operation& operation, const std::string& environment, const Filter& own,
                    const std::vector<std::pair<std::string, Filter>>& others);

} // namespace orch::fleet
