// What scripts do wrong: tests/lang/errors/*.py, programs split by `---`. The line on which the error must
// stand carries
// `### "regex"`, which the message with its hint and notes must match.

#include "lang/lang.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <regex>

namespace orch::lang {
namespace {

struct Program {
    std::string text;
    int line = 0;
    std::string pattern;
};

std::vector<Program> programs_of(const std::string& file) {
    std::vector<Program> out;
    std::string all = read_file(file) + "\n---\n";
    for (std::size_t begin = 0, at = 0; (at = all.find("\n---\n", begin)) != std::string::npos;
         begin = at + 5) {
        Program program;
        program.text = all.substr(begin, at - begin) + "\n";
        const std::size_t mark = program.text.find("### \"");
        if (mark == std::string::npos) {
            ADD_FAILURE() << "no expectation in:\n" << program.text;
            continue;
        }
        program.line =
            static_cast<int>(std::count(program.text.begin(),
                                        program.text.begin() + static_cast<std::ptrdiff_t>(mark), '\n')) +
            1;
        const std::size_t from = mark + 5;
        const std::size_t end = program.text.find('\n', from);
        program.pattern = program.text.substr(from, program.text.rfind('"', end) - from);
        // The mark itself is no part of the program.
        program.text.erase(mark, end - mark);
        out.push_back(std::move(program));
    }
    return out;
}

void expect_error(const Program& program) {
    Interpreter interpreter(Limits{.steps = 2'000'000, .memory = 64u << 20, .depth = 200});
    try {
        interpreter.run(parse(program.text, "program.py"), "program");
        ADD_FAILURE() << "no error from:\n" << program.text;
    } catch (const Error& error) {
        std::string all = error.message() + " | " + error.hint();
        for (const std::string& note : error.notes()) all += " | " + note;
        EXPECT_EQ(error.fault(), Fault::script);
        EXPECT_TRUE(std::regex_search(all, std::regex(program.pattern)))
            << all << "\ndoes not match " << program.pattern << "\n"
            << program.text;
        ASSERT_TRUE(error.place().has_value()) << all << "\n" << program.text;
        EXPECT_EQ(error.place()->line, program.line) << render(error) << "\n" << program.text;
        EXPECT_GE(error.place()->column, 1);
    }
}

class Errors : public testing::TestWithParam<std::string> {};

TEST_P(Errors, stand_at_their_line_and_say_what_is_wrong) {
    for (const Program& program : programs_of(TEST_DATA "/errors/" + GetParam() + ".py"))
        expect_error(program);
}

INSTANTIATE_TEST_SUITE_P(files, Errors, testing::Values("syntax", "runtime"),
                         [](const auto& test) { return test.param; });

std::string error_of(const std::string& text) {
    Interpreter interpreter;
    try {
        interpreter.run(parse(text, "program.py"), "program");
    } catch (const Error& error) {
        return render(error);
    }
    return "no error";
}

TEST(Errors, show_the_expression_under_a_caret) {
    EXPECT_EQ(error_of("x = 1\ny = x + missing(2)\n"), "program.py:2:9: error: unknown name 'missing'\n"
                                                       "  2 | y = x + missing(2)\n"
                                                       "    |         ^^^^^^^");
}

TEST(Errors, count_columns_in_characters) {
    EXPECT_EQ(error_of("x = \"é日\" + 1\n"),
              "program.py:1:5: error: TypeError: can only concatenate str (not \"int\") to str\n"
              "  1 | x = \"é日\" + 1\n"
              "    |     ^^^^^^^^");
}

TEST(Errors, of_text_that_is_no_program_are_errors_and_no_crashes) {
    for (const std::string& text :
         {std::string("\0\1\2", 3), std::string("\xff\xfe\xff"), std::string(100000, '('),
          std::string(100000, '-') + "1", std::string(5000, '[') + std::string(5000, ']'),
          "x = " + std::string(3000, '1') + "e" + std::string(3000, '9'),
          std::string("f\"") + std::string(1000, '{'), "a" + std::string(20000, '.') + "b",
          std::string("if 1:\n") + std::string(300, ' ')}) {
        try {
            parse(text, "garbage.py");
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::script);
        }
    }
    std::string blocks;
    for (int i = 0; i < 300; ++i) blocks += std::string(static_cast<std::size_t>(i), ' ') + "if 1:\n";
    EXPECT_THROW(parse(blocks, "garbage.py"), Error);
    std::string sum = "x = 1";
    for (int i = 0; i < 100000; ++i) sum += "+1";
    EXPECT_THROW(parse(sum, "garbage.py"), Error);
}

TEST(Errors, a_line_of_ten_megabytes_is_fine) {
    Interpreter interpreter;
    const Value module =
        interpreter.run(parse("x = '" + std::string(10'000'000, 'a') + "'\n", "long.py"), "long");
    const Active active(interpreter);
    EXPECT_EQ(module.attribute("x").length(), 10'000'000u);
}

} // namespace
} // namespace orch::lang
