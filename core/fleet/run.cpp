#include "fleet/run.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/course.hpp"
#include "fleet/keys.hpp"
#include "fleet/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::fleet {

OnError on_error(const std::string& word) {
    if (word == "stop") return OnError::stop;
    if (word == "continue") return OnError::go_on;
    if (word == "rollback") return OnError::roll_back;
    throw Error(Fault::usage, fmt::format("expected 'stop', 'continue' or 'rollback', got '{}'", word));
}

namespace {

/// A fleet's runs are written down; others where the ini says where.
bool is_recorded(const Project& project, const std::vector<Environment*>& environments) {
    return find_key(project.config(), shared_section, "runs_url") ||
           std::ranges::any_of(environments, [](const Environment* one) { return !one->target().empty(); });
}

std::vector<Ran> go_and_record(Course& course, Recorder& recorder, const RunOptions& options) {
    log::info("orch.fleet", fmt::format("This is run {}", recorder.id()));
    course.record(&recorder);
    std::vector<Ran> ran = course.go(options);
    recorder.end();
    return ran;
}

} // namespace

std::vector<Ran> run(Project& project, const runner::Move& move, const RunOptions& options) {
    std::vector<Environment*> environments = project.for_changing();
    wanted(project, options); // a wrong word is told before anything is done
    for (Environment* environment : environments) environment->prepare();
    const bool recorded = is_recorded(project, environments);
    Course course(project, move, environments);
    if (!recorded || !course.can_be_recorded()) return course.go(options);
    const Url url = runs_url(project);
    runs::Record record(url, project.plugins().for_scheme(url.scheme), true);
    Recorder recorder(record, move, environments);
    return go_and_record(course, recorder, options);
}

std::unique_ptr<runs::Record> recorded(Project& project) {
    const Url url = runs_url(project);
    return std::make_unique<runs::Record>(url, project.plugins().for_scheme(url.scheme), false);
}

std::vector<Ran> resume(Project& project, std::int64_t id, bool failed, const RunOptions& options) {
    const Url url = runs_url(project);
    runs::Record record(url, project.plugins().for_scheme(url.scheme), true);
    const runs::Run run = record.get(id);
    std::set<std::string> wanted_names;
    for (const runs::Target& target : run.targets)
        if (target.state == runs::Target::waiting || target.state == runs::Target::running ||
            (failed && target.state == runs::Target::failed))
            wanted_names.insert(target.name);
    std::vector<Environment*> environments = project.for_planning();
    std::erase_if(environments, [&](const Environment* one) { return wanted_names.erase(one->name()) == 0; });
    if (!wanted_names.empty())
        throw Error(Fault::config, fmt::format("run {} has targets that are not there any more: {}", id,
                                               quoted_list({wanted_names.begin(), wanted_names.end()})));
    for (Environment* environment : environments) environment->prepare();
    Course course(project, run.move, environments);
    Recorder recorder(record, run);
    return go_and_record(course, recorder, options);
}

void check(const std::vector<Ran>& ran) {
    const auto failed = std::ranges::find(ran, Ran::failed, &Ran::kind);
    if (failed == ran.end()) return;
    const auto names = [&](Ran::Kind kind) {
        std::vector<std::string> found;
        for (const Ran& one : ran)
            if (one.kind == kind) found.push_back(one.environment);
        return found;
    };
    const std::vector<std::string> done = names(Ran::done);
    const bool differ = !done.empty() || std::ranges::any_of(ran, [](const Ran& one) {
        return one.kind == Ran::not_run && !one.summary.steps.empty();
    });
    const bool stopped = failed->error->fault() == Fault::interrupted;
    Error error = differ && !stopped ? failed->error->as(Fault::partial) : *failed->error;
    if (ran.size() > 1) error.note(fmt::format("environment '{}' failed", failed->environment));
    for (auto other = failed + 1; other != ran.end(); ++other)
        if (other->kind == Ran::failed)
            error.note(
                fmt::format("environment '{}' failed too: {}", other->environment, other->error->message()));
    const auto tell = [&](const char* words, const std::vector<std::string>& which) {
        if (!which.empty()) error.note(fmt::format("{}: {}", words, quoted_list(which)));
    };
    tell("done", done);
    tell("taken back", names(Ran::rolled_back));
    tell("not run", names(Ran::not_run));
    throw error;
}

} // namespace orch::fleet
