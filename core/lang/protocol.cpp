// Truth, equality, hash, str, repr, length and membership of values.

#include "lang/integer.hpp"
#include "lang/operations.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

namespace {

bool expect_bool(const Value& result, std::string_view method) {
    if (!result.is(Type::boolean))
        type_error(fmt::format("{} should return bool, returned {}", method, result.type_name()));
    return Peek::integer(result) != 0;
}

bool instance_truth(const Value& v) {
    Value method;
    if (find_special(v, "__bool__", method)) return expect_bool(call_special(method, v, {}), "__bool__");
    if (find_special(v, "__len__", method)) return call_special(method, v, {}).as_int() != 0;
    const Value& held = plain(v);
    return held.same(v) || truth(held);
}

} // namespace

bool truth(const Value& v) {
    switch (v.type()) {
    case Type::none: return false;
    case Type::boolean:
    case Type::integer: return Peek::integer(v) != 0;
    case Type::real: return Peek::real(v) != 0;
    case Type::string: return !text_of(v).empty();
    case Type::bytes: return !Peek::as<Bytes>(v)->data.empty();
    case Type::list:
    case Type::tuple: return !items_of(v).empty();
    case Type::dict:
    case Type::set:
    case Type::frozenset: return table_of(v).size() != 0;
    case Type::range: return Peek::as<Range>(v)->size() != 0;
    case Type::instance: return instance_truth(v);
    case Type::native: return Peek::as<Native>(v)->truth();
    case Type::absent: Peek::as<Absent>(v)->fail();
    default: return true;
    }
}

// --- Equality.

namespace {

bool equal_numbers(const Value& a, const Value& b) {
    if (a.is(Type::real) && b.is(Type::real)) return Peek::real(a) == Peek::real(b);
    if (a.is(Type::real)) return compare_with_double(b, Peek::real(a)) == 0;
    if (b.is(Type::real)) return compare_with_double(a, Peek::real(b)) == 0;
    return integer_compare(a, b) == 0;
}

bool equal_items(const Value& a, const Value& b) {
    const Nesting nesting;
    // By index: comparing may run code that changes a list.
    if (items_of(a).size() != items_of(b).size()) return false;
    for (std::size_t i = 0; i < items_of(a).size() && i < items_of(b).size(); ++i) {
        step();
        const Value left = items_of(a)[i];
        const Value right = items_of(b)[i];
        if (!left.same(right) && !equal(left, right)) return false;
    }
    return items_of(a).size() == items_of(b).size();
}

bool equal_dicts(const Value& a, const Value& b) {
    const Nesting nesting;
    Table& left = table_of(a);
    Table& right = table_of(b);
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.capacity(); ++i) {
        if (!left.live(i)) continue;
        step();
        const Value value = left.entry(i).value;
        const Value* found = right.find(Value(left.entry(i).key), left.entry(i).hash);
        if (!found) return false;
        const Value other = *found;
        if (!value.same(other) && !equal(value, other)) return false;
    }
    return true;
}

bool equal_sets(const Value& a, const Value& b) {
    Table& left = table_of(a);
    Table& right = table_of(b);
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.capacity(); ++i)
        if (left.live(i) && !right.find(Value(left.entry(i).key), left.entry(i).hash)) return false;
    return true;
}

bool equal_ranges(const Range& a, const Range& b) {
    if (a.size() != b.size()) return false;
    if (a.size() == 0) return true;
    return a.start == b.start && (a.size() == 1 || a.increment == b.increment);
}

/// Asks one side's object; nothing: it does not know.
std::optional<bool> ask_equal(const Value& a, const Value& b, bool reflected) {
    if (a.is(Type::instance)) {
        Value method;
        if (!find_special(a, "__eq__", method)) return {};
        const Value result = call_special(method, a, {b});
        if (result.is(Type::not_implemented)) return {};
        return truth(result);
    }
    if (a.is(Type::native)) {
        auto* native = Peek::as<Native>(a);
        if (native->equals(b)) return true;
        if (const auto result = native->binary(Operator::equal, b, reflected)) return truth(*result);
    }
    return {};
}

} // namespace

