// The layout of the built-in objects, for the room's own sources. Outsiders see Value and Native.
#pragma once

#include "lang/heap.hpp"
#include "lang/native.hpp"

#include <cstring>
#include <memory>

namespace orch::lang {

/// A look inside Value without questions asked.
struct Peek {
    static std::int64_t integer(const Value& v) { return v.data_.integer; }
    static double real(const Value& v) { return v.data_.real; }
    static Object* object(const Value& v) { return v.data_.object; }
    template <class T>
    static T* as(const Value& v) {
        return static_cast<T*>(v.data_.object);
    }
    static Value unbound() {
        Value v;
        v.type_ = Type::unbound;
        return v;
    }
    static void set_derived(Native& native, Object* instance) { native.derived_ = instance; }
    static Object* derived(const Native& native) { return native.derived_; }
};

using Values = std::vector<Value, Charged<Value>>;
using Args = std::span<const Value>;
using Keywords = std::span<const Call::Keyword>;

// --- Strings.

std::size_t hash_text(std::string_view text);

/// The characters stand behind the object.
class String final : public Object {
  public:
    static String* make(std::string_view text);
    /// Room for `size` bytes, to be filled before anyone sees it.
    static String* make_uninitialized(std::size_t size, char*& room);
    std::string_view text() const { return {data(), size_}; }
    std::size_t hash() const { return hash_ != 0 ? hash_ : compute_hash(); }
    std::size_t length() const { return length_ != unknown ? length_ : compute_length(); }
    bool ascii() const { return length() == size_; }

  private:
    explicit String(std::size_t size) : Object(Type::string), size_(size) {}
    static constexpr std::size_t unknown = ~std::size_t(0);
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
    std::size_t compute_hash() const;
    std::size_t compute_length() const;
    std::size_t size_;
    mutable std::size_t hash_ = 0;
    mutable std::size_t length_ = unknown;
};

inline std::string_view text_of(const Value& v ORCH_LIVES_WITH_VALUE) { return Peek::as<String>(v)->text(); }

class Bytes final : public Object {
  public:
    explicit Bytes(std::string_view bytes) : Object(Type::bytes), data(bytes.begin(), bytes.end()) {}
    std::string_view text() const { return {data.data(), data.size()}; }
    std::vector<char, Charged<char>> data;
};

/// A name with its hash, for lookups by text without making a value.
struct Key {
    std::string_view text;
    std::size_t hash;
    const String* string; ///< may be nullptr
    Key(std::string_view t) : text(t), hash(hash_text(t)), string(nullptr) {}
    Key(const char* t) : Key(std::string_view(t)) {}
    Key(const std::string& t) : Key(std::string_view(t)) {}
    Key(const String* s) : text(s->text()), hash(s->hash()), string(s) {}
    Value value() const { return string ? Value(const_cast<String*>(string)) : Value(text); }
};

// --- Dictionaries and sets.

/// Keys in the order of their insertion. The core of dict, set, namespaces and instances. Small ones are
/// searched from end to end, larger ones have an index of slots.
class Table {
  public:
    struct Entry {
        Value key; ///< unbound: erased
        Value value;
        std::size_t hash;
    };

    std::size_t size() const { return live_; }
    Value* find(const Key& key);
    const Value* find(const Key& key) const { return const_cast<Table*>(this)->find(key); }
    Value* find(const Value& key);
    Value* find(const Value& key, std::size_t hash);
    /// True when the key is new.
    bool put(const Value& key, Value value);
    bool put(const Value& key, std::size_t hash, Value value);
    void put(const Key& key, Value value);
    /// Takes an entry out; false when there was none.
    bool erase(const Value& key, Value* value = nullptr);
    bool erase(const Key& key);
    void clear();
    void reserve(std::size_t count);

    /// Entries by position, erased ones included: for (i = 0; i < capacity(); ++i) if (live(i)) ...
    std::size_t capacity() const { return entries_.size(); }
    bool live(std::size_t i) const { return !entries_[i].key.is(Type::unbound); }
    const Entry& entry(std::size_t i) const { return entries_[i]; }
    Entry& entry(std::size_t i) { return entries_[i]; }
    /// Grows with every change of the keys.
    std::uint32_t version() const { return version_; }

  private:
    static constexpr std::size_t small = 8;
    static constexpr std::uint32_t empty = 0xffffffff;
    std::size_t locate(const Key& key) const;
    std::size_t locate(const Value& key, std::size_t hash) const;
    void append(const Value& key, std::size_t hash, Value value);
    void erase_at(std::size_t position, Value* value);
    void rebuild();
    std::vector<Entry, Charged<Entry>> entries_;
    std::vector<std::uint32_t, Charged<std::uint32_t>> index_; ///< empty while small
    std::size_t live_ = 0;
    std::uint32_t version_ = 0;
};

class Dict final : public Object {
  public:
    Dict() : Object(Type::dict), table(own_) {}
    /// The names of another object as a dict: `__dict__`. What is done to one is done to the other.
    Dict(Table& of, Object* keeper) : Object(Type::dict), table(of), keeper_(keeper) {}
    void clear() override {
        table.clear();
        keeper_ = Value();
    }

