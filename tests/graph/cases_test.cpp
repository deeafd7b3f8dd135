// Drawn graphs and rows of question and answer. Each file of cases/ is a test; cases/README explains the
// form. With ORCH_UPDATE_GOLDEN=1 the answers are written anew, to be reviewed as a diff.
#include "base/file.hpp"
#include "base/text.hpp"
#include "graph/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

namespace {

using namespace orch;
using graph::Revision;
using graph::RevisionMap;
using Strings = std::vector<std::string>;
using Rows = std::optional<Strings>;

std::vector<std::string> pieces(std::string_view text, char separator) {
    Strings found;
    for (const std::string& piece : split(text, separator)) found.emplace_back(trim(piece));
    return found;
}

/// The edges above the line.
class Drawing {
  public:
    void add(std::string_view line) {
        if (const auto colon = line.find(':'); colon != std::string_view::npos)
            add_fact(revision(trim(line.substr(0, colon))), trim(line.substr(colon + 1)));
        else
            add_chain(pieces(replace_all(line, "->", ">"), '>'));
    }
    std::vector<Revision> revisions() const { return revisions_; }

  private:
    Revision& revision(std::string_view id) {
        const auto found = std::find_if(revisions_.begin(), revisions_.end(),
                                        [&](const Revision& known) { return known.id == id; });
        if (found != revisions_.end()) return *found;
        Revision added;
        added.id = id;
        added.place = {.file = added.id + ".py", .line = 1, .source = {}};
        return revisions_.emplace_back(added);
    }
    void add_chain(const Strings& chain) {
        for (std::size_t i = 0; i < chain.size(); ++i) {
            if (chain[i] == "missing") continue;
            Revision& child = revision(chain[i]);
            if (i > 0) child.down_revisions.push_back(chain[i - 1]);
        }
    }
    static void add_fact(Revision& subject, std::string_view fact) {
        const Strings said = words(fact);
        Strings& list = said.at(0) == "needs" ? subject.depends_on : subject.branch_labels;
        list.insert(list.end(), said.begin() + 1, said.end());
    }

    std::vector<Revision> revisions_;
};

std::string show(const Strings& ids, const std::string& separator = " ") {
    return ids.empty() ? "-" : join(ids, separator);
}

std::string show(const graph::VersionChange& change) {
    switch (change.kind) {
    case graph::VersionChange::insert: return "+" + change.to;
    case graph::VersionChange::remove: return "-" + change.from;
    case graph::VersionChange::update: return change.from + ">" + change.to;
    }
    return "?";
}

std::string show(const graph::Plan& plan) {
    Strings steps;
    for (const graph::Step& step : plan) {
        Strings changes;
        for (const auto& change : step.changes) changes.push_back(show(change));
        steps.push_back(join(step.from, ",") + "->" + join(step.to, ",") + "(" + join(changes, ",") + ")");
    }
    return show(steps);
}

std::string yes_or_no(bool answer) { return answer ? "yes" : "no"; }

/// "verb argument... [at row...]"
struct Question {
    std::string verb;
    Strings arguments;
    Rows rows;

