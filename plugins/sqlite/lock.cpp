#include "lock.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace orch::sqlite {

namespace {

/// A lock of the open file and not of the process: two runs in one process exclude each other too.
struct flock whole_file() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

std::string file_name(const dialect::LockRequest& request) {
    std::string table = request.version_table;
    if (request.schema && !request.schema->empty()) table = *request.schema + "." + table;
    return replace_all(table, "/", "_");
}

/// Who may write the database may take its lock: the file gets the same owner and permissions.
void like_the_database(int file, const std::filesystem::path& database) {
    struct stat found {};
    if (stat(database.c_str(), &found) != 0) return;
    constexpr mode_t read_and_write = 0666;
    const bool done = fchmod(file, found.st_mode & read_and_write) == 0 &&
                      (geteuid() != 0 || fchown(file, found.st_uid, found.st_gid) == 0);
    static_cast<void>(done); // a neighbour who cannot open it gets an error, and nothing worse
}

} // namespace

Lock::Lock(const std::filesystem::path& database, const dialect::LockRequest& request)
    : database_(database), path_(database.string() + "." + file_name(request) + ".lock"),
      self_(request.holder) {}

Lock::~Lock() { let_go(); }

/// The next holder must not lock a file that nobody else can find any more.
bool Lock::is_the_file() const {
    struct stat own {};
    struct stat there {};
    return fstat(file_, &own) == 0 && stat(path_.c_str(), &there) == 0 && own.st_dev == there.st_dev &&
           own.st_ino == there.st_ino;
}

void Lock::let_go() noexcept {
    if (file_ < 0) return;
    if (is_the_file()) unlink(path_.c_str()); // while it is still locked
    close(file_);
    file_ = -1;
}

bool Lock::try_take() {
    if (file_ >= 0) return true;
    for (;;) {
        constexpr mode_t all_read_and_write = 0666;
        file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, all_read_and_write);
        if (file_ < 0) fail(errno);
        struct flock lock = whole_file();
        if (fcntl(file_, F_OFD_SETLK, &lock) != 0) {
            const int error = errno;
            close(file_);
            file_ = -1;
            if (error == EINTR) continue;
            if (error == EAGAIN || error == EACCES) return false;
            fail(error);
        }
        if (is_the_file()) break;
        close(file_); // the holder before us removed it in between
        file_ = -1;
    }
    sign();
    return true;
}

/// For people: where the disk is full, they learn less.
void Lock::sign() const {
    like_the_database(file_, database_);
    const std::string text = fmt::format("user {}\nhost {}\nprocess {}\nsince {}\n", self_.user, self_.host,
                                         self_.process, self_.since);
    const bool written = ftruncate(file_, 0) == 0 &&
                         pwrite(file_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    static_cast<void>(written);
}

void Lock::check() {
    if (file_ >= 0 && is_the_file()) return;
    throw Error(Fault::database, fmt::format("the lock file '{}' was removed while this run held the lock",
                                             display_path(path_)))
        .hint("another run may have begun: let it end, see 'orch status', then run the command again");
}

std::optional<dialect::Holder> Lock::holder() {
    const int file = open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return std::nullopt;
    struct flock lock = whole_file();
    const bool held = fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(file);
    if (!held) return std::nullopt;
    dialect::Holder found;
    std::ifstream lines(path_);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.find(' ');
        if (space == std::string::npos) continue;
        const std::string key = line.substr(0, space), value = line.substr(space + 1);
        if (key == "user") found.user = value;
        if (key == "host") found.host = value;
        if (key == "process") found.process = value;
        if (key == "since") found.since = value;
    }
    return found;
}

void Lock::fail(int error) const {
    if (error == ENOENT)
        throw Error(Fault::database, fmt::format("database '{}' cannot be made: there is no folder '{}'",
                                                 display_path(database_), display_path(path_.parent_path())))
            .hint("make the folder, or look at the path in the URL: three slashes begin a relative path, "
                  "four an "
                  "absolute one");
    throw Error(Fault::database,
                fmt::format("database '{}' cannot be written: no lock file '{}': {}", display_path(database_),
                            display_path(path_), std::generic_category().message(error)))
        .hint("look at the permissions of the file and of its folder, where SQLite keeps its journal too");
}

} // namespace orch::sqlite