  private:
    Table own_;

  public:
    Table& table;

  private:
    Value keeper_;
};

class Set final : public Object {
  public:
    explicit Set(bool frozen) : Object(frozen ? Type::frozenset : Type::set) {}
    void clear() override { table.clear(); }
    Table table;
};

// --- Sequences.

class List final : public Object {
  public:
    List() : Object(Type::list) {}
    explicit List(Values&& values) : Object(Type::list), items(std::move(values)) {}
    void clear() override { Values().swap(items); }
    Values items;
};

class Tuple final : public Object {
  public:
    explicit Tuple(Values&& values) : Object(Type::tuple), items(std::move(values)) {}
    void clear() override { Values().swap(items); }
    Values items;
};

class Range final : public Object {
  public:
    Range(std::int64_t a, std::int64_t b, std::int64_t by)
        : Object(Type::range), start(a), stop(b), increment(by) {}
    std::int64_t size() const;
    std::int64_t start, stop, increment;
};

/// A slice with its bounds read, which may have run script code: from here on, nothing does.
struct SliceBounds {
    std::optional<std::int64_t> start, stop;
    std::int64_t step = 1;
    /// The indices for a sequence of this length; gives the number of items.
    std::int64_t indices(std::size_t length, std::int64_t& first, std::int64_t& last) const;
};

class SliceObject final : public Object {
  public:
    SliceObject(Value a, Value b, Value by)
        : Object(Type::slice), start(std::move(a)), stop(std::move(b)), increment(std::move(by)) {}
    void clear() override { start = stop = increment = Value(); }
    SliceBounds bounds() const;
    Value start, stop, increment;
};

inline bool is_sequence(const Value& v) { return v.is(Type::list) || v.is(Type::tuple); }
inline Values& items_of(const Value& v ORCH_LIVES_WITH_VALUE) {
    return v.is(Type::list) ? Peek::as<List>(v)->items : Peek::as<Tuple>(v)->items;
}
inline Table& table_of(const Value& v ORCH_LIVES_WITH_VALUE) {
    return v.is(Type::dict) ? Peek::as<Dict>(v)->table : Peek::as<Set>(v)->table;
}
inline bool is_set(const Value& v) { return v.is(Type::set) || v.is(Type::frozenset); }
Value make_list(Values items);
Value make_tuple(Values items);
Value make_set(bool frozen = false);
Value make_dict();

// --- Functions.

/// A variable that a nested function shares.
class Cell final : public Object {
  public:
    Cell() : Object(Type::not_implemented) {}
    void clear() override { value = Value(); }
    Value value = Peek::unbound();
};

struct FunctionNode;
class Program;
class Module;

/// Made by def or lambda.
class FunctionObject final : public Object {
  public:
    FunctionObject(const FunctionNode& n, std::shared_ptr<const Program> p, Value g)
        : Object(Type::function), node(&n), program(std::move(p)), globals(std::move(g)) {}
    void clear() override;
    const FunctionNode* node;
    std::shared_ptr<const Program> program;
    Value globals;           ///< the Module
    Values defaults;         ///< of the last positional parameters
    Values keyword_defaults; ///< one per keyword-only parameter, unbound where there is none
    Values cells;            ///< of the variables of functions around it
    Value owner;             ///< the class in whose body it stands, for super()
    std::unique_ptr<Table> attributes;
};

/// How many arguments a built-in takes, self not counted, and the keywords among them (argument_counts.cpp).
struct ArgumentCounts {
    std::uint8_t least;
    std::uint8_t most;
    const char* keywords; ///< names with blanks between them; "**": any
};

class NativeFunction final : public Object {
  public:
    NativeFunction(Value n, Function f, bool b)
        : Object(Type::native_function), name(std::move(n)), function(std::move(f)), binds(b) {}
    void clear() override { function = nullptr; }
    Value name;
    Function function;
    bool binds; ///< becomes a method when it is found in a class
    bool takes_absent = false;
    const ArgumentCounts* counts = nullptr; ///< not counted before the call
    const char* owner = nullptr;            ///< of a method that is counted: its class; self is not counted
};

class Method final : public Object {
  public:
    Method(Value f, Value s) : Object(Type::method), function(std::move(f)), self(std::move(s)) {}
    void clear() override { function = self = Value(); }
    Value function;
    Value self;
};

/// property, staticmethod, classmethod and the like.
class Property final : public Object {
  public:
    enum class Kind { property, static_method, class_method, cached };
    Property(Kind k, Value g) : Object(Type::property), kind(k), get(std::move(g)) {}
    void clear() override { get = set = erase = Value(); }
    Kind kind;
    Value get; ///< or the function of a static or class method
    Value set;
    Value erase;
    Value name; ///< of a cached property
};

// --- Classes and their instances.

/// What a class can do beyond its attributes; subclasses inherit it through their MRO.
struct ClassHooks : ClassSpec {
    std::function<Value(const Value& cls)> iterate; ///< for x in Cls
    std::function<std::optional<Value>(Call& call, const Value& cls)>
        call; ///< Cls(...), before anything else
    std::function<bool(const Value& cls, const Value& item)> contains;
    std::function<std::size_t(const Value& cls)> length;
    const ArgumentCounts* counts = nullptr; ///< of the constructor
};

class Class final : public Object {
  public:
    Class() : Object(Type::class_) {}
    void clear() override;
    const Value* find(const Key& key) const; ///< through the MRO
    bool derives(const Class* base) const;

