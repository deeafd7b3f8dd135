// The lock around a run: who waits, who is told, and what becomes of it when its holder goes.
#include "runner/world.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace orch {
namespace {

using namespace std::chrono_literals;
using runner::Session;
using test::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Session writing(World& world) {
    return {world.settings, world.tree(), test::sqlite(), Session::Access::write};
}

Error refusal(World& world) {
    try {
        writing(world);
    } catch (const Error& error) {
        return error;
    }
    return Error(Fault::internal, "no error");
}

TEST(RunLock, is_busy_at_once_for_who_does_not_wait) {
    World world;
    world.table("a", "");
    const Session first = writing(world);
    world.settings.lock_wait = 0ms;
    const Error error = refusal(world);
    EXPECT_EQ(error.fault(), Fault::busy);
    EXPECT_THAT(error.message(), HasSubstr("the lock on version table 'alembic_version' of 'sqlite:///"));
    EXPECT_THAT(error.message(), HasSubstr("process " + std::to_string(getpid()) + ", since 20"));
}

TEST(RunLock, is_waited_for_as_long_as_the_settings_say) {
    World world;
    const Session first = writing(world);
    world.settings.lock_wait = 150ms;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(refusal(world).notes(), ElementsAre("waited 150 ms"));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 150ms);
}

TEST(RunLock, lets_the_next_one_find_the_work_done) {
    World world;
    world.table("a", "");
    world.tree();
    auto first =
        std::make_unique<Session>(world.settings, world.tree(), test::sqlite(), Session::Access::write);
    runner::Summary second;
    std::thread waiting([&] { second = writing(world).upgrade({"head"}); });
    std::this_thread::sleep_for(50ms);
    EXPECT_THAT(first->upgrade({"head"}).steps, testing::SizeIs(1));
    first.reset();
    waiting.join();
    EXPECT_THAT(second.steps, IsEmpty());
    EXPECT_THAT(second.current, ElementsAre("a"));
}

TEST(RunLock, keeps_no_reader_out) {
    World world;
    world.table("a", "");
    world.upgrade();
    const Session first = writing(world);
    world.settings.lock_wait = 0ms;
    EXPECT_THAT(world.current(), ElementsAre("a"));
}

TEST(RunLock, belongs_to_one_version_table) {
    World world;
    const Session first = writing(world);
    world.settings.lock_wait = 0ms;
    world.settings.context.version_table = "other";
    EXPECT_NO_THROW(writing(world));
}

TEST(RunLock, is_shared_by_all_names_of_a_database) {
    World world;
    world.upgrade({"heads"});
    const Session first = writing(world);
    std::filesystem::create_symlink("app.db", world.folder.path / "other.db");
    runner::Settings other = world.settings;
    other.url = parse_url("sqlite:///" + (world.folder.path / "other.db").string());
    EXPECT_TRUE(runner::lock_holder(other, test::sqlite()));
}

TEST(RunLock, tells_its_holder_and_leaves_nothing) {
    World world;
    EXPECT_FALSE(runner::lock_holder(world.settings, test::sqlite()));
    {
        const Session first = writing(world);
        const auto holder = runner::lock_holder(world.settings, test::sqlite());
        ASSERT_TRUE(holder);
        EXPECT_EQ(holder->process, std::to_string(getpid()));
        EXPECT_THAT(runner::describe(*holder), HasSubstr("@"));
        EXPECT_FALSE(runner::end_lock_holder(world.settings, test::sqlite()));
    }
    EXPECT_FALSE(runner::lock_holder(world.settings, test::sqlite()));
    EXPECT_FALSE(std::filesystem::exists(world.lock_file()));
}

TEST(RunLock, is_free_when_its_holder_was_killed) {
    World world;
    world.settings.lock_wait = 0ms;
    world.tree();
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t holder = fork();
    if (holder == 0) {
        const Session first = writing(world);
        if (write(ready[1], "x", 1) == 1) pause();
        _exit(1);
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    EXPECT_EQ(refusal(world).fault(), Fault::busy);
    kill(holder, SIGKILL);
    waitpid(holder, nullptr, 0);
    EXPECT_TRUE(std::filesystem::exists(world.lock_file()));
    EXPECT_NO_THROW(writing(world));
    EXPECT_FALSE(std::filesystem::exists(world.lock_file()));
}

TEST(RunLock, stops_a_run_that_lost_it) {
    World world;
    world.table("a", "");
    world.table("b", "a");
    world.settings.permit = [&](const ops::Operation&) { std::filesystem::remove(world.lock_file()); };
    try {
        world.upgrade();
        FAIL() << "went on";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("was removed while this run held the lock"));
    }
    EXPECT_THAT(world.current(), ElementsAre("a"));
}

TEST(RunLock, is_not_needed_in_memory) {
    World world;
    world.settings.url = parse_url("sqlite://");
    const Session first = writing(world);
    world.settings.lock_wait = 0ms;
    EXPECT_NO_THROW(writing(world));
}

} // namespace
} // namespace orch
