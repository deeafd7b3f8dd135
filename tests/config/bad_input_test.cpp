// Files that are no configuration at all: a clear error, and soon.
#include "config/support.hpp"

#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

using namespace orch;
using namespace orch::test;
using ::testing::HasSubstr;

/// What a person would take for a hang; the machine that runs the tests may be busy.
constexpr auto soon = std::chrono::seconds(20);

std::optional<Error> read(const fs::path& file) {
    const auto start = std::chrono::steady_clock::now();
    const auto error = error_of([&] { config::Config::read(file); });
    EXPECT_LT(std::chrono::steady_clock::now() - start, soon);
    return error;
}

/// The same noise in every run.
std::string noise(std::size_t size, bool text) {
    std::string bytes;
    for (std::uint32_t state = 1; bytes.size() < size;) {
        state = state * 1664525u + 1013904223u;
        const auto byte = static_cast<char>(state >> 24);
        if (!text)
            bytes += byte;
        else if (byte >= ' ' && byte < 0x7f)
            bytes += byte;
    }
    return bytes;
}

class BadInput : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Config, BadInput, ::testing::Values("orch.ini", "alembic.ini", "pyproject.toml"),
                         [](const auto& name) { return test_name(name.param); });

TEST_P(BadInput, binary_garbage_is_refused) {
    const Folder folder;
    const auto error = read(folder.write(GetParam(), noise(100000, false)));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::config);
    EXPECT_EQ(error->place()->file, GetParam());
}

TEST_P(BadInput, readable_garbage_is_refused) {
    const Folder folder;
    const auto error = read(folder.write(GetParam(), noise(100000, true)));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::config);
}

TEST_P(BadInput, a_nul_byte_is_refused_with_its_line) {
    const Folder folder;
    const auto error = read(folder.write(GetParam(), std::string_view("[tool.orch]\na = \"\0\"\n", 19)));
    ASSERT_TRUE(error);
    EXPECT_THAT(render(*error),
                HasSubstr(fmt::format("{}:2: error: expected text, found a NUL byte", GetParam())));
}

TEST_P(BadInput, text_that_is_not_utf8_is_refused_with_its_line) {
    const Folder folder;
    const auto error = read(folder.write(GetParam(), "[tool.orch]\n\na = \"\xE4\"\n"));
    ASSERT_TRUE(error);
    EXPECT_THAT(render(*error), HasSubstr(fmt::format("{}:3: error: expected UTF-8 text", GetParam())));
}

TEST_P(BadInput, a_folder_is_refused) {
    const Folder folder;
    fs::create_directory(GetParam());
    const auto error = read(GetParam());
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::system);
    EXPECT_THAT(error->message(), HasSubstr(fmt::format("expected a file, got a folder: '{}'", GetParam())));
}

TEST_P(BadInput, a_missing_file_is_named) {
    const Folder folder;
    const auto error = read(GetParam());
    ASSERT_TRUE(error);
    EXPECT_EQ(error->fault(), Fault::system);
    EXPECT_THAT(error->message(), HasSubstr(GetParam()));
}

TEST_P(BadInput, a_line_of_ten_megabytes_without_sense_is_refused_in_few_words) {
    const Folder folder;
    for (const char* end : {"", " = 1", "]"}) {
        const auto error =
            read(folder.write(GetParam(), "[tool.orch]\n[" + std::string(10'000'000, 'x') + end));
        // For a pyproject.toml it is some other tool's affair.
        ASSERT_EQ(error.has_value(), std::string_view(GetParam()) != "pyproject.toml");
        if (error) {
            EXPECT_LT(render(*error).size(), 2000u);
        }
    }
}

TEST(LongLine, is_refused_in_a_table_of_ours) {
    const Folder folder;
    const auto error =
        read(folder.write("pyproject.toml", "[tool.orch]\na = '" + std::string(10'000'000, 'x') + "'\n"));
    ASSERT_TRUE(error);
    EXPECT_EQ(render(*error), "pyproject.toml:2: error: the line is longer than 16 KiB");
}

