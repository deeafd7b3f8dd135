// Reads the text of an ini file by the rules of Python's configparser.ConfigParser() with its default
// settings.
#pragma once

#include "config/sections.hpp"

namespace orch::config {

/// `text` as clean_text gives it; `name` stands in places. Throws Error(config) at the first line that does
/// not fit.
Sections parse_ini(std::string_view text, const std::string& name);

} // namespace orch::config