    Value name;
    Value module_name;
    std::vector<Value> bases;
    std::vector<Class*> mro; ///< itself first; kept alive by bases
    Table attributes;
    std::shared_ptr<ClassHooks> hooks;        ///< its own
    const ClassHooks* constructs = nullptr;   ///< the nearest in the MRO with a constructor
    std::vector<const ClassHooks*> all_hooks; ///< of the MRO, nearest first
    Type builtin = Type::instance; ///< the built-in type whose instances or subclasses' instances these are
    bool is_builtin = false;       ///< made by the interpreter: attributes cannot be set
    bool is_exception = false;
    bool has_getattr = false; ///< __getattr__ or __getattribute__ somewhere in the MRO
    bool has_setattr = false;
    bool checks_abstract = false; ///< below abc.ABC: no instances while an abstract method is left
    bool lacks_base = false;      ///< it or one above it is read without a base that orch does not have
    std::optional<Place> place;
};

class Instance : public Object {
  public:
    explicit Instance(Value c) : Object(Type::instance), cls(std::move(c)) {}
    void clear() override;
    ~Instance() override;
    Class& type_object() const { return *Peek::as<Class>(cls); }
    Value cls;
    Table attributes;
    Value base; ///< the native part, or the value of a subclass of a built-in type; unbound: not made yet
};

/// What the interpreter keeps of an exception beside its attributes.
class ExceptionInstance final : public Instance {
  public:
    using Instance::Instance;
    std::optional<Place> place;
    std::vector<std::string> notes;
    std::string message; ///< instead of "Class: str(exception)"
    std::string hint;
};

/// The value that an instance of a subclass of str, int, dict ... stands for; the value itself otherwise.
inline const Value& plain(const Value& v ORCH_LIVES_WITH_VALUE) {
    if (v.is(Type::instance) && !Peek::as<Instance>(v)->base.is_none() &&
        !Peek::as<Instance>(v)->base.is(Type::unbound) && !Peek::as<Instance>(v)->base.is(Type::native))
        return Peek::as<Instance>(v)->base;
    return v;
}

class Definitions;

class Module final : public Object {
  public:
    explicit Module(Value n) : Object(Type::module), name(std::move(n)) {}
    void clear() override;
    Value name;
    std::string path;
    std::string package; ///< what relative imports count from
    Table names;
    std::shared_ptr<Definitions> definitions; ///< of a source: what `names` does not have yet
    std::function<std::optional<Value>(std::string_view)> members;
    std::function<std::vector<std::string>()> member_names; ///< that `members` can make; may be empty
    Interpreter* interpreter = nullptr;
    bool at_once = false; ///< its imports are carried out where they stand
};

/// The name of an import that nobody could satisfy, or that nobody was asked for yet. Every use of it fails.
/// So does a name of the script that could not be made without such an import; it has no module.
class Absent final : public Object {
  public:
    Absent(std::string m, std::string n, Place p)
        : Object(Type::absent), module(std::move(m)), name(std::move(n)), place(std::move(p)) {}
    [[noreturn]] void fail() const;
    /// What the import asked for, in words.
    std::string asked() const;
    std::string module;
    std::string name; ///< empty: the module itself
    Place place;
    std::string root;                    ///< of an attribute of an absent value: what that one asked for
    bool pending = false;                ///< put off until the name is first used: see resolve_import()
    std::shared_ptr<const Error> reason; ///< why a source that is there could not give it,
    std::string missing;                 ///< and the import that it lacked, if that was it
};

} // namespace orch::lang
