// The form of an ini file: what configparser reads, this reads. differential_test.cpp compares the two; here
// stands what a user should know.
#include "config/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

config::Config parse(std::string_view text) { return config::Config::parse(text, "/srv/app/alembic.ini"); }

std::string value(std::string_view text, std::string_view key) {
    const auto found = parse("[alembic]\n" + std::string(text)).get("alembic", key);
    return found ? found->text : "(nothing)";
}

TEST(Ini, takes_equals_signs_and_colons) {
    EXPECT_EQ(value("a = 1", "a"), "1");
    EXPECT_EQ(value("a: 1", "a"), "1");
    EXPECT_EQ(value("a = b:c=d", "a"), "b:c=d");
    EXPECT_EQ(value("a : b = c", "a"), "b = c");
}

TEST(Ini, folds_the_case_of_keys_and_not_of_sections) {
    const auto config = parse("[Alembic]\nScript_Location = x\n");
    EXPECT_EQ(config.get("Alembic", "SCRIPT_location")->text, "x");
    EXPECT_FALSE(config.has_section("alembic"));
    EXPECT_FALSE(config.get("alembic", "script_location"));
    EXPECT_THAT(config.keys("Alembic"), ElementsAre("script_location"));
}

TEST(Ini, joins_indented_lines_with_their_blank_lines) {
    EXPECT_EQ(value("a =\n  x\n\n  y\n\n\nb = 1", "a"), "\nx\n\ny");
    EXPECT_EQ(value("a = x\n\ty = z", "a"), "x\ny = z");
}

TEST(Ini, skips_comment_lines_even_inside_a_value) {
    EXPECT_EQ(value("# a = 0\n; a = 0\na = x\n  # no\n  y\n", "a"), "x\ny");
}

TEST(Ini, keeps_what_looks_like_a_comment_behind_a_value) {
    EXPECT_EQ(value("a = x ; y # z", "a"), "x ; y # z");
}

TEST(Ini, reads_empty_values) {
    EXPECT_EQ(value("a =\nb = 1", "a"), "");
    EXPECT_EQ(value("a =", "a"), "");
    EXPECT_EQ(value("b = 1", "a"), "(nothing)");
}

TEST(Ini, gives_defaults_to_every_section) {
    const auto config = parse("[DEFAULT]\nurl = sqlite://\ntimezone = UTC\n[a]\nurl = sqlite:///a.db\n[b]\n");
    EXPECT_THAT(config.sections(), ElementsAre("a", "b"));
    EXPECT_FALSE(config.has_section("DEFAULT"));
    EXPECT_EQ(config.get("a", "url")->text, "sqlite:///a.db");
    EXPECT_EQ(config.get("b", "url")->text, "sqlite://");
    EXPECT_EQ(config.get("DEFAULT", "url")->text, "sqlite://");
    EXPECT_THAT(config.keys("a"), ElementsAre("url", "timezone"));
    EXPECT_THAT(config.keys("c"), IsEmpty());
}

TEST(Ini, accepts_a_byte_order_mark_and_windows_line_ends) {
    const auto config = parse("\xEF\xBB\xBF[alembic]\r\na = x\r\n  y\r\nb = z\r");
    EXPECT_EQ(config.get("alembic", "a")->text, "x\ny");
    EXPECT_EQ(config.get("alembic", "b")->text, "z");
}

TEST(Ini, reads_an_empty_file_as_no_sections) {
    EXPECT_THAT(parse("").sections(), IsEmpty());
    EXPECT_THAT(parse("\n# nothing\n\n").sections(), IsEmpty());
}

TEST(Ini, keeps_the_places_of_keys_and_sections) {
    const auto config = parse("[alembic]\n\n  ürl = sqlite://  \n");
    const Place key = config.get("alembic", "ürl")->place;
    EXPECT_EQ(key, (Place{"/srv/app/alembic.ini", 3, 3, 3, "  ürl = sqlite://  "}));
    EXPECT_EQ(config.section_place("alembic"), (Place{"/srv/app/alembic.ini", 1, 1, 9, "[alembic]"}));
    EXPECT_FALSE(config.section_place("other").known());
}

TEST(Ini, masks_passwords_in_the_source_lines_of_places) {
    const char* text = "[alembic]\n"
                       "url = postgresql://scott:tiger@localhost/app?sslpassword=tiger\n"
                       "dsn: ${DSN:-mysql://scott:tiger@localhost/app}\n"
                       "password = tiger\n"
                       "api_key=tiger\n"
                       "vault_token : tiger\n"
                       "scott:tiger@localhost\n";
    const auto config = parse(text);
    for (const std::string& key : config.keys("alembic")) {
        const std::string shown = config.raw("alembic", key)->place.source;
        EXPECT_THAT(shown, ::testing::Not(HasSubstr("tiger")));
        EXPECT_THAT(shown, HasSubstr("***"));
    }
}

TEST(Ini, reads_the_logging_sections_of_alembic) {
    const auto config = parse("[alembic]\nscript_location = m\n[loggers]\nkeys = root,sqlalchemy\n"
                              "[formatter_generic]\nformat = %(levelname)-5.5s [%(name)s] %(message)s\n"
                              "datefmt = %H:%M:%S\n[logger_root]\nqualname =\n");
    EXPECT_EQ(config.raw("formatter_generic", "datefmt")->text, "%H:%M:%S");
    EXPECT_EQ(config.get("logger_root", "qualname")->text, "");
    EXPECT_EQ(config.get("alembic", "script_location")->text, "m");
}

TEST(Ini, lets_keys_be_set) {
    auto config = parse("[DEFAULT]\nb = 2\n[alembic]\na = 1\n");
    config.set("alembic", "A", "%(b)s0");
    config.set("alembic", "b", "3");
    config.set("other", "c", "%(here)s");
    config.set("DEFAULT", "d", "5");
    EXPECT_EQ(config.get("alembic", "a")->text, "30");
    EXPECT_EQ(config.get("other", "b")->text, "2");
    EXPECT_EQ(config.get("other", "c")->text, "/srv/app");
    EXPECT_EQ(config.get("alembic", "d")->text, "5");
    EXPECT_THAT(config.sections(), ElementsAre("alembic", "other"));
}

TEST(Ini, copies_are_independent) {
    const auto config = parse("[alembic]\na = 1\n");
    auto copy = config;
    copy.set("alembic", "a", "2");
    EXPECT_EQ(config.get("alembic", "a")->text, "1");
}

} // namespace
