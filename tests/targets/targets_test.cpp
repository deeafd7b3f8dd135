// Where targets come from, which of them a partition has, and in which order they go.
#include "targets/targets.hpp"

#include "script/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {
namespace {

using targets::Stage;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> nobody(const std::string&) { throw Error(Fault::internal, "asked"); }

class Names : public testing::Test {
  protected:
    std::vector<std::string> of(const std::string& text, const targets::Ask& ask = nobody) const {
        return targets::names({text, Place{"orch.ini", 3, 1, 1, {}}, folder.path}, ask);
    }
    std::string refusal(const std::string& text) const {
        try {
            of(text);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault() == Fault::config || error.fault() == Fault::system, true);
            return error.message();
        }
        return "no error";
    }
    test::Folder folder;
};

TEST_F(Names, stand_in_the_ini) {
    EXPECT_THAT(of("acme, zenith,\n  other\nacme"), ElementsAre("acme", "zenith", "other"));
}

TEST_F(Names, stand_in_a_file) {
    folder.write("tenants.txt", "# all of them\nacme\n\n  zenith  \n");
    EXPECT_THAT(of("file:tenants.txt"), ElementsAre("acme", "zenith"));
    EXPECT_THAT(refusal("file:nothing.txt"), HasSubstr("nothing.txt"));
}

TEST_F(Names, come_from_a_command_that_runs_beside_the_ini) {
    folder.write("tenants.txt", "acme\nzenith\n");
    EXPECT_THAT(of("exec:cat tenants.txt"), ElementsAre("acme", "zenith"));
    EXPECT_EQ(refusal("exec:exit 3"), "the command of 'targets' failed: 'exit 3'");
}

TEST_F(Names, come_from_a_query) {
    std::string asked;
    EXPECT_THAT(of("sql: SELECT name FROM tenant",
                   [&](const std::string& query) {
                       asked = query;
                       return std::vector<std::string>{"a", "b"};
                   }),
                ElementsAre("a", "b"));
    EXPECT_EQ(asked, "SELECT name FROM tenant");
}

TEST_F(Names, are_not_none_and_not_odd) {
    EXPECT_EQ(refusal(" , "), "'targets' names no target: ' , '");
    EXPECT_EQ(refusal("a[b]"), "'a[b]' cannot be the name of a target");
    EXPECT_EQ(refusal("a b"), "'a b' cannot be the name of a target: it holds spaces");
}

TEST(Partition, divides_the_targets_by_their_names_alone) {
    std::vector<std::size_t> sizes(4);
    for (int i = 0; i < 1000; ++i) {
        int owners = 0;
        for (std::size_t part = 0; part < 4; ++part)
            if (targets::Partition{part, 4}.has("tenant" + std::to_string(i))) ++owners, ++sizes[part];
        EXPECT_EQ(owners, 1);
    }
    for (const std::size_t size : sizes) EXPECT_NEAR(static_cast<double>(size), 250, 60);
}

TEST(Partition, is_read) {
    EXPECT_EQ(targets::partition("3/4").index, 3u);
    EXPECT_EQ(targets::partition("0/1").of, 1u);
    for (const char* wrong : {"", "4/4", "1", "a/b", "-1/4", "1/0", "1/", "/1"})
        EXPECT_THROW(targets::partition(wrong), Error) << wrong;
}

std::vector<std::string> shown(const std::vector<std::string>& names, const std::vector<Stage>& stages) {
    std::vector<std::string> out;
    for (const targets::Wave& wave : targets::waves(names, stages)) {
        std::string text = wave.stage ? wave.stage->name : "rest";
        if (wave.canary) text += " canary";
        text += ":";
        for (const std::size_t at : wave.targets) text += " " + names[at];
        out.push_back(std::move(text));
    }
    return out;
}

Stage stage(const std::string& name, std::vector<std::string> match) {
    Stage made;
    made.name = name;
    made.match = std::move(match);
    return made;
}

TEST(Stages, take_what_fits_the_first_that_it_fits) {
    EXPECT_THAT(shown({"x", "test_a", "a", "test_b", "b"},
                      {stage("test", {"test_*"}), stage("letters", {"a", "*b"})}),
                ElementsAre("test: test_a test_b", "letters: a b", "rest: x"));
}

TEST(Stages, have_an_order_and_canaries) {
    Stage all = stage("all", {});
    all.order = Stage::by_name;
    all.canary = 2;
    EXPECT_THAT(shown({"c", "a", "b"}, {all}), ElementsAre("all canary: a b", "all: c"));
    all.order = Stage::reversed;
    all.canary = 5;
    EXPECT_THAT(shown({"c", "a", "b"}, {all}), ElementsAre("all canary: b a c"));
}

TEST(Stages, are_one_where_none_is_named) { EXPECT_THAT(shown({"b", "a"}, {}), ElementsAre("rest: b a")); }

} // namespace
} // namespace orch
