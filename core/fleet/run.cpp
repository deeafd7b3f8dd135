#include "fleet/run.hpp"

#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/choice.hpp"
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

runs::Record open_record(Project& project) {
    const Url url = runs_url(project);
    try {
        return {url, project.plugins().for_scheme(url.scheme), true};
    } catch (Error& error) {
        throw error.note(
            "a run over targets is recorded, by default beside the configuration file; 'runs_url' in "
            "[orch] names another database for it");
    }
}

std::vector<Ran> go_on(Course& course, Recorder& recorder, const RunOptions& options) {
    const interrupt::Guard guard([] {}); // up to the end of the record
    log::info("orch.fleet", fmt::format("This is run {}", recorder.id()));
    course.record(&recorder);
    std::vector<Ran> ran = course.go(options);
    try {
        recorder.end();
    } catch (const Error& error) { // what became of the targets is told all the same
        log::warning("orch.fleet",
                     fmt::format("The end of run {} is not recorded: {}", recorder.id(), error.message()));
    }
    return ran;
}

/// Whether the file has this database, chosen or not.
bool is_there(Project& project, const std::string& name) {
    const std::string section = section_of(name);
    if (!project.find(section)) return false;
    return std::ranges::any_of(project.databases(section),
                               [&](const Environment* one) { return one->name() == name; });
}

/// What is no target any more fails, and the others go on.
std::vector<Ran> give_up(const std::set<std::string>& gone, Recorder& recorder) {
    std::vector<Ran> ran;
    for (const std::string& name : gone) {
        Ran& one = ran.emplace_back();
        one.environment = name;
        one.kind = Ran::failed;
        one.error =
            Error(Fault::config, fmt::format("'{}' of run {} is not there any more", name, recorder.id()))
                .hint(fmt::format("'targets' or the sections have changed since; when it is there again, "
                                  "'orch runs retry {}' does it",
                                  recorder.id()));
        recorder.end(name, one.error);
    }
    return ran;
}

} // namespace

bool is_recorded(const Project& project, const std::vector<Environment*>& environments) {
    return find_key(project.config(), shared_section, "runs_url") ||
           std::ranges::any_of(environments, [](const Environment* one) { return !one->target().empty(); });
}

std::vector<Ran> go(Project& project, Course& course, const runner::Move& move,
                    const std::vector<Environment*>& environments, bool recorded, const RunOptions& options) {
    if (!recorded) return course.go(options);
    runs::Record record = open_record(project);
    Recorder recorder(record, move, environments);
    return go_on(course, recorder, options);
}

std::vector<Ran> run(Project& project, const runner::Move& move, const RunOptions& options) {
    std::vector<Environment*> environments = project.for_changing();
    wanted(project, options); // a wrong word is told before anything is done
    for (Environment* environment : environments) environment->prepare();
    Course course(project, move, environments);
    const bool recorded = is_recorded(project, environments) && course.can_be_recorded();
    return go(project, course, move, environments, recorded, options);
}

std::unique_ptr<runs::Record> recorded(Project& project) {
    const Url url = runs_url(project);
    return std::make_unique<runs::Record>(url, project.plugins().for_scheme(url.scheme), false);
}

std::vector<Ran> resume(Project& project, std::int64_t id, bool failed, const RunOptions& options) {
    runs::Record record = open_record(project);
    const runs::Run run = record.get(id);
    std::set<std::string> wanted_names;
    for (const runs::Target& target : run.targets)
        if (target.state == runs::Target::waiting || target.state == runs::Target::running ||
            (failed && target.state == runs::Target::failed))
            wanted_names.insert(target.name);
    std::vector<Environment*> environments = project.for_planning();
    std::erase_if(environments, [&](const Environment* one) { return wanted_names.erase(one->name()) == 0; });
    std::erase_if(wanted_names, [&](const std::string& name) { return is_there(project, name); });
    for (Environment* environment : environments) environment->prepare();
    Course course(project, run.move, environments);
    Recorder recorder(record, run);
    const std::vector<Ran> gone = give_up(wanted_names, recorder);
    std::vector<Ran> ran = go_on(course, recorder, options);
    ran.insert(ran.end(), gone.begin(), gone.end());
    return ran;
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
        return (one.kind == Ran::not_run && !one.summary.steps.empty()) ||
               (one.error && one.error->fault() == Fault::partial); // it was to be taken back
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
