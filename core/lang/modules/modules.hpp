// The standard library of the revision language: one file per module, registered in modules.cpp.
//
// To add a module: write modules/NAME.cpp with `void load_NAME(ModuleBuilder& module)`, declare it here, add
// its line to the table in modules.cpp, and its programs to tests/lang/conformance. It is loaded at its first
// import, and may do what the room may: no files, no sockets, no processes.
#pragma once

#include "lang/lang.hpp"

namespace orch::lang {} // namespace orch::lang
