// Runs over several environments: who comes first, what runs at once, what becomes of the others when one
// fails.
#include "fleet/shop.hpp"

#include "fleet/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using fleet::OnError;
using fleet::Ran;
using runner::Move;
using test::Shop;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const Move up = {Move::upgrade, {"heads"}, false};
const Move down = {Move::downgrade, {"base"}, false};

/// "core done a b"
std::vector<std::string> shown(const std::vector<Ran>& ran) {
    const char* words[] = {"not run", "done", "failed", "taken back"};
    std::vector<std::string> out;
    for (const Ran& one : ran) {
        std::string text = one.environment + " " + words[one.kind];
        for (const graph::Step& step : one.summary.steps) text += " " + step.revision;
        out.push_back(std::move(text));
    }
    return out;
}

std::vector<std::string> run(Shop& shop, const Move& move, const fleet::RunOptions& options = {}) {
    fleet::Project project = shop.project();
    return shown(fleet::run(project, move, options));
}

Error refusal(Shop& shop, const Move& move) {
    try {
        run(shop, move);
    } catch (const Error& error) {
        return error;
    }
    return Error(Fault::internal, "no error");
}

class Runs : public testing::Test {
  protected:
    Runs() {
        shop.revision("core", "a", "");
        shop.revision("core", "b", "a");
        shop.revision("shop", "x", "");
        shop.revision("shop", "y", "x");
    }
    Shop shop{{"shop", "core"}};
};

TEST_F(Runs, do_each_environment_and_tell_of_it) {
    EXPECT_THAT(run(shop, up), ElementsAre("shop done x y", "core done a b"));
    EXPECT_THAT(run(shop, up), ElementsAre("shop done", "core done"));
}

TEST_F(Runs, begin_with_what_others_depend_on_and_end_with_it_on_the_way_down) {
    shop.say("shop", "depends_on = core");
    EXPECT_THAT(run(shop, up), ElementsAre("core done a b", "shop done x y"));
    EXPECT_THAT(run(shop, down), ElementsAre("shop done y x", "core done b a"));
}

TEST_F(Runs, stop_between_revisions_where_one_requires_another_environments) {
    shop.revision("shop", "y", "x", "requires = ('core@a',)");
    shop.revision("core", "b", "a", "requires = 'shop@y'");
    EXPECT_THAT(run(shop, up), ElementsAre("shop done x y", "core done a b"));
    EXPECT_THAT(run(shop, down), UnorderedElementsAre("shop done y x", "core done b a"));
}

TEST_F(Runs, know_requirements_of_sql_revisions_and_beginnings_of_ids) {
    shop.folder.write("shop/versions/z.sql",
                      "-- orch:revision zzzz\n-- orch:revises y\n-- orch:requires core@b\n"
                      "-- orch:upgrade\nCREATE TABLE z (x INT);\n");
    shop.options.names = {"shop"};
    const Error error = refusal(shop, up);
    EXPECT_EQ(error.message(),
              "revision 'zzzz' of environment 'shop' requires 'core@b', which is not applied and "
              "not part of this run");
    EXPECT_EQ(error.hint(), "run it too: -n core -n shop");
    EXPECT_EQ(shop.at("shop"), "");
    shop.options.names.clear();
    run(shop, up);
    EXPECT_EQ(shop.at("shop"), "zzzz");
}

TEST_F(Runs, find_a_requirement_applied_by_an_earlier_run) {
    shop.revision("shop", "y", "x", "requires = ('core@a',)");
    shop.options.names = {"core"};
    run(shop, up);
    shop.options.names = {"shop"};
    EXPECT_THAT(run(shop, up), ElementsAre("shop done x y"));
}

TEST_F(Runs, name_the_path_of_a_circle_of_requirements) {
    shop.revision("shop", "x", "", "requires = ('core@b',)");
    shop.revision("core", "a", "", "requires = ('shop@y',)");
    EXPECT_THAT(refusal(shop, up).message(), HasSubstr("revisions require each other: "));
    EXPECT_THAT(refusal(shop, up).message(), HasSubstr("shop@x -> core@b -> core@a -> shop@y -> shop@x"));
}

