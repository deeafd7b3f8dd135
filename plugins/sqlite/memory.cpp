// Each ALTER TABLE makes SQLite read the schema anew: it frees thousands of small blocks and asks for as many
// of the same sizes right after. malloc() sorts them back into its heap in between, which was a fifth of the
// time of a long upgrade. So small blocks come from slabs, and freed ones wait in a list of their size. A
// thread has a pool of its own and takes no lock; a block that another thread frees changes pools. When a
// thread ends, the next one takes its pool over; nothing goes back to the system before the process ends.
//
// SQLite's other habit is to count its memory under one lock for the whole process, for functions that nobody
// here calls.
#include "memory.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

namespace orch::sqlite {

namespace {

constexpr std::size_t grain = 16;
constexpr std::size_t largest = 512; ///< of a small block, with its header
constexpr std::size_t slab = 64U << 10U;

/// Stands before each block: the bytes that follow it. SQLite asks for it, and blocks need 8 bytes of
/// alignment.
struct Header {
    std::size_t size;
};

struct Pool {
    std::array<void*, largest / grain + 1> freed{}; ///< the first of each size; a freed block holds the next
    char* next = nullptr;                           ///< what is left of the newest slab
    char* end = nullptr;
};

/// The pools of threads that have ended.
struct Orphans {
    std::mutex mutex;
    std::vector<Pool*> pools;
};
Orphans& orphans() {
    static auto* const all = new Orphans; // outlives every thread
    return *all;
}

/// A plain pointer: one instruction to read, and there until the very end of a thread.
constinit thread_local Pool* own __attribute__((tls_model("initial-exec"))) = nullptr;

struct HandOver {
    ~HandOver() {
        if (!own) return;
        const std::lock_guard lock(orphans().mutex);
        orphans().pools.push_back(own);
        own = nullptr;
    }
};

Pool* new_pool() {
    const std::lock_guard lock(orphans().mutex);
    if (orphans().pools.empty()) return new (std::nothrow) Pool;
    Pool* pool = orphans().pools.back();
    orphans().pools.pop_back();
    return pool;
}

Pool* pool_of_thread() {
    if (own) return own;
    own = new_pool();
    [[maybe_unused]] static thread_local HandOver at_end;
    return own;
}

std::size_t with_header(std::size_t bytes) { return (bytes + sizeof(Header) + grain - 1) / grain * grain; }
Header* header_of(void* memory) { return static_cast<Header*>(memory) - 1; }

void* with_size(void* block, std::size_t size) {
    if (!block) return nullptr;
    auto* header = static_cast<Header*>(block);
    header->size = size - sizeof(Header);
    return header + 1;
}

void* carve(Pool& pool, std::size_t size) {
    if (static_cast<std::size_t>(pool.end - pool.next) < size) {
        auto* fresh = static_cast<char*>(std::malloc(slab));
        if (!fresh) return nullptr;
        pool.next = fresh;
        pool.end = fresh + slab;
    }
    void* block = pool.next;
    pool.next += size;
    return with_size(block, size);
}

void* allocate(int bytes) {
    const std::size_t size = with_header(static_cast<std::size_t>(bytes));
    if (size > largest) return with_size(std::malloc(size), size);
    Pool* const pool = pool_of_thread();
    if (!pool) return nullptr;
    void*& first = pool->freed[size / grain];
    if (!first) return carve(*pool, size);
    void* block = first;
    first = *static_cast<void**>(block);
    return block;
}

void release(void* memory) {
    if (!memory) return;
    const std::size_t size = header_of(memory)->size + sizeof(Header);
    if (size > largest) return std::free(header_of(memory));
    Pool* const pool = pool_of_thread();
    if (!pool) return; // no memory for a pool: the block is lost, and nothing else
    void*& first = pool->freed[size / grain];
    *static_cast<void**>(memory) = first;
    first = memory;
}

int size_of(void* memory) { return memory ? static_cast<int>(header_of(memory)->size) : 0; }

void* resize(void* memory, int bytes) {
    const std::size_t old = header_of(memory)->size, size = with_header(static_cast<std::size_t>(bytes));
    if (old + sizeof(Header) > largest && size > largest)
        return with_size(std::realloc(header_of(memory), size), size);
    if (size == old + sizeof(Header)) return memory;
    void* moved = allocate(bytes);
    if (!moved) return nullptr;
    std::memcpy(moved, memory, std::min(old, static_cast<std::size_t>(bytes)));
    release(memory);
    return moved;
}

int rounded(int bytes) {
    return static_cast<int>(with_header(static_cast<std::size_t>(bytes)) - sizeof(Header));
}
int start(void*) { return SQLITE_OK; }
void stop(void*) {}

int configure() {
    static sqlite3_mem_methods methods{allocate, release, resize, size_of, rounded, start, stop, nullptr};
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

} // namespace

void configure_memory() {
    static const int once = configure();
    static_cast<void>(once);
}

} // namespace orch::sqlite
