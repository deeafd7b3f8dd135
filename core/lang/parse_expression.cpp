// The parser's expressions. Statements are in parse.cpp.

#include "lang/integer.hpp"
#include "lang/parse.hpp"
#include "lang/text.hpp"

#include <fmt/format.h>

namespace orch::lang {

void Parser::deepen(Expr* expr, const Expr* child) const {
    if (!child) return;
    expr->depth = std::max<std::uint16_t>(expr->depth, static_cast<std::uint16_t>(child->depth + 1));
    if (expr->depth > 1000) fail_at(child, "the expression is nested too deeply");
}

Name* Parser::name_node(const String* name, std::uint32_t start, std::uint32_t stop) {
    auto* made = program_.make<Name>();
    made->kind = ExprKind::name;
    made->begin = start;
    made->end = stop;
    made->name = name;
    return made;
}

void Parser::check_target(const Expr* target, std::string_view verb) const {
    switch (target->kind) {
    case ExprKind::name:
    case ExprKind::attribute:
    case ExprKind::subscript: return;
    case ExprKind::starred: return check_target(static_cast<const Starred*>(target)->value, verb);
    case ExprKind::list:
    case ExprKind::tuple: {
        int stars = 0;
        for (const Expr* item : static_cast<const Display*>(target)->items) {
            check_target(item, verb);
            stars += item->kind == ExprKind::starred;
        }
        if (stars > 1) fail_at(target, "only one '*' may stand among the targets");
        return;
    }
    case ExprKind::call: fail_at(target, fmt::format("cannot {} a call", verb));
    case ExprKind::constant: fail_at(target, fmt::format("cannot {} a literal", verb));
    case ExprKind::compare:
        fail_at(target, fmt::format("cannot {} a comparison", verb), "'==' compares, '=' assigns");
    default: fail_at(target, fmt::format("cannot {} this expression", verb));
    }
}

namespace {

bool ends_list(Token token) {
    switch (token) {
    case Token::newline:
    case Token::end:
    case Token::semicolon:
    case Token::assign:
    case Token::close_paren:
    case Token::close_bracket:
    case Token::close_brace:
    case Token::colon:
    case Token::k_in: return true;
    default: return token >= Token::plus_assign && token <= Token::at_assign;
    }
}

} // namespace

/// expression_list = star_or_expression { "," star_or_expression } [ "," ]
Expr* Parser::expression_list() {
    const std::uint32_t start = begin();
    Expr* first = star_or_expression();
    if (token() != Token::comma) {
        if (first->kind == ExprKind::starred) fail_at(first, "a starred expression cannot stand alone");
        return first;
    }
    std::vector<Expr*> items{first};
    while (accept(Token::comma) && !ends_list(token())) items.push_back(star_or_expression());
    auto* tuple = node<Display>(ExprKind::tuple, start);
    for (const Expr* item : items) {
        deepen(tuple, item);
        tuple->starred |= item->kind == ExprKind::starred;
    }
    tuple->items = program_.items(items);
    return tuple;
}

/// star_or_expression = "*" or_expr | named_expression
Expr* Parser::star_or_expression() {
    const std::uint32_t start = begin();
    if (!accept(Token::star)) return named_expression();
    Expr* value = binary(0);
    auto* made = node<Starred>(ExprKind::starred, start, {value});
    made->value = value;
    return made;
}

/// target_list = target { "," target } [ "," ], where a target is no comparison: `for a, b in c`
Expr* Parser::target_list() {
    const std::uint32_t start = begin();
    auto target = [&]() -> Expr* {
        const std::uint32_t at = begin();
        if (!accept(Token::star)) return binary(0);
        Expr* value = binary(0);
        auto* made = node<Starred>(ExprKind::starred, at, {value});
        made->value = value;
        return made;
    };
    std::vector<Expr*> items{target()};
    if (token() != Token::comma) {
        check_target(items[0], "assign to");
        return items[0];
    }
    while (accept(Token::comma) && token() != Token::k_in && token() != Token::assign)
        items.push_back(target());
    auto* tuple = node<Display>(ExprKind::tuple, start);
    tuple->items = program_.items(items);
    for (const Expr* item : items) deepen(tuple, item);
    check_target(tuple, "assign to");
    return tuple;
}

/// named_expression = NAME ":=" expression | expression
Expr* Parser::named_expression() {
    const std::uint32_t start = begin();
    if (token() == Token::name && ahead() == Token::walrus) {
        const String* name = program_.intern(text());
        advance();
        Name* target = name_node(name, start, last_end());
        advance();
        Expr* value = expression();
        auto* made = node<Named>(ExprKind::named, start, {value});
        made->target = target;
        made->value = value;
        return made;
    }
    return expression();
}

/// expression = lambda | or_test [ "if" or_test "else" expression ]
Expr* Parser::expression() {
    Nested nested(*this);
    if (token() == Token::k_lambda) return lambda();
    if (token() == Token::k_yield) fail("'yield' needs parentheses here");
    const std::uint32_t start = begin();
    Expr* then = or_test();
    if (!accept(Token::k_if)) return then;
    Expr* condition = or_test();
    expect(Token::k_else, "of the conditional expression");
    Expr* otherwise = expression();
    auto* made = node<Conditional>(ExprKind::conditional, start, {then, condition, otherwise});
    made->condition = condition;
    made->then = then;
    made->otherwise = otherwise;
    return made;
}

/// lambda = "lambda" [ parameters ] ":" expression
Expr* Parser::lambda() {
    const std::uint32_t start = begin();
    advance();
    auto* function = program_.make<FunctionNode>();
    function->name = function->qualified = program_.intern("<lambda>");
    function->begin = start;
    parameters(*function, Token::colon, false);
    expect(Token::colon, "after the parameters of 'lambda'");
    function->result = expression();
    function->end = last_end();
    auto* made = node<Lambda>(ExprKind::lambda, start, {function->result});
    made->function = function;
    return made;
}

/// or_test = and_test { "or" and_test }
Expr* Parser::or_test() {
    const std::uint32_t start = begin();
    Expr* first = and_test();
    if (token() != Token::k_or) return first;
    std::vector<Expr*> operands{first};
    while (accept(Token::k_or)) operands.push_back(and_test());
    auto* made = node<Logical>(ExprKind::logical, start);
    for (const Expr* operand : operands) deepen(made, operand);
    made->operands = program_.items(operands);
    return made;
}

/// and_test = not_test { "and" not_test }
Expr* Parser::and_test() {
    const std::uint32_t start = begin();
    Expr* first = not_test();
    if (token() != Token::k_and) return first;
    std::vector<Expr*> operands{first};
    while (accept(Token::k_and)) operands.push_back(not_test());
    auto* made = node<Logical>(ExprKind::logical, start);
    for (const Expr* operand : operands) deepen(made, operand);
    made->is_and = true;
    made->operands = program_.items(operands);
    return made;
}

/// not_test = "not" not_test | comparison
Expr* Parser::not_test() {
    const std::uint32_t start = begin();
    if (!accept(Token::k_not)) return comparison();
    Nested nested(*this);
    Expr* operand = not_test();
    auto* made = node<Unary>(ExprKind::unary, start, {operand});
    made->logical_not = true;
    made->operand = operand;
    return made;
}

bool Parser::comparison_operator(Comparison& op) {
    switch (token()) {
    case Token::equal: op = Comparison::equal; break;
    case Token::not_equal: op = Comparison::not_equal; break;
    case Token::less: op = Comparison::less; break;
    case Token::less_equal: op = Comparison::less_equal; break;
    case Token::greater: op = Comparison::greater; break;
    case Token::greater_equal: op = Comparison::greater_equal; break;
    case Token::k_in: op = Comparison::in; break;
    case Token::k_not:
        if (ahead() != Token::k_in) return false;
        advance();
        op = Comparison::not_in;
        break;
    case Token::k_is:
        op = Comparison::is;
        if (ahead() == Token::k_not) {
            advance();
            op = Comparison::is_not;
        }
        break;
    default: return false;
    }
    advance();
    return true;
}

/// comparison = or_expr { ( "==" | "!=" | "<" | "<=" | ">" | ">=" | [ "not" ] "in" | "is" [ "not" ] ) or_expr
/// }
Expr* Parser::comparison() {
    const std::uint32_t start = begin();
    Expr* first = binary(0);
    Comparison op{};
    if (!comparison_operator(op)) return first;
    std::vector<Expr*> operands{first};
    std::vector<Comparison> operators;
    do {
        operators.push_back(op);
        operands.push_back(binary(0));
    } while (comparison_operator(op));
    auto* made = node<Compare>(ExprKind::compare, start);
    for (const Expr* operand : operands) deepen(made, operand);
    made->operands = program_.items(operands);
    made->operators = program_.items(operators);
    return made;
}

namespace {

/// Precedence of a binary operator, lowest first: | ^ & shifts sums products. -1: none.
int precedence_of(Token token, Operator& op) {
    switch (token) {
    case Token::bar: op = Operator::bit_or; return 0;
    case Token::caret: op = Operator::bit_xor; return 1;
    case Token::ampersand: op = Operator::bit_and; return 2;
    case Token::shift_left: op = Operator::shift_left; return 3;
    case Token::shift_right: op = Operator::shift_right; return 3;
    case Token::plus: op = Operator::add; return 4;
    case Token::minus: op = Operator::subtract; return 4;
    case Token::star: op = Operator::multiply; return 5;
    case Token::slash: op = Operator::divide; return 5;
    case Token::double_slash: op = Operator::floor_divide; return 5;
    case Token::percent: op = Operator::modulo; return 5;
    case Token::at: op = Operator::matrix_multiply; return 5;
    default: return -1;
    }
}

} // namespace

/// or_expr = unary { operator unary }, by precedence, all left-associative
Expr* Parser::binary(int precedence) {
    const std::uint32_t start = begin();
    Expr* left = unary();
    for (;;) {
        Operator op{};
        const int level = precedence_of(token(), op);
        if (level < precedence) return left;
        advance();
        Expr* right = binary(level + 1);
        auto* made = node<Binary>(ExprKind::binary, start, {left, right});
        made->op = op;
        made->left = left;
        made->right = right;
        left = made;
    }
}

/// unary = ( "-" | "+" | "~" ) unary | power
Expr* Parser::unary() {
    const std::uint32_t start = begin();
    const Token sign = token();
    if (sign != Token::minus && sign != Token::plus && sign != Token::tilde) return power();
    Nested nested(*this);
    advance();
    Expr* operand = unary();
    if (sign == Token::minus && operand->kind == ExprKind::constant && !operand->parenthesized) {
        // A negative number is a constant.
        const Value& value = *static_cast<Constant*>(operand)->value;
        if (value.is(Type::integer) || value.is(Type::real)) {
            auto* made = node<Constant>(ExprKind::constant, start);
            made->value = program_.constant(value.is(Type::real) ? Value(-Peek::real(value))
                                                                 : Value(-Peek::integer(value)));
            return made;
        }
    }
    auto* made = node<Unary>(ExprKind::unary, start, {operand});
    made->op = sign == Token::minus  ? Operator::negative
               : sign == Token::plus ? Operator::positive
                                     : Operator::invert;
    made->operand = operand;
    return made;
}

/// power = [ "await" ] primary [ "**" unary ]
Expr* Parser::power() {
    const std::uint32_t start = begin();
    const bool awaited = accept(Token::k_await);
    Expr* base = primary();
    if (awaited) {
        auto* made = node<Await>(ExprKind::await, start, {base});
        made->value = base;
        base = made;
    }
    if (!accept(Token::double_star)) return base;
    Nested nested(*this);
    Expr* exponent = unary();
    auto* made = node<Binary>(ExprKind::binary, start, {base, exponent});
    made->op = Operator::power;
    made->left = base;
    made->right = exponent;
    return made;
}

/// primary = atom { "." NAME | "(" arguments ")" | "[" subscript "]" }
Expr* Parser::primary() {
    const std::uint32_t start = begin();
    Expr* made = atom();
    for (;;) {
        switch (token()) {
        case Token::dot: {
            advance();
            const std::uint32_t name_begin = begin();
            const String* name = expect_name("an attribute's name after '.'");
            auto* attribute = node<Attribute>(ExprKind::attribute, start, {made});
            attribute->object = made;
            attribute->name = name;
            attribute->name_begin = name_begin;
            made = attribute;
            break;
        }
        case Token::open_paren: made = call(made); break;
        case Token::open_bracket: made = subscript(made); break;
        default: return made;
        }
    }
}

/// arguments = { ( [ "*" ] named_expression [ comprehension ] | "**" expression | NAME "=" expression ) "," }
Expr* Parser::call(Expr* callee) {
    Nested nested(*this);
    advance();
    std::vector<Expr*> args;
    std::vector<Argument> keywords;
    bool starred = false;
    while (token() != Token::close_paren) {
        const std::uint32_t start = begin();
        if (accept(Token::double_star)) {
            keywords.push_back({nullptr, expression()});
            starred = true;
        } else if (token() == Token::name && ahead() == Token::assign) {
            const String* name = expect_name("a name");
            advance();
            for (const Argument& other : keywords)
                if (other.name == name)
                    source_.fail(start, last_end(),
                                 fmt::format("argument '{}' is given twice", name->text()));
            keywords.push_back({name, expression()});
        } else {
            Expr* value = star_or_expression();
            if (token() == Token::k_for || token() == Token::k_async)
                value = comprehension(ExprKind::generator, value, nullptr, start);
            if (value->kind == ExprKind::starred)
                starred = true;
            else if (!keywords.empty())
                fail_at(value, "a positional argument follows a named one");
            args.push_back(value);
        }
        if (!accept(Token::comma)) break;
    }
    if (token() != Token::close_paren) unexpected("',' or ')' in the arguments");
    advance();
    auto* made = node<CallExpr>(ExprKind::call, callee->begin, {callee});
    for (const Expr* arg : args) deepen(made, arg);
    for (const Argument& keyword : keywords) deepen(made, keyword.value);
    made->callee = callee;
    made->args = program_.items(args);
    made->keywords = program_.items(keywords);
    made->starred = starred;
    return made;
}

/// subscript = slice { "," slice } [ "," ]
Expr* Parser::subscript(Expr* object) {
    Nested nested(*this);
    advance();
    const std::uint32_t start = begin();
    if (token() == Token::close_bracket) unexpected("an index");
    Expr* index = slice();
    if (token() == Token::comma) {
        std::vector<Expr*> items{index};
        while (accept(Token::comma) && token() != Token::close_bracket) items.push_back(slice());
        auto* tuple = node<Display>(ExprKind::tuple, start);
        for (const Expr* item : items) {
            deepen(tuple, item);
            tuple->starred |= item->kind == ExprKind::starred;
        }
        tuple->items = program_.items(items);
        index = tuple;
    }
    expect(Token::close_bracket, "after the index");
    auto* made = node<Subscript>(ExprKind::subscript, object->begin, {object, index});
    made->object = object;
    made->index = index;
    return made;
}

/// slice = [ expression ] ":" [ expression ] [ ":" [ expression ] ] | star_or_expression
Expr* Parser::slice() {
    const std::uint32_t start = begin();
    auto bound = [&]() -> Expr* {
        const bool none =
            token() == Token::colon || token() == Token::close_bracket || token() == Token::comma;
        return none ? nullptr : star_or_expression();
    };
    Expr* first = bound();
    if (token() != Token::colon) return first ? first : expression();
    advance();
    Expr* stop = bound();
    Expr* by = accept(Token::colon) ? bound() : nullptr;
    auto* made = node<Slice>(ExprKind::slice, start, {first, stop, by});
    made->start = first;
    made->stop = stop;
    made->step = by;
    return made;
}

/// atom = NAME | number | strings | "None" | "True" | "False" | "..." | "(" ... ")" | "[" ... "]" | "{" ...
/// "}"
Expr* Parser::atom() {
    const std::uint32_t start = begin();
    auto constant = [&](Value value) -> Expr* {
        advance();
        auto* made = node<Constant>(ExprKind::constant, start);
        made->value = program_.constant(std::move(value));
        return made;
    };
    switch (token()) {
    case Token::name: {
        const String* name = program_.intern(text());
        advance();
        return name_node(name, start, last_end());
    }
    case Token::integer:
    case Token::real: return number();
    case Token::imaginary: fail("complex numbers are not supported");
    case Token::string: return strings();
    case Token::k_None: return constant({});
    case Token::k_True: return constant(true);
    case Token::k_False: return constant(false);
    case Token::ellipsis: return constant(Value::ellipsis());
    case Token::open_paren: return parenthesized();
    case Token::open_bracket: return list_display();
    case Token::open_brace: return brace_display();
    default: break;
    }
    refuse_python2_statement();
    unexpected("an expression");
}

Expr* Parser::number() {
    const std::uint32_t start = begin();
    std::string digits;
    for (const char c : text())
        if (c != '_') digits += c;
    std::optional<Value> value;
    if (token() == Token::real)
        value = *parse_float(digits);
    else
        value = parse_integer(digits, 0);
    if (!value) {
        if (digits.ends_with('L') || digits.ends_with('l'))
            fail("this is Python 2: a long number", "drop the 'L'");
        fail(fmt::format("'{}' is no number", digits.substr(0, 40)));
    }
    advance();
    auto* made = node<Constant>(ExprKind::constant, start);
    made->value = program_.constant(std::move(*value));
    return made;
}

// --- Strings.

/// strings = STRING { STRING }: pieces beside each other are one string
Expr* Parser::strings() {
    const std::uint32_t start = begin();
    const bool bytes = string_parts(text()).bytes;
    std::string plain;
    std::vector<FormattedPart> parts;
    bool formatted = false;
    for (; token() == Token::string; advance()) {
        const StringParts piece = string_parts(text());
        if (piece.bytes != bytes) fail("text and bytes cannot be joined");
        formatted |= piece.formatted;
        string_piece(lexeme(), plain, parts);
    }
    if (!formatted) {
        auto* made = node<Constant>(ExprKind::constant, start);
        made->value = program_.constant(bytes ? Value::bytes(plain) : Value(plain));
        return made;
    }
    flush_text(plain, parts);
    auto* made = node<Formatted>(ExprKind::formatted, start);
    for (const FormattedPart& part : parts) deepen(made, part.value);
    made->parts = program_.items(parts);
    return made;
}

void Parser::string_piece(const Lexeme& piece, std::string& plain, std::vector<FormattedPart>& parts) {
    const std::string_view token_text = source_.slice(piece.begin, piece.end);
    const StringParts what = string_parts(token_text);
    const auto body = piece.begin + static_cast<std::uint32_t>(what.body.data() - token_text.data());
    const auto body_end = body + static_cast<std::uint32_t>(what.body.size());
    if (what.formatted)
        formatted_body(body, body_end, what.raw, false, plain, parts);
    else
        decode(body, body_end, what.raw, what.bytes, plain);
}

void Parser::decode(std::uint32_t from, std::uint32_t to, bool raw, bool bytes, std::string& out) const {
    const std::string_view body = source_.slice(from, to);
    if (bytes && !is_ascii(body)) source_.fail(from, to, "bytes can only contain ASCII characters");
    if (const auto bad = decode_string(body, raw, bytes, out)) {
        const auto at = from + static_cast<std::uint32_t>(bad->offset);
        source_.fail(at, at + 2, bad->message);
    }
}

void Parser::flush_text(std::string& plain, std::vector<FormattedPart>& parts) {
    if (plain.empty()) return;
    FormattedPart part{};
    part.text = program_.constant(Value(plain));
    parts.push_back(part);
    plain.clear();
}

/// formatted_body = { text | "{{" | "}}" | "{" field "}" }
void Parser::formatted_body(std::uint32_t at, std::uint32_t end, bool raw, bool in_spec, std::string& plain,
                            std::vector<FormattedPart>& parts) {
    Nested nested(*this);
    const std::string_view all = source_.text;
    while (at < end) {
        std::uint32_t stop = at;
        while (stop < end && all[stop] != '{' && all[stop] != '}')
            stop +=
                !raw && all[stop] == '\\' && stop + 1 < end && all[stop + 1] != '{' && all[stop + 1] != '}'
                    ? 2
                    : 1;
        stop = std::min(stop, end);
        decode(at, stop, raw, false, plain);
        if (stop >= end) return;
        const bool doubled = !in_spec && stop + 1 < end && all[stop + 1] == all[stop];
        if (doubled) {
            plain += all[stop];
            at = stop + 2;
        } else if (all[stop] == '}') {
            source_.fail(stop, stop + 1, "a single '}' in an f-string",
                         "write '}}' for the character itself");
        } else {
            at = field(stop + 1, end, raw, plain, parts);
        }
    }
}

/// field = expression [ "=" ] [ "!" ( "r" | "s" | "a" ) ] [ ":" formatted_body ]; gives the offset behind its
/// "}"
std::uint32_t Parser::field(std::uint32_t at, std::uint32_t end, bool raw, std::string& plain,
                            std::vector<FormattedPart>& parts) {
    const std::string_view all = source_.text;
    std::uint32_t stop = field_end(all, at, end);
    if (stop >= end) source_.fail(at - 1, at, "'{' is never closed in this f-string");
    if (source_.slice(at, stop).find_first_not_of(" \t\r\n") == std::string_view::npos)
        source_.fail(at - 1, stop + 1, "an f-string's braces hold no expression");

    // The expression has tokens of its own; the parser works on them for a moment.
    std::vector<Lexeme> inner = scan_field(source_, at, stop);
    std::swap(inner, lexemes_);
    std::size_t outer_at = std::exchange(at_, 0);
    Expr* value = token() == Token::k_yield ? yield_expression() : expression_list();
    if (token() != Token::end) unexpected("'}'");
    std::swap(inner, lexemes_);
    at_ = outer_at;

    FormattedPart part{};
    part.value = value;
    bool documented = false;
    if (all[stop] == '=') {
        documented = true;
        for (++stop; stop < end && (all[stop] == ' ' || all[stop] == '\t'); ++stop) {
        }
        plain += source_.slice(at, stop);
    }
    if (stop < end && all[stop] == '!') {
        part.conversion = stop + 1 < end ? all[stop + 1] : '\0';
        if (part.conversion != 'r' && part.conversion != 's' && part.conversion != 'a')
            source_.fail(stop, stop + 2, "expected '!r', '!s' or '!a'");
        stop += 2;
    }
    flush_text(plain, parts);
    if (stop < end && all[stop] == ':') {
        // The format goes to the field's own brace; fields may stand in it.
        std::uint32_t spec_end = ++stop;
        for (int depth = 0; spec_end < end && (depth > 0 || all[spec_end] != '}'); ++spec_end)
            depth += all[spec_end] == '{' ? 1 : all[spec_end] == '}' ? -1 : 0;
        std::string text;
        std::vector<FormattedPart> spec;
        formatted_body(stop, spec_end, raw, true, text, spec);
        flush_text(text, spec);
        part.spec = program_.make<Formatted>();
        part.spec->kind = ExprKind::formatted;
        part.spec->parts = program_.items(spec);
        stop = spec_end;
    } else if (documented && !part.conversion) {
        part.conversion = 'r';
    }
    if (stop >= end || all[stop] != '}') source_.fail(at - 1, at, "'{' is never closed in this f-string");
    parts.push_back(part);
    return stop + 1;
}

// --- Brackets.

/// parenthesized = "(" [ expression_list | yield | named_expression comprehension ] ")"
Expr* Parser::parenthesized() {
    const std::uint32_t start = begin();
    advance();
    if (accept(Token::close_paren)) return node<Display>(ExprKind::tuple, start);
    Expr* made = nullptr;
    if (token() == Token::k_yield) {
        made = yield_expression();
    } else {
        Expr* first = star_or_expression();
        if (token() == Token::k_for || token() == Token::k_async) {
            made = comprehension(ExprKind::generator, first, nullptr, start);
        } else if (token() == Token::comma) {
            std::vector<Expr*> items{first};
            while (accept(Token::comma) && token() != Token::close_paren)
                items.push_back(star_or_expression());
            auto* tuple = node<Display>(ExprKind::tuple, start);
            for (const Expr* item : items) {
                deepen(tuple, item);
                tuple->starred |= item->kind == ExprKind::starred;
            }
            tuple->items = program_.items(items);
            made = tuple;
        } else {
            if (first->kind == ExprKind::starred) fail_at(first, "a starred expression cannot stand alone");
            made = first;
        }
    }
    if (token() != Token::close_paren) unexpected("',' or ')'");
    advance();
    made->parenthesized = true;
    made->begin = start;
    made->end = last_end();
    return made;
}

/// list_display = "[" [ star_or_expression ( comprehension | { "," star_or_expression } ) ] "]"
Expr* Parser::list_display() {
    const std::uint32_t start = begin();
    advance();
    std::vector<Expr*> items;
    while (token() != Token::close_bracket) {
        items.push_back(star_or_expression());
        if (items.size() == 1 && (token() == Token::k_for || token() == Token::k_async)) {
            Expr* made = comprehension(ExprKind::list, items[0], nullptr, start);
            expect(Token::close_bracket, "after the comprehension");
            made->end = last_end();
            return made;
        }
        if (!accept(Token::comma)) break;
    }
    if (token() != Token::close_bracket) unexpected("',' or ']'");
    advance();
    auto* made = node<Display>(ExprKind::list, start);
    for (const Expr* item : items) {
        deepen(made, item);
        made->starred |= item->kind == ExprKind::starred;
    }
    made->items = program_.items(items);
    return made;
}

/// brace_display = "{" [ entry { "," entry } | entry comprehension ] "}";  entry = expression ":" expression
/// | "**" or_expr | expression
Expr* Parser::brace_display() {
    const std::uint32_t start = begin();
    advance();
    std::vector<DictEntry> entries;
    std::vector<Expr*> items;
    while (token() != Token::close_brace) {
        Expr* key = nullptr;
        Expr* value = nullptr;
        if (accept(Token::double_star)) {
            value = binary(0);
        } else {
            key = star_or_expression();
            if (accept(Token::colon)) value = expression();
        }
        const bool first = entries.empty() && items.empty();
        if (first && key && (token() == Token::k_for || token() == Token::k_async)) {
            Expr* made = comprehension(value ? ExprKind::dict : ExprKind::set, key, value, start);
            expect(Token::close_brace, "after the comprehension");
            made->end = last_end();
            return made;
        }
        if (!first && (value != nullptr) != items.empty())
            fail_at(value ? value : key, "a dict and a set are mixed in these braces");
        if (value)
            entries.push_back({key, value});
        else
            items.push_back(key);
        if (!accept(Token::comma)) break;
    }
    if (token() != Token::close_brace) unexpected("',' or '}'");
    advance();
    if (items.empty()) {
        auto* made = node<DictDisplay>(ExprKind::dict, start);
        for (const DictEntry& entry : entries) {
            deepen(made, entry.key);
            deepen(made, entry.value);
        }
        made->entries = program_.items(entries);
        return made;
    }
    auto* made = node<Display>(ExprKind::set, start);
    for (const Expr* item : items) {
        deepen(made, item);
        made->starred |= item->kind == ExprKind::starred;
    }
    made->items = program_.items(items);
    return made;
}

/// comprehension = clause { clause };  clause = [ "async" ] "for" targets "in" or_test { "if" or_test }
Expr* Parser::comprehension(ExprKind kind, Expr* element, Expr* value, std::uint32_t start) {
    if (element->kind == ExprKind::starred)
        fail_at(element, "a starred expression cannot be a comprehension's element");
    std::vector<Clause> clauses;
    while (token() == Token::k_for || token() == Token::k_async) {
        accept(Token::k_async);
        expect(Token::k_for, "of the comprehension");
        Clause clause{};
        clause.target = target_list();
        expect(Token::k_in, "after the comprehension's variables");
        clause.iterable = or_test();
        std::vector<Expr*> conditions;
        while (accept(Token::k_if)) {
            conditions.push_back(token() == Token::name && ahead() == Token::walrus ? named_expression()
                                                                                    : or_test());
        }
        clause.conditions = program_.items(conditions);
        clauses.push_back(clause);
    }
    auto* made = node<Comprehension>(ExprKind::comprehension, start, {element, value});
    for (const Clause& clause : clauses) {
        deepen(made, clause.iterable);
        for (const Expr* condition : clause.conditions) deepen(made, condition);
    }
    made->result = kind;
    made->element = element;
    made->value = value;
    made->clauses = program_.items(clauses);
    if (kind != ExprKind::generator) return made;
    auto* function = program_.make<FunctionNode>();
    function->name = function->qualified = program_.intern("<genexpr>");
    function->begin = start;
    function->end = last_end();
    auto* generator = node<Generator>(ExprKind::generator, start, {made});
    generator->function = function;
    generator->comprehension = made;
    return generator;
}

/// yield = "yield" [ "from" expression | expression_list ]
Expr* Parser::yield_expression() {
    const std::uint32_t start = begin();
    advance();
    const bool from = accept(Token::k_from);
    Expr* value = from ? expression() : ends_list(token()) ? nullptr : expression_list();
    auto* made = node<Yield>(from ? ExprKind::yield_from : ExprKind::yield, start, {value});
    made->value = value;
    return made;
}

} // namespace orch::lang
