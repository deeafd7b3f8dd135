#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/fleet.hpp"
#include "fleet/keys.hpp"
#include "fleet/neighbours.hpp"
#include "fleet/ownership.hpp"
#include "jobs/jobs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace orch::fleet {

namespace fs = std::filesystem;

// ---- one environment
// -------------------------------------------------------------------------------------------

/// Read once; the targets of a fleet share it, and neighbours look into it.
struct SharedTree {
    std::mutex mutex{};
    std::optional<runner::Tree> tree{};
};

struct Environment::Implementation {
    std::shared_ptr<const config::Config> config_;
    Project& project;
    EnvironmentKeys keys;
    std::string section{}, target{};
    bool has_targets = false; ///< and is none of them
    std::shared_ptr<SharedTree> shared = std::make_shared<SharedTree>();
    bool wants_models = false; ///< the env.py that runs next is asked for its target_metadata

    const config::Config& config() const { return *config_; }

    fs::path env_py() const { return keys.settings.scripts.script_location / "env.py"; }

    /// A value with what it refers to in place; as it stands where that cannot be: %(levelname)s of a
    /// formatter.
    std::string text_of(const std::string& of, const std::string& key) const {
        try {
            return config().get(of, key)->text;
        } catch (const Error&) {
            return config().raw(of, key)->text;
        }
    }

    /// Every section of the file, as an env.py may ask for them. Filled only for an env.py: it costs an
    /// interpolation for each key.
    script::Context with_sections(script::Context context) const {
        const auto copy = [&](const std::string& section) {
            std::map<std::string, std::string> values;
            for (const std::string& key : config().keys(section)) values.emplace(key, text_of(section, key));
            return values;
        };
        for (const std::string& section : config().sections())
            context.sections.emplace(section, copy(section));
        for (const std::string& key : config().keys(context.section))
            if (const auto value = find_key(config(), context.section, key))
                context.main_options.emplace(key, value->text);
        return context;
    }

    /// What an env.py configured wins over the ini.
    runner::Settings merged(const script::EnvironmentOptions& options) const {
        runner::Settings settings = keys.settings;
        const bool from_ini = !options.url || find_key(config(), section, "direct_url");
        settings.url = from_ini ? read_url(config(), section) : parse_url(*options.url);
        settings.context.url = settings.url;
        if (options.version_table) settings.context.version_table = *options.version_table;
        if (options.version_table_schema)
            settings.context.version_table_schema = options.version_table_schema;
        if (options.transaction_per_migration)
            settings.transaction_per_migration = *options.transaction_per_migration;
        if (options.render_as_batch) settings.context.render_as_batch = *options.render_as_batch;
        settings.session_statements = options.statements;
        settings.context.naming_convention = options.naming_convention;
        settings.context.arguments = options.arguments;
        if (options.version_table_pk) settings.version_table_pk = *options.version_table_pk;
        settings.version_applied = options.version_applied;
        for (const fs::path& folder : options.sys_path) settings.scripts.prepend_sys_path.push_back(folder);
        for (const auto& option : options.engine_options) settings.connect_args.push_back(option);
        return settings;
    }

    /// Calls `work` with the settings that hold, inside env.py where there is one.
    using Work = std::function<void(const runner::Settings&, const script::EnvironmentOptions*)>;
    void with_settings(bool offline, const Work& work) {
        if (has_targets)
            throw Error(Fault::usage, fmt::format("environment '{}' has many targets", section))
                .hint(fmt::format("choose one: -n '{}[NAME]'", section));
        std::error_code ignored;
        if (!keys.env_py || !fs::exists(env_py(), ignored)) {
            runner::Settings settings = keys.settings;
            settings.url = read_url(config(), section);
            settings.context.url = settings.url;
            work(settings, nullptr);
            return;
        }
        const script::Context context = with_sections(keys.settings.context);
        // What fails inside of run_migrations() is not env.py's doing: it is told as it was thrown, without
        // the places and notes that it gathers on its way out.
        std::optional<Error> failure;
        script::Settings scripts = keys.settings.scripts;
        scripts.whole_modules = wants_models;
        try {
            script::run_environment(env_py(), scripts, context, offline,
                                    [&](const script::EnvironmentOptions& options) {
                                        const runner::Settings settings = merged(options);
                                        try {
                                            work(settings, &options);
                                        } catch (const Error& error) {
                                            failure = error;
                                            throw;
                                        }
                                    });
        } catch (const Error&) {
            if (failure) throw *failure;
            throw;
        }
    }

