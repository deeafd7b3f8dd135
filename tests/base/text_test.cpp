// The helpers for text, each with the cases that its callers rely on.
#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Strings = std::vector<std::string>;

TEST(Text, is_trimmed_of_ascii_white_space) {
    EXPECT_EQ(trim(" \t\r\n\v\fa b \n"), "a b");
    EXPECT_EQ(trim(" \n"), "");
    EXPECT_EQ(trim(""), "");
    EXPECT_EQ(trim("\xC2\xA0 a"), "\xC2\xA0 a");
}

TEST(Text, is_split_at_each_separator) {
    EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
    EXPECT_THAT(split("a", ','), ElementsAre("a"));
}

TEST(Text, is_split_into_words) {
    EXPECT_THAT(words("  a \t\n b c"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(words(" "), IsEmpty());
    EXPECT_THAT(words(""), IsEmpty());
}

TEST(Text, is_joined) {
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
    EXPECT_EQ(join({}, ", "), "");
}

TEST(Text, has_ascii_lower_case_only) { EXPECT_EQ(lower("AbZ[\xC3\x84"), "abz[\xC3\x84"); }

TEST(Text, has_every_occurrence_replaced_once) {
    EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
    EXPECT_EQ(replace_all("aaa", "aa", "b"), "ba");
    EXPECT_EQ(replace_all("abc", "x", "y"), "abc");
    EXPECT_EQ(replace_all("", "x", "y"), "");
}

TEST(Text, lists_names_for_a_message) {
    EXPECT_EQ(quoted_list({}), "");
    EXPECT_EQ(quoted_list({"a"}), "'a'");
    EXPECT_EQ(quoted_list({"a", "b"}), "'a' and 'b'");
    EXPECT_EQ(quoted_list({"a", "b", "c"}), "'a', 'b' and 'c'");
    EXPECT_EQ(quoted_list({"a", "b", "c", "d"}, 2), "'a', 'b' and 2 more");
}

TEST(Nearest, finds_what_was_meant) {
    const Strings names{"upgrade", "downgrade", "current", "heads", "history", "url"};
    EXPECT_EQ(nearest("upgarde", names), "upgrade");
    EXPECT_EQ(nearest("downgrate", names), "downgrade");
    EXPECT_EQ(nearest("Heads", names), "heads");
    EXPECT_EQ(nearest("ulr", names), "url");
    EXPECT_EQ(nearest("curent", names), "current");
}

TEST(Nearest, finds_nothing_far_away) {
    EXPECT_EQ(nearest("stamp", {"upgrade", "heads"}), std::nullopt);
    EXPECT_EQ(nearest("", {"a"}), std::nullopt);
    EXPECT_EQ(nearest("abc", {}), std::nullopt);
    EXPECT_EQ(nearest(std::string(100'000, 'x'), {std::string(100'000, 'x')}), std::nullopt);
}

TEST(Nearest, prefers_the_nearer_and_then_the_first) {
    EXPECT_EQ(nearest("orders", {"borders_", "order", "orderz"}), "order");
    EXPECT_EQ(nearest("orders", {"orders", "orderz"}), "orders");
}

TEST(Glob, matches_as_fnmatch_does) {
    EXPECT_TRUE(glob_match("module_*", "module_one"));
    EXPECT_TRUE(glob_match("*", ""));
    EXPECT_TRUE(glob_match("a?c", "abc"));
    EXPECT_TRUE(glob_match("[a-c]x", "bx"));
    EXPECT_TRUE(glob_match("[!a-c]x", "dx"));
    EXPECT_TRUE(glob_match("a/*", "a/b/c"));
    EXPECT_TRUE(glob_match("*.ini", ".ini"));
    EXPECT_TRUE(glob_match("a\\*", "a\\b"));
    EXPECT_FALSE(glob_match("module_*", "Module_one"));
    EXPECT_FALSE(glob_match("[!a-c]x", "bx"));
    EXPECT_FALSE(glob_match("a?c", "ac"));
}

TEST(Utf8, is_told_from_other_bytes) {
    for (const char* good : {"", "a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF",
                             "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(valid_utf8(good));
    for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\x80", "\xED\xA0\x80",
                            "\xE4\xBD", "\xF0\x8F\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        std::size_t offset = 0;
        EXPECT_FALSE(valid_utf8(std::string("ab") + bad + "c", &offset));
        EXPECT_EQ(offset, 2u);
    }
}

TEST(Utf8, is_counted_in_code_points) {
    EXPECT_EQ(code_points("a\xC3\xA4\xE4\xBD\xA0\xF0\x9F\x98\x80"), 4u);
    EXPECT_EQ(code_points(""), 0u);
}

} // namespace
