#include "lang/scan.hpp"

#include "lang/head.hpp"
#include "lang/text.hpp"

#include <array>
#include <fmt/format.h>
#include <limits>

namespace orch::lang {

Place Source::place(std::uint32_t begin, std::uint32_t end) const {
    return place_in(path, text, begin, end, first_line);
}

void Source::fail(std::uint32_t begin, std::uint32_t end, std::string_view message,
                  std::string_view hint) const {
    Error error(Fault::script, fmt::format("syntax error: {}", message));
    error.at(place(begin, end));
    if (!hint.empty()) error.hint(std::string(hint));
    throw error;
}

namespace {

constexpr std::array keywords = {
    std::string_view("False"),  std::string_view("None"),     std::string_view("True"),
    std::string_view("and"),    std::string_view("as"),       std::string_view("assert"),
    std::string_view("async"),  std::string_view("await"),    std::string_view("break"),
    std::string_view("class"),  std::string_view("continue"), std::string_view("def"),
    std::string_view("del"),    std::string_view("elif"),     std::string_view("else"),
    std::string_view("except"), std::string_view("finally"),  std::string_view("for"),
    std::string_view("from"),   std::string_view("global"),   std::string_view("if"),
    std::string_view("import"), std::string_view("in"),       std::string_view("is"),
    std::string_view("lambda"), std::string_view("nonlocal"), std::string_view("not"),
    std::string_view("or"),     std::string_view("pass"),     std::string_view("raise"),
    std::string_view("return"), std::string_view("try"),      std::string_view("while"),
    std::string_view("with"),   std::string_view("yield"),
};

constexpr std::array punctuation = {
    std::string_view("("),   std::string_view(")"),   std::string_view("["),   std::string_view("]"),
    std::string_view("{"),   std::string_view("}"),   std::string_view(","),   std::string_view(":"),
    std::string_view(";"),   std::string_view("."),   std::string_view("..."), std::string_view("->"),
    std::string_view("@"),   std::string_view("="),   std::string_view(":="),  std::string_view("+"),
    std::string_view("-"),   std::string_view("*"),   std::string_view("**"),  std::string_view("/"),
    std::string_view("//"),  std::string_view("%"),   std::string_view("&"),   std::string_view("|"),
    std::string_view("^"),   std::string_view("~"),   std::string_view("<<"),  std::string_view(">>"),
    std::string_view("<"),   std::string_view(">"),   std::string_view("<="),  std::string_view(">="),
    std::string_view("=="),  std::string_view("!="),  std::string_view("+="),  std::string_view("-="),
    std::string_view("*="),  std::string_view("**="), std::string_view("/="),  std::string_view("//="),
    std::string_view("%="),  std::string_view("&="),  std::string_view("|="),  std::string_view("^="),
    std::string_view("<<="), std::string_view(">>="), std::string_view("@="),  std::string_view("!"),
};

enum Class : std::uint8_t { other, letter, digit, blank };

constexpr std::array<Class, 256> make_classes() {
    std::array<Class, 256> classes{};
    for (int c = 0; c < 256; ++c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        classes[static_cast<std::size_t>(c)] = is_letter                            ? letter
                                               : c >= '0' && c <= '9'               ? digit
                                               : c == ' ' || c == '\t' || c == '\f' ? blank
                                                                                    : other;
    }
    return classes;
}
constexpr auto classes = make_classes();
Class class_of(char c) { return classes[static_cast<unsigned char>(c)]; }
bool in_name(char c) { return class_of(c) == letter || class_of(c) == digit; }

Token keyword_or_name(std::string_view word) {
    if (word.size() < 2 || word.size() > 8) return Token::name;
    std::size_t low = 0;
    std::size_t high = keywords.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const int order = keywords[middle].compare(word);
        if (order == 0) return static_cast<Token>(static_cast<std::size_t>(Token::k_False) + middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return Token::name;
}

/// r, b, u, f, and r with b or f, in any case and order.
bool is_string_prefix(std::string_view word) {
    if (word.size() > 2) return false;
    const char first = static_cast<char>(word[0] | 0x20);
    if (word.size() == 1) return first == 'r' || first == 'b' || first == 'u' || first == 'f';
    const char second = static_cast<char>(word[1] | 0x20);
    return (first == 'r' && (second == 'b' || second == 'f')) ||
           (second == 'r' && (first == 'b' || first == 'f'));
}

class Scanner {
  public:
    Scanner(const Source& source, std::uint32_t begin, std::uint32_t end, bool field)
        : source_(source), text_(source.text.data()), at_(begin), end_(end), depth_(field ? 1 : 0),
          field_(field) {
        out_.reserve((end - begin) / 5 + 16);
    }

    std::vector<Lexeme> run() {
        if (!field_) line_start();
        while (at_ < end_) next();
        if (field_) {
            put(Token::end, end_, end_);
            return std::move(out_);
        }
        if (depth_ > 0) fail_open();
        if (!out_.empty() && out_.back().token != Token::newline && out_.back().token != Token::dedent)
            put(Token::newline, end_, end_);
        for (; indents_.size() > 1; indents_.pop_back()) put(Token::dedent, end_, end_);
        put(Token::end, end_, end_);
        return std::move(out_);
    }

  private:
    char peek(std::uint32_t ahead = 0) const { return at_ + ahead < end_ ? text_[at_ + ahead] : '\0'; }
    void put(Token token, std::uint32_t begin, std::uint32_t end) { out_.push_back({token, begin, end}); }

    [[noreturn]] void fail_open() const {
        source_.fail(open_.back(), open_.back() + 1,
                     fmt::format("'{}' is never closed", text_[open_.back()]));
    }

    void next() {
        const char c = text_[at_];
        switch (class_of(c)) {
        case letter: return word();
        case digit: return number();
        case blank: ++at_; return;
        case other: break;
        }
        switch (c) {
        case '\n': return newline();
        case '\r': ++at_; return;
        case '#':
            while (at_ < end_ && text_[at_] != '\n') ++at_;
            return;
        case '\\': return continuation();
        case '"':
        case '\'': return string(at_);
        case '.':
            if (class_of(peek(1)) == digit) return number();
            break;
        default: break;
        }
        punctuate();
    }

    void word() {
        const std::uint32_t begin = at_;
        while (at_ < end_ && in_name(text_[at_])) ++at_;
        const std::string_view text(text_ + begin, at_ - begin);
        if ((peek() == '"' || peek() == '\'') && is_string_prefix(text)) return string(begin);
        if ((peek() == '"' || peek() == '\'') && (text == "ur" || text == "UR"))
            source_.fail(begin, at_, "this is Python 2", "'ur' strings do not exist in Python 3");
        put(keyword_or_name(text), begin, at_);
    }

    /// number = digits ["_" digits] ["." digits] [exponent] ["j"] | "0x" ... | "0o" ... | "0b" ...
    void number() {
        const std::uint32_t begin = at_;
        if (text_[at_] == '0' && std::string_view("xXoObB").find(peek(1)) != std::string_view::npos &&
            peek(1) != '\0') {
            at_ += 2;
            while (at_ < end_ && in_name(text_[at_])) ++at_;
            return put(Token::integer, begin, at_);
        }
        Token kind = Token::integer;
        digits();
        if (peek() == '.') {
            kind = Token::real;
            ++at_;
            digits();
        }
        if ((peek() | 0x20) == 'e') {
            const std::uint32_t sign = peek(1) == '+' || peek(1) == '-';
            if (class_of(peek(1 + sign)) == digit) {
                kind = Token::real;
                at_ += 1 + sign;
                digits();
            }
        }
        if ((peek() | 0x20) == 'j') {
            ++at_;
            kind = Token::imaginary;
        }
        if (kind == Token::integer && at_ - begin > 1 && text_[begin] == '0') old_octal(begin);
        // `1if x else y` is legal, `1abc` is not: only a keyword may follow directly.
        put(kind, begin, at_);
    }

    void digits() {
        while (class_of(peek()) == digit || (peek() == '_' && class_of(peek(1)) == digit)) ++at_;
    }

    void old_octal(std::uint32_t begin) const {
        for (std::uint32_t i = begin; i < at_; ++i)
            if (text_[i] != '0' && text_[i] != '_')
                source_.fail(begin, at_, "a decimal number must not start with 0",
                             "octal numbers are written 0o17");
    }

    void newline() {
        ++at_;
        if (depth_ > 0) return;
        if (!out_.empty() && out_.back().token != Token::newline && out_.back().token != Token::indent &&
            out_.back().token != Token::dedent)
            put(Token::newline, at_ - 1, at_);
        line_start();
    }

    /// The blanks of a line, and what they mean for blocks. Lines without a token mean nothing.
    void line_start() {
        for (;;) {
            const std::uint32_t begin = at_;
            std::uint32_t column = 0;
            for (; at_ < end_ && class_of(text_[at_]) == blank; ++at_)
                column = text_[at_] == ' ' ? column + 1 : text_[at_] == '\t' ? (column / 8 + 1) * 8 : 0;
            while (peek() == '\r') ++at_;
            if (at_ >= end_) return;
            if (text_[at_] == '#')
                while (at_ < end_ && text_[at_] != '\n') ++at_;
            if (at_ < end_ && text_[at_] == '\n') {
                ++at_;
                continue;
            }
            if (at_ < end_) indentation(begin, column);
            return;
        }
    }

    void indentation(std::uint32_t begin, std::uint32_t column) {
        if (column > indents_.back()) {
            if (indents_.size() > 100) source_.fail(at_, at_ + 1, "blocks are nested too deeply");
            indents_.push_back(column);
            return put(Token::indent, begin, at_);
        }
        while (column < indents_.back()) {
            indents_.pop_back();
            put(Token::dedent, at_, at_);
        }
        if (column != indents_.back())
            source_.fail(begin, at_, "this line's indentation fits no block around it");
    }

    void continuation() {
        std::uint32_t after = at_ + 1;
        if (after < end_ && text_[after] == '\r') ++after;
        if (after >= end_ || text_[after] != '\n')
            source_.fail(at_, at_ + 1, "unexpected character after a line continuation '\\'");
        at_ = after + 1;
    }

    void string(std::uint32_t begin) {
        const bool formatted = string_has(begin, 'f');
        const std::uint32_t open = at_;
        const char quote = text_[at_];
        const bool triple = peek(1) == quote && peek(2) == quote;
        at_ += triple ? 3 : 1;
        while (at_ < end_) {
            const char c = text_[at_];
            if (c == '\\' && (!formatted || peek(1) != '{')) {
                at_ += at_ + 1 < end_ && text_[at_ + 1] == '\r' && peek(2) == '\n' ? 3 : 2;
            } else if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
                at_ += triple ? 3 : 1;
                return put(Token::string, begin, at_);
            } else if (c == '\n' && !triple) {
                break;
            } else if (formatted && c == '{') {
                if (peek(1) == '{')
                    at_ += 2;
                else
                    replacement_field(quote, triple);
            } else {
                ++at_;
            }
        }
        at_ = std::min(at_, end_);
        source_.fail(begin, std::min(end_, open + (triple ? 3 : 1)), "this string is never closed");
    }

    bool string_has(std::uint32_t begin, char letter_wanted) const {
        for (; text_[begin] != '"' && text_[begin] != '\''; ++begin)
            if ((text_[begin] | 0x20) == letter_wanted) return true;
        return false;
    }

    /// Over `{...}` of an f-string: its expression may hold strings, also with the quotes of the string
    /// around it.
    void replacement_field(char quote, bool triple) {
        const std::uint32_t stop = field_end(std::string_view(text_, end_), at_ + 1, end_);
        if (stop >= end_) {
            ++at_; // the string's end will be missed and reported
            return;
        }
        at_ = stop;
        // What follows the expression: `=`, `!r`, a format with fields of its own.
        while (at_ < end_ && text_[at_] != '}') {
            const char c = text_[at_];
            if (c == '{') {
                replacement_field(quote, triple);
            } else if ((c == quote && !triple) || (c == '\n' && !triple)) {
                return;
            } else {
                ++at_;
            }
        }
        if (at_ < end_) ++at_;
    }

    void open_bracket() {
        open_.push_back(at_);
        ++depth_;
        if (depth_ > 200) source_.fail(at_, at_ + 1, "brackets are nested too deeply");
    }

    void close_bracket(char c) {
        const char wanted = c == ')' ? '(' : c == ']' ? '[' : '{';
        if (open_.empty()) source_.fail(at_, at_ + 1, fmt::format("unmatched '{}'", c));
        if (text_[open_.back()] != wanted)
            source_.fail(at_, at_ + 1,
                         fmt::format("'{}' does not match the '{}' before it", c, text_[open_.back()]));
        open_.pop_back();
        --depth_;
    }

    void punctuate() {
        const char c = text_[at_];
        if (c == '(' || c == '[' || c == '{') open_bracket();
        if (c == ')' || c == ']' || c == '}') close_bracket(c);
        const auto [token, size] = longest();
        if (size == 0) fail_character();
        put(token, at_, at_ + size);
        at_ += size;
    }

    /// The longest punctuation at this place.
    std::pair<Token, std::uint32_t> longest() const {
        const char a = peek();
        const char b = peek(1);
        const char c = peek(2);
        const bool assign = b == '=';
        switch (a) {
        case '(': return {Token::open_paren, 1};
        case ')': return {Token::close_paren, 1};
        case '[': return {Token::open_bracket, 1};
        case ']': return {Token::close_bracket, 1};
        case '{': return {Token::open_brace, 1};
        case '}': return {Token::close_brace, 1};
        case ',': return {Token::comma, 1};
        case ';': return {Token::semicolon, 1};
        case '~': return {Token::tilde, 1};
        case ':': return assign ? std::pair(Token::walrus, 2u) : std::pair(Token::colon, 1u);
        case '.': return b == '.' && c == '.' ? std::pair(Token::ellipsis, 3u) : std::pair(Token::dot, 1u);
        case '=': return assign ? std::pair(Token::equal, 2u) : std::pair(Token::assign, 1u);
        case '!': return assign ? std::pair(Token::not_equal, 2u) : std::pair(Token::exclamation, 1u);
        case '@': return assign ? std::pair(Token::at_assign, 2u) : std::pair(Token::at, 1u);
        case '+': return assign ? std::pair(Token::plus_assign, 2u) : std::pair(Token::plus, 1u);
        case '%': return assign ? std::pair(Token::percent_assign, 2u) : std::pair(Token::percent, 1u);
        case '&': return assign ? std::pair(Token::ampersand_assign, 2u) : std::pair(Token::ampersand, 1u);
        case '|': return assign ? std::pair(Token::bar_assign, 2u) : std::pair(Token::bar, 1u);
        case '^': return assign ? std::pair(Token::caret_assign, 2u) : std::pair(Token::caret, 1u);
        case '-':
            if (b == '>') return {Token::arrow, 2};
            return assign ? std::pair(Token::minus_assign, 2u) : std::pair(Token::minus, 1u);
        case '*':
            if (b == '*')
                return c == '=' ? std::pair(Token::double_star_assign, 3u)
                                : std::pair(Token::double_star, 2u);
            return assign ? std::pair(Token::star_assign, 2u) : std::pair(Token::star, 1u);
        case '/':
            if (b == '/')
                return c == '=' ? std::pair(Token::double_slash_assign, 3u)
                                : std::pair(Token::double_slash, 2u);
            return assign ? std::pair(Token::slash_assign, 2u) : std::pair(Token::slash, 1u);
        case '<':
            if (b == '>') source_.fail(at_, at_ + 2, "this is Python 2: '<>'", "unequal is written '!='");
            if (b == '<')
                return c == '=' ? std::pair(Token::shift_left_assign, 3u) : std::pair(Token::shift_left, 2u);
            return assign ? std::pair(Token::less_equal, 2u) : std::pair(Token::less, 1u);
        case '>':
            if (b == '>')
                return c == '=' ? std::pair(Token::shift_right_assign, 3u)
                                : std::pair(Token::shift_right, 2u);
            return assign ? std::pair(Token::greater_equal, 2u) : std::pair(Token::greater, 1u);
        default: return {Token::end, 0};
        }
    }

    [[noreturn]] void fail_character() const {
        const char c = text_[at_];
        if (c == '`') source_.fail(at_, at_ + 1, "this is Python 2: backticks", "write repr(value)");
        if (c == '\0') source_.fail(at_, at_ + 1, "the text holds a NUL byte");
        if (c == '$' || c == '?') source_.fail(at_, at_ + 1, fmt::format("unexpected '{}'", c));
        source_.fail(at_, at_ + 1,
                     fmt::format("unexpected character with code {}", static_cast<unsigned char>(c)));
    }

    const Source& source_;
    const char* text_;
    std::uint32_t at_;
    std::uint32_t end_;
    int depth_;
    bool field_;
    std::vector<std::uint32_t> indents_{0};
    std::vector<std::uint32_t> open_;
    std::vector<Lexeme> out_;
};

/// Behind a string literal that starts at `at`, in the expression of a replacement field.
std::uint32_t skip_string(std::string_view text, std::uint32_t at, std::uint32_t end) {
    const char quote = text[at];
    const bool triple = at + 2 < end && text[at + 1] == quote && text[at + 2] == quote;
    for (at += triple ? 3 : 1; at < end; ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == quote && !triple)
            return at + 1;
        else if (text[at] == quote && at + 2 < end && text[at + 1] == quote && text[at + 2] == quote)
            return at + 3;
        else if (text[at] == '\n' && !triple)
            return end;
    }
    return end;
}

} // namespace

