#include "fleet/keys.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace orch::fleet {

namespace fs = std::filesystem;

namespace {

/// Every key that an environment's section may hold. `connect_args.NAME` and `NAME.type`-like keys of hooks
/// come on top.
constexpr std::array known_keys = {
    "script_location",
    "lock_wait",
    "lock_timeout",
    "statement_timeout",
    "direct_url",
    "on_error",
    "targets",
    "targets_url",
    "target",
    "stages",
    "runs_url",
    "lock_retries",
    "journal",
    "journal_downgrades",
    "pipeline",
    "version_locations",
    "version_path_separator",
    "path_separator",
    "file_template",
    "timezone",
    "truncate_slug_length",
    "recursive_version_locations",
    "output_encoding",
    "sourceless",
    "revision_environment",
    "prepend_sys_path",
    "url",
    "sqlalchemy.url",
    "version_table",
    "version_table_schema",
    "version_table_pk",
    "transaction_per_migration",
    "render_as_batch",
    "rebuild_outside_batch",
    "depends_on",
    "include_object",
    "plugin_path",
    "step_limit",
    "memory_limit",
    "fallback",
    "env_py",
    "target_metadata",
    "include_schemas",
    "compare_type",
    "compare_server_default",
    "scratch_url",
};

/// `stub.myapp.models.JSONType = sa.JSON`: what stands for a name that orch cannot import.
constexpr std::string_view stub_prefix = "stub.";

class Section {
  public:
    Section(const config::Config& config, std::string name) : config_(config), name_(std::move(name)) {}

    std::optional<config::Value> find(std::string_view key) const { return find_key(config_, name_, key); }
    std::string text(std::string_view key, std::string otherwise = {}) const {
        if (auto value = find(key)) return std::move(value->text);
        return otherwise;
    }
    bool flag(std::string_view key, bool otherwise) const {
        const auto value = find(key);
        return value ? config::as_bool(*value, key) : otherwise;
    }
    std::optional<std::string> optional(std::string_view key) const {
        const auto value = find(key);
        if (!value || value->text.empty()) return std::nullopt;
        return value->text;
    }
    const config::Config& config() const { return config_; }
    const std::string& name() const { return name_; }

  private:
    const config::Config& config_;
    std::string name_;
};

/// `path_separator` and the older `version_path_separator`; nothing: Alembic's legacy splitting.
std::optional<std::string> separator(const Section& section, bool older_too) {
    for (const char* key : {"path_separator", "version_path_separator"}) {
        if (!older_too && std::string_view(key) == "version_path_separator") break;
        const auto value = section.find(key);
        if (!value) continue;
        const std::string& text = value->text;
        if (text == "os" || text == ":") return ":";
        if (text == ";") return ";";
        if (text == "space") return " ";
        if (text == "newline") return "\n";
        throw Error(
            Fault::config,
            fmt::format("expected 'os', 'space', 'newline', ':' or ';' in key '{}', got '{}'", key, text))
            .at(value->place);
    }
    return std::nullopt;
}

std::vector<fs::path> paths(const Section& section, std::string_view key, bool older_separator_too,
                            std::string_view legacy) {
    const auto value = section.find(key);
    if (!value) return {};
    const std::string separators = separator(section, older_separator_too).value_or(std::string(legacy));
    std::vector<fs::path> found;
    for (const std::string& item : config::as_list(*value, separators))
        found.push_back(located(item, section.config().here()));
    return found;
}

/// "package:folder" names a folder inside an importable package, which is looked for on prepend_sys_path and
/// beside the file.
fs::path script_location(const Section& section, const std::vector<fs::path>& sys_path) {
    const auto value = section.find("script_location");
    if (!value || value->text.empty())
        throw Error(Fault::config, fmt::format("section '{}' has no key 'script_location'", section.name()))
            .at(section.config().section_place(section.name()))
            .hint("add 'script_location = %(here)s/migrations'");
    const std::string& text = value->text;
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || fs::path(text).is_absolute())
        return located(text, section.config().here());
    const fs::path package = replace_all(text.substr(0, colon), ".", "/");
    std::vector<fs::path> roots = sys_path;
    roots.push_back(section.config().here());
    for (const fs::path& root : roots) {
        std::error_code ignored;
        const fs::path candidate = (root / package / text.substr(colon + 1)).lexically_normal();
        if (fs::is_directory(candidate, ignored)) return candidate;
    }
    throw Error(Fault::config,
                fmt::format("key 'script_location' names the package folder '{}', which was not found", text))
        .at(value->place)
        .hint("add the folder that holds the package to 'prepend_sys_path'");
}

constexpr std::string_view hooks_section = "post_write_hooks";

