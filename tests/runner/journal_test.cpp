// The journal beside the version table: what it says, and how it keeps a run out that lost its lock.
#include "runner/world.hpp"

#include "base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace orch {
namespace {

using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Journaled : public World {
  public:
    Journaled() { settings.journal = true; }
    std::vector<std::string> entries() const {
        return query(
            "SELECT entry || ' ' || direction || ' ' || revision FROM alembic_version_orch ORDER BY entry");
    }
    std::string hash(const std::string& revision) const {
        return query("SELECT statements_hash FROM alembic_version_orch WHERE revision = '" + revision + "'")
            .at(0);
    }
};

TEST(Journal, tells_each_step_in_its_order) {
    Journaled world;
    world.table("a", "");
    world.table("b", "a");
    world.upgrade({"a"});
    world.upgrade({"head"});
    world.downgrade("a");
    EXPECT_THAT(world.entries(), ElementsAre("1 upgrade a", "2 upgrade b", "3 downgrade b"));
    EXPECT_THAT(world.query("SELECT DISTINCT run_by || ' ' || tool FROM alembic_version_orch"),
                ElementsAre(HasSubstr("process " + std::to_string(getpid()) + " orch ")));
}

TEST(Journal, is_kept_where_ddl_cannot_be_rolled_back_or_the_settings_say_so) {
    World world;
    world.table("a", "");
    world.upgrade();
    EXPECT_THAT(world.tables(), Not(Contains("alembic_version_orch")));
}

TEST(Journal, has_no_row_for_what_was_rolled_back) {
    Journaled world;
    world.table("a", "");
    world.revision("b", "a", "op.execute('nonsense')");
    EXPECT_THROW(world.upgrade(), Error);
    EXPECT_THAT(world.entries(), ElementsAre("1 upgrade a"));
}

TEST(Journal, is_not_made_where_nothing_is_to_be_done) {
    Journaled world;
    world.upgrade();
    EXPECT_THAT(world.tables(), Not(Contains("alembic_version_orch")));
}

TEST(Journal, lies_beside_its_version_table) {
    Journaled world;
    world.settings.context.version_table = "module_one_versions";
    world.table("a", "");
    world.upgrade();
    EXPECT_THAT(world.tables(), ElementsAre("a", "module_one_versions", "module_one_versions_orch"));
}

TEST(Journal, knows_statements_by_their_meaning) {
    Journaled world;
    world.revision("a", "", "op.execute('CREATE TABLE t (x INTEGER) -- a table')");
    world.revision("b", "a", "op.execute('DROP TABLE t')");
    world.revision("c", "b", "op.execute('CREATE  TABLE t\\n(x INTEGER);')");
    world.upgrade();
    EXPECT_EQ(world.hash("a"), world.hash("c"));
    EXPECT_NE(world.hash("a"), world.hash("b"));
}

TEST(Journal, stops_a_run_in_whose_place_another_one_wrote) {
    Journaled world;
    world.table("a", "");
    world.revision("b", "a",
                   "op.execute(\"INSERT INTO alembic_version_orch SELECT 2, 'x', 'upgrade', '', 0, '', '', "
                   "'', '', ''\")");
    try {
        world.upgrade();
        FAIL() << "went on";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("another run has changed the versions in the meantime"));
    }
    EXPECT_THAT(world.current(), ElementsAre("a"));
    EXPECT_THAT(world.entries(), ElementsAre("1 upgrade a"));
}

/// A journal as the first versions of orch made it.
class OldJournal : public Journaled {
  public:
    OldJournal() {
        table("a", "");
        table("b", "a");
        upgrade({"a"});
        run("ALTER TABLE alembic_version_orch DROP COLUMN script_hash");
        run("ALTER TABLE alembic_version_orch DROP COLUMN git_commit");
    }
    void run(const std::string& sql) const {
        const auto connection = test::sqlite().connect(settings.url, {});
        dialect::Statement statement;
        statement.sql = sql;
        connection->execute(statement);
    }
    std::vector<std::string> columns() const {
        return query("SELECT name FROM pragma_table_info('alembic_version_orch')");
    }
};

TEST(Journal, of_an_older_orch_gets_its_missing_columns_before_the_first_write) {
    OldJournal world;
    world.upgrade();
    EXPECT_THAT(world.entries(), ElementsAre("1 upgrade a", "2 upgrade b"));
    EXPECT_THAT(world.query("SELECT count(script_hash) FROM alembic_version_orch"), ElementsAre("1"));
    EXPECT_THAT(world.columns(), Contains("git_commit"));
}

TEST(Journal, of_an_older_orch_is_read_as_it_is) {
    OldJournal world;
    const auto before = world.columns();
    const runner::Tree tree(world.settings.scripts);
    EXPECT_THAT(
        runner::Session(world.settings, tree, test::sqlite(), runner::Session::Access::read).validate(),
        testing::IsEmpty());
    EXPECT_EQ(world.columns(), before);
}

TEST(Journal, of_an_older_orch_stays_as_it_was_when_the_run_fails) {
    OldJournal world;
    const auto before = world.columns();
    world.revision("c", "b", "op.execute('nonsense')");
    world.settings.transaction_per_migration = false;
    const runner::Tree tree(world.settings.scripts);
    runner::Session session(world.settings, tree, test::sqlite(), runner::Session::Access::write);
    EXPECT_THROW(session.upgrade({"heads"}), Error);
    EXPECT_EQ(world.columns(), before);
}

TEST(Journal, keeps_the_downgrades_where_it_is_told_to) {
    Journaled world;
    world.table("a", "");
    world.upgrade();
    world.settings.journal_downgrades = true;
    world.table("b", "a");
    world.folder.write("versions/c.sql",
                       "-- orders\n-- orch:revision c\n-- orch:revises b\n-- orch:upgrade\n"
                       "CREATE TABLE c (x INT);\n-- orch:downgrade\nDROP TABLE c; -- gone\n");
    const runner::Tree tree(world.settings.scripts);
    runner::Session(world.settings, tree, test::sqlite(), runner::Session::Access::write).upgrade({"heads"});
    EXPECT_THAT(world.query("SELECT coalesce(downgrade, '-') FROM alembic_version_orch ORDER BY entry"),
                ElementsAre("-", "def downgrade():\n    op.drop_table('b')\n",
                            "-- orch:downgrade\nDROP TABLE c; -- gone\n\n"));
}

TEST(Journal, names_the_commit_of_the_revisions) {
    Journaled world;
    const std::string commit(40, 'c');
    world.folder.write(".git/HEAD", "ref: refs/heads/main\n");
    world.folder.write(".git/packed-refs", "# pack-refs with: peeled\n" + commit + " refs/heads/main\n");
    world.table("a", "");
    world.upgrade();
    EXPECT_THAT(world.query("SELECT git_commit FROM alembic_version_orch"), ElementsAre(commit));
}

} // namespace
} // namespace orch
