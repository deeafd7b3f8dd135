// One environment with many targets: each is a database of its own, a run over them is recorded, and goes on.
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

const Move up = {Move::upgrade, {"heads"}, false};

class Targets : public testing::Test {
  protected:
    Targets() {
        shop.say("shop", "url = sqlite:///%(here)s/%(target)s.db\ntargets = file:names");
        list("a\nb\nc\n");
        shop.revision("shop", "x", "");
        shop.revision("shop", "y", "x");
    }
    void list(const std::string& names) const { shop.folder.write("names", names); }
    std::vector<std::string> run(const Move& move = up, const fleet::RunOptions& options = {}) {
        return run(shop, move, options);
    }
    static std::vector<std::string> run(Shop& where, const Move& move = up,
                                        const fleet::RunOptions& options = {}) {
        fleet::Project project = where.project();
        return shown(fleet::run(project, move, options));
    }
    static std::vector<std::string> shown(const std::vector<Ran>& ran) {
        const char* words[] = {"not run", "done", "failed", "taken back"};
        std::vector<std::string> out;
        for (const Ran& one : ran)
            out.push_back(
                fmt::format("{} {} {}", one.environment, words[one.kind], one.summary.steps.size()));
        return out;
    }
    /// A target whose revision y fails, since its table is there.
    void spoil(const std::string& target) {
        fleet::Project project = shop.project();
        const auto& dialect = project.plugins().for_scheme("sqlite");
        const auto connection =
            dialect.connect(parse_url("sqlite:///" + (shop.folder.path / (target + ".db")).string()), {});
        dialect::Statement statement;
        statement.sql = "CREATE TABLE shop_y (z INT)";
        connection->execute(statement);
    }
    void mend(const std::string& target) {
        fleet::Project project = shop.project();
        const auto& dialect = project.plugins().for_scheme("sqlite");
        const auto connection =
            dialect.connect(parse_url("sqlite:///" + (shop.folder.path / (target + ".db")).string()), {});
        dialect::Statement statement;
        statement.sql = "DROP TABLE shop_y";
        connection->execute(statement);
    }
    std::string states(std::int64_t id) {
        fleet::Project project = shop.project();
        std::string text;
        for (const runs::Target& target : fleet::recorded(project)->get(id).targets)
            text += std::string(text.empty() ? "" : " ") + runs::word(target.state);
        return text;
    }
    std::vector<std::string> resume(std::int64_t id, bool failed) {
        fleet::Project project = shop.project();
        return shown(fleet::resume(project, id, failed, {}));
    }
    Shop shop{{"shop"}};
};

TEST_F(Targets, are_databases_of_their_own) {
    EXPECT_THAT(run(), ElementsAre("shop[a] done 2", "shop[b] done 2", "shop[c] done 2"));
    EXPECT_TRUE(std::filesystem::exists(shop.folder.path / "b.db"));
    EXPECT_EQ(states(1), "done done done");
}

TEST_F(Targets, are_chosen_one_by_one_or_by_a_glob) {
    shop.options.all = false;
    shop.options.names = {"shop[b]"};
    EXPECT_THAT(run(), ElementsAre("shop[b] done 2"));
    shop.options.names = {"shop[[ac]]"};
    EXPECT_THAT(run(), ElementsAre("shop[a] done 2", "shop[c] done 2"));
    shop.options.names = {"shop[z*]"};
    EXPECT_THROW(run(), Error);
}

TEST_F(Targets, share_the_tree_and_are_one_for_commands_that_read_files) {
    fleet::Project project = shop.project();
    EXPECT_EQ(project.for_reading().size(), 1u);
    EXPECT_EQ(project.for_looking().size(), 3u);
    EXPECT_EQ(&project.for_looking()[0]->tree(), &project.for_looking()[2]->tree());
    try {
        project.for_reading().front()->read([](runner::Session&) {});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(), "choose one: -n 'shop[NAME]'");
    }
}

TEST_F(Targets, must_not_share_a_version_table) {
    Shop same({"shop"});
    same.say("shop", "url = sqlite:///%(here)s/app.db\ntargets = a, b");
    try {
        run(same);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("'shop[a]' and 'shop[b]' use the same version table"));
        EXPECT_THAT(error.hint(), HasSubstr("%(target)s"));
    }
}

TEST_F(Targets, come_after_what_their_environment_depends_on) {
    shop.add("core", "url = sqlite:///%(here)s/core.db");
    shop.revision("core", "k", "");
    shop.say("shop", "depends_on = core");
    EXPECT_THAT(run(), ElementsAre("core done 1", "shop[a] done 2", "shop[b] done 2", "shop[c] done 2"));
}

TEST_F(Targets, are_divided_among_partitions) {
    std::vector<std::string> all;
    for (const char* part : {"0/3", "1/3", "2/3"}) {
        shop.options.partition = part;
        for (std::string& one : run()) all.push_back(std::move(one));
    }
    EXPECT_THAT(all, testing::UnorderedElementsAre("shop[a] done 2", "shop[b] done 2", "shop[c] done 2"));
}

TEST_F(Targets, begin_with_the_canary_and_stop_with_it) {
    shop.say("shop",
             "stages = all\nstage.all.order = reversed\nstage.all.canary = 1\nstage.all.on_error = continue");
    spoil("c");
    EXPECT_THAT(run(), ElementsAre("shop[a] not run 0", "shop[b] not run 0", "shop[c] failed 1"));
}

