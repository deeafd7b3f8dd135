#include "targets/targets.hpp"

#include "base/command_line.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <numeric>
#include <set>

namespace orch::targets {

namespace {

/// The word before the colon, where it is one that we know, and the rest.
std::pair<std::string, std::string> split_scheme(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string word = colon == std::string::npos ? "" : text.substr(0, colon);
    for (const char* known : {"file", "exec", "sql"})
        if (word == known) return {word, std::string(trim(text.substr(colon + 1)))};
    return {"", text};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> found;
    for (const std::string& line : split(text, '\n'))
        if (const std::string_view name = trim(line); !name.empty() && name.front() != '#')
            found.emplace_back(name);
    return found;
}

std::string shell_quoted(const std::string& text) { return "'" + replace_all(text, "'", "'\\''") + "'"; }

std::string output_of(const std::string& command, const std::filesystem::path& folder) {
    const std::string whole = "cd " + shell_quoted(folder.string()) + " && " + command;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(whole.c_str(), "re"),
                                                               [](std::FILE*) { return 0; });
    if (!pipe) throw Error(Fault::system, fmt::format("cannot run '{}'", mask_command(command)));
    std::string text;
    std::array<char, 4096> piece{};
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe.get()))
        text.append(piece.data(), got);
    if (const int status = pclose(pipe.get()); status != 0)
        throw Error(Fault::config,
                    fmt::format("the command of 'targets' failed: '{}'", mask_command(command)));
    return text;
}

/// A name of the list in the ini. Words side by side are more likely a list without commas than one name with
/// spaces.
std::string listed(std::string_view name) {
    if (name.find_first_of(" \t") != std::string_view::npos)
        throw Error(Fault::config, fmt::format("'{}' cannot be the name of a target: it holds spaces",
                                               shown(std::string(name))))
            .hint("commas or lines separate targets; names with spaces come from file:, exec: or sql:");
    return std::string(name);
}

std::vector<std::string> given(const Source& source, const Ask& ask) {
    const auto [scheme, rest] = split_scheme(source.text);
    if (scheme == "file") return lines_of(read_text(source.here / rest, Fault::config));
    if (scheme == "exec") return lines_of(output_of(rest, source.here));
    if (scheme == "sql") return ask(rest);
    std::vector<std::string> found;
    for (const std::string& line : split(source.text, '\n'))
        for (const std::string& item : split(line, ','))
            if (const std::string_view name = trim(item); !name.empty()) found.push_back(listed(name));
    return found;
}

void refuse_odd(const std::string& name) {
    const auto odd = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '[' || c == ']'; };
    if (name.empty() || std::ranges::any_of(name, odd))
        throw Error(Fault::config, fmt::format("'{}' cannot be the name of a target",
                                               replace_all(shown(name), "\n", "\\n")));
}

} // namespace

std::vector<std::string> names(const Source& source, const Ask& ask) {
    try {
        std::vector<std::string> found;
        std::set<std::string> seen;
        for (std::string& name : given(source, ask)) {
            refuse_odd(name);
            if (seen.insert(name).second) found.push_back(std::move(name));
        }
        if (found.empty())
            throw Error(Fault::config,
                        fmt::format("'targets' names no target: '{}'", mask_command(source.text)));
        return found;
    } catch (Error& error) {
        throw error.at(source.place);
    }
}

std::string shown(const std::string& name) {
    return name.find("://") == std::string::npos ? name : mask_url(name);
}

bool Partition::has(const std::string& name) const {
    std::uint64_t hash = 14695981039346656037ull; // FNV-1a
    for (const char c : name) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ull;
    }
    hash ^= hash >> 32u; // the low bits alone tell short names hardly apart
    return hash % of == index;
}

Partition partition(const std::string& text) {
    const std::size_t slash = text.find('/');
    const auto number = [](const std::string& digits) -> std::optional<std::size_t> {
        constexpr std::size_t most_digits = 6;
        if (digits.empty() || digits.size() > most_digits ||
            digits.find_first_not_of("0123456789") != std::string::npos)
            return std::nullopt;
        return std::stoul(digits);
    };
    const auto index = number(text.substr(0, slash));
    const auto of = slash == std::string::npos ? std::nullopt : number(text.substr(slash + 1));
    if (!index || !of || *index >= *of)
        throw Error(Fault::usage, fmt::format("expected INDEX/COUNT behind --partition, got '{}'", text))
            .hint("the index counts from 0: 0/4, 1/4, 2/4, 3/4");
    return {*index, *of};
}

std::vector<Wave> waves(const std::vector<std::string>& names, const std::vector<Stage>& stages) {
    std::vector<std::vector<std::size_t>> of(stages.size() + 1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto fits = [&](const Stage& stage) {
            return stage.match.empty() || std::ranges::any_of(stage.match, [&](const std::string& glob) {
                       return glob_match(glob, names[i]);
                   });
        };
        of[static_cast<std::size_t>(std::ranges::find_if(stages, fits) - stages.begin())].push_back(i);
    }
    std::vector<Wave> all;
    for (std::size_t at = 0; at < of.size(); ++at) {
        std::vector<std::size_t>& targets = of[at];
        if (targets.empty()) continue;
        const Stage* stage = at < stages.size() ? &stages[at] : nullptr;
        if (stage && stage->order == Stage::by_name)
            std::ranges::stable_sort(targets, {}, [&](std::size_t i) { return names[i]; });
        if (stage && stage->order == Stage::reversed) std::ranges::reverse(targets);
        const std::size_t first = stage ? std::min(stage->canary, targets.size()) : 0;
        const auto middle = targets.begin() + static_cast<std::ptrdiff_t>(first);
        if (first > 0) all.push_back({stage, true, {targets.begin(), middle}});
        if (middle != targets.end()) all.push_back({stage, false, {middle, targets.end()}});
    }
    return all;
}

} // namespace orch::targets