bool equal(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) return equal_numbers(a, b);
    if (a.is_string() && b.is_string()) return Peek::object(a) == Peek::object(b) || text_of(a) == text_of(b);
    if (a.type() >= Type::big_integer && a.object() == b.object()) return true;
    if (a.is(Type::instance) || a.is(Type::native) || b.is(Type::instance) || b.is(Type::native)) {
        if (const auto result = ask_equal(a, b, false)) return *result;
        if (const auto result = ask_equal(b, a, true)) return *result;
        const Value& left = plain(a);
        const Value& right = plain(b);
        return (!left.same(a) || !right.same(b)) && !left.is(Type::instance) && !right.is(Type::instance) &&
               equal(left, right);
    }
    if (is_set(a) && is_set(b)) return equal_sets(a, b);
    if (a.type() != b.type()) return false;
    switch (a.type()) {
    case Type::none:
    case Type::ellipsis:
    case Type::not_implemented: return true;
    case Type::bytes: return Peek::as<Bytes>(a)->text() == Peek::as<Bytes>(b)->text();
    case Type::list:
    case Type::tuple: return equal_items(a, b);
    case Type::dict: return equal_dicts(a, b);
    case Type::range: return equal_ranges(*Peek::as<Range>(a), *Peek::as<Range>(b));
    case Type::slice: {
        const auto& x = *Peek::as<SliceObject>(a);
        const auto& y = *Peek::as<SliceObject>(b);
        return equal(x.start, y.start) && equal(x.stop, y.stop) && equal(x.increment, y.increment);
    }
    case Type::method:
        return Peek::as<Method>(a)->self.same(Peek::as<Method>(b)->self) &&
               equal(Peek::as<Method>(a)->function, Peek::as<Method>(b)->function);
    default: return false;
    }
}

// --- Hash.

namespace {

std::size_t mix(std::size_t seed, std::size_t hash) {
    return (seed ^ hash) * 0x9e3779b97f4a7c15u + (seed << 6) + (seed >> 2);
}

[[noreturn]] void fail_hash(const Value& v) {
    type_error(fmt::format("unhashable type: '{}'", v.type_name()));
}

std::size_t instance_hash(const Value& v) {
    Value method;
    if (find_special(v, "__hash__", method)) {
        if (method.is_none()) fail_hash(v);
        const Value hash = call_special(method, v, {});
        if (hash.is(Type::integer)) return static_cast<std::size_t>(Peek::integer(hash));
        if (!hash.is_integer()) type_error("__hash__ method should return an integer");
        return integer_hash(hash);
    }
    if (find_special(v, "__eq__", method)) fail_hash(v);
    const Value& held = plain(v);
    return held.same(v) ? std::hash<const void*>()(v.object()) : hash_of(held);
}

} // namespace

std::size_t hash_of(const Value& v) {
    switch (v.type()) {
    case Type::none: return 0x4e6f6e65;
    case Type::boolean:
    case Type::integer:
    case Type::big_integer: return integer_hash(v);
    case Type::real: return hash_double(Peek::real(v));
    case Type::string: return Peek::as<String>(v)->hash();
    case Type::bytes: return hash_text(Peek::as<Bytes>(v)->text());
    case Type::tuple: {
        const Nesting nesting;
        std::size_t hash = 0x345678;
        for (const Value& item : items_of(v)) hash = mix(hash, hash_of(item));
        return hash;
    }
    case Type::frozenset: {
        std::size_t hash = 0;
        const Table& table = table_of(v);
        for (std::size_t i = 0; i < table.capacity(); ++i)
            if (table.live(i)) hash ^= mix(1, table.entry(i).hash);
        return hash;
    }
    case Type::range:
        return mix(static_cast<std::size_t>(Peek::as<Range>(v)->start),
                   static_cast<std::size_t>(Peek::as<Range>(v)->size()));
    case Type::list:
    case Type::dict:
    case Type::set:
    case Type::slice: fail_hash(v);
    case Type::method:
        return mix(hash_of(Peek::as<Method>(v)->function),
                   std::hash<const void*>()(Peek::as<Method>(v)->self.object()));
    case Type::instance: return instance_hash(v);
    case Type::native: return Peek::as<Native>(v)->hash();
    case Type::absent: Peek::as<Absent>(v)->fail();
    default: return std::hash<const void*>()(v.object());
    }
}

// --- Text.

namespace {

std::string instance_text(const Value& v, const char* special) {
    Value method;
    if (find_special(v, special, method)) {
        const Value text = call_special(method, v, {});
        if (!plain(text).is_string())
            type_error(fmt::format("{} returned non-string (type {})", special, text.type_name()));
        return std::string(text_of(plain(text)));
    }
    const Value& held = plain(v);
    if (!held.same(v)) return std::string_view(special) == "__str__" ? str_of(held) : repr_of(held);
    if (std::string_view(special) == "__str__") return is_exception(v) ? exception_str(v) : repr_of(v);
    if (is_exception(v)) {
        const Value args = get_attribute(v, "args");
        std::string text =
            items_of(args).size() == 1 ? fmt::format("({})", repr_of(items_of(args)[0])) : repr_of(args);
        return std::string(text_of(Peek::as<Instance>(v)->type_object().name)) + text;
    }
    const Value& base = Peek::as<Instance>(v)->base;
    if (base.is(Type::native)) return Peek::as<Native>(base)->repr();
    return fmt::format("<{} object at 0x{:012x}>", v.qualified_type(),
                       reinterpret_cast<std::uintptr_t>(v.object()));
}

class ReprList {
  public:
    ReprList(std::string open, std::string close) : text_(std::move(open)), close_(std::move(close)) {}
    void add(const Value& v) {
        step();
        if (count_++ > 0) text_ += ", ";
        text_ += repr_of(v);
        if (text_.size() > static_cast<std::size_t>(account.byte_limit))
            fail_memory(static_cast<std::int64_t>(text_.size()));
    }
    void add(const Value& key, const Value& value) {
        add(key);
        text_ += ": ";
        text_ += repr_of(value);
    }
    std::string done(bool lone_comma = false) {
        return text_ + (lone_comma && count_ == 1 ? "," : "") + close_;
    }