TEST(LongLine, is_a_value_like_any_other_in_an_ini) {
    const Folder folder;
    const auto file = folder.write("orch.ini", "[orch]\nurl = x://" + std::string(10'000'000, '%') + "\n");
    const auto start = std::chrono::steady_clock::now();
    const auto config = config::Config::read(file);
    EXPECT_EQ(config.get("orch", "url")->text.size(), 4 + 5'000'000u);
    EXPECT_LT(config.get("orch", "url")->place.source.size(), 3000u);
    EXPECT_LT(std::chrono::steady_clock::now() - start, soon);
}

// Texts that make a careless parser look at the same bytes again and again.
TEST(LongLine, stays_linear_in_every_part) {
    const auto start = std::chrono::steady_clock::now();
    for (const std::string_view unit :
         {"%(", "%()", "%(a)", "${", "$${", "${A:-", "}", "%%", "[", "]", ":", "@", " "}) {
        std::string line;
        while (line.size() < 500'000) line += unit;
        for (const char* key : {"\nurl = ", "\nother = ", "\n  ", "\n"})
            error_of([&] {
                const auto config = config::Config::parse("[a]\nb =" + (key + line), "/srv/app/orch.ini");
                for (const std::string& name : config.keys("a")) config.get("a", name);
            });
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, soon);
}

TEST(ManyKeys, are_read_in_linear_time) {
    std::string text = "[a]\n";
    for (int i = 0; i < 100'000; ++i) text += fmt::format("key_{} = {}\n", i, i);
    for (int i = 0; i < 20'000; ++i) text += fmt::format("[section_{}]\n", i);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(config::Config::parse(text, "/srv/app/orch.ini").sections().size(), 20'001u);
    EXPECT_LT(std::chrono::steady_clock::now() - start, soon);
}

TEST(DeepToml, is_refused_before_it_overflows_the_stack) {
    const std::pair<const char*, const char*> nests[] = {{"[tool.orch]\na = ", "["},
                                                         {"[tool.orch]\na = ", "{a="},
                                                         {"[tool.orch]\na", ".a"},
                                                         {"[tool.orch", ".a"},
                                                         {"", "["}};
    for (const auto& [begin, unit] : nests) {
        std::string text = begin;
        for (int i = 0; i < 200'000; ++i) text += unit;
        EXPECT_TRUE(error_of([&] { config::Config::parse(text, "/srv/app/pyproject.toml"); }))
            << begin << unit;
    }
}

// Every beginning of a file, and every file with one byte changed, is read or refused; nothing else may
// happen.
TEST(BrokenFiles, are_read_or_refused) {
    const std::string ini =
        "[DEFAULT]\na: %(here)s\n[alembic]\nurl = ${URL:-sqlite:///%(a)s}\n  more\n\n# c\nb = %%\n";
    const std::string toml =
        "[tool.alembic]\na = [\"%(here)s\", 'x']\nsqlalchemy.url = \"u\"\n"
        "[[tool.alembic.post_write_hooks]]\nname = \"\"\"r\"\"\"\n[tool.orch.m]\nb = {c = 1}\n";
    std::uint32_t state = 7;
    for (const bool is_toml : {false, true}) {
        const std::string& text = is_toml ? toml : ini;
        const char* name = is_toml ? "/x/pyproject.toml" : "/x/orch.ini";
        for (std::size_t i = 0; i < 2000; ++i) {
            std::string broken = text.substr(0, i < text.size() ? i : text.size());
            if (i >= text.size()) {
                state = state * 1664525u + 1013904223u;
                const std::string_view bytes = "[]=:%(){}$\"'\n #.,\\as\x01\xff";
                broken[(state >> 8) % broken.size()] = bytes[(state >> 24) % bytes.size()];
            }
            const auto error = error_of([&] {
                const auto config = config::Config::parse(broken, name);
                for (const std::string& section : config.sections())
                    for (const std::string& key : config.keys(section)) config.get(section, key);
            });
            EXPECT_EQ(error ? error->fault() : Fault::config, Fault::config) << broken;
        }
    }
}

} // namespace
