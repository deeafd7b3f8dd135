// Times as people write them in settings.
#pragma once

#include "base/api.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace orch {

/// What an error says was expected.
inline constexpr std::string_view duration_words = "a time like '250', '500ms', '3s', '5m' or '2h'";

/// "500ms", "3s", "5m", "2h", "250" (seconds); nothing for anything else, and for what is negative or too
/// long.
ORCH_API std::optional<std::chrono::milliseconds> duration(std::string_view text);

} // namespace orch
