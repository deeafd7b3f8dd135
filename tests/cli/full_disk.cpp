// Plays a full disk: loaded before a program (LD_PRELOAD), it lets FULL_DISK_ROOM bytes through to files
// below FULL_DISK_FOLDER and answers ENOSPC from then on. It needs no right to mount anything.
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

bool below_folder(int fd) {
    char path[PATH_MAX];
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
    const char* folder = std::getenv("FULL_DISK_FOLDER");
    return folder && size > 0 && std::string(path, static_cast<std::size_t>(size)).rfind(folder, 0) == 0;
}

/// Counts bytes, not places in a file: a disk that copies on write does the same.
bool has_room(int fd, std::size_t bytes) {
    static const char* room = std::getenv("FULL_DISK_ROOM");
    static long long left = room ? std::atoll(room) : LLONG_MAX;
    if (!below_folder(fd)) return true;
    left -= static_cast<long long>(bytes);
    if (left >= 0) return true;
    left = -1;
    errno = ENOSPC;
    return false;
}

template <class Function>
Function next(const char* name) {
    void* found = ::dlsym(RTLD_NEXT, name);
    Function function;
    std::memcpy(&function, &found, sizeof function);
    return function;
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) ssize_t write(int fd, const void* bytes, std::size_t size) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t)>("write");
    return has_room(fd, size) ? real(fd, bytes, size) : -1;
}

__attribute__((visibility("default"))) ssize_t pwrite64(int fd, const void* bytes, std::size_t size,
                                                        off64_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off64_t)>("pwrite64");
    return has_room(fd, size) ? real(fd, bytes, size, at) : -1;
}

__attribute__((visibility("default"))) ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
    return has_room(fd, size) ? real(fd, bytes, size, at) : -1;
}

__attribute__((visibility("default"))) ssize_t writev(int fd, const struct iovec* parts, int count) {
    static const auto real = next<ssize_t (*)(int, const struct iovec*, int)>("writev");
    std::size_t size = 0;
    for (int i = 0; i < count; ++i) size += parts[i].iov_len;
    return has_room(fd, size) ? real(fd, parts, count) : -1;
}

} // extern "C"
