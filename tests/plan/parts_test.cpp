// Which steps of several environments run together, and in which order.
#include "plan/parts.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using plan::Line;
using plan::Way;
using testing::ElementsAre;

/// "core[a b] < -", "shop[x] < 0 1": an environment's steps, and the parts that come before.
std::vector<std::string> shown(const std::vector<Line>& lines, Way way = Way::up) {
    std::vector<std::string> out;
    for (const plan::Part& part : plan::parts(lines, way)) {
        std::string text = lines[part.line].environment + "[";
        for (std::size_t i = 0; i < part.count; ++i)
            text += (i ? " " : "") + lines[part.line].stops[part.first + i].revision;
        text += "] <";
        for (const std::size_t before : part.after) text += fmt::format(" {}", before);
        out.push_back(std::move(text));
    }
    return out;
}

TEST(Parts, are_whole_environments_where_nobody_waits) {
    EXPECT_THAT(shown({{"core", {}, {{"a", {}}, {"b", {}}}}, {"shop", {}, {{"x", {}}}}}),
                ElementsAre("core[a b] <", "shop[x] <"));
}

TEST(Parts, follow_depends_on_and_go_the_other_way_round_on_the_way_down) {
    const std::vector<Line> lines = {{"shop", {1}, {{"x", {}}}}, {"core", {}, {{"a", {}}, {"b", {}}}}};
    EXPECT_THAT(shown(lines), ElementsAre("core[a b] <", "shop[x] < 0"));
    EXPECT_THAT(shown(lines, Way::down), ElementsAre("shop[x] <", "core[a b] < 0"));
}

TEST(Parts, keep_the_order_across_an_environment_with_nothing_to_do) {
    EXPECT_THAT(shown({{"mail", {1}, {{"m", {}}}}, {"shop", {2}, {}}, {"core", {}, {{"a", {}}}}}),
                ElementsAre("core[a] <", "shop[] < 0", "mail[m] < 1"));
}

TEST(Parts, are_cut_where_a_revision_requires_another_environments) {
    EXPECT_THAT(shown({{"core", {}, {{"a", {}}, {"b", {}}, {"c", {}}}},
                       {"shop", {}, {{"x", {}}, {"y", {{0, "b"}}}, {"z", {}}}}}),
                ElementsAre("core[a b] <", "core[c] < 0", "shop[x] <", "shop[y z] < 0 2"));
}

TEST(Parts, pass_the_ball_to_and_fro) {
    EXPECT_THAT(shown({{"core", {}, {{"a", {}}, {"b", {{1, "x"}}}}}, {"shop", {}, {{"x", {{0, "a"}}}}}}),
                ElementsAre("core[a] <", "shop[x] < 0", "core[b] < 0 1"));
}

TEST(Parts, take_back_first_what_requires_others) {
    EXPECT_THAT(shown({{"core", {}, {{"b", {}}, {"a", {}}}}, {"shop", {}, {{"x", {{0, "a"}}}}}}, Way::down),
                ElementsAre("core[b] <", "shop[x] <", "core[a] < 0 1"));
}

TEST(Parts, leave_out_what_is_not_moved) {
    EXPECT_THAT(shown({{"core", {}, {}}, {"shop", {}, {{"x", {{0, "applied"}}}}}}),
                ElementsAre("core[] <", "shop[x] <"));
}

std::string refusal(const std::vector<Line>& lines) {
    try {
        plan::parts(lines, Way::up);
    } catch (const Error& error) {
        return error.message();
    }
    return "no error";
}

TEST(Parts, name_the_path_of_a_circle) {
    EXPECT_EQ(refusal({{"a", {1}, {{"x", {}}}}, {"b", {2}, {}}, {"c", {0}, {}}}),
              "environments depend on each other: a -> b -> c -> a");
    EXPECT_EQ(refusal({{"a", {}, {{"1", {{1, "2"}}}}}, {"b", {}, {{"1", {{0, "1"}}}, {"2", {}}}}}),
              "revisions require each other: a@1 -> b@2 -> b@1 -> a@1");
}

} // namespace
} // namespace orch
