// print, len, sorted and the other built-in functions.

#include "lang/builtins.hpp"

#include "lang/integer.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

namespace {

Value keyword(Call& call, std::string_view name, Value otherwise = {}) {
    const Value* found = call.keyword(name);
    return found ? *found : otherwise;
}

Value print(Call& call) {
    const Value separator = keyword(call, "sep");
    const Value end = keyword(call, "end");
    for (const Call::Keyword& k : call.keywords())
        if (const auto name = text_of(k.name);
            name != "sep" && name != "end" && name != "file" && name != "flush")
            type_error(fmt::format("'{}' is an invalid keyword argument for print()", name));
    std::string out;
    for (std::size_t i = 0; i < call.size(); ++i) {
        if (i > 0) out += separator.is_none() ? " " : separator.as_string("sep");
        out += str_of(call[i]);
    }
    out += end.is_none() ? "\n" : end.as_string("end");
    if (running && running->print) running->print(out);
    return {};
}

// --- Iterators.

Value enumerate(Call& call) {
    auto it = std::make_shared<Iteration>(call[0]);
    Value index = call.get(1, "start", 0);
    if (!plain(index).is_integer())
        type_error(fmt::format("'{}' object cannot be interpreted as an integer", index.type_name()));
    return make_iterator([it, index]() mutable -> std::optional<Value> {
        Value item;
        if (!it->next(item)) return {};
        Value pair = make_tuple({index, item});
        index = binary_operation(Operator::add, index, 1);
        return pair;
    });
}

Value zip(Call& call) {
    auto sources = std::make_shared<std::vector<Iteration>>();
    for (const Value& arg : call.args()) sources->emplace_back(arg);
    const bool strict = truth(keyword(call, "strict", false));
    return make_iterator([sources, strict]() -> std::optional<Value> {
        if (sources->empty()) return {};
        Values items;
        for (std::size_t i = 0; i < sources->size(); ++i) {
            Value item;
            if ((*sources)[i].next(item)) {
                items.push_back(std::move(item));
                continue;
            }
            if (strict && i > 0)
                value_error(fmt::format("zip() argument {} is shorter than argument{}", i + 1,
                                        i == 1 ? " 1" : fmt::format("s 1-{}", i)));
            for (std::size_t k = 1; strict && k < sources->size(); ++k)
                if ((*sources)[k].next(item))
                    value_error(fmt::format("zip() argument {} is longer than argument{}", k + 1,
                                            k == 1 ? " 1" : fmt::format("s 1-{}", k)));
            return {};
        }
        return make_tuple(std::move(items));
    });
}

Value map(Call& call) {
    if (call.size() < 2) type_error("map() must have at least two arguments.");
    auto sources = std::make_shared<std::vector<Iteration>>();
    for (const Value& arg : call.args().subspan(1)) sources->emplace_back(arg);
    return make_iterator([sources, function = call[0]]() -> std::optional<Value> {
        std::vector<Value> items(sources->size());
        for (std::size_t i = 0; i < items.size(); ++i)
            if (!(*sources)[i].next(items[i])) return {};
        return call_value(function, items);
    });
}

Value filter(Call& call) {
    call.expect("filter", 2, 2);
    auto source = std::make_shared<Iteration>(call[1]);
    return make_iterator([source, function = call[0]]() -> std::optional<Value> {
        Value item;
        while (source->next(item))
            if (truth(function.is_none() ? item : call_value(function, {item}))) return item;
        return {};
    });
}

Value reversed(Call& call) {
    call.expect("reversed", 1, 1);
    Value method;
    if (find_special(call[0], "__reversed__", method)) return call_special(method, call[0], {});
    const Value& v = plain(call[0]);
    if (v.is(Type::set) || v.is(Type::frozenset) || v.is(Type::iterator))
        type_error(fmt::format("'{}' object is not reversible", v.type_name()));
    if (v.is(Type::range)) return iterate(get_item(v, make<SliceObject>(Value(), Value(), Value(-1))));
    std::vector<Value> items;
    if (call[0].is(Type::instance) && plain(call[0]).same(call[0])) {
        const auto size = static_cast<std::int64_t>(length_of(call[0]));
        for (std::int64_t i = size; i-- > 0;) items.push_back(get_item(call[0], i));
        return make_iterator(std::move(items));
    }
    const Values all = collect(v);
    items.assign(all.rbegin(), all.rend());
    return make_iterator(std::move(items));
}

Value iter(Call& call) {
    call.expect("iter", 1, 2);
    if (call.size() == 1) return iterate(call[0]);
    return make_iterator([function = call[0], end = call[1]]() -> std::optional<Value> {
        Value item = call_value(function, {});
        if (equal(item, end)) return {};
        return item;
    });
}

Value next(Call& call) {
    call.expect("next", 1, 2);
    Value item;
    if (call[0].is(Type::iterator)) {
        step();
        if (Peek::as<Iterator>(call[0])->next(item)) return item;
        if (call.size() > 1) return call[1];
        raise_stop(*Peek::as<Iterator>(call[0]));
    }
    Value method;
    if (!find_special(call[0], "__next__", method)) {
        if (!find_attribute(call[0], Key("__next__"), method))
            type_error(fmt::format("'{}' object is not an iterator", call[0].type_name()));
        return call_value(method, {});
    }
    if (call.size() == 1) return call_special(method, call[0], {});
    try {
        return call_special(method, call[0], {});
    } catch (const Raised& raised) {
        if (!instance_of(raised.exception(), builtins().stop_iteration)) throw;
    }
    return call[1];
}

// --- Folds.

Value sum(Call& call) {
    Value total = call.get(1, "start", 0);
    if (total.is_string()) type_error("sum() can't sum strings [use ''.join(seq) instead]");
    Iteration it(call[0]);
    Value item;
    while (it.next(item)) total = binary_operation(Operator::add, total, item);
    return total;
}

Value any(Call& call) {
    call.expect("any", 1, 1);
    Iteration it(call[0]);
    Value item;
    while (it.next(item))
        if (truth(item)) return true;
    return false;
}

Value all_of(Call& call) {
    call.expect("all", 1, 1);
    Iteration it(call[0]);
    Value item;
    while (it.next(item))
        if (!truth(item)) return false;
    return true;
}

Value extreme(Call& call, bool largest) {
    const char* name = largest ? "max" : "min";
    if (call.size() == 0) type_error(fmt::format("{} expected at least 1 argument, got 0", name));
    const Value key = keyword(call, "key");
    Iteration it(call.size() == 1 ? call[0] : make_tuple(Values(call.args().begin(), call.args().end())));
    Value best = Peek::unbound();
    Value best_key;
    Value item;
    while (it.next(item)) {
        const Value measure = key.is_none() ? item : call_value(key, {item});
        const bool better = best.is(Type::unbound) ||
                            (largest ? truth(compare_operation(Operator::greater, measure, best_key))
                                     : less_than(measure, best_key));
        if (better) best = item, best_key = measure;
    }
    if (!best.is(Type::unbound)) return best;
    if (const Value* otherwise = call.keyword("default")) return *otherwise;
    value_error(fmt::format("{}() arg is an empty sequence", name));
}

Value sorted(Call& call) {
    if (call.size() != 1) type_error(fmt::format("sorted expected 1 argument, got {}", call.size()));
    Values items = collect(call[0]);
    sort_items(items, keyword(call, "key"), truth(keyword(call, "reverse", false)));
    return make_list(std::move(items));
}

// --- Numbers.

Value absolute(Call& call) {
    call.expect("abs", 1, 1);
    const Value& v = plain(call[0]);
    if (v.is_integer())
        return integer_sign(v) < 0 ? integer_unary(Operator::negative, v)
                                   : integer_unary(Operator::positive, v);
    if (v.is(Type::real)) return std::abs(Peek::real(v));
    Value method;
    if (find_special(call[0], "__abs__", method)) return call_special(method, call[0], {});
    if (find_attribute(call[0], Key("__abs__"), method)) return call_value(method, {});
    type_error(fmt::format("bad operand type for abs(): '{}'", v.type_name()));
}

/// Rounds half to even, exactly: by way of the decimal digits, as Python does.
double round_real(double value, std::int64_t digits) {
    if (!std::isfinite(value) || digits > 322) return value;
    if (digits < -308) return std::copysign(0.0, value);
    if (digits >= 0) return *parse_float(fmt::format("{:.{}f}", value, digits));
    const double unit = std::pow(10.0, static_cast<double>(-digits));
    return std::nearbyint(value / unit) * unit;
}

Value round(Call& call) {
    const Value v = plain(call[0]);
    const Value digits = call.get(1, "ndigits");
    if (v.is(Type::real)) {
        if (digits.is_none()) return integer_from_double(std::nearbyint(Peek::real(v)));
        return round_real(Peek::real(v), digits.as_int());
    }
    if (v.is_integer()) {
        if (digits.is_none() || digits.as_int() >= 0) return integer_unary(Operator::positive, v);
        // Half to even, in units of 10 ** -digits.
        const Value unit = integer_binary(Operator::power, 10, Value(-digits.as_int()));
        const Value rest = integer_binary(Operator::modulo, v, unit);
        const Value low = integer_binary(Operator::subtract, v, rest);
        const int order = integer_compare(integer_binary(Operator::multiply, rest, 2), unit);
        const bool odd =
            truth(integer_binary(Operator::modulo, integer_binary(Operator::floor_divide, low, unit), 2));
        return order > 0 || (order == 0 && odd) ? integer_binary(Operator::add, low, unit) : low;
    }
    Value method;
    if (find_special(call[0], "__round__", method))
        return digits.is_none() ? call_special(method, call[0], {}) : call_special(method, call[0], {digits});
    if (find_attribute(call[0], Key("__round__"), method))
        return digits.is_none() ? call_value(method, {}) : call_value(method, {digits});
    type_error(fmt::format("type {} doesn't define __round__ method", call[0].type_name()));
}

Value power(Call& call) {
    if (call.size() == 3 && !call[2].is_none())
        return power_modulo(plain(call[0]), plain(call[1]), plain(call[2]));
    return binary_operation(Operator::power, call[0], call[1]);
}

Value divmod(Call& call) {
    call.expect("divmod", 2, 2);
    return make_tuple({binary_operation(Operator::floor_divide, call[0], call[1]),
                       binary_operation(Operator::modulo, call[0], call[1])});
}

Value in_base(Call& call, const char* name, int base, const char* prefix) {
    call.expect(name, 1, 1);
    const Value v = plain(call[0]);
    if (!v.is_integer())
        type_error(fmt::format("'{}' object cannot be interpreted as an integer", v.type_name()));
    std::string digits = integer_text(v, base);
    return Value(digits[0] == '-' ? "-" + std::string(prefix) + digits.substr(1) : prefix + digits);
}

Value character(Call& call) {
    const std::int64_t code = call[0].as_int();
    if (code < 0 || code > 0x10ffff) value_error("chr() arg not in range(0x110000)");
    std::string out;
    append_code_point(out, static_cast<char32_t>(code));
    return Value(out);
}

Value ordinal(Call& call) {
    const Value v = plain(call[0]);
    if (v.is(Type::bytes) && v.as_bytes().size() == 1)
        return static_cast<int>(static_cast<unsigned char>(v.as_bytes()[0]));
    if (!v.is_string())
        type_error(fmt::format("ord() expected string of length 1, but {} found", v.type_name()));
    if (length_of(v) != 1)
        type_error(fmt::format("ord() expected a character, but string of length {} found", length_of(v)));
    std::size_t at = 0;
    return static_cast<std::int64_t>(next_code_point(text_of(v), at));
}

// --- Objects.

Value getattr(Call& call) {
    call.expect("getattr", 2, 3);
    const Key name(call[1].as_string());
    if (call.size() == 2) return get_attribute(call[0], name);
    Value out;
    try {
        if (find_attribute(call[0], name, out)) return out;
    } catch (const Raised& raised) {
        if (!instance_of(raised.exception(), Value(&exception_class("AttributeError")))) throw;
    }
    return call[2];
}

Value hasattr(Call& call) {
    call.expect("hasattr", 2, 2);
    Value out;
    try {
        return find_attribute(call[0], Key(call[1].as_string()), out);
    } catch (const Raised& raised) {
        if (!instance_of(raised.exception(), Value(&exception_class("AttributeError")))) throw;
    }
    return false;
}

Value issubclass(Call& call) {
    call.expect("issubclass", 2, 2);
    if (!call[0].is(Type::class_)) type_error("issubclass() arg 1 must be a class");
    if (call[1].is(Type::tuple)) {
        for (const Value& one : items_of(call[1]))
            if (is_subclass(call[0], one)) return true;
        return false;
    }
    return is_subclass(call[0], call[1]);
}

Value dir(Call& call) {
    Values names;
    if (call.size() == 0) {
        if (running->frame)
            for (auto& name : attribute_names(Value(running->frame->globals))) names.emplace_back(name);
    } else {
        for (auto& name : attribute_names(call[0])) names.emplace_back(name);
    }
    sort_items(names, Value(), false);
    names.erase(
        std::unique(names.begin(), names.end(), [](const Value& a, const Value& b) { return equal(a, b); }),
        names.end());
    return make_list(std::move(names));
}

Value locals() {
    Value out = make_dict();
    const Frame* frame = running->frame;
    if (!frame) return out;
    const auto& names = frame->node->slot_names;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i]) continue;
        Value value = frame->slots[i];
        if (const auto* cell = value.object() ? dynamic_cast<Cell*>(value.object()) : nullptr)
            value = Value(cell->value);
        if (!value.is(Type::unbound)) table_of(out).put(Key(names[i]), value);
    }
    return out;
}

