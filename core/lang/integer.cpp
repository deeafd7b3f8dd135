#include "lang/integer.hpp"

#include "lang/text.hpp"

#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace orch::lang {

namespace {

using Big = boost::multiprecision::cpp_int;

class BigInteger final : public Object {
  public:
    explicit BigInteger(Big v) : Object(Type::big_integer), value(std::move(v)) { charge(bytes()); }
    ~BigInteger() override { refund(bytes()); }
    Big value;

  private:
    std::int64_t bytes() const {
        return static_cast<std::int64_t>(value.backend().size() * sizeof(std::uint64_t));
    }
};

constexpr std::size_t most_bits = std::size_t(1) << 20;
constexpr std::size_t most_digits = 4300; // Python's own limit for decimal text

Value shrink(Big value) {
    static const Big low = std::numeric_limits<std::int64_t>::min();
    static const Big high = std::numeric_limits<std::int64_t>::max();
    if (value >= low && value <= high) return static_cast<std::int64_t>(value);
    return Value(static_cast<Object*>(new BigInteger(std::move(value))));
}

Big widen(const Value& v) {
    return v.is(Type::big_integer) ? Peek::as<BigInteger>(v)->value : Big(Peek::integer(v));
}

std::size_t bits(const Big& value) { return value.is_zero() ? 0 : msb(abs(value)) + 1; }

/// Refuses a result of about this many bits; large ones that are allowed cost steps, since they take time.
void expect_bits(std::size_t count) {
    if (count > most_bits)
        throw Error(Fault::script, fmt::format("the integer would have more than {} bits", most_bits));
    step(static_cast<std::int64_t>(count >> 8));
}

Big floor_divide(const Big& left, const Big& right) {
    Big quotient;
    Big remainder;
    divide_qr(left, right, quotient, remainder);
    if (!remainder.is_zero() && (remainder < 0) != (right < 0)) --quotient;
    return quotient;
}

std::int64_t floor_divide(std::int64_t left, std::int64_t right) {
    const std::int64_t quotient = left / right;
    return quotient - (left % right != 0 && (left < 0) != (right < 0));
}

Value shift_left(const Value& left, std::int64_t count) {
    if (integer_sign(left) == 0) return 0;
    expect_bits(bit_length(left) +
                static_cast<std::size_t>(std::min<std::int64_t>(count, std::int64_t(1) << 40)));
    return shrink(widen(left) << static_cast<unsigned>(count));
}

Value shift_right(const Value& left, std::int64_t count) {
    if (!left.is(Type::big_integer)) return Peek::integer(left) >> std::min<std::int64_t>(count, 63);
    const Big value = widen(left);
    const auto by = static_cast<unsigned>(std::min<std::int64_t>(count, most_bits));
    return shrink(value < 0 ? -((-value - 1) >> by) - 1 : Big(value >> by));
}

Value power(const Value& left, const Value& right) {
    if (integer_sign(right) < 0) return std::pow(integer_to_double(left), integer_to_double(right));
    if (!left.is(Type::big_integer)) {
        const std::int64_t base = Peek::integer(left);
        if (base == 0 || base == 1) return integer_sign(right) == 0 ? 1 : base;
        if (base == -1) return integer_binary(Operator::bit_and, right, 1).as_int() ? -1 : 1;
    }
    if (right.is(Type::big_integer)) expect_bits(most_bits + 1);
    const auto exponent = static_cast<std::uint64_t>(Peek::integer(right));
    if (exponent > most_bits) expect_bits(most_bits + 1);
    expect_bits(bit_length(left) * exponent);
    return shrink(boost::multiprecision::pow(widen(left), static_cast<unsigned>(exponent)));
}

std::int64_t shift_count(const Value& right) {
    if (integer_sign(right) < 0) raise_error("ValueError", "negative shift count");
    return right.is(Type::big_integer) ? std::numeric_limits<std::int64_t>::max() : Peek::integer(right);
}

/// The operations that stay in 64 bits; nothing when the result does not.
std::optional<std::int64_t> small_binary(Operator op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    switch (op) {
    case Operator::add: return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Operator::subtract:
        return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Operator::multiply:
        return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Operator::floor_divide:
        if (b == -1)
            return __builtin_sub_overflow(std::int64_t(0), a, &result) ? std::nullopt : std::optional(result);
        return floor_divide(a, b);
    case Operator::modulo: return b == -1 ? 0 : a - floor_divide(a, b) * b;
    case Operator::bit_and: return a & b;
    case Operator::bit_or: return a | b;
    case Operator::bit_xor: return a ^ b;
    default: return {};
    }
}

/// Two's complement for the bit operators, which cpp_int refuses for negative numbers: ~x is -x-1.
Big bitwise(Operator op, const Big& a, const Big& b) {
    if (a >= 0 && b >= 0)
        return op == Operator::bit_and ? Big(a & b) : op == Operator::bit_or ? Big(a | b) : Big(a ^ b);
    const Big not_a = -a - 1;
    const Big not_b = -b - 1;
    if (op == Operator::bit_xor)
        return (a < 0) == (b < 0) ? Big(not_a ^ not_b)
               : a < 0            ? -(Big(not_a ^ b)) - 1
                                  : -(Big(a ^ not_b)) - 1;
    // De Morgan brings the others to operands that are not negative.
    const Big width = Big(1) << static_cast<unsigned>(std::max(bits(a), bits(b)) + 1);
    const Big mask = width - 1;
    const Big ua = a < 0 ? Big(width + a) : a;
    const Big ub = b < 0 ? Big(width + b) : b;
    const Big result = op == Operator::bit_and ? Big(ua & ub) : Big(ua | ub);
    return (result & (width >> 1)) != 0 ? Big(result - width) : Big(result & mask);
}

} // namespace