  private:
    std::string text_;
    std::string close_;
    std::size_t count_ = 0;
};

/// Containers on the way, so that one that holds itself is shown as [...].
thread_local std::vector<const Object*> on_the_way;

struct OnTheWay {
    explicit OnTheWay(const Value& v) { on_the_way.push_back(v.object()); }
    ~OnTheWay() { on_the_way.pop_back(); }
    OnTheWay(const OnTheWay&) = delete;
    static bool has(const Value& v) {
        return std::find(on_the_way.begin(), on_the_way.end(), v.object()) != on_the_way.end();
    }
};

std::string container_repr(const Value& v) {
    const Nesting nesting;
    if (OnTheWay::has(v)) return v.is(Type::list) ? "[...]" : v.is(Type::tuple) ? "(...)" : "{...}";
    const OnTheWay guard(v);
    if (is_sequence(v)) {
        ReprList out(v.is(Type::list) ? "[" : "(", v.is(Type::list) ? "]" : ")");
        for (std::size_t i = 0; i < items_of(v).size(); ++i) out.add(Value(items_of(v)[i]));
        return out.done(v.is(Type::tuple));
    }
    Table& table = table_of(v);
    const bool frozen = v.is(Type::frozenset);
    if (is_set(v) && table.size() == 0) return frozen ? "frozenset()" : "set()";
    ReprList out(frozen ? "frozenset({" : "{", frozen ? "})" : "}");
    for (std::size_t i = 0; i < table.capacity(); ++i) {
        if (!table.live(i)) continue;
        const Value key = table.entry(i).key;
        const Value value = table.entry(i).value;
        if (v.is(Type::dict))
            out.add(key, value);
        else
            out.add(key);
    }
    return out.done();
}

std::string range_repr(const Range& range) {
    if (range.increment == 1) return fmt::format("range({}, {})", range.start, range.stop);
    return fmt::format("range({}, {}, {})", range.start, range.stop, range.increment);
}

std::string object_repr(const Value& v) {
    const auto address = reinterpret_cast<std::uintptr_t>(v.object());
    switch (v.type()) {
    case Type::function:
        return fmt::format("<function {} at 0x{:012x}>", Peek::as<FunctionObject>(v)->node->qualified->text(),
                           address);
    case Type::native_function: return fmt::format("<built-in function {}>", callable_name(v));
    case Type::method:
        return fmt::format("<bound method {} of {}>", callable_name(v), repr_of(Peek::as<Method>(v)->self));
    case Type::class_:
        return fmt::format("<class '{}'>", v.qualified_type() == "type" ? [&] {
        const auto& cls = *Peek::as<Class>(v);
        const std::string module = cls.module_name.is_string() ? std::string(text_of(cls.module_name)) : "";
        return module.empty() || module == "builtins" ? std::string(text_of(cls.name)) : module + "." + std::string(text_of(cls.name));
    }() : "");
    case Type::module: return fmt::format("<module '{}'>", text_of(Peek::as<Module>(v)->name));
    case Type::property: return fmt::format("<property object at 0x{:012x}>", address);
    default: return fmt::format("<{} object at 0x{:012x}>", v.type_name(), address);
    }
}

} // namespace

std::string repr_of(const Value& v) {
    check_stack();
    switch (v.type()) {
    case Type::none: return "None";
    case Type::unbound: return "<unbound>";
    case Type::boolean: return Peek::integer(v) ? "True" : "False";
    case Type::integer:
    case Type::big_integer: return integer_text(v);
    case Type::real: return float_text(Peek::real(v));
    case Type::string: return quoted(text_of(v));
    case Type::bytes: return quoted_bytes(Peek::as<Bytes>(v)->text());
    case Type::list:
    case Type::tuple:
    case Type::dict:
    case Type::set:
    case Type::frozenset: return container_repr(v);
    case Type::range: return range_repr(*Peek::as<Range>(v));
    case Type::slice: {
        const auto& s = *Peek::as<SliceObject>(v);
        return fmt::format("slice({}, {}, {})", repr_of(s.start), repr_of(s.stop), repr_of(s.increment));
    }
    case Type::ellipsis: return "Ellipsis";
    case Type::not_implemented: return "NotImplemented";
    case Type::instance: return instance_text(v, "__repr__");
    case Type::native: return Peek::as<Native>(v)->repr();
    case Type::absent: Peek::as<Absent>(v)->fail();
    default: return object_repr(v);
    }
}