    runner::Tree& loaded() const {
        const std::lock_guard guard(shared->mutex);
        if (!shared->tree) shared->tree.emplace(keys.settings.scripts);
        return *shared->tree;
    }

    /// An env.py may run the migrations more than once, each time on another database: each is a session.
    void session(runner::Session::Access access, const std::function<void(const Opened&)>& work) {
        loaded(); // a tree that cannot be read is told before anybody connects
        std::vector<std::string> before;
        with_settings(false, [&](const runner::Settings& settings, const script::EnvironmentOptions* asked) {
            try {
                runner::Session session(settings, loaded(), project.plugins().for_scheme(settings.url.scheme),
                                        access);
                work({session, settings, asked});
            } catch (Error& error) {
                if (access == runner::Session::Access::write && !before.empty())
                    throw stopped_behind(before, masked(settings.url), error);
                throw;
            }
            before.push_back(masked(settings.url));
        });
    }

    static Error stopped_behind(const std::vector<std::string>& before, const std::string& url,
                                const Error& failure) {
        Error error = failure.fault() == Fault::interrupted ? failure : failure.as(Fault::partial);
        error.note(fmt::format("env.py runs the migrations on several databases; this one is '{}'", url));
        return error.note(
            fmt::format("done and committed before it: {}; the same command run again finds nothing left "
                        "to do there and goes on here",
                        quoted_list(before)));
    }
};

Environment::Environment(std::unique_ptr<Implementation> implementation) : self_(std::move(implementation)) {}
Environment::~Environment() = default;

const std::string& Environment::name() const { return self_->keys.settings.environment; }
const std::string& Environment::section() const { return self_->section; }
const std::string& Environment::target() const { return self_->target; }
script::Context Environment::context_of_env_py() const {
    return self_->with_sections(self_->keys.settings.context);
}
const runner::Settings& Environment::settings() const { return self_->keys.settings; }
const runner::Tree& Environment::tree() { return self_->loaded(); }
void Environment::prepare() {
    self_->loaded();
    try {
        dialect({});
    } catch (const Error&) {
        self_->project.plugins(); // its env.py may know better; else it is told in its turn
    }
}
void Environment::reload() {
    const std::lock_guard guard(self_->shared->mutex);
    self_->shared->tree.reset();
}
void Environment::share_tree(const Environment& other) {
    const script::Settings& own = self_->keys.settings.scripts;
    const script::Settings& others = other.self_->keys.settings.scripts;
    if (own.script_location == others.script_location && own.version_locations == others.version_locations)
        self_->shared = other.self_->shared;
}
Url Environment::url() const { return read_url(self_->config(), self_->section); }
void Environment::set_ownership(std::shared_ptr<Ownership> ownership, bool allow_foreign) {
    self_->keys.settings.permit = [ownership = std::move(ownership),
                                   allow_foreign](const ops::Operation& operation) {
        ownership->check(operation, allow_foreign);
    };
}
bool Environment::revision_environment() const { return self_->keys.revision_environment; }
const std::vector<std::string>& Environment::depends_on() const { return self_->keys.depends_on; }

std::vector<fs::path> Environment::version_locations() const {
    const script::Settings& scripts = self_->keys.settings.scripts;
    if (!scripts.version_locations.empty()) return scripts.version_locations;
    return {scripts.script_location / "versions"};
}

