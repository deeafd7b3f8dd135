#include "base/duration.hpp"

#include "base/text.hpp"

#include <charconv>
#include <limits>

namespace orch {

std::optional<std::chrono::milliseconds> duration(std::string_view text) {
    text = trim(text);
    long count = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (wrong != std::errc() || count < 0) return std::nullopt;
    const std::string unit = lower(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
    long factor = 0;
    if (unit == "ms") factor = 1;
    if (unit == "s" || unit.empty()) factor = 1000;
    if (unit == "m") factor = 60L * 1000;
    if (unit == "h") factor = 60L * 60 * 1000;
    if (factor == 0 || count > std::numeric_limits<long>::max() / factor) return std::nullopt;
    return std::chrono::milliseconds(count * factor);
}

} // namespace orch
