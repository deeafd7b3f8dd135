// Jobs that wait for each other, on one thread and on several.
#include "jobs/jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace orch {
namespace {

using jobs::Ended;
using jobs::Job;
using jobs::Limits;
using jobs::OnError;
using testing::ElementsAre;
using namespace std::chrono_literals;

TEST(Order, keeps_the_given_one_where_nobody_waits) {
    EXPECT_THAT(jobs::order({{"a", {}}, {"b", {}}, {"c", {}}}, "x"), ElementsAre(0, 1, 2));
}

TEST(Order, puts_behind_each_other_what_waits) {
    EXPECT_THAT(jobs::order({{"a", {2}}, {"b", {}}, {"c", {1}}}, "x"), ElementsAre(1, 2, 0));
}

TEST(Order, names_the_path_of_a_cycle) {
    try {
        jobs::order({{"a", {}}, {"b", {0, 3}}, {"c", {1}}, {"d", {2}}}, "environments depend on");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "environments depend on each other: b -> d -> c -> b");
    }
}

/// Runs jobs and remembers in which order they began.
class Runs : public testing::TestWithParam<std::size_t> {
  protected:
    std::vector<Ended::Kind> run(const std::vector<Job>& all, Limits limits,
                                 const std::function<void(const std::string&)>& work) {
        limits.threads = GetParam();
        std::vector<Ended::Kind> kinds;
        for (const Ended& ended : jobs::run(all, limits, [&](std::size_t job) {
                 {
                     const std::lock_guard guard(mutex);
                     began.push_back(all[job].name);
                 }
                 work(all[job].name);
             }))
            kinds.push_back(ended.kind);
        return kinds;
    }
    std::mutex mutex;
    std::vector<std::string> began;
};

const std::vector<Job> chain = {{"c", {1}}, {"b", {2}}, {"a", {}}};

TEST_P(Runs, do_each_once_behind_what_it_waits_for) {
    EXPECT_THAT(run(chain, {}, [](const std::string&) {}),
                ElementsAre(Ended::done, Ended::done, Ended::done));
    EXPECT_THAT(began, ElementsAre("a", "b", "c"));
}

TEST_P(Runs, do_not_begin_what_waits_for_a_failed_one) {
    Limits limits;
    limits.on_error = OnError::go_on;
    const std::vector<Job> all = {{"a", {}}, {"b", {0}}, {"c", {1}}, {"d", {}}};
    EXPECT_THAT(run(all, limits,
                    [](const std::string& name) {
                        if (name == "a") throw Error(Fault::database, "no");
                    }),
                ElementsAre(Ended::failed, Ended::not_run, Ended::not_run, Ended::done));
}

TEST_P(Runs, begin_nothing_more_after_a_failure_where_told_to_stop) {
    std::vector<Job> all(20, Job{"x", {}});
    const auto kinds = run(all, {}, [](const std::string&) { throw std::runtime_error("no"); });
    const auto failed = std::count(kinds.begin(), kinds.end(), Ended::failed);
    EXPECT_GE(failed, 1);
    EXPECT_LE(failed, static_cast<long>(GetParam()));
}

TEST_P(Runs, give_up_after_too_many_failures) {
    Limits limits;
    limits.groups = {{{}, OnError::go_on, 2, {}}};
    std::vector<Job> all(20, Job{"x", {}});
    const auto kinds = run(all, limits, [](const std::string&) { throw Error(Fault::database, "no"); });
    const auto failed = std::count(kinds.begin(), kinds.end(), Ended::failed);
    EXPECT_GE(failed, 3);
    EXPECT_LE(failed, 3 + static_cast<long>(GetParam()));
}

TEST_P(Runs, begin_no_group_before_those_that_it_stands_behind) {
    Limits limits;
    limits.groups = {{{}, OnError::go_on, {}, {1}}, {{}, OnError::go_on, {}, {}}};
    const std::vector<Job> all = {{"late", {}, 0}, {"early", {}, 1}, {"failing", {}, 1}, {"dropped", {2}, 1}};
    EXPECT_THAT(run(all, limits,
                    [](const std::string& name) {
                        if (name == "failing") throw Error(Fault::database, "no");
                    }),
                ElementsAre(Ended::done, Ended::done, Ended::failed, Ended::not_run));
    EXPECT_EQ(began.back(), "late");
}

INSTANTIATE_TEST_SUITE_P(OnThreads, Runs, testing::Values(1, 3));

TEST(Run, does_at_once_what_does_not_wait) {
    std::atomic<int> together = 0, most = 0;
    Limits limits;
    limits.threads = 4;
    jobs::run(std::vector<Job>(4, Job{"x", {}}), limits, [&](std::size_t) {
        const int now = ++together;
        if (now > most) most = now;
        for (int i = 0; i < 500 && most < 4; ++i) std::this_thread::sleep_for(2ms);
        --together;
    });
    EXPECT_EQ(most, 4);
}

TEST(Run, keeps_to_the_number_of_a_group) {
    std::atomic<int> together = 0;
    Limits limits;
    limits.threads = 4;
    limits.groups = {{1, OnError::stop, {}, {}}};
    jobs::run(std::vector<Job>(6, Job{"x", {}}), limits, [&](std::size_t) {
        EXPECT_EQ(++together, 1);
        std::this_thread::sleep_for(2ms);
        --together;
    });
}

TEST(Run, of_no_jobs_is_over_at_once) {
    EXPECT_TRUE(jobs::run({}, {}, [](std::size_t) {}).empty());
}

} // namespace
} // namespace orch
