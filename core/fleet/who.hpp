// `orch who TABLE`: which environment a table belongs to, and why.
#pragma once

#include "fleet/fleet.hpp"

#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

struct Owner {
    std::string environment;
    bool by_filter = false;             ///< its include_object selects the table
    std::optional<std::string> made_by; ///< the revision that makes it
    std::vector<std::string> used_by;   ///< its revisions that change the table or refer to it, not made_by
    std::string table;                  ///< as asked for
};

/// Of the chosen environments those that have to do with the table, the owner first. No database is touched;
/// revisions are replayed.
ORCH_API std::vector<Owner> who(Project& project, const std::string& table);

} // namespace orch::fleet
