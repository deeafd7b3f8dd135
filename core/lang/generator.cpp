// Generators. A generator expression is a loop that can be left and entered again, kept as one iterator per
// clause. A generator function runs on a stack of its own (ucontext), so that `yield` may stand anywhere,
// inside try and with too.
//
// Nothing of a script runs inside a C++ catch block (eval_statement.cpp), so switching stacks never mixes up
// what C++ keeps per thread about exceptions. A generator that is dropped half-way is unwound by an exception
// that no script sees.

#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <exception>
#include <fmt/format.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ORCH_FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ORCH_FIBER_ASAN 1
#endif
#endif
#ifdef ORCH_FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#define ORCH_FIBER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORCH_FIBER_TSAN 1
#endif
#endif
#ifdef ORCH_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace orch::lang {

namespace {

/// Thrown into the stack of a generator that nobody will resume.
struct Dropped {};

/// Memory for a stack, with a page below it that nobody may touch.
class Stack {
  public:
    static constexpr std::size_t size = std::size_t(256) << 10;
    Stack() {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        whole_ = size + page;
        charge(static_cast<std::int64_t>(whole_));
        memory_ =
            mmap(nullptr, whole_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory_ == MAP_FAILED) {
            refund(static_cast<std::int64_t>(whole_));
            throw Error(Fault::system, "no memory for a generator's stack");
        }
        mprotect(memory_, page, PROT_NONE);
        bottom_ = static_cast<char*>(memory_) + page;
    }
    ~Stack() {
        munmap(memory_, whole_);
        refund(static_cast<std::int64_t>(whole_));
    }
    Stack(const Stack&) = delete;
    char* bottom() const { return bottom_; }

  private:
    void* memory_;
    char* bottom_;
    std::size_t whole_;
};

/// A function on a stack of its own that can hand control back and forth.
class Fiber {
  public:
    explicit Fiber(std::function<void()> body) : body_(std::move(body)) {
#ifdef ORCH_FIBER_TSAN
        tsan_ = __tsan_create_fiber(0);
#endif
        getcontext(&inside_);
        inside_.uc_stack.ss_sp = stack_.bottom();
        inside_.uc_stack.ss_size = Stack::size;
        inside_.uc_link = nullptr;
        const auto self = reinterpret_cast<std::uintptr_t>(this);
        makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::entry), 2,
                    static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
    }
#ifdef ORCH_FIBER_TSAN
    ~Fiber() { __tsan_destroy_fiber(tsan_); }
#endif
    Fiber(const Fiber&) = delete;

    /// Runs the body until it suspends or ends.
    void resume() {
        char* const stack_end = std::exchange(account.stack_end, stack_.bottom() + Stack::size / 4);
#ifdef ORCH_FIBER_TSAN
        tsan_outside_ = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(tsan_, 0);
#endif
#ifdef ORCH_FIBER_ASAN
        void* fake = nullptr;
        __sanitizer_start_switch_fiber(&fake, stack_.bottom(), Stack::size);
#endif
        swapcontext(&outside_, &inside_);
#ifdef ORCH_FIBER_ASAN
        __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
        account.stack_end = stack_end;
    }

    /// From inside: back to whoever resumed.
    void suspend() {
#ifdef ORCH_FIBER_TSAN
        __tsan_switch_to_fiber(tsan_outside_, 0);
#endif
#ifdef ORCH_FIBER_ASAN
        __sanitizer_start_switch_fiber(done_ ? nullptr : &fake_, outside_bottom_, outside_size_);
#endif
        swapcontext(&inside_, &outside_);
#ifdef ORCH_FIBER_ASAN
        __sanitizer_finish_switch_fiber(fake_, &outside_bottom_, &outside_size_);
#endif
    }

  private:
    static void entry(unsigned high, unsigned low) {
        auto* self = reinterpret_cast<Fiber*>(static_cast<std::uintptr_t>(high) << 32 | low);
#ifdef ORCH_FIBER_ASAN
        __sanitizer_finish_switch_fiber(nullptr, &self->outside_bottom_, &self->outside_size_);
#endif
        self->body_();
        self->done_ = true;
        self->suspend(); // never comes back
    }

    std::function<void()> body_;
    Stack stack_;
    ucontext_t inside_{};
    ucontext_t outside_{};
    bool done_ = false;
#ifdef ORCH_FIBER_ASAN
    void* fake_ = nullptr;
    const void* outside_bottom_ = nullptr;
    std::size_t outside_size_ = 0;
#endif
#ifdef ORCH_FIBER_TSAN
    void* tsan_ = nullptr;
    void* tsan_outside_ = nullptr;
#endif
};

} // namespace

/// A generator function's call: its slots, its stack once it has started, and what goes in and out.
class GeneratorObject final : public Iterator {
  public:
    GeneratorObject(Value function, std::vector<Value> slots)
        : function_(std::move(function)), slots_(std::move(slots)) {}
    ~GeneratorObject() override { drop(); }
    std::string type_name() const override { return "generator"; }