Value integer_binary(Operator op, const Value& left, const Value& right) {
    if ((op == Operator::floor_divide || op == Operator::modulo) && integer_sign(right) == 0)
        raise_error("ZeroDivisionError",
                    op == Operator::modulo ? "integer modulo by zero" : "integer division or modulo by zero");
    switch (op) {
    case Operator::shift_left: return shift_left(left, shift_count(right));
    case Operator::shift_right: return shift_right(left, shift_count(right));
    case Operator::power: return power(left, right);
    default: break;
    }
    if (!left.is(Type::big_integer) && !right.is(Type::big_integer))
        if (const auto result = small_binary(op, Peek::integer(left), Peek::integer(right))) return *result;
    const Big a = widen(left);
    const Big b = widen(right);
    switch (op) {
    case Operator::add: return shrink(a + b);
    case Operator::subtract: return shrink(a - b);
    case Operator::multiply: expect_bits(bits(a) + bits(b)); return shrink(a * b);
    case Operator::floor_divide: return shrink(floor_divide(a, b));
    case Operator::modulo: return shrink(a - floor_divide(a, b) * b);
    default: return shrink(bitwise(op, a, b));
    }
}

Value integer_unary(Operator op, const Value& operand) {
    if (operand.is(Type::big_integer) ||
        (op == Operator::negative && Peek::integer(operand) == std::numeric_limits<std::int64_t>::min())) {
        const Big value = widen(operand);
        return shrink(op == Operator::negative ? Big(-value)
                      : op == Operator::invert ? Big(-value - 1)
                                               : value);
    }
    const std::int64_t value = Peek::integer(operand);
    return op == Operator::negative ? -value : op == Operator::invert ? ~value : value;
}

int integer_compare(const Value& left, const Value& right) {
    if (!left.is(Type::big_integer) && !right.is(Type::big_integer)) {
        const auto a = Peek::integer(left);
        const auto b = Peek::integer(right);
        return a < b ? -1 : a > b;
    }
    return widen(left).compare(widen(right));
}

int integer_sign(const Value& v) {
    if (v.is(Type::big_integer)) return Peek::as<BigInteger>(v)->value.sign();
    return Peek::integer(v) < 0 ? -1 : Peek::integer(v) > 0;
}

std::size_t integer_hash(const Value& v) {
    // As Python does: modulo the Mersenne prime 2^61 - 1, -1 stands for failure and becomes -2.
    constexpr std::int64_t prime = (std::int64_t(1) << 61) - 1;
    std::int64_t hash = v.is(Type::big_integer)
                            ? static_cast<std::int64_t>(Peek::as<BigInteger>(v)->value % prime)
                            : Peek::integer(v) % prime;
    if (hash == -1) hash = -2;
    return static_cast<std::size_t>(hash);
}

