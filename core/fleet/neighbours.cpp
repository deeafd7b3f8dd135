#include "fleet/neighbours.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "fleet/keys.hpp"
#include "fleet/ownership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace orch::fleet {

namespace {

/// Which database an environment uses, and which table holds its versions.
struct Home {
    Environment* environment;
    std::string database, version_table;
    Filter owns;
};

/// Where tables without a schema go, as far as the connection is told: targets may share a database by it.
std::string search_path(const Environment& environment, const Url& url) {
    std::string found;
    for (const auto* options : {&url.query, &environment.settings().connect_args})
        for (const auto& [name, value] : *options)
            if (name == "search_path" || name == "options") found += value + "\n";
    return found;
}

/// One whose URL comes from an env.py or from a variable that is not set has no say.
std::vector<Home> homes(Project& project, const std::vector<Environment*>& environments) {
    std::vector<Home> found;
    for (Environment* environment : environments) {
        try {
            const Url url = environment->url();
            const script::Context& context = environment->settings().context;
            const auto filter = find_key(project.config(), environment->section(), "include_object");
            found.push_back({environment,
                             project.plugins().for_scheme(url.scheme).identity(url) + "\n" +
                                 search_path(*environment, url),
                             (context.version_table_schema ? *context.version_table_schema + "." : "") +
                                 context.version_table,
                             filter ? Filter(*filter) : Filter()});
        } catch (const Error& error) {
            log::debug("orch.config", fmt::format("environment '{}' is not compared with the others: {}",
                                                  environment->name(), error.message()));
        }
    }
    return found;
}

void refuse_shared_version_tables(const Project& project, const std::vector<Home>& all) {
    std::map<std::pair<std::string, std::string>, const Environment*> seen;
    for (const Home& home : all) {
        const auto [before, is_new] =
            seen.emplace(std::pair(home.database, home.version_table), home.environment);
        if (is_new) continue;
        const bool targets = home.environment->section() == before->second->section();
        throw Error(
            Fault::config,
            fmt::format("environments '{}' and '{}' use the same version table '{}' in the same database",
                        before->second->name(), home.environment->name(), home.version_table))
            .at(project.config().section_place(home.environment->section()))
            .hint(targets ? "tell the targets apart: '%(target)s' in the url, in version_table_schema or in "
                            "connect_args.search_path"
                          : fmt::format("give each its own: 'version_table = {}_alembic_versions'",
                                        home.environment->section()));
    }
}

/// Whether a revision of an environment makes a table: its files are searched for the name first, and only
/// where it stands there are the revisions replayed.
class Maker {
  public:
    explicit Maker(Environment& environment) : environment_(environment) {}

    bool operator()(const std::string& table) {
        try {
            return mentions(table) && makes(table);
        } catch (const Error& error) {
            log::debug("orch.fleet",
                       fmt::format("what '{}' makes is not known: {}", environment_.name(), error.message()));
            return false;
        }
    }

  private:
    bool mentions(const std::string& table) {
        if (text_.empty())
            for (const script::RevisionFile& file : environment_.tree().files())
                text_ += read_file(file.path);
        return text_.find(table) != std::string::npos;
    }
    bool makes(const std::string& table) {
        if (!past_) {
            past_.emplace(
                environment_.settings(), [this]() -> const runner::Tree& { return environment_.tree(); },
                environment_.dialect({}));
        }
        const ops::Model& model = past_->after(environment_.tree().graph().real_heads()).model;
        return model.has_table(table, std::nullopt);
    }

    Environment& environment_;
    std::string text_;
    std::optional<runner::Past> past_;
};

/// Whether depends_on leads from one section to the other.
bool leads(Project& project, const std::string& from, const std::string& to, std::set<std::string>& seen) {
    const Environment* environment = seen.insert(from).second ? project.find(from) : nullptr;
    if (!environment) return false;
    return std::ranges::any_of(environment->depends_on(), [&](const std::string& name) {
        return name == to || leads(project, name, to, seen);
    });
}

Neighbour neighbour(Project& project, const Home& home, const std::string& seen_from) {
    std::set<std::string> seen;
    return {home.environment->name(), home.owns, leads(project, seen_from, home.environment->section(), seen),
            [maker = std::make_shared<Maker>(*home.environment)](const std::string& table) {
                return (*maker)(table);
            }};
}

} // namespace

void introduce(Project& project, const std::vector<Environment*>& chosen, bool allow_foreign) {
    std::vector<Environment*> all = chosen;
    for (const std::string& section : project.names()) {
        const bool is_chosen =
            std::ranges::any_of(chosen, [&](const Environment* one) { return one->section() == section; });
        if (!is_chosen && !target_source(project.config(), section)) all.push_back(project.find(section));
    }
    if (all.size() < 2) return;
    const std::vector<Home> found = homes(project, all);
    refuse_shared_version_tables(project, found);
    std::map<std::string, std::vector<const Home*>> by_database;
    for (const Home& home : found) by_database[home.database].push_back(&home);
    for (const Home& home : found) {
        if (std::ranges::find(chosen, home.environment) == chosen.end()) continue;
        std::vector<Neighbour> others;
        for (const Home* other : by_database[home.database])
            if (other->environment->section() != home.environment->section())
                others.push_back(neighbour(project, *other, home.environment->section()));
        if (others.empty()) continue;
        home.environment->set_ownership(
            std::make_shared<Ownership>(neighbour(project, home, home.environment->section()),
                                        std::move(others)),
            allow_foreign);
    }
}

std::function<bool(const std::string&)> foreign_tables(Project& project, const Environment& environment) {
    std::vector<Environment*> all;
    for (const std::string& section : project.names()) {
        const bool fleet = target_source(project.config(), section).has_value();
        if (section == environment.section())
            for (Environment* one : project.databases(section))
                if (one->name() == environment.name()) all.push_back(one);
        if (section != environment.section() && !fleet) all.push_back(project.find(section));
    }
    if (all.size() < 2) return nullptr;
    const std::vector<Home> found = homes(project, all);
    const auto self = std::ranges::find_if(
        found, [&](const Home& home) { return home.environment->name() == environment.name(); });
    if (self == found.end()) return nullptr;
    std::vector<std::string> version_tables;
    std::vector<Filter> filters;
    for (const Home& home : found) {
        if (home.database != self->database) continue;
        version_tables.push_back(home.version_table.substr(home.version_table.rfind('.') + 1));
        if (home.environment != self->environment) filters.push_back(home.owns);
    }
    return [version_tables, filters](const std::string& table) {
        for (const std::string& name : version_tables)
            if (table == name || table.starts_with(name + "_orch")) return true;
        return std::ranges::any_of(filters,
                                   [&](const Filter& filter) { return filter.selects("table", table); });
    };
}

} // namespace orch::fleet
