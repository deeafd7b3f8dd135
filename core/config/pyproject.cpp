// toml11 is heavy to compile, so nothing else of orch includes it.
#include "config/pyproject.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include <toml.hpp>
#include <tuple>
#include <utility>

namespace orch::config {

namespace {

using Toml = toml::value;

/// A key of a table with its value, for tables in the file's order: the library keeps none, and counts the
/// lines from the file's beginning each time that it is asked for a place.
struct Item {
    std::string key;
    const Toml* value;
    std::pair<int, int> at; ///< line and column in which the value begins

    Item(std::string name, const Toml& is) : key(std::move(name)), value(&is) {
        const toml::source_location place = is.location();
        at = {static_cast<int>(place.line()), static_cast<int>(place.column())};
    }
};

class Reader {
  public:
    Reader(std::string_view text, const std::string& name) : lines_(split(text, '\n')), name_(name) {
        read_.defaults.name = "DEFAULT";
    }

    Sections read(const Toml& root) {
        const Toml* tool = member(root, "tool");
        const Toml* alembic = tool ? member(*tool, "alembic") : nullptr;
        const Toml* orch = tool ? member(*tool, "orch") : nullptr;
        if (!alembic && !orch)
            throw Error(Fault::config, "expected a table [tool.orch] or [tool.alembic]")
                .at({name_, 0, 0, 1, {}})
                .hint("'orch init --template pyproject' adds one");
        if (alembic) add_tool("alembic", *alembic);
        if (orch) add_tool("orch", *orch);
        return std::move(read_);
    }

  private:
    [[noreturn]] void fail(std::string message, const Item& at, std::string hint = {}) const {
        throw Error(Fault::config, std::move(message)).at(place_of(at)).hint(std::move(hint));
    }

    static const Toml* member(const Toml& table, const std::string& key) {
        return table.is_table() && table.contains(key) ? &table.at(key) : nullptr;
    }

    /// The line in which the value begins; the caret stands under the key.
    Place place_of(const Item& item) const {
        const int line = item.at.first;
        const bool known = line >= 1 && static_cast<std::size_t>(line) <= lines_.size();
        const std::string source =
            known ? shown_line(lines_[static_cast<std::size_t>(line - 1)]) : std::string();
        return point_at({name_, line, 0, 1, source}, item.key);
    }

    static std::vector<Item> items(const Toml& table) {
        std::vector<Item> all;
        for (const auto& [key, value] : table.as_table()) all.emplace_back(key, value);
        std::sort(all.begin(), all.end(),
                  [](const Item& a, const Item& b) { return std::tie(a.at, a.key) < std::tie(b.at, b.key); });
        return all;
    }

    void add_tool(const std::string& name, const Toml& table) {
        const Item self(name, table);
        if (!table.is_table()) fail(fmt::format("expected a table [tool.{}], got a value", name), self);
        const std::size_t own = add_section(self);
        for (const Item& item : items(table)) {
            if (item.key == "post_write_hooks" && item.value->is_array())
                add_hooks(item);
            else if (item.key == "sqlalchemy" && item.value->is_table())
                add_dotted(own, item);
            else if (item.value->is_table())
                add_table(item);
            else
                add_key(read_.sections[own], item.key, item);
        }
    }

    std::size_t add_section(const Item& table) {
        for (const Section& other : read_.sections)
            if (other.name == table.key)
                fail(fmt::format("section '{}' occurs twice, first in line {}", table.key, other.place.line),
                     table, "[tool.alembic] and [tool.orch] may not have tables of the same name");
        read_.sections.push_back({table.key, place_of(table), {}});
        return read_.sections.size() - 1;
    }

    void add_table(const Item& table) {
        if (table.key == "DEFAULT") {
            for (const Item& item : items(*table.value)) add_key(read_.defaults, item.key, item);
            return;
        }
        const std::size_t section = add_section(table);
        for (const Item& item : items(*table.value)) {
            if (item.key == "sqlalchemy" && item.value->is_table())
                add_dotted(section, item);
            else
                add_key(read_.sections[section], item.key, item);
        }
    }

    // sqlalchemy.url = "..." without quotes around the key is a table for TOML, and one key for everybody
    // else.
    void add_dotted(std::size_t section, const Item& table) {
        for (const Item& item : items(*table.value))
            add_key(read_.sections[section], table.key + "." + item.key, item);
    }

