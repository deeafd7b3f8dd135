// The commands as SQL text, and how a dialect's traits reach `.sql` revisions.
#include "runner/world.hpp"

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

std::string revision_sql(World& world, const dialect::Dialect& dialect, const std::string& id) {
    std::string out;
    runner::revision_sql(world.settings, world.tree().file(id), script::Direction::upgrade, dialect,
                         [&](std::string_view text) { out += text; });
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

} // namespace
} // namespace orch
