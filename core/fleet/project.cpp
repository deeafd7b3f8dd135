// The file with its environments.
#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/choice.hpp"
#include "fleet/environment.hpp"
#include "fleet/neighbours.hpp"
#include "jobs/jobs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace orch::fleet {

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
    const std::string name = fmt::format("{}[{}]", section, targets::shown(target));
    auto& slot = self.environments[name];
    if (slot && slot->target() != target)
        throw Error(Fault::config, fmt::format("two targets differ in their passwords alone: '{}'", name));
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

bool has_project(const Options& options) { return config::find_if_any(options.config).has_value(); }

std::vector<dialect::PluginReport> plugins_without_project() { return dialect::Plugins().list(); }

} // namespace orch::fleet