    void add_key(Section& section, const std::string& name, const Item& item) {
        std::string key = lower(name);
        if (const Entry* other = section.find(key))
            fail(fmt::format("key '{}' occurs twice in section '{}', first in line {}", key, section.name,
                             other->place.line),
                 item);
        section.entries.push_back({std::move(key), text_of(item), place_of(item), item.value->is_array()});
    }

    std::string text_of(const Item& item) const {
        if (!item.value->is_array()) return scalar(*item.value, item);
        std::vector<std::string> lines;
        for (const Toml& element : item.value->as_array()) lines.push_back(scalar(element, item));
        return join(lines, "\n");
    }

    std::string scalar(const Toml& value, const Item& of) const {
        if (value.is_string()) return without_nul(value.as_string().str, of);
        if (value.is_boolean()) return value.as_boolean() ? "true" : "false";
        if (value.is_integer()) return std::to_string(value.as_integer());
        fail(fmt::format("key '{}': expected a string, an integer, true, false or an array of them, got {}",
                         of.key, kind(value)),
             of, value.is_floating() || value.is_table() ? "" : "write the value in quotes");
    }

    /// TOML can spell a NUL as an escape; no file name or URL can hold one.
    std::string without_nul(const std::string& text, const Item& of) const {
        if (text.find('\0') != std::string::npos)
            fail(fmt::format("key '{}': found a NUL character", of.key), of);
        return text;
    }

    static std::string_view kind(const Toml& value) {
        if (value.is_table()) return "a table";
        if (value.is_array()) return "an array in an array";
        if (value.is_floating()) return "a number with a fraction";
        return "a date or time";
    }

    // [[tool.alembic.post_write_hooks]] name = "ruff", type = "exec", ...
    void add_hooks(const Item& array) {
        const std::size_t section = add_section(array);
        std::vector<std::string> names;
        std::vector<Entry> entries;
        for (const Toml& hook : array.value->as_array()) {
            const std::string name = hook_name({array.key, hook}, names);
            names.push_back(name);
            for (const Item& item : items(hook))
                if (item.key != "name")
                    entries.push_back({lower(name + "." + item.key), text_of(item), place_of(item),
                                       item.value->is_array()});
        }
        Section& hooks = read_.sections[section];
        hooks.entries.push_back({"hooks", join(names, "\n"), hooks.place, true});
        hooks.entries.insert(hooks.entries.end(), entries.begin(), entries.end());
    }

    std::string hook_name(const Item& hook, const std::vector<std::string>& taken) const {
        if (!hook.value->is_table())
            fail("expected tables [[tool.alembic.post_write_hooks]], got a value", hook);
        const Toml* name = member(*hook.value, "name");
        if (!name || !name->is_string() || trim(name->as_string().str).empty())
            fail("a post write hook has no name", hook,
                 "give each table of post_write_hooks a 'name = \"...\"'");
        const std::string wanted = without_nul(name->as_string().str, hook);
        std::string free = wanted;
        const auto is_taken = [&] { return std::find(taken.begin(), taken.end(), free) != taken.end(); };
        for (int number = 2; is_taken(); ++number) free = fmt::format("{}-{}", wanted, number);
        return free;
    }

    std::vector<std::string> lines_;
    const std::string& name_;
    Sections read_;
};

/// The sentence of the library's message, without its prefix, its picture and its quotations from the file.
std::string sentence(std::string_view what) {
    what = what.substr(0, what.find('\n'));
    for (const std::string_view mark : {"[error] ", "toml::"})
        if (const auto at = what.find(mark); at != std::string_view::npos)
            what.remove_prefix(at + mark.size());
    if (const auto colon = what.find(": "); colon != std::string_view::npos) what.remove_prefix(colon + 2);
    return lower(trim(what));
}

Toml parse(const std::string& tables, const std::string& name) {
    try {
        std::istringstream in(tables);
        return toml::parse(in, name);
    } catch (const toml::exception& error) {
        const auto& at = error.location();
        throw Error(Fault::config, fmt::format("cannot read this as TOML: {}", sentence(error.what())))
            .at({name, static_cast<int>(at.line()), static_cast<int>(at.column()), 1,
                 shown_line(at.line_str())});
    } catch (const std::exception& error) {
        throw Error(Fault::config, fmt::format("cannot read this as TOML: {}", sentence(error.what())))
            .at({name, 0, 0, 1, {}});
    }
}

} // namespace

Sections parse_pyproject(std::string_view text, const std::string& name) {
    const Toml root = parse(tool_tables(text, name), name);
    return Reader(text, name).read(root);
}

} // namespace orch::config
