// The commands as SQL text, and how a dialect's traits reach `.sql` revisions.
#include "runner/world.hpp"

#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using test::World;
using testing::HasSubstr;

/// A dialect with two names, whose strings have backslashes.
class Other final : public dialect::Dialect {
  public:
    const dialect::Traits& traits() const override { return traits_; }
    const dialect::Compiler& compiler() const override { return compiler_; }
    std::unique_ptr<dialect::Connection> connect(const Url&, const dialect::ConnectOptions&) const override {
        return nullptr;
    }
    std::string identity(const Url&) const override { return "other"; }

  private:
    static dialect::Traits make_traits() {
        dialect::Traits traits;
        traits.name = "mysql";
        traits.section_names = {"mariadb", "mysql"};
        traits.backslash_escapes = true;
        return traits;
    }
    dialect::Traits traits_ = make_traits();
    dialect::Grammar grammar_;
    dialect::AnsiCompiler compiler_{traits_, grammar_};
};

std::string revision_sql(World& world, const dialect::Dialect& dialect, const std::string& id,
                         script::Direction direction = script::Direction::upgrade) {
    std::string out;
    runner::Past past(
        world.settings, [&]() -> const runner::Tree& { return world.tree(); }, dialect);
    runner::revision_sql(world.settings, past, world.tree().file(id), direction, dialect,
                         [&](std::string_view text) { out += text; });
    return out;
}

/// The same without comments and empty lines.
std::string statements(World& world, const std::string& id,
                       script::Direction direction = script::Direction::upgrade) {
    std::string out;
    for (const std::string& line : split(revision_sql(world, test::sqlite(), id, direction), '\n'))
        if (!line.empty() && !line.starts_with("--")) out += line + "\n";
    return out;
}

TEST(Offline, writes_transactions_and_version_rows) {
    World world;
    world.table("a", "");
    std::string out;
    runner::upgrade_sql(world.settings, world.tree(), test::sqlite(), {}, {"head"},
                        [&](std::string_view text) { out += text; });
    EXPECT_EQ(out, "BEGIN;\n\n"
                   "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n"
                   "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n\n"
                   "-- Running upgrade  -> a, make a\n\n"
                   "CREATE TABLE a (\n    id INTEGER\n);\n\n"
                   "INSERT INTO alembic_version (version_num) VALUES ('a');\n\n"
                   "COMMIT;\n\n");
    EXPECT_FALSE(std::filesystem::exists(world.database()));
}

TEST(Offline, takes_the_section_by_the_dialects_own_names) {
    World world;
    const std::string head = "-- x\n-- orch:revision a\n-- orch:upgrade\nSELECT 'general';\n";
    world.folder.write("versions/a.sql", head + "-- orch:upgrade mysql\nSELECT 'mysql';\n"
                                                "-- orch:upgrade mariadb\nSELECT 'mariadb';\n");
    EXPECT_THAT(revision_sql(world, Other(), "a"), HasSubstr("'mariadb'"));
    EXPECT_THAT(revision_sql(world, test::sqlite(), "a"), HasSubstr("'general'"));
}

TEST(Offline, splits_statements_by_the_dialects_strings) {
    World world;
    world.folder.write("versions/a.sql",
                       "-- x\n-- orch:revision a\n-- orch:upgrade\nSELECT 'it\\'s; one';\n");
    EXPECT_EQ(revision_sql(world, Other(), "a"), "SELECT 'it\\'s; one';\n\n");
}

// --- Scripts that look around: the answers come from the revisions below.

const std::string has_b = "if sa.inspect(op.get_bind()).has_table('b'): op.execute('SELECT 1')";

TEST(Offline, answers_from_the_revisions_below) {
    World world;
    world.table("b", "");
    world.revision("c", "b", has_b, has_b);
    world.revision("d", "c", "op.drop_table('b')");
    world.revision("e", "d", has_b);
    EXPECT_EQ(statements(world, "c"), "SELECT 1;\n");
    EXPECT_EQ(statements(world, "c", script::Direction::downgrade), "SELECT 1;\n");
    EXPECT_EQ(statements(world, "e"), "");
}

TEST(Offline, answers_from_what_the_revision_did_itself) {
    World world;
    world.revision("a", "",
                   "op.create_table('b', sa.Column('id', sa.Integer)); "
                   "op.execute('SELECT %d' % sa.inspect(op.get_bind()).has_table('b'))");
    EXPECT_THAT(statements(world, "a"), HasSubstr("SELECT 1;"));
}

