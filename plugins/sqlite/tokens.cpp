#include "tokens.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace orch::sqlite {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower_of(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

[[noreturn]] void open_ended(std::string_view sql, std::string_view what) {
    throw Error(Fault::database,
                "cannot read a definition that the database stores: " + std::string(what) + " does not end")
        .sql(std::string(sql));
}

/// Behind white space and comments. A block comment may be cut off by the text's end, as SQLite has it.
std::size_t skip_space(std::string_view sql, std::size_t at) {
    for (;;) {
        while (at < sql.size() && is_space(sql[at])) ++at;
        const std::string_view two = sql.substr(at, 2);
        if (two == "--")
            at = std::min(sql.find('\n', at), sql.size());
        else if (two == "/*")
            at = std::min(std::min(sql.find("*/", at + 2), sql.size()) + 2, sql.size());
        else
            return at;
    }
}

std::size_t quoted_end(std::string_view sql, std::size_t at) {
    const char close = sql[at] == '[' ? ']' : sql[at];
    for (std::size_t i = at + 1; i < sql.size(); ++i) {
        if (sql[i] != close) continue;
        if (close == ']' || i + 1 >= sql.size() || sql[i + 1] != close) return i + 1;
        ++i;
    }
    open_ended(sql, "a quoted name or string");
}

std::size_t number_end(std::string_view sql, std::size_t at) {
    std::size_t i = at;
    while (i < sql.size() && (in_sql_word(sql[i]) || sql[i] == '.' ||
                              ((sql[i] == '+' || sql[i] == '-') && lower_of(sql[i - 1]) == 'e' && i > at &&
                               lower_of(sql[std::min(at + 1, sql.size() - 1)]) != 'x')))
        ++i;
    return i;
}

std::size_t sign_end(std::string_view sql, std::size_t at) {
    for (const std::string_view sign : {"->>", "||", "<<", ">>", "<=", ">=", "==", "<>", "!=", "->"})
        if (sql.substr(at, sign.size()) == sign) return at + sign.size();
    return at + 1;
}

Token next(std::string_view sql, std::size_t at) {
    const char c = sql[at];
    const char after = at + 1 < sql.size() ? sql[at + 1] : '\0';
    if ((c == 'x' || c == 'X') && after == '\'') return {Token::string, at, quoted_end(sql, at + 1)};
    if (c == '\'') return {Token::string, at, quoted_end(sql, at)};
    if (c == '"' || c == '`' || c == '[') return {Token::quoted_name, at, quoted_end(sql, at)};
    if (is_digit(c) || (c == '.' && is_digit(after))) return {Token::number, at, number_end(sql, at)};
    if (!in_sql_word(c)) return {Token::sign, at, sign_end(sql, at)};
    std::size_t to = at;
    while (to < sql.size() && in_sql_word(sql[to])) ++to;
    return {Token::word, at, to};
}

} // namespace

Tokens::Tokens(std::string_view text) : sql_(text) {
    for (std::size_t at = skip_space(sql_, 0); at < sql_.size(); at = skip_space(sql_, tokens_.back().to))
        tokens_.push_back(next(sql_, at));
    tokens_.push_back({Token::end, sql_.size(), sql_.size()});
}

std::string_view Tokens::text(std::size_t at) const {
    const Token& token = (*this)[at];
    return sql_.substr(token.from, token.to - token.from);
}

std::string_view Tokens::text(std::size_t first, std::size_t behind) const {
    if (first >= behind) return {};
    const std::size_t from = (*this)[first].from;
    return sql_.substr(from, (*this)[behind - 1].to - from);
}

bool Tokens::is(std::size_t at, std::string_view keyword) const {
    const Token& token = (*this)[at];
    return (token.kind == Token::word || token.kind == Token::sign) && same_name(text(at), keyword);
}

bool Tokens::is_name(std::size_t at) const {
    const Token::Kind kind = (*this)[at].kind;
    return kind == Token::word || kind == Token::quoted_name || kind == Token::string;
}

std::string Tokens::name(std::size_t at) const {
    const std::string_view all = text(at);
    if ((*this)[at].kind == Token::word || all.size() < 2) return std::string(all);
    const char close = all.back();
    std::string out(all.substr(1, all.size() - 2));
    return close == ']' ? out : replace_all(out, {std::string(2, close)}, {std::string(1, close)});
}

std::size_t Tokens::behind_parentheses(std::size_t at) const {
    for (int depth = 0; at < size(); ++at) {
        if (is(at, "(")) ++depth;
        if (is(at, ")") && --depth == 0) return at + 1;
    }
    open_ended(sql_, "a parenthesis");
}

bool same_name(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower_of, lower_of);
}

std::string in_quotes(std::string_view name) { return "\"" + replace_all(name, "\"", "\"\"") + "\""; }

bool mentions(std::string_view sql, std::string_view name) {
    const Tokens tokens(sql);
    for (std::size_t at = 0; at < tokens.size(); ++at)
        if (tokens.is_name(at) && same_name(tokens.name(at), name)) return true;
    return false;
}

} // namespace orch::sqlite
