// decimal: numbers of the form coefficient * 10 ** exponent with an unbounded integer as coefficient. Sums,
// products and quotients are rounded to 28 digits, half to even, as Python's default context does.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"
#include "lang/runtime.hpp"
#include "lang/text.hpp"

#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

namespace {

constexpr std::int64_t precision = 28;

Value& decimal_class() {
    thread_local Value cls;
    return cls;
}

enum class Special : std::uint8_t { none, infinity, nan };
enum class Rounding : std::uint8_t { half_even, half_up, half_down, down, up, floor, ceiling };

Value ten_to(std::int64_t exponent) {
    if (exponent > 5000) throw Error(Fault::script, "the decimal's exponent is too large");
    return integer_binary(Operator::power, 10, exponent);
}

class Decimal final : public Native {
  public:
    Decimal(bool minus, Value digits, std::int64_t power, Special kind = Special::none)
        : negative(minus), coefficient(std::move(digits)), exponent(power), special(kind) {
        set_class(decimal_class());
    }
    std::string type_name() const override { return "decimal.Decimal"; }
    bool truth() override { return special != Special::none || integer_sign(coefficient) != 0; }
    std::string str() const override;
    std::string repr() const override { return fmt::format("Decimal('{}')", str()); }
    bool equals(const Value& other) const override;
    std::size_t hash() const override;
    std::optional<Value> unary(Operator op) override {
        if (op == Operator::invert) return {};
        return make<Decimal>(op == Operator::negative ? !negative && truth() : negative && truth(),
                             coefficient, exponent, special);
    }
    std::optional<Value> binary(Operator op, const Value& other, bool reflected) override;
    std::optional<Value> get_attribute(std::string_view name) override;

