// What keys mean as booleans, numbers, times and lists.
#include "config/config.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace orch::config {

namespace {

constexpr std::size_t longest_shown = 60;

[[noreturn]] void wrong(const Value& value, std::string_view key, std::string_view expected) {
    const bool cut = value.text.size() > longest_shown || value.text.find('\n') != std::string::npos;
    Error error(Fault::config,
                cut ? fmt::format("key '{}': expected {}, got a longer text", key, expected)
                    : fmt::format("key '{}': expected {}, got '{}'", key, expected, value.text));
    if (value.text.find(" #") != std::string::npos || value.text.find(" ;") != std::string::npos)
        error.hint("a comment stands on a line of its own; behind a value it is part of the value");
    throw error.at(value.place);
}

/// The integer at the beginning; `rest` is what follows it.
std::optional<long> number(std::string_view text, std::string_view& rest) {
    long parsed = 0;
    if (text.substr(0, 1) == "+" && text.substr(1, 1) != "-") text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error != std::errc()) return std::nullopt;
    rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return parsed;
}

} // namespace

bool as_bool(const Value& value, std::string_view key) {
    const std::string text = lower(trim(value.text));
    if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    wrong(value, key, "true or false");
}

long as_integer(const Value& value, std::string_view key) {
    std::string_view rest;
    const auto parsed = number(trim(value.text), rest);
    if (!parsed || !rest.empty()) wrong(value, key, "a whole number");
    return *parsed;
}

long as_milliseconds(const Value& value, std::string_view key) {
    const auto parsed = duration(value.text);
    if (!parsed) wrong(value, key, duration_words);
    return parsed->count();
}

std::vector<std::string> as_list(const Value& value, std::string_view separators) {
    if (value.list) separators = "\n";
    std::vector<std::string> items;
    const std::string_view text = value.text;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        if (const std::string_view item = trim(text.substr(at, end - at)); !item.empty())
            items.emplace_back(item);
        at = end + 1;
    }
    return items;
}

} // namespace orch::config
