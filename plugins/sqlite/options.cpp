#include "options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace orch::sqlite {

namespace {

enum class Takes { flag, integer, word };
struct Pragma {
    std::string_view name;
    Takes takes;
    std::string_view words = {}; ///< the values of a `word`, space-separated
};
// The pragmas that concern one connection or how a new database is made. docs/sqlite.md lists the same.
constexpr auto pragmas = std::to_array<Pragma>({
    {"auto_vacuum", Takes::word, "none full incremental 0 1 2"},
    {"busy_timeout", Takes::integer},
    {"cache_size", Takes::integer},
    {"cache_spill", Takes::flag},
    {"case_sensitive_like", Takes::flag},
    {"cell_size_check", Takes::flag},
    {"checkpoint_fullfsync", Takes::flag},
    {"defer_foreign_keys", Takes::flag},
    {"encoding", Takes::word, "utf-8 utf-16 utf-16le utf-16be"},
    {"foreign_keys", Takes::flag},
    {"fullfsync", Takes::flag},
    {"ignore_check_constraints", Takes::flag},
    {"journal_mode", Takes::word, "delete truncate persist memory wal off"},
    {"journal_size_limit", Takes::integer},
    {"legacy_alter_table", Takes::flag},
    {"locking_mode", Takes::word, "normal exclusive"},
    {"max_page_count", Takes::integer},
    {"mmap_size", Takes::integer},
    {"page_size", Takes::integer},
    {"recursive_triggers", Takes::flag},
    {"secure_delete", Takes::word, "on off true false yes no 0 1 fast"},
    {"synchronous", Takes::word, "off normal full extra 0 1 2 3"},
    {"temp_store", Takes::word, "default file memory 0 1 2"},
    {"threads", Takes::integer},
    {"trusted_schema", Takes::flag},
    {"wal_autocheckpoint", Takes::integer},
});

// Options of Python's driver that mean nothing here.
constexpr std::array<std::string_view, 7> ignored{
    "check_same_thread", "detect_types", "isolation_level", "cached_statements",
    "native_datetime",   "autocommit",   "factory"};
// Parts of SQLite's own URIs; they stay in the name of a `file:` database.
constexpr std::array<std::string_view, 6> of_uri{"mode", "cache", "immutable", "nolock", "psow", "vfs"};

[[noreturn]] void bad_value(std::string_view name, std::string_view expected, std::string_view value) {
    throw Error(Fault::config,
                fmt::format("SQLite option '{}' expected {}, got '{}'", name, expected, value));
}

bool is_flag(std::string_view value) {
    constexpr std::array<std::string_view, 8> words{"on", "off", "true", "false", "yes", "no", "0", "1"};
    return std::ranges::find(words, lower(value)) != words.end();
}

bool truth(std::string_view name, std::string_view value) {
    if (!is_flag(value)) bad_value(name, "true or false", value);
    const std::string word = lower(value);
    return word == "on" || word == "true" || word == "yes" || word == "1";
}

void check_pragma(const Pragma& pragma, std::string_view value) {
    switch (pragma.takes) {
    case Takes::flag:
        if (!is_flag(value)) bad_value(pragma.name, "on or off", value);
        return;
    case Takes::integer: {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc() || end != value.data() + value.size())
            bad_value(pragma.name, "an integer", value);
        return;
    }
    case Takes::word: {
        const std::vector<std::string> known = words(pragma.words);
        if (std::ranges::find(known, lower(value)) == known.end())
            bad_value(pragma.name, "one of " + quoted_list(known, known.size()), value);
        return;
    }
    }
}

double seconds(std::string_view value) {
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !(number >= 0) || number > 1e6)
        bad_value("timeout", "seconds, such as 5 or 0.5", value);
    return number;
}