    bool negative;
    Value coefficient; ///< not negative
    std::int64_t exponent;
    Special special;
};

std::size_t digits_of(const Value& coefficient) {
    return integer_sign(coefficient) == 0 ? 1 : integer_text(coefficient).size();
}

std::string Decimal::str() const {
    const std::string sign = negative ? "-" : "";
    if (special == Special::infinity) return sign + "Infinity";
    if (special == Special::nan) return "NaN";
    const std::string digits = integer_text(coefficient);
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t adjusted = exponent + count - 1;
    if (exponent <= 0 && adjusted >= -6) {
        if (exponent == 0) return sign + digits;
        const std::int64_t point = count + exponent;
        if (point > 0)
            return sign + digits.substr(0, static_cast<std::size_t>(point)) + "." +
                   digits.substr(static_cast<std::size_t>(point));
        return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    }
    std::string out = sign + digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    return out + fmt::format("E{}{}", adjusted < 0 ? '-' : '+', std::abs(adjusted));
}

/// Drops digits up to a power of ten.
Value round_digits(const Value& coefficient, std::int64_t drop, bool negative, Rounding mode) {
    const Value unit = ten_to(drop);
    const Value low = integer_binary(Operator::floor_divide, coefficient, unit);
    const Value rest = integer_binary(Operator::modulo, coefficient, unit);
    const int half = integer_compare(integer_binary(Operator::multiply, rest, 2), unit);
    const bool odd = truth(integer_binary(Operator::modulo, low, 2));
    const bool any = integer_sign(rest) != 0;
    bool up = false;
    switch (mode) {
    case Rounding::half_even: up = half > 0 || (half == 0 && odd); break;
    case Rounding::half_up: up = half >= 0; break;
    case Rounding::half_down: up = half > 0; break;
    case Rounding::down: break;
    case Rounding::up: up = any; break;
    case Rounding::floor: up = any && negative; break;
    case Rounding::ceiling: up = any && !negative; break;
    }
    return up ? integer_binary(Operator::add, low, 1) : low;
}

/// A result in the context's precision.
Value finished(bool negative, Value coefficient, std::int64_t exponent) {
    const auto count = static_cast<std::int64_t>(digits_of(coefficient));
    if (count > precision) {
        const std::int64_t drop = count - precision;
        coefficient = round_digits(coefficient, drop, negative, Rounding::half_even);
        exponent += drop;
        if (static_cast<std::int64_t>(digits_of(coefficient)) > precision) {
            coefficient = integer_binary(Operator::floor_divide, coefficient, 10);
            ++exponent;
        }
    }
    return make<Decimal>(negative, coefficient, exponent);
}

Value signed_value(const Decimal& d) {
    return d.negative ? integer_unary(Operator::negative, d.coefficient) : d.coefficient;
}

/// Both as integers of the smaller exponent.
std::int64_t align(const Decimal& a, const Decimal& b, Value& x, Value& y) {
    const std::int64_t exponent = std::min(a.exponent, b.exponent);
    x = integer_binary(Operator::multiply, signed_value(a), ten_to(a.exponent - exponent));
    y = integer_binary(Operator::multiply, signed_value(b), ten_to(b.exponent - exponent));
    return exponent;
}

int compare(const Decimal& a, const Decimal& b) {
    if (a.special == Special::infinity || b.special == Special::infinity) {
        auto rank = [](const Decimal& d) { return d.special != Special::infinity ? 0 : d.negative ? -1 : 1; };
        return rank(a) - rank(b);
    }
    Value x;
    Value y;
    align(a, b, x, y);
    return integer_compare(x, y);
}

[[noreturn]] void invalid(std::string_view what) {
    raise_exception(decimal_class().attribute("_InvalidOperation"), what);
}

std::optional<Value> parse(std::string_view text) {
    while (!text.empty() && is_space(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && is_space(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::string lowered(Value(text).method("lower").as_string());
    if (lowered == "inf" || lowered == "infinity")
        return make<Decimal>(negative, Value(0), std::int64_t(0), Special::infinity);
    if (lowered == "nan") return make<Decimal>(negative, Value(0), std::int64_t(0), Special::nan);
    std::string digits;
    std::int64_t exponent = 0;
    bool point = false;
    std::size_t at = 0;
    for (; at < text.size() && (text[at] | 0x20) != 'e'; ++at) {
        if (text[at] == '.' && !point)
            point = true;
        else if (text[at] >= '0' && text[at] <= '9')
            digits += text[at], exponent -= point;
        else if (text[at] != '_')
            return {};
    }
    if (digits.empty()) return {};
    if (at < text.size()) {
        const auto power = parse_integer(text.substr(at + 1), 10);
        if (!power || power->is(Type::big_integer) || std::abs(power->as_int()) > 100000) return {};
        exponent += power->as_int();
    }
    return make<Decimal>(negative, *parse_integer(digits, 10), exponent);
}

/// A float exactly: its fraction has a power of two below, so five to that power makes it decimal.
Value from_double(double value) {
    if (std::isnan(value)) return make<Decimal>(false, Value(0), std::int64_t(0), Special::nan);
    if (std::isinf(value)) return make<Decimal>(value < 0, Value(0), std::int64_t(0), Special::infinity);
    const Value ratio = Value(std::abs(value)).method("as_integer_ratio");
    const auto power = static_cast<std::int64_t>(bit_length(items_of(ratio)[1])) - 1;
    const Value coefficient =
        integer_binary(Operator::multiply, items_of(ratio)[0], integer_binary(Operator::power, 5, power));
    return make<Decimal>(std::signbit(value), coefficient, -power);
}

Value to_decimal(const Value& given) {
    const Value v = plain(given);
    if (v.native<Decimal>()) return v;
    if (v.is_integer())
        return make<Decimal>(integer_sign(v) < 0,
                             integer_sign(v) < 0 ? integer_unary(Operator::negative, v)
                                                 : integer_unary(Operator::positive, v),
                             std::int64_t(0));
    if (v.is(Type::real)) return from_double(v.as_double());
    if (v.is_string()) {
        if (auto parsed = parse(text_of(v))) return *parsed;
        invalid("[<class 'decimal.ConversionSyntax'>]");
    }
    if (v.is(Type::tuple) && items_of(v).size() == 3) {
        Value coefficient = 0;
        for (const Value& digit : collect(items_of(v)[1]))
            coefficient =
                integer_binary(Operator::add, integer_binary(Operator::multiply, coefficient, 10), digit);
        return make<Decimal>(lang::truth(items_of(v)[0]), coefficient, items_of(v)[2].as_int());
    }
    type_error(fmt::format("conversion from {} to Decimal is not supported", given.type_name()));
}

const Decimal& decimal(const Value& v) { return *v.native<Decimal>(); }

Value divide(const Decimal& a, const Decimal& b) {
    if (integer_sign(b.coefficient) == 0) {
        if (integer_sign(a.coefficient) == 0) invalid("[<class 'decimal.DivisionUndefined'>]");
        raise_exception(decimal_class().attribute("_DivisionByZero"), "[<class 'decimal.DivisionByZero'>]");
    }
    const bool negative = a.negative != b.negative;
    if (integer_sign(a.coefficient) == 0) return make<Decimal>(negative, Value(0), a.exponent - b.exponent);
    const std::int64_t shift =
        std::max<std::int64_t>(static_cast<std::int64_t>(digits_of(b.coefficient)) -
                                   static_cast<std::int64_t>(digits_of(a.coefficient)) + precision + 1,
                               0);
    const Value numerator = integer_binary(Operator::multiply, a.coefficient, ten_to(shift));
    Value quotient = integer_binary(Operator::floor_divide, numerator, b.coefficient);
    const bool exact =
        integer_compare(integer_binary(Operator::multiply, quotient, b.coefficient), numerator) == 0;
    std::int64_t exponent = a.exponent - b.exponent - shift;
    if (!exact) {
        // A sticky last digit, so that rounding sees that something follows.
        if (integer_sign(integer_binary(Operator::modulo, quotient, 5)) == 0)
            quotient = integer_binary(Operator::add, quotient, 1);
        return finished(negative, quotient, exponent);
    }
    // An exact quotient keeps the exponent nearest to what the operands suggest.
    while (exponent < a.exponent - b.exponent &&
           integer_sign(integer_binary(Operator::modulo, quotient, 10)) == 0) {
        quotient = integer_binary(Operator::floor_divide, quotient, 10);
        ++exponent;
    }
    return finished(negative, quotient, exponent);
}

Value power(const Decimal& a, const Value& exponent) {
    if (!exponent.is_integer())
        throw Error(Fault::script, "powers of decimals are supported for whole exponents only");
    std::int64_t n = exponent.as_int();
    Value out = make<Decimal>(false, Value(1), std::int64_t(0));
    const Value base(const_cast<Decimal*>(&a));
    for (std::int64_t i = 0; i < std::abs(n); ++i) {
        step();
        out = binary_operation(Operator::multiply, out, base);
    }
    return n < 0 ? divide(decimal(make<Decimal>(false, Value(1), std::int64_t(0))), decimal(out)) : out;
}

/// a // b and a % b: the quotient goes towards zero, unlike that of integers.
Value whole_quotient(const Decimal& a, const Decimal& b, bool rest) {
    if (integer_sign(b.coefficient) == 0) invalid("[<class 'decimal.DivisionUndefined'>]");
    Value x;
    Value y;
    const std::int64_t exponent = align(a, b, x, y);
    auto magnitude = [](const Value& v) {
        return integer_sign(v) < 0 ? integer_unary(Operator::negative, v) : v;
    };
    if (rest)
        return make<Decimal>(a.negative, integer_binary(Operator::modulo, magnitude(x), magnitude(y)),
                             exponent);
    return make<Decimal>(a.negative != b.negative,
                         integer_binary(Operator::floor_divide, magnitude(x), magnitude(y)), std::int64_t(0));
}

bool decide(Operator op, int order) {
    switch (op) {
    case Operator::equal: return order == 0;
    case Operator::not_equal: return order != 0;
    case Operator::less: return order < 0;
    case Operator::less_equal: return order <= 0;
    case Operator::greater: return order > 0;
    default: return order >= 0;
    }
}

Value arithmetic(Operator op, const Decimal& a, const Decimal& b) {
    if (a.special == Special::nan || b.special == Special::nan)
        return make<Decimal>(false, Value(0), std::int64_t(0), Special::nan);
    if (a.special == Special::infinity || b.special == Special::infinity)
        throw Error(Fault::script, "arithmetic with infinite decimals is not supported");
    switch (op) {
    case Operator::add:
    case Operator::subtract: {
        Value x;
        Value y;
        const std::int64_t exponent = align(a, b, x, y);
        const Value sum = integer_binary(op, x, y);
        const bool minus = integer_sign(sum) < 0;
        return finished(minus, minus ? integer_unary(Operator::negative, sum) : sum, exponent);
    }
    case Operator::multiply:
        return finished(a.negative != b.negative, integer_binary(op, a.coefficient, b.coefficient),
                        a.exponent + b.exponent);
    case Operator::divide: return divide(a, b);
    default: return whole_quotient(a, b, op == Operator::modulo);
    }
}

std::optional<Value> Decimal::binary(Operator op, const Value& other, bool reflected) {
    const bool is_comparison = op >= Operator::equal && op <= Operator::greater_equal;
    const bool known = other.native<Decimal>() || plain(other).is_integer() ||
                       (is_comparison && plain(other).is(Type::real));
    if (!known) return {};
    const Value converted = to_decimal(other);
    const Decimal& second = decimal(converted);
    const Decimal& left = reflected ? second : *this;
    const Decimal& right = reflected ? *this : second;
    if (is_comparison) {
        if (left.special == Special::nan || right.special == Special::nan) return op == Operator::not_equal;
        return decide(op, compare(left, right));
    }
    switch (op) {
    case Operator::add:
    case Operator::subtract:
    case Operator::multiply:
    case Operator::divide:
    case Operator::floor_divide:
    case Operator::modulo: return arithmetic(op, left, right);
    case Operator::power:
        if (reflected) return {};
        return power(*this, right.exponent == 0 ? signed_value(right) : other);
    default: return {};
    }
}

bool Decimal::equals(const Value& other) const {
    if (special == Special::nan) return false;
    const auto* decimal_other = other.is(Type::native) ? dynamic_cast<Decimal*>(other.object()) : nullptr;
    if (decimal_other) return decimal_other->special != Special::nan && compare(*this, *decimal_other) == 0;
    if (!other.is_number()) return false;
    return compare(*this, decimal(to_decimal(other))) == 0;
}

std::size_t Decimal::hash() const {
    if (special != Special::none) return 0;
    if (exponent >= 0)
        return hash_of(integer_binary(Operator::multiply, signed_value(*this), ten_to(exponent)));
    return hash_of(*parse_float(str()));
}

Value truncated(const Decimal& d) {
    if (d.special == Special::nan) value_error("cannot convert NaN to integer");
    if (d.special == Special::infinity) raise_error("OverflowError", "cannot convert Infinity to integer");
    const Value v = d.exponent >= 0 ? integer_binary(Operator::multiply, d.coefficient, ten_to(d.exponent))
                                    : round_digits(d.coefficient, -d.exponent, d.negative, Rounding::down);
    return d.negative ? integer_unary(Operator::negative, v) : v;
}

Rounding rounding_of(const Value& v) {
    if (v.is_none()) return Rounding::half_even;
    const std::string_view name = v.as_string("rounding");
    for (const auto& [known, mode] :
         {std::pair("ROUND_HALF_EVEN", Rounding::half_even), std::pair("ROUND_HALF_UP", Rounding::half_up),
          std::pair("ROUND_HALF_DOWN", Rounding::half_down), std::pair("ROUND_DOWN", Rounding::down),
          std::pair("ROUND_UP", Rounding::up), std::pair("ROUND_FLOOR", Rounding::floor),
          std::pair("ROUND_CEILING", Rounding::ceiling)})
        if (name == known) return mode;
    type_error("valid values for rounding are: [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN, "
               "ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN]");
}

Value quantized(const Decimal& d, std::int64_t exponent, Rounding mode) {
    if (exponent <= d.exponent)
        return make<Decimal>(d.negative,
                             integer_binary(Operator::multiply, d.coefficient, ten_to(d.exponent - exponent)),
                             exponent);
    return make<Decimal>(d.negative, round_digits(d.coefficient, exponent - d.exponent, d.negative, mode),
                         exponent);
}

Value normalized(const Decimal& d) {
    Value coefficient = d.coefficient;
    std::int64_t exponent = d.exponent;
    if (integer_sign(coefficient) == 0) return make<Decimal>(d.negative, Value(0), std::int64_t(0));
    while (integer_sign(integer_binary(Operator::modulo, coefficient, 10)) == 0) {
        coefficient = integer_binary(Operator::floor_divide, coefficient, 10);
        ++exponent;
    }
    return make<Decimal>(d.negative, coefficient, exponent);
}

std::string formatted(const Decimal& d, std::string_view spec) {
    if (spec.empty()) return d.str();
    // Fixed-point digits are made here, exactly; width and fill are what they are for text.
    const std::size_t dot = spec.find('.');
    const char type = spec.back();
    if ((type == 'f' || type == '%') && d.special == Special::none) {
        const std::int64_t places = dot == std::string_view::npos
                                        ? (type == '%' ? std::max<std::int64_t>(-d.exponent - 2, 0)
                                                       : std::max<std::int64_t>(-d.exponent, 0))
                                        : std::stoll(std::string(spec.substr(dot + 1)));
        const Value scaled = type == '%' ? make<Decimal>(d.negative, d.coefficient, d.exponent + 2)
                                         : make<Decimal>(d.negative, d.coefficient, d.exponent);
        std::string digits = decimal(quantized(decimal(scaled), -places, Rounding::half_even)).str();
        if (digits.find('E') != std::string::npos) return format_value(Value(*parse_float(d.str())), spec);
        std::string_view rest = spec.substr(0, dot == std::string_view::npos ? spec.size() - 1 : dot);
        const std::size_t comma = rest.find(',');
        if (comma != std::string_view::npos) {
            const std::size_t point = std::min(digits.find('.'), digits.size());
            for (std::size_t at = point; at > 3 + (digits[0] == '-');) digits.insert(at -= 3, ",");
            rest = rest.substr(0, comma);
        }
        if (type == '%') digits += '%';
        if (rest.starts_with('+')) rest.remove_prefix(1), digits.insert(0, d.negative ? "" : "+");
        if (rest.empty()) return digits;
        const bool aligned = rest.find_first_of("<>^") != std::string_view::npos;
        return format_value(Value(digits), aligned ? std::string(rest) : ">" + std::string(rest));
    }
    return format_value(Value(*parse_float(d.str())), spec);
}

std::optional<Value> Decimal::get_attribute(std::string_view name) {
    if (name == "real") return Value(this);
    if (name == "imag") return 0;
    return {};
}

void add_methods(const Value& cls) {
    auto self = [](Call& call) -> const Decimal& {
        if (!call[0].native<Decimal>()) type_error("expected a Decimal");
        return decimal(call[0]);
    };
    Methods(cls)
        .add("quantize",
             [self](Call& call) {
                 const Value unit = to_decimal(call[1]);
                 return quantized(self(call), decimal(unit).exponent, rounding_of(call.get(2, "rounding")));
             })
        .add("normalize", [self](Call& call) { return normalized(self(call)); })
        .add("to_integral_value",
             [self](Call& call) {
                 return self(call).exponent >= 0
                            ? call[0]
                            : quantized(self(call), 0, rounding_of(call.get(1, "rounding")));
             })
        .add("copy_abs",
             [self](Call& call) {
                 return make<Decimal>(false, self(call).coefficient, self(call).exponent, self(call).special);
             })
        .add("__abs__",
             [self](Call& call) {
                 return make<Decimal>(false, self(call).coefficient, self(call).exponent, self(call).special);
             })
        .add("is_nan", [self](Call& call) { return Value(self(call).special == Special::nan); })
        .add("is_infinite", [self](Call& call) { return Value(self(call).special == Special::infinity); })
        .add("is_finite", [self](Call& call) { return Value(self(call).special == Special::none); })
        .add("is_zero", [self](Call& call) { return Value(integer_sign(self(call).coefficient) == 0); })
        .add("is_signed", [self](Call& call) { return Value(self(call).negative); })
        .add("as_tuple",
             [self](Call& call) {
                 Values digits;
                 for (const char c : integer_text(self(call).coefficient)) digits.emplace_back(c - '0');
                 const Value named = running->self.import("collections").attribute("namedtuple");
                 return named.call({Value("DecimalTuple"), Value("sign digits exponent")})
                     .call({Value(static_cast<int>(self(call).negative)), make_tuple(std::move(digits)),
                            Value(self(call).exponent)});
             })
        .add("__int__", [self](Call& call) { return truncated(self(call)); })
        .add("__trunc__", [self](Call& call) { return truncated(self(call)); })
        .add("__float__", [self](Call& call) { return Value(*parse_float(self(call).str())); })
        .add("__round__",
             [self](Call& call) {
                 if (call.size() > 1) return quantized(self(call), -call[1].as_int(), Rounding::half_even);
                 return truncated(decimal(quantized(
                     self(call), std::max<std::int64_t>(0, self(call).exponent), Rounding::half_even)));
             })
        .add("__floor__",
             [self](Call& call) {
                 return truncated(decimal(
                     quantized(self(call), std::max<std::int64_t>(0, self(call).exponent), Rounding::floor)));
             })
        .add("__ceil__",
             [self](Call& call) {
                 return truncated(decimal(quantized(
                     self(call), std::max<std::int64_t>(0, self(call).exponent), Rounding::ceiling)));
             })
        .add("__format__", [self](Call& call) { return Value(formatted(self(call), call[1].as_string())); });
}

} // namespace

void load_decimal(ModuleBuilder& module) {
    Heap* const before = Heap::use(nullptr);
    if (decimal_class().is_none()) {
        ClassSpec spec;
        spec.name = "Decimal";
        spec.module = "decimal";
        spec.construct = [](Call& call, const Value&) {
            return to_decimal(call.get(0, "value", Value("0")));
        };
        decimal_class() = make_class(std::move(spec));
        add_methods(decimal_class());
        const Value base = make_exception("DecimalException", "decimal", builtin("ArithmeticError"));
        set_attribute(decimal_class(), Key("_DecimalException"), base);
        set_attribute(decimal_class(), Key("_InvalidOperation"),
                      make_exception("InvalidOperation", "decimal", base));
        set_attribute(decimal_class(), Key("_DivisionByZero"),
                      make_exception("DivisionByZero", "decimal", builtin("ZeroDivisionError")));
    }
    Heap::use(before);
    module.add("Decimal", decimal_class());
    for (const char* name : {"DecimalException", "InvalidOperation", "DivisionByZero"})
        module.add(name, decimal_class().attribute(std::string("_") + name));
    for (const char* name : {"ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_DOWN", "ROUND_UP",
                             "ROUND_FLOOR", "ROUND_CEILING"})
        module.add(name, name);
}

} // namespace orch::lang
