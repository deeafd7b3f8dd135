// UTF-8, escapes and the spelling of numbers: text rules of the language that need no value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orch::lang {

/// The code point at `position` of well-formed UTF-8, and moves behind it.
char32_t next_code_point(std::string_view text, std::size_t& position);
void append_code_point(std::string& out, char32_t code);
/// The byte offset of the code point with this index; the size when there are fewer.
std::size_t offset_of(std::string_view text, std::size_t index);
bool is_ascii(std::string_view text);

/// What stands before a string's first quote and between its quotes.
struct StringParts {
    std::string_view body;
    bool raw = false;
    bool bytes = false;
    bool formatted = false;
};
/// Takes a string token apart: prefix, quotes, body.
StringParts string_parts(std::string_view token);

/// What is wrong with an escape, and where in the body.
struct BadEscape {
    std::string message;
    std::size_t offset;
};
/// Appends the body of a string literal, escapes resolved. Line ends become "\n".
std::optional<BadEscape> decode_string(std::string_view body, bool raw, bool bytes, std::string& out);

/// Python's repr of a str ('it\'s') and of bytes (b'\x00').
std::string quoted(std::string_view text);
std::string quoted_bytes(std::string_view bytes);
/// Python's repr of a float: the shortest digits that read back the same.
std::string float_text(double value);
/// float("1e5"): white space around and underscores between digits allowed. Nothing when it is no number.
std::optional<double> parse_float(std::string_view text);

/// Simple case mapping and classes of code points, enough for the letters of Latin, Greek and Cyrillic.
char32_t to_upper(char32_t code);
char32_t to_lower(char32_t code);
bool is_letter(char32_t code);
bool is_decimal(char32_t code);
bool is_space(char32_t code);
bool is_printable(char32_t code);

} // namespace orch::lang
