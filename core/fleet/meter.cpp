#include "fleet/meter.hpp"

#include "targets/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace orch::fleet {

namespace {
constexpr std::size_t none = static_cast<std::size_t>(-1);
}

Meter::Meter(const std::vector<Environment*>& environments, std::function<void(const Progress&)> tell)
    : environments_(environments), tell_(std::move(tell)) {
    if (!tell_) return;
    progress_.of = environments.size();
    bar_of_.resize(environments.size(), none);
    in_revision_.resize(environments.size());
    for (std::size_t at = 0; at < environments.size(); ++at)
        environments[at]->watch(
            [this, at](std::string_view revision, std::string_view sql) { runs(at, revision, sql); });
}

Meter::~Meter() {
    if (!tell_) return;
    for (Environment* environment : environments_) environment->watch(nullptr);
}

void Meter::add_stage(const std::string& section, const std::string& name,
                      const std::set<std::string>& targets) {
    if (!tell_) return;
    Progress::Bar& made = progress_.bars.emplace_back();
    made.name = fmt::format("{}: {}", section, name);
    for (std::size_t at = 0; at < environments_.size(); ++at)
        if (environments_[at]->section() == section && targets.contains(environments_[at]->target())) {
            bar_of_[at] = progress_.bars.size() - 1;
            ++made.of;
        }
}

/// A fleet without stages is one bar, and so is each environment without targets.
void Meter::finish_bars() {
    if (std::exchange(finished_, true)) return;
    std::map<std::string, std::size_t> of_section;
    for (std::size_t at = 0; at < environments_.size(); ++at) {
        if (bar_of_[at] != none) continue;
        const bool target = is_target(at);
        const auto known = of_section.find(environments_[at]->section());
        if (target && known != of_section.end()) {
            bar_of_[at] = known->second;
        } else {
            bar_of_[at] = progress_.bars.size();
            of_section.emplace(environments_[at]->section(), bar_of_[at]);
            progress_.bars.emplace_back().name = environments_[at]->section();
        }
        if (target) ++bar(at).of;
    }
}

void Meter::begins(std::size_t environment) {
    if (!tell_) return;
    const std::lock_guard guard(mutex_);
    finish_bars();
    Progress::Bar& one = bar(environment);
    one.begun = true;
    if (is_target(environment)) one.running.push_back(targets::shown(environments_[environment]->target()));
    tell_(progress_);
}

void Meter::expects(std::size_t environment, std::size_t revisions) {
    const std::lock_guard guard(mutex_);
    if (!is_target(environment)) bar(environment).of = bar(environment).done + revisions;
}

void Meter::runs(std::size_t environment, std::string_view revision, std::string_view sql) {
    const std::lock_guard guard(mutex_);
    Progress::Bar& one = bar(environment);
    if (!revision.empty()) {
        if (in_revision_[environment] && !is_target(environment)) ++one.done;
        in_revision_[environment] = true;
        one.revision = revision;
    }
    one.statement = sql;
    tell_(progress_);
}

void Meter::pauses(std::size_t environment) {
    if (!tell_) return;
    const std::lock_guard guard(mutex_);
    Progress::Bar& one = bar(environment);
    std::erase(one.running, targets::shown(environments_[environment]->target()));
    if (in_revision_[environment] && !is_target(environment)) ++one.done;
    in_revision_[environment] = false;
    one.revision.clear();
    one.statement.clear();
}

void Meter::ends(std::size_t environment, bool failed) {
    if (!tell_) return;
    const std::lock_guard guard(mutex_);
    Progress::Bar& one = bar(environment);
    if (is_target(environment)) {
        ++(failed ? one.failed : one.done);
        one.ended = one.done + one.failed == one.of;
    } else {
        one.ended = true;
        one.failed = failed ? 1 : 0;
        if (failed && one.done > 0) --one.done; // the last one that began
    }
    ++(failed ? progress_.failed : progress_.done);
    tell_(progress_);
}

} // namespace orch::fleet