script::PostWriteHook hook(const config::Config& config, const std::string& name, const Place& named_at) {
    const auto key = [&](const char* part) {
        return config.get(hooks_section, fmt::format("{}.{}", name, part));
    };
    const auto type = key("type");
    if (!type)
        throw Error(Fault::config, fmt::format("hook '{}' has no key '{}.type'", name, name))
            .at(named_at)
            .hint(fmt::format("add '{}.type = exec' and '{}.executable = ...'", name, name));
    if (type->text != "exec")
        throw Error(Fault::config,
                    fmt::format("hook '{}' is of type '{}', which needs Python", name, type->text))
            .at(type->place)
            .hint(fmt::format("use '{}.type = exec' with '{}.executable' naming the program", name, name));
    const auto executable = key("executable");
    if (!executable)
        throw Error(Fault::config, fmt::format("hook '{}' has no key '{}.executable'", name, name))
            .at(type->place);
    const auto text = [](const std::optional<config::Value>& value) {
        return value ? value->text : std::string();
    };
    return {name, executable->text, text(key("options")), text(key("cwd")), executable->place, {}};
}

/// What is wrong with a hook is told by the command that would run it: all others go on without it.
std::vector<script::PostWriteHook> hooks(const config::Config& config) {
    std::vector<script::PostWriteHook> found;
    if (!config.has_section(hooks_section)) return found;
    try {
        const auto names = config.get(hooks_section, "hooks");
        if (!names) return found;
        for (const std::string& name : config::as_list(*names, ", \n")) {
            found.push_back({name, {}, {}, {}, names->place, {}});
            found.back() = hook(config, name, names->place);
        }
    } catch (const Error& problem) {
        if (found.empty()) found.emplace_back();
        found.back().problem = problem;
    }
    return found;
}

/// The section's own stubs come before the shared ones, so that they win.
std::vector<script::Stub> stubs(const Section& section) {
    std::vector<script::Stub> found;
    for (const std::string_view where : {std::string_view(section.name()), shared_section}) {
        if (!section.config().has_section(where)) continue;
        for (const std::string& key : section.config().keys(where)) {
            if (key.rfind(stub_prefix, 0) != 0) continue;
            const auto value = section.config().get(where, key);
            found.push_back({key.substr(stub_prefix.size()), value->text, value->place});
        }
    }
    return found;
}

script::Settings script_settings(const Section& section) {
    script::Settings settings;
    settings.stubs = stubs(section);
    settings.prepend_sys_path = paths(section, "prepend_sys_path", false, ", :");
    settings.script_location = script_location(section, settings.prepend_sys_path);
    settings.version_locations = paths(section, "version_locations", true, ", ");
    settings.recursive_version_locations = section.flag("recursive_version_locations", false);
    settings.file_template = section.text("file_template", settings.file_template);
    settings.timezone = section.text("timezone");
    if (const auto value = section.find("truncate_slug_length"))
        settings.truncate_slug_length = static_cast<int>(config::as_integer(*value, "truncate_slug_length"));
    settings.output_encoding = section.text("output_encoding", settings.output_encoding);
    if (const auto value = section.find("sourceless"))
        settings.sourceless = config::as_bool(*value, "sourceless");
    if (const auto value = section.find("step_limit"))
        settings.step_limit = static_cast<std::uint64_t>(config::as_integer(*value, "step_limit"));
    if (const auto value = section.find("memory_limit"))
        settings.memory_limit = static_cast<std::uint64_t>(config::as_integer(*value, "memory_limit"));
    settings.hooks = hooks(section.config());
    return settings;
}

/// `fallback = exec:COMMAND`
std::optional<std::string> fallback(const Section& section) {
    constexpr std::string_view scheme = "exec:";
    const auto value = section.find("fallback");
    if (!value || value->text.empty()) return std::nullopt;
    const std::string command(value->text.rfind(scheme, 0) == 0 ? trim(value->text.substr(scheme.size()))
                                                                : "");
    if (command.empty())
        throw Error(Fault::config,
                    fmt::format("expected 'exec:COMMAND' in key 'fallback', got '{}'", value->text))
            .at(value->place)
            .hint("write 'fallback = exec:alembic', or 'exec:poetry run alembic'");
    return command;
}

script::Context script_context(const Section& section, const Options& options) {
    script::Context context;
    const config::Config& config = section.config();
    context.config_file = config.file();
    context.section = section.name();
    context.x_arguments = options.x;
    context.tag = options.tag;
    context.targets = options.targets;
    context.starting_from = options.starting_from;
    context.render_as_batch = section.flag("render_as_batch", false);
    context.version_table = section.text("version_table", context.version_table);
    context.version_table_schema = section.optional("version_table_schema");
    return context;
}

/// A statement that waits behind others makes still others wait behind it, so it waits a short time only.
dialect::Timeouts timeouts(const Section& section) {
    constexpr std::chrono::milliseconds usual_lock{3000};
    dialect::Timeouts found{usual_lock, std::nullopt, true};
    if (const auto value = section.find("lock_timeout")) {
        found.lock = std::chrono::milliseconds(config::as_milliseconds(*value, "lock_timeout"));
        found.lock_by_default = false;
    }
    if (const auto value = section.find("statement_timeout"))
        found.statement = std::chrono::milliseconds(config::as_milliseconds(*value, "statement_timeout"));
    return found;
}

