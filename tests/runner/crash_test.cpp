// Crash points of revisions that are rolled back whole.
#include "runner/crash.hpp"

#include <gmock/gmock.h>

namespace orch {
namespace {

/// Two branches and their merge; each revision changes the schema and rows.
class Crash : public test::CrashTest {
  protected:
    Crash() : CrashTest(true) {
        world.revision("a", "",
                       "op.create_table('t', sa.Column('x', sa.Integer))\n"
                       "    op.bulk_insert(sa.table('t', sa.column('x')), [{'x': 1}, {'x': 2}])",
                       "op.drop_table('t')");
        world.revision(
            "b", "a",
            "op.add_column('t', sa.Column('z', sa.Integer))\n    op.execute('UPDATE t SET z = x * 10')",
            "op.drop_column('t', 'z')");
        world.revision("c", "a",
                       "op.create_table('u', sa.Column('y', sa.Integer))\n"
                       "    op.execute('INSERT INTO u SELECT x FROM t')",
                       "op.drop_table('u')");
        world.folder.write("versions/m.py", "\"\"\"merge\"\"\"\nrevision = 'm'\ndown_revision = ('b', 'c')\n"
                                            "def upgrade():\n    pass\ndef downgrade():\n    pass\n");
    }
};

TEST_F(Crash, loses_and_repeats_nothing_on_the_way_up) {
    EXPECT_GT(points_of([&] { writing().upgrade({"head"}); }), 50);
}

TEST_F(Crash, loses_and_repeats_nothing_in_one_transaction) {
    world.settings.transaction_per_migration = false;
    EXPECT_GT(points_of([&] { writing().upgrade({"head"}); }), 40);
}

TEST_F(Crash, loses_and_repeats_nothing_on_the_way_down) {
    ASSERT_EQ(in_a_process([&] { writing().upgrade({"head"}); }), 0);
    EXPECT_GT(points_of([&] { writing().downgrade("base"); }), 40);
}

/// A script that commits in its middle, as CREATE INDEX CONCURRENTLY makes it do on PostgreSQL.
class CommitsInBetween : public test::CrashTest {
  protected:
    CommitsInBetween() : CrashTest(true) {
        world.revision("a", "",
                       "op.create_table('t', sa.Column('x', sa.Integer), sa.Column('z', sa.Integer))\n"
                       "    op.execute('INSERT INTO t VALUES (1, 1)')\n"
                       "    with op.get_context().autocommit_block():\n"
                       "        op.create_index('ix_t_x', 't', ['x'])\n"
                       "        op.create_index('ix_t_z', 't', ['z'])\n"
                       "    op.create_table('u', sa.Column('y', sa.Integer))\n"
                       "    op.execute('INSERT INTO u SELECT x FROM t')",
                       "op.drop_table('u')");
    }
};

TEST_F(CommitsInBetween, loses_and_repeats_nothing) {
    EXPECT_GT(points_of([&] { writing().upgrade({"head"}); }), 30);
}

TEST_F(CommitsInBetween, leaves_no_table_of_orch_where_no_journal_is_kept) {
    world.settings.journal.reset();
    EXPECT_GT(points_of([&] { writing().upgrade({"head"}); }), 30);
    EXPECT_THAT(world.tables(), testing::ElementsAre("alembic_version", "t", "u"));
}

TEST_F(CommitsInBetween, is_told_by_who_reads) {
    dialect.fuse.left = 30;
    ASSERT_EQ(in_a_process([&] { writing().upgrade({"head"}); }), test::killed);
    dialect.fuse.left = test::never;
    EXPECT_EQ(
        runner::Session(world.settings, world.tree(), dialect, runner::Session::Access::read).interrupted(),
        "a");
}

TEST_F(Crash, loses_and_repeats_nothing_of_a_merge) {
    ASSERT_EQ(in_a_process([&] { writing().upgrade({"b", "c"}); }), 0);
    EXPECT_GT(points_of([&] { writing().upgrade({"m"}); }), 10);
}

TEST_F(Crash, loses_and_repeats_nothing_of_a_stamp) {
    EXPECT_GT(points_of([&] { writing().stamp({"b", "c"}, false); }), 10);
}

} // namespace
} // namespace orch