    bool next(Value& item) override { return resume(Value(), Value(), item); }

    /// Goes on with the value of the pending yield, or with an exception thrown there. False: it ended
    /// (result()).
    bool resume(const Value& sent, const Value& thrown, Value& item) {
        if (state_ == State::running) value_error("generator already executing");
        if (state_ == State::ended) {
            if (!thrown.is_none()) throw Raised(thrown);
            return false;
        }
        if (state_ == State::fresh) {
            if (!sent.is_none()) type_error("can't send non-None value to a just-started generator");
            if (!thrown.is_none()) {
                state_ = State::ended;
                throw Raised(thrown);
            }
            impl_ = running;
            fiber_ = std::make_unique<Fiber>([this] { run(); });
        }
        sent_ = sent;
        thrown_ = thrown;
        result_ = Value();
        const Value keep_alive(this);
        state_ = State::running;
        const int depth = impl_->depth;
        fiber_->resume();
        impl_->depth = depth;
        if (state_ == State::running) {
            state_ = State::suspended;
            item = std::move(yielded_);
            return true;
        }
        fiber_.reset();
        if (!stopped_.is_none()) refuse_stop(std::exchange(stopped_, Value()));
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        return false;
    }

    Value yield(Value value) {
        yielded_ = std::move(value);
        // While it is suspended, its frame is not on the chain of calls.
        Frame* const frame = impl_->frame;
        impl_->frame = frame->caller;
        fiber_->suspend();
        frame->caller = impl_->frame;
        impl_->frame = frame;
        if (dropped_) {
            ++impl_->depth;
            throw Dropped{};
        }
        if (!thrown_.is_none()) throw Raised(std::exchange(thrown_, Value()));
        return std::move(sent_);
    }

    /// close(): GeneratorExit at the pending yield.
    void close() {
        if (state_ == State::fresh) state_ = State::ended;
        if (state_ != State::suspended) return;
        Value item;
        bool went_on = false;
        try {
            went_on = resume(Value(), make_builtin_exception("GeneratorExit", ""), item);
        } catch (const Raised& raised) {
            const bool expected = instance_of(raised.exception(), Value(&exception_class("GeneratorExit"))) ||
                                  instance_of(raised.exception(), builtins().stop_iteration);
            if (!expected) throw;
        }
        if (went_on) raise_error("RuntimeError", "generator ignored GeneratorExit");
    }

    Value returned() const override { return result_; }

    /// Nobody can resume it any more: what Python does then is close it, and pass over what that raises.
    void finalize() noexcept override {
        if (state_ != State::suspended || running != impl_) return;
        try {
            close();
        } catch (const Error&) {
        }
    }

    void clear() override {
        drop();
        function_ = sent_ = thrown_ = yielded_ = result_ = stopped_ = Value();
        slots_.clear();
    }

  private:
    enum class State { fresh, suspended, running, ended };

    /// A StopIteration of its body would pass for its end.
    [[noreturn]] void refuse_stop(const Value& stop) {
        error_ = nullptr;
        const Value error = make_builtin_exception("RuntimeError", "generator raised StopIteration");
        for (const char* name : {"__cause__", "__context__"}) set_attribute(error, Key(name), stop);
        throw Raised(error);
    }

    void run() {
        auto& object = *Peek::as<FunctionObject>(function_);
        Frame frame{object.program.get(), object.node, slots_.data(), Peek::as<Module>(object.globals)};
        frame.function = &object;
        frame.generator = this;
        try {
            result_ = run_frame(frame);
        } catch (const Dropped&) {
        } catch (const Raised& raised) {
            error_ = std::current_exception();
            if (instance_of(raised.exception(), builtins().stop_iteration)) stopped_ = raised.exception();
        } catch (...) {
            error_ = std::current_exception();
        }
        state_ = State::ended;
    }

    /// Unwinds a suspended stack, without running any more of the script.
    void drop() noexcept {
        if (state_ != State::suspended) return;
        dropped_ = true;
        fiber_->resume();
        fiber_.reset();
        state_ = State::ended;
    }

    Value function_;
    Interpreter::Impl* impl_ = nullptr; ///< whose chain of calls it is on while it runs
    std::vector<Value> slots_;
    std::unique_ptr<Fiber> fiber_;
    State state_ = State::fresh;
    Value sent_;
    Value thrown_;
    Value yielded_;
    Value result_;
    std::exception_ptr error_;
    Value stopped_; ///< the StopIteration that left its body
    bool dropped_ = false;
};

Value make_generator(const Value& function, std::vector<Value> slots) {
    return make<GeneratorObject>(function, std::move(slots));
}

Value yield_value(Frame& frame, const Value& value) {
    if (!frame.generator) throw Error(Fault::script, "'yield' is not supported here");
    return frame.generator->yield(value);
}

