#include "fleet/requirements.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace orch::fleet {

namespace {

using runner::Move;

/// "core@1975ea83b712"
struct Requirement {
    std::string environment, revision;
};

Requirement parsed(const std::string& text, const script::RevisionFile& file) {
    const std::size_t at = text.find('@');
    if (at != 0 && at != std::string::npos && at + 1 < text.size())
        return {text.substr(0, at), text.substr(at + 1)};
    throw Error(Fault::script, fmt::format("expected ENVIRONMENT@REVISION in 'requires', got '{}'", text))
        .at(file.head.place);
}

bool requires_anything(Environment& environment) {
    for (const script::RevisionFile& file : environment.tree().files())
        if (!file.requires_.empty()) return true;
    return false;
}

class Router {
  public:
    Router(Project& project, const std::vector<Environment*>& environments, const Move& move, bool may_write)
        : project_(project), environments_(environments), move_(move), may_write_(may_write) {}

    Route run() {
        Route route;
        const bool up = move_.kind != Move::downgrade;
        route.cut = move_.kind != Move::stamp &&
                    std::ranges::any_of(involved(), [](Environment* one) { return requires_anything(*one); });
        for (Environment* environment : environments_) route.lines.push_back(line(*environment));
        if (route.cut) {
            for (std::size_t i = 0; i < environments_.size(); ++i)
                route.lines[i].stops = stops(*environments_[i]);
            for (std::size_t i = 0; i < environments_.size(); ++i) connect(route.lines, i);
            if (!up) refuse_to_take_away(route.lines);
        }
        route.parts = plan::parts(route.lines, up ? plan::Way::up : plan::Way::down);
        return route;
    }

  private:
    void look(Environment& environment, const std::function<void(runner::Session&)>& work) const {
        try {
            environment.read(work);
        } catch (const Error& error) {
            if (!may_write_ || error.fault() != Fault::database) throw;
            environment.change(work);
        }
    }

    std::vector<plan::Stop> stops(Environment& environment) const {
        std::vector<plan::Stop> found;
        std::set<std::string> databases;
        look(environment, [&](runner::Session& session) {
            databases.insert(session.display_url());
            if (databases.size() > 1) throw several_databases(environment, databases);
            found.clear();
            for (const graph::Step& step : session.plan(move_)) found.push_back({step.revision, {}});
        });
        return found;
    }

    static Error several_databases(const Environment& environment, const std::set<std::string>& urls) {
        return Error(Fault::config,
                     fmt::format(
                         "the env.py of environment '{}' moves several databases, {}: 'requires' cannot tell "
                         "which of them is meant",
                         environment.name(), quoted_list({urls.begin(), urls.end()})))
            .hint("give each database a section of its own, with the same script_location");
    }

    /// An upgrade looks at what its own revisions require; a downgrade at everybody's.
    std::vector<Environment*> involved() {
        if (move_.kind != Move::downgrade) return environments_;
        std::vector<Environment*> all;
        for (const std::string& name : project_.names()) {
            bool any = false;
            for (const script::RevisionFile& file : project_.find(name)->tree().files())
                any = any || !file.requires_.empty();
            if (!any) continue;
            for (Environment* environment : project_.databases(name)) all.push_back(environment);
        }
        return all;
    }

    plan::Line line(const Environment& environment) const {
        plan::Line made{environment.name(), {}, {}};
        for (const std::string& name : environment.depends_on())
            for (std::size_t i = 0; i < environments_.size(); ++i)
                if (environments_[i]->section() == name && are_together(environment, *environments_[i], name))
                    made.depends_on.push_back(i);
        return made;
    }

    /// Of two fleets with the same targets, each target waits for its own.
    bool are_together(const Environment& one, const Environment& other, const std::string& section) const {
        if (one.target().empty() || other.target().empty() || one.target() == other.target()) return true;
        return std::ranges::none_of(environments_, [&](const Environment* each) {
            return each->section() == section && each->target() == one.target();
        });
    }

    std::optional<std::size_t> index_of(const std::string& name) const {
        for (std::size_t i = 0; i < environments_.size(); ++i)
            if (environments_[i]->name() == name) return i;
        return std::nullopt;
    }

    /// The databases that a requirement speaks of: of a fleet the target of the same name, else all.
    std::vector<Environment*> named(const Requirement& wanted, const script::RevisionFile& file,
                                    const Environment& own) {
        if (project_.find(wanted.environment)) {
            std::vector<Environment*> all = project_.databases(wanted.environment);
            for (Environment* one : all)
                if (!own.target().empty() && one->target() == own.target()) return {one};
            return all;
        }
        Error error(Fault::config,
                    fmt::format("revision '{}' requires '{}@{}', and '{}' is no environment "
                                "of this file",
                                file.head.id, wanted.environment, wanted.revision, wanted.environment));
        if (const auto meant = nearest(wanted.environment, project_.names()))
            error.hint(fmt::format("did you mean '{}'?", *meant));
        throw error.at(file.head.place);
    }

