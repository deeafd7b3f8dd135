// pyproject.toml: the same sections and keys as an ini has, alone or beside an alembic.ini.
#include "config/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::test;
using config::Config;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string text(const Config& config, const char* section, const char* key) {
    const auto value = config.get(section, key);
    return value ? value->text : "(nothing)";
}

std::vector<std::string> list(const Config& config, const char* section, const char* key) {
    return config::as_list(*config.get(section, key), ", :");
}

Config parse(std::string_view toml) { return Config::parse(toml, "/srv/app/pyproject.toml"); }

TEST(Pyproject, reads_the_table_of_alembic) {
    const auto config = parse(R"(
[project]
name = "app"
dependencies = ["alembic"]

[dependency-groups]
test = ["pytest", {include-group = "lint"}]  # arrays like this one are newer than many TOML libraries

[tool.alembic]
script_location = "%(here)s/alembic"
file_template = "%%(year)d_%%(rev)s"
prepend_sys_path = [
    ".",   # the project
    "src"
]
version_locations = ["%(here)s/alembic/versions", "%(here)s/more versions"]
truncate_slug_length = 40
sourceless = false
recursive_version_locations = true
timezone = ""

[tool.black]
line-length = 120
)");
    EXPECT_TRUE(config.is_pyproject());
    EXPECT_THAT(config.sections(), ElementsAre("alembic"));
    EXPECT_THAT(config.keys("alembic"),
                ElementsAre("script_location", "file_template", "prepend_sys_path", "version_locations",
                            "truncate_slug_length", "sourceless", "recursive_version_locations", "timezone"));
    EXPECT_EQ(text(config, "alembic", "script_location"), "/srv/app/alembic");
    EXPECT_EQ(text(config, "alembic", "file_template"), "%(year)d_%(rev)s");
    EXPECT_THAT(list(config, "alembic", "prepend_sys_path"), ElementsAre(".", "src"));
    EXPECT_THAT(list(config, "alembic", "version_locations"),
                ElementsAre("/srv/app/alembic/versions", "/srv/app/more versions"));
    EXPECT_EQ(config::as_integer(*config.get("alembic", "truncate_slug_length"), "k"), 40);
    EXPECT_FALSE(config::as_bool(*config.get("alembic", "sourceless"), "k"));
    EXPECT_TRUE(config::as_bool(*config.get("alembic", "recursive_version_locations"), "k"));
    EXPECT_EQ(text(config, "alembic", "timezone"), "");
    EXPECT_EQ(config.get("alembic", "script_location")->place,
              (Place{"/srv/app/pyproject.toml", 10, 1, 15, "script_location = \"%(here)s/alembic\""}));
}

TEST(Pyproject, reads_the_tables_of_orch_as_environments) {
    const Variable unset("DATABASE_URL", nullptr);
    const auto config = parse(R"(
[tool.orch]
url = "${DATABASE_URL:-sqlite:///%(here)s/app.db}"
[tool.orch.module_two]
script_location = "two"
[tool.orch.module_one]
script_location = "one"
depends_on = ["module_two"]
)");
    EXPECT_THAT(config.sections(), ElementsAre("orch", "module_two", "module_one"));
    EXPECT_EQ(text(config, "orch", "url"), "sqlite:////srv/app/app.db");
    EXPECT_EQ(text(config, "module_one", "script_location"), "one");
    EXPECT_EQ(text(config, "module_one", "url"), "(nothing)");
    EXPECT_EQ(config.section_place("module_one").line, 6);
}

TEST(Pyproject, reads_every_way_to_write_a_table) {
    EXPECT_EQ(text(parse("tool.orch.m.url = 'x'"), "m", "url"), "x");
    EXPECT_EQ(text(parse("[tool]\norch.m.url = 'x'"), "m", "url"), "x");
    EXPECT_EQ(text(parse("[tool]\norch = {m = {url = 'x'}}"), "m", "url"), "x");
    EXPECT_EQ(text(parse("tool = {orch = {url = 'x'}}"), "orch", "url"), "x");
    EXPECT_EQ(text(parse("[ tool . 'orch' . \"m\" ] # c\nurl = 'x'"), "m", "url"), "x");
    EXPECT_EQ(text(parse("[tool.orch.DEFAULT]\na = 1\n[tool.orch.m]\nb = '%(a)s'"), "m", "b"), "1");
}

TEST(Pyproject, reads_the_url_of_sqlalchemy_quoted_or_not) {
    EXPECT_EQ(text(parse("[tool.alembic]\nsqlalchemy.url = 'x://h/%41'"), "alembic", "sqlalchemy.url"),
              "x://h/%41");
    EXPECT_EQ(text(parse("[tool.alembic]\n'sqlalchemy.url' = 'x://h'"), "alembic", "sqlalchemy.url"),
              "x://h");
    EXPECT_EQ(text(parse("[tool.orch.m]\nsqlalchemy.url = 'x://h'"), "m", "sqlalchemy.url"), "x://h");
}

TEST(Pyproject, reads_post_write_hooks_as_the_section_of_an_ini) {
    const auto config = parse(R"(
[tool.alembic]
script_location = "alembic"
[[tool.alembic.post_write_hooks]]
name = "ruff check"
type = "exec"
executable = "%(here)s/.venv/bin/ruff"
[[tool.alembic.post_write_hooks]]
name = "ruff check"
type = "module"
)");
    EXPECT_THAT(config.sections(), ElementsAre("alembic", "post_write_hooks"));
    EXPECT_THAT(list(config, "post_write_hooks", "hooks"), ElementsAre("ruff check", "ruff check-2"));
    EXPECT_EQ(text(config, "post_write_hooks", "ruff check.executable"), "/srv/app/.venv/bin/ruff");
    EXPECT_EQ(text(config, "post_write_hooks", "ruff check-2.type"), "module");
}