Value yield_from(Frame& frame, const Value& iterable) {
    const Value source = iterate(iterable);
    auto* inner = dynamic_cast<GeneratorObject*>(Peek::as<Iterator>(source));
    Iteration it(source);
    Value item;
    if (!inner) {
        while (it.next(item)) yield_value(frame, item);
        return {};
    }
    Value sent;
    while (inner->resume(sent, Value(), item)) sent = yield_value(frame, item);
    return inner->returned();
}

// --- Generator expressions.

namespace {

class GeneratorExpression final : public Iterator {
  public:
    GeneratorExpression(Frame& frame, const Generator& node, Value first)
        : program_(const_cast<Program*>(frame.program)->shared_from_this()), globals_(frame.globals),
          node_(node), slots_(node.function->slots, Peek::unbound()) {
        make_cells(*node.function, slots_.data());
        for (const FreeVariable& free : node.function->free) slots_[free.slot] = frame.slots[free.outer];
        loops_.push_back(std::make_unique<Iteration>(first));
    }
    std::string type_name() const override { return "generator"; }

    bool next(Value& item) override {
        if (loops_.empty()) return false;
        if (busy_) value_error("generator already executing");
        Frame frame{program_.get(), node_.function, slots_.data(), Peek::as<Module>(globals_)};
        const Chain chain(frame, busy_);
        try {
            return advance(frame, item);
        } catch (Error& error) {
            loops_.clear();
            if (!error.place() && !program_->library) error.at(frame.place());
            throw;
        }
    }

    void clear() override {
        loops_.clear();
        slots_.clear();
        globals_ = Value();
    }

  private:
    struct Chain {
        Chain(Frame& frame, bool& busy) : busy_(busy) {
            frame.caller = running->frame;
            frame.at(frame.node->begin, frame.node->end);
            running->frame = &frame;
            busy_ = true;
        }
        ~Chain() {
            running->frame = running->frame->caller;
            busy_ = false;
        }
        bool& busy_;
    };

    bool wanted(Frame& frame, const Clause& clause) {
        for (const Expr* condition : clause.conditions)
            if (!truth(evaluate(frame, condition))) return false;
        return true;
    }

    bool advance(Frame& frame, Value& item) {
        const auto& clauses = node_.comprehension->clauses;
        while (!loops_.empty()) {
            const Clause& clause = clauses[loops_.size() - 1];
            Value value;
            frame.at(clause.iterable);
            if (!loops_.back()->next(value)) {
                loops_.pop_back();
                continue;
            }
            assign(frame, clause.target, value);
            if (!wanted(frame, clause)) continue;
            if (loops_.size() == clauses.size()) {
                item = evaluate(frame, node_.comprehension->element);
                return true;
            }
            const Value inner = evaluate(frame, clauses[loops_.size()].iterable);
            frame.at(clauses[loops_.size()].iterable);
            loops_.push_back(std::make_unique<Iteration>(inner));
        }
        return false;
    }

    std::shared_ptr<const Program> program_;
    Value globals_;
    const Generator& node_;
    std::vector<Value> slots_;
    std::vector<std::unique_ptr<Iteration>> loops_;
    bool busy_ = false;
};

} // namespace

Value make_generator_expression(Frame& frame, const Generator& node) {
    const Value iterable = evaluate(frame, node.comprehension->clauses[0].iterable);
    frame.at(node.comprehension->clauses[0].iterable);
    return make<GeneratorExpression>(frame, node, iterable);
}

// --- The methods of iterators.

void add_generator_methods(Class& cls) {
    auto generator = [](Call& call) {
        auto* made = call[0].is(Type::iterator) ? dynamic_cast<GeneratorObject*>(Peek::as<Iterator>(call[0]))
                                                : nullptr;
        if (!made)
            raise_error("AttributeError",
                        fmt::format("'{}' object is no generator function's", call[0].type_name()));
        return made;
    };
    auto go_on = [](GeneratorObject& made, const Value& sent, const Value& thrown) {
        Value item;
        if (made.resume(sent, thrown, item)) return item;
        raise_stop(made);
    };
    cls.attributes.put(Key("send"), make_function("send", [=](Call& call) {
                           return go_on(*generator(call), call[1], Value());
                       }));
    cls.attributes.put(Key("throw"), make_function("throw", [=](Call& call) {
                           Value exception = call[1];
                           if (exception.is(Type::class_))
                               exception = call_value(
                                   exception,
                                   Args(call.args()).subspan(2, std::min<std::size_t>(call.size() - 2, 1)));
                           return go_on(*generator(call), Value(), exception);
                       }));
    cls.attributes.put(Key("close"), make_function("close", [=](Call& call) {
                           if (auto* made = dynamic_cast<GeneratorObject*>(Peek::as<Iterator>(call[0])))
                               made->close();
                           return Value();
                       }));
}

} // namespace orch::lang
