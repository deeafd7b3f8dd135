// How a plan looks on standard output.
#pragma once

#include "fleet/run.hpp"

#include <string>
#include <vector>

namespace orch::cli {

/// The parts in their order, each with its steps, statements, and what they do to tables that are in use.
std::string in_words(const std::vector<fleet::Planned>& parts);

/// What `orch plan` and `--dry-run` do: shows the plan, as lines or as JSON, and writes it to `out` where one
/// is given.
int show_plan(const fleet::FrozenPlan& plan, bool json, const std::optional<std::string>& out);

} // namespace orch::cli