[[noreturn]] void unknown(const std::string& name) {
    std::vector<std::string> known{"timeout", "uri"};
    for (const Pragma& pragma : pragmas) known.emplace_back(pragma.name);
    Error error(Fault::config, fmt::format("unknown SQLite option '{}'", name));
    if (std::ranges::find(of_uri, name) != of_uri.end())
        error.hint(fmt::format(
            "'{}' belongs to SQLite's file: names; write sqlite:///file:app.db?{}=...&uri=true", name, name));
    else if (const auto near = nearest(name, known))
        error.hint(fmt::format("did you mean '{}'?", *near));
    else
        error.hint("known ones: " + quoted_list(known, known.size()));
    throw error;
}

void refuse_host(const Url& url) {
    if (url.host.empty() && url.user.empty() && url.password.empty() && url.port == 0) return;
    throw Error(Fault::config, fmt::format("an SQLite URL has no host or user: '{}'", masked(url)))
        .hint("three slashes for a relative path, sqlite:///app.db; four for an absolute one, "
              "sqlite:////var/lib/app.db");
}

/// The path inside file:relative, file:/absolute, file:///absolute or file://localhost/absolute.
std::string path_of_uri(std::string_view uri) {
    std::string_view path = uri.substr(std::string_view("file:").size());
    path = path.substr(0, path.find_first_of("?#"));
    if (path.starts_with("//"))
        path = path.find('/', 2) == std::string_view::npos ? "" : path.substr(path.find('/', 2));
    std::string out;
    for (std::size_t at = 0; at < path.size(); ++at) {
        unsigned char byte = 0;
        if (path[at] == '%' && at + 2 < path.size() &&
            std::from_chars(path.data() + at + 1, path.data() + at + 3, byte, 16).ptr ==
                path.data() + at + 3) {
            out += static_cast<char>(byte);
            at += 2;
        } else {
            out += path[at];
        }
    }
    return out;
}

std::string uri_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-._~/").find(c) != std::string_view::npos;
        out += safe ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

/// The parts of a file: URI that stand in the URL's query, put behind its name.
void append_uri_options(Options& options, const std::map<std::string, std::string>& given) {
    for (const auto& [name, value] : given) {
        options.file += options.file.find('?') == std::string::npos ? '?' : '&';
        options.file += uri_escaped(name) + "=" + uri_escaped(value);
        if (name == "mode" && value == "memory") options.memory = true;
    }
}

void locate(Options& options, const Url& url) {
    options.file = url.database.empty() ? ":memory:" : url.database;
    if (options.uri && options.file.starts_with("file:")) {
        const std::string path = path_of_uri(options.file);
        options.memory =
            path.empty() || path == ":memory:" || options.file.find("mode=memory") != std::string::npos;
        if (!options.memory) options.path = std::filesystem::absolute(path);
        return;
    }
    options.uri = false;
    options.memory = options.file == ":memory:";
    if (!options.memory) options.path = std::filesystem::absolute(options.file);
}

} // namespace

Options read_options(const Url& url, const Settings& settings) {
    refuse_host(url);
    if (url.database.find('\0') != std::string::npos)
        throw Error(Fault::config, "the SQLite database's name holds a NUL byte");
    Options options;
    std::map<std::string, std::string> uri_options;
    Settings given = url.query;
    given.insert(given.end(), settings.begin(), settings.end());
    for (const auto& [name, value] : given)
        if (name == "uri") options.uri = truth(name, value);
    locate(options, url);
    for (const auto& [name, value] : given) {
        const auto pragma = std::ranges::find(pragmas, lower(name), &Pragma::name);
        if (name == "uri" || std::ranges::find(ignored, name) != ignored.end()) continue;
        if (name == "timeout") {
            options.timeout = seconds(value);
        } else if (pragma != pragmas.end()) {
            check_pragma(*pragma, value);
            if (pragma->name == "busy_timeout")
                options.timeout = seconds(value) / 1000;
            else
                options.pragmas.emplace_back(pragma->name, value);
        } else if (options.uri && std::ranges::find(of_uri, name) != of_uri.end()) {
            uri_options[name] = value;
        } else {
            unknown(name);
        }
    }
    append_uri_options(options, uri_options);
    if (options.memory) options.path.clear();
    return options;
}

Options memory() { return read_options(parse_url("sqlite://"), {}); }

} // namespace orch::sqlite
