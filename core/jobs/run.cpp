#include "jobs/jobs.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace orch::jobs {

namespace {

/// What the threads share. Every member is used under the mutex.
class Board {
  public:
    Board(const std::vector<Job>& jobs, const Limits& limits)
        : jobs_(jobs), groups_(limits.groups), ended_(jobs.size()), waits_for_(jobs.size()),
          next_(jobs.size()), rank_(jobs.size()) {
        if (groups_.empty()) groups_.push_back({{}, limits.on_error, {}, {}});
        states_.resize(groups_.size());
        const std::vector<std::size_t> sequence = order(jobs, "jobs wait for");
        for (std::size_t i = 0; i < sequence.size(); ++i) rank_[sequence[i]] = i;
        for (std::size_t job = 0; job < jobs.size(); ++job) {
            const std::set<std::size_t> before(jobs[job].after.begin(), jobs[job].after.end());
            waits_for_[job] = before.size();
            for (const std::size_t one : before) next_[one].push_back(job);
            if (before.empty()) ready_.insert({rank_[job], job});
            ++states_[jobs[job].group].left;
        }
    }

    /// The next job, when there is one; nothing when all is over. Waits for others in between.
    std::optional<std::size_t> take() {
        std::unique_lock guard(mutex_);
        auto found = ready_.end();
        changed_.wait(guard, [&] {
            if (stopped_) return true;
            found = std::find_if(ready_.begin(), ready_.end(),
                                 [&](const auto& entry) { return may_begin(jobs_[entry.second].group); });
            return found != ready_.end() || running_ == 0;
        });
        if (stopped_ || found == ready_.end()) return std::nullopt;
        const std::size_t job = found->second;
        ready_.erase(found);
        ++running_;
        ++states_[jobs_[job].group].running;
        return job;
    }

    void end(std::size_t job, std::optional<Error> error) {
        {
            const std::lock_guard guard(mutex_);
            --running_;
            --states_[jobs_[job].group].running;
            --states_[jobs_[job].group].left;
            if (error)
                fail(job, std::move(error));
            else
                succeed(job);
        }
        changed_.notify_all();
    }

    std::vector<Ended> result() { return std::move(ended_); }

  private:
    struct State {
        std::size_t left = 0, running = 0, failures = 0;
    };

    bool may_begin(std::size_t group) const {
        if (groups_[group].threads && states_[group].running >= *groups_[group].threads) return false;
        return std::ranges::all_of(groups_[group].behind,
                                   [&](std::size_t other) { return states_[other].left == 0; });
    }
    void succeed(std::size_t job) {
        ended_[job].kind = Ended::done;
        for (const std::size_t one : next_[job])
            if (--waits_for_[one] == 0) ready_.insert({rank_[one], one});
    }
    void fail(std::size_t job, std::optional<Error> error) {
        ended_[job] = {Ended::failed, std::move(error)};
        const Group& group = groups_[jobs_[job].group];
        State& state = states_[jobs_[job].group];
        ++state.failures;
        stopped_ = stopped_ || group.on_error == OnError::stop ||
                   ended_[job].error->fault() == Fault::interrupted ||
                   (group.most_failures && state.failures > *group.most_failures);
        drop_what_waits(job);
    }
    /// They never begin, and nobody waits for them.
    void drop_what_waits(std::size_t job) {
        std::vector<std::size_t> open = next_[job];
        while (!open.empty()) {
            const std::size_t one = open.back();
            open.pop_back();
            if (!dropped_.insert(one).second) continue;
            --states_[jobs_[one].group].left;
            open.insert(open.end(), next_[one].begin(), next_[one].end());
        }
    }

    const std::vector<Job>& jobs_;
    std::vector<Group> groups_;
    std::vector<State> states_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Ended> ended_;
    std::vector<std::size_t> waits_for_;         ///< how many
    std::vector<std::vector<std::size_t>> next_; ///< who waits for it
    std::vector<std::size_t> rank_;
    std::set<std::pair<std::size_t, std::size_t>> ready_; ///< rank, job
    std::set<std::size_t> dropped_;
    std::size_t running_ = 0;
    bool stopped_ = false;
};

std::optional<Error> failure_of(const std::function<void(std::size_t)>& work, std::size_t job) {
    try {
        work(job);
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error(Fault::system, "out of memory");
    } catch (const std::exception& error) {
        return Error(Fault::internal, std::string("internal error: ") + error.what());
    }
    return std::nullopt;
}

void do_jobs(Board& board, const std::function<void(std::size_t)>& work) {
    while (const auto job = board.take()) board.end(*job, failure_of(work, *job));
}

} // namespace

std::vector<Ended> run(const std::vector<Job>& jobs, const Limits& limits,
                       const std::function<void(std::size_t)>& work) {
    Board board(jobs, limits);
    std::vector<std::thread> threads;
    const std::size_t more = std::min(std::max<std::size_t>(limits.threads, 1), jobs.size());
    if (more <= 1) {
        do_jobs(board, work);
        return board.result();
    }
    // The caller's thread keeps out of it: what a thread leaves behind (an interpreter's memory) ends with
    // it.
    for (std::size_t i = 0; i < more; ++i) threads.emplace_back([&] { do_jobs(board, work); });
    for (std::thread& thread : threads) thread.join();
    return board.result();
}

} // namespace orch::jobs
