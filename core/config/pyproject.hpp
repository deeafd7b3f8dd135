// Reads the [tool.alembic] and [tool.orch] tables of a pyproject.toml. The header is light; toml11 stands
// behind it in one source.
#pragma once

#include "config/sections.hpp"

namespace orch::config {

/// The text with every line blank that cannot belong to [tool.alembic] or [tool.orch], so that line numbers
/// stay. Other tools' tables are not ours to judge, and may use what the TOML library does not know yet.
/// Throws Error(config) for brackets or dotted keys nested so deeply that reading them would overflow the
/// stack.
std::string tool_tables(std::string_view text, const std::string& name);

/// Whether tool_tables() would keep anything. Never throws.
bool has_tool_tables(std::string_view text);

/// Throws Error(config) for text that is no TOML, for values that no key can have, and where both tables are
/// missing.
Sections parse_pyproject(std::string_view text, const std::string& name);

} // namespace orch::config