void Environment::read(const std::function<void(runner::Session&)>& work) {
    self_->session(runner::Session::Access::read, [&](const Opened& opened) { work(opened.session); });
}

void Environment::inspect(bool models, const std::function<void(const Opened&)>& work) {
    self_->wants_models = models;
    self_->session(runner::Session::Access::read, work);
    self_->wants_models = false;
}

void Environment::autogenerate(bool models, const std::function<void(const Opened&)>& work) {
    self_->keys.settings.context.autogenerate = true;
    inspect(models, work);
    self_->keys.settings.context.autogenerate = false;
}

std::optional<config::Value> Environment::key(std::string_view name) const {
    return find_key(self_->config(), self_->section, name);
}

fs::path Environment::located(const fs::path& path) const {
    return fleet::located(path, self_->config().here());
}

dialect::Plugins& Environment::plugins() { return self_->project.plugins(); }

bool Environment::includes(std::string_view kind, std::string_view name) const {
    return self_->keys.include_object.includes(kind, name);
}

std::function<bool(const std::string& table)> Environment::foreign_tables() {
    return self_->project.foreign_tables(*this);
}

void Environment::change(const std::function<void(runner::Session&)>& work) {
    self_->session(runner::Session::Access::write, [&](const Opened& opened) { work(opened.session); });
}

void Environment::with_dialect(
    const std::function<void(const runner::Settings&, const dialect::Dialect&)>& work) {
    self_->with_settings(false, [&](const runner::Settings& settings, const script::EnvironmentOptions*) {
        work(settings, self_->project.plugins().for_scheme(settings.url.scheme));
    });
}

void Environment::offline(const std::function<void(const runner::Settings&, const dialect::Dialect&)>& work) {
    self_->loaded();
    self_->with_settings(true, [&](const runner::Settings& settings, const script::EnvironmentOptions*) {
        work(settings, self_->project.plugins().for_scheme(settings.url.scheme));
    });
}

const dialect::Dialect& Environment::dialect(const std::optional<std::string>& scheme) {
    return self_->project.plugins().for_scheme(scheme ? *scheme
                                                      : read_url(self_->config(), self_->section).scheme);
}

void Environment::run_environment() {
    self_->with_settings(false, [](const runner::Settings&, const script::EnvironmentOptions*) {});
}

// ---- the file with its environments
// ---------------------------------------------------------------------------

struct Project::Implementation {
    Options options;
    std::shared_ptr<config::Config> shared_config;
    config::Config& config;
    std::vector<std::string> names;
    std::map<std::string, std::unique_ptr<Environment>> environments;
    std::optional<dialect::Plugins> plugins;
    bool several = false;                                      ///< environments were chosen
    std::map<std::string, std::vector<std::string>> targets{}; ///< of sections, once they were asked for

    explicit Implementation(const Options& given)
        : options(given),
          shared_config(std::make_shared<config::Config>(config::Config::read(config::find(given.config)))),
          config(*shared_config) {
        for (const std::string& name : options.names) config.adopt_pyproject(name);
    }
};

namespace {

/// Whether the key stands in the section itself and not only in [DEFAULT], which every section inherits.
bool has_own(const config::Config& config, std::string_view section, std::string_view key) {
    const auto here = config.raw(section, key);
    const auto inherited = config.raw("DEFAULT", key);
    return here && !(inherited && inherited->place == here->place);
}

/// Sections with a script_location of their own; [orch] only where it is the only one, since it otherwise
/// holds defaults.
std::vector<std::string> environment_names(const config::Config& config) {
    std::vector<std::string> names;
    for (const std::string& section : config.sections()) {
        if (section == shared_section) continue;
        if (has_own(config, section, "script_location")) names.push_back(section);
    }
    if (names.empty())
        for (const std::string_view section : {shared_section, std::string_view("alembic")})
            if (config.has_section(section) && config.get(section, "script_location"))
                return {std::string(section)};
    return names;
}

} // namespace

