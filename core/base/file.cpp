#include "base/file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace orch {

namespace fs = std::filesystem;

namespace {

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

[[noreturn]] void fail(std::string_view what, const fs::path& path, int code) {
    Error error(Fault::system,
                fmt::format("cannot {} '{}': {}", what, display_path(path), std::strerror(code)));
    if (code == ENOSPC || code == EDQUOT)
        error.hint("free some disk space and run the command again; nothing was written");
    if (code == EACCES || code == EROFS)
        error.hint("check the permissions of the file and of the folders above it");
    throw error;
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Beside the target, so that rename and link stay within one file system.
struct Temporary {
    fs::path path;
    explicit Temporary(const fs::path& target)
        : path(target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid())) {}
    ~Temporary() { ::unlink(path.c_str()); }
};

void write_temporary(const Temporary& temporary, const fs::path& target, std::string_view bytes,
                     bool executable) {
    ::unlink(temporary.path.c_str());
    Descriptor out(
        ::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, executable ? 0777 : 0666));
    if (out.get() < 0) fail("write", target, errno);
    write_all(out.get(), bytes, target);
    if (::fsync(out.get()) != 0) fail("write", target, errno);
    if (::close(out.release()) != 0) fail("write", target, errno);
}

/// Where a symbolic link leads, so that it stays one when its file is replaced.
fs::path linked_file(const fs::path& path) {
    std::error_code error;
    if (!fs::is_symlink(path, error)) return path;
    const fs::path file = fs::canonical(path, error);
    return error ? path : file;
}

} // namespace

std::string read_file(const fs::path& path) {
    Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (in.get() < 0) fail("read", path, errno);
    struct stat about {};
    if (::fstat(in.get(), &about) != 0) fail("read", path, errno);
    if (S_ISDIR(about.st_mode))
        throw Error(Fault::system, fmt::format("expected a file, got a folder: '{}'", display_path(path)));
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t have = 0;
    for (;;) {
        // A pipe or a growing file has more than its size says.
        if (have == bytes.size()) bytes.resize(have + 4096);
        const ssize_t got = ::read(in.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", path, errno);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

std::string read_text(const fs::path& path, Fault fault) {
    return clean_text(read_file(path), display_path(path), fault);
}

std::string clean_text(std::string bytes, const std::string& name, Fault fault) {
    std::size_t bad = bytes.find('\0');
    const bool nul = bad != std::string::npos;
    if (nul || !valid_utf8(bytes, &bad)) {
        const int line = 1 + static_cast<int>(std::count(
                                 bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bad), '\n'));
        throw Error(fault, nul ? "expected text, found a NUL byte" : "expected UTF-8 text, found other bytes")
            .at(Place{name, line, 0, 1, {}})
            .hint(nul ? "is this the file that you meant?" : "save the file as UTF-8");
    }
    if (bytes.rfind("\xEF\xBB\xBF", 0) == 0) bytes.erase(0, 3);
    if (bytes.find('\r') != std::string::npos)
        bytes = replace_all(replace_all(bytes, "\r\n", "\n"), "\r", "\n");
    return bytes;
}

void write_file(const fs::path& path, std::string_view bytes, bool executable) {
    const fs::path target = linked_file(path);
    const Temporary temporary(target);
    write_temporary(temporary, path, bytes, executable);
    struct stat before {};
    if (::stat(target.c_str(), &before) == 0)
        ::chmod(temporary.path.c_str(), (before.st_mode & 07777) | (executable ? 0111 : 0));
    if (::rename(temporary.path.c_str(), target.c_str()) != 0) fail("write", path, errno);
}

void create_file(const fs::path& path, std::string_view bytes, bool executable) {
    const Temporary temporary(path);
    write_temporary(temporary, path, bytes, executable);
    // link() fails where the name is taken, unlike rename(). FAT and some network file systems have no links.
    if (::link(temporary.path.c_str(), path.c_str()) == 0) return;
    if (errno != EEXIST &&
        ::renameat2(AT_FDCWD, temporary.path.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
        return;
    if (errno == EEXIST)
        throw Error(Fault::system, fmt::format("'{}' exists already", display_path(path)))
            .hint("nothing was overwritten");
    fail("write", path, errno);
}

fs::path install_prefix() {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
    if (size <= 0) return fs::path("/usr");
    return fs::path(std::string(buffer.data(), static_cast<std::size_t>(size))).parent_path().parent_path();
}

std::string display_path(const fs::path& path) {
    const std::string text = path.string();
    std::array<char, 4096> buffer{};
    if (path.is_relative() || !::getcwd(buffer.data(), buffer.size())) return text;
    const std::string here = std::string(buffer.data()) + "/";
    return here.size() > 1 && text.rfind(here, 0) == 0 ? text.substr(here.size()) : text;
}

} // namespace orch
