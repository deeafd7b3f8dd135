// Files are read with errors that name them, and written whole or not at all.
#include "base/file.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

/// What the system calls of the library answer: these definitions stand before those of the C library.
namespace {
long long room = LLONG_MAX; ///< bytes that write() takes before the disk is full
int fsync_error = 0;
int link_error = 0;
} // namespace

extern "C" {
__attribute__((visibility("default"))) ssize_t write(int fd, const void* bytes, size_t size) {
    if (room == LLONG_MAX || fd <= 2) return ::syscall(SYS_write, fd, bytes, size);
    if (room == 0) {
        errno = ENOSPC;
        return -1;
    }
    const auto taken = std::min<long long>(room, static_cast<long long>(size));
    room -= taken;
    return ::syscall(SYS_write, fd, bytes, static_cast<size_t>(taken));
}
__attribute__((visibility("default"))) int fsync(int fd) {
    if (!fsync_error) return static_cast<int>(::syscall(SYS_fsync, fd));
    errno = fsync_error;
    return -1;
}
__attribute__((visibility("default"))) int link(const char* from, const char* to) noexcept {
    if (!link_error) return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
    errno = link_error;
    return -1;
}
}

namespace {

using namespace orch;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class File : public ::testing::Test {
  protected:
    File() {
        std::string name = (fs::temp_directory_path() / "orch-file-XXXXXX").string();
        before = fs::current_path();
        folder = fs::canonical(::mkdtemp(name.data()));
        fs::current_path(folder);
    }
    ~File() override {
        room = LLONG_MAX;
        fsync_error = link_error = 0;
        fs::current_path(before);
        fs::remove_all(folder);
    }

    /// With hidden ones.
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder))
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        return found;
    }
    static mode_t mode(const char* name) {
        struct stat about {};
        EXPECT_EQ(::stat(name, &about), 0);
        return about.st_mode & 07777;
    }
    template <class Call>
    static Error error_of(Call&& call) {
        try {
            call();
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "no error";
        return {Fault::internal, "no error"};
    }

    fs::path folder, before;
};

