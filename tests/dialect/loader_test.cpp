// The loader against plugins that are in order and against everything that may lie in their place.
#include "dialect/plugin.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "dialect/dialect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace orch::dialect {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

const fs::path samples = SAMPLE_PLUGINS;

class Loader : public testing::Test {
  protected:
    Loader() : folder(fs::temp_directory_path() / ("orch_loader_" + std::to_string(getpid()))) {
        fs::remove_all(folder);
        fs::create_directories(folder);
        fs::permissions(folder, fs::perms(0755));
    }
    ~Loader() override { fs::remove_all(folder); }

    fs::path file(const std::string& contents) const {
        const fs::path path = folder / "orch_sample.so";
        fs::remove(path); // never into a file that is mapped
        std::ofstream(path, std::ios::binary) << contents;
        fs::permissions(path, fs::perms(0644));
        return path;
    }

    fs::path folder;
};

/// What is said when the only thing in the way of sample:// is this folder.
std::string problem(const fs::path& folder) {
    try {
        Plugins({folder}).for_scheme("sample");
        return "loaded";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::plugin);
        return error.message();
    }
}

std::string bytes(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(Loader, finds_a_plugin_by_its_file_name) {
    Plugins plugins({samples / "good"});
    const Dialect& dialect = plugins.for_scheme("sample");
    EXPECT_EQ(dialect.traits().name, "sample");
    EXPECT_EQ(&plugins.for_scheme("sample"), &dialect);
}

TEST_F(Loader, finds_a_plugin_by_another_of_its_schemes) {
    Plugins plugins({samples / "good"});
    EXPECT_EQ(&plugins.for_scheme("other"), &plugins.for_scheme("sample"));
}

TEST_F(Loader, catches_errors_that_a_plugin_throws) {
    Plugins plugins({samples / "good"});
    try {
        plugins.for_scheme("sample").connect({}, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "thrown in the plugin");
    }
}

TEST_F(Loader, goes_on_to_the_next_folder_when_a_plugin_is_broken) {
    Plugins plugins({samples / "tag", samples / "good"});
    EXPECT_EQ(plugins.for_scheme("sample").traits().name, "sample");
}

TEST_F(Loader, searches_the_given_folders_then_the_environment_then_the_installation) {
    setenv("ORCH_PLUGIN_PATH", "/one::/two", 1);
    const auto folders = Plugins({"/zero", "/one"}).folders();
    unsetenv("ORCH_PLUGIN_PATH");
    ASSERT_EQ(folders.size(), 4u);
    EXPECT_EQ(folders[0], "/zero");
    EXPECT_EQ(folders[1], "/one");
    EXPECT_EQ(folders[2], "/two");
    EXPECT_THAT(folders[3].string(), EndsWith("lib/orch/plugins"));
}

TEST_F(Loader, says_where_it_looked_for_a_plugin_that_is_missing) {
    try {
        Plugins({folder}).for_scheme("oracle");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::plugin);
        EXPECT_THAT(error.message(), HasSubstr("no plugin for 'oracle://' in '" + folder.string() + "'"));
        EXPECT_THAT(error.hint(), HasSubstr("'sqlite'"));
    }
}

TEST_F(Loader, proposes_the_nearest_scheme) {
    try {
        Plugins().for_scheme("sqlite3");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.hint(), "did you mean 'sqlite://'?");
    }
}

TEST_F(Loader, takes_no_path_for_a_scheme) {
    EXPECT_THROW(Plugins({folder}).for_scheme("../good/orch_sample"), Error);
    EXPECT_THROW(Plugins({folder}).for_scheme(""), Error);
}

TEST_F(Loader, refuses_a_library_with_another_mark) {
    EXPECT_THAT(problem(samples / "magic"),
                EndsWith("it is no orch plugin: its 'orch_plugin' does not begin with orch's mark"));
}

TEST_F(Loader, refuses_another_size) {
    EXPECT_THAT(problem(samples / "size"),
                HasSubstr("it was built for another version of orch: its description has 40 bytes"));
}

TEST_F(Loader, names_both_build_tags) {
    EXPECT_THAT(problem(samples / "tag"),
                HasSubstr("it was built as 'orch-0 something else', this orch as '" ORCH_BUILD_TAG "'"));
}

TEST_F(Loader, refuses_a_library_without_the_symbol) {
    EXPECT_THAT(problem(samples / "symbol"),
                EndsWith("it is a shared library but no orch plugin: it has no symbol 'orch_plugin'"));
}

TEST_F(Loader, refuses_a_plugin_without_schemes) {
    EXPECT_THAT(problem(samples / "schemes"),
                EndsWith("its description lacks a name, a scheme or its create function"));
}

