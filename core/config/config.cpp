#include "config/config.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/ini.hpp"
#include "config/interpolate.hpp"
#include "config/pyproject.hpp"

#include <algorithm>
#include <utility>

namespace orch::config {

namespace fs = std::filesystem;

namespace {

bool is_toml(const fs::path& file) { return file.extension() == ".toml"; }

/// As Python's Path.absolute().parent: no ".", but ".." stays, since a link may stand before it.
fs::path folder_of(const fs::path& file) {
    fs::path folder;
    for (const fs::path& part : fs::absolute(file).parent_path())
        if (part != ".") folder /= part;
    return folder;
}

/// Whether Alembic's rule of two files holds for this ini: orch.ini is complete in itself.
bool reads_pyproject(const Config& config) {
    return !config.is_pyproject() && config.file().filename() != "orch.ini" && !config.has_section("orch");
}

bool is_file(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

} // namespace

const Entry* Section::find(std::string_view key) const {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

Config Config::parse(std::string_view text, const fs::path& name) {
    const std::string shown = display_path(name);
    const std::string clean = clean_text(std::string(text), shown, Fault::config);
    Config config;
    config.file_ = name;
    config.here_ = folder_of(name);
    config.pyproject_ = is_toml(name);
    Sections read = config.pyproject_ ? parse_pyproject(clean, shown) : parse_ini(clean, shown);
    config.sections_ = std::move(read.sections);
    config.defaults_ = std::move(read.defaults);
    return config;
}

Config Config::read(const fs::path& file) {
    Config config = parse(read_file(file), file);
    if (config.is_pyproject()) {
        const fs::path ini = config.here() / "alembic.ini";
        if (!config.has_section("alembic") || !is_file(ini)) return config;
        Config both = parse(read_file(ini), ini);
        if (!reads_pyproject(both)) return config;
        both.merge_pyproject(std::move(config));
        return both;
    }
    const fs::path beside = config.here() / "pyproject.toml";
    if (!reads_pyproject(config) || !is_file(beside)) return config;
    const std::string text = read_file(beside);
    if (has_tool_tables(text)) config.merge_pyproject(parse(text, beside));
    return config;
}

void Config::merge_pyproject(Config pyproject) {
    for (Section& section : pyproject.sections_) {
        if (section.name == "alembic") tool_alembic_ = section;
        if (!find(section.name)) {
            // The keys come with adopt_pyproject, behind those of [DEFAULT].
            if (section.name == "alembic") section.entries.clear();
            sections_.push_back(std::move(section));
        }
    }
    adopt_pyproject("alembic");
}

void Config::adopt_pyproject(std::string_view name) {
    const auto section =
        std::find_if(sections_.begin(), sections_.end(), [&](const Section& s) { return s.name == name; });
    if (section == sections_.end()) return;
    for (const Entry& entry : tool_alembic_.entries)
        if (!section->find(entry.key) && !defaults_.find(entry.key)) section->entries.push_back(entry);
}

std::vector<std::string> Config::sections() const {
    std::vector<std::string> names;
    for (const Section& section : sections_) names.push_back(section.name);
    return names;
}

const Section* Config::find(std::string_view section) const {
    if (section == "DEFAULT") return &defaults_;
    const auto found =
        std::find_if(sections_.begin(), sections_.end(), [&](const Section& s) { return s.name == section; });
    return found == sections_.end() ? nullptr : &*found;
}

bool Config::has_section(std::string_view section) const { return section != "DEFAULT" && find(section); }

const Entry* Config::find(std::string_view section, std::string_view key) const {
    const Section* in = find(section);
    if (!in) return nullptr;
    const std::string name = lower(key);
    const Entry* entry = in->find(name);
    return entry ? entry : defaults_.find(name);
}

std::optional<Value> Config::get(std::string_view section, std::string_view key) const {
    const Entry* entry = find(section, key);
    if (entry) {
        const std::string folder = here_.string();
        return Value{interpolate(*entry, {*find(section), defaults_, folder}), entry->place, entry->list};
    }
    if (find(section) && lower(key) == "here") return Value{here_.string(), {}};
    return std::nullopt;
}

std::optional<Value> Config::raw(std::string_view section, std::string_view key) const {
    const Entry* entry = find(section, key);
    if (!entry) return std::nullopt;
    return Value{entry->raw, entry->place, entry->list};
}

std::vector<std::string> Config::keys(std::string_view section) const {
    std::vector<std::string> names;
    const Section* in = find(section);
    if (!in) return names;
    for (const Entry& entry : in->entries) names.push_back(entry.key);
    if (in == &defaults_) return names;
    for (const Entry& entry : defaults_.entries)
        if (!in->find(entry.key)) names.push_back(entry.key);
    return names;
}

Place Config::section_place(std::string_view section) const {
    const Section* in = find(section);
    return in ? in->place : Place{};
}

void Config::set(std::string_view section, std::string_view key, std::string text) {
    if (!find(section)) sections_.push_back({std::string(section), {}, {}});
    auto* in = const_cast<Section*>(find(section));
    const std::string name = lower(key);
    if (auto* entry = const_cast<Entry*>(in->find(name)))
        *entry = {name, std::move(text), {}};
    else
        in->entries.push_back({name, std::move(text), {}});
}

} // namespace orch::config