std::string str_of(const Value& v) {
    switch (v.type()) {
    case Type::string: return std::string(text_of(v));
    case Type::native: return Peek::as<Native>(v)->str();
    case Type::instance: {
        Value method;
        if (find_special(v, "__str__", method)) return instance_text(v, "__str__");
        // Without __str__, str() is __repr__ where the script defines one.
        if (find_special(v, "__repr__", method) && !is_exception(v)) return instance_text(v, "__repr__");
        return instance_text(v, "__str__");
    }
    default: return repr_of(v);
    }
}

Value str_value(const Value& v) { return v.is_string() ? v : Value(str_of(v)); }

// --- Size and membership.

std::size_t length_of(const Value& v) {
    switch (v.type()) {
    case Type::string: return Peek::as<String>(v)->length();
    case Type::bytes: return Peek::as<Bytes>(v)->data.size();
    case Type::list:
    case Type::tuple: return items_of(v).size();
    case Type::dict:
    case Type::set:
    case Type::frozenset: return table_of(v).size();
    case Type::range: return static_cast<std::size_t>(Peek::as<Range>(v)->size());
    case Type::native: return Peek::as<Native>(v)->length();
    case Type::absent: Peek::as<Absent>(v)->fail();
    case Type::class_:
        for (const ClassHooks* hooks : Peek::as<Class>(v)->all_hooks)
            if (hooks->length) return hooks->length(v);
        break;
    case Type::instance: {
        Value method;
        if (find_special(v, "__len__", method)) {
            const std::int64_t size = call_special(method, v, {}).as_int();
            if (size < 0) value_error("__len__() should return >= 0");
            return static_cast<std::size_t>(size);
        }
        if (!plain(v).same(v)) return length_of(plain(v));
        if (Native* native = native_part_of(v)) return native->length();
        break;
    }
    default: break;
    }
    type_error(fmt::format("object of type '{}' has no len()", v.type_name()));
}

namespace {

bool range_contains(const Range& range, const Value& item) {
    if (!item.is(Type::integer) && !item.is(Type::boolean)) return false;
    const std::int64_t i = Peek::integer(item);
    if (range.increment > 0 ? i < range.start || i >= range.stop : i > range.start || i <= range.stop)
        return false;
    return (i - range.start) % range.increment == 0;
}

bool any_equal(const Value& container, const Value& item) {
    Iteration it(container);
    Value candidate;
    while (it.next(candidate))
        if (candidate.same(item) || equal(candidate, item)) return true;
    return false;
}

bool bytes_contain(const Value& container, const Value& item) {
    const std::string_view bytes = Peek::as<Bytes>(container)->text();
    if (item.is_integer()) return bytes.find(static_cast<char>(item.as_int())) != std::string_view::npos;
    return bytes.find(item.as_bytes()) != std::string_view::npos;
}

} // namespace

bool contains(const Value& container, const Value& item) {
    switch (container.type()) {
    case Type::string: {
        const Value& text = plain(item);
        if (!text.is_string())
            type_error(
                fmt::format("'in <string>' requires string as left operand, not {}", item.type_name()));
        return text_of(container).find(text_of(text)) != std::string_view::npos;
    }
    case Type::bytes: return bytes_contain(container, item);
    case Type::dict:
    case Type::set:
    case Type::frozenset: return table_of(container).find(item) != nullptr;
    case Type::range:
        if (item.is_integer()) return range_contains(*Peek::as<Range>(container), item);
        return any_equal(container, item);
    case Type::native: return Peek::as<Native>(container)->contains(item);
    case Type::class_:
        for (const ClassHooks* hooks : Peek::as<Class>(container)->all_hooks)
            if (hooks->contains) return hooks->contains(container, item);
        break;
    case Type::instance: {
        Value method;
        if (find_special(container, "__contains__", method))
            return truth(call_special(method, container, {item}));
        if (!plain(container).same(container)) return contains(plain(container), item);
        if (find_special(container, "__iter__", method)) break;
        if (Native* native = native_part_of(container)) return native->contains(item);
        break;
    }
    case Type::none:
    case Type::boolean:
    case Type::integer:
    case Type::real:
    case Type::big_integer:
    case Type::function:
    case Type::native_function:
        type_error(fmt::format("argument of type '{}' is not iterable", container.type_name()));
    default: break;
    }
    return any_equal(container, item);
}

} // namespace orch::lang
