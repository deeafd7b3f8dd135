#include "fleet/course.hpp"

#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "fleet/keys.hpp"
#include "targets/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace orch::fleet {

namespace {

using Clock = std::chrono::steady_clock;

jobs::OnError as_jobs(bool go_on) { return go_on ? jobs::OnError::go_on : jobs::OnError::stop; }

} // namespace

OnError wanted(const Project& project, const RunOptions& options) {
    if (options.on_error) return *options.on_error;
    const auto value = find_key(project.config(), shared_section, "on_error");
    if (!value) return OnError::stop;
    try {
        return on_error(value->text);
    } catch (Error& error) {
        throw error.as(Fault::config).at(value->place);
    }
}

Course::Course(Project& project, const runner::Move& move, std::vector<Environment*> environments)
    : project_(project), move_(move), environments_(std::move(environments)),
      route_(route(project, environments_, move, true)) {
    for (const Environment* environment : environments_) {
        Ran& one = ran_.emplace_back();
        one.environment = environment->name();
    }
    begun_.resize(environments_.size());
    done_.resize(environments_.size());
}

void Course::expect(const std::vector<Planned>& parts) {
    for (plan::Line& line : route_.lines) line.stops.clear();
    for (const Planned& part : parts)
        for (std::size_t at = 0; at < environments_.size(); ++at) {
            if (environments_[at]->name() != part.environment) continue;
            if (route_.lines[at].stops.empty()) ran_[at].summary.current = part.preview.current;
            for (const runner::PlannedStep& step : part.preview.steps)
                route_.lines[at].stops.push_back({step.step.revision, {}});
        }
    if (!route_.cut)
        for (plan::Part& part : route_.parts) part.count = route_.lines[part.line].stops.size();
    route_.cut = exactly_ = true;
}

namespace {

std::string name_of(const targets::Wave& wave) {
    if (!wave.stage) return "the others";
    return wave.canary ? wave.stage->name + " (canary)" : wave.stage->name;
}

} // namespace

/// Each stage of a fleet is a group, which begins when the one before it has ended.
jobs::Limits Course::limits(const RunOptions& options, OnError on_error, std::vector<jobs::Job>& all) {
    jobs::Limits limits;
    limits.groups.push_back({{}, as_jobs(on_error == OnError::go_on), {}, {}});
    std::size_t most = 1;
    std::set<std::string> seen;
    for (const Environment* first : environments_) {
        if (first->target().empty() || !seen.insert(first->section()).second) continue;
        const std::vector<targets::Stage> stages = fleet::stages(project_.config(), first->section());
        if (stages.empty()) continue;
        std::vector<std::string> names;
        for (const Environment* one : environments_)
            if (one->section() == first->section()) names.push_back(one->target());
        std::optional<std::size_t> before;
        for (const targets::Wave& wave : targets::waves(names, stages)) {
            jobs::Group group;
            const bool go_on =
                !wave.canary && (on_error == OnError::go_on || (wave.stage && wave.stage->go_on));
            group.on_error = as_jobs(go_on);
            if (wave.stage && !wave.canary) group.most_failures = wave.stage->most_failures;
            if (wave.stage) group.threads = wave.canary ? 1 : wave.stage->parallel;
            if (before) group.behind = {*before};
            most = std::max(most, group.threads.value_or(1));
            before = limits.groups.size();
            std::set<std::string> members;
            for (const std::size_t at : wave.targets) members.insert(names[at]);
            meter_->add_stage(first->section(), name_of(wave), members);
            for (std::size_t part = 0; part < all.size(); ++part) {
                const Environment& one = *environments_[route_.parts[part].line];
                if (one.section() == first->section() && members.contains(one.target()))
                    all[part].group = *before;
            }
            limits.groups.push_back(std::move(group));
        }
    }
    limits.threads = options.jobs.value_or(most);
    return limits;
}

std::vector<Ran> Course::go(const RunOptions& options) {
    const interrupt::Guard guard(
        [] {}); // between two environments too, a signal ends the run and not the report
    const OnError on_error = wanted(project_, options);
    meter_.emplace(environments_, options.tell);
    std::vector<jobs::Job> all;
    for (const plan::Part& part : route_.parts)
        all.push_back({environments_[part.line]->name(), part.after, 0});
    const jobs::Limits limits = this->limits(options, on_error, all);
    gather(jobs::run(all, limits, [&](std::size_t part) { carry_out(route_.parts[part]); }));
    if (on_error == OnError::roll_back &&
        std::ranges::any_of(ran_, [](const Ran& one) { return one.kind == Ran::failed; })) {
        if (interrupt::received() == 0)
            roll_back();
        else
            log::warning("orch.fleet", "Interrupted: what this run has done is not taken back");
    }
    return in_order();
}

void Course::begins(const plan::Part& part) {
    {
        const std::lock_guard guard(mutex_);
        if (!begun_[part.line]) begun_[part.line] = ++count_;
    }
    meter_->begins(part.line);
}

void Course::ends(const plan::Part& part, bool failed) {
    const bool last =
        !route_.cut || failed || part.first + part.count == route_.lines[part.line].stops.size();
    meter_->pauses(part.line);
    if (last) meter_->ends(part.line, failed);
}