TEST_F(Loader, refuses_a_plugin_that_makes_nothing) {
    EXPECT_THAT(problem(samples / "nothing"), EndsWith("its create function gave nothing"));
}

TEST_F(Loader, refuses_what_is_no_library) {
    for (const std::string& contents :
         {std::string(), std::string("#!/bin/sh\n"), std::string(100000, '\xff')}) {
        file(contents);
        EXPECT_THAT(problem(folder), EndsWith("it is no shared library"));
    }
}

TEST_F(Loader, refuses_a_library_cut_off_anywhere) {
    const std::string whole = bytes(samples / "good" / "orch_sample.so");
    for (const std::size_t size : {4u, 63u, 64u, 100u, 600u, 4096u, 8192u}) {
        file(whole.substr(0, size));
        EXPECT_TRUE(problem(folder).ends_with(size < 64 ? "it is no shared library"
                                                        : "the file is cut off or damaged"))
            << size << ": " << problem(folder);
    }
}

TEST_F(Loader, survives_a_library_with_damaged_bytes) {
    const std::string whole = bytes(samples / "good" / "orch_sample.so");
    for (std::size_t at = 16; at < 64; ++at) { // its header
        std::string damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        file(damaged);
        EXPECT_THAT(problem(folder),
                    testing::AnyOf(HasSubstr("it is no shared library"), HasSubstr("damaged"), "loaded",
                                   HasSubstr("cannot be loaded")))
            << at;
    }
}

TEST_F(Loader, refuses_a_library_for_another_machine) {
    std::string other = bytes(samples / "good" / "orch_sample.so");
    other[4] = 1; // 32 bits
    file(other);
    EXPECT_THAT(problem(folder), EndsWith("it is no shared library for this machine"));
}

TEST_F(Loader, refuses_a_folder_of_the_plugins_name) {
    fs::create_directories(folder / "orch_sample.so");
    EXPECT_THAT(problem(folder), EndsWith("it is not a regular file"));
}

TEST_F(Loader, refuses_a_dangling_link) {
    fs::create_symlink("/nowhere/at/all", folder / "orch_sample.so");
    EXPECT_THAT(problem(folder), EndsWith("No such file or directory"));
}

TEST_F(Loader, refuses_a_file_that_everybody_may_write) {
    fs::permissions(file(bytes(samples / "good" / "orch_sample.so")), fs::perms(0646));
    EXPECT_THAT(problem(folder), HasSubstr("orch_sample.so' may be written by everybody"));
}

TEST_F(Loader, refuses_a_folder_that_everybody_may_write) {
    file(bytes(samples / "good" / "orch_sample.so"));
    fs::permissions(folder, fs::perms(01777));
    EXPECT_THAT(problem(folder),
                HasSubstr("the folder '" + folder.string() + "' may be written by everybody"));
}

TEST_F(Loader, refuses_the_files_of_other_users) {
    // Root gives the file away; anybody else makes do with the rule seen from the other side: root's files
    // are welcome.
    const fs::path path = file(bytes(samples / "good" / "orch_sample.so"));
    if (geteuid() == 0) {
        ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
        EXPECT_THAT(problem(folder), HasSubstr("belongs to another user (uid 12345)"));
    } else {
        EXPECT_EQ(problem(folder), "loaded");
    }
}

TEST_F(Loader, lists_everything_with_what_is_wrong) {
    fs::copy_file(samples / "tag" / "orch_sample.so", folder / "orch_stale.so");
    file("garbage");
    Plugins plugins({samples / "good", folder});
    const auto reports = plugins.list();
    ASSERT_GE(reports.size(), 4u); // those three and orch's own
    EXPECT_TRUE(reports[0].usable);
    EXPECT_EQ(reports[0].name, "sample");
    EXPECT_EQ(reports[0].version, "1.2");
    EXPECT_EQ(reports[0].schemes, "sample other");
    EXPECT_EQ(reports[0].build_tag, ORCH_BUILD_TAG);
    EXPECT_EQ(reports[0].features, std::vector<std::string>{"nothing"});
    EXPECT_EQ(reports[1].problem, "it is no shared library");
    EXPECT_EQ(reports[2].build_tag, "orch-0 something else");
    EXPECT_FALSE(reports[2].usable);
    EXPECT_TRUE(std::ranges::any_of(reports, [](const PluginReport& report) {
        return report.usable && report.name == "sqlite" && report.library.starts_with("SQLite 3");
    }));
}

} // namespace
} // namespace orch::dialect