Value globals() {
    if (!running->frame) return make_dict();
    return get_attribute(Value(running->frame->globals), "__dict__");
}

Value local_names() { return running->frame && running->frame->function ? locals() : globals(); }

Value format(Call& call) {
    call.expect("format", 1, 2);
    return Value(format_value(call[0], call.size() > 1 ? call[1].as_string() : std::string_view()));
}

[[noreturn]] Value refuse(const char* what) {
    throw Error(Fault::script, fmt::format("{} is not available", what))
        .hint("revisions reach the database and nothing else: no files, no input, no code from text");
}

} // namespace

namespace {

struct SortItem {
    Value measure;
    Value value;
};
using SortItems = std::vector<SortItem, Charged<SortItem>>;

/// Merges two sorted runs. Stays within its bounds whatever the comparison says: __lt__ of a script may
/// contradict itself, which std::stable_sort does not bear.
void merge_runs(SortItems& from, SortItems& to, std::size_t begin, std::size_t middle, std::size_t end) {
    std::size_t left = begin;
    std::size_t right = middle;
    for (std::size_t out = begin; out < end; ++out) {
        step();
        const bool take_right =
            left >= middle || (right < end && less_than(from[right].measure, from[left].measure));
        to[out] = std::move(from[take_right ? right++ : left++]);
    }
}

} // namespace

