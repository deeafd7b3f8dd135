// Python's configparser reads the same files: the cases of configparser.ini, and files that chance wrote from
// the pieces that matter. configparser_oracle.py gives Python's answers.
#include "config/support.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace orch;
using namespace orch::test;

std::string digits(std::string_view text) {
    std::string out = "-";
    for (const char c : text) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::string first_bad_line(const std::vector<std::string>& answer) {
    return answer.empty() || answer[0].rfind("error ", 0) != 0 ? "" : words(answer[0]).at(2);
}

/// In the words of the oracle.
std::vector<std::string> ours(const std::string& text) {
    std::vector<std::string> answer;
    std::optional<config::Config> config;
    if (const auto error = error_of([&] { config = config::Config::parse(text, "/srv/app/x.ini"); }))
        return {fmt::format("error Error {}", error->place()->line)};
    for (const std::string& section : config->sections()) {
        answer.push_back("section " + digits(section));
        std::vector<std::string> keys = config->keys(section);
        if (!config->raw(section, "here")) keys.emplace_back("here");
        std::sort(keys.begin(), keys.end());
        for (const std::string& key : keys) {
            std::optional<config::Value> value;
            const bool failed = error_of([&] { value = config->get(section, key); }).has_value();
            answer.push_back(fmt::format("key {} {}", digits(key), failed ? "!" : digits(value->text)));
        }
    }
    return answer;
}

std::vector<std::vector<std::string>> pythons(const Folder& folder, const std::vector<std::string>& texts) {
    std::string input;
    for (const std::string& text : texts) input += fmt::format("{}\n{}", text.size(), text);
    folder.write("cases", input);
    const std::string command =
        fmt::format("/usr/bin/python3 {}/configparser_oracle.py < cases > answers", TEST_DATA);
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::vector<std::vector<std::string>> answers(1);
    for (const std::string& line : split(read_file("answers"), '\n')) {
        if (line == "end")
            answers.emplace_back();
        else if (!line.empty())
            answers.back().push_back(line);
    }
    answers.pop_back();
    return answers;
}

void expect_the_same(const std::vector<std::string>& mine, const std::vector<std::string>& pythons,
                     const std::string& text) {
    // Python reports a duplicate before lines that it cannot parse, we report what comes first.
    if (!first_bad_line(pythons).empty()) {
        ASSERT_FALSE(first_bad_line(mine).empty()) << text << "\nexpected " << pythons[0];
        const bool duplicate = pythons[0].find("Duplicate") != std::string::npos;
        const int mine_line = std::stoi(first_bad_line(mine)),
                  python_line = std::stoi(first_bad_line(pythons));
        EXPECT_TRUE(mine_line == python_line || (duplicate && mine_line < python_line))
            << text << "\nexpected " << pythons[0] << ", got " << mine[0];
        return;
    }
    EXPECT_EQ(mine, pythons) << text;
}

/// The same choices in every run and with every standard library.
class Chance {
  public:
    std::size_t below(std::size_t limit) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<std::size_t>(state_ >> 33) % limit;
    }
    template <std::size_t N>
    const char* one_of(const char* const (&pieces)[N]) {
        return pieces[below(N)];
    }

  private:
    std::uint64_t state_ = 42;
};

std::string random_ini(Chance& chance) {
    constexpr const char* starts[] = {"", "", "", "", "", "  ", "    ", "\t", "\xC2\xA0"};
    constexpr const char* keys[] = {"a", "b", "C", "Key two", "a", "[x", "%(a)s", "\xC3\xA4"};
    constexpr const char* delimiters[] = {"=", " = ", ":", " : ", " =", "\t:\t", "", " "};
    constexpr const char* values[] = {
        "",    "1", "two words", "%(a)s", "%(B)s/%(here)s", "50%%",    "x # y",   "; z", "a = b",
        "c:d", "%", "%(nope)s",  "[y]",   "%(b)s%(c)s",     "%(a)s%%", " trail ", "%(c", "\xE2\x80\x83"};
    constexpr const char* others[] = {"",          "   ",    "# comment", "  ; comment", "[s1]",  "[s2]",
                                      "[DEFAULT]", "  [s3]", "]",         "word",        "[s4] x"};
    std::string text = chance.below(20) ? "[s]\n" : "";
    const std::size_t lines = 1 + chance.below(9);
    for (std::size_t i = 0; i < lines; ++i) {
        text += chance.one_of(starts);
        if (chance.below(3) == 0)
            text += chance.one_of(others);
        else if (chance.below(4) == 0)
            text += chance.one_of(values);
        else
            text += std::string(chance.one_of(keys)) + chance.one_of(delimiters) + chance.one_of(values);
        text += "\n";
    }
    if (chance.below(5) == 0) text.pop_back();
    return text;
}

TEST(Configparser, agrees_on_every_case_of_the_table) {
    const Folder folder;
    std::vector<std::string> texts;
    for (const Case& test : read_cases(std::string(TEST_DATA) + "/configparser.ini"))
        texts.push_back(test.text);
    const auto answers = pythons(folder, texts);
    ASSERT_EQ(answers.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) expect_the_same(ours(texts[i]), answers[i], texts[i]);
}

TEST(Configparser, agrees_on_files_that_chance_wrote) {
    const Folder folder;
    Chance chance;
    std::vector<std::string> texts;
    for (int i = 0; i < 5000; ++i) texts.push_back(random_ini(chance));
    const auto answers = pythons(folder, texts);
    ASSERT_EQ(answers.size(), texts.size());
    std::size_t good = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        expect_the_same(ours(texts[i]), answers[i], texts[i]);
        good += first_bad_line(answers[i]).empty();
        if (HasFailure()) break;
    }
    // Chance must not write files of one kind only.
    EXPECT_GT(good, 1000u);
    EXPECT_LT(good, 4000u);
}

} // namespace