Project::Project(const Options& options) : self_(new Implementation(options)) {
    self_->names = environment_names(self_->config);
    if (self_->names.empty() && options.names.empty())
        throw Error(Fault::config,
                    fmt::format("no environment in '{}': no section has a key 'script_location'",
                                display_path(self_->config.file())))
            .hint("add a section with 'script_location = %(here)s/migrations'");
}

Project::~Project() = default;

const config::Config& Project::config() const { return self_->config; }
std::vector<std::string> Project::names() const { return self_->names; }

dialect::Plugins& Project::plugins() {
    if (!self_->plugins) self_->plugins.emplace(plugin_path(self_->config));
    return *self_->plugins;
}

namespace {

/// The names that fit -n's patterns, in the order of the file.
std::vector<std::string> matching(const std::vector<std::string>& names,
                                  const std::vector<std::string>& patterns, const config::Config& config) {
    std::vector<std::string> chosen;
    for (const std::string& pattern : patterns) {
        bool any = false;
        for (const std::string& name : names) {
            if (!glob_match(pattern, name)) continue;
            any = true;
            if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) chosen.push_back(name);
        }
        // Alembic takes any section, also one whose script_location stands in [DEFAULT].
        if (!any && config.has_section(pattern) && pattern != shared_section &&
            config.get(pattern, "script_location")) {
            chosen.push_back(pattern);
            any = true;
        }
        if (any) continue;
        Error error(Fault::usage,
                    fmt::format("no environment '{}' in '{}'", pattern, display_path(config.file())));
        if (const auto meant = nearest(pattern, names))
            error.hint(fmt::format("did you mean '{}'?", *meant));
        else
            error.hint(fmt::format("it has {}", names.empty() ? "none" : quoted_list(names)));
        throw error;
    }
    std::stable_sort(chosen.begin(), chosen.end(), [&](const std::string& a, const std::string& b) {
        return std::find(names.begin(), names.end(), a) < std::find(names.begin(), names.end(), b);
    });
    return chosen;
}

} // namespace

namespace {

/// "shop" of "shop[acme]".
std::string section_of(const std::string& pattern) {
    const std::size_t bracket = pattern.find('[');
    return pattern.ends_with(']') && bracket != std::string::npos && bracket > 0 ? pattern.substr(0, bracket)
                                                                                 : pattern;
}

/// Whether one of the patterns of -n takes this target of a chosen section; all are taken where none speaks
/// of targets.
bool wants_target(const std::vector<std::string>& patterns, const std::string& section,
                  const std::string& target) {
    if (patterns.empty()) return true;
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        const std::string wanted = section_of(pattern);
        if (!glob_match(wanted, section)) return false;
        if (wanted.size() == pattern.size()) return true;
        return glob_match(pattern.substr(wanted.size() + 1, pattern.size() - wanted.size() - 2), target);
    });
}

/// `targets = sql:QUERY`, asked on `targets_url`.
std::vector<std::string> first_column(const config::Config& config, const std::string& section,
                                      const std::string& query, dialect::Plugins& plugins) {
    const auto value = find_key(config, section, "targets_url");
    if (!value)
        throw Error(Fault::config, "'targets = sql:...' needs a key 'targets_url': the database to ask");
    const Url url = parse_url(trim(value->text));
    const auto connection = plugins.for_scheme(url.scheme).connect(url, {true, {}, true});
    if (!connection)
        throw Error(Fault::config, fmt::format("'{}' does not exist", masked(url))).at(value->place);
    dialect::Statement statement;
    statement.sql = query;
    statement.reads = true;
    std::vector<std::string> found;
    for (const auto& row : connection->execute(statement).rows) {
        const sql::Datum& first = row.front();
        if (const auto* text = std::get_if<std::string>(&first))
            found.push_back(*text);
        else if (const auto* number = std::get_if<std::int64_t>(&first))
            found.push_back(std::to_string(*number));
        else
            throw Error(Fault::config, "expected text in the first column of the query of 'targets'")
                .sql(query);
    }
    return found;
}

} // namespace

