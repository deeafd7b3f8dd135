// What a plan's steps would send to a database, found out by running their scripts against a model of it.
#pragma once

#include "dialect/dialect.hpp"
#include "runner/runner.hpp"

#include <vector>

namespace orch::runner {

/// `connection`: null where there is no database yet. Only reads.
std::vector<PlannedStep> preview_steps(const graph::Plan& plan, const Settings& settings, const Tree& tree,
                                       const dialect::Dialect& dialect, dialect::Connection* connection);

} // namespace orch::runner
