// What a run may have left of a revision whose version row was never written: Alembic's, where DDL cannot be
// rolled back. The revision is replayed without a database, and the schema is asked for what it would make.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/runner.hpp"

#include <string>
#include <vector>

namespace orch::runner {

struct HalfApplied {
    std::string revision;
    std::vector<std::string> present; ///< "table 'account'", "column 'account.age'", "no table 'old'"
    std::size_t of = 0;               ///< how many changes of tables, columns and indexes it makes
};

/// Of the revisions that could run next, those of which something is in the database already. `current` are
/// rows of the tree. Only reads.
std::vector<HalfApplied> half_applied(const Settings& settings, const Tree& tree,
                                      const dialect::Dialect& dialect, dialect::Connection& connection,
                                      const std::vector<std::string>& current);

} // namespace orch::runner
