// Counts the statements that a program prepares on SQLite: loaded before it (LD_PRELOAD), it writes their
// number to the file SQLITE_QUERIES when the program ends. What the library prepares for itself, as it does
// for each row of a pragma's table, is none of them.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace {

/// Written when it goes, which is when the program ends.
struct Count {
    std::atomic<long> queries{0};
    ~Count() {
        const char* file = std::getenv("SQLITE_QUERIES");
        std::FILE* out = file ? std::fopen(file, "w") : nullptr;
        if (!out) return;
        std::fprintf(out, "%ld\n", queries.load());
        std::fclose(out);
    }
};
Count count;

/// The library's own, which the plugin has loaded by the time that it calls it.
template <class Function>
Function real(const char* name) {
    static void* library = ::dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    void* found = ::dlsym(library, name);
    Function function;
    std::memcpy(&function, &found, sizeof function);
    return function;
}

bool is_the_library(void* caller) {
    Dl_info found{};
    return ::dladdr(caller, &found) != 0 && found.dli_fname && std::strstr(found.dli_fname, "libsqlite3");
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) int sqlite3_prepare_v2(void* database, const char* sql, int size,
                                                              void** statement, const char** tail) {
    static const auto prepare =
        real<int (*)(void*, const char*, int, void**, const char**)>("sqlite3_prepare_v2");
    if (!is_the_library(__builtin_return_address(0))) ++count.queries;
    return prepare(database, sql, size, statement, tail);
}

__attribute__((visibility("default"))) int sqlite3_prepare_v3(void* database, const char* sql, int size,
                                                              unsigned flags, void** statement,
                                                              const char** tail) {
    static const auto prepare =
        real<int (*)(void*, const char*, int, unsigned, void**, const char**)>("sqlite3_prepare_v3");
    if (!is_the_library(__builtin_return_address(0))) ++count.queries;
    return prepare(database, sql, size, flags, statement, tail);
}

} // extern "C"