TEST_F(Runs, refuse_to_take_back_what_an_applied_revision_requires) {
    shop.revision("shop", "y", "x", "requires = ('core@b',)");
    run(shop, up);
    shop.options.names = {"core"};
    EXPECT_EQ(refusal(shop, {Move::downgrade, {"a"}, false}).message(),
              "revision 'y' of environment 'shop' is applied and requires 'core@b', which this downgrade "
              "would take "
              "back");
    EXPECT_EQ(shop.at("core"), "b");
    shop.options.names.clear();
    EXPECT_THAT(run(shop, down), UnorderedElementsAre("shop done y x", "core done b a"));
}

TEST_F(Runs, name_the_nearest_environment_of_a_requirement_on_none) {
    shop.revision("shop", "x", "", "requires = ('cor@b',)");
    EXPECT_EQ(refusal(shop, up).hint(), "did you mean 'core'?");
    shop.revision("shop", "x", "", "requires = ('core@nothing',)");
    EXPECT_THAT(refusal(shop, up).message(), HasSubstr("'nothing'"));
    shop.revision("shop", "x", "", "requires = ('core',)");
    EXPECT_EQ(refusal(shop, up).message(), "expected ENVIRONMENT@REVISION in 'requires', got 'core'");
}

/// Three environments, of which the second fails at its second revision.
class Failing : public testing::Test {
  protected:
    Failing() {
        for (const char* name : {"a", "b", "c"}) {
            shop.revision(name, "1", "");
            shop.revision(name, "2", "1");
        }
        shop.revision("b", "2", "1", "", "op.execute('nonsense')");
        shop.say("c", "depends_on = a");
    }
    std::vector<std::string> with(OnError on_error, std::size_t jobs = 1) {
        return run(shop, up, {jobs, on_error});
    }
    Shop shop{{"a", "b", "c", "d"}};
};

TEST_F(Failing, begin_no_other_environment) {
    EXPECT_THAT(with(OnError::stop), ElementsAre("a done 1 2", "b failed 1", "c not run", "d not run"));
    EXPECT_EQ(shop.at("b"), "1");
}

TEST_F(Failing, go_on_with_those_that_do_not_wait_for_it_where_told_to) {
    shop.say("d", "depends_on = b");
    EXPECT_THAT(with(OnError::go_on), ElementsAre("a done 1 2", "b failed 1", "c done 1 2", "d not run"));
}

TEST_F(Failing, take_back_what_was_done_where_told_to) {
    run(shop, {Move::upgrade, {"1"}, false}, {1, OnError::go_on});
    EXPECT_THAT(with(OnError::roll_back), ElementsAre("a taken back", "b failed", "c not run", "d not run"));
    EXPECT_EQ(shop.at("a"), "1");
    EXPECT_EQ(shop.at("b"), "1");
}

TEST_F(Failing, take_the_word_from_the_ini) {
    Shop other({"a", "b"}, "on_error = continue");
    other.revision("a", "1", "", "", "op.execute('nonsense')");
    other.revision("b", "1", "");
    EXPECT_THAT(run(other, up), ElementsAre("a failed", "b done 1"));
    Shop wrong({"a"}, "on_error = go on");
    EXPECT_EQ(refusal(wrong, up).message(), "expected 'stop', 'continue' or 'rollback', got 'go on'");
    EXPECT_EQ(refusal(wrong, up).place()->line, 2);
}

TEST_F(Failing, tell_in_one_error_what_became_of_all) {
    fleet::Project project = shop.project();
    try {
        fleet::check(fleet::run(project, up, {}));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::partial);
        EXPECT_THAT(error.notes(),
                    testing::IsSupersetOf({"environment 'b' failed", "done: 'a'", "not run: 'c' and 'd'"}));
    }
}

TEST(ManyAtOnce, each_have_their_own_connection_and_interpreter) {
    std::vector<std::string> names;
    for (int i = 0; i < 12; ++i) names.push_back(fmt::format("e{}", i));
    Shop shop(names);
    for (const std::string& name : names) {
        shop.revision(name, "1", "");
        shop.revision(name, "2", "1", "",
                      "op.bulk_insert(sa.table('" + name +
                          "_1', sa.column('id')), [{'id': i * i} for i in range(50)])",
                      "pass");
    }
    fleet::Project project = shop.project();
    for (const Ran& one : fleet::run(project, up, {4, OnError::stop})) EXPECT_EQ(one.kind, Ran::done);
    for (const std::string& name : names) EXPECT_EQ(shop.at(name), "2");
}

