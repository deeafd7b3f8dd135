// Enums that are types of their own (Traits::enum_types). Autogenerate creates and drops them by themselves:
// a table of Alembic's creates its enums with it, but a new column does not, two tables would create one
// twice, and none is ever dropped.
#pragma once

#include "autogen/autogen.hpp"

#include <map>
#include <string>
#include <vector>

namespace orch::autogen {

struct EnumChanges {
    std::vector<Change> before, after; ///< of the changes of tables
};

/// Takes the creation of enums away from the columns of both sides, and gives it as changes: types that are
/// new, that have other values, and that no table of the target has any more.
EnumChanges compare_enums(const schema::Catalog& database, std::map<std::string, schema::Table>& existing,
                          std::map<std::string, schema::Table>& wanted, const Target& target,
                          const dialect::Dialect& dialect);

/// The enums that the columns of tables have.
std::vector<schema::Enum> enums_of(const std::vector<schema::Table>& tables, const dialect::Dialect& dialect);

} // namespace orch::autogen
