// The methods of int and float.

#include "lang/builtins.hpp"
#include "lang/integer.hpp"
#include "lang/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace orch::lang {

namespace {

bool is_little(const Value& order) {
    const std::string_view text = order.as_string("byteorder");
    if (text != "little" && text != "big") value_error("byteorder must be either 'little' or 'big'");
    return text == "little";
}

Value to_bytes(Call& call) {
    const std::int64_t size = call.get(1, "length", 1).as_int();
    if (size < 0) value_error("length argument must be non-negative");
    const bool is_signed = truth(call.get(3, "signed", false));
    return Value::bytes(integer_to_bytes(plain(call[0]), static_cast<std::size_t>(size),
                                         is_little(call.get(2, "byteorder", Value("big"))), is_signed));
}

Value from_bytes(Call& call) {
    return integer_from_bytes(call[1].as_bytes(), is_little(call.get(2, "byteorder", Value("big"))),
                              truth(call.get(3, "signed", false)));
}

std::string hex_of(double value) {
    if (!std::isfinite(value)) return float_text(value);
    std::string text = fmt::format("{:.13a}", std::abs(value));
    if (!text.starts_with("0x")) text = "0x" + text;
    if (value == 0) text = "0x0.0p+0";
    return (std::signbit(value) ? "-" : "") + text;
}

/// The fraction that a float is.
Value ratio(double value) {
    if (!std::isfinite(value))
        raise_error(std::isnan(value) ? "ValueError" : "OverflowError",
                    "cannot convert float to integer ratio");
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    auto digits = static_cast<std::int64_t>(std::ldexp(fraction, 53));
    exponent -= 53;
    while (digits != 0 && digits % 2 == 0 && exponent < 0) digits /= 2, ++exponent;
    if (digits == 0) return make_tuple({Value(0), Value(1)});
    if (exponent >= 0) return make_tuple({integer_binary(Operator::shift_left, digits, exponent), Value(1)});
    return make_tuple({Value(digits), integer_binary(Operator::shift_left, 1, -exponent)});
}

} // namespace

void add_number_methods(Builtins& all) {
    Methods(all.classes[static_cast<std::size_t>(Type::integer)])
        .add("bit_length", [](Call& call) { return Value(bit_length(plain(call[0]))); })
        .add("bit_count",
             [](Call& call) {
                 const std::string bits = integer_text(plain(call[0]), 2);
                 return Value(static_cast<std::int64_t>(std::count(bits.begin(), bits.end(), '1')));
             })
        .add("to_bytes", to_bytes)
        .class_method("from_bytes", from_bytes)
        .add("conjugate", [](Call& call) { return call[0]; })
        .add("is_integer", [](Call&) { return Value(true); })
        .add("as_integer_ratio",
             [](Call& call) {
                 return make_tuple({call[0], Value(1)});
             })
        .property("real", [](const Value& v) { return integer_unary(Operator::positive, plain(v)); })
        .property("imag", [](const Value&) { return Value(0); })
        .property("numerator", [](const Value& v) { return integer_unary(Operator::positive, plain(v)); })
        .property("denominator", [](const Value&) { return Value(1); });
    Methods(all.classes[static_cast<std::size_t>(Type::real)])
        .add("is_integer",
             [](Call& call) {
                 return Value(std::isfinite(call[0].as_double()) &&
                              call[0].as_double() == std::trunc(call[0].as_double()));
             })
        .add("hex", [](Call& call) { return Value(hex_of(call[0].as_double())); })
        .add("as_integer_ratio", [](Call& call) { return ratio(call[0].as_double()); })
        .add("conjugate", [](Call& call) { return call[0]; })
        .property("real", [](const Value& v) { return v; })
        .property("imag", [](const Value&) { return Value(0.0); });
}

} // namespace orch::lang