TEST(Pyproject, is_not_misled_by_strings_and_arrays_of_other_tools) {
    const auto config = parse(R"(
[tool.black]
text = """
[tool.orch]
url = "wrong"
"""
more = '''
[tool.orch.wrong]
'''
list = [
  ["[tool.orch.wrong]"], # [tool.orch.wrong]
]
not_closed = "
never = [1,
[tool.orch.m]
url = "right"
multi = """
[tool.black]
"""
)");
    EXPECT_THAT(config.sections(), ElementsAre("orch", "m"));
    EXPECT_EQ(text(config, "m", "url"), "right");
    EXPECT_EQ(text(config, "m", "multi"), "[tool.black]\n");
}

TEST(Pyproject, accepts_a_byte_order_mark_and_windows_line_ends) {
    EXPECT_EQ(text(parse("\xEF\xBB\xBF[tool.orch]\r\nurl = 'x'\r\n"), "orch", "url"), "x");
}

// Alembic's pair: script keys in pyproject.toml, the URL and logging in alembic.ini.

constexpr const char* pair_toml = "[tool.alembic]\nscript_location = '%(here)s/alembic'\ntimezone = 'UTC'\n"
                                  "[[tool.alembic.post_write_hooks]]\nname = 'a'\ntype = 'exec'\n";
constexpr const char* pair_ini =
    "[alembic]\nsqlalchemy.url = sqlite:///%(here)s/x.db\ntimezone = CET\n[loggers]\n";

TEST(AlembicPair, is_one_configuration_in_which_the_ini_wins) {
    const Folder folder;
    folder.write("pyproject.toml", pair_toml);
    folder.write("alembic.ini", pair_ini);
    for (const char* name : {"alembic.ini", "pyproject.toml"}) {
        const auto config = Config::read(name);
        EXPECT_EQ(config.file().filename(), "alembic.ini");
        EXPECT_FALSE(config.is_pyproject());
        EXPECT_THAT(config.sections(), ElementsAre("alembic", "loggers", "post_write_hooks"));
        EXPECT_EQ(text(config, "alembic", "script_location"), (folder.path() / "alembic").string());
        EXPECT_EQ(text(config, "alembic", "timezone"), "CET");
        EXPECT_EQ(text(config, "alembic", "sqlalchemy.url"),
                  "sqlite:///" + (folder.path() / "x.db").string());
        EXPECT_EQ(config.get("alembic", "script_location")->place.file.substr(0, 9), "pyproject");
    }
}

TEST(AlembicPair, gives_keys_that_defaults_and_hooks_of_the_ini_override) {
    const Folder folder;
    folder.write("pyproject.toml", pair_toml);
    folder.write("alembic.ini", "[DEFAULT]\ntimezone = CET\n[post_write_hooks]\nhooks = b\n");
    const auto config = Config::read("alembic.ini");
    EXPECT_EQ(text(config, "alembic", "timezone"), "CET");
    EXPECT_EQ(text(config, "alembic", "script_location"), (folder.path() / "alembic").string());
    EXPECT_THAT(config.keys("post_write_hooks"), ElementsAre("hooks", "timezone"));
    EXPECT_EQ(text(config, "post_write_hooks", "hooks"), "b");
}

TEST(AlembicPair, serves_a_section_that_is_chosen_by_name) {
    const Folder folder;
    folder.write("pyproject.toml", pair_toml);
    folder.write("alembic.ini", "[alembic]\n[prod]\ntimezone = CET\n");
    auto config = Config::read("alembic.ini");
    EXPECT_EQ(text(config, "prod", "script_location"), "(nothing)");
    config.adopt_pyproject("prod");
    config.adopt_pyproject("no such section");
    EXPECT_EQ(text(config, "prod", "script_location"), (folder.path() / "alembic").string());
    EXPECT_EQ(text(config, "prod", "timezone"), "CET");
    EXPECT_THAT(config.sections(), ElementsAre("alembic", "prod", "post_write_hooks"));
}

TEST(AlembicPair, is_none_where_the_ini_is_orchs_own) {
    const Folder folder;
    folder.write("pyproject.toml", pair_toml);
    folder.write("orch.ini", "[core]\nscript_location = x\n");
    folder.write("other.ini", "[orch]\n[core]\n");
    EXPECT_THAT(Config::read("orch.ini").sections(), ElementsAre("core"));
    EXPECT_THAT(Config::read("other.ini").sections(), ElementsAre("orch", "core"));
    folder.write("alembic.ini", "[orch]\n");
    EXPECT_THAT(Config::read("pyproject.toml").sections(), ElementsAre("alembic", "post_write_hooks"));
}

TEST(AlembicPair, does_not_judge_a_pyproject_without_our_tables) {
    const Folder folder;
    folder.write("alembic.ini", "[alembic]\n");
    for (const char* toml :
         {"", "this is no TOML, alembic", "[tool.alembic-utils]\nx = ", "[tool]\n", "\xff\xff"}) {
        folder.write("pyproject.toml", toml);
        EXPECT_THAT(Config::read("alembic.ini").keys("alembic"), IsEmpty());
    }
}

} // namespace
