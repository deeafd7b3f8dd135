// Which environments a file has, which a command gets, and in which order.
#include "script/folder.hpp"

#include "base/error.hpp"
#include "fleet/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace orch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A folder with an orch.ini and a folder of revisions for each environment.
class Ini {
  public:
    explicit Ini(const std::string& text, const std::string& name = "orch.ini") {
        options.config = folder.write(name, text).string();
        for (const char* tree : {"core", "one", "two", "migrations"})
            std::filesystem::create_directories(folder.path / tree / "versions");
    }
    fleet::Project project() const { return fleet::Project(options); }

    Error refusal() const {
        try {
            fleet::Project opened(options);
            opened.for_changing();
        } catch (const Error& error) {
            return error;
        }
        return Error(Fault::internal, "no error");
    }

    test::Folder folder;
    fleet::Options options;
};

std::vector<std::string> names(const std::vector<fleet::Environment*>& environments) {
    std::vector<std::string> found;
    for (const fleet::Environment* environment : environments) found.push_back(environment->name());
    return found;
}

const std::string three = "[orch]\nurl = sqlite:///%(here)s/app.db\n"
                          "[one]\nscript_location = %(here)s/one\nversion_table = one\ndepends_on = two\n"
                          "[two]\nscript_location = %(here)s/two\nversion_table = two\ndepends_on = core\n"
                          "[core]\nscript_location = %(here)s/core\nversion_table = core\n";

TEST(Project, takes_each_section_with_a_script_location) {
    EXPECT_THAT(Ini(three).project().names(), ElementsAre("one", "two", "core"));
    EXPECT_THAT(Ini("[orch]\nscript_location = %(here)s/core\n[loggers]\nkeys = root\n").project().names(),
                ElementsAre("orch"));
    EXPECT_THAT(Ini("[loggers]\nkeys = root\n").refusal().message(), HasSubstr("no environment in"));
}

TEST(Project, reads_all_and_asks_which_to_change) {
    const Ini ini(three);
    fleet::Project project = ini.project();
    EXPECT_THAT(names(project.for_reading()), ElementsAre("one", "two", "core"));
    const Error error = ini.refusal();
    EXPECT_EQ(error.fault(), Fault::usage);
    EXPECT_THAT(error.hint(), HasSubstr("--all"));
}

TEST(Project, changes_what_others_depend_on_first) {
    Ini ini(three);
    ini.options.all = true;
    fleet::Project project = ini.project();
    EXPECT_THAT(names(project.for_changing()), ElementsAre("core", "two", "one"));
}

TEST(Project, chooses_by_name_and_by_glob) {
    Ini ini(three);
    ini.options.names = {"t*", "core"};
    fleet::Project project = ini.project();
    EXPECT_THAT(names(project.for_changing()), ElementsAre("core", "two"));
}

TEST(Project, names_the_nearest_of_a_name_that_is_not_there) {
    Ini ini(three);
    ini.options.names = {"cors"};
    EXPECT_EQ(ini.refusal().hint(), "did you mean 'core'?");
}

TEST(Project, takes_alembics_own_section_where_nothing_is_said) {
    fleet::Project project = Ini("[alembic]\nscript_location = %(here)s/migrations\n"
                                 "[other]\nscript_location = %(here)s/one\n",
                                 "alembic.ini")
                                 .project();
    EXPECT_THAT(names(project.for_changing()), ElementsAre("alembic"));
}

TEST(Project, refuses_environments_that_depend_on_each_other) {
    Ini ini(three + "depends_on = one\n");
    ini.options.all = true;
    EXPECT_EQ(ini.refusal().message(), "environments depend on each other: one -> two -> core -> one");
}

TEST(Project, refuses_a_dependency_on_nobody) {
    Ini ini(three + "depends_on = nobody\n");
    ini.options.all = true;
    EXPECT_THAT(ini.refusal().message(), HasSubstr("'core' depends on 'nobody'"));
}

TEST(Project, refuses_a_version_table_that_two_share) {
    Ini ini(three + "[again]\nscript_location = %(here)s/core\nversion_table = core\n");
    ini.options.all = true;
    const Error error = ini.refusal();
    EXPECT_EQ(error.fault(), Fault::config);
    EXPECT_THAT(error.message(), testing::AllOf(HasSubstr("'core'"), HasSubstr("'again'")));
}

runner::Settings settings_of(const Ini& ini) {
    fleet::Project project = ini.project();
    return project.for_reading().front()->settings();
}

TEST(Keys, commit_each_revision_in_orchs_own_form_only) {
    const std::string section = "[alembic]\nscript_location = %(here)s/migrations\n";
    EXPECT_TRUE(settings_of(Ini(section, "orch.ini")).transaction_per_migration);
    EXPECT_FALSE(settings_of(Ini(section, "alembic.ini")).transaction_per_migration);
}

TEST(Keys, say_how_long_to_wait_for_the_lock) {
    const std::string section = "[alembic]\nscript_location = %(here)s/migrations\n";
    EXPECT_EQ(settings_of(Ini(section)).lock_wait, 5min);
    EXPECT_EQ(settings_of(Ini(section + "lock_wait = 1500ms\n")).lock_wait, 1500ms);
    EXPECT_EQ(settings_of(Ini("[orch]\nlock_wait = 10s\n" + section)).lock_wait, 10s);
    Ini at_once(section + "lock_wait = 10s\n");
    at_once.options.no_wait = true;
    EXPECT_EQ(settings_of(at_once).lock_wait, 0s);
}

TEST(ForEach, stops_at_the_first_failure_and_tells_what_was_done) {
    Ini ini(three);
    ini.options.all = true;
    fleet::Project project = ini.project();
    const auto outcomes = fleet::for_each(project.for_changing(), [](fleet::Environment& environment) {
        if (environment.name() == "two") throw Error(Fault::database, "no");
    });
    try {
        fleet::check(outcomes);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::partial);
        EXPECT_THAT(error.notes(), ElementsAre("environment 'two' failed", "done: 'core'", "not run: 'one'"));
    }
}

TEST(HasProject, tells_a_missing_file_from_none) {
    fleet::Options options;
    options.config = "/nowhere/orch.ini";
    EXPECT_THROW(fleet::has_project(options), Error);
}

} // namespace
} // namespace orch
