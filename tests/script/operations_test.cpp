// The files in data/: a revision on top, what it does to a database below. Each file is a test of its own.
//
//     --- file helpers/types.py   a file in the script location
//     --- stubs                   NAME = EXPRESSION, as an ini has them behind `stub.`
//     --- script                  the revision's body, or the whole of it where it has a "def upgrade"
//     --- upgrade [dialect] [offline]
//     create_table account ...    what the database is told, as printer.hpp writes it
//     --- downgrade
//
// A line of the script that ends in `### "regex"` must fail there with that message. ORCH_UPDATE_GOLDEN=1
// writes what came out.
#include "script/folder.hpp"
#include "script/recorder.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace orch::test {
namespace {

namespace fs = std::filesystem;

struct Section {
    std::string title, text;
};

std::vector<Section> sections(const std::string& text) {
    std::vector<Section> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("--- "))
            result.push_back({line.substr(4), ""});
        else if (result.empty())
            result.push_back({"", line + "\n"});
        else
            result.back().text += line + "\n";
    }
    return result;
}

std::string revision_text(const std::string& body) {
    std::string head =
        body.find("revision = ") == std::string::npos ? "revision = \"ae10\"\ndown_revision = None\n" : "";
    if (body.find("def upgrade") != std::string::npos) return head + body;
    std::string result = head + "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n";
    std::istringstream stream(body);
    for (std::string line; std::getline(stream, line);) result += line.empty() ? "\n" : "    " + line + "\n";
    return result + "    return\n";
}

struct Expectation {
    int line = 0;
    std::string pattern;
};

std::optional<Expectation> expected_error(const std::string& text) {
    std::istringstream stream(text);
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        std::size_t at = line.find("### \"");
        if (at != std::string::npos)
            return Expectation{number, line.substr(at + 5, line.rfind('"') - at - 5)};
    }
    return std::nullopt;
}

std::string whole(const Error& error) {
    std::string text = error.message() + " " + error.hint();
    for (const auto& note : error.notes()) text += " " + note;
    return text;
}

class DataFile : public testing::TestWithParam<fs::path> {
  protected:
    // What came of one direction: the operations, or the error as "error: ..." on a line.
    std::string outcome(const std::string& script_text, const std::string& title) {
        folder_.write("versions/ae10_test.py", script_text);
        script::Settings settings;
        settings.script_location = folder_.path;
        settings.prepend_sys_path = {folder_.path / "project"};
        settings.stubs = stubs_;
        script::Context context;
        context.x_arguments = {"tenant=blue"};
        auto file = script::scan_file(folder_.path / "versions/ae10_test.py");
        EXPECT_TRUE(file.has_value());
        Recorder recorder;
        auto title_words = words(title);
        for (std::size_t i = 1; i < title_words.size(); ++i) {
            if (title_words[i] == "offline")
                recorder.is_offline = true;
            else
                recorder.dialect = title_words[i];
        }
        recorder.tables = {"account", "orders"};
        sql::Result answer;
        answer.columns = {"id", "name"};
        answer.rows = {{std::int64_t{1}, std::string("one")}, {std::int64_t{2}, std::string("two")}};
        answer.affected = 2;
        recorder.answers.assign(100, answer);
        auto direction =
            title_words[0] == "downgrade" ? script::Direction::downgrade : script::Direction::upgrade;
        try {
            script::run(*file, direction, settings, context, recorder);
        } catch (const Error& error) {
            error_ = error;
        }
        return recorder.text();
    }

    void declare(const std::string& text) {
        std::istringstream stream(text);
        for (std::string line; std::getline(stream, line);) {
            const std::size_t equals = line.find('=');
            stubs_.push_back(
                {lower(trim(line.substr(0, equals))), std::string(trim(line.substr(equals + 1))), {}});
        }
    }

    Folder folder_;
    std::vector<script::Stub> stubs_;
    std::optional<Error> error_;
};

TEST_P(DataFile, does_what_it_says) {
    std::string text = Folder().read(GetParam());
    auto all = sections(text);
    std::string script_text, updated;
    for (auto& section : all) {
        error_.reset();
        const bool laid_out = section.title.starts_with("file ") || section.title == "stubs";
        if (section.title.starts_with("file ")) folder_.write(section.title.substr(5), section.text);
        if (section.title == "stubs") declare(section.text);
        if (laid_out) {
            updated += "--- " + section.title + "\n" + section.text;
            continue;
        }
        if (section.title == "script") script_text = revision_text(section.text);
        if (section.title.empty() || section.title == "script") {
            updated += section.title.empty() ? section.text : "--- script\n" + section.text;
            auto expectation = expected_error(script_text);
            if (section.title.empty() || !expectation) continue;
            outcome(script_text, "upgrade");
            ASSERT_TRUE(error_.has_value())
                << "line " << expectation->line << " was to fail with " << expectation->pattern;
            EXPECT_TRUE(std::regex_search(whole(*error_), std::regex(expectation->pattern)))
                << render(*error_);
            ASSERT_TRUE(error_->place().has_value()) << render(*error_);
            EXPECT_EQ(error_->place()->line, expectation->line) << render(*error_);
            continue;
        }
        std::string got = outcome(script_text, section.title);
        if (error_) ADD_FAILURE() << section.title << ": " << render(*error_);
        updated += "--- " + section.title + "\n" + got;
        if (!getenv("ORCH_UPDATE_GOLDEN")) {
            EXPECT_EQ(got, section.text) << section.title;
        }
    }
    if (getenv("ORCH_UPDATE_GOLDEN") && updated != text) std::ofstream(GetParam()) << updated;
}

std::vector<fs::path> data_files() {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator(fs::path(TEST_DATA) / "data"))
        result.push_back(entry.path());
    std::sort(result.begin(), result.end());
    return result;
}

INSTANTIATE_TEST_SUITE_P(operations, DataFile, testing::ValuesIn(data_files()),
                         [](const auto& file) { return file.param.stem().string(); });

} // namespace
} // namespace orch::test