std::uint32_t field_end(std::string_view text, std::uint32_t at, std::uint32_t end) {
    int depth = 0;
    while (at < end) {
        const char c = text[at];
        const char next = at + 1 < end ? text[at + 1] : '\0';
        switch (c) {
        case '"':
        case '\'': at = skip_string(text, at, end); continue;
        case '(':
        case '[':
        case '{': ++depth; break;
        case ')':
        case ']': --depth; break;
        case '}':
            if (depth == 0) return at;
            --depth;
            break;
        case '!':
            if (depth == 0 && next != '=') return at;
            if (next == '=') ++at;
            break;
        case ':':
            if (depth == 0) return at;
            break;
        case '=':
        case '<':
        case '>': {
            // `=` ends the expression only when `!`, `:` or `}` follow it: {name=}, {name = !r}.
            if (next == '=') {
                ++at;
                break;
            }
            if (c != '=' || depth > 0) break;
            std::uint32_t after = at + 1;
            while (after < end && (text[after] == ' ' || text[after] == '\t')) ++after;
            if (after < end && (text[after] == '}' || text[after] == '!' || text[after] == ':')) return at;
            break;
        }
        default: break;
        }
        ++at;
    }
    return end;
}

namespace {

void check_size(const Source& source) {
    if (source.text.size() < std::numeric_limits<std::uint32_t>::max() / 2) return;
    throw Error(Fault::script, "the file is too large").at(Place{source.path, 0, 0, 1, {}});
}

} // namespace

std::vector<Lexeme> scan(const Source& source) {
    check_size(source);
    const std::uint32_t begin = source.text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    return Scanner(source, begin, static_cast<std::uint32_t>(source.text.size()), false).run();
}

std::vector<Lexeme> scan_field(const Source& source, std::uint32_t begin, std::uint32_t end) {
    return Scanner(source, begin, end, true).run();
}

std::string_view spelling(Token token) {
    if (token >= Token::open_paren)
        return punctuation[static_cast<std::size_t>(token) - static_cast<std::size_t>(Token::open_paren)];
    if (token >= Token::k_False)
        return keywords[static_cast<std::size_t>(token) - static_cast<std::size_t>(Token::k_False)];
    switch (token) {
    case Token::newline: return "end of line";
    case Token::indent: return "indentation";
    case Token::dedent: return "end of block";
    case Token::name: return "name";
    case Token::integer:
    case Token::real:
    case Token::imaginary: return "number";
    case Token::string: return "string";
    default: return "end of file";
    }
}

} // namespace orch::lang