    /// The revisions that a requirement means.
    static std::vector<std::string> resolved(const Requirement& wanted, Environment& environment,
                                             const script::RevisionFile& file) {
        try {
            return environment.tree().graph().resolve(wanted.revision);
        } catch (Error& error) {
            throw error.at(file.head.place).note(fmt::format("required by revision '{}'", file.head.id));
        }
    }

    const std::vector<std::string>& current(Environment& environment) {
        const auto known = current_.find(environment.name());
        if (known != current_.end()) return known->second;
        std::vector<std::string> rows;
        look(environment, [&](runner::Session& session) { rows = session.current(); });
        return current_.emplace(environment.name(), std::move(rows)).first->second;
    }

    bool is_applied(const std::string& revision, Environment& environment) {
        const graph::RevisionMap& graph = environment.tree().graph();
        return std::ranges::any_of(current(environment), [&](const std::string& row) {
            return graph.contains(row) && graph.is_ancestor(revision, row);
        });
    }

    static bool moves(const plan::Line& line, const std::string& revision) {
        return std::ranges::find(line.stops, revision, &plan::Stop::revision) != line.stops.end();
    }

    void connect(std::vector<plan::Line>& lines, std::size_t at) {
        for (plan::Stop& stop : lines[at].stops) {
            const script::RevisionFile& file = environments_[at]->tree().file(stop.revision);
            for (const std::string& text : file.requires_) {
                const Requirement wanted = parsed(text, file);
                for (Environment* other : named(wanted, file, *environments_[at])) {
                    const auto index = index_of(other->name());
                    for (const std::string& revision : resolved(wanted, *other, file)) {
                        if (index && moves(lines[*index], revision))
                            stop.requires_.emplace_back(*index, revision);
                        else if (move_.kind == Move::upgrade && !is_applied(revision, *other))
                            throw missing(*environments_[at], file, *other, revision, index.has_value());
                    }
                }
            }
        }
    }

    static Error missing(const Environment& own, const script::RevisionFile& file, const Environment& other,
                         const std::string& revision, bool chosen) {
        return Error(
                   Fault::graph,
                   fmt::format("revision '{}' of environment '{}' requires '{}@{}', which is not applied and "
                               "not part of this run",
                               file.head.id, own.name(), other.name(), revision))
            .at(file.head.place)
            .hint(chosen ? fmt::format("choose a target that includes '{}'", revision)
                         : fmt::format("run it too: -n {} -n {}", other.name(), own.name()));
    }

    /// What goes must not be required by what stays.
    void refuse_to_take_away(const std::vector<plan::Line>& lines) {
        for (Environment* environment : involved()) {
            if (!requires_anything(*environment)) continue;
            const auto own = index_of(environment->name());
            for (const script::RevisionFile& file : environment->tree().files()) {
                if (file.requires_.empty() || (own && moves(lines[*own], file.head.id))) continue;
                for (const std::string& text : file.requires_) refuse(lines, *environment, file, text);
            }
        }
    }

    void refuse(const std::vector<plan::Line>& lines, Environment& environment,
                const script::RevisionFile& file, const std::string& text) {
        const Requirement wanted = parsed(text, file);
        for (std::size_t at = 0; at < environments_.size(); ++at) {
            Environment& other = *environments_[at];
            const bool meant = other.section() == wanted.environment &&
                               (other.target().empty() || environment.target().empty() ||
                                other.target() == environment.target());
            if (meant) refuse(lines[at], other, environment, file, resolved(wanted, other, file));
        }
    }

    void refuse(const plan::Line& line, const Environment& other, Environment& environment,
                const script::RevisionFile& file, const std::vector<std::string>& required) {
        for (const std::string& revision : required)
            if (moves(line, revision) && is_applied(file.head.id, environment))
                throw Error(Fault::graph,
                            fmt::format("revision '{}' of environment '{}' is applied and requires '{}@{}', "
                                        "which this downgrade would take back",
                                        file.head.id, environment.name(), other.name(), revision))
                    .at(file.head.place)
                    .hint(fmt::format("downgrade '{}' too, or first", environment.name()));
    }

    Project& project_;
    const std::vector<Environment*>& environments_;
    const Move& move_;
    bool may_write_;
    std::map<std::string, std::vector<std::string>> current_;
};

} // namespace

Route route(Project& project, const std::vector<Environment*>& environments, const Move& move,
            bool may_write) {
    return Router(project, environments, move, may_write).run();
}

} // namespace orch::fleet
