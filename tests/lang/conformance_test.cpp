// Programs whose output python3 makes in the test run: tests/lang/conformance/*.py, split by lines of `---`.

#include "lang/lang.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>

namespace orch::lang {
namespace {

std::vector<std::string> split_by(const std::string& text, const std::string& separator) {
    std::vector<std::string> out;
    std::size_t begin = 0;
    for (std::size_t at = 0; (at = text.find(separator, begin)) != std::string::npos;
         begin = at + separator.size())
        out.push_back(text.substr(begin, at - begin));
    out.push_back(text.substr(begin));
    return out;
}

std::vector<std::string> python_outputs(const std::string& file) {
    const std::string command = "PYTHONHASHSEED=0 python3 '" TEST_DATA "/run_python.py' '" + file + "'";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string all;
    std::array<char, 65536> buffer;
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
        all.append(buffer.data(), size);
    return split_by(all, "\x1e");
}

std::string run(const std::string& program) {
    std::string out;
    Interpreter interpreter;
    interpreter.on_print([&](std::string_view text) { out += text; });
    try {
        interpreter.run(parse(program, "program.py"), "program");
    } catch (const Error& error) {
        out += "!! " + error.message() + "\n";
    }
    return out;
}

std::vector<std::string> conformance_files() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/conformance"))
        files.push_back(entry.path().stem());
    std::sort(files.begin(), files.end());
    return files;
}

class Conformance : public testing::TestWithParam<std::string> {};

TEST_P(Conformance, prints_what_python_prints) {
    const std::string file = TEST_DATA "/conformance/" + GetParam() + ".py";
    const std::vector<std::string> programs = split_by(read_file(file), "\n---\n");
    const std::vector<std::string> expected = python_outputs(file);
    ASSERT_EQ(expected.size(), programs.size() + 1) << "python3 did not run every program";
    for (std::size_t i = 0; i < programs.size(); ++i) {
        EXPECT_FALSE(expected[i].empty()) << "a program that prints nothing proves nothing:\n" << programs[i];
        EXPECT_EQ(run(programs[i]), expected[i]) << "program " << i + 1 << " of " << GetParam() << ":\n"
                                                 << programs[i];
    }
}

INSTANTIATE_TEST_SUITE_P(files, Conformance, testing::ValuesIn(conformance_files()),
                         [](const auto& test) { return test.param; });

} // namespace
} // namespace orch::lang