std::function<bool(const std::string&)> Project::foreign_tables(const Environment& environment) {
    return fleet::foreign_tables(*this, environment);
}

std::vector<std::string> Project::chosen_sections() {
    Implementation& self = *self_;
    const bool has_alembic = std::find(self.names.begin(), self.names.end(), "alembic") != self.names.end();
    if (!self.options.names.empty()) {
        std::vector<std::string> patterns;
        for (const std::string& pattern : self.options.names) patterns.push_back(section_of(pattern));
        return matching(self.names, patterns, self.config);
    }
    if (!self.options.all && has_alembic) return {"alembic"}; // Alembic's own default for -n
    return self.names;
}

std::vector<Environment*> Project::for_reading() {
    const std::vector<std::string> chosen = chosen_sections();
    self_->several = chosen.size() > 1;
    std::vector<Environment*> found;
    for (const std::string& name : chosen) found.push_back(find(name));
    return found;
}

std::vector<Environment*> Project::for_looking() {
    Implementation& self = *self_;
    const std::vector<std::string> sections = chosen_sections();
    self.several = sections.size() > 1 || std::ranges::any_of(sections, [&](const std::string& section) {
                       return target_source(self.config, section).has_value();
                   });
    std::optional<targets::Partition> part;
    if (self.options.partition) part = targets::partition(*self.options.partition);
    std::vector<Environment*> found;
    for (const std::string& section : sections)
        for (Environment* environment : databases(section)) {
            const std::string& target = environment->target();
            if (!target.empty() && part && !part->has(target)) continue;
            if (target.empty() || wants_target(self.options.names, section, target))
                found.push_back(environment);
        }
    if (found.empty() && !part)
        throw Error(Fault::usage, fmt::format("no target fits {}", quoted_list(self.options.names)));
    return found;
}

std::vector<Environment*> Project::databases(const std::string& section) {
    if (!target_source(self_->config, section)) return {find(section)};
    std::vector<Environment*> found;
    for (const std::string& target : targets_of(section)) found.push_back(find_target(section, target));
    return found;
}

const std::vector<std::string>& Project::targets_of(const std::string& section) {
    Implementation& self = *self_;
    const auto known = self.targets.find(section);
    if (known != self.targets.end()) return known->second;
    const auto ask = [&](const std::string& query) {
        return first_column(self.config, section, query, plugins());
    };
    return self.targets.emplace(section, targets::names(*target_source(self.config, section), ask))
        .first->second;
}

Environment* Project::find(const std::string& section) {
    Implementation& self = *self_;
    auto& slot = self.environments[section];
    if (slot) return slot.get();
    if (!self.config.has_section(section)) return nullptr;
    const bool many = target_source(self.config, section).has_value();
    if (many) self.config.set(section, "target", "target"); // what names it can be read
    auto made = std::make_unique<Environment::Implementation>(Environment::Implementation{
        self.shared_config, *this, read_keys(self.config, section, self.options), section, "", many});
    if (self.several) made->keys.settings.logger = "orch.runner." + section;
    slot.reset(new Environment(std::move(made)));
    return slot.get();
}

Environment* Project::find_target(const std::string& section, const std::string& target) {
    Implementation& self = *self_;
    const std::string name = fmt::format("{}[{}]", section, target);
    auto& slot = self.environments[name];
    if (slot) return slot.get();
    auto own = std::make_shared<config::Config>(self.config);
    own->set(section, "target", replace_all(target, "%", "%%"));
    EnvironmentKeys keys = read_keys(*own, section, self.options);
    keys.settings.environment = name;
    keys.settings.logger = "orch.runner." + name;
    slot.reset(new Environment(std::make_unique<Environment::Implementation>(
        Environment::Implementation{std::move(own), *this, std::move(keys), section, target})));
    slot->share_tree(*find(section));
    return slot.get();
}

