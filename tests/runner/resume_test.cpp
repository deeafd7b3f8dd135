// Crash points, where DDL commits by itself: the process ends before and after each thing that it asks of the
// database, and the next run must bring the database to where it would have come without that.
#include "runner/crash.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using runner::Session;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Resume : public test::CrashTest {
  protected:
    Resume() : CrashTest(false) {
        world.revision("a", "",
                       "op.create_table('t', sa.Column('x', sa.Integer))\n"
                       "    op.execute('INSERT INTO t VALUES (1)')\n"
                       "    op.execute('INSERT INTO t VALUES (2)')\n"
                       "    op.create_table('u', sa.Column('y', sa.Integer))\n"
                       "    op.execute('INSERT INTO u SELECT x FROM t')\n"
                       "    op.add_column('t', sa.Column('z', sa.Integer))\n"
                       "    op.execute('UPDATE t SET z = x * 10')",
                       "op.execute('DELETE FROM u WHERE y = 1')\n"
                       "    op.drop_column('t', 'z')\n"
                       "    op.execute('UPDATE t SET x = x + (SELECT count(*) FROM u)')\n"
                       "    op.drop_table('u')\n"
                       "    op.drop_table('t')");
        world.table("b", "a");
    }
};

TEST_F(Resume, completes_an_upgrade_that_ended_anywhere) {
    const int points = points_of([&] { writing().upgrade({"head"}); });
    EXPECT_GT(points, 60);
    RecordProperty("points", points);
}

TEST_F(Resume, completes_a_downgrade_that_ended_anywhere) {
    ASSERT_EQ(in_a_process([&] { writing().upgrade({"a"}); }), 0);
    EXPECT_GT(points_of([&] { writing().downgrade("base"); }), 40);
}

TEST_F(Resume, is_not_sure_of_several_statements_in_one_text) {
    world.revision("a", "", "op.execute('CREATE TABLE v (x INTEGER); INSERT INTO v VALUES (1)')");
    const std::string start = before();
    bool doubted = false;
    for (int point = 1;; ++point) {
        restore(start);
        dialect.fuse.left = point;
        const int status = in_a_process([&] { writing().upgrade({"a"}); });
        dialect.fuse.left = test::never;
        if (status == 0) break;
        if (in_a_process([&] { writing().upgrade({"a"}); }) == 0) {
            EXPECT_THAT(world.query("SELECT x FROM v"), ElementsAre("1")) << "after point " << point;
        } else {
            doubted = true;
            EXPECT_TRUE(writing().interrupted());
        }
    }
    EXPECT_TRUE(doubted);
}

class Interrupted : public Resume {
  protected:
    /// Ends in the middle of revision a.
    void interrupt() {
        dialect.fuse.left = 40;
        ASSERT_EQ(in_a_process([&] { writing().upgrade({"head"}); }), test::killed);
        dialect.fuse.left = test::never;
    }
    template <class Work>
    Error refusal(Work&& work) {
        try {
            work();
        } catch (const Error& error) {
            return error;
        }
        return Error(Fault::internal, "no error");
    }
};

TEST_F(Interrupted, is_told_to_whoever_asks) {
    EXPECT_FALSE(writing().interrupted());
    interrupt();
    EXPECT_EQ(Session(world.settings, world.tree(), dialect, Session::Access::read).interrupted(), "a");
}

TEST_F(Interrupted, is_finished_alone_by_resume) {
    interrupt();
    EXPECT_THAT(writing().resume().current, ElementsAre("a"));
    EXPECT_FALSE(writing().interrupted());
    EXPECT_THAT(writing().resume().steps, IsEmpty());
    EXPECT_THAT(world.query("SELECT z FROM t ORDER BY z"), ElementsAre("10", "20"));
}

TEST_F(Interrupted, lets_nothing_else_run_first) {
    interrupt();
    const Error error = refusal([&] { writing().stamp({"b"}, false); });
    EXPECT_EQ(error.message(), "the upgrade of revision 'a' was interrupted and is not finished");
    EXPECT_THAT(error.hint(), HasSubstr("orch resume"));
}

TEST_F(Interrupted, stops_where_the_script_was_edited_meanwhile) {
    interrupt();
    world.revision("a", "", "op.create_table('other', sa.Column('x', sa.Integer))");
    const runner::Tree tree(world.settings.scripts);
    const Error error =
        refusal([&] { Session(world.settings, tree, dialect, Session::Access::write).upgrade({"head"}); });
    EXPECT_EQ(error.message(),
              "statement 1 is not the one that ran here before the interruption of this revision");
    EXPECT_THAT(error.hint(), HasSubstr("orch resolve"));
}

TEST_F(Interrupted, is_applied_or_gone_where_the_user_says_so) {
    interrupt();
    EXPECT_EQ(refusal([&] { writing().resolve("b", true); }).message(),
              "'b' was not interrupted, but 'a' was");
    EXPECT_THAT(writing().resolve("a", true).current, ElementsAre("a"));
    EXPECT_FALSE(writing().interrupted());
    EXPECT_EQ(refusal([&] { writing().resolve("a", true); }).message(), "no revision was interrupted here");
}

TEST_F(Interrupted, begins_anew_when_nothing_of_it_is_left) {
    interrupt();
    for (const char* sql : {"DROP TABLE IF EXISTS t", "DROP TABLE IF EXISTS u"}) world.query(sql);
    EXPECT_THAT(writing().resolve("a", false).current, IsEmpty());
    EXPECT_THAT(writing().upgrade({"head"}).current, ElementsAre("b"));
}

TEST_F(Resume, goes_on_behind_what_took_effect_when_a_statement_was_refused) {
    world.revision("c", "b", "op.create_table('v', sa.Column('x', sa.Integer))\n    op.execute('nonsense')");
    try {
        writing().upgrade({"head"});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.notes(), Contains("1 of its statements are committed and stay"));
    }
    world.revision(
        "c", "b",
        "op.create_table('v', sa.Column('x', sa.Integer))\n    op.execute('INSERT INTO v VALUES (7)')");
    EXPECT_THAT(writing().upgrade({"head"}).current, ElementsAre("c"));
    EXPECT_THAT(world.query("SELECT x FROM v"), ElementsAre("7"));
}

} // namespace
} // namespace orch
