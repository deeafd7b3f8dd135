#include "fleet/recorder.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "fleet/keys.hpp"

namespace orch::fleet {

namespace {

std::vector<std::string> names_of(const std::vector<Environment*>& environments) {
    std::vector<std::string> names;
    for (const Environment* environment : environments) names.push_back(environment->name());
    return names;
}

bool is_relative(const std::string& symbol) { return symbol.find_first_of("+-") != std::string::npos; }

/// "heads" and labels as the ids that they mean today, so that a run that goes on tomorrow ends where it was
/// to end. Of several trees, and of names that count from where a database is, the words stay.
runner::Move frozen(runner::Move move, const std::vector<Environment*>& environments) {
    for (const Environment* environment : environments)
        if (environment->section() != environments.front()->section()) return move;
    std::vector<std::string> ids;
    for (const std::string& symbol : move.targets) {
        if (is_relative(symbol) || symbol == "base" || symbol.ends_with("@base")) return move;
        for (std::string& id : environments.front()->tree().graph().resolve(symbol))
            ids.push_back(std::move(id));
    }
    if (!ids.empty()) move.targets = std::move(ids);
    return move;
}

} // namespace

Recorder::Recorder(runs::Record& record, const runner::Move& move,
                   const std::vector<Environment*>& environments)
    : record_(record), id_(record.begin(frozen(move, environments), names_of(environments))) {}

Recorder::Recorder(runs::Record& record, const runs::Run& run) : record_(record), id_(run.id) {
    record.reopen(run.id);
    for (const runs::Target& target : run.targets)
        if (target.steps) frozen_.emplace(target.name, target);
}

runner::Summary Recorder::carry_out(const std::string& environment, runner::Session& session,
                                    const runner::Move& move, const std::optional<runner::Portion>& exactly) {
    const auto before = frozen_.find(environment);
    if (before != frozen_.end()) return session.carry_on(*before->second.steps, before->second.from);
    const std::vector<std::string> from = session.current();
    if (move.purge) return session.move(move);
    const graph::Plan steps = session.plan(move);
    record_.begin(id_, environment, from, steps);
    if (exactly) return session.move(move, exactly);
    return session.carry_on(steps, from);
}

void Recorder::end(const std::string& environment, const std::optional<Error>& error) {
    record_.end(id_, environment, error);
}

void Recorder::takes_back(const std::string& environment, const std::optional<Error>& failure) {
    const Error what(Fault::partial, "was being taken back");
    end(environment, failure ? Error(*failure).note(what.message()) : what);
}

void Recorder::took_back(const std::string& environment, const std::optional<Error>& failure) {
    const Error what(Fault::partial, "taken back");
    end(environment, failure ? Error(*failure).note(what.message()) : what);
}

Url runs_url(const Project& project) {
    if (const auto value = find_key(project.config(), shared_section, "runs_url")) {
        try {
            return parse_url(trim(value->text));
        } catch (Error& error) {
            throw error.at(value->place);
        }
    }
    return parse_url("sqlite:///" + (project.config().here() / ".orch-runs.db").string() +
                     "?journal_mode=wal&synchronous=normal");
}

} // namespace orch::fleet
