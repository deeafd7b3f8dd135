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
        : limits_(limits), ended_(jobs.size()), waits_for_(jobs.size()), next_(jobs.size()),
          rank_(jobs.size()) {
        const std::vector<std::size_t> sequence = order(jobs, "jobs wait for");
        for (std::size_t i = 0; i < sequence.size(); ++i) rank_[sequence[i]] = i;
        for (std::size_t job = 0; job < jobs.size(); ++job) {
            const std::set<std::size_t> before(jobs[job].after.begin(), jobs[job].after.end());
            waits_for_[job] = before.size();
            for (const std::size_t one : before) next_[one].push_back(job);
            if (before.empty()) ready_.insert({rank_[job], job});
        }
    }

    /// The next job, when there is one; nothing when all is over. Waits for others in between.
    std::optional<std::size_t> take() {
        std::unique_lock guard(mutex_);
        changed_.wait(guard, [&] { return stopped_ || !ready_.empty() || running_ == 0; });
        if (stopped_ || ready_.empty()) return std::nullopt;
        const std::size_t job = ready_.begin()->second;
        ready_.erase(ready_.begin());
        ++running_;
        return job;
    }

    void end(std::size_t job, std::optional<Error> error) {
        {
            const std::lock_guard guard(mutex_);
            --running_;
            if (error) {
                ended_[job] = {Ended::failed, std::move(error)};
                ++failures_;
                stopped_ = stopped_ || limits_.on_error == OnError::stop ||
                           (limits_.most_failures && failures_ > *limits_.most_failures);
            } else {
                ended_[job].kind = Ended::done;
                for (const std::size_t one : next_[job])
                    if (--waits_for_[one] == 0) ready_.insert({rank_[one], one});
            }
        }
        changed_.notify_all();
    }

    std::vector<Ended> result() { return std::move(ended_); }

  private:
    const Limits& limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Ended> ended_;
    std::vector<std::size_t> waits_for_;         ///< how many
    std::vector<std::vector<std::size_t>> next_; ///< who waits for it
    std::vector<std::size_t> rank_;
    std::set<std::pair<std::size_t, std::size_t>> ready_; ///< rank, job
    std::size_t running_ = 0, failures_ = 0;
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
