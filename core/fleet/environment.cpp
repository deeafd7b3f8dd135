#include "fleet/environment.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/ownership.hpp"

#include <fmt/format.h>

#include <map>

namespace orch::fleet {

namespace fs = std::filesystem;

std::string Environment::Implementation::text_of(const std::string& of, const std::string& key) const {
    try {
        return config().get(of, key)->text;
    } catch (const Error&) {
        return config().raw(of, key)->text;
    }
}

script::Context Environment::Implementation::with_sections(script::Context context) const {
    const auto copy = [&](const std::string& section) {
        std::map<std::string, std::string> values;
        for (const std::string& key : config().keys(section)) values.emplace(key, text_of(section, key));
        return values;
    };
    for (const std::string& section : config().sections()) context.sections.emplace(section, copy(section));
    for (const std::string& key : config().keys(context.section))
        if (const auto value = find_key(config(), context.section, key))
            context.main_options.emplace(key, value->text);
    return context;
}

runner::Settings Environment::Implementation::merged(const script::EnvironmentOptions& options) const {
    runner::Settings settings = keys.settings;
    const bool from_ini = !options.url || find_key(config(), section, "direct_url");
    settings.url = from_ini ? read_url(config(), section) : parse_url(*options.url);
    settings.context.url = settings.url;
    if (options.version_table) settings.context.version_table = *options.version_table;
    if (options.version_table_schema) settings.context.version_table_schema = options.version_table_schema;
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

namespace {

/// An env.py whose source was taken away would have its say where Python runs.
void refuse_compiled(const fs::path& env_py) {
    std::error_code ignored;
    std::vector<fs::path> compiled{fs::path(env_py.native() + "c"), fs::path(env_py.native() + "o")};
    for (const auto& entry : fs::directory_iterator(env_py.parent_path() / "__pycache__", ignored))
        if (entry.path().filename().native().starts_with("env.cpython-")) compiled.push_back(entry.path());
    for (const fs::path& file : compiled)
        if (fs::exists(file, ignored))
            throw Error(Fault::config,
                        fmt::format("'{}' is compiled Python, which orch does not read", display_path(file)))
                .hint("put its source beside it, or remove it where the ini says enough");
}

} // namespace

void Environment::Implementation::with_settings(bool offline, const Work& work) {
    if (has_targets)
        throw Error(Fault::usage, fmt::format("environment '{}' has many targets", section))
            .hint(fmt::format("choose one: -n '{}[NAME]'", section));
    std::error_code ignored;
    if (!keys.env_py || !fs::exists(env_py(), ignored)) {
        if (keys.env_py) refuse_compiled(env_py());
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

runner::Tree& Environment::Implementation::loaded() const {
    const std::lock_guard guard(shared->mutex);
    if (!shared->tree) shared->tree.emplace(keys.settings.scripts);
    return *shared->tree;
}

void Environment::Implementation::session(runner::Session::Access access,
                                          const std::function<void(const Opened&)>& work) {
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

Error Environment::Implementation::stopped_behind(const std::vector<std::string>& before,
                                                  const std::string& url, const Error& failure) {
    Error error = failure.fault() == Fault::interrupted ? failure : failure.as(Fault::partial);
    error.note(fmt::format("env.py runs the migrations on several databases; this one is '{}'", url));
    return error.note(
        fmt::format("done and committed before it: {}; the same command run again finds nothing left "
                    "to do there and goes on here",
                    quoted_list(before)));
}

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
void Environment::watch(std::function<void(std::string_view, std::string_view)> watch) {
    self_->keys.settings.watch = std::move(watch);
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

} // namespace orch::fleet