TEST_F(File, is_read_as_it_was_written) {
    const std::string bytes("a\r\n\0\xff", 5);
    write_file("a", bytes);
    EXPECT_EQ(read_file("a"), bytes);
    write_file("a", "");
    EXPECT_EQ(read_file("a"), "");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(File, is_read_from_a_pipe_too) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::thread writer([&] {
        const std::string text(200'000, 'x');
        for (std::size_t at = 0; at < text.size();)
            at += static_cast<std::size_t>(::syscall(SYS_write, ends[1], text.data() + at, text.size() - at));
        ::close(ends[1]);
    });
    EXPECT_EQ(read_file(fmt::format("/dev/fd/{}", ends[0])).size(), 200'000u);
    writer.join();
    ::close(ends[0]);
}

TEST_F(File, that_cannot_be_read_is_named_with_the_reason) {
    fs::create_directory("folder");
    EXPECT_EQ(error_of([] { read_file("none"); }).message(), "cannot read 'none': No such file or directory");
    EXPECT_EQ(error_of([] { read_file("folder"); }).message(), "expected a file, got a folder: 'folder'");
    EXPECT_EQ(error_of([] { read_file("none/a"); }).fault(), Fault::system);
}

TEST_F(File, of_text_loses_its_byte_order_mark_and_line_ends) {
    write_file("a", "\xEF\xBB\xBFone\r\ntwo\rthree\n\xC3\xA4");
    EXPECT_EQ(read_text("a", Fault::script), "one\ntwo\nthree\n\xC3\xA4");
}

TEST_F(File, of_text_is_refused_at_the_line_that_is_none) {
    write_file("nul", std::string_view("one\ntwo\0\n", 9));
    const Error nul = error_of([] { read_text("nul", Fault::script); });
    EXPECT_EQ(nul.fault(), Fault::script);
    EXPECT_THAT(render(nul), HasSubstr("nul:2: error: expected text, found a NUL byte"));
    write_file("latin", "one\ntwo\nM\xFCnchen\n");
    EXPECT_THAT(
        render(error_of([] { read_text("latin", Fault::config); })),
        HasSubstr("latin:3: error: expected UTF-8 text, found other bytes\n  hint: save the file as UTF-8"));
}

TEST_F(File, has_the_usual_mode_and_keeps_one_that_it_had) {
    const mode_t mask = ::umask(022);
    write_file("plain", "");
    write_file("program", "", true);
    write_file("secret", "");
    ::chmod("secret", 0600);
    write_file("secret", "new");
    create_file("new", "", true);
    ::umask(mask);
    EXPECT_EQ(mode("plain"), 0644u);
    EXPECT_EQ(mode("program"), 0755u);
    EXPECT_EQ(mode("secret"), 0600u);
    EXPECT_EQ(mode("new"), 0755u);
}

TEST_F(File, behind_a_symbolic_link_is_replaced_and_the_link_stays) {
    fs::create_directory("real");
    write_file("real/a", "old");
    fs::create_symlink("real/a", "link");
    write_file("link", "new");
    EXPECT_TRUE(fs::is_symlink("link"));
    EXPECT_EQ(read_file("real/a"), "new");
}

TEST_F(File, is_not_created_where_one_exists) {
    write_file("a", "old");
    const Error error = error_of([] { create_file("a", "new"); });
    EXPECT_EQ(error.fault(), Fault::system);
    EXPECT_EQ(error.message(), "'a' exists already");
    EXPECT_EQ(read_file("a"), "old");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(File, is_created_without_hard_links_too) {
    link_error = EPERM;
    create_file("a", "old");
    EXPECT_EQ(error_of([] { create_file("a", "new"); }).message(), "'a' exists already");
    EXPECT_EQ(read_file("a"), "old");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(File, is_created_by_one_process_when_many_try) {
    for (int round = 0; round < 20; ++round) {
        const std::string name = fmt::format("a{}", round);
        std::vector<pid_t> children;
        for (int i = 0; i < 6; ++i) {
            const pid_t child = ::fork();
            ASSERT_GE(child, 0);
            if (child == 0) {
                try {
                    create_file(name, fmt::format("by {}", i));
                } catch (const Error&) {
                    ::_exit(1);
                }
                ::_exit(0);
            }
            children.push_back(child);
        }
        int winners = 0;
        for (const pid_t child : children) {
            int status = 0;
            ::waitpid(child, &status, 0);
            winners += status == 0;
        }
        EXPECT_EQ(winners, 1);
    }
    EXPECT_EQ(names().size(), 20u);
}

TEST_F(File, is_whole_or_as_before_on_a_full_disk) {
    write_file("a", "old");
    const std::string text(10'000, 'x');
    for (const long long left : {0, 1, 4096, 9999}) {
        for (const bool create : {false, true}) {
            room = left;
            const Error error = error_of([&] { create ? create_file("b", text) : write_file("a", text); });
            room = LLONG_MAX;
            EXPECT_EQ(error.fault(), Fault::system);
            EXPECT_EQ(error.message(),
                      fmt::format("cannot write '{}': No space left on device", create ? "b" : "a"));
            EXPECT_THAT(error.hint(), HasSubstr("free some disk space"));
            EXPECT_EQ(read_file("a"), "old");
            EXPECT_THAT(names(), ElementsAre("a"));
        }
    }
    room = 10'000; // write() may take less than it was given
    write_file("a", text);
    EXPECT_EQ(read_file("a"), text);
}

TEST_F(File, is_as_before_when_the_disk_fails_at_the_end) {
    write_file("a", "old");
    fsync_error = EIO;
    EXPECT_THAT(error_of([] { write_file("a", "new"); }).message(),
                HasSubstr("cannot write 'a': Input/output error"));
    EXPECT_EQ(read_file("a"), "old");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(File, that_cannot_be_written_is_named_with_the_reason) {
    fs::create_directory("folder");
    EXPECT_EQ(error_of([] { write_file("none/a", ""); }).message(),
              "cannot write 'none/a': No such file or directory");
    EXPECT_EQ(error_of([] { write_file("folder", ""); }).message(), "cannot write 'folder': Is a directory");
    EXPECT_THAT(names(), ElementsAre("folder"));
}

TEST_F(File, is_shown_as_the_user_would_write_it) {
    EXPECT_EQ(display_path("a/b"), "a/b");
    EXPECT_EQ(display_path(folder / "a/b"), "a/b");
    EXPECT_EQ(display_path(folder.parent_path() / "other"), (folder.parent_path() / "other").string());
    EXPECT_EQ(display_path(folder.string() + "-other/a"), folder.string() + "-other/a");
    EXPECT_EQ(display_path("/etc/orch.ini"), "/etc/orch.ini");
}

} // namespace
