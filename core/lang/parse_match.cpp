// The parser's `match` statement (PEP 634) and its patterns.

#include "lang/parse.hpp"

#include <fmt/format.h>

namespace orch::lang {

/// `match` is a keyword only where a subject and a colon follow it on the same line.
bool Parser::starts_match() const {
    switch (ahead()) {
    case Token::newline:
    case Token::end:
    case Token::assign:
    case Token::dot:
    case Token::comma:
    case Token::close_paren:
    case Token::colon:
    case Token::semicolon: return false;
    default: break;
    }
    int depth = 0;
    for (std::size_t i = at_ + 1; i + 1 < lexemes_.size(); ++i) {
        const Token t = lexemes_[i].token;
        if (t == Token::open_paren || t == Token::open_bracket || t == Token::open_brace) ++depth;
        if (t == Token::close_paren || t == Token::close_bracket || t == Token::close_brace) --depth;
        if (t == Token::newline || t == Token::end) return false;
        if (t == Token::colon && depth == 0)
            return lexemes_[i + 1].token == Token::newline && i + 3 < lexemes_.size() &&
                   source_.slice(lexemes_[i + 3].begin, lexemes_[i + 3].end) == "case";
    }
    return false;
}

/// match = "match" expression_list ":" NEWLINE INDENT { "case" pattern [ "if" named_expression ] block }
/// DEDENT
Statement* Parser::match_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* subject = expression_list();
    expect(Token::colon, "after the subject of 'match'");
    expect(Token::newline, "after 'match'");
    expect(Token::indent, "before 'case'");
    std::vector<Case> cases;
    while (is_name("case")) {
        advance();
        Case made{};
        made.pattern = sequence_pattern(Token::colon);
        if (accept(Token::k_if)) made.guard = named_expression();
        made.body = block("the pattern");
        cases.push_back(made);
    }
    if (token() != Token::dedent) unexpected("'case'");
    advance();
    auto* made = stmt<Match>(StatementKind::match, start);
    made->subject = subject;
    made->cases = program_.items(cases);
    return made;
}

/// sequence_pattern = pattern { "," pattern } [ "," ], up to `close`; one pattern without a comma is itself
Pattern* Parser::sequence_pattern(Token close) {
    std::vector<Pattern*> items;
    bool comma = false;
    while (token() != close && token() != Token::k_if) {
        if (accept(Token::star)) {
            const std::uint32_t start = begin();
            const String* name = expect_name("a name after '*'");
            auto* star = program_.make<Pattern>();
            star->kind = PatternKind::star;
            if (name->text() != "_") star->name = name_node(name, start, last_end());
            items.push_back(star);
        } else {
            items.push_back(pattern());
        }
        if (!accept(Token::comma)) break;
        comma = true;
    }
    if (items.size() == 1 && !comma && items[0]->kind != PatternKind::star && close != Token::close_bracket)
        return items[0];
    if (items.empty() && close == Token::colon) unexpected("a pattern");
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::sequence;
    made->items = program_.items(items);
    return made;
}

/// pattern = alternatives [ "as" NAME ]
Pattern* Parser::pattern() {
    Nested nested(*this);
    Pattern* inner = alternatives();
    if (!accept(Token::k_as)) return inner;
    const std::uint32_t start = begin();
    const String* name = expect_name("a name after 'as'");
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::as;
    made->inner = inner;
    made->name = name_node(name, start, last_end());
    return made;
}

/// alternatives = closed_pattern { "|" closed_pattern }
Pattern* Parser::alternatives() {
    std::vector<Pattern*> items{closed_pattern()};
    while (accept(Token::bar)) items.push_back(closed_pattern());
    if (items.size() == 1) return items[0];
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::alternatives;
    made->items = program_.items(items);
    return made;
}

/// dotted_value = NAME { "." NAME }
Expr* Parser::dotted_value() {
    const std::uint32_t start = begin();
    const String* first = expect_name("a name");
    Expr* made = name_node(first, start, last_end());
    while (accept(Token::dot)) {
        const std::uint32_t name_begin = begin();
        const String* name = expect_name("a name after '.'");
        auto* attribute = node<Attribute>(ExprKind::attribute, start, {made});
        attribute->object = made;
        attribute->name = name;
        attribute->name_begin = name_begin;
        made = attribute;
    }
    return made;
}

/// closed_pattern = literal | "_" | NAME | dotted_value | class_pattern | "(" ... ")" | "[" ... "]" | "{" ...
/// "}"
Pattern* Parser::closed_pattern() {
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::value;
    const std::uint32_t start = begin();
    switch (token()) {
    case Token::open_paren:
    case Token::open_bracket: {
        const Token close = token() == Token::open_paren ? Token::close_paren : Token::close_bracket;
        advance();
        Pattern* inner = sequence_pattern(close);
        expect(close, "after the pattern");
        return inner;
    }
    case Token::open_brace: return mapping_pattern();
    case Token::name: break;
    default: made->value = binary(4); return made; // sums: `|` belongs to the pattern
    }
    if (ahead() == Token::dot || ahead() == Token::open_paren) {
        Expr* value = dotted_value();
        if (token() == Token::open_paren) return class_pattern(value);
        made->value = value;
        return made;
    }
    const String* name = expect_name("a name");
    made->kind = name->text() == "_" ? PatternKind::wildcard : PatternKind::capture;
    if (made->kind == PatternKind::capture) made->name = name_node(name, start, last_end());
    return made;
}

/// mapping_pattern = "{" { ( literal | dotted_value ) ":" pattern "," | "**" NAME } "}"
Pattern* Parser::mapping_pattern() {
    advance();
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::mapping;
    std::vector<Expr*> keys;
    std::vector<Pattern*> values;
    while (token() != Token::close_brace) {
        if (accept(Token::double_star)) {
            const std::uint32_t start = begin();
            const String* name = expect_name("a name after '**'");
            made->name = name_node(name, start, last_end());
        } else {
            keys.push_back(token() == Token::name ? dotted_value() : binary(0));
            expect(Token::colon, "after the key of a pattern");
            values.push_back(pattern());
        }
        if (!accept(Token::comma)) break;
    }
    expect(Token::close_brace, "after the pattern");
    made->keys = program_.items(keys);
    made->items = program_.items(values);
    return made;
}

/// class_pattern = dotted_value "(" { pattern "," | NAME "=" pattern "," } ")"
Pattern* Parser::class_pattern(Expr* cls) {
    advance();
    auto* made = program_.make<Pattern>();
    made->kind = PatternKind::class_;
    made->value = cls;
    std::vector<Pattern*> items;
    std::vector<const String*> attributes;
    while (token() != Token::close_paren) {
        if (token() == Token::name && ahead() == Token::assign) {
            attributes.push_back(expect_name("an attribute"));
            advance();
        } else if (!attributes.empty()) {
            fail("a positional pattern follows a named one");
        }
        items.push_back(pattern());
        if (!accept(Token::comma)) break;
    }
    expect(Token::close_paren, "after the pattern");
    made->items = program_.items(items);
    made->attributes = program_.items(attributes);
    return made;
}

} // namespace orch::lang
