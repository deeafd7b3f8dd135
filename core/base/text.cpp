#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fnmatch.h>

namespace orch {

namespace {

constexpr std::string_view white = " \t\r\n\v\f";

} // namespace

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    for (std::size_t from = 0;;) {
        const std::size_t to = text.find(separator, from);
        pieces.emplace_back(text.substr(from, to - from));
        if (to == std::string_view::npos) return pieces;
        from = to + 1;
    }
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> pieces;
    for (std::size_t at = text.find_first_not_of(white); at != std::string_view::npos;) {
        const std::size_t end = text.find_first_of(white, at);
        pieces.emplace_back(text.substr(at, end - at));
        if (end == std::string_view::npos) break;
        at = text.find_first_not_of(white, end);
    }
    return pieces;
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (i) out += separator;
        out += pieces[i];
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t hit; (hit = text.find(from, at)) != std::string_view::npos; at = hit + from.size()) {
        out += text.substr(at, hit - at);
        out += to;
    }
    return out += text.substr(at);
}

std::string quoted_list(const std::vector<std::string>& names, std::size_t most) {
    const std::size_t shown = std::min(names.size(), most);
    const std::size_t rest = names.size() - shown;
    std::string out;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i) out += (i + 1 == shown && rest == 0) ? " and " : ", ";
        out += fmt::format("'{}'", names[i]);
    }
    if (rest) out += fmt::format(" and {} more", rest);
    return out;
}

namespace {

/// Optimal string alignment distance, given up (as limit + 1) where a whole row exceeds the limit.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > limit) return limit + 1;
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
    // Nobody mistypes a name of hundreds of letters, and the distance costs their product.
    if (name.empty() || name.size() > 200) return std::nullopt;
    const std::string wanted = lower(name);
    std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
    std::optional<std::string> found;
    for (const std::string& candidate : candidates) {
        const std::size_t gap =
            candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
        if (gap >= best) continue;
        const std::size_t far = distance(wanted, lower(candidate), best - 1);
        if (far < best) {
            best = far;
            found = candidate;
        }
    }
    return found;
}

bool glob_match(std::string_view pattern, std::string_view text) {
    return ::fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_NOESCAPE) == 0;
}

bool valid_utf8(std::string_view text, std::size_t* offset) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    auto continues = [&](std::size_t at) { return at < size && (bytes[at] & 0xC0) == 0x80; };
    for (std::size_t i = 0; i < size;) {
        const unsigned char c = bytes[i];
        std::size_t length = 0;
        if (c < 0x80)
            length = 1;
        else if (c >= 0xC2 && c <= 0xDF && continues(i + 1))
            length = 2;
        else if (c >= 0xE0 && c <= 0xEF && continues(i + 1) && continues(i + 2) &&
                 !(c == 0xE0 && bytes[i + 1] < 0xA0) && !(c == 0xED && bytes[i + 1] > 0x9F))
            length = 3;
        else if (c >= 0xF0 && c <= 0xF4 && continues(i + 1) && continues(i + 2) && continues(i + 3) &&
                 !(c == 0xF0 && bytes[i + 1] < 0x90) && !(c == 0xF4 && bytes[i + 1] > 0x8F))
            length = 4;
        if (length == 0) {
            if (offset) *offset = i;
            return false;
        }
        i += length;
    }
    return true;
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

} // namespace orch
