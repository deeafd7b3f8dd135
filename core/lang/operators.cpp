// The binary and unary operators.

#include "lang/integer.hpp"
#include "lang/operations.hpp"
#include "lang/text.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

std::string_view symbol(Operator op) {
    constexpr std::array<std::string_view, 22> symbols = {
        "+",  "-",  "*",  "/",  "//", "%",  "** or pow()", "@",  "&", "|", "^",
        "<<", ">>", "==", "!=", "<",  "<=", ">",           ">=", "-", "+", "~"};
    return symbols[static_cast<std::size_t>(op)];
}

void fail_operands(Operator op, const Value& left, const Value& right) {
    for (const Value* v : {&left, &right})
        if (v->is(Type::absent)) Peek::as<Absent>(*v)->fail();
    if (op >= Operator::less && op <= Operator::greater_equal)
        type_error(fmt::format("'{}' not supported between instances of '{}' and '{}'", symbol(op),
                               left.type_name(), right.type_name()));
    if (op == Operator::add && left.is_string())
        type_error(fmt::format("can only concatenate str (not \"{}\") to str", right.type_name()));
    if (op == Operator::add && (left.is(Type::list) || left.is(Type::tuple)))
        type_error(fmt::format("can only concatenate {0} (not \"{1}\") to {0}", left.type_name(),
                               right.type_name()));
    if (op == Operator::multiply && (left.is_string() || is_sequence(left)))
        type_error(fmt::format("can't multiply sequence by non-int of type '{}'", right.type_name()));
    type_error(fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", symbol(op), left.type_name(),
                           right.type_name()));
}