std::size_t hash_double(double value) {
    if (std::isnan(value)) return 0;
    if (std::isinf(value)) return static_cast<std::size_t>(value > 0 ? 314159 : -314159);
    if (value == std::trunc(value)) return integer_hash(integer_from_double(value));
    // Python's sum over the bits of the fraction, 28 at a time, modulo 2^61 - 1.
    constexpr int width = 61;
    constexpr std::uint64_t prime = (std::uint64_t(1) << width) - 1;
    int exponent = 0;
    double fraction = std::frexp(std::abs(value), &exponent);
    std::uint64_t x = 0;
    while (fraction != 0) {
        x = ((x << 28) & prime) | x >> (width - 28);
        fraction *= 268435456.0;
        exponent -= 28;
        const auto piece = static_cast<std::uint64_t>(fraction);
        fraction -= static_cast<double>(piece);
        x += piece;
        if (x >= prime) x -= prime;
    }
    exponent = exponent >= 0 ? exponent % width : width - 1 - ((-1 - exponent) % width);
    x = ((x << exponent) & prime) | x >> (width - exponent);
    auto hash = static_cast<std::int64_t>(x) * (value < 0 ? -1 : 1);
    return static_cast<std::size_t>(hash == -1 ? -2 : hash);
}

double integer_to_double(const Value& v) {
    if (!v.is(Type::big_integer)) return static_cast<double>(Peek::integer(v));
    if (bit_length(v) > 1024) raise_error("OverflowError", "int too large to convert to float");
    // cpp_int truncates; rounding to even is done here on 64 bits and a sticky one.
    const Big magnitude = abs(Peek::as<BigInteger>(v)->value);
    const std::size_t shift = bits(magnitude) - 64;
    Big top = magnitude >> static_cast<unsigned>(shift);
    auto digits = static_cast<std::uint64_t>(top);
    if ((top << static_cast<unsigned>(shift)) != magnitude) digits |= 1;
    const std::uint64_t rest = digits & 0x7ff;
    digits >>= 11;
    if (rest > 0x400 || (rest == 0x400 && (digits & 1))) ++digits;
    const double result = std::ldexp(static_cast<double>(digits), static_cast<int>(shift) + 11);
    if (std::isinf(result)) raise_error("OverflowError", "int too large to convert to float");
    return integer_sign(v) < 0 ? -result : result;
}

double integer_divide(const Value& left, const Value& right) {
    if (integer_sign(right) == 0) raise_error("ZeroDivisionError", "division by zero");
    constexpr std::int64_t exact = std::int64_t(1) << 53;
    auto is_exact = [](const Value& v) {
        return !v.is(Type::big_integer) && Peek::integer(v) >= -exact && Peek::integer(v) <= exact;
    };
    if (is_exact(left) && is_exact(right))
        return static_cast<double>(Peek::integer(left)) / static_cast<double>(Peek::integer(right));
    // A quotient of 66 bits or more and a sticky one round to the right double.
    const Big a = abs(widen(left));
    const Big b = abs(widen(right));
    if (a.is_zero()) return 0;
    const int shift = static_cast<int>(bits(b)) - static_cast<int>(bits(a)) + 66;
    Big numerator = shift > 0 ? Big(a << static_cast<unsigned>(shift)) : a;
    Big denominator = shift < 0 ? Big(b << static_cast<unsigned>(-shift)) : b;
    Big quotient = numerator / denominator;
    if (quotient * denominator != numerator) quotient |= 1;
    if (bits(a) > bits(b) + 1030)
        raise_error("OverflowError", "integer division result too large for a float");
    const double result = std::ldexp(integer_to_double(shrink(quotient)), -shift);
    return (integer_sign(left) < 0) != (integer_sign(right) < 0) ? -result : result;
}

int compare_with_double(const Value& integer, double real) {
    if (std::isnan(real)) return 2;
    if (std::isinf(real)) return real > 0 ? -1 : 1;
    const double whole = std::trunc(real);
    const int order = integer_compare(integer, integer_from_double(whole));
    if (order != 0) return order < 0 ? -1 : 1;
    return real > whole ? -1 : real < whole ? 1 : 0;
}

Value integer_from_double(double value) {
    if (std::isnan(value)) raise_error("ValueError", "cannot convert float NaN to integer");
    if (std::isinf(value)) raise_error("OverflowError", "cannot convert float infinity to integer");
    if (std::abs(value) < 9e18) return static_cast<std::int64_t>(value);
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    const auto digits = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    return shrink(Big(digits) << static_cast<unsigned>(exponent - 53));
}

std::size_t bit_length(const Value& v) {
    if (v.is(Type::big_integer)) return bits(Peek::as<BigInteger>(v)->value);
    const std::int64_t value = Peek::integer(v);
    const auto magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    return static_cast<std::size_t>(std::bit_width(magnitude));
}

