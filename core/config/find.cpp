// Which configuration file a command uses.
#include "config/config.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/pyproject.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace orch::config {

namespace fs = std::filesystem;

namespace {

/// Anything of that name: what is wrong with it, reading it says.
bool stands(const fs::path& path) {
    std::error_code ignored;
    return fs::symlink_status(path, ignored).type() != fs::file_type::not_found && !ignored;
}

fs::path named(const std::string& text, std::string_view by) {
    const fs::path path(text);
    if (stands(path)) return path;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::vector<std::string> others;
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
         entry.increment(ignored))
        others.push_back(entry->path().filename().string());
    Error error(Fault::config,
                fmt::format("the configuration file '{}' that {} names does not exist", text, by));
    if (const auto near = nearest(path.filename().string(), others))
        error.hint(fmt::format("did you mean '{}'?", (path.parent_path() / *near).string()));
    throw error.hint("'orch init' makes a new one");
}

std::optional<fs::path> in_variable(const char* variable) {
    const char* text = std::getenv(variable);
    if (!text || !*text) return std::nullopt;
    return named(text, fmt::format("the environment variable '{}'", variable));
}

std::optional<fs::path> in_folder(const fs::path& folder, std::vector<std::string>& notes) {
    for (const char* name : {"orch.ini", "alembic.ini"})
        if (stands(folder / name)) return folder / name;
    const fs::path pyproject = folder / "pyproject.toml";
    std::error_code ignored;
    if (!fs::is_regular_file(pyproject, ignored)) return std::nullopt;
    if (has_tool_tables(read_file(pyproject))) return pyproject;
    notes.push_back(fmt::format("'{}' has no table [tool.orch] or [tool.alembic]", display_path(pyproject)));
    return std::nullopt;
}

/// A search through folders: what it found, and where it looked.
struct Search {
    std::optional<fs::path> found;
    fs::path first, last;
    std::vector<std::string> notes;
};

Search search_upwards() {
    Search search;
    search.first = fs::current_path();
    for (search.last = search.first;; search.last = search.last.parent_path()) {
        search.found = in_folder(search.last, search.notes);
        if (search.found || stands(search.last / ".git") || search.last == search.last.parent_path())
            return search;
    }
}

Search search(const std::optional<std::string>& given) {
    if (given) return {named(*given, "'--config'"), {}, {}, {}};
    for (const char* variable : {"ORCH_CONFIG", "ALEMBIC_CONFIG"})
        if (auto file = in_variable(variable)) return {std::move(file), {}, {}, {}};
    return search_upwards();
}

[[noreturn]] void nothing(const Search& search) {
    Error error(Fault::config,
                "found no orch.ini, alembic.ini or pyproject.toml with [tool.orch] or [tool.alembic]");
    error.hint(
        "'orch init migrations' begins a new tree here; '-c FILE' or ORCH_CONFIG names a file elsewhere");
    error.note(search.first == search.last ? fmt::format("looked in '{}'", search.first.string())
                                           : fmt::format("looked in '{}' and upwards to '{}'",
                                                         search.first.string(), search.last.string()));
    for (const std::string& note : search.notes) error.note(note);
    throw error;
}

} // namespace

fs::path find(const std::optional<std::string>& given) {
    const Search done = search(given);
    if (!done.found) nothing(done);
    return *done.found;
}

std::optional<fs::path> find_if_any(const std::optional<std::string>& given) { return search(given).found; }

} // namespace orch::config