namespace {

double to_double(const Value& v) { return v.is(Type::real) ? Peek::real(v) : integer_to_double(v); }

double modulo(double a, double b) {
    double result = std::fmod(a, b);
    if (result != 0 ? (result < 0) != (b < 0) : false) result += b;
    return result == 0 ? std::copysign(0.0, b) : result;
}

double floor_divide(double a, double b) {
    // As CPython: from the remainder, so that (a // b) * b + a % b is a.
    const double remainder = std::fmod(a, b);
    double quotient = (a - remainder) / b;
    if (remainder != 0 && (remainder < 0) != (b < 0)) quotient -= 1;
    if (quotient == 0) return std::copysign(0.0, a / b);
    const double floored = std::floor(quotient);
    return quotient - floored > 0.5 ? floored + 1 : floored;
}

double power(double a, double b) {
    if (a == 0 && b < 0) raise_error("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    if (a < 0 && b != std::floor(b) && std::isfinite(b)) value_error("complex numbers are not supported");
    const double result = std::pow(a, b);
    if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
        raise_with("OverflowError", "(34, 'Numerical result out of range')");
    return result;
}

Value real_operation(Operator op, const Value& left, const Value& right) {
    const double a = to_double(left);
    const double b = to_double(right);
    if (b == 0 && (op == Operator::divide || op == Operator::floor_divide || op == Operator::modulo))
        raise_error("ZeroDivisionError", op == Operator::divide         ? "float division by zero"
                                         : op == Operator::floor_divide ? "float floor division by zero"
                                                                        : "float modulo");
    switch (op) {
    case Operator::add: return a + b;
    case Operator::subtract: return a - b;
    case Operator::multiply: return a * b;
    case Operator::divide: return a / b;
    case Operator::floor_divide: return floor_divide(a, b);
    case Operator::modulo: return modulo(a, b);
    case Operator::power: return power(a, b);
    default: fail_operands(op, left, right);
    }
}

Value number_operation(Operator op, const Value& left, const Value& right) {
    if (left.is(Type::integer) && right.is(Type::integer)) {
        std::int64_t result = 0;
        const std::int64_t a = Peek::integer(left);
        const std::int64_t b = Peek::integer(right);
        if (op == Operator::add && !__builtin_add_overflow(a, b, &result)) return result;
        if (op == Operator::subtract && !__builtin_sub_overflow(a, b, &result)) return result;
        if (op == Operator::multiply && !__builtin_mul_overflow(a, b, &result)) return result;
    }
    if (op == Operator::matrix_multiply) fail_operands(op, left, right);
    if (left.is(Type::real) || right.is(Type::real)) return real_operation(op, left, right);
    if (op == Operator::divide) return integer_divide(left, right);
    if (op == Operator::power && integer_sign(right) < 0) {
        if (integer_sign(left) == 0)
            raise_error("ZeroDivisionError", "0.0 cannot be raised to a negative power");
        return power(integer_to_double(left), integer_to_double(right));
    }
    const Value result = integer_binary(op, left, right);
    const bool logical = op == Operator::bit_and || op == Operator::bit_or || op == Operator::bit_xor;
    if (logical && left.is(Type::boolean) && right.is(Type::boolean)) return Peek::integer(result) != 0;
    return result.is(Type::boolean) ? Value(Peek::integer(result)) : result;
}

// --- Sequences.

Value concatenate(const Value& left, const Value& right) {
    if (left.is_string()) {
        const std::string_view a = text_of(left);
        const std::string_view b = text_of(right);
        char* room = nullptr;
        String* made = String::make_uninitialized(a.size() + b.size(), room);
        std::memcpy(room, a.data(), a.size());
        std::memcpy(room + a.size(), b.data(), b.size());
        return Value(made);
    }
    if (left.is(Type::bytes))
        return Value::bytes(std::string(left.as_bytes()) + std::string(right.as_bytes()));
    Values items;
    items.reserve(items_of(left).size() + items_of(right).size());
    items.insert(items.end(), items_of(left).begin(), items_of(left).end());
    items.insert(items.end(), items_of(right).begin(), items_of(right).end());
    return left.is(Type::list) ? make_list(std::move(items)) : make_tuple(std::move(items));
}

std::size_t checked_product(std::size_t size, std::int64_t count, std::size_t unit) {
    std::int64_t bytes = 0;
    if (__builtin_mul_overflow(static_cast<std::int64_t>(size * unit), count, &bytes) ||
        bytes > account.byte_limit)
        fail_memory(bytes > 0 ? bytes : std::int64_t(1) << 62);
    return size * static_cast<std::size_t>(count);
}

Value repeat(const Value& sequence, const Value& times) {
    if (times.is(Type::big_integer) && integer_sign(times) > 0 && length_of(sequence) > 0)
        fail_memory(std::int64_t(1) << 62);
    const std::int64_t count =
        times.is(Type::big_integer) ? 0 : std::max<std::int64_t>(Peek::integer(times), 0);
    if (sequence.is_string() || sequence.is(Type::bytes)) {
        const std::string_view piece = sequence.is_string() ? text_of(sequence) : sequence.as_bytes();
        const std::size_t size = checked_product(piece.size(), count, 1);
        char* room = nullptr;
        Value made(String::make_uninitialized(size, room));
        for (std::size_t at = 0; at < size; at += piece.size())
            std::memcpy(room + at, piece.data(), piece.size());
        return sequence.is_string() ? made : Value::bytes(text_of(made));
    }
    Values items;
    items.reserve(checked_product(items_of(sequence).size(), count, sizeof(Value)));
    for (std::int64_t i = 0; i < count; ++i)
        items.insert(items.end(), items_of(sequence).begin(), items_of(sequence).end());
    return sequence.is(Type::list) ? make_list(std::move(items)) : make_tuple(std::move(items));
}

bool is_repeatable(const Value& v) { return v.is_string() || v.is(Type::bytes) || is_sequence(v); }

// --- Sets and dicts.

Value set_operation(Operator op, const Value& left, const Value& right) {
    Value made = make_set(left.is(Type::frozenset));
    Table& out = table_of(made);
    auto add_if = [&](const Value& from, const Value& other, bool wanted) {
        Table& table = table_of(from);
        for (std::size_t i = 0; i < table.capacity(); ++i) {
            if (!table.live(i)) continue;
            step();
            const Table::Entry entry = table.entry(i);
            if ((table_of(other).find(entry.key, entry.hash) != nullptr) == wanted)
                out.put(entry.key, entry.hash, {});
        }
    };
    switch (op) {
    case Operator::bit_and: add_if(left, right, true); break;
    case Operator::subtract: add_if(left, right, false); break;
    case Operator::bit_xor:
        add_if(left, right, false);
        add_if(right, left, false);
        break;
    default:
        add_if(left, make_set(), false);
        add_if(right, left, false);
        break;
    }
    return made;
}

Value merge_dicts(const Value& left, const Value& right) {
    Value made = make_dict();
    for (const Value* from : {&left, &right})
        for (std::size_t i = 0; i < table_of(*from).capacity(); ++i) {
            if (!table_of(*from).live(i)) continue;
            const Table::Entry entry = table_of(*from).entry(i);
            table_of(made).put(entry.key, entry.hash, entry.value);
        }
    return made;
}

// --- Objects.

constexpr std::array<std::array<const char*, 3>, 13> special_names = {{
    {"__add__", "__radd__", "__iadd__"},
    {"__sub__", "__rsub__", "__isub__"},
    {"__mul__", "__rmul__", "__imul__"},
    {"__truediv__", "__rtruediv__", "__itruediv__"},
    {"__floordiv__", "__rfloordiv__", "__ifloordiv__"},
    {"__mod__", "__rmod__", "__imod__"},
    {"__pow__", "__rpow__", "__ipow__"},
    {"__matmul__", "__rmatmul__", "__imatmul__"},
    {"__and__", "__rand__", "__iand__"},
    {"__or__", "__ror__", "__ior__"},
    {"__xor__", "__rxor__", "__ixor__"},
    {"__lshift__", "__rlshift__", "__ilshift__"},
    {"__rshift__", "__rrshift__", "__irshift__"},
}};
constexpr std::array<std::pair<const char*, const char*>, 6> comparison_names = {{
    {"__eq__", "__eq__"},
    {"__ne__", "__ne__"},
    {"__lt__", "__gt__"},
    {"__le__", "__ge__"},
    {"__gt__", "__lt__"},
    {"__ge__", "__le__"},
}};

const char* special_name(Operator op, bool reflected) {
    if (op < Operator::equal) return special_names[static_cast<std::size_t>(op)][reflected];
    const auto& names =
        comparison_names[static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::equal)];
    return reflected ? names.second : names.first;
}

/// Asks one operand's object. Nothing: it does not know.
std::optional<Value> ask(Operator op, const Value& object, const Value& other, bool reflected) {
    if (object.is(Type::native)) return Peek::as<Native>(object)->binary(op, other, reflected);
    if (!object.is(Type::instance)) return {};
    Value method;
    if (find_special(object, special_name(op, reflected), method)) {
        Value result = call_special(method, object, {other});
        if (result.is(Type::not_implemented)) return {};
        return result;
    }
    if (plain(object).same(object))
        if (Native* native = native_part_of(object)) return native->binary(op, other, reflected);
    return {};
}

bool is_object(const Value& v) { return v.is(Type::instance) || v.is(Type::native); }

std::optional<Value> ask_both(Operator op, const Value& left, const Value& right) {
    // A subclass on the right goes first.
    if (left.is(Type::instance) && right.is(Type::instance)) {
        const Class& a = Peek::as<Instance>(left)->type_object();
        const Class& b = Peek::as<Instance>(right)->type_object();
        if (&a != &b && b.derives(&a))
            if (auto result = ask(op, right, left, true)) return result;
    }
    if (auto result = ask(op, left, right, false)) return result;
    return ask(op, right, left, true);
}

} // namespace

