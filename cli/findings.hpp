// How what `validate` and `repair` find looks on standard output.
#pragma once

#include "fleet/fleet.hpp"

#include <string>

namespace orch::cli {

/// "edited: revision 'ae10' was edited after it had been applied\n  versions/ae10.py\n  hint: ...\n"
std::string in_words(const runner::Finding& finding);

} // namespace orch::cli
