// math.

#include "lang/integer.hpp"
#include "lang/modules/modules.hpp"

#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numbers>

namespace orch::lang {

namespace {

double number(const Value& v) {
    if (!plain(v).is_number()) {
        Value method;
        if (find_attribute(v, Key("__float__"), method)) return call_value(method, {}).as_double();
        type_error(fmt::format("must be real number, not {}", v.type_name()));
    }
    return v.as_double();
}

double checked(double result, bool finite) {
    if (std::isnan(result) && finite) value_error("math domain error");
    if (std::isinf(result) && finite) raise_error("OverflowError", "math range error");
    return result;
}

/// An integer made by rounding: floor, ceil, trunc.
Function rounded(double (*round)(double), const char* special) {
    return [round, special](Call& call) {
        const Value& v = plain(call[0]);
        if (v.is_integer()) return integer_unary(Operator::positive, v);
        Value method;
        if (!v.is_number() && find_attribute(call[0], Key(special), method)) return call_value(method, {});
        return integer_from_double(round(number(v)));
    };
}

Value greatest_divisor(const Value& a, const Value& b) {
    Value x = plain(a);
    Value y = plain(b);
    while (integer_sign(y) != 0) {
        Value rest = integer_binary(Operator::modulo, x, y);
        x = y;
        y = rest;
    }
    return integer_sign(x) < 0 ? integer_unary(Operator::negative, x) : integer_unary(Operator::positive, x);
}

Value factorial(Call& call) {
    const std::int64_t n = call[0].as_int();
    if (n < 0) value_error("factorial() not defined for negative values");
    Value out = 1;
    for (std::int64_t i = 2; i <= n; ++i) {
        step();
        out = integer_binary(Operator::multiply, out, i);
    }
    return out;
}

/// Newton's method on integers.
Value integer_root(Call& call) {
    const Value n = plain(call[0]);
    if (!n.is_integer())
        type_error(fmt::format("'{}' object cannot be interpreted as an integer", n.type_name()));
    if (integer_sign(n) < 0) value_error("isqrt() argument must be nonnegative");
    if (integer_sign(n) == 0) return 0;
    Value x =
        integer_binary(Operator::shift_left, 1, Value(static_cast<std::int64_t>((bit_length(n) + 1) / 2)));
    for (;;) {
        step();
        const Value y =
            integer_binary(Operator::shift_right,
                           integer_binary(Operator::add, x, integer_binary(Operator::floor_divide, n, x)), 1);
        if (integer_compare(y, x) >= 0) return x;
        x = y;
    }
}

Value combinations(Call& call, bool ordered) {
    const std::int64_t n = call[0].as_int();
    const std::int64_t k = call.size() > 1 ? call[1].as_int() : n;
    if (n < 0 || k < 0) value_error("n and k must be non-negative integers");
    if (k > n) return 0;
    Value out = 1;
    for (std::int64_t i = 0; i < k; ++i) {
        step();
        out = integer_binary(Operator::multiply, out, Value(n - i));
        if (!ordered) out = integer_binary(Operator::floor_divide, out, Value(i + 1));
    }
    return out;
}

Value logarithm(Call& call) {
    const Value& v = plain(call[0]);
    auto natural = [](const Value& x) {
        if (x.is_integer() ? integer_sign(x) <= 0 : x.as_double() <= 0) value_error("math domain error");
        if (!x.is(Type::big_integer)) return std::log(number(x));
        // Of large integers by way of their top bits.
        const auto shift = static_cast<std::int64_t>(bit_length(x)) - 64;
        return std::log(integer_to_double(integer_binary(Operator::shift_right, x, shift))) +
               static_cast<double>(shift) * std::numbers::ln2;
    };
    if (call.size() == 1) return natural(v);
    return natural(v) / natural(plain(call[1]));
}

} // namespace

void load_math(ModuleBuilder& module) {
    module.add("pi", std::numbers::pi).add("e", std::numbers::e).add("tau", 2 * std::numbers::pi);
    module.add("inf", std::numeric_limits<double>::infinity())
        .add("nan", std::numeric_limits<double>::quiet_NaN());
    using Real = double (*)(double);
    for (const auto& [name, function] : {std::pair<const char*, Real>("sin", std::sin),
                                         {"cos", std::cos},
                                         {"tan", std::tan},
                                         {"asin", std::asin},
                                         {"acos", std::acos},
                                         {"atan", std::atan},
                                         {"sinh", std::sinh},
                                         {"cosh", std::cosh},
                                         {"tanh", std::tanh},
                                         {"exp", std::exp},
                                         {"expm1", std::expm1},
                                         {"log1p", std::log1p},
                                         {"sqrt", std::sqrt},
                                         {"fabs", std::fabs},
                                         {"cbrt", std::cbrt},
                                         {"gamma", std::tgamma},
                                         {"erf", std::erf}})
        module.function(name, [f = function](Call& call) {
            const double x = number(call[0]);
            return Value(checked(f(x), std::isfinite(x)));
        });
    module.function("floor", rounded(std::floor, "__floor__"));
    module.function("ceil", rounded(std::ceil, "__ceil__"));
    module.function("trunc", rounded(std::trunc, "__trunc__"));
    module.function("log", logarithm);
    module.function("log2", [](Call& call) {
        if (number(call[0]) <= 0) value_error("math domain error");
        return Value(std::log2(number(call[0])));
    });
    module.function("log10", [](Call& call) {
        if (number(call[0]) <= 0) value_error("math domain error");
        return Value(std::log10(number(call[0])));
    });
    module.function(
        "pow", [](Call& call) { return Value(checked(std::pow(number(call[0]), number(call[1])), true)); });
    module.function("atan2", [](Call& call) { return Value(std::atan2(number(call[0]), number(call[1]))); });
    module.function(
        "fmod", [](Call& call) { return Value(checked(std::fmod(number(call[0]), number(call[1])), true)); });
    module.function("hypot", [](Call& call) {
        double sum = 0;
        for (const Value& v : call.args()) sum = std::hypot(sum, number(v));
        return Value(sum);
    });
    module.function("copysign",
                    [](Call& call) { return Value(std::copysign(number(call[0]), number(call[1]))); });
    module.function("isnan", [](Call& call) { return Value(std::isnan(number(call[0]))); });
    module.function("isinf", [](Call& call) { return Value(std::isinf(number(call[0]))); });
    module.function("isfinite", [](Call& call) { return Value(std::isfinite(number(call[0]))); });
    module.function("degrees", [](Call& call) { return Value(number(call[0]) * 180 / std::numbers::pi); });
    module.function("radians", [](Call& call) { return Value(number(call[0]) * std::numbers::pi / 180); });
    module.function("modf", [](Call& call) {
        double whole = 0;
        const double fraction = std::modf(number(call[0]), &whole);
        return make_tuple({Value(fraction), Value(whole)});
    });
    module.function("isclose", [](Call& call) {
        const double a = number(call[0]);
        const double b = number(call[1]);
        const Value* rel = call.keyword("rel_tol");
        const Value* abs = call.keyword("abs_tol");
        if (a == b) return Value(true);
        if (std::isinf(a) || std::isinf(b)) return Value(false);
        return Value(std::abs(a - b) <=
                     std::max((rel ? rel->as_double() : 1e-9) * std::max(std::abs(a), std::abs(b)),
                              abs ? abs->as_double() : 0.0));
    });
    module.function("gcd", [](Call& call) {
        Value out = 0;
        for (const Value& v : call.args()) out = greatest_divisor(out, v);
        return out;
    });
    module.function("lcm", [](Call& call) {
        Value out = 1;
        for (const Value& v : call.args()) {
            const Value divisor = greatest_divisor(out, v);
            if (integer_sign(divisor) == 0) return Value(0);
            out = integer_binary(Operator::multiply, integer_binary(Operator::floor_divide, out, divisor),
                                 plain(v));
            if (integer_sign(out) < 0) out = integer_unary(Operator::negative, out);
        }
        return out;
    });
    module.function("factorial", factorial);
    module.function("isqrt", integer_root);
    module.function("comb", [](Call& call) { return combinations(call, false); });
    module.function("perm", [](Call& call) { return combinations(call, true); });
    module.function("prod", [](Call& call) {
        const Value* start = call.keyword("start");
        Value out = start ? *start : Value(1);
        for (const Value& v : collect(call[0])) out = binary_operation(Operator::multiply, out, v);
        return out;
    });
    module.function("fsum", [](Call& call) {
        // Shewchuk's partial sums: exact until the end.
        std::vector<double> partials;
        for (const Value& v : collect(call[0])) {
            double x = number(v);
            std::vector<double> next;
            for (double y : partials) {
                if (std::abs(x) < std::abs(y)) std::swap(x, y);
                const double high = x + y;
                const double low = y - (high - x);
                if (low != 0) next.push_back(low);
                x = high;
            }
            next.push_back(x);
            partials = std::move(next);
        }
        double sum = 0;
        for (std::size_t i = 0; i < partials.size(); ++i) sum += partials[i];
        return Value(sum);
    });
}

} // namespace orch::lang
