// The log: Alembic's form, on standard error.
#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace orch;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

class Log : public ::testing::Test {
  protected:
    ~Log() override { log::set_level(log::Level::info); }
};

TEST_F(Log, has_the_form_of_alembic) {
    CaptureStderr();
    log::info("orch.runner", "Running upgrade 1975ea83b712 -> ae1027a6acf, Add a {column}");
    log::warning("orch.config", "x");
    log::debug("orch.config", "not shown");
    EXPECT_EQ(GetCapturedStderr(),
              "INFO  [orch.runner] Running upgrade 1975ea83b712 -> ae1027a6acf, Add a {column}\n"
              "WARNI [orch.config] x\n");
}

TEST_F(Log, shows_what_its_level_lets_through) {
    log::set_level(log::Level::debug);
    EXPECT_TRUE(log::enabled(log::Level::debug));
    log::set_level(log::Level::warning);
    EXPECT_FALSE(log::enabled(log::Level::info));
    EXPECT_TRUE(log::enabled(log::Level::error));
    log::set_level(log::Level::off);
    EXPECT_FALSE(log::enabled(log::Level::error));
    CaptureStderr();
    log::write(log::Level::error, "orch", "x");
    EXPECT_EQ(GetCapturedStderr(), "");
}

TEST_F(Log, writes_lines_whole_from_many_threads) {
    CaptureStderr();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([] {
            for (int j = 0; j < 200; ++j) log::info("orch", std::string(300, 'x'));
        });
    for (std::thread& thread : threads) thread.join();
    const std::string text = GetCapturedStderr();
    const std::string line = "INFO  [orch] " + std::string(300, 'x') + "\n";
    ASSERT_EQ(text.size(), 800 * line.size());
    for (std::size_t at = 0; at < text.size(); at += line.size())
        ASSERT_EQ(text.substr(at, line.size()), line);
}

} // namespace
