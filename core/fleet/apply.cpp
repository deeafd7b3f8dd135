// Plans: what would run, and carrying out what one says.
#include "base/text.hpp"
#include "fleet/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace orch::fleet {

namespace {
/// Databases that are looked at together; each reader has a connection and an interpreter.
constexpr std::size_t most_readers = 8;
} // namespace

std::vector<Planned> plan(Project& project, const runner::Move& move) {
    std::vector<Environment*> environments = project.for_planning();
    for (Environment* environment : environments) environment->prepare();
    const Route way = route(project, environments, move, false);
    std::vector<std::vector<runner::Preview>> previews(
        environments.size()); // an env.py may have several databases
    std::vector<jobs::Job> all;
    for (const Environment* environment : environments) all.push_back({environment->name(), {}, 0});
    jobs::Limits limits;
    limits.threads = std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), most_readers);
    for (const jobs::Ended& ended : jobs::run(all, limits, [&](std::size_t at) {
             environments[at]->read(
                 [&](runner::Session& session) { previews[at].push_back(session.preview(move)); });
         }))
        if (ended.error) throw *ended.error;
    std::vector<Planned> planned;
    for (const plan::Part& part : way.parts)
        for (const runner::Preview& preview : previews[part.line]) {
            Planned one{environments[part.line]->name(), preview, {}};
            auto& steps = one.preview.steps;
            if (way.cut) {
                const auto first = steps.begin() + static_cast<std::ptrdiff_t>(part.first);
                steps = {first, first + static_cast<std::ptrdiff_t>(part.count)};
            }
            for (const std::size_t before : part.after) {
                const std::string& name = environments[way.parts[before].line]->name();
                if (name != one.environment) one.waits_for.push_back(name);
            }
            planned.push_back(std::move(one));
        }
    return planned;
}

namespace {

/// What is different, in one sentence; nothing where nothing is.
std::optional<std::string> difference(const Planned& then, const Planned& now) {
    const std::string where = fmt::format("environment '{}'", then.environment);
    if (then.preview.url != now.preview.url)
        return fmt::format("{} had the database '{}', and has '{}'", where, then.preview.url,
                           now.preview.url);
    if (then.preview.current != now.preview.current)
        return fmt::format("{} was at {}, and is at {}", where,
                           then.preview.current.empty() ? "base" : quoted_list(then.preview.current),
                           now.preview.current.empty() ? "base" : quoted_list(now.preview.current));
    const auto& before = then.preview.steps;
    const auto& after = now.preview.steps;
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
        if (i >= before.size() || i >= after.size() || before[i].step.revision != after[i].step.revision)
            return fmt::format("{} has other steps to do", where);
        if (before[i].script_hash != after[i].script_hash)
            return fmt::format("revision '{}' of {} was edited", before[i].step.revision, where);
        const bool same =
            std::ranges::equal(before[i].statements, after[i].statements,
                               [](const runner::PlannedStatement& a, const runner::PlannedStatement& b) {
                                   return a.sql == b.sql;
                               });
        if (!same)
            return fmt::format("revision '{}' of {} would send other statements", before[i].step.revision,
                               where);
    }
    return std::nullopt;
}

void refuse_changes(const std::vector<Planned>& then, const std::vector<Planned>& now) {
    std::optional<std::string> what;
    for (std::size_t i = 0; !what && i < std::max(then.size(), now.size()); ++i) {
        if (i >= then.size() || i >= now.size() || then[i].environment != now[i].environment)
            what = "the environments, or their order, are not the same";
        else
            what = difference(then[i], now[i]);
    }
    if (what)
        throw Error(Fault::graph, "the plan does not hold any more: " + *what)
            .hint("make it anew with 'orch plan --out'; nothing was done");
}

} // namespace

namespace {

/// Each step of a plan is held to one database; which one an env.py opens when, only itself knows.
void refuse_several_databases(const std::vector<Planned>& parts) {
    for (const Planned& one : parts)
        for (const Planned& other : parts)
            if (one.environment == other.environment && one.preview.url != other.preview.url)
                throw Error(
                    Fault::usage,
                    fmt::format(
                        "the env.py of environment '{}' moves several databases, '{}' and '{}', which a "
                        "plan cannot be held to",
                        one.environment, one.preview.url, other.preview.url))
                    .hint("run 'orch upgrade' or 'orch downgrade' instead; nothing was done");
}

} // namespace

std::vector<Ran> apply(Project& project, const FrozenPlan& frozen, const RunOptions& options) {
    refuse_several_databases(frozen.parts);
    wanted(project, options);
    std::vector<Environment*> environments = project.for_planning();
    for (Environment* environment : environments) environment->prepare();
    refuse_changes(frozen.parts, plan(project, frozen.move));
    Course course(project, frozen.move, environments);
    const bool recorded = is_recorded(project, environments) && course.can_be_recorded();
    course.expect(frozen.parts);
    return go(project, course, frozen.move, environments, recorded, options);
}

} // namespace orch::fleet