Value binary_operation(Operator op, const Value& left, const Value& right) {
    if (left.is_number() && right.is_number()) return number_operation(op, left, right);
    if (op == Operator::modulo && (left.is_string() || left.is(Type::bytes)) &&
        !(is_object(right) && right.is(Type::absent)))
        return left.is_string() ? Value(format_percent(text_of(left), right))
                                : Value::bytes(format_percent(left.as_bytes(), right, true));
    if (op == Operator::add && left.type() == right.type() && is_repeatable(left))
        return concatenate(left, right);
    if (is_object(left) || is_object(right)) {
        if (auto result = ask_both(op, left, right)) return std::move(*result);
        if (!plain(left).same(left) || !plain(right).same(right))
            return binary_operation(op, plain(left), plain(right));
    }
    if (op == Operator::multiply && is_repeatable(left) && right.is_integer()) return repeat(left, right);
    if (op == Operator::multiply && is_repeatable(right) && left.is_integer()) return repeat(right, left);
    const bool set_like = op == Operator::bit_and || op == Operator::bit_or || op == Operator::bit_xor ||
                          op == Operator::subtract;
    if (set_like && is_set(left) && is_set(right)) return set_operation(op, left, right);
    if (op == Operator::bit_or && left.is(Type::dict) && right.is(Type::dict))
        return merge_dicts(left, right);
    // `int | None`, where an annotation is evaluated after all.
    const bool type_like = left.is(Type::class_) || right.is(Type::class_);
    if (op == Operator::bit_or && type_like && !left.is(Type::absent) && !right.is(Type::absent))
        return call_value(get_attribute(builtins().generic_alias, "union"), {left, right});
    fail_operands(op, left, right);
}