std::vector<Environment*> Project::for_changing() {
    if (chosen_sections().size() > 1 && !self_->options.all && self_->options.names.empty())
        throw Error(Fault::usage, fmt::format("'{}' has several environments: {}",
                                              display_path(self_->config.file()), quoted_list(self_->names)))
            .hint("choose with -n NAME (repeatable, globs such as 'module_*' work) or --all");
    return in_order(for_looking());
}

std::vector<Environment*> Project::for_planning() { return in_order(for_looking()); }

/// What depends_on names comes first. Each learns of the tables that are the others'.
std::vector<Environment*> Project::in_order(std::vector<Environment*> chosen) {
    for (Environment* environment : chosen)
        for (const std::string& name : environment->depends_on())
            if (std::find(self_->names.begin(), self_->names.end(), name) == self_->names.end()) {
                Error error(
                    Fault::config,
                    fmt::format("environment '{}' depends on '{}', which is no environment of this file",
                                environment->name(), name));
                if (const auto value = find_key(self_->config, environment->section(), "depends_on"))
                    error.at(value->place);
                throw error;
            }
    introduce(*this, chosen, self_->options.allow_foreign);
    std::vector<jobs::Job> all;
    for (const Environment* environment : chosen) {
        jobs::Job& job = all.emplace_back();
        job.name = environment->name();
        for (const std::string& name : environment->depends_on())
            for (std::size_t i = 0; i < chosen.size(); ++i)
                if (chosen[i]->section() == name) job.after.push_back(i);
    }
    std::vector<Environment*> sorted;
    try {
        for (const std::size_t at : jobs::order(all, "environments depend on")) sorted.push_back(chosen[at]);
    } catch (Error& error) {
        throw error.hint("remove one of these 'depends_on'");
    }
    return sorted;
}

Environment& Project::one() {
    const std::vector<Environment*> chosen = for_reading();
    if (chosen.size() == 1) return *chosen.front();
    throw Error(Fault::usage, fmt::format("this command works on one environment, and '{}' has several: {}",
                                          display_path(self_->config.file()), quoted_list(self_->names)))
        .hint("choose one with -n NAME");
}

// ---- a run over several
// ---------------------------------------------------------------------------------------

std::vector<Outcome> for_each(const std::vector<Environment*>& environments,
                              const std::function<void(Environment&)>& work) {
    std::vector<Outcome> outcomes;
    for (const Environment* environment : environments)
        outcomes.push_back({environment->name(), Outcome::not_run, {}});
    for (std::size_t i = 0; i < environments.size(); ++i) {
        try {
            work(*environments[i]);
            outcomes[i].kind = Outcome::done;
        } catch (Error& error) {
            outcomes[i].kind = Outcome::failed;
            outcomes[i].error = error;
            break;
        }
    }
    return outcomes;
}

void check(const std::vector<Outcome>& outcomes) {
    const auto failed = std::find_if(outcomes.begin(), outcomes.end(),
                                     [](const Outcome& o) { return o.kind == Outcome::failed; });
    if (failed == outcomes.end()) return;
    std::vector<std::string> done, left;
    for (const Outcome& outcome : outcomes) {
        if (outcome.kind == Outcome::done) done.push_back(outcome.environment);
        if (outcome.kind == Outcome::not_run) left.push_back(outcome.environment);
    }
    const bool stopped = failed->error->fault() == Fault::interrupted;
    Error error = done.empty() || stopped ? *failed->error : failed->error->as(Fault::partial);
    if (outcomes.size() > 1) error.note(fmt::format("environment '{}' failed", failed->environment));
    if (!done.empty()) error.note(fmt::format("done: {}", quoted_list(done)));
    if (!left.empty()) error.note(fmt::format("not run: {}", quoted_list(left)));
    throw error;
}

bool has_project(const Options& options) { return config::find_if_any(options.config).has_value(); }

std::vector<dialect::PluginReport> plugins_without_project() { return dialect::Plugins().list(); }

} // namespace orch::fleet
