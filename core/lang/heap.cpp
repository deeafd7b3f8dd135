#include "lang/heap.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <malloc.h>
#include <pthread.h>
#include <utility>

namespace orch::lang {

thread_local constinit Account account;

namespace {

thread_local constinit Heap* listing __attribute__((tls_model("initial-exec"))) = nullptr;

/// Objects whose last reference went while others were being destroyed: a list of a million nested lists must
/// not need a million stack frames. They wait in a list through Object::next_.
struct Graveyard {
    int depth = 0;
    Object* waiting = nullptr;
};
thread_local constinit Graveyard graveyard __attribute__((tls_model("initial-exec")));

} // namespace

void fail_memory(std::int64_t wanted) {
    throw Error(Fault::script,
                fmt::format("out of memory: the script needs {} bytes more than the {} MiB that it may use",
                            wanted, account.byte_limit >> 20))
        .hint("compute less at once, or raise the limit");
}

void fail_steps() {
    // Room for what runs while the error goes up.
    account.steps = 0;
    throw Error(Fault::script,
                fmt::format("the script does not end: {} steps were not enough", account.step_limit))
        .hint("look for a loop without an end, or raise the step limit");
}

void fail_depth() {
    throw Error(Fault::script, "calls or values are nested too deeply")
        .hint("look for a recursion without an end");
}

void find_stack_end() {
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    void* start = nullptr;
    std::size_t size = 0;
    pthread_attr_getstack(&attributes, &start, &size);
    pthread_attr_destroy(&attributes);
    // The main thread's stack grows on demand up to its limit, which may be none; a generous reserve stays
    // for natives and for unwinding.
    char* const top = static_cast<char*>(start) + size;
    size = std::min(size, std::size_t(64) << 20);
    char here;
    account.stack_end = std::min(top - size + std::min(size / 4, std::size_t(512) << 10), &here);
}

// --- Objects.

void* Object::operator new(std::size_t size) { return operator new(size, 0); }

void* Object::operator new(std::size_t size, std::size_t extra) {
    if (extra > static_cast<std::size_t>(account.byte_limit))
        fail_memory(static_cast<std::int64_t>(std::min(extra, std::size_t(1) << 60)));
    charge(static_cast<std::int64_t>(size + extra));
    void* memory = std::malloc(size + extra);
    if (!memory) throw std::bad_alloc();
    account.bytes +=
        static_cast<std::int64_t>(malloc_usable_size(memory)) - static_cast<std::int64_t>(size + extra);
    return memory;
}

void Object::operator delete(void* memory) {
    refund(static_cast<std::int64_t>(malloc_usable_size(memory)));
    std::free(memory);
}
void Object::operator delete(void* memory, std::size_t) { operator delete(memory); }

Object::Object(Type type) : type_(type) {
    if (!listing) return;
    next_ = listing->first_;
    link_ = &listing->first_;
    if (next_) next_->link_ = &next_;
    listing->first_ = this;
}

void Object::unlink() {
    if (!link_) return;
    *link_ = next_;
    if (next_) next_->link_ = link_;
    link_ = nullptr;
}

Object::~Object() { unlink(); }

void Object::release() {
    if (type_ == Type::iterator) {
        ++references_; // finalize() may hand the object out and take it back
        finalize();
        if (--references_ > 0) return;
    }
    if (graveyard.depth > 100) {
        unlink();
        next_ = std::exchange(graveyard.waiting, this);
        return;
    }
    ++graveyard.depth;
    delete this;
    while (graveyard.depth == 1 && graveyard.waiting) {
        Object* object = graveyard.waiting;
        graveyard.waiting = std::exchange(object->next_, nullptr);
        delete object;
    }
    --graveyard.depth;
}

// --- The heap.

Heap* Heap::use(Heap* heap) { return std::exchange(listing, heap); }

Heap::~Heap() {
    Heap* before = use(this);
    empty();
    use(before == this ? nullptr : before);
}

void Heap::empty() {
    // Hold everything, empty everything, then let go: no object dies while another is being emptied.
    std::vector<Object*> objects;
    for (Object* object = first_; object; object = object->next_) {
        ++object->references_;
        objects.push_back(object);
    }
    for (Object* object : objects) object->clear();
    for (Object* object : objects) {
        // What the host still holds outlives the heap, in no list.
        object->next_ = nullptr;
        object->link_ = nullptr;
    }
    first_ = nullptr;
    use(nullptr);
    for (Object* object : objects)
        if (--object->references_ == 0) delete object;
}

} // namespace orch::lang
