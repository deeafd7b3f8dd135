// How what `validate` and `repair` find looks on standard output.
#pragma once

#include "command.hpp"
#include "fleet/fleet.hpp"
#include "json.hpp"

#include <string>
#include <vector>

namespace orch::cli {

/// "edited: revision 'ae10' was edited after it had been applied\n  versions/ae10.py\n  hint: ...\n"
std::string in_words(const runner::Finding& finding);

/// The end of both: the document where it is wanted, then what failed; the exit code says whether something
/// is wrong.
int finish(const Invocation& invocation, const Document& document,
           const std::vector<fleet::Outcome>& outcomes, bool wrong);

} // namespace orch::cli
