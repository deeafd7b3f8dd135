// Each case of errors.ini and errors.toml is a test: the file as a user might write it, and the errors that
// its lines give, when the file is read or when the values are asked for.
#include "config/support.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

namespace {

using namespace orch;
using namespace orch::test;

/// All errors of a file: the one that reading it gives, or those of its values.
std::vector<Error> errors_of(const std::string& text, const std::string& name) {
    std::vector<Error> found;
    std::optional<config::Config> config;
    if (auto error = error_of([&] { config = config::Config::parse(text, name); })) return {*error};
    for (const std::string& section : config->sections())
        for (const std::string& key : config->keys(section))
            if (auto error = error_of([&] { config->get(section, key); })) found.push_back(*error);
    return found;
}

struct File {
    const char* cases;
    const char* name;
};

struct Named {
    std::string name;
    Case test;
};

std::vector<Named> all_cases() {
    std::vector<Named> all;
    for (const File file :
         {File{"errors.ini", "/srv/app/alembic.ini"}, File{"errors.toml", "/srv/app/pyproject.toml"}})
        for (Case& test : read_cases(std::string(TEST_DATA) + "/" + file.cases))
            all.push_back({file.name, test});
    return all;
}

void PrintTo(const Named& named, std::ostream* out) { *out << named.test.name; }

class FileErrors : public ::testing::TestWithParam<Named> {};

TEST_P(FileErrors, are_those_that_the_file_says) {
    const Variable set("ORCH_TEST_VALUE", "1");
    const auto& [name, test] = GetParam();
    ASSERT_FALSE(test.errors.empty()) << "the case expects nothing";
    const std::vector<Error> found = errors_of(test.text, name);
    ASSERT_EQ(found.size(), test.errors.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::string text = render(found[i]);
        EXPECT_EQ(found[i].fault(), Fault::config);
        ASSERT_TRUE(found[i].place()) << text;
        if (test.errors[i].pattern[0] != ':') {
            EXPECT_EQ(found[i].place()->line, test.errors[i].line) << text;
        }
        EXPECT_TRUE(std::regex_search(text, std::regex(test.errors[i].pattern, std::regex::ECMAScript)))
            << text << "\nshould match\n"
            << test.errors[i].pattern;
        EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("tiger")));
    }
}

INSTANTIATE_TEST_SUITE_P(Config, FileErrors, ::testing::ValuesIn(all_cases()), [](const auto& param) {
    return fmt::format("{}_{}", param.index, test_name(param.param.test.name));
});

} // namespace