Value power_modulo(const Value& base, const Value& exponent, const Value& modulus) {
    if (integer_sign(modulus) == 0) raise_error("ValueError", "pow() 3rd argument cannot be 0");
    if (integer_sign(exponent) < 0)
        throw Error(Fault::script, "pow() with a negative exponent and a modulus is not supported");
    const Big m = widen(modulus);
    expect_bits(bits(m) * 2);
    step(static_cast<std::int64_t>(bit_length(exponent) * (bits(m) / 64 + 1)));
    Big b = widen(base) % abs(m);
    if (b < 0) b += abs(m);
    Big result = powm(b, widen(exponent), Big(abs(m)));
    if (m < 0 && !result.is_zero()) result += m;
    return shrink(result);
}

std::optional<Value> parse_integer(std::string_view text, int base) {
    while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.size() > 2 && text[0] == '0') {
        const char kind = static_cast<char>(text[1] | 0x20);
        const int said = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
        if (said != 0 && (base == 0 || base == said)) {
            base = said;
            text.remove_prefix(text[2] == '_' ? 3 : 2);
        }
    }
    const bool any_base = base == 0;
    if (any_base) base = 10;
    if (text.empty()) return {};
    if (base == 10 && text.size() > most_digits)
        raise_error(
            "ValueError",
            fmt::format("Exceeds the limit ({} digits) for integer string conversion: value has {} digits; "
                        "use sys.set_int_max_str_digits() to increase the limit",
                        most_digits, text.size()));
    if (text.size() * 6 > most_bits) expect_bits(most_bits + 1);
    std::int64_t value = 0;
    Big big;
    bool is_big = false;
    char before = '_';
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9'                     ? c - '0'
                          : (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? (c | 0x20) - 'a' + 10
                                                                   : 99;
        if (c == '_' ? before == '_' : digit >= base) return {};
        before = c;
        if (c == '_') continue;
        std::int64_t next = 0;
        if (!is_big && !__builtin_mul_overflow(value, static_cast<std::int64_t>(base), &next) &&
            !__builtin_add_overflow(next, static_cast<std::int64_t>(digit), &next)) {
            value = next;
            continue;
        }
        if (!is_big) big = value;
        is_big = true;
        big = big * base + digit;
    }
    if (before == '_') return {};
    if (is_big) return shrink(negative ? Big(-big) : big);
    return negative ? -value : value;
}

std::string integer_text(const Value& v, int base) {
    if (!v.is(Type::big_integer) && base == 10) return fmt::format("{}", Peek::integer(v));
    Big value = widen(v);
    const bool negative = value < 0;
    value = abs(value);
    if (base == 10) {
        if (bits(value) > most_digits * 10 / 3 + 10 ||
            (bits(value) > 14000 && value.str().size() > most_digits))
            raise_error("ValueError",
                        fmt::format("Exceeds the limit ({} digits) for integer string conversion; use "
                                    "sys.set_int_max_str_digits() to increase the limit",
                                    most_digits));
        return (negative ? "-" : "") + value.str();
    }
    if (value.is_zero()) return "0";
    std::string digits;
    const unsigned shift = base == 16 ? 4 : base == 8 ? 3 : 1;
    for (; !value.is_zero(); value >>= shift)
        digits += "0123456789abcdef"[static_cast<unsigned>(value & static_cast<unsigned>(base - 1))];
    if (negative) digits += '-';
    return {digits.rbegin(), digits.rend()};
}

Value integer_from_bytes(std::string_view bytes, bool little, bool is_signed) {
    Big value;
    expect_bits(bytes.size() * 8);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[little ? bytes.size() - 1 - i : i]);
    if (is_signed && !bytes.empty() &&
        (static_cast<unsigned char>(little ? bytes.back() : bytes.front()) & 0x80))
        value -= Big(1) << static_cast<unsigned>(bytes.size() * 8);
    return shrink(value);
}

std::string integer_to_bytes(const Value& integer, std::size_t size, bool little, bool is_signed) {
    Big value = widen(integer);
    if (value < 0 && !is_signed) raise_error("OverflowError", "can't convert negative int to unsigned");
    const std::size_t needed = value < 0 ? bits(Big(-value - 1)) + 1 : bits(value) + is_signed;
    if (needed > size * 8) raise_error("OverflowError", "int too big to convert");
    expect_bits(size * 8);
    if (value < 0) value += Big(1) << static_cast<unsigned>(size * 8);
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i, value >>= 8)
        out[little ? i : size - 1 - i] = static_cast<char>(static_cast<unsigned>(value & 255u));
    return out;
}

Value Value::from_unsigned(std::uint64_t value) { return shrink(Big(value)); }

Value Value::big_integer(std::string_view decimal) {
    if (auto value = parse_integer(decimal, 10)) return *value;
    raise_error("ValueError", fmt::format("invalid literal for int() with base 10: {}", quoted(decimal)));
}

} // namespace orch::lang