void sort_items(Values& items, const Value& key, bool reverse) {
    SortItems sorted;
    sorted.reserve(items.size());
    for (const Value& item : items) sorted.push_back({key.is_none() ? item : call_value(key, {item}), item});
    // Reversed before and after, equal items keep their order.
    if (reverse) std::reverse(sorted.begin(), sorted.end());
    SortItems other(sorted.size());
    for (std::size_t width = 1; width < sorted.size(); width *= 2) {
        for (std::size_t begin = 0; begin < sorted.size(); begin += 2 * width)
            merge_runs(sorted, other, begin, std::min(begin + width, sorted.size()),
                       std::min(begin + 2 * width, sorted.size()));
        sorted.swap(other);
    }
    if (reverse) std::reverse(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < items.size() && i < sorted.size(); ++i) items[i] = std::move(sorted[i].value);
}

void add_functions(Builtins& all) {
    auto add = [&](const char* name, Function function) {
        all.names.put(Key(name), make_static(name, std::move(function)));
    };
    add("print", print);
    add("len", [](Call& call) {
        call.expect("len", 1, 1);
        return Value(length_of(call[0]));
    });
    add("isinstance", [](Call& call) {
        call.expect("isinstance", 2, 2);
        return Value(instance_of(call[0], call[1]));
    });
    add("issubclass", issubclass);
    add("enumerate", enumerate);
    add("zip", zip);
    add("map", map);
    add("filter", filter);
    add("reversed", reversed);
    add("iter", iter);
    add("next", next);
    add("sum", sum);
    add("any", any);
    add("all", all_of);
    add("min", [](Call& call) { return extreme(call, false); });
    add("max", [](Call& call) { return extreme(call, true); });
    add("sorted", sorted);
    add("abs", absolute);
    add("round", round);
    add("pow", power);
    add("divmod", divmod);
    add("hex", [](Call& call) { return in_base(call, "hex", 16, "0x"); });
    add("oct", [](Call& call) { return in_base(call, "oct", 8, "0o"); });
    add("bin", [](Call& call) { return in_base(call, "bin", 2, "0b"); });
    add("chr", character);
    add("ord", ordinal);
    add("repr", [](Call& call) { return Value(repr_of(call[0])); });
    add("ascii", [](Call& call) { return Value(ascii_repr(call[0])); });
    add("format", format);
    add("hash", [](Call& call) { return Value(static_cast<std::int64_t>(hash_of(call[0]))); });
    add("id", [](Call& call) {
        return Value(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(call[0].object())));
    });
    add("callable", [](Call& call) { return Value(call[0].is_callable()); });
    add("getattr", getattr);
    add("hasattr", hasattr);
    add("setattr", [](Call& call) {
        call.expect("setattr", 3, 3);
        set_attribute(call[0], Key(call[1].as_string()), call[2]);
        return Value();
    });
    add("delattr", [](Call& call) {
        call.expect("delattr", 2, 2);
        delete_attribute(call[0], Key(call[1].as_string()));
        return Value();
    });
    add("dir", dir);
    add("vars",
        [](Call& call) { return call.size() == 0 ? local_names() : get_attribute(call[0], "__dict__"); });
    add("locals", [](Call&) { return local_names(); });
    add("globals", [](Call&) { return globals(); });
    add("open", [](Call&) -> Value { refuse("open()"); });
    add("input", [](Call&) -> Value { refuse("input()"); });
    add("eval", [](Call&) -> Value { refuse("eval()"); });
    add("exec", [](Call&) -> Value { refuse("exec()"); });
    add("compile", [](Call&) -> Value { refuse("compile()"); });
    add("breakpoint", [](Call&) -> Value { refuse("breakpoint()"); });
    add("exit", [](Call& call) -> Value {
        throw Raised(instantiate_exception(exception_class("SystemExit"), call.args(), {}));
    });
    add("quit", [](Call& call) -> Value {
        throw Raised(instantiate_exception(exception_class("SystemExit"), call.args(), {}));
    });
    add("__import__", [](Call& call) -> Value {
        if (auto module = find_module(call[0].as_string())) return *module;
        raise_error("ModuleNotFoundError", fmt::format("No module named '{}'", call[0].as_string()));
    });
    all.names.put(Key("NotImplemented"), Value::not_implemented());
    all.names.put(Key("Ellipsis"), Value::ellipsis());
    all.names.put(Key("__debug__"), Value(true));
    all.names.put(Key("__name__"), Value("builtins"));
}

} // namespace orch::lang
