// The commit of a work tree, from git's own files: no program is run for it.
#include "runner/journal.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

namespace orch::runner {

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) return {};
    try {
        return std::string(trim(read_file(file)));
    } catch (const Error&) {
        return {};
    }
}

/// `.git` is the folder, or, in a further work tree, a file that names it.
fs::path git_folder(const fs::path& top) {
    const std::string named = text_of(top / ".git");
    constexpr std::string_view key = "gitdir: ";
    return named.starts_with(key) ? top / named.substr(key.size()) : top / ".git";
}

/// A line of packed-refs is "<commit> <name>".
std::string packed(const fs::path& folder, const std::string& name) {
    for (const std::string& line : split(text_of(folder / "packed-refs"), '\n'))
        if (line.ends_with(" " + name)) return line.substr(0, line.find(' '));
    return {};
}

std::string commit_in(const fs::path& folder) {
    const std::string head = text_of(folder / "HEAD");
    constexpr std::string_view key = "ref: ";
    if (!head.starts_with(key)) return head;
    const std::string name = head.substr(key.size());
    const std::string shared = text_of(folder / "commondir");
    for (const fs::path& place : {folder, shared.empty() ? folder : folder / shared}) {
        std::string commit = text_of(place / name);
        if (commit.empty()) commit = packed(place, name);
        if (!commit.empty()) return commit;
    }
    return {};
}

} // namespace

std::string git_commit(const fs::path& folder) {
    std::error_code ignored;
    for (fs::path top = fs::absolute(folder, ignored);; top = top.parent_path()) {
        if (fs::exists(top / ".git", ignored)) return commit_in(git_folder(top));
        if (top == top.parent_path()) return {};
    }
}

} // namespace orch::runner