    explicit Question(std::string_view text) {
        Strings said = words(text);
        verb = said.at(0);
        const auto at = std::find(said.begin(), said.end(), "at");
        arguments.assign(said.begin() + 1, at);
        if (at == said.end()) return;
        rows.emplace(at + 1, said.end());
        if (*rows == Strings{"-"}) rows->clear();
    }
    std::string argument() const { return arguments.empty() ? "" : arguments.front(); }
    Strings table() const { return rows.value_or(Strings()); }
};

std::string answer(const RevisionMap& map, const Question& asked) {
    using Answer = std::function<std::string()>;
    const std::string one = asked.argument();
    const std::map<std::string, Answer> answers = {
        {"load", [&] { return std::to_string(map.size()); }},
        {"heads", [&] { return show(map.heads()); }},
        {"real_heads", [&] { return show(map.real_heads()); }},
        {"bases", [&] { return show(map.bases()); }},
        {"branch_points", [&] { return show(map.branch_points()); }},
        {"newest_first", [&] { return show(map.newest_first()); }},
        {"children", [&] { return show(map.children(one)); }},
        {"dependants", [&] { return show(map.children(one, true)); }},
        {"labels", [&] { return show(map.labels(one)); }},
        {"dependencies", [&] { return show(map.dependencies(one)); }},
        {"contains", [&] { return yes_or_no(map.contains(one)); }},
        {"get", [&] { return map.get(one).id; }},
        {"is_head", [&] { return yes_or_no(map.is_head(one)); }},
        {"is_real_head", [&] { return yes_or_no(map.is_real_head(one)); }},
        {"is_branch_point", [&] { return yes_or_no(map.is_branch_point(one)); }},
        {"is_merge_point", [&] { return yes_or_no(map.is_merge_point(one)); }},
        {"is_ancestor", [&] { return yes_or_no(map.is_ancestor(one, asked.arguments.at(1))); }},
        {"resolve", [&] { return show(map.resolve(one, asked.rows)); }},
        {"resolve_one", [&] { return map.resolve_one(one, asked.rows).value_or("-"); }},
        {"history", [&] { return show(map.history(one, asked.rows)); }},
        {"upgrade", [&] { return show(map.upgrade(asked.arguments, asked.table())); }},
        {"downgrade", [&] { return show(map.downgrade(one, asked.table())); }},
        {"stamp", [&] { return show(map.stamp(asked.arguments, asked.table())); }},
        {"current", [&] { return show(map.all_current(asked.table())); }},
        {"pending", [&] { return show(map.pending(asked.table())); }},
    };
    const auto found = answers.find(asked.verb);
    return found == answers.end() ? "no such question: " + asked.verb : found->second();
}

/// What follows '=' (an answer) or '!' (pieces of an error's text, between bars).
struct Row {
    std::string question, expected;
    bool error = false;

    explicit Row(std::string_view line) {
        const std::string text = std::string(line) + " "; // an answer that is still to be written
        const auto bang = text.find(" ! "), equals = text.find(" = ");
        error = bang < equals;
        const auto end = std::min({bang, equals, text.size()});
        question = trim(text.substr(0, end));
        if (end < text.size()) expected = trim(text.substr(end + 3));
    }
};

std::string whole_answer(const std::vector<Revision>& revisions, const Row& row, bool& failed) {
    try {
        return answer(RevisionMap(revisions), Question(row.question));
    } catch (const Error& error) {
        failed = true;
        EXPECT_EQ(error.fault(), Fault::graph);
        return render(error);
    }
}

void check(const Row& row, const std::string& got, const std::string& where) {
    if (!row.error) {
        EXPECT_EQ(got, row.expected) << where;
        return;
    }
    for (const std::string& piece : pieces(row.expected, '|'))
        EXPECT_NE(got.find(piece), std::string::npos)
            << where << "\n  expected: " << piece << "\n  got: " << got;
}

class Cases : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Cases, answers_as_written) {
    const bool update = std::getenv("ORCH_UPDATE_GOLDEN") != nullptr;
    Drawing drawing;
    Strings lines = split(read_text(GetParam(), Fault::system), '\n');
    bool asking = false;
    int asked = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = trim(lines[i]);
        if (line.empty() || line.front() == '#') continue;
        if (line == "---") {
            asking = !asking;
            if (!asking) drawing = Drawing();
            continue;
        }
        if (!asking) {
            drawing.add(line);
            continue;
        }
        const Row row(line);
        bool failed = false;
        const std::string got = whole_answer(drawing.revisions(), row, failed);
        ++asked;
        const std::string where = GetParam().string() + ":" + std::to_string(i + 1) + ": " + row.question;
        if (update && !(failed && row.error && !row.expected.empty())) {
            lines[i] = row.question + (failed ? " ! " + replace_all(got, "\n", " | ") : " = " + got);
            continue;
        }
        ASSERT_EQ(failed, row.error) << where << "\n  " << got;
        check(row, got, where);
    }
    EXPECT_GT(asked, 0) << "no questions";
    if (update) write_file(GetParam(), join(lines, "\n"));
}

std::vector<std::filesystem::path> files() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TEST_DATA) / "cases"))
        if (entry.path().extension() == ".graph") found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

INSTANTIATE_TEST_SUITE_P(Graph, Cases, testing::ValuesIn(files()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

} // namespace
