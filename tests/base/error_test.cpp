// What a person reads when something went wrong.
#include "base/error.hpp"

#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorText, has_place_source_caret_hint_and_notes) {
    const Error error = Error(Fault::script, "unknown column type 'Strng'")
                            .at({"versions/ae10.py", 14, 17, 8, "    sa.Column(\"n\", sa.Strng(200))"})
                            .hint("did you mean 'sa.String'?")
                            .note("while upgrading 1975 -> ae10")
                            .note("in environment 'module_one'");
    EXPECT_EQ(render(error), "versions/ae10.py:14:17: error: unknown column type 'Strng'\n"
                             "  14 |     sa.Column(\"n\", sa.Strng(200))\n"
                             "     |                 ^^^^^^^^\n"
                             "  hint: did you mean 'sa.String'?\n"
                             "  note: while upgrading 1975 -> ae10\n"
                             "  note: in environment 'module_one'");
}

TEST(ErrorText, leaves_out_what_is_not_known) {
    EXPECT_EQ(render(Error(Fault::system, "no")), "error: no");
    EXPECT_EQ(render(Error(Fault::system, "no").at({})), "error: no");
    EXPECT_EQ(render(Error(Fault::system, "no").at({"a", 0, 0, 1, {}})), "a: error: no");
    EXPECT_EQ(render(Error(Fault::system, "no").at({"a", 3, 0, 1, "text"})), "a:3: error: no\n  3 | text");
}

TEST(ErrorText, shows_the_statement_and_its_state) {
    EXPECT_EQ(render(Error(Fault::database, "syntax error").sql("\nSELECT\n  1 FROM\n", "42601")),
              "error: syntax error\n  sql: SELECT\n         1 FROM\n  state: 42601");
    const std::string shown = render(Error(Fault::database, "no").sql(std::string(100'000, 'x')));
    EXPECT_LT(shown.size(), 1000u);
    EXPECT_THAT(shown, HasSubstr("xxx ..."));
}

TEST(ErrorText, puts_the_caret_under_characters_and_not_bytes) {
    EXPECT_EQ(render(Error(Fault::script, "no").at({"a", 1, 5, 2, "\xC3\xA4\t\xE4\xBD\xA0 xy"})),
              "a:1:5: error: no\n  1 | \xC3\xA4 \xE4\xBD\xA0 xy\n    |     ^^");
}

TEST(ErrorText, shows_the_part_of_a_long_line_around_the_column) {
    const std::string line = std::string(100'000, '.') + "HERE" + std::string(100'000, '.');
    const std::string shown = render(Error(Fault::script, "no").at({"a", 1, 100'001, 4, line}));
    EXPECT_LT(shown.size(), 500u);
    const auto lines = split(shown, '\n');
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[1].find("HERE"), lines[2].find("^^^^"));
}

TEST(ErrorText, survives_places_that_are_not_there) {
    for (const int column : {-5, 1, 4, 400, 2'000'000'000})
        for (const int width : {-1, 0, 1, 2'000'000'000})
            EXPECT_LT(render(Error(Fault::script, "no").at({"a", 1, column, width, "abc"})).size(), 600u)
                << column;
}

TEST(ErrorText, has_colours_where_a_terminal_wants_them) {
    const Error error = Error(Fault::config, "no").at({"a", 1, 1, 1, "x"}).hint("yes");
    EXPECT_THAT(render(error, true), HasSubstr("\x1b[1;31merror:\x1b[0m"));
    EXPECT_THAT(render(error, false), Not(HasSubstr("\x1b")));
}

TEST(Errors, keep_the_first_place_hint_and_statement) {
    const Error error = Error(Fault::script, "no")
                            .at({"inner", 1, 1, 1, {}})
                            .at({"outer", 2, 1, 1, {}})
                            .hint("a")
                            .hint("b")
                            .sql("1", "x")
                            .sql("2", "y");
    EXPECT_EQ(error.place()->file, "inner");
    EXPECT_EQ(error.hint(), "a");
    EXPECT_EQ(error.statement(), "1");
    EXPECT_EQ(error.state(), "x");
    EXPECT_STREQ(error.what(), "no");
}

TEST(Errors, decide_the_exit_code) {
    for (const Fault fault : {Fault::config, Fault::script, Fault::graph, Fault::database, Fault::plugin,
                              Fault::system, Fault::internal})
        EXPECT_EQ(exit_code(fault), 1);
    EXPECT_EQ(exit_code(Fault::usage), 2);
    EXPECT_EQ(exit_code(Fault::pending), 3);
    EXPECT_EQ(exit_code(Fault::busy), 4);
    EXPECT_EQ(exit_code(Fault::partial), 5);
}

} // namespace
