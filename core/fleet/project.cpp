#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/fleet.hpp"
#include "fleet/keys.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace orch::fleet {

namespace fs = std::filesystem;

// ---- one environment
// -------------------------------------------------------------------------------------------

struct Environment::Implementation {
    const config::Config& config;
    Project& project;
    EnvironmentKeys keys;
    std::optional<runner::Tree> tree;
    bool wants_models = false; ///< the env.py that runs next is asked for its target_metadata

    fs::path env_py() const { return keys.settings.scripts.script_location / "env.py"; }

    /// Every section of the file, as an env.py may ask for them. Filled only for an env.py: it costs an
    /// interpolation for each key.
    script::Context with_sections(script::Context context) const {
        const auto copy = [&](const std::string& section) {
            std::map<std::string, std::string> values;
            for (const std::string& key : config.keys(section))
                if (const auto value = config.raw(section, key)) values.emplace(key, value->text);
            return values;
        };
        for (const std::string& section : config.sections()) context.sections.emplace(section, copy(section));
        for (const std::string& key : config.keys(context.section))
            if (const auto value = find_key(config, context.section, key))
                context.main_options.emplace(key, value->text);
        return context;
    }

    /// What an env.py configured wins over the ini.
    runner::Settings merged(const script::EnvironmentOptions& options) const {
        runner::Settings settings = keys.settings;
        settings.url = options.url ? parse_url(*options.url) : read_url(config, settings.environment);
        settings.context.url = settings.url;
        if (options.version_table) settings.context.version_table = *options.version_table;
        if (options.version_table_schema)
            settings.context.version_table_schema = options.version_table_schema;
        if (options.transaction_per_migration)
            settings.transaction_per_migration = *options.transaction_per_migration;
        if (options.render_as_batch) settings.context.render_as_batch = *options.render_as_batch;
        settings.session_statements = options.statements;
        settings.context.naming_convention = options.naming_convention;
        if (options.version_table_pk) settings.version_table_pk = *options.version_table_pk;
        settings.version_applied = options.version_applied;
        for (const fs::path& folder : options.sys_path) settings.scripts.prepend_sys_path.push_back(folder);
        for (const auto& option : options.engine_options) settings.connect_args.push_back(option);
        return settings;
    }

