// Command lines that an ini gives (`exec:...`), as messages may show them.
#pragma once

#include "base/api.hpp"

#include <string>
#include <string_view>

namespace orch {

/// What follows a name that names_secret() knows ("PGPASSWORD=...", "--token ..."), the password behind "-u
/// user:" and
/// "-p", and those of URLs are ***.
ORCH_API std::string mask_command(std::string_view command);

} // namespace orch
