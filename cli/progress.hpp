// How far a run over several environments is: a bar on a terminal, nothing elsewhere, where the log's lines
// say it.
#pragma once

#include "command.hpp"
#include "fleet/run.hpp"

#include <functional>
#include <string>

namespace orch::cli {

/// What RunOptions::tell gets. Empty with -q and --json, and where standard error is no terminal.
std::function<void(const fleet::Progress&)> progress(const Invocation& invocation);

/// "[######..............] 3 of 10, 1 failed, 2.5/s, 3 s left: shop[acme], shop[zenith]", at most so wide.
std::string bar(const fleet::Progress& progress, double seconds, std::size_t width);

} // namespace orch::cli
