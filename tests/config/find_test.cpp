// Which file a command uses when nobody says.
#include "config/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::test;
using ::testing::HasSubstr;

class Find : public ::testing::Test {
  protected:
    Folder folder;
    Variable orch{"ORCH_CONFIG", nullptr};
    Variable alembic{"ALEMBIC_CONFIG", nullptr};

    std::string found(const std::optional<std::string>& given = {}) const {
        return fs::absolute(config::find(given)).lexically_relative(folder.path()).string();
    }
    void enter(const char* name) const {
        fs::create_directories(folder.path() / name);
        fs::current_path(folder.path() / name);
    }
};

TEST_F(Find, prefers_orch_ini_to_alembic_ini_to_pyproject_toml) {
    folder.write("pyproject.toml", "[tool.orch]\n");
    EXPECT_EQ(found(), "pyproject.toml");
    folder.write("alembic.ini", "");
    EXPECT_EQ(found(), "alembic.ini");
    folder.write("orch.ini", "");
    EXPECT_EQ(found(), "orch.ini");
}

TEST_F(Find, prefers_the_command_line_to_the_environment_to_the_folder) {
    for (const char* name : {"orch.ini", "a.ini", "b.ini", "c.ini"}) folder.write(name, "");
    const Variable second("ALEMBIC_CONFIG", "c.ini");
    EXPECT_EQ(found(), "c.ini");
    const Variable first("ORCH_CONFIG", "b.ini");
    EXPECT_EQ(found(), "b.ini");
    EXPECT_EQ(found("a.ini"), "a.ini");
}

TEST_F(Find, takes_an_empty_variable_for_none) {
    folder.write("orch.ini", "");
    const Variable empty("ORCH_CONFIG", "");
    EXPECT_EQ(found(), "orch.ini");
}

TEST_F(Find, looks_upwards_to_the_root_of_the_repository) {
    folder.write("orch.ini", "");
    fs::create_directories("repo/.git");
    enter("a/b/c");
    EXPECT_EQ(found(), "orch.ini");
    enter("repo/src/deep");
    folder.write("repo/alembic.ini", "");
    EXPECT_EQ(found(), "repo/alembic.ini");
    fs::remove(folder.path() / "repo/alembic.ini");
    const auto error = error_of([&] { config::find({}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::config);
    EXPECT_THAT(error->hint(), HasSubstr("orch init"));
    EXPECT_EQ(error->notes().at(0), "looked in '" + (folder.path() / "repo/src/deep").string() +
                                        "' and upwards to '" + (folder.path() / "repo").string() + "'");
}

TEST_F(Find, takes_a_git_file_of_a_worktree_for_the_root_too) {
    folder.write("orch.ini", "");
    folder.write("tree/.git", "gitdir: elsewhere\n");
    enter("tree");
    EXPECT_TRUE(error_of([&] { config::find({}); }));
}

TEST_F(Find, passes_by_a_pyproject_without_our_tables_and_says_so) {
    fs::create_directory(".git");
    folder.write("pyproject.toml", "[project]\ndependencies = ['alembic', 'torch']\n");
    const auto error = error_of([&] { config::find({}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->notes().at(1), "'pyproject.toml' has no table [tool.orch] or [tool.alembic]");
}

TEST_F(Find, finds_a_folder_of_that_name_so_that_reading_it_says_what_is_wrong) {
    fs::create_directory("orch.ini");
    folder.write("alembic.ini", "");
    EXPECT_EQ(found(), "orch.ini");
}

TEST_F(Find, names_who_asked_for_a_missing_file_and_the_nearest_name) {
    folder.write("etc/orch.ini", "");
    const auto given = error_of([] { config::find("etc/orhc.ini"); });
    ASSERT_TRUE(given);
    EXPECT_EQ(given->message(), "the configuration file 'etc/orhc.ini' that '--config' names does not exist");
    EXPECT_EQ(given->hint(), "did you mean 'etc/orch.ini'?");
    const Variable set("ORCH_CONFIG", "nowhere/x");
    const auto named = error_of([] { config::find({}); });
    ASSERT_TRUE(named);
    EXPECT_THAT(named->message(), HasSubstr("'nowhere/x' that the environment variable 'ORCH_CONFIG' names"));
}

} // namespace
