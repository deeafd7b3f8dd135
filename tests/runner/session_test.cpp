// What upgrade, downgrade and stamp leave in a database, when all goes well and when something fails.
#include "runner/world.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using runner::Session;
using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> ids(const graph::Plan& steps) {
    std::vector<std::string> found;
    for (const graph::Step& step : steps) found.push_back(step.revision);
    return found;
}

template <class Work>
Error error_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return Error(Fault::internal, "no error");
}

TEST(Session, moves_up_and_down_and_tells_its_steps) {
    World world;
    world.table("a", "");
    world.table("b", "a");
    const runner::Summary up = world.upgrade();
    EXPECT_THAT(ids(up.steps), ElementsAre("a", "b"));
    EXPECT_THAT(up.current, ElementsAre("b"));
    EXPECT_THAT(world.tables(), ElementsAre("a", "alembic_version", "b"));

    const runner::Summary down = world.downgrade("base");
    EXPECT_THAT(ids(down.steps), ElementsAre("b", "a"));
    EXPECT_THAT(down.current, IsEmpty());
    EXPECT_THAT(world.tables(), ElementsAre("alembic_version"));
}

TEST(Session, does_nothing_where_nothing_is_left_to_do) {
    World world;
    world.table("a", "");
    world.upgrade();
    EXPECT_THAT(world.upgrade().steps, IsEmpty());
    EXPECT_THAT(world.current(), ElementsAre("a"));
}

TEST(Session, makes_no_file_for_a_reader) {
    World world;
    world.table("a", "");
    EXPECT_THAT(world.current(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(world.database()));
}

TEST(Session, keeps_the_revisions_before_the_one_that_failed) {
    World world;
    world.table("a", "");
    world.revision("b", "a", "op.create_table('b', sa.Column('id', sa.Integer)); op.execute('nonsense')");
    const Error error = error_of([&] { world.upgrade(); });
    EXPECT_EQ(error.fault(), Fault::database);
    EXPECT_THAT(error.notes(),
                ElementsAre("while running upgrade a -> b, make b in environment 'alembic'",
                            "what failed was rolled back: nothing of it is left in the database",
                            "the step before it is committed and stays; the database is at 'a'"));
    EXPECT_THAT(world.tables(), ElementsAre("a", "alembic_version"));
    EXPECT_THAT(world.current(), ElementsAre("a"));
}

TEST(Session, keeps_nothing_of_a_run_in_one_transaction_that_failed) {
    World world;
    world.settings.transaction_per_migration = false;
    world.table("a", "");
    world.revision("b", "a", "op.execute('nonsense')");
    error_of([&] { world.upgrade(); });
    EXPECT_THAT(world.tables(), IsEmpty());
}

TEST(Session, refuses_to_overwrite_a_row_that_somebody_moved) {
    World world;
    world.table("a", "");
    world.revision("b", "a", "op.execute(\"UPDATE alembic_version SET version_num = 'other'\")");
    const Error error = error_of([&] { world.upgrade(); });
    EXPECT_EQ(error.message(), "expected one row 'a' in version table 'alembic_version', found 0");
    EXPECT_THAT(world.current(), ElementsAre("a"));
}

TEST(Session, names_a_row_that_is_in_no_file) {
    World world;
    world.table("a", "");
    world.upgrade();
    world.query("UPDATE alembic_version SET version_num = 'gone'");
    const Error error = error_of([&] { world.upgrade(); });
    EXPECT_EQ(error.fault(), Fault::graph);
    EXPECT_THAT(error.message(), HasSubstr("'gone'"));
    EXPECT_THAT(world.tables(), ElementsAre("a", "alembic_version"));
}

TEST(Session, makes_room_for_long_ids) {
    World world;
    world.table(std::string(40, 'a'), "");
    world.upgrade();
    EXPECT_THAT(world.query("SELECT type FROM pragma_table_info('alembic_version')"),
                ElementsAre("VARCHAR(255)"));
}

TEST(Session, stamps_without_running_anything) {
    World world;
    world.table("a", "");
    world.table("b", "a");
    Session(world.settings, world.tree(), test::sqlite(), Session::Access::write).stamp({"head"}, false);
    EXPECT_THAT(world.tables(), ElementsAre("alembic_version"));
    EXPECT_THAT(world.current(), ElementsAre("b"));
}

TEST(Session, purges_rows_that_no_file_explains) {
    World world;
    world.table("a", "");
    world.upgrade();
    world.query("INSERT INTO alembic_version VALUES ('gone')");
    Session session(world.settings, world.tree(), test::sqlite(), Session::Access::write);
    EXPECT_THAT(session.stamp({"a"}, true).current, ElementsAre("a"));
}

TEST(Session, creates_the_version_table_once) {
    World world;
    Session session(world.settings, world.tree(), test::sqlite(), Session::Access::write);
    EXPECT_TRUE(session.ensure_version());
    EXPECT_FALSE(session.ensure_version());
}

TEST(Session, asks_whether_an_operation_is_permitted) {
    World world;
    world.table("a", "");
    world.settings.permit = [](const ops::Operation&) { throw Error(Fault::script, "not yours"); };
    EXPECT_EQ(error_of([&] { world.upgrade(); }).message(), "not yours");
    EXPECT_THAT(world.tables(), Not(Contains("a")));
}

} // namespace
} // namespace orch
