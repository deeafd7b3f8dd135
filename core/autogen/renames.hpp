// Tables and columns that have another name on the other side. Which ones they are only a person knows: names
// that were given (--rename) are believed, others that look alike are offered.
#pragma once

#include "autogen/autogen.hpp"
#include "autogen/tables.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orch::autogen {

struct Renames {
    std::vector<Change> changes;
    std::vector<std::pair<std::string, std::string>> undecided; ///< as --rename takes them
};

/// Gives the tables and columns of `existing` the names that options.renames says, so that the comparison
/// finds them; throws Error(usage) for a name that is not there.
Renames find_renames(std::map<std::string, schema::Table>& existing,
                     const std::map<std::string, schema::Table>& wanted, const dialect::Compiler& compiler,
                     const CompareOptions& options);

} // namespace orch::autogen
