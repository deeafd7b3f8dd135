// How far a run over several environments is: bars on a terminal, nothing elsewhere, where the log's lines
// say it.
#pragma once

#include "command.hpp"
#include "fleet/run.hpp"

#include <functional>
#include <string>

namespace orch::cli {

/// What RunOptions::tell gets. Empty with -q and --json, and where standard error is no terminal.
std::function<void(const fleet::Progress&)> progress(const Invocation& invocation);

} // namespace orch::cli