class Plans : public Runs {};

TEST_F(Plans, tell_what_would_run_in_its_order_and_write_nothing) {
    shop.say("shop", "depends_on = core");
    fleet::Project project = shop.project();
    const auto parts = fleet::plan(project, up);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].environment, "core");
    EXPECT_THAT(parts[1].waits_for, ElementsAre("core"));
    ASSERT_EQ(parts[1].preview.steps.size(), 2u);
    EXPECT_THAT(parts[1].preview.steps[0].statements.at(0).sql, HasSubstr("CREATE TABLE shop_x"));
    EXPECT_FALSE(std::filesystem::exists(shop.folder.path / "core.db"));
}

TEST_F(Plans, answer_scripts_from_the_database_as_it_is) {
    run(shop, up);
    shop.revision("core", "c", "b", "",
                  "[op.add_column(t, sa.Column('note', sa.String)) for t in "
                  "sa.inspect(op.get_bind()).get_table_names() if t.startswith('core_')]");
    fleet::Project project = shop.project();
    const auto parts = fleet::plan(project, up);
    const auto& statements = parts.at(1).preview.steps.at(0).statements;
    ASSERT_EQ(statements.size(), 2u);
    EXPECT_THAT(statements[0].sql, HasSubstr("ALTER TABLE core_a ADD COLUMN note"));
    EXPECT_EQ(statements[0].impact.at(0).table, "core_a");
    EXPECT_EQ(statements[0].impact.at(0).waits, dialect::Impact::writers);
}

TEST_F(Plans, say_where_rows_are_not_known) {
    shop.revision("core", "b", "a", "",
                  "[op.execute('x') for row in op.get_bind().execute(sa.text('SELECT id FROM core_a'))]");
    fleet::Project project = shop.project();
    EXPECT_THAT(fleet::plan(project, up).at(1).preview.steps.at(1).unsure.at(0),
                HasSubstr("SELECT id FROM core_a"));
}

class Applied : public Runs {
  protected:
    fleet::FrozenPlan frozen() {
        fleet::Project project = shop.project();
        shop.folder.write("plan.json", fleet::as_json({up, fleet::plan(project, up)}));
        return fleet::read_plan(shop.folder.path / "plan.json");
    }
    std::string apply(const fleet::FrozenPlan& plan) {
        fleet::Project project = shop.project();
        try {
            fleet::check(fleet::apply(project, plan, {}));
        } catch (const Error& error) {
            return error.message();
        }
        return shop.at("core") + " " + shop.at("shop");
    }
};

TEST_F(Applied, plans_do_what_they_say) { EXPECT_EQ(apply(frozen()), "b y"); }

TEST_F(Applied, plans_do_what_they_say_across_requirements) {
    shop.revision("shop", "y", "x", "requires = ('core@a',)");
    shop.revision("core", "b", "a", "requires = 'shop@y'");
    EXPECT_EQ(apply(frozen()), "b y");
}

TEST_F(Applied, plans_are_refused_where_a_database_has_moved) {
    const auto plan = frozen();
    run(shop, {Move::upgrade, {"a"}, false}, {1, OnError::go_on});
    EXPECT_EQ(apply(plan), "the plan does not hold any more: environment 'core' was at base, and is at 'a'");
}

TEST_F(Applied, plans_are_refused_where_a_script_was_edited) {
    const auto plan = frozen();
    shop.revision("core", "b", "a", "", "op.create_table('other', sa.Column('id', sa.Integer))");
    EXPECT_EQ(apply(plan), "the plan does not hold any more: revision 'b' of environment 'core' was edited");
    EXPECT_EQ(shop.at("shop"), "");
}

TEST_F(Applied, plans_are_refused_where_a_revision_was_added) {
    const auto plan = frozen();
    shop.revision("core", "c", "b");
    EXPECT_EQ(apply(plan), "the plan does not hold any more: environment 'core' has other steps to do");
}

TEST_F(Applied, what_is_no_plan_is_told) {
    for (const char* text :
         {"", "{}", "[1]", "{\"move\": {\"kind\": \"fly\", \"targets\": [], \"purge\": false}}"}) {
        shop.folder.write("plan.json", text);
        EXPECT_THROW(fleet::read_plan(shop.folder.path / "plan.json"), Error) << text;
    }
}

} // namespace
} // namespace orch
