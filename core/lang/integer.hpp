// Integers of any size. Those beyond 64 bits are a Boost.Multiprecision number behind this header, so that
// only integer.cpp pays for it.
#pragma once

#include "lang/objects.hpp"

namespace orch::lang {

/// int(text, base): white space around, underscores, a prefix (base 0 or fitting). Nothing when it is no
/// number. Base 2 to 36.
std::optional<Value> parse_integer(std::string_view text, int base);
/// Digits in a base, with a minus; 16 in lower case. ValueError beyond Python's limit of decimal digits.
std::string integer_text(const Value& integer, int base = 10);

/// Arithmetic of two integers (bools count): add, subtract, multiply, floor_divide, modulo, power (not
/// negative), the bit operators and shifts. ZeroDivisionError, ValueError, and an error of its own where the
/// result would be huge.
Value integer_binary(Operator op, const Value& left, const Value& right);
Value integer_unary(Operator op, const Value& operand);
int integer_compare(const Value& left, const Value& right); ///< negative, 0, positive
int integer_sign(const Value& integer);
std::size_t integer_hash(const Value& integer);
double integer_to_double(const Value& integer); ///< OverflowError
/// True division of two integers, correctly rounded where both fit a double.
double integer_divide(const Value& left, const Value& right);
/// -1, 0, 1 by value; nan compares as 2.
int compare_with_double(const Value& integer, double real);
Value integer_from_double(double value); ///< towards zero; ValueError, OverflowError for nan, inf
std::size_t bit_length(const Value& integer);
Value power_modulo(const Value& base, const Value& exponent, const Value& modulus);
/// Big-endian bytes of a non-negative integer, and back.
Value integer_from_bytes(std::string_view bytes, bool little, bool is_signed);
std::string integer_to_bytes(const Value& integer, std::size_t size, bool little, bool is_signed);
std::size_t hash_double(double value);

} // namespace orch::lang
