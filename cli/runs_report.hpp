// What became of each environment of a run: the table at the end, the document, the exit code.
#pragma once

#include "command.hpp"
#include "fleet/run.hpp"
#include "json.hpp"

namespace orch::cli {

/// --jobs, --on-error and --partition.
void add_run_options(boost::program_options::options_description& options);
fleet::RunOptions run_options(const Invocation& invocation);

/// Prints the document, or, of several environments, a table; throws the first failure.
int report(const Invocation& invocation, const std::vector<fleet::Ran>& ran);

} // namespace orch::cli
