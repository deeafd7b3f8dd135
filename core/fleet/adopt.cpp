#include "fleet/adopt.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace orch::fleet {

namespace fs = std::filesystem;

namespace {

/// Keys of Alembic's that mean the same in an orch.ini, in the order in which they are written.
constexpr std::array carried = {
    "script_location",        "version_locations",           "path_separator",
    "version_path_separator", "recursive_version_locations", "prepend_sys_path",
    "file_template",          "truncate_slug_length",        "timezone",
    "output_encoding",        "revision_environment",
};

bool is_placeholder(std::string_view url) { return url.empty() || url.rfind("driver://", 0) == 0; }

using Keys = std::vector<std::pair<std::string, std::string>>;

void put(Keys& keys, const std::string& key, std::string value) {
    for (auto& [name, held] : keys)
        if (name == key) return void(held = std::move(value));
    keys.emplace_back(key, std::move(value));
}

Adopted::Section adopt_section(const config::Config& config, Environment& environment) {
    Adopted::Section section{environment.name(), {}, {}};
    for (const char* key : carried)
        if (const auto value = config.raw(environment.name(), key))
            section.keys.emplace_back(key, value->text);
    if (const auto url = config.raw(environment.name(), "sqlalchemy.url");
        url && !is_placeholder(trim(url->text)))
        section.keys.emplace_back("url", url->text);
    const fs::path env_py = environment.settings().scripts.script_location / "env.py";
    std::error_code ignored;
    if (fs::exists(env_py, ignored)) {
        script::Adoption adoption = script::adopt_environment(env_py, environment.settings().scripts,
                                                              environment.context_of_env_py());
        for (auto& [key, value] : adoption.keys)
            // The ini's own URL came back through the engine: as it is written there it says more.
            if (key != "url" || value.find("${") != std::string::npos || is_placeholder(value) ||
                std::none_of(section.keys.begin(), section.keys.end(),
                             [](const auto& one) { return one.first == "url"; }))
                put(section.keys, key, std::move(value));
        section.notes = std::move(adoption.notes);
        put(section.keys, "env_py", "false");
    }
    if (std::none_of(section.keys.begin(), section.keys.end(),
                     [](const auto& one) { return one.first == "url"; })) {
        put(section.keys, "url", "${DATABASE_URL}");
        section.notes.push_back(
            {{}, "url: none was found; give it in the environment variable DATABASE_URL"});
    }
    return section;
}

/// A value over several lines is indented, so that it stays one.
std::string in_lines(const std::string& value) {
    std::string out;
    for (const std::string& line : split(value, '\n')) {
        if (!out.empty()) out += "\n    ";
        out += trim(line);
    }
    return out;
}

std::string text_of(const script::Note& note) {
    if (!note.place.known()) return note.text;
    return note.place.line > 0 ? fmt::format("{}:{}: {}", note.place.file, note.place.line, note.text)
                               : fmt::format("{}: {}", note.place.file, note.text);
}

/// [post_write_hooks] as it stands, with a word about hooks that need Python.
std::string hooks(const config::Config& config) {
    constexpr std::string_view section = "post_write_hooks";
    if (!config.has_section(section) || config.keys(section).empty()) return {};
    std::string out = fmt::format("\n[{}]\n", section);
    for (const std::string& key : config.keys(section)) {
        const std::string value = config.raw(section, key)->text;
        if (key.ends_with(".type") && value != "exec")
            out += fmt::format("# '{}' hooks need Python: name the program with type exec instead\n", value);
        out += fmt::format("{} = {}\n", key, in_lines(value));
    }
    return out;
}

std::string text_of(const Adopted& adopted, const config::Config& config) {
    std::string out = fmt::format(
        "# From {} and the env.py that it leads to, which is not run any more ('env_py = false').\n",
        display_path(config.file()));
    for (const Adopted::Section& section : adopted.sections) {
        out += fmt::format("\n[{}]\n", section.name);
        for (const auto& [key, value] : section.keys) out += fmt::format("{} = {}\n", key, in_lines(value));
        if (!section.notes.empty()) out += "# Not carried over:\n";
        for (const script::Note& note : section.notes) out += fmt::format("# {}\n", text_of(note));
    }
    return out + hooks(config);
}

} // namespace

Adopted adopt(Project& project) {
    Adopted adopted;
    adopted.file = project.config().here() / "orch.ini";
    for (Environment* environment : project.for_reading())
        adopted.sections.push_back(adopt_section(project.config(), *environment));
    adopted.text = text_of(adopted, project.config());
    return adopted;
}

void write(const Adopted& adopted) {
    std::error_code ignored;
    if (fs::exists(adopted.file, ignored))
        throw Error(Fault::usage, fmt::format("'{}' exists already", display_path(adopted.file)))
            .hint("move it away first, or see what would be written with 'orch adopt --print'");
    write_file(adopted.file, adopted.text);
}

} // namespace orch::fleet
