// The program's log: standard error, in Alembic's form.
//     INFO  [orch.runner] Running upgrade 1975ea83b712 -> ae1027a6acf, Add a column
// spdlog stands behind it in log.cpp; nothing of it is touched before the first line is written.
#pragma once

#include "base/api.hpp"

#include <functional>
#include <string_view>

namespace orch::log {

enum class Level { debug, info, warning, error, off };

/// Lines below this level are not written. The default is info.
ORCH_API void set_level(Level level);
ORCH_API bool enabled(Level level);

/// `logger` is the name in brackets: "orch.runner". The text is written as one line, whole.
ORCH_API void write(Level level, std::string_view logger, std::string_view text);

inline void debug(std::string_view logger, std::string_view text) { write(Level::debug, logger, text); }
inline void info(std::string_view logger, std::string_view text) { write(Level::info, logger, text); }
inline void warning(std::string_view logger, std::string_view text) { write(Level::warning, logger, text); }

} // namespace orch::log
