// Values of the revision language: what a script's expressions give and what natives take and return.
//
// A Value is a 16-byte handle: none, a bool, a 64-bit integer and a double stand in it; everything else is a
// counted reference to an Object. Copies are cheap; counting is not atomic, so the values of one interpreter
// stay on its thread. Objects are charged to the interpreter that is active on the thread (memory limit) and
// those that it still holds when it ends are emptied, so cycles go too. Equality, order, hash, truth, str and
// repr are Python's. Every conversion throws a Python exception (TypeError ...), an orch::Error(script) once
// it leaves the interpreter, which gets the place of the script's expression that is being evaluated.
#pragma once

#include "base/error.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A view of what a value holds lives as long as the value: clang warns where a temporary's view is kept.
#ifdef __clang__
#define ORCH_LIVES_WITH_VALUE [[clang::lifetimebound]]
#else
#define ORCH_LIVES_WITH_VALUE
#endif

namespace orch::lang {

/// What a value is. Subclasses made by a script are `instance`; classes themselves are `class_`.
enum class Type : std::uint8_t {
    none,
    boolean,
    integer, ///< fits 64 bits
    real,
    unbound,     ///< a variable before its first assignment; natives never see one
    big_integer, ///< from here on: objects
    string,
    bytes,
    list,
    tuple,
    dict,
    set,
    frozenset,
    range,
    slice,
    ellipsis,
    function, ///< made by def or lambda
    native_function,
    method, ///< a function with its self
    class_,
    instance, ///< of a script's class
    module,
    native,   ///< a Native of the host
    iterator, ///< also generators
    property, ///< property, staticmethod, classmethod and their like
    absent,   ///< the name of an import that nobody could satisfy
    not_implemented,
};

class Value;
class Object;
class Native;
class Call;

/// Something on the heap, counted by the Values that refer to it. Rooms above derive from Native, never from
/// this.
class ORCH_API Object {
  public:
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    Type type() const { return type_; }

    /// Drops every Value that this object holds; the interpreter calls it at its end, to free cycles.
    virtual void clear() {}
    /// The last reference is gone, but the object still whole: a generator closes itself. Iterators only.
    virtual void finalize() noexcept {}

    void* operator new(std::size_t size);
    void* operator new(std::size_t size,
                       std::size_t extra); ///< with room for `extra` bytes behind the object
    void operator delete(void* memory);
    void operator delete(void* memory, std::size_t extra);

  protected:
    explicit Object(Type type);
    virtual ~Object();

  private:
    friend class Value;
    friend class Heap;
    void release(); ///< the last reference is gone
    void unlink();

    Object** link_ = nullptr; ///< what points to this object in its heap's list
    Object* next_ = nullptr;
    std::uint32_t references_ = 0;
    Type type_;
};

/// A handle to a value. Default: None.
class ORCH_API Value {
  public:
    Value() noexcept = default;
    /// bool and integers of every width.
    template <std::integral T>
    Value(T value) : type_(std::same_as<T, bool> ? Type::boolean : Type::integer) {
        data_.integer = static_cast<std::int64_t>(value);
        if constexpr (std::unsigned_integral<T> && sizeof(T) == 8)
            if (data_.integer < 0) *this = from_unsigned(value);
    }
    Value(double value) noexcept : type_(Type::real) { data_.real = value; }
    Value(std::string_view text); ///< UTF-8
    Value(const std::string& text) : Value(std::string_view(text)) {}
    Value(const char* text) : Value(std::string_view(text)) {}
    Value(Object* object) noexcept; ///< takes a share; nullptr gives None

