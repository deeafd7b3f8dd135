// Modules of the host that are easier said in the language itself than in C++: their source is a text. Used by
// `script` for its larger stand-ins; the interpreter's own modules do the same.
#pragma once

#include "lang/lang.hpp"

namespace orch::lang {

/// Runs a source in a module that is being loaded; more than one text may follow each other. Errors inside of
/// it are shown at the script's line that led there.
ORCH_API void run_library(ModuleBuilder& module, std::string_view source);

} // namespace orch::lang
