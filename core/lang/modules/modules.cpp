#include "lang/modules/modules.hpp"

#include "lang/runtime.hpp"

namespace orch::lang {

void add_standard_modules(Interpreter&) {}

} // namespace orch::lang
