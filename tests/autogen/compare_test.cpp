#include "autogen/world.hpp"

#include <gmock/gmock.h>

namespace orch::test {
namespace {

using namespace orch::build;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Table with_id(const char* name, std::vector<schema::Column> more = {}) {
    more.insert(more.begin(), Column("id", "Integer").key());
    return {name, std::move(more)};
}
Column refers(const char* name, const char* table) {
    return Column(name, "Integer").references(foreign_key(table, "id"));
}

TEST(Compare, finds_nothing_between_equal_tables_however_they_are_written) {
    Table flags("t", {Column("id", "Integer").key(), Column("a", "Integer").uniquely(), refers("b", "u")});
    Table lists("t", {Column("id", "Integer"), Column("a", "Integer"), Column("b", "Integer")});
    schema::ForeignKey key = foreign_key("u", "id");
    key.columns = {"b"};
    lists.with(primary_key({"id"})).with(unique({"a"})).with(key);
    EXPECT_THAT(upgrade(catalog({with_id("u"), flags}), target({with_id("u"), lists})), IsEmpty());
}

TEST(Compare, creates_what_others_refer_to_first) {
    const auto lines = upgrade({}, target({with_id("a", {refers("z_id", "z")}), with_id("z"), with_id("b")}));
    EXPECT_THAT(lines, ElementsAre(StartsWith("op.create_table('b'"), StartsWith("op.create_table('z'"),
                                   StartsWith("op.create_table('a'")));
}

TEST(Compare, adds_the_foreign_key_that_closes_a_cycle_afterwards) {
    const auto lines =
        upgrade({}, target({with_id("a", {refers("b_id", "b")}), with_id("b", {refers("a_id", "a")})}));
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_THAT(lines[0], Not(HasSubstr("ForeignKey")));
    EXPECT_THAT(lines[2], HasSubstr("op.create_foreign_key('fk_a_b_id_b', 'a', 'b', ['b_id'], ['id'])"));
}

TEST(Compare, drops_a_table_after_the_foreign_key_that_kept_it) {
    autogen::CompareOptions options;
    options.allow_drop = true;
    Table referring = with_id("t");
    referring.columns.push_back(Column("u_id", "Integer"));
    Table before = referring;
    schema::ForeignKey key = foreign_key("u", "id", "fk_u");
    key.columns = {"u_id"};
    before.with(key);
    EXPECT_THAT(
        upgrade(catalog({before, with_id("u")}), target({referring}), options),
        ElementsAre("op.drop_constraint(op.f('fk_u'), 't', type_='foreignkey')", "op.drop_table('u')"));
}

TEST(Compare, believes_what_the_database_makes_of_a_type) {
    autogen::CompareOptions options;
    options.normalize = [](std::vector<schema::Table> tables) {
        for (schema::Table& table : tables)
            for (schema::Column& column : table.columns)
                if (column.type.name == "Uuid") column.type = Type("CHAR", 32);
        return tables;
    };
    const auto existing = catalog({with_id("t", {Column("x", Type("CHAR", 32))})});
    EXPECT_THAT(upgrade(existing, target({with_id("t", {Column("x", "Uuid")})}), options), IsEmpty());
}

TEST(Compare, leaves_alone_what_the_filter_and_other_environments_keep) {
    autogen::CompareOptions options;
    options.allow_drop = true;
    options.include.selects = [](const autogen::Object& object) {
        return object.kind != "table" || object.name != "ours_not";
    };
    options.foreign = [](const std::string& table) { return table == "theirs"; };
    EXPECT_THAT(upgrade(catalog({with_id("ours_not"), with_id("theirs"), with_id("alembic_version"),
                                 with_id("alembic_version_orch"), with_id("old")}),
                        target({}), options),
                ElementsAre("op.drop_table('old')"));
}

TEST(Compare, refuses_an_empty_target_and_one_without_a_third_of_the_tables) {
    const auto three = catalog({with_id("a"), with_id("b"), with_id("c")});
    EXPECT_THROW(upgrade(three, target({})), Error);
    EXPECT_THROW(upgrade(three, target({with_id("a")})), Error);
    EXPECT_THAT(upgrade(three, target({with_id("a"), with_id("b")})), ElementsAre("op.drop_table('c')"));
}

TEST(Compare, offers_renames_and_follows_those_that_were_decided) {
    const auto before = catalog({with_id("account", {Column("name", Type("String", 50))}),
                                 with_id("line", {refers("account_id", "account")})});
    const auto after = target({with_id("customer", {Column("name", Type("String", 50))}),
                               with_id("line", {refers("account_id", "customer")})});
    autogen::CompareOptions options;
    options.allow_drop = true;
    const PlainDialect dialect;
    EXPECT_THAT(autogen::compare(before, after, dialect, options).undecided,
                ElementsAre(std::pair<std::string, std::string>("account", "customer")));
    options.renames = {{"account", "customer"}};
    EXPECT_THAT(upgrade(before, after, options), ElementsAre("op.rename_table('account', 'customer')"));
}

TEST(Compare, changes_a_primary_key) {
    Table one("t", {Column("a", "Integer").required(), Column("b", "Integer").required()});
    Table two = one;
    one.with(primary_key({"a"}, "pk"));
    two.with(primary_key({"a", "b"}, "pk"));
    EXPECT_THAT(upgrade(catalog({one}), target({two})),
                ElementsAre("op.drop_constraint(op.f('pk'), 't', type_='primary')",
                            "op.create_primary_key('pk', 't', ['a', 'b'])"));
}

TEST(Compare, asks_of_each_object_whose_it_is) {
    std::vector<std::string> asked;
    autogen::CompareOptions options;
    options.allow_drop = true;
    options.include.selects = [&](const autogen::Object& object) {
        asked.push_back(object.kind + " " + object.name + (object.reflected ? " reflected" : "") +
                        (object.has_counterpart ? " both" : ""));
        return true;
    };
    upgrade(catalog({with_id("gone"), with_id("kept", {Column("old", "Integer")})}),
            target({with_id("kept", {Column("new_one", "Text")}), with_id("made")}), options);
    EXPECT_THAT(asked, ElementsAre("table kept both", "table made", "table gone reflected", "column new_one",
                                   "column id both", "column old reflected"));
}

TEST(Compare, leaves_unknown_what_include_name_does_not_name) {
    autogen::CompareOptions options;
    options.allow_drop = true;
    options.include_name.selects = [](const autogen::Object& object) { return object.name != "legacy"; };
    EXPECT_THAT(upgrade(catalog({with_id("legacy"), with_id("old")}), target({}), options),
                ElementsAre("op.drop_table('old')"));
}

TEST(Compare, believes_who_knows_better_about_types_and_defaults) {
    autogen::CompareOptions options;
    options.type_differs = [](const schema::Table&, const schema::Column& existing, const schema::Column&) {
        return existing.name == "a" ? std::optional(false) : std::nullopt;
    };
    options.default_differs = [](const schema::Table&, const schema::Column&, const schema::Column&) {
        return std::optional(false);
    };
    const auto existing =
        catalog({with_id("t", {Column("a", "Integer").defaults(num(1)), Column("b", "Integer")})});
    EXPECT_THAT(upgrade(existing,
                        target({with_id("t", {Column("a", "Text").defaults(num(2)), Column("b", "Text")})}),
                        options),
                ElementsAre(StartsWith("op.alter_column('t', 'b'")));
}

TEST(Compare, compares_exclude_constraints_by_what_they_say) {
    schema::Exclude exclude;
    exclude.name = "one_each";
    exclude.elements = {{text("room"), "="}};
    Table before = with_id("t", {Column("room", "Integer")}), same = before, other = before;
    before.with(exclude);
    same.with(exclude);
    exclude.where = text("room > 0");
    other.with(exclude);
    EXPECT_THAT(upgrade(catalog({before}), target({same})), IsEmpty());
    EXPECT_THAT(upgrade(catalog({before}), target({other})),
                ElementsAre(StartsWith("op.drop_constraint(op.f('one_each')"),
                            StartsWith("op.create_exclude_constraint('one_each'")));
}

TEST(Compare, says_what_was_not_compared) {
    schema::Catalog database;
    database.views.push_back({"v", {}, "SELECT 1", false, {}, {}, {}, {}});
    const PlainDialect dialect;
    EXPECT_THAT(autogen::compare(database, target({}), dialect, {}).not_compared,
                ElementsAre("views: 1 in the database, of which the target does not speak"));
    database.views.push_back({"w", {}, "SELECT 2", false, {}, {}, {}, {}});
    autogen::Target told = target({});
    told.told = true;
    told.catalog.views = {database.views[1], {"x", {}, "SELECT 3", false, {}, {}, {}, {}}};
    EXPECT_THAT(
        autogen::compare(database, told, dialect, {}).not_compared,
        ElementsAre("the definitions of views: 1 on both sides by name, only in the database 'v', only "
                    "in the target 'x'"));
}

} // namespace
} // namespace orch::test