TEST(Offline, knows_keys_by_the_names_that_a_batch_gave_them) {
    World world;
    world.revision("a", "",
                   "op.create_table('t', sa.Column('x', sa.Integer, sa.ForeignKey('b.id')), "
                   "sa.Column('y', sa.Integer, sa.ForeignKey('b.id')))");
    world.revision(
        "c", "a",
        "b = op.batch_alter_table('t', naming_convention={'fk': 'fk_%(table_name)s_%(column_0_name)s'})\n"
        "    with b as t: t.drop_constraint('fk_t_x', type_='foreignkey')");
    world.revision("d", "c", "with op.batch_alter_table('t') as t: t.alter_column('x', type_=sa.String(9))");
    const std::string rebuilt = statements(world, "d");
    EXPECT_THAT(rebuilt, HasSubstr("CONSTRAINT fk_t_y FOREIGN KEY(y) REFERENCES b (id)"));
    EXPECT_THAT(rebuilt, testing::Not(HasSubstr("KEY(x)")));
}

TEST(Offline, shows_what_a_revision_asks_for_though_the_database_has_no_statement_for_it) {
    World world;
    world.table("t", "");
    world.revision("c", "t", "op.alter_column('t', 'id', nullable=False)");
    EXPECT_EQ(statements(world, "c"), "ALTER TABLE t ALTER COLUMN id SET NOT NULL;\n");
    EXPECT_THAT(revision_sql(world, test::sqlite(), "c"),
                HasSubstr("-- orch: changing the nullable of column"));
    const auto whole = [&] {
        runner::upgrade_sql(world.settings, world.tree(), test::sqlite(), {}, {"head"},
                            [](std::string_view) {});
    };
    EXPECT_THROW(whole(), Error);
}

TEST(Offline, commits_nothing_where_no_transaction_is_written) {
    World world;
    world.revision("a", "", "with op.get_context().autocommit_block(): op.execute('VACUUM')");
    EXPECT_EQ(statements(world, "a"), "VACUUM;\n");
}

TEST(Offline, reads_tables_that_were_made_by_sql_text) {
    World world;
    world.revision("a", "", "op.execute('CREATE TABLE IF NOT EXISTS \"b\" (id integer NOT NULL, x text)')");
    world.revision("c", "a", has_b);
    world.revision("d", "c", "op.execute('ALTER TABLE b RENAME TO z')");
    world.revision("e", "d", has_b);
    EXPECT_EQ(statements(world, "c"), "SELECT 1;\n");
    EXPECT_EQ(statements(world, "e"), "");
}

TEST(Offline, knows_both_branches_behind_a_merge) {
    World world;
    world.table("a", "");
    world.table("b", "a");
    world.table("c", "a");
    world.folder.write("versions/m.py", "from alembic import op\nimport sqlalchemy as sa\nrevision = 'm'\n"
                                        "down_revision = ('c', 'b')\ndef upgrade():\n"
                                        "    names = sa.inspect(op.get_bind()).get_table_names()\n"
                                        "    op.execute('SELECT ' + repr(' '.join(names)))\n");
    EXPECT_EQ(statements(world, "m"), "SELECT 'a b c';\n");
}

TEST(Offline, says_that_no_database_was_asked_and_what_is_not_known) {
    World world;
    world.revision("a", "", "raise ValueError('no')");
    world.revision("b", "a", has_b);
    const std::string sql = revision_sql(world, test::sqlite(), "b");
    EXPECT_THAT(sql, HasSubstr("-- orch: no database was asked"));
    EXPECT_THAT(sql, HasSubstr("--   not known: what revision 'a' did after: ValueError: no"));
}

TEST(Offline, writes_a_query_and_goes_on_without_its_rows) {
    World world;
    world.revision("a", "",
                   "rows = op.get_bind().execute(sa.text('SELECT id FROM t')).fetchall(); "
                   "[op.execute('DELETE FROM t') for row in rows]; op.execute('SELECT 2')");
    EXPECT_EQ(statements(world, "a"), "SELECT id FROM t;\nSELECT 2;\n");
    EXPECT_THAT(
        revision_sql(world, test::sqlite(), "a"),
        HasSubstr("-- orch: the rows of this query are not known without a database; what follows was "
                  "written as if there were none:\n--   SELECT id FROM t\n"));
}

TEST(Offline, says_nothing_of_rows_that_nobody_reads) {
    World world;
    world.revision("a", "", "op.get_bind().execute(sa.text(\"SELECT setval('s', 1)\"))");
    EXPECT_EQ(revision_sql(world, test::sqlite(), "a"), "SELECT setval('s', 1);\n\n");
}

TEST(Offline, counts_nothing_in_tables_whose_rows_are_not_known) {
    World world;
    world.revision("a", "",
                   "n = op.get_bind().execute(sa.text('SELECT count(*) FROM t')).scalar(); "
                   "op.execute('SELECT %d' % n)");
    EXPECT_THAT(statements(world, "a"), HasSubstr("SELECT 0;"));
}

TEST(Offline, keeps_what_replayed_revisions_print_to_itself) {
    World world;
    world.revision("a", "", "print('printed by a')");
    world.revision("b", "a", has_b);
    testing::internal::CaptureStdout();
    revision_sql(world, test::sqlite(), "b");
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

} // namespace
} // namespace orch
