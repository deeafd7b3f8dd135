// What a host asks that puts work off: whether the script may want to catch its failure.
#pragma once

#include "base/api.hpp"

namespace orch::lang {

/// Whether the script that runs on this thread is inside of a `try` or a `with`: an error of what it calls
/// now may be caught there, and must come at once.
ORCH_API bool inside_attempt() noexcept;

} // namespace orch::lang
