// The ini file (orch.ini, alembic.ini) or pyproject.toml as sections of keys with places, by configparser's
// rules, and where it is found. This room knows the form of the file; which keys mean what is known in fleet.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::config {

/// A value with the place of its key. `text` is interpolated: %(name)s from the section and [DEFAULT],
/// %(here)s, %%, ${VAR}, ${VAR:-default}.
struct Value {
    std::string text;
    Place place;
};

class ORCH_API Config {
  public:
    /// Reads an ini file, or the [tool.alembic] and [tool.orch] tables of a pyproject.toml. Throws
    /// Error(config) with file, line, key, and what was expected; Error(system) for a file that cannot be
    /// read.
    static Config read(const std::filesystem::path& file);
    /// From text, for tests and fuzzing; `name` stands in messages and %(here)s is its folder.
    static Config parse(std::string_view text, const std::filesystem::path& name);

    const std::filesystem::path& file() const { return file_; }
    std::filesystem::path here() const; ///< the absolute folder of the file
    bool is_pyproject() const { return pyproject_; }

    std::vector<std::string> sections() const; ///< in the file's order, without [DEFAULT]
    bool has_section(std::string_view section) const;
    /// Key as configparser sees it: case folded. Falls back to [DEFAULT]. Throws Error(config) for an
    /// interpolation that cannot be done (unknown name in a value that is no URL, depth over 10, ${VAR} not
    /// set).
    std::optional<Value> get(std::string_view section, std::string_view key) const;
    /// Not interpolated.
    std::optional<Value> raw(std::string_view section, std::string_view key) const;
    /// The section's own keys, then those of [DEFAULT], as get() names them.
    std::vector<std::string> keys(std::string_view section) const;
    Place section_place(std::string_view section) const;

    /// What env.py's config.set_main_option and -x overrides do.
    void set(std::string_view section, std::string_view key, std::string text);

  private:
    struct Entry {
        std::string raw;
        Place place;
    };
    struct Section {
        std::string name;
        Place place;
        std::vector<std::pair<std::string, Entry>> entries;
    };
    const Section* find(std::string_view section) const;

    std::filesystem::path file_;
    bool pyproject_ = false;
    std::vector<Section> sections_;
    Section defaults_;
};

/// true, yes, on, 1 / false, no, off, 0. Throws Error(config) at the value's place that names the key.
ORCH_API bool as_bool(const Value& value, std::string_view key);
ORCH_API long as_integer(const Value& value, std::string_view key);
/// "3s", "500ms", "5m", "250" (seconds): milliseconds.
ORCH_API long as_milliseconds(const Value& value, std::string_view key);
/// A list, one item a line or separated by `separators`; empty items are dropped. From pyproject.toml arrays
/// arrive one a line.
ORCH_API std::vector<std::string> as_list(const Value& value, std::string_view separators = ",\n");

/// The file that a command uses: `given` (-c), ORCH_CONFIG, ALEMBIC_CONFIG, then orch.ini, alembic.ini,
/// pyproject.toml with a [tool.orch] or [tool.alembic] table in the current folder, then upwards to the root
/// of the repository (a folder with .git), or to / without one. Throws Error(config) that says where it
/// looked and how to begin (`orch init`).
ORCH_API std::filesystem::path find(const std::optional<std::string>& given);

} // namespace orch::config
