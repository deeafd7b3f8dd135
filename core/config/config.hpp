// The ini file (orch.ini, alembic.ini) or pyproject.toml as sections of keys with places, by configparser's
// rules, and where it is found. This room knows the form of the file; which keys mean what is known in fleet.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::config {

/// A value with the place of its key. The place's source line has passwords masked, so it may be shown.
struct Value {
    std::string text;
    Place place;
    bool list = false; ///< an array of a pyproject.toml: one item a line, and nothing else separates items
};

/// A key as it stands in the file, not interpolated. Only this room needs it.
struct Entry {
    std::string key; ///< case folded (ASCII)
    std::string raw;
    Place place;
    bool list = false; ///< as Value::list
};

/// A section as it stands in the file, keys in order and each once. Only this room needs it.
struct Section {
    std::string name;
    Place place;
    std::vector<Entry> entries;

    const Entry* find(std::string_view key) const;
};

/// A configuration file, read whole and checked for its form; values are interpolated when they are asked
/// for, so a value that nobody asks for (logging formats) cannot fail. A plain value: copy it, and set() keys
/// in the copy.
///
/// An ini follows configparser.ConfigParser(): `=` and `:`, comments with `#` and `;` on lines of their own,
/// values over several indented lines, strict about duplicates. docs/configuration.md says it for users.
///
/// In a pyproject.toml, [tool.alembic] is the section `alembic`, [tool.orch] is `orch`, and a table below
/// either is the section of its own name ([tool.orch.module_one]: `module_one`). Values become the text that
/// an ini would hold: true and false, integers in digits, arrays one item a line; `sqlalchemy.url` may be a
/// dotted key. An array of tables `post_write_hooks` becomes the section of that name: `hooks` lists the
/// names one a line, and `NAME.KEY` holds each hook's keys (a name that occurs again gets "-2", "-3").
///
/// As Alembic does, an ini without an [orch] section that is not named orch.ini is read together with the
/// pyproject.toml beside it: the ini's keys win, sections and [alembic] keys that it lacks come from there. A
/// pyproject.toml with a [tool.alembic] table beside an alembic.ini is the same pair; file() is the ini.
class ORCH_API Config {
  public:
    /// Throws Error(config) with file, line, key, and what was expected; Error(system) for a file that cannot
    /// be read. A file named *.toml is read as a pyproject.toml.
    static Config read(const std::filesystem::path& file);
    /// From text, for tests and fuzzing; `name` stands in messages and %(here)s is its folder. Reads no file.
    static Config parse(std::string_view text, const std::filesystem::path& name);

    const std::filesystem::path& file() const { return file_; }
    const std::filesystem::path& here() const { return here_; } ///< the absolute folder of the file
    bool is_pyproject() const { return pyproject_; }

    std::vector<std::string> sections() const; ///< in the file's order, without [DEFAULT]
    bool has_section(std::string_view section) const;
    /// The interpolated value: %(name)s from the section and [DEFAULT], %(here)s, %%, ${VAR},
    /// ${VAR:-default}, $${. Keys are case folded and fall back to [DEFAULT]; `here` is a key of every
    /// section. Nothing where neither has the key or there is no such section. In a URL (key `url`, `*.url`,
    /// `*_url`, or a text that begins like one) a
    /// '%' that names no key stays as it is; elsewhere it throws Error(config), as do an unknown name, a
    /// depth over 10, and a ${VAR} that is not set.
    std::optional<Value> get(std::string_view section, std::string_view key) const;
    /// Not interpolated. Secrets stand in it.
    std::optional<Value> raw(std::string_view section, std::string_view key) const;
    /// The section's own keys, then those of [DEFAULT], as get() names them, without `here`.
    std::vector<std::string> keys(std::string_view section) const;
    /// The place of the section's header; unknown for a section that set() made or that does not exist.
    Place section_place(std::string_view section) const;

    /// What env.py's config.set_main_option and -x overrides do: the text is interpolated when it is read.
    /// Makes the section where it is missing; "DEFAULT" sets a default.
    void set(std::string_view section, std::string_view key, std::string text);

    /// What `alembic -n SECTION` does beside a pyproject.toml: the section reads the keys of [tool.alembic]
    /// that it lacks. `alembic` itself always does. Nothing happens without such a table or section.
    void adopt_pyproject(std::string_view section);

  private:
    const Section* find(std::string_view section) const;
    const Entry* find(std::string_view section, std::string_view key) const;
    void merge_pyproject(Config pyproject);

    std::filesystem::path file_;
    std::filesystem::path here_;
    bool pyproject_ = false;
    std::vector<Section> sections_;
    Section defaults_;
    Section tool_alembic_; ///< of the pyproject.toml beside an ini
};

/// true, yes, on, 1 / false, no, off, 0, in any case. Throws Error(config) at the value's place that names
/// the key, as the next two do.
ORCH_API bool as_bool(const Value& value, std::string_view key);
ORCH_API long as_integer(const Value& value, std::string_view key);
/// "500ms", "3s", "5m", "2h", "250" (seconds): milliseconds, not negative.
ORCH_API long as_milliseconds(const Value& value, std::string_view key);
/// The items of a list, trimmed, without empty ones: split at each of `separators`, or at the line breaks of
/// an array of a pyproject.toml whatever `separators` says.
ORCH_API std::vector<std::string> as_list(const Value& value, std::string_view separators = ",\n");

/// The file that a command uses: `given` (-c), ORCH_CONFIG, ALEMBIC_CONFIG, then orch.ini, alembic.ini,
/// pyproject.toml with a [tool.orch] or [tool.alembic] table in the current folder, then upwards to the root
/// of the repository (a folder with .git), or to / without one. An empty variable counts as not set. Throws
/// Error(config) that says where it looked and how to begin (`orch init`).
ORCH_API std::filesystem::path find(const std::optional<std::string>& given);
/// As find(), but nothing where none is named and none is found. A named one that is missing still throws.
ORCH_API std::optional<std::filesystem::path> find_if_any(const std::optional<std::string>& given);

} // namespace orch::config
