// Booleans, numbers, times and lists.
#include "config/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::config;
using orch::test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Value value(std::string text) { return {std::move(text), {"orch.ini", 3, 1, 12, {}}}; }

TEST(Values, booleans_are_those_of_configparser) {
    for (const char* text : {"true", "True", " yes ", "on", "1"})
        EXPECT_TRUE(as_bool(value(text), "k")) << text;
    for (const char* text : {"false", "FALSE", "no", "off", "0"})
        EXPECT_FALSE(as_bool(value(text), "k")) << text;
}

TEST(Values, whole_numbers_have_a_sign_and_digits) {
    EXPECT_EQ(as_integer(value(" 40 "), "k"), 40);
    EXPECT_EQ(as_integer(value("-1"), "k"), -1);
    EXPECT_EQ(as_integer(value("+7"), "k"), 7);
}

TEST(Values, times_have_a_unit_and_are_seconds_without) {
    EXPECT_EQ(as_milliseconds(value("500ms"), "k"), 500);
    EXPECT_EQ(as_milliseconds(value("3s"), "k"), 3000);
    EXPECT_EQ(as_milliseconds(value("3 s"), "k"), 3000);
    EXPECT_EQ(as_milliseconds(value("250"), "k"), 250000);
    EXPECT_EQ(as_milliseconds(value("5m"), "k"), 300000);
    EXPECT_EQ(as_milliseconds(value("2H"), "k"), 7200000);
    EXPECT_EQ(as_milliseconds(value("0"), "k"), 0);
}

struct Wrong {
    const char* text;
    void (*read)(const Value&);
    const char* message;
};

void boolean(const Value& v) { as_bool(v, "key"); }
void integer(const Value& v) { as_integer(v, "key"); }
void time(const Value& v) { as_milliseconds(v, "key"); }

const Wrong wrong[] = {
    {"maybe", boolean, "key 'key': expected true or false, got 'maybe'"},
    {"", boolean, "key 'key': expected true or false, got ''"},
    {"true\nfalse", boolean, "key 'key': expected true or false, got a longer text"},
    {"4x", integer, "key 'key': expected a whole number, got '4x'"},
    {"1.5", integer, "expected a whole number"},
    {"+-1", integer, "expected a whole number"},
    {"99999999999999999999", integer, "expected a whole number"},
    {"", integer, "expected a whole number"},
    {"3 days", time, "expected a time like '250', '500ms', '3s', '5m' or '2h', got '3 days'"},
    {"-1s", time, "expected a time"},
    {"s", time, "expected a time"},
    {"9223372036854775807s", time, "expected a time"},
};

TEST(Values, what_does_not_fit_is_said_at_its_place) {
    for (const Wrong& row : wrong) {
        const auto error = error_of([&] { row.read(value(row.text)); });
        ASSERT_TRUE(error) << row.text;
        EXPECT_THAT(error->message(), HasSubstr(row.message));
        EXPECT_EQ(error->fault(), Fault::config);
        EXPECT_EQ(error->place()->line, 3);
    }
}

TEST(Values, a_comment_behind_a_value_gets_a_hint) {
    const auto error = error_of([] { as_bool(value("true  # always"), "k"); });
    ASSERT_TRUE(error);
    EXPECT_THAT(error->hint(), HasSubstr("line of its own"));
}

TEST(Values, lists_are_split_trimmed_and_without_empty_items) {
    EXPECT_THAT(as_list(value("\na, b,,\n  c d \n")), ElementsAre("a", "b", "c d"));
    EXPECT_THAT(as_list(value("a:b c"), ":"), ElementsAre("a", "b c"));
    EXPECT_THAT(as_list(value("")), IsEmpty());
    EXPECT_THAT(as_list(value(" , ")), IsEmpty());
}

TEST(Values, arrays_are_split_at_line_breaks_only) {
    Value array = value("a b,c\nd:e");
    array.list = true;
    EXPECT_THAT(as_list(array, ", :"), ElementsAre("a b,c", "d:e"));
}

} // namespace
