// What `validate` finds in a database and what `repair` does about it.
#include "runner/world.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using test::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Validate : public testing::Test {
  protected:
    Validate() {
        world.settings.journal = true;
        world.table("a", "");
        world.table("b", "a");
    }

    std::vector<runner::Finding> findings() {
        const runner::Tree tree(world.settings.scripts);
        return runner::Session(world.settings, tree, test::sqlite(), runner::Session::Access::read)
            .validate();
    }
    /// "edited a"
    std::vector<std::string> found() {
        std::vector<std::string> words;
        for (const runner::Finding& finding : findings())
            words.push_back(finding.kind + (finding.revision.empty() ? "" : " " + finding.revision));
        return words;
    }
    std::vector<runner::Repair> repair(bool agree) {
        const runner::Tree tree(world.settings.scripts);
        return runner::Session(world.settings, tree, test::sqlite(), runner::Session::Access::write)
            .repair([&](const runner::Finding&) { return agree; });
    }
    void run(const std::string& sql) const {
        const auto connection = test::sqlite().connect(world.settings.url, {});
        dialect::Statement statement;
        statement.sql = sql;
        connection->execute(statement);
    }
    void change(const std::string& revision, const std::string& from, const std::string& to) const {
        const std::string file = "versions/" + revision + ".py";
        std::string text = world.folder.read(world.folder.path / file);
        const std::size_t at = text.find(from);
        ASSERT_NE(at, std::string::npos);
        world.folder.write(file, text.replace(at, from.size(), to));
    }

    World world;
};

TEST_F(Validate, finds_nothing_wrong_before_and_after_an_upgrade) {
    EXPECT_THAT(found(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(world.database()));
    world.upgrade();
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Validate, tells_which_revision_was_edited_and_when_it_ran) {
    world.upgrade();
    change("a", "create_table('a'", "create_table('other'");
    EXPECT_THAT(found(), ElementsAre("edited a"));
    EXPECT_THAT(findings().front().hint, HasSubstr("applied 20"));
    EXPECT_THAT(findings().front().place->file, HasSubstr("versions/a.py"));
}

TEST_F(Validate, does_not_mind_layout_comments_messages_and_downgrades) {
    world.upgrade();
    change("a", "make a", "a message in other words\n\nRevises: nothing");
    change("a", "def upgrade():", "# a comment\n\n\ndef upgrade():  # another");
    change("a", "op.create_table('a', ", "op.create_table(\n        \"a\",\n        ");
    change("a", "op.drop_table('a')", "op.execute('DROP TABLE a')");
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Validate, compares_sql_revisions_by_their_statements_too) {
    const char* text =
        "-- orders\n-- orch:revision c\n-- orch:revises b\n-- orch:upgrade\nCREATE TABLE c (x INT);\n"
        "-- orch:downgrade\nDROP TABLE c;\n";
    world.folder.write("versions/c.sql", text);
    world.upgrade();
    world.folder.write("versions/c.sql",
                       "-- other words\n-- orch:revision c\n-- orch:revises b\n-- orch:upgrade\n"
                       "CREATE TABLE c\n  (x INT) -- x\n;\n-- orch:downgrade\n-- none\n");
    EXPECT_THAT(found(), IsEmpty());
    world.folder.write("versions/c.sql", "-- orders\n-- orch:revision c\n-- orch:revises b\n-- orch:upgrade\n"
                                         "CREATE TABLE c (y INT);\n");
    EXPECT_THAT(found(), ElementsAre("edited c"));
}

TEST_F(Validate, takes_an_edited_revision_when_told_to) {
    world.upgrade();
    change("a", "create_table('a'", "create_table('other'");
    EXPECT_EQ(repair(false).front().outcome, runner::Repair::declined);
    EXPECT_THAT(found(), ElementsAre("edited a"));
    EXPECT_EQ(repair(true).front().outcome, runner::Repair::mended);
    EXPECT_THAT(found(), IsEmpty());
    EXPECT_THAT(world.query("SELECT direction FROM alembic_version_orch WHERE revision = 'a' ORDER BY entry"),
                ElementsAre("upgrade", "accept"));
}

TEST_F(Validate, misses_the_file_of_what_was_applied) {
    world.table("x", "");
    world.upgrade();
    std::filesystem::remove(world.folder.path / "versions/x.py");
    EXPECT_THAT(found(), ElementsAre("unknown-revision x"));
    EXPECT_THAT(findings().front().hint, HasSubstr("fetch the missing revision file"));
    run("DELETE FROM alembic_version WHERE version_num = 'x'");
    EXPECT_THAT(found(), ElementsAre("missing-file x"));
    EXPECT_EQ(repair(true).front().outcome, runner::Repair::left);
}

TEST_F(Validate, mends_rows_that_say_the_same_twice) {
    world.settings.version_table_pk = false;
    world.upgrade();
    run("INSERT INTO alembic_version VALUES ('b')");
    run("INSERT INTO alembic_version VALUES ('a')");
    EXPECT_THAT(found(), ElementsAre("duplicate-rows b", "overlapping-rows a"));
    repair(true);
    EXPECT_THAT(found(), IsEmpty());
    EXPECT_THAT(world.current(), ElementsAre("b"));
}

TEST_F(Validate, sees_what_a_killed_run_left_without_its_version) {
    world.revision("c", "b",
                   "op.create_table('c', sa.Column('x', sa.Integer))\n"
                   "    op.add_column('a', sa.Column('y', sa.Integer))");
    world.upgrade({"b"});
    run("CREATE TABLE c (x INTEGER)");
    ASSERT_THAT(found(), ElementsAre("half-applied c"));
    EXPECT_EQ(findings().front().message,
              "revision 'c' is not applied, and 1 of the 2 changes that it makes is there: table 'c'");
    run("ALTER TABLE a ADD COLUMN y INTEGER");
    ASSERT_THAT(found(), ElementsAre("applied-without-version c"));
    EXPECT_THAT(findings().front().hint, HasSubstr("orch stamp c"));
}

TEST_F(Validate, drops_the_copy_that_a_killed_rebuild_left) {
    world.upgrade();
    run("CREATE TABLE _alembic_tmp_a (id INTEGER)");
    EXPECT_THAT(found(), ElementsAre("left-over-table"));
    repair(true);
    EXPECT_THAT(found(), IsEmpty());
    EXPECT_THAT(world.tables(), ElementsAre("a", "alembic_version", "alembic_version_orch", "b"));
}

TEST_F(Validate, gives_a_copy_that_is_all_there_is_its_name_back) {
    world.upgrade();
    run("ALTER TABLE a RENAME TO _alembic_tmp_a");
    run("INSERT INTO _alembic_tmp_a VALUES (7)");
    repair(true);
    EXPECT_THAT(world.query("SELECT id FROM a"), ElementsAre("7"));
}

} // namespace
} // namespace orch