    /// Calls `work` with the settings that hold, inside env.py where there is one.
    using Work = std::function<void(const runner::Settings&, const script::EnvironmentOptions*)>;
    void with_settings(bool offline, const Work& work) {
        std::error_code ignored;
        if (!keys.env_py || !fs::exists(env_py(), ignored)) {
            runner::Settings settings = keys.settings;
            settings.url = read_url(config, settings.environment);
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

    runner::Tree& loaded() {
        if (!tree) tree.emplace(keys.settings.scripts);
        return *tree;
    }

    void session(runner::Session::Access access, const std::function<void(const Opened&)>& work) {
        loaded(); // a tree that cannot be read is told before anybody connects
        with_settings(false, [&](const runner::Settings& settings, const script::EnvironmentOptions* asked) {
            runner::Session session(settings, loaded(), project.plugins().for_scheme(settings.url.scheme),
                                    access);
            work({session, settings, asked});
        });
    }
};

Environment::Environment(std::unique_ptr<Implementation> implementation) : self_(std::move(implementation)) {}
Environment::~Environment() = default;

const std::string& Environment::name() const { return self_->keys.settings.environment; }
script::Context Environment::context_of_env_py() const {
    return self_->with_sections(self_->keys.settings.context);
}
const runner::Settings& Environment::settings() const { return self_->keys.settings; }
const runner::Tree& Environment::tree() { return self_->loaded(); }
void Environment::reload() { self_->tree.reset(); }
void Environment::set_neighbours(std::vector<std::pair<std::string, Filter>> others) {
    if (others.empty()) return;
    const EnvironmentKeys& keys = self_->keys;
    self_->keys.settings.permit = [name = name(), own = keys.include_object,
                                   others = std::move(others)](const ops::Operation& operation) {
        refuse_foreign(operation, name, own, others);
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
    return find_key(self_->config, this->name(), name);
}

fs::path Environment::located(const fs::path& path) const {
    return fleet::located(path, self_->config.here());
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
    return self_->project.plugins().for_scheme(scheme ? *scheme : read_url(self_->config, name()).scheme);
}

void Environment::run_environment() {
    self_->with_settings(false, [](const runner::Settings&, const script::EnvironmentOptions*) {});
}

// ---- the file with its environments
// ---------------------------------------------------------------------------

struct Project::Implementation {
    Options options;
    config::Config config;
    std::vector<std::string> names;
    std::map<std::string, std::unique_ptr<Environment>> environments;
    std::optional<dialect::Plugins> plugins;

    explicit Implementation(const Options& given)
        : options(given), config(config::Config::read(config::find(given.config))) {
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

std::vector<Environment*> Project::for_reading() {
    Implementation& self = *self_;
    std::vector<std::string> chosen;
    const bool has_alembic = std::find(self.names.begin(), self.names.end(), "alembic") != self.names.end();
    if (!self.options.names.empty())
        chosen = matching(self.names, self.options.names, self.config);
    else if (!self.options.all && has_alembic)
        chosen = {"alembic"}; // Alembic's own default for -n
    else
        chosen = self.names;
    std::vector<Environment*> found;
    for (const std::string& name : chosen) {
        auto& slot = self.environments[name];
        if (!slot) {
            auto made = std::make_unique<Environment::Implementation>(Environment::Implementation{
                self.config, *this, read_keys(self.config, name, self.options), {}});
            if (chosen.size() > 1) made->keys.settings.logger = "orch.runner." + name;
            slot.reset(new Environment(std::move(made)));
        }
        found.push_back(slot.get());
    }
    return found;
}

namespace {

/// Depth first over depends_on: what an environment depends on comes before it. Throws with the path of a
/// cycle.
class Order {
  public:
    explicit Order(const std::vector<Environment*>& environments) : environments_(environments) {}

    std::vector<Environment*> sorted() {
        for (Environment* environment : environments_) visit(environment);
        return std::move(done_);
    }

  private:
    void visit(Environment* environment) {
        if (std::find(done_.begin(), done_.end(), environment) != done_.end()) return;
        path_.push_back(environment->name());
        if (std::count(path_.begin(), path_.end(), environment->name()) > 1)
            throw Error(Fault::config,
                        fmt::format("environments depend on each other: {}", join(path_, " -> ")))
                .hint("remove one of these 'depends_on'");
        for (const std::string& name : environment->depends_on())
            for (Environment* other : environments_)
                if (other->name() == name) visit(other);
        path_.pop_back();
        done_.push_back(environment);
    }

    const std::vector<Environment*>& environments_;
    std::vector<Environment*> done_;
    std::vector<std::string> path_;
};

/// An environment as its neighbours see it: which database it uses, which table holds its versions, what it
/// owns.
struct Neighbour {
    std::string name, database, version_table;
    Place place;
    Filter owns;
};

/// All environments of the file whose database the ini tells. One whose URL comes from an env.py or from a
/// variable that is not set has no say here.
std::vector<Neighbour> neighbours(const config::Config& config, const std::vector<std::string>& names,
                                  dialect::Plugins& plugins) {
    std::vector<Neighbour> found;
    for (const std::string& name : names) {
        try {
            const Url url = read_url(config, name);
            const auto table = find_key(config, name, "version_table");
            const auto schema = find_key(config, name, "version_table_schema");
            const auto filter = find_key(config, name, "include_object");
            found.push_back({name, plugins.for_scheme(url.scheme).identity(url),
                             (schema ? schema->text + "." : "") + (table ? table->text : "alembic_version"),
                             config.section_place(name), filter ? Filter(*filter) : Filter()});
        } catch (const Error& error) {
            log::debug("orch.config", fmt::format("environment '{}' is not compared with the others: {}",
                                                  name, error.message()));
        }
    }
    return found;
}

void refuse_shared_version_tables(const std::vector<Neighbour>& all) {
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (all[i].database == all[j].database && all[i].version_table == all[j].version_table)
                throw Error(
                    Fault::config,
                    fmt::format(
                        "environments '{}' and '{}' use the same version table '{}' in the same database",
                        all[j].name, all[i].name, all[i].version_table))
                    .at(all[i].place)
                    .hint(
                        fmt::format("give each its own: 'version_table = {}_alembic_versions'", all[i].name));
}

/// The filters of the others that share this environment's database.
std::vector<std::pair<std::string, Filter>> others(const std::vector<Neighbour>& all,
                                                   const std::string& name) {
    const auto self =
        std::find_if(all.begin(), all.end(), [&](const Neighbour& one) { return one.name == name; });
    std::vector<std::pair<std::string, Filter>> found;
    if (self == all.end()) return found;
    for (const Neighbour& one : all)
        if (one.name != name && one.database == self->database && !one.owns.empty())
            found.emplace_back(one.name, one.owns);
    return found;
}

} // namespace

std::function<bool(const std::string&)> Project::foreign_tables(const Environment& environment) {
    if (self_->names.size() < 2) return nullptr;
    const std::vector<Neighbour> all = neighbours(self_->config, self_->names, plugins());
    std::vector<std::string> version_tables;
    const auto self = std::find_if(all.begin(), all.end(),
                                   [&](const Neighbour& one) { return one.name == environment.name(); });
    if (self == all.end()) return nullptr;
    for (const Neighbour& one : all)
        if (one.database == self->database)
            version_tables.push_back(one.version_table.substr(one.version_table.rfind('.') + 1));
    return [version_tables, filters = others(all, environment.name())](const std::string& table) {
        for (const std::string& name : version_tables)
            if (table == name || table.starts_with(name + "_orch")) return true;
        return std::any_of(filters.begin(), filters.end(),
                           [&](const auto& other) { return other.second.selects("table", table); });
    };
}

std::vector<Environment*> Project::for_changing() {
    std::vector<Environment*> chosen = for_reading();
    if (chosen.size() > 1 && !self_->options.all && self_->options.names.empty())
        throw Error(Fault::usage, fmt::format("'{}' has several environments: {}",
                                              display_path(self_->config.file()), quoted_list(self_->names)))
            .hint("choose with -n NAME (repeatable, globs such as 'module_*' work) or --all");
    for (Environment* environment : chosen)
        for (const std::string& name : environment->depends_on())
            if (std::find(self_->names.begin(), self_->names.end(), name) == self_->names.end()) {
                Error error(
                    Fault::config,
                    fmt::format("environment '{}' depends on '{}', which is no environment of this file",
                                environment->name(), name));
                if (const auto value = find_key(self_->config, environment->name(), "depends_on"))
                    error.at(value->place);
                throw error;
            }
    if (self_->names.size() > 1) {
        const std::vector<Neighbour> all = neighbours(self_->config, self_->names, plugins());
        refuse_shared_version_tables(all);
        if (!self_->options.allow_foreign)
            for (Environment* environment : chosen)
                environment->set_neighbours(others(all, environment->name()));
    }
    return Order(chosen).sorted();
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
