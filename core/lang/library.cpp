#include "lang/library.hpp"

#include "lang/modules/modules.hpp"

namespace orch::lang {

void run_library(ModuleBuilder& module, std::string_view source) { define(module, source); }

} // namespace orch::lang
