// Environments that share a database: no two may have one version table, and each learns of the tables that
// are the others'.
#pragma once

#include "fleet/fleet.hpp"

#include <functional>
#include <string>
#include <vector>

namespace orch::fleet {

/// Looks at the chosen ones and at all others of the file whose database the ini tells. Throws Error(config)
/// where two share a version table. Afterwards the chosen ones refuse what ownership.hpp says.
void introduce(Project& project, const std::vector<Environment*>& chosen, bool allow_foreign);

/// Whether a table of an environment's database belongs to another environment of the file: by its filter, or
/// as its version table. Null where there is no other.
std::function<bool(const std::string& table)> foreign_tables(Project& project,
                                                             const Environment& environment);

} // namespace orch::fleet