TEST_F(Targets, go_in_stages_up_to_a_number_of_failures) {
    shop.say("shop", "stages = first, rest\nstage.first.match = b c\nstage.first.on_error = continue\n"
                     "stage.first.max_failures = 1\nstage.rest.parallel = 4");
    spoil("b");
    EXPECT_THAT(run(), ElementsAre("shop[a] done 2", "shop[b] failed 1", "shop[c] done 2"));
}

TEST_F(Targets, refuse_stages_that_are_not_named) {
    shop.say("shop", "stages = first\nstage.frist.match = b");
    EXPECT_THROW(run(), Error);
}

TEST_F(Targets, that_failed_are_retried_and_others_left_alone) {
    spoil("b");
    EXPECT_THAT(run(up, {1, OnError::go_on}),
                ElementsAre("shop[a] done 2", "shop[b] failed 1", "shop[c] done 2"));
    EXPECT_EQ(states(1), "done failed done");
    EXPECT_THAT(resume(1, false), ElementsAre());
    EXPECT_THAT(resume(1, true), ElementsAre("shop[b] failed 0"));
    mend("b");
    EXPECT_THAT(resume(1, true), ElementsAre("shop[b] done 1"));
    EXPECT_EQ(states(1), "done done done");
}

TEST_F(Targets, that_wait_are_done_by_resume_with_what_was_planned_then) {
    spoil("b");
    EXPECT_THAT(run(), ElementsAre("shop[a] done 2", "shop[b] failed 1", "shop[c] not run 0"));
    shop.revision("shop", "z", "y");
    EXPECT_THAT(resume(1, false), ElementsAre("shop[c] done 2"));
    mend("b");
    EXPECT_THAT(resume(1, true), ElementsAre("shop[b] done 1"));
    EXPECT_THAT(run(), ElementsAre("shop[a] done 1", "shop[b] done 1", "shop[c] done 1"));
}

TEST_F(Targets, that_moved_since_are_not_touched_by_resume) {
    spoil("b");
    run(up, {1, OnError::go_on});
    mend("b");
    shop.options.names = {"shop[b]"};
    shop.options.all = false;
    run({Move::stamp, {"base"}, false});
    EXPECT_THAT(resume(1, true), ElementsAre("shop[b] failed 0"));
}

TEST_F(Targets, are_resumed_one_by_one_too) {
    spoil("a");
    EXPECT_THAT(run(), ElementsAre("shop[a] failed 1", "shop[b] not run 0", "shop[c] not run 0"));
    shop.options.all = false;
    shop.options.names = {"shop[c]"};
    EXPECT_THAT(resume(1, false), ElementsAre("shop[c] done 2"));
    EXPECT_EQ(states(1), "failed waiting done");
}

TEST_F(Targets, that_are_gone_fail_and_keep_no_other_from_being_resumed) {
    spoil("a");
    run();
    list("a\nc\nnew\n");
    fleet::Project project = shop.project();
    const std::vector<Ran> ran = fleet::resume(project, 1, false, {});
    EXPECT_THAT(shown(ran), ElementsAre("shop[c] done 2", "shop[b] failed 0"));
    EXPECT_EQ(ran.back().error->message(), "'shop[b]' of run 1 is not there any more");
    EXPECT_EQ(states(1), "failed failed done");
    EXPECT_FALSE(std::filesystem::exists(shop.folder.path / "new.db"));
    list("a\nb\nc\n");
    EXPECT_THAT(resume(1, true), ElementsAre("shop[a] failed 0", "shop[b] not run 0"));
}

TEST_F(Targets, are_recorded_when_a_plan_is_applied) {
    fleet::Project project = shop.project();
    fleet::FrozenPlan plan{up, fleet::plan(project, up)};
    spoil("b");
    fleet::Project again = shop.project();
    EXPECT_THAT(shown(fleet::apply(again, plan, {})),
                ElementsAre("shop[a] done 2", "shop[b] failed 1", "shop[c] not run 0"));
    EXPECT_EQ(states(1), "done failed waiting");
    mend("b");
    EXPECT_THAT(resume(1, true), ElementsAre("shop[b] done 1", "shop[c] done 2"));
    EXPECT_EQ(states(1), "done done done");
}

TEST_F(Targets, say_where_a_failure_left_them) {
    spoil("b");
    fleet::Project project = shop.project();
    const std::vector<Ran> ran = fleet::run(project, up, {1, OnError::go_on});
    EXPECT_TRUE(ran[1].looked);
    EXPECT_THAT(ran[1].summary.current, ElementsAre("x"));
}

TEST_F(Targets, that_are_taken_back_are_not_recorded_as_done) {
    spoil("b");
    EXPECT_THAT(run(up, {1, OnError::roll_back}),
                ElementsAre("shop[a] taken back 0", "shop[b] failed 0", "shop[c] not run 0"));
    EXPECT_EQ(states(1), "failed failed waiting");
    fleet::Project project = shop.project();
    const runs::Run recorded = fleet::recorded(project)->get(1);
    EXPECT_THAT(recorded.targets[0].error, HasSubstr("taken back"));
    EXPECT_THAT(recorded.targets[1].error, testing::AllOf(HasSubstr("shop_y"), HasSubstr("taken back")));
}

TEST_F(Targets, have_a_record_where_the_ini_says) {
    Shop other({"shop"}, "runs_url = sqlite:///%(here)s/records.db");
    other.say("shop", "url = sqlite:///%(here)s/%(target)s.db\ntargets = a");
    other.revision("shop", "x", "");
    run(other);
    EXPECT_TRUE(std::filesystem::exists(other.folder.path / "records.db"));
    EXPECT_FALSE(std::filesystem::exists(other.folder.path / ".orch-runs.db"));
}

} // namespace
} // namespace orch