Value inplace_operation(Operator op, const Value& left, const Value& right) {
    if (left.is(Type::list) && op == Operator::add) {
        const Values more = collect(right);
        Values& items = items_of(left);
        items.insert(items.end(), more.begin(), more.end());
        return left;
    }
    if (left.is(Type::list) && op == Operator::multiply && right.is_integer()) {
        Value longer = repeat(left, right);
        items_of(left).swap(items_of(longer));
        return left;
    }
    if (left.is(Type::set) && is_set(right) &&
        (op == Operator::bit_or || op == Operator::bit_and || op == Operator::subtract ||
         op == Operator::bit_xor)) {
        Value result = set_operation(op, left, right);
        std::swap(table_of(left), table_of(result));
        return left;
    }
    if (left.is(Type::dict) && right.is(Type::dict) && op == Operator::bit_or) {
        Value result = merge_dicts(left, right);
        std::swap(table_of(left), table_of(result));
        return left;
    }
    Value method;
    if (left.is(Type::instance) &&
        find_special(left, special_names[static_cast<std::size_t>(op)][2], method)) {
        Value result = call_special(method, left, {right});
        if (!result.is(Type::not_implemented)) return result;
    }
    return binary_operation(op, left, right);
}

Value unary_operation(Operator op, const Value& operand) {
    if (operand.is_integer()) return integer_unary(op, operand);
    if (operand.is(Type::real) && op != Operator::invert)
        return op == Operator::negative ? -Peek::real(operand) : Peek::real(operand);
    if (operand.is(Type::native))
        if (auto result = Peek::as<Native>(operand)->unary(op)) return std::move(*result);
    if (operand.is(Type::instance)) {
        Value method;
        const char* name = op == Operator::negative   ? "__neg__"
                           : op == Operator::positive ? "__pos__"
                                                      : "__invert__";
        if (find_special(operand, name, method)) return call_special(method, operand, {});
        if (!plain(operand).same(operand)) return unary_operation(op, plain(operand));
        if (Native* native = native_part_of(operand))
            if (auto result = native->unary(op)) return std::move(*result);
    }
    if (operand.is(Type::absent)) Peek::as<Absent>(operand)->fail();
    type_error(fmt::format("bad operand type for unary {}: '{}'", symbol(op), operand.type_name()));
}

// --- Comparisons.