    Value(const Value& other) noexcept : type_(other.type_), data_(other.data_) {
        if (on_heap()) ++data_.object->references_;
    }
    Value(Value&& other) noexcept : type_(other.type_), data_(other.data_) { other.type_ = Type::none; }
    Value& operator=(const Value& other) noexcept {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        Value taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~Value() {
        if (on_heap() && --data_.object->references_ == 0) data_.object->release();
    }
    void swap(Value& other) noexcept {
        std::swap(type_, other.type_);
        std::swap(data_, other.data_);
    }

    static Value list(std::vector<Value> items = {});
    static Value tuple(std::vector<Value> items = {});
    static Value set(const std::vector<Value>& items = {});
    static Value dict(const std::vector<std::pair<Value, Value>>& entries = {});
    static Value bytes(std::string_view bytes);
    static Value big_integer(std::string_view decimal); ///< an integer of any size from its decimal text
    static Value ellipsis();
    static Value not_implemented(); ///< what an operator returns to let the other side try

    // --- What it is.

    Type type() const { return type_; }
    bool is(Type type) const { return type_ == type; }
    bool is_none() const { return type_ == Type::none; }
    bool is_string() const { return type_ == Type::string; }
    bool is_integer() const {
        return type_ == Type::integer || type_ == Type::big_integer || type_ == Type::boolean;
    }
    bool is_number() const { return is_integer() || type_ == Type::real; }
    bool is_callable() const;
    /// The same object, or equal none, bool or number of the same type: Python's `is`.
    bool same(const Value& other) const;
    std::string type_name() const; ///< "str", "Column": as Python's messages say it
    std::string
    qualified_type() const; ///< "str", "datetime.datetime", "sqlalchemy.Column": with the class's module
    Object* object() const { return on_heap() ? data_.object : nullptr; }

    // --- Conversions. `what` names the value in the error: "table_name".

    std::string_view
    as_string(std::string_view what = {}) const ORCH_LIVES_WITH_VALUE; ///< valid as long as the value
    std::string_view as_bytes(std::string_view what = {}) const ORCH_LIVES_WITH_VALUE;
    std::int64_t as_int(std::string_view what = {}) const; ///< bool and int; OverflowError beyond 64 bits
    double as_double(std::string_view what = {}) const;
    bool as_bool(std::string_view what = {}) const; ///< bool only; truth() is Python's truth
    /// The host object of class T that this is, or that is the native part of a script's subclass; else
    /// nullptr.
    template <class T>
    T* native() const;
    Native* native_part() const;

    // --- Python's protocols. They may run script code.

    bool truth() const;
    std::string str() const;
    std::string repr() const;
    std::size_t hash() const; ///< TypeError for what is not hashable
    bool equals(const Value& other) const;
    Value attribute(std::string_view name) const; ///< AttributeError with the nearest name
    std::optional<Value> find_attribute(std::string_view name) const;
    void set_attribute(std::string_view name, Value value) const;
    Value call(std::vector<Value> args = {}, std::vector<std::pair<std::string, Value>> keywords = {}) const;
    Value method(std::string_view name, std::vector<Value> args = {}) const {
        return attribute(name).call(std::move(args));
    }
    Value subscript(const Value& key) const;
    void set_subscript(const Value& key, Value value) const;
    bool contains(const Value& item) const;
    std::size_t length() const;
    /// Every item of anything iterable, in order.
    std::vector<Value> to_vector() const;
    /// Calls `visit` for each item until it returns false.
    void for_each(const std::function<bool(const Value&)>& visit) const;
    bool is_instance(const Value& cls) const; ///< of a class or of one of a tuple of classes

    // --- Containers, directly. Each throws TypeError on another type.

    std::span<const Value>
    items() const ORCH_LIVES_WITH_VALUE;                  ///< list and tuple; valid until the list changes
    void append(Value item) const;                        ///< list
    void add(Value item) const;                           ///< set
    std::vector<std::pair<Value, Value>> entries() const; ///< dict, in order
    std::optional<Value> get(const Value& key) const;     ///< dict
    void put(const Value& key, Value value) const;        ///< dict

  private:
    bool on_heap() const { return type_ >= Type::big_integer; }
    static Value from_unsigned(std::uint64_t value);

    Type type_ = Type::none;
    union Data {
        std::int64_t integer;
        double real;
        Object* object;
    } data_{};
    friend class Heap;
    friend struct Peek;
};

/// A source of items: what `iter()` gives. next() leaves `item` alone and returns false at the end.
class ORCH_API Iterator : public Object {
  public:
    virtual bool next(Value& item) = 0;
    /// What a generator returned, once it has ended: the value of its StopIteration.
    virtual Value returned() const { return {}; }
    virtual std::string type_name() const { return "iterator"; }

  protected:
    Iterator() : Object(Type::iterator) {}
    ~Iterator() override;
};

/// An iterator over items that are at hand, and one that asks a function until it returns nothing.
ORCH_API Value make_iterator(std::vector<Value> items);
ORCH_API Value make_iterator(std::function<std::optional<Value>()> next);

/// Builds a class of Python's exceptions and throws it: raise_error("ValueError", "bad value"). The names of
/// the built-in exceptions; others with raise_exception().
[[noreturn]] ORCH_API void raise_error(std::string_view builtin, std::string_view message);
/// Throws an instance of an exception class (see make_class) or an exception object.
[[noreturn]] ORCH_API void raise_exception(const Value& exception, std::string_view message = {});

/// A Python exception on its way through natives. Scripts can catch it; natives rarely need to. It is an
/// Error, so that a native may add a note and throw on. Out of the interpreter comes a plain Error(script).
class ORCH_API Raised : public Error {
  public:
    explicit Raised(Value exception);
    const Value& exception() const { return exception_; }
    ~Raised() override;

  private:
    Value exception_;
};

} // namespace orch::lang