void warn_about_unknown_keys(const Section& section) {
    const std::vector<std::string> known(known_keys.begin(), known_keys.end());
    for (const std::string& key : section.config().keys(section.name())) {
        if (std::find(known.begin(), known.end(), key) != known.end() || key.rfind("connect_args.", 0) == 0 ||
            key.rfind(stub_prefix, 0) == 0 || key.rfind("stage.", 0) == 0)
            continue;
        const auto place = section.config().raw(section.name(), key)->place;
        if (const auto meant = nearest(key, known))
            log::warning("orch.config", fmt::format("{}:{}: unknown key '{}', did you mean '{}'?", place.file,
                                                    place.line, key, *meant));
    }
}

/// An Alembic tree keeps Alembic's defaults: one transaction for the run, and outside of a batch SQLite does
/// what its ALTER TABLE can. In orch's own form each revision has its own transaction, and a table that has
/// to be made anew is.
bool is_orchs_own(const config::Config& config, std::string_view section) {
    if (config.is_pyproject()) return section != "alembic";
    return config.file().filename() == "orch.ini" || config.has_section(shared_section);
}

} // namespace

fs::path located(const fs::path& path, const fs::path& here) {
    if (path.is_absolute()) return path.lexically_normal();
    std::error_code ignored;
    const fs::path beside = (here / path).lexically_normal();
    if (fs::exists(beside, ignored)) return beside;
    const fs::path current = fs::absolute(path, ignored).lexically_normal();
    return fs::exists(current, ignored) ? current : beside;
}

std::optional<config::Value> find_key(const config::Config& config, std::string_view section,
                                      std::string_view key) {
    if (auto value = config.get(section, key)) return value;
    return config.has_section(shared_section) ? config.get(shared_section, key) : std::nullopt;
}

EnvironmentKeys read_keys(const config::Config& config, const std::string& name, const Options& options) {
    const Section section(config, name);
    warn_about_unknown_keys(section);
    EnvironmentKeys keys;
    keys.settings.environment = name;
    keys.settings.scripts = script_settings(section);
    keys.settings.scripts.print_to_stderr = options.output_is_document;
    keys.settings.context = script_context(section, options);
    keys.settings.transaction_per_migration =
        section.flag("transaction_per_migration", is_orchs_own(config, name));
    if (const auto value = section.find("lock_retries"))
        keys.settings.lock_retries = static_cast<int>(config::as_integer(*value, "lock_retries"));
    if (const auto value = section.find("journal"))
        keys.settings.journal = config::as_bool(*value, "journal");
    else if (is_orchs_own(config, name))
        keys.settings.journal = true;
    keys.settings.journal_downgrades = section.flag("journal_downgrades", false);
    if (options.shadow) keys.settings.shadow = parse_url(*options.shadow);
    keys.settings.pipeline = section.flag("pipeline", false);
    keys.settings.rebuild_outside_batch = section.flag("rebuild_outside_batch", is_orchs_own(config, name));
    keys.settings.version_table_pk = section.flag("version_table_pk", true);
    if (options.no_wait)
        keys.settings.lock_wait = {};
    else if (const auto value = section.find("lock_wait"))
        keys.settings.lock_wait = std::chrono::milliseconds(config::as_milliseconds(*value, "lock_wait"));
    keys.settings.timeouts = timeouts(section);
    keys.settings.fallback = fallback(section);
    keys.revision_environment = section.flag("revision_environment", false);
    keys.env_py = section.flag("env_py", true);
    if (const auto value = section.find("depends_on")) keys.depends_on = config::as_list(*value, ", \n");
    if (const auto value = section.find("include_object")) keys.include_object = Filter(*value);
    for (const std::string_view where : {shared_section, std::string_view(name)}) {
        if (!config.has_section(where)) continue;
        for (const std::string& key : config.keys(where))
            if (key.rfind("connect_args.", 0) == 0)
                keys.settings.connect_args.emplace_back(key.substr(13), config.get(where, key)->text);
    }
    return keys;
}

Url read_url(const config::Config& config, const std::string& name) {
    const Section section(config, name);
    auto value = section.find("direct_url");
    if (!value) value = section.find("url");
    if (!value) value = section.find("sqlalchemy.url");
    if (!value || trim(value->text).empty())
        throw Error(
            Fault::config,
            fmt::format("environment '{}' has no database: neither 'url' nor 'sqlalchemy.url' is set", name))
            .at(config.section_place(name))
            .hint("add 'url = sqlite:///app.db', or take it from the environment: 'url = ${DATABASE_URL}'");
    try {
        return parse_url(trim(value->text));
    } catch (Error& error) {
        error.at(value->place);
        throw;
    }
}

std::vector<fs::path> plugin_path(const config::Config& config) {
    const auto value = config.has_section(shared_section) ? config.get(shared_section, "plugin_path")
                                                          : config.get("alembic", "plugin_path");
    if (!value) return {};
    std::vector<fs::path> found;
    for (const std::string& item : config::as_list(*value, ":\n"))
        found.push_back(located(item, config.here()));
    return found;
}

} // namespace orch::fleet
