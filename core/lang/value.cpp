// The public methods of Value, on top of operations.hpp.

#include "lang/value.hpp"

#include "lang/integer.hpp"
#include "lang/operations.hpp"
#include "lang/runtime.hpp"

#include <fmt/format.h>

namespace orch::lang {

Value::Value(std::string_view text) : type_(Type::string) {
    data_.object = String::make(text);
    ++data_.object->references_;
}

Value::Value(Object* object) noexcept {
    if (!object) return;
    type_ = object->type();
    data_.object = object;
    ++object->references_;
}

namespace {

Values charged(std::vector<Value>&& items) {
    return Values(std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
}

class Singleton final : public Object {
  public:
    explicit Singleton(Type type) : Object(type) {}
};

/// One object per thread: reference counts are not shared between threads.
Value singleton(Type type) {
    Heap* before = Heap::use(nullptr);
    thread_local const Value dots = make<Singleton>(Type::ellipsis);
    thread_local const Value none_such = make<Singleton>(Type::not_implemented);
    Heap::use(before);
    return type == Type::ellipsis ? dots : none_such;
}

} // namespace

Value make_list(Values items) { return make<List>(std::move(items)); }
Value make_tuple(Values items) { return make<Tuple>(std::move(items)); }
Value make_set(bool frozen) { return make<Set>(frozen); }
Value make_dict() { return make<Dict>(); }

Value Value::list(std::vector<Value> items) { return make_list(charged(std::move(items))); }
Value Value::tuple(std::vector<Value> items) { return make_tuple(charged(std::move(items))); }
Value Value::set(const std::vector<Value>& items) {
    Value made = make_set();
    for (const Value& item : items) table_of(made).put(item, Value());
    return made;
}
Value Value::dict(const std::vector<std::pair<Value, Value>>& entries) {
    Value made = make_dict();
    for (const auto& [key, value] : entries) table_of(made).put(key, value);
    return made;
}
Value Value::bytes(std::string_view bytes) { return make<Bytes>(bytes); }
Value Value::ellipsis() { return singleton(Type::ellipsis); }
Value Value::not_implemented() { return singleton(Type::not_implemented); }

// --- What it is.

bool Value::is_callable() const {
    switch (type_) {
    case Type::function:
    case Type::native_function:
    case Type::method:
    case Type::class_: return true;
    case Type::native: return Peek::as<Native>(*this)->callable();
    case Type::instance: {
        Value method;
        if (find_special(*this, "__call__", method)) return true;
        const Native* native = native_part_of(*this);
        return native && native->callable();
    }
    default: return false;
    }
}

bool Value::same(const Value& other) const {
    if (type_ != other.type_) return false;
    switch (type_) {
    case Type::none:
    case Type::unbound: return true;
    case Type::boolean:
    case Type::integer: return data_.integer == other.data_.integer;
    case Type::real: return data_.integer == other.data_.integer;
    default: return data_.object == other.data_.object;
    }
}

std::string Value::type_name() const {
    switch (type_) {
    case Type::instance: return std::string(text_of(Peek::as<Instance>(*this)->type_object().name));
    case Type::native: return Peek::as<Native>(*this)->type_name();
    case Type::iterator: return Peek::as<Iterator>(*this)->type_name();
    case Type::property:
        switch (Peek::as<Property>(*this)->kind) {
        case Property::Kind::static_method: return "staticmethod";
        case Property::Kind::class_method: return "classmethod";
        default: return "property";
        }
    case Type::absent: return "absent import";
    default: break;
    }
    constexpr const char* names[] = {"NoneType",  "bool",     "int",
                                     "float",     "unbound",  "int",
                                     "str",       "bytes",    "list",
                                     "tuple",     "dict",     "set",
                                     "frozenset", "range",    "slice",
                                     "ellipsis",  "function", "builtin_function_or_method",
                                     "method",    "type",     "object",
                                     "module",    "object",   "iterator",
                                     "property",  "absent",   "NotImplementedType"};
    return names[static_cast<std::size_t>(type_)];
}

std::string Value::qualified_type() const {
    const Value cls = class_value_of(*this);
    if (!cls.is(Type::class_)) return type_name();
    const auto& object = *Peek::as<Class>(cls);
    const std::string_view module = object.module_name.is_string() ? text_of(object.module_name) : "";
    if (module.empty() || module == "builtins") return std::string(text_of(object.name));
    return fmt::format("{}.{}", module, text_of(object.name));
}

// --- Conversions.

namespace {

[[noreturn]] void fail_type(const Value& v, std::string_view expected, std::string_view what) {
    if (v.is(Type::absent)) Peek::as<Absent>(v)->fail();
    if (what.empty()) type_error(fmt::format("expected {}, got {}", expected, v.type_name()));
    type_error(fmt::format("'{}' must be {}, got {}", what, expected, v.type_name()));
}

} // namespace

std::string_view Value::as_string(std::string_view what) const {
    const Value& held = plain(*this);
    if (!held.is_string()) fail_type(*this, "str", what);
    return text_of(held);
}

std::string_view Value::as_bytes(std::string_view what) const {
    const Value& held = plain(*this);
    if (!held.is(Type::bytes)) fail_type(*this, "bytes", what);
    return Peek::as<Bytes>(held)->text();
}

std::int64_t Value::as_int(std::string_view what) const {
    const Value& held = plain(*this);
    if (held.is(Type::big_integer)) raise_error("OverflowError", "the integer does not fit 64 bits");
    if (!held.is_integer()) fail_type(*this, "int", what);
    return held.data_.integer;
}

double Value::as_double(std::string_view what) const {
    const Value& held = plain(*this);
    if (held.is(Type::real)) return held.data_.real;
    if (!held.is_integer()) fail_type(*this, "float", what);
    return integer_to_double(held);
}

bool Value::as_bool(std::string_view what) const {
    if (type_ != Type::boolean) fail_type(*this, "bool", what);
    return data_.integer != 0;
}

Native* Value::native_part() const { return native_part_of(*this); }

// --- Protocols.

bool Value::truth() const { return lang::truth(*this); }
std::string Value::str() const { return str_of(*this); }
std::string Value::repr() const { return repr_of(*this); }
std::size_t Value::hash() const { return hash_of(*this); }
bool Value::equals(const Value& other) const { return equal(*this, other); }
Value Value::attribute(std::string_view name) const { return get_attribute(*this, Key(name)); }
std::optional<Value> Value::find_attribute(std::string_view name) const {
    Value out;
    if (!lang::find_attribute(*this, Key(name), out)) return {};
    return out;
}
void Value::set_attribute(std::string_view name, Value value) const {
    lang::set_attribute(*this, Key(name), value);
}

Value Value::call(std::vector<Value> args, std::vector<std::pair<std::string, Value>> keywords) const {
    std::vector<Call::Keyword> named;
    for (auto& [name, value] : keywords) named.push_back({Value(name), std::move(value)});
    return call_value(*this, args, named);
}

Value Value::subscript(const Value& key) const { return get_item(*this, key); }
void Value::set_subscript(const Value& key, Value value) const { set_item(*this, key, value); }
bool Value::contains(const Value& item) const { return lang::contains(*this, item); }
std::size_t Value::length() const { return length_of(*this); }

std::vector<Value> Value::to_vector() const {
    const Values items = collect(*this);
    return {items.begin(), items.end()};
}

void Value::for_each(const std::function<bool(const Value&)>& visit) const {
    Iteration it(*this);
    Value item;
    while (it.next(item))
        if (!visit(item)) return;
}

bool Value::is_instance(const Value& cls) const { return instance_of(*this, cls); }

// --- Containers.

std::span<const Value> Value::items() const {
    const Value& held = plain(*this);
    if (!is_sequence(held)) fail_type(*this, "list or tuple", {});
    return items_of(held);
}

void Value::append(Value item) const {
    if (!plain(*this).is(Type::list)) fail_type(*this, "list", {});
    items_of(plain(*this)).push_back(std::move(item));
}

void Value::add(Value item) const {
    if (!is_set(plain(*this))) fail_type(*this, "set", {});
    table_of(plain(*this)).put(item, Value());
}

std::vector<std::pair<Value, Value>> Value::entries() const {
    const Value& held = plain(*this);
    if (!held.is(Type::dict)) fail_type(*this, "dict", {});
    std::vector<std::pair<Value, Value>> out;
    const Table& table = table_of(held);
    for (std::size_t i = 0; i < table.capacity(); ++i)
        if (table.live(i)) out.emplace_back(table.entry(i).key, table.entry(i).value);
    return out;
}

std::optional<Value> Value::get(const Value& key) const {
    const Value& held = plain(*this);
    if (!held.is(Type::dict)) fail_type(*this, "dict", {});
    const Value* found = table_of(held).find(key);
    return found ? std::optional(*found) : std::nullopt;
}

void Value::put(const Value& key, Value value) const {
    if (!plain(*this).is(Type::dict)) fail_type(*this, "dict", {});
    table_of(plain(*this)).put(key, std::move(value));
}

} // namespace orch::lang