std::optional<runner::Portion> Course::portion_of(const plan::Part& part) const {
    if (!route_.cut) return std::nullopt;
    runner::Portion portion;
    const auto& stops = route_.lines[part.line].stops;
    for (std::size_t i = 0; i < part.count; ++i) portion.revisions.push_back(stops[part.first + i].revision);
    portion.exactly = exactly_;
    portion.current = ran_[part.line].summary.current;
    return portion;
}

runner::Summary Course::moved(runner::Session& session, const plan::Part& part) {
    const std::optional<runner::Portion> portion = portion_of(part);
    if (recorder_) return recorder_->carry_out(environments_[part.line]->name(), session, move_, portion);
    return session.move(move_, portion);
}

namespace {

/// Where a failure leaves it, if the database still tells.
void stands(Ran& one, runner::Session& session) {
    try {
        one.summary.current = session.current();
        one.looked = true;
    } catch (const Error&) {
        one.looked = false;
    }
}

} // namespace

/// A part of an environment, in a session of its own. Parts of one environment run one after another.
void Course::carry_out(const plan::Part& part) {
    const auto began = Clock::now();
    Environment& environment = *environments_[part.line];
    Ran& one = ran_[part.line];
    begins(part);
    std::optional<Error> failure;
    std::size_t database = 0;
    const auto keep = [&](const runner::Session& session) {
        const graph::Plan& done = session.carried_out();
        one.summary.steps.insert(one.summary.steps.end(), done.begin(), done.end());
        std::vector<graph::Plan>& all = done_[part.line];
        if (all.size() <= database) all.resize(database + 1);
        all[database].insert(all[database].end(), done.begin(), done.end());
        ++database;
    };
    try {
        environment.change([&](runner::Session& session) {
            if (meter_->is_watched()) meter_->expects(part.line, session.plan(move_).size());
            try {
                one.summary.current = moved(session, part).current;
                one.looked = true;
            } catch (...) {
                stands(one, session);
                keep(session);
                throw;
            }
            keep(session);
        });
    } catch (const Error& error) {
        failure = error;
    }
    one.took += std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    if (recorder_) write_down(environment.name(), failure);
    ends(part, failure.has_value());
    if (failure) throw *failure;
}

/// A record that cannot be written is a failure too, and no reason to forget another one. What was
/// interrupted has not ended: resume() goes on with it.
void Course::write_down(const std::string& environment, std::optional<Error>& failure) {
    if (failure && failure->fault() == Fault::interrupted) return;
    try {
        recorder_->end(environment, failure);
    } catch (Error& error) {
        if (!failure)
            failure =
                error.note(fmt::format("'{}' itself was moved; its record was not: 'orch runs resume {}' "
                                       "writes it",
                                       environment, recorder_->id()));
        else
            failure->note("the record of the run was not written: " + error.message());
    }
}

void Course::gather(const std::vector<jobs::Ended>& ended) {
    std::vector<std::size_t> done(ran_.size()), all(ran_.size());
    for (std::size_t i = 0; i < ended.size(); ++i) {
        const std::size_t at = route_.parts[i].line;
        ++all[at];
        if (ended[i].kind == jobs::Ended::done) ++done[at];
        if (ended[i].kind != jobs::Ended::failed) continue;
        ran_[at].kind = Ran::failed;
        ran_[at].error = ended[i].error;
    }
    for (std::size_t at = 0; at < ran_.size(); ++at)
        if (ran_[at].kind != Ran::failed && done[at] == all[at]) ran_[at].kind = Ran::done;
}

/// What began last goes first.
void Course::roll_back() {
    std::vector<std::size_t> order;
    for (std::size_t at = 0; at < ran_.size(); ++at)
        if (begun_[at] && !ran_[at].summary.steps.empty()) order.push_back(at);
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return begun_[a] > begun_[b]; });
    for (const std::size_t at : order) {
        Ran& one = ran_[at];
        log::info("orch.fleet", fmt::format("Taking back what was done in '{}'", one.environment));
        try {
            if (recorder_) recorder_->takes_back(one.environment, one.error);
            std::size_t database = 0;
            environments_[at]->change([&](runner::Session& session) {
                if (database >= done_[at].size()) return;
                try {
                    one.summary.current = session.take_back(done_[at][database++]).current;
                } catch (...) {
                    stands(one, session);
                    throw;
                }
            });
            if (one.kind != Ran::failed) one.kind = Ran::rolled_back;
            if (recorder_) recorder_->took_back(one.environment, one.error);
            one.summary.steps.clear();
        } catch (Error& error) {
            error.note(fmt::format("while taking back what was done in environment '{}'", one.environment));
            one.kind = Ran::failed;
            one.error = error.as(Fault::partial);
        }
    }
}

std::vector<Ran> Course::in_order() {
    std::vector<std::size_t> order;
    for (const plan::Part& part : route_.parts)
        if (std::ranges::find(order, part.line) == order.end()) order.push_back(part.line);
    std::vector<Ran> result;
    for (const std::size_t at : order) result.push_back(std::move(ran_[at]));
    return result;
}

} // namespace orch::fleet
