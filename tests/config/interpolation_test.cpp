// %(name)s and ${VAR}: what a value becomes when somebody asks for it.
#include "config/support.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::test;

struct Row {
    const char* key;
    const char* raw;
    const char* text;
};

// The variables are those of the test below.
const Row rows[] = {
    // names
    {"script_location", "%(here)s/migrations", "/srv/app/migrations"},
    {"script_location", "%(HERE)s/x", "/srv/app/x"},
    {"a", "%(b)s and %(inherited)s", "b and default"},
    {"a", "%(nested)s", "[/srv/app]"},
    {"a", "100%% of %%(here)s", "100% of %(here)s"},
    {"file_template", "%%(year)d_%%(rev)s_%%(slug)s", "%(year)d_%(rev)s_%(slug)s"},
    // a '%' in a URL that names no key is left alone
    {"url", "postgresql://u:p%40ss@h/db", "postgresql://u:p%40ss@h/db"},
    {"url", "postgresql://u:p%%40ss@h/db", "postgresql://u:p%40ss@h/db"},
    {"sqlalchemy.url", "postgresql://u:p%40ss@h/db", "postgresql://u:p%40ss@h/db"},
    {"database_url", "sqlite:///%(here)s/%41.db", "sqlite:////srv/app/%41.db"},
    {"dsn", "postgresql://u:100%@h/%(nope)s", "postgresql://u:100%@h/%(nope)s"},
    {"dsn", "${UNSET:-postgresql://u:100%@h/d}", "postgresql://u:100%@h/d"},
    {"url", "%(dsn_default)s?x=1", "postgresql://u:p%41@h?x=1"},
    {"url", "x://u:%(percent)s@h", "x://u:50%@h"},
    {"url", "%(", "%("},
    {"url", "%", "%"},
    // variables
    {"url", "${SET}", "val%(here)sue${X}%"},
    {"a", "<${SET}>", "<val%(here)sue${X}%>"},
    {"a", "${EMPTY}", ""},
    {"a", "${EMPTY:-d}", "d"},
    {"a", "${SET:-d%}", "val%(here)sue${X}%"},
    {"a", "${UNSET:-}", ""},
    {"url", "${UNSET:-sqlite:///%(here)s/app.db}", "sqlite:////srv/app/app.db"},
    {"a", "${UNSET:-${EMPTY:-${UNSET:-deep}}}!", "deep!"},
    {"a", "$${SET} costs $5 or $$", "${SET} costs $5 or $$"},
    {"a", "$HOME $(x) $", "$HOME $(x) $"},
    {"a", "%(b)s${UNSET:-%(b)s}", "bb"},
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.key; }

class Interpolation : public ::testing::TestWithParam<Row> {};

TEST_P(Interpolation, fills_in_names_and_variables) {
    const Variable set("SET", "val%(here)sue${X}%");
    const Variable empty("EMPTY", "");
    const Variable unset("UNSET", nullptr);
    const auto& [key, raw, text] = GetParam();
    auto config =
        config::Config::parse("[DEFAULT]\ninherited = default\ndsn_default = postgresql://u:p%41@h\n"
                              "percent = 50%\n[alembic]\nb = b\nnested = [%(here)s]\n",
                              "/srv/app/alembic.ini");
    config.set("alembic", key, raw);
    EXPECT_EQ(config.get("alembic", key)->text, text);
    EXPECT_EQ(config.raw("alembic", key)->text, raw);
}

INSTANTIATE_TEST_SUITE_P(Config, Interpolation, ::testing::ValuesIn(rows), [](const auto& row) {
    return fmt::format("{}_{}", row.index, test_name(row.param.key));
});

TEST(Here, is_a_key_of_every_section_that_the_file_may_override) {
    const auto config =
        config::Config::parse("[a]\n[b]\nhere = elsewhere\nx = %(here)s\n", "/srv/app/../app/./alembic.ini");
    EXPECT_EQ(config.get("a", "here")->text, "/srv/app/../app");
    EXPECT_EQ(config.get("b", "x")->text, "elsewhere");
    EXPECT_FALSE(config.get("c", "here"));
    EXPECT_TRUE(config.keys("a").empty());
}

TEST(Here, is_absolute_for_a_relative_file) {
    const Folder folder;
    EXPECT_EQ(config::Config::parse("", "x/alembic.ini").here(), folder.path() / "x");
    EXPECT_EQ(config::Config::parse("", "alembic.ini").here(), folder.path());
}

TEST(Here, may_hold_a_percent_sign_and_a_dollar) {
    const auto config = config::Config::parse("[a]\nx = %(here)s/v\n", "/srv/100% ${a}/alembic.ini");
    EXPECT_EQ(config.get("a", "x")->text, "/srv/100% ${a}/v");
}

TEST(Interpolation, ends_where_values_multiply_each_other) {
    std::string text = "[a]\nk0 = x\n";
    for (int i = 1; i < 10; ++i) {
        text += fmt::format("k{} = ", i);
        for (int j = 0; j < 100; ++j) text += fmt::format("%(k{})s", i - 1);
        text += '\n';
    }
    const auto config = config::Config::parse(text, "/srv/app/alembic.ini");
    const auto error = error_of([&] { config.get("a", "k9"); });
    ASSERT_TRUE(error);
    EXPECT_NE(error->message().find("grows too long"), std::string::npos) << error->message();
}

} // namespace
