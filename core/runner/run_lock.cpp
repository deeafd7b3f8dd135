#include "runner/run_lock.hpp"

#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace orch::runner {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

dialect::LockRequest request_of(const Settings& settings) {
    return {settings.context.version_table, settings.context.version_table_schema, this_process()};
}

std::unique_ptr<dialect::Lock> make_lock(const Settings& settings, const dialect::Dialect& dialect) {
    return dialect.lock(settings.url, {false, settings.connect_args}, request_of(settings));
}

std::string in_words(milliseconds time) {
    const auto count = time.count();
    if (count >= 60'000 && count % 60'000 == 0) return fmt::format("{} min", count / 60'000);
    if (count % 1000 == 0) return fmt::format("{} s", count / 1000);
    return fmt::format("{} ms", count);
}

/// "the lock on version table 'alembic_version' of 'sqlite:///app.db'"
std::string name_of(const Settings& settings) {
    return fmt::format("the lock on version table '{}' of '{}'", settings.context.version_table,
                       masked(settings.url));
}

/// The pauses grow, and no two processes that began together go on together.
class Pause {
  public:
    explicit Pause(Clock::time_point end) : end_(end) {}

    /// False: the time is over.
    bool sleep() {
        const auto now = Clock::now();
        if (now >= end_) return false;
        std::uniform_real_distribution<double> around(0.5, 1.5);
        const auto pause = milliseconds(static_cast<long>(length_ * around(random_)));
        std::this_thread::sleep_until(std::min(now + pause, end_));
        length_ = std::min(length_ * growth, longest);
        return true;
    }

  private:
    static constexpr double shortest = 20, longest = 500, growth = 1.3; ///< ms
    Clock::time_point end_;
    double length_ = shortest;
    std::minstd_rand random_{std::random_device()()};
};

} // namespace

std::string describe(const dialect::Holder& holder) {
    if (holder.user.empty() && holder.host.empty() && holder.process.empty()) return "somebody else";
    std::string text = holder.user.empty() ? "somebody" : holder.user;
    if (!holder.host.empty()) text += "@" + holder.host;
    if (!holder.process.empty()) text += ", process " + holder.process;
    if (!holder.since.empty()) text += ", since " + holder.since;
    return text;
}

RunLock::RunLock(const Settings& settings, const dialect::Dialect& dialect)
    : settings_(settings), lock_(make_lock(settings, dialect)) {
    if (lock_ && !lock_->try_take()) wait();
}

void RunLock::wait() {
    const interrupt::Guard guard([] {}); // no connection is open yet whose guard there is
    waited_ = true;
    const auto holder = lock_->holder();
    const std::string who = holder ? describe(*holder) : "somebody else";
    if (settings_.lock_wait > milliseconds::zero())
        log::info(settings_.logger, fmt::format("Waiting up to {} for {}, held by {}",
                                                in_words(settings_.lock_wait), name_of(settings_), who));
    Pause pause(Clock::now() + settings_.lock_wait);
    while (pause.sleep()) {
        interrupt::check();
        if (lock_->try_take()) return;
    }
    const auto last = lock_->holder();
    give_up({Fault::busy, fmt::format("{} is held by {}", name_of(settings_), last ? describe(*last) : who)});
}

void RunLock::give_up(Error error) const {
    if (settings_.lock_wait > milliseconds::zero())
        error.note(fmt::format("waited {}", in_words(settings_.lock_wait)));
    throw error.hint("let the other run end, then run the command again; 'orch unlock' says more about it");
}

void RunLock::claim(dialect::Connection& connection) {
    if (!lock_) return;
    const dialect::LockRequest request = request_of(settings_);
    dialect::Claim claim = connection.claim(request);
    if (claim == dialect::Claim::busy && settings_.lock_wait > milliseconds::zero())
        log::info(settings_.logger,
                  fmt::format("Waiting up to {} for the last statements of an earlier run, which the server "
                              "is still at",
                              in_words(settings_.lock_wait)));
    for (Pause pause(Clock::now() + settings_.lock_wait); claim == dialect::Claim::busy && pause.sleep();) {
        interrupt::check();
        waited_ = true;
        claim = connection.claim(request);
    }
    if (claim == dialect::Claim::busy)
        give_up({Fault::busy, fmt::format("'{}' is still at the last statements of an earlier run",
                                          masked(settings_.url))});
    claimed_ = claim == dialect::Claim::taken && lock_->question();
}

void RunLock::check() {
    if (!lock_) return;
    lock_->check();
    checked_ = Clock::now();
}

void RunLock::check_with(dialect::Connection& connection) {
    const auto question = lock_ ? lock_->question() : std::nullopt;
    if (!question) return check();
    const auto look = [this](const sql::Result& result) {
        const bool ours = !result.rows.empty() && result.rows.front().front() == sql::Datum(std::int64_t{1});
        if (!ours) lock_->check(); // says why
        checked_ = Clock::now();
    };
    connection.send(*question, {look, {}});
}

void RunLock::check_now_and_then() {
    if (Clock::now() - checked_ > std::chrono::seconds(1)) check();
}

std::optional<dialect::Holder> lock_holder(const Settings& settings, const dialect::Dialect& dialect) {
    const auto lock = make_lock(settings, dialect);
    return lock ? lock->holder() : std::nullopt;
}

bool end_lock_holder(const Settings& settings, const dialect::Dialect& dialect) {
    const auto lock = make_lock(settings, dialect);
    return lock && lock->end_holder();
}

} // namespace orch::runner
