// Counts what a program does to the world: each write to a file, each message to a server, each file that is
// cut, renamed, removed or made safe. Loaded before the program (LD_PRELOAD), it ends it (SIGKILL) before or
// after effect number FUSE_AT, as FUSE_WHEN says ("before", "after"), and writes how many there were to the
// file FUSE_COUNT at the end. Standard output and error do not count.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>

namespace {

std::atomic<long> effects{0};

template <class Function>
Function next(const char* name) {
    void* found = ::dlsym(RTLD_NEXT, name);
    Function function;
    std::memcpy(&function, &found, sizeof function);
    return function;
}

long number_of(const char* name) {
    const char* text = std::getenv(name);
    return text ? std::atol(text) : 0;
}

void end_at(long effect, std::string_view when) {
    static const long at = number_of("FUSE_AT");
    static const char* word = std::getenv("FUSE_WHEN");
    if (at == effect && word && when == word) ::raise(SIGKILL);
}

/// One effect: what is between its beginning and its end.
class Effect {
  public:
    Effect() : number_(++effects) { end_at(number_, "before"); }
    ~Effect() {
        const int problem = errno;
        end_at(number_, "after");
        errno = problem;
    }
    Effect(const Effect&) = delete;
    Effect& operator=(const Effect&) = delete;

  private:
    long number_;
};

bool counts(int descriptor) { return descriptor > STDERR_FILENO; }

__attribute__((destructor)) void tell() {
    const char* file = std::getenv("FUSE_COUNT");
    if (!file) return;
    if (std::FILE* out = std::fopen(file, "w")) {
        std::fprintf(out, "%ld\n", effects.load());
        std::fclose(out);
    }
}

} // namespace

#define ORCH_VISIBLE __attribute__((visibility("default")))

extern "C" {

ORCH_VISIBLE ssize_t write(int fd, const void* bytes, std::size_t size) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t)>("write");
    if (!counts(fd)) return real(fd, bytes, size);
    const Effect effect;
    return real(fd, bytes, size);
}

ORCH_VISIBLE ssize_t pwrite64(int fd, const void* bytes, std::size_t size, off64_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off64_t)>("pwrite64");
    const Effect effect;
    return real(fd, bytes, size, at);
}

ORCH_VISIBLE ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
    const Effect effect;
    return real(fd, bytes, size, at);
}

ORCH_VISIBLE ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, int)>("send");
    const Effect effect;
    return real(fd, bytes, size, flags);
}

ORCH_VISIBLE ssize_t sendto(int fd, const void* bytes, std::size_t size, int flags, const sockaddr* to,
                            socklen_t length) {
    static const auto real =
        next<ssize_t (*)(int, const void*, std::size_t, int, const sockaddr*, socklen_t)>("sendto");
    const Effect effect;
    return real(fd, bytes, size, flags, to, length);
}

ORCH_VISIBLE ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    static const auto real = next<ssize_t (*)(int, const msghdr*, int)>("sendmsg");
    const Effect effect;
    return real(fd, message, flags);
}

ORCH_VISIBLE ssize_t writev(int fd, const iovec* pieces, int count) {
    static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
    if (!counts(fd)) return real(fd, pieces, count);
    const Effect effect;
    return real(fd, pieces, count);
}

ORCH_VISIBLE int ftruncate64(int fd, off64_t size) {
    static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
    const Effect effect;
    return real(fd, size);
}

ORCH_VISIBLE int ftruncate(int fd, off_t size) {
    static const auto real = next<int (*)(int, off_t)>("ftruncate");
    const Effect effect;
    return real(fd, size);
}

ORCH_VISIBLE int fsync(int fd) {
    static const auto real = next<int (*)(int)>("fsync");
    const Effect effect;
    return real(fd);
}

ORCH_VISIBLE int fdatasync(int fd) {
    static const auto real = next<int (*)(int)>("fdatasync");
    const Effect effect;
    return real(fd);
}

ORCH_VISIBLE int unlink(const char* path) {
    static const auto real = next<int (*)(const char*)>("unlink");
    const Effect effect;
    return real(path);
}

ORCH_VISIBLE int rename(const char* from, const char* to) {
    static const auto real = next<int (*)(const char*, const char*)>("rename");
    const Effect effect;
    return real(from, to);
}

} // extern "C"
