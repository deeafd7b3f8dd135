// Accounting of a thread's script: bytes and steps against their limits, the list of objects that an
// interpreter owns.
#pragma once

#include "lang/value.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

namespace orch::lang {

/// What the script that runs on this thread has used. Outside of an interpreter only the bytes count, without
/// a limit that matters.
struct Account {
    std::int64_t bytes = 0;
    std::int64_t byte_limit = std::int64_t(1) << 40;
    std::int64_t steps = 0;
    std::int64_t step_limit = std::int64_t(1) << 60;
    int nesting = 0;           ///< of repr, equality and the like on the C++ side
    char* stack_end = nullptr; ///< deeper than this is too deep; nullptr: not known yet
};
extern thread_local constinit Account account
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

[[noreturn]] void fail_memory(std::int64_t wanted);
[[noreturn]] void fail_steps();
[[noreturn]] void fail_depth();

/// One unit of work. Large ones charge more.
inline void step(std::int64_t count = 1) {
    if ((account.steps += count) > account.step_limit) [[unlikely]]
        fail_steps();
}

/// Bytes about to be allocated. Refuses before the system has to; big blocks cost steps as well, since they
/// take time.
inline void charge(std::int64_t bytes) {
    if (account.bytes + bytes > account.byte_limit) [[unlikely]]
        fail_memory(bytes);
    account.bytes += bytes;
    step(bytes >> 10);
}
inline void refund(std::int64_t bytes) { account.bytes -= bytes; }

/// Learns where this thread's stack ends.
void find_stack_end();
/// Fails when the C++ stack is nearly used up: where values or expressions nest.
inline void check_stack() {
    char here;
    if (&here < account.stack_end) [[unlikely]]
        fail_depth();
}

/// An allocator whose memory is charged to the script.
template <class T>
struct Charged {
    using value_type = T;
    Charged() = default;
    template <class U>
    Charged(const Charged<U>&) noexcept {}
    T* allocate(std::size_t count) {
        charge(static_cast<std::int64_t>(count * sizeof(T)));
        return static_cast<T*>(::operator new(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        refund(static_cast<std::int64_t>(count * sizeof(T)));
        ::operator delete(memory);
    }
    friend bool operator==(const Charged&, const Charged&) { return true; }
};

/// The objects of one interpreter, so that it can empty what is left of them.
class Heap {
  public:
    Heap() = default;
    ~Heap();
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;
    /// Where new objects are listed; nullptr: nowhere. Gives the one before.
    static Heap* use(Heap* heap);
    /// Empties every object and lets go of it. What others still refer to stays, in no list.
    void empty();

  private:
    friend class Object;
    Object* first_ = nullptr;
};

} // namespace orch::lang