namespace {

/// The order of two values of built-in types that have one: negative, 0, positive; 2: neither (nan); nothing:
/// no order.
std::optional<int> order(const Value& a, const Value& b) {
    if (a.is_number() && b.is_number()) {
        if (a.is(Type::real) && b.is(Type::real)) {
            const double x = Peek::real(a);
            const double y = Peek::real(b);
            return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
        }
        if (b.is(Type::real)) return compare_with_double(a, Peek::real(b));
        if (a.is(Type::real)) {
            const int reversed = compare_with_double(b, Peek::real(a));
            return reversed == 2 ? 2 : -reversed;
        }
        return integer_compare(a, b);
    }
    if (a.is_string() && b.is_string()) return text_of(a).compare(text_of(b));
    if (a.is(Type::bytes) && b.is(Type::bytes)) return a.as_bytes().compare(b.as_bytes());
    return {};
}

bool decide(Operator op, int order) {
    if (order == 2) return op == Operator::not_equal;
    switch (op) {
    case Operator::equal: return order == 0;
    case Operator::not_equal: return order != 0;
    case Operator::less: return order < 0;
    case Operator::less_equal: return order <= 0;
    case Operator::greater: return order > 0;
    default: return order >= 0;
    }
}

Value compare_sequences(Operator op, const Value& a, const Value& b) {
    const Nesting nesting;
    for (std::size_t i = 0; i < items_of(a).size() && i < items_of(b).size(); ++i) {
        step();
        const Value left = items_of(a)[i];
        const Value right = items_of(b)[i];
        if (!left.same(right) && !equal(left, right)) return compare_operation(op, left, right);
    }
    const std::size_t x = items_of(a).size();
    const std::size_t y = items_of(b).size();
    return decide(op, x < y ? -1 : x > y);
}

bool subset(const Value& a, const Value& b) {
    Table& table = table_of(a);
    if (table.size() > table_of(b).size()) return false;
    for (std::size_t i = 0; i < table.capacity(); ++i)
        if (table.live(i) && !table_of(b).find(Value(table.entry(i).key), table.entry(i).hash)) return false;
    return true;
}

bool compare_sets(Operator op, const Value& a, const Value& b) {
    switch (op) {
    case Operator::less: return table_of(a).size() < table_of(b).size() && subset(a, b);
    case Operator::less_equal: return subset(a, b);
    case Operator::greater: return table_of(b).size() < table_of(a).size() && subset(b, a);
    default: return subset(b, a);
    }
}

Operator mirrored(Operator op) {
    switch (op) {
    case Operator::less: return Operator::greater;
    case Operator::less_equal: return Operator::greater_equal;
    case Operator::greater: return Operator::less;
    case Operator::greater_equal: return Operator::less_equal;
    default: return op;
    }
}

/// Comparisons in which an object takes part. A native is asked with the operator as seen from its own side.
Value compare_objects(Operator op, const Value& left, const Value& right) {
    auto ask_side = [&](const Value& object, const Value& other, bool reflected) -> std::optional<Value> {
        if (object.is(Type::native))
            return Peek::as<Native>(object)->binary(reflected ? mirrored(op) : op, other, false);
        return ask(op, object, other, reflected);
    };
    if (auto result = ask_side(left, right, false)) return std::move(*result);
    if (auto result = ask_side(right, left, true)) return std::move(*result);
    // != without __ne__ is the opposite of ==.
    if (op == Operator::equal) return equal(left, right);
    if (op == Operator::not_equal) return !equal(left, right);
    if (!plain(left).same(left) || !plain(right).same(right))
        return compare_operation(op, plain(left), plain(right));
    fail_operands(op, left, right);
}

} // namespace

Value compare_operation(Operator op, const Value& left, const Value& right) {
    if (const auto result = order(left, right)) return decide(op, *result);
    if (is_object(left) || is_object(right)) return compare_objects(op, left, right);
    if (op == Operator::equal) return equal(left, right);
    if (op == Operator::not_equal) return !equal(left, right);
    if (is_sequence(left) && left.type() == right.type()) return compare_sequences(op, left, right);
    if (is_set(left) && is_set(right)) return compare_sets(op, left, right);
    fail_operands(op, left, right);
}

bool less_than(const Value& left, const Value& right) {
    if (const auto result = order(left, right)) return *result < 0;
    return truth(compare_operation(Operator::less, left, right));
}

} // namespace orch::lang
