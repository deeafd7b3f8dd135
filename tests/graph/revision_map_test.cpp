// What drawn graphs cannot say: files in messages, size, threads.
#include "graph/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace orch;
using namespace orch::graph;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Revision revision(std::string id, std::vector<std::string> down = {}, std::string file = "") {
    Revision made;
    made.id = std::move(id);
    made.down_revisions = std::move(down);
    made.place = {.file = std::move(file), .line = 3, .source = {}};
    return made;
}

std::string message_of(std::vector<Revision> revisions) {
    try {
        RevisionMap map(std::move(revisions));
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::graph);
        return render(error);
    }
    return "no error";
}

/// One line of revisions, "r0" the oldest, or two that depend on each other in turn.
std::vector<Revision> many(int count, bool two_lines = false) {
    std::vector<Revision> revisions;
    for (int i = 0; i < count; ++i) {
        Revision made = revision("r" + std::to_string(i));
        const int below = two_lines ? i - 2 : i - 1;
        if (below >= 0) made.down_revisions = {"r" + std::to_string(below)};
        if (two_lines && i > 0) made.depends_on = {"r" + std::to_string(i - 1)};
        revisions.push_back(made);
    }
    return revisions;
}

TEST(RevisionMap, names_both_files_of_a_duplicate_id) {
    const std::string message =
        message_of({revision("ae10", {}, "versions/a.py"), revision("ae10", {}, "versions/copy of a.py")});
    EXPECT_THAT(message, HasSubstr("versions/copy of a.py:3: error: revision id 'ae10' is used twice"));
    EXPECT_THAT(message, HasSubstr("'ae10' is also in versions/a.py:3"));
}

TEST(RevisionMap, names_the_files_of_several_heads) {
    const RevisionMap map(
        {revision("a"), revision("b", {"a"}, "versions/b.py"), revision("c", {"a"}, "versions/c.py")});
    try {
        map.upgrade({"head"}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.notes(),
                    ElementsAre("revision 'b' is in versions/b.py:3", "revision 'c' is in versions/c.py:3"));
        EXPECT_THAT(error.hint(), HasSubstr("'orch merge heads -m \"...\"'"));
    }
}

TEST(RevisionMap, refuses_an_empty_id) {
    EXPECT_THAT(message_of({revision("", {}, "versions/a.py")}),
                HasSubstr("versions/a.py:3: error: a revision has an empty id"));
}

TEST(RevisionMap, refuses_an_empty_symbol) {
    const RevisionMap map({revision("a")});
    EXPECT_THROW(map.resolve(""), Error);
    EXPECT_THROW(map.upgrade({""}, {}), Error);
}

TEST(RevisionMap, answers_for_an_empty_tree) {
    const RevisionMap map({});
    EXPECT_THAT(map.heads(), IsEmpty());
    EXPECT_THAT(map.newest_first(), IsEmpty());
    EXPECT_THAT(map.resolve("head"), IsEmpty());
    EXPECT_THAT(map.upgrade({"heads"}, {}), IsEmpty());
    EXPECT_THAT(map.downgrade("base", {}), IsEmpty());
    EXPECT_THAT(map.stamp({"head"}, {}), IsEmpty());
    EXPECT_THROW(map.upgrade({"ae10"}, {}), Error);
}

TEST(RevisionMap, keeps_its_answers_when_moved) {
    RevisionMap map({revision("a"), revision("b", {"a"})});
    RevisionMap moved = std::move(map);
    EXPECT_THAT(moved.heads(), ElementsAre("b"));
    moved = RevisionMap({revision("c")});
    EXPECT_THAT(moved.heads(), ElementsAre("c"));
}

// A recursive walk would overflow the stack here.
TEST(RevisionMap, plans_across_a_hundred_thousand_revisions) {
    const RevisionMap map(many(100'000));
    const Plan up = map.upgrade({"head"}, {});
    ASSERT_EQ(up.size(), 100'000u);
    EXPECT_EQ(up.front().revision, "r0");
    EXPECT_EQ(up.back().changes, (std::vector<VersionChange>{{VersionChange::update, "r99998", "r99999"}}));
    EXPECT_EQ(map.downgrade("base", {"r99999"}).size(), 100'000u);
    EXPECT_THAT(map.resolve("head-99999"), ElementsAre("r0"));
}

TEST(RevisionMap, finds_a_cycle_of_a_hundred_thousand_revisions) {
    std::vector<Revision> revisions = many(100'000);
    revisions.front().down_revisions = {"r99999"};
    EXPECT_THAT(message_of(std::move(revisions)), HasSubstr("revisions form a cycle: r0 -> r1 -> "));
}

TEST(RevisionMap, alternates_between_lines_that_depend_on_each_other) {
    const RevisionMap map(many(10'000, true));
    const Plan up = map.upgrade({"heads"}, {});
    ASSERT_EQ(up.size(), 10'000u);
    for (std::size_t i = 0; i < up.size(); ++i) ASSERT_EQ(up[i].revision, "r" + std::to_string(i));
}

TEST(RevisionMap, plans_thousands_of_branches_and_their_merge) {
    std::vector<Revision> revisions{revision("base1")};
    Revision merge = revision("merge");
    for (int i = 0; i < 5'000; ++i) {
        revisions.push_back(revision("branch" + std::to_string(i), {"base1"}));
        merge.down_revisions.push_back(revisions.back().id);
    }
    revisions.push_back(merge);
    const RevisionMap map(std::move(revisions));
    const Plan up = map.upgrade({"head"}, {});
    ASSERT_EQ(up.size(), 5'002u);
    EXPECT_EQ(up.back().changes.size(), 5'000u);
    EXPECT_EQ(map.downgrade("base", {"merge"}).back().revision, "base1");
}

TEST(RevisionMap, may_be_asked_by_several_threads_at_once) {
    std::vector<Revision> revisions = many(1'000, true);
    revisions.front().branch_labels = {"even"};
    const RevisionMap map(std::move(revisions));
    std::vector<std::thread> threads;
    std::vector<std::size_t> counts(4);
    for (std::size_t i = 0; i < counts.size(); ++i)
        threads.emplace_back([&, i] {
            counts[i] = map.newest_first().size() + map.labels("r998").size() + map.resolve("r99").size() +
                        map.upgrade({"heads"}, {}).size();
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(counts, testing::Each(2'002u));
}

} // namespace
