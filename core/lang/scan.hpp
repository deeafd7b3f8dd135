// From text to tokens: the first stage. One pass, one vector; a token is its kind and the bytes it covers.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orch::lang {

enum class Token : std::uint8_t {
    end,
    newline,
    indent,
    dedent,
    name,
    integer,
    real,
    imaginary,
    string,
    // Keywords, in the order of the alphabet.
    k_False,
    k_None,
    k_True,
    k_and,
    k_as,
    k_assert,
    k_async,
    k_await,
    k_break,
    k_class,
    k_continue,
    k_def,
    k_del,
    k_elif,
    k_else,
    k_except,
    k_finally,
    k_for,
    k_from,
    k_global,
    k_if,
    k_import,
    k_in,
    k_is,
    k_lambda,
    k_nonlocal,
    k_not,
    k_or,
    k_pass,
    k_raise,
    k_return,
    k_try,
    k_while,
    k_with,
    k_yield,
    // Punctuation.
    open_paren,
    close_paren,
    open_bracket,
    close_bracket,
    open_brace,
    close_brace,
    comma,
    colon,
    semicolon,
    dot,
    ellipsis,
    arrow,
    at,
    assign,
    walrus,
    plus,
    minus,
    star,
    double_star,
    slash,
    double_slash,
    percent,
    ampersand,
    bar,
    caret,
    tilde,
    shift_left,
    shift_right,
    less,
    greater,
    less_equal,
    greater_equal,
    equal,
    not_equal,
    plus_assign,
    minus_assign,
    star_assign,
    double_star_assign,
    slash_assign,
    double_slash_assign,
    percent_assign,
    ampersand_assign,
    bar_assign,
    caret_assign,
    shift_left_assign,
    shift_right_assign,
    at_assign,
    exclamation,
};

struct Lexeme {
    Token token;
    std::uint32_t begin;
    std::uint32_t end;
};

/// A source with a name, for places in errors. `first_line` counts from 1.
struct Source {
    std::string path;
    std::string text;
    int first_line = 1;

    std::string_view slice(std::uint32_t begin, std::uint32_t end) const {
        return std::string_view(text).substr(begin, end - begin);
    }
    Place place(std::uint32_t begin, std::uint32_t end) const;
    /// Throws Error(script) "syntax error: ..." at these bytes.
    [[noreturn]] void fail(std::uint32_t begin, std::uint32_t end, std::string_view message,
                           std::string_view hint = {}) const;
};

/// The tokens of a module, ended by newline (where one was missing), the dedents and `end`. Throws
/// Error(script).
std::vector<Lexeme> scan(const Source& source);
/// The tokens of an expression inside an f-string: bytes of the source, line ends do not count.
std::vector<Lexeme> scan_field(const Source& source, std::uint32_t begin, std::uint32_t end);

/// Behind the expression of a replacement field that starts at `at`: the offset of its `}`, `!x}`, `:` or of
/// the `=` of a self-documenting field; `end` when the field does not end.
std::uint32_t field_end(std::string_view text, std::uint32_t at, std::uint32_t end);

std::string_view spelling(Token token);

} // namespace orch::lang
