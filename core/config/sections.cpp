#include "config/sections.hpp"

#include "base/command_line.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>

namespace orch::config {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t longest_shown = 2000;

/// Cut between two code points.
std::string_view shortened(std::string_view text) {
    if (text.size() <= longest_shown) return text;
    std::size_t end = longest_shown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

std::string mask_value(std::string_view key, std::string_view value) {
    if (names_secret(trim(key)) && !trim(value).empty()) return " ***";
    if (trim(value).starts_with("exec:")) return " " + mask_command(trim(value));
    if (value.find('@') == npos && value.find("//") == npos && value.find('?') == npos)
        return std::string(value);
    const std::size_t blank = std::min(value.find_first_not_of(" \t"), value.size());
    const std::string masked = mask_url(value.substr(blank));
    const std::size_t at = masked.rfind('@');
    // "scott:tiger@host" without a scheme looks like a key with a value.
    if (at != std::string::npos && masked == value.substr(blank)) return " ***" + masked.substr(at);
    return std::string(value.substr(0, blank)) + masked;
}

} // namespace

std::string shown_line(std::string_view line) {
    // A line without a delimiter may be anything; half of a URL or "password hunter2" too.
    const std::size_t delimiter = line.find_first_of("=:");
    if (delimiter == npos)
        return names_secret(line) || line.find('@') != npos ? std::string() : std::string(shortened(line));
    const std::string_view key = line.substr(0, delimiter);
    const std::string value = mask_value(key, line.substr(delimiter + 1));
    std::string shown(line.substr(0, delimiter + 1));
    return std::string(shortened(shown.append(value)));
}

Place point_at(Place place, std::string_view part) {
    const std::size_t at = place.source.find(part);
    if (part.empty() || at == std::string::npos) return place;
    place.column = 1 + static_cast<int>(code_points(std::string_view(place.source).substr(0, at)));
    place.width = static_cast<int>(code_points(part));
    return place;
}

} // namespace orch::config
