// The parser's statements. Expressions are in parse_expression.cpp.

#include "lang/parse.hpp"

#include <fmt/format.h>

namespace orch::lang {

void Parser::module(Program& program) {
    Parser parser(program, scan(program.source));
    auto* function = program.make<FunctionNode>();
    function->name = function->qualified = program.intern("<module>");
    function->end = static_cast<std::uint32_t>(program.source.text.size());
    function->body = parser.statements_to_end();
    function->doc = parser.docstring(function->body);
    program.module = function;
}

FunctionNode* Parser::expression(Program& program) {
    Parser parser(program,
                  scan_field(program.source, 0, static_cast<std::uint32_t>(program.source.text.size())));
    auto* function = program.make<FunctionNode>();
    function->name = function->qualified = program.intern("<expression>");
    function->end = static_cast<std::uint32_t>(program.source.text.size());
    function->result = parser.expression_list();
    if (parser.token() != Token::end) parser.unexpected("the end of the expression");
    program.module = function;
    return function;
}

// --- Tokens.

bool Parser::accept(Token wanted) {
    if (token() != wanted) return false;
    advance();
    return true;
}

void Parser::expect(Token wanted, std::string_view where) {
    if (!accept(wanted)) unexpected(fmt::format("'{}' {}", spelling(wanted), where));
}

const String* Parser::expect_name(std::string_view what) {
    if (token() != Token::name) unexpected(what);
    const String* name = program_.intern(text());
    advance();
    return name;
}

void Parser::fail(std::string_view message, std::string_view hint) const {
    source_.fail(lexeme().begin, lexeme().end, message, hint);
}

void Parser::fail_at(const Expr* expr, std::string_view message, std::string_view hint) const {
    source_.fail(expr->begin, expr->end, message, hint);
}

void Parser::unexpected(std::string_view wanted) const {
    const Lexeme& bad = lexeme();
    const bool has_text = bad.token >= Token::name;
    const std::string_view found = has_text ? source_.slice(bad.begin, bad.end) : spelling(bad.token);
    const std::string shown(found.substr(0, std::min(found.find('\n'), std::size_t(40))));
    fail(has_text ? fmt::format("expected {}, got '{}'", wanted, shown)
                  : fmt::format("expected {}, got {}", wanted, shown));
}

// --- Blocks.

/// file = { statement }
Block Parser::statements_to_end() {
    std::vector<Statement*> out;
    while (token() != Token::end) {
        if (token() == Token::indent) fail("unexpected indentation");
        statement(out);
    }
    return program_.items(out);
}

/// block = simple_line | NEWLINE INDENT statement { statement } DEDENT
Block Parser::block(std::string_view of) {
    expect(Token::colon, fmt::format("after {}", of));
    std::vector<Statement*> out;
    if (!accept(Token::newline)) {
        simple_line(out);
        return program_.items(out);
    }
    if (!accept(Token::indent)) fail(fmt::format("expected an indented block after {}", of));
    while (token() != Token::dedent && token() != Token::end) {
        if (token() == Token::indent) fail("unexpected indentation");
        statement(out);
    }
    accept(Token::dedent);
    return program_.items(out);
}

/// statement = compound | simple_line
void Parser::statement(std::vector<Statement*>& out) {
    Nested nested(*this);
    switch (token()) {
    case Token::k_if: return out.push_back(if_statement());
    case Token::k_while: return out.push_back(while_statement());
    case Token::k_for: return out.push_back(for_statement());
    case Token::k_try: return out.push_back(try_statement());
    case Token::k_with: return out.push_back(with_statement());
    case Token::k_def: return out.push_back(function({}, false));
    case Token::k_class: return out.push_back(class_statement({}));
    case Token::at: return out.push_back(decorated());
    case Token::k_async: return out.push_back(async_statement());
    default: break;
    }
    if (is_name("match") && starts_match()) return out.push_back(match_statement());
    simple_line(out);
}

/// simple_line = simple_statement { ";" simple_statement } [ ";" ] NEWLINE
void Parser::simple_line(std::vector<Statement*>& out) {
    do {
        out.push_back(simple_statement());
    } while (accept(Token::semicolon) && token() != Token::newline && token() != Token::end);
    if (token() == Token::end || accept(Token::newline)) return;
    refuse_python2_statement();
    unexpected("the end of the statement");
}

/// `print "x"` and `exec code` end up here: a name followed by something that cannot follow it.
void Parser::refuse_python2_statement() const {
    if (at_ == 0) return;
    const Lexeme& before = lexemes_[at_ - 1];
    const std::string_view word = source_.slice(before.begin, before.end);
    if (word == "print")
        source_.fail(before.begin, before.end, "this is Python 2: a print statement", "write print(...)");
    if (word == "exec") source_.fail(before.begin, before.end, "this is Python 2: an exec statement");
}

/// simple_statement = "pass" | "break" | "continue" | return | raise | global | nonlocal | del | assert |
/// import | expression_statement
Statement* Parser::simple_statement() {
    if (is_name("type") && ahead() == Token::name) advance(); // type NAME = expression
    const std::uint32_t start = begin();
    switch (token()) {
    case Token::k_pass: advance(); return stmt<Statement>(StatementKind::pass, start);
    case Token::k_break: advance(); return stmt<Statement>(StatementKind::break_, start);
    case Token::k_continue: advance(); return stmt<Statement>(StatementKind::continue_, start);
    case Token::k_return: {
        advance();
        Expr* value = token() == Token::newline || token() == Token::semicolon || token() == Token::end
                          ? nullptr
                          : expression_list();
        auto* made = stmt<Return>(StatementKind::return_, start);
        made->value = value;
        return made;
    }
    case Token::k_raise: return raise_statement();
    case Token::k_global: return scoped(StatementKind::global);
    case Token::k_nonlocal: return scoped(StatementKind::nonlocal);
    case Token::k_del: return delete_statement();
    case Token::k_assert: return assert_statement();
    case Token::k_import: return import_statement();
    case Token::k_from: return import_from();
    default: return expression_statement();
    }
}

namespace {

std::optional<Operator> augmented_operator(Token token) {
    switch (token) {
    case Token::plus_assign: return Operator::add;
    case Token::minus_assign: return Operator::subtract;
    case Token::star_assign: return Operator::multiply;
    case Token::double_star_assign: return Operator::power;
    case Token::slash_assign: return Operator::divide;
    case Token::double_slash_assign: return Operator::floor_divide;
    case Token::percent_assign: return Operator::modulo;
    case Token::ampersand_assign: return Operator::bit_and;
    case Token::bar_assign: return Operator::bit_or;
    case Token::caret_assign: return Operator::bit_xor;
    case Token::shift_left_assign: return Operator::shift_left;
    case Token::shift_right_assign: return Operator::shift_right;
    case Token::at_assign: return Operator::matrix_multiply;
    default: return {};
    }
}

} // namespace

/// expression_statement = expression_list [ ":" annotation | op "=" value | { "=" value } ]
Statement* Parser::expression_statement() {
    const std::uint32_t start = begin();
    Expr* first = token() == Token::k_yield ? yield_expression() : expression_list();
    if (token() == Token::colon) return annotated(first);
    if (const auto op = augmented_operator(token())) {
        if (first->kind != ExprKind::name && first->kind != ExprKind::attribute &&
            first->kind != ExprKind::subscript)
            fail_at(first, "this is no place to assign to with an operator");
        advance();
        Expr* value = token() == Token::k_yield ? yield_expression() : expression_list();
        auto* made = stmt<Augmented>(StatementKind::augmented, start);
        made->target = first;
        made->op = *op;
        made->value = value;
        return made;
    }
    if (token() != Token::assign) {
        auto* made = stmt<ExpressionStatement>(StatementKind::expression, start);
        made->value = first;
        return made;
    }
    std::vector<Expr*> chain{first};
    while (accept(Token::assign))
        chain.push_back(token() == Token::k_yield ? yield_expression() : expression_list());
    auto* made = stmt<Assign>(StatementKind::assign, start);
    made->value = chain.back();
    chain.pop_back();
    for (const Expr* target : chain) check_target(target, "assign to");
    made->targets = program_.items(chain);
    return made;
}

/// annotated = target ":" expression [ "=" value ]
Statement* Parser::annotated(Expr* target) {
    if (target->kind != ExprKind::name && target->kind != ExprKind::attribute &&
        target->kind != ExprKind::subscript)
        unexpected("the end of the statement");
    advance();
    Expr* annotation = expression();
    Expr* value = nullptr;
    if (accept(Token::assign)) value = token() == Token::k_yield ? yield_expression() : expression_list();
    auto* made = stmt<Annotated>(StatementKind::annotated, target->begin);
    made->target = target;
    made->annotation = annotation;
    made->value = value;
    return made;
}

// --- Imports and names.

/// dotted_name = NAME { "." NAME }
const String* Parser::dotted_name() {
    const std::uint32_t start = begin();
    expect_name("a module's name");
    bool spaced = false;
    while (accept(Token::dot)) {
        spaced |= begin() != last_end();
        expect_name("a name after '.'");
    }
    std::string name(source_.slice(start, last_end()));
    if (spaced) std::erase_if(name, [](char c) { return c == ' ' || c == '\t'; });
    return program_.intern(name);
}

/// import = "import" dotted_name [ "as" NAME ] { "," ... }
Statement* Parser::import_statement() {
    const std::uint32_t start = begin();
    advance();
    std::vector<ImportItem> items;
    do {
        const std::uint32_t item = begin();
        const String* module = dotted_name();
        const std::uint32_t stop = last_end();
        const bool whole = !accept(Token::k_as);
        const std::string_view path = module->text();
        const String* bound =
            whole ? program_.intern(path.substr(0, path.find('.'))) : expect_name("a name after 'as'");
        items.push_back({module, name_node(bound, item, stop), whole, item, stop});
    } while (accept(Token::comma));
    auto* made = stmt<Import>(StatementKind::import, start);
    made->items = program_.items(items);
    return made;
}

/// import_from = "from" { "." } [ dotted_name ] "import" ( "*" | "(" names ")" | names )
Statement* Parser::import_from() {
    const std::uint32_t start = begin();
    advance();
    std::uint32_t level = 0;
    for (;; advance()) {
        if (token() == Token::dot)
            ++level;
        else if (token() == Token::ellipsis)
            level += 3;
        else
            break;
    }
    const String* module = level > 0 && token() == Token::k_import ? program_.intern("") : dotted_name();
    expect(Token::k_import, "after the module's name");
    std::vector<ImportItem> items;
    const bool star = accept(Token::star);
    const bool parens = !star && accept(Token::open_paren);
    while (!star) {
        const std::uint32_t item = begin();
        const String* name = expect_name("a name to import");
        const std::uint32_t stop = last_end();
        const String* bound = accept(Token::k_as) ? expect_name("a name after 'as'") : name;
        items.push_back({name, name_node(bound, item, stop), false, item, stop});
        if (!accept(Token::comma) || (parens && token() == Token::close_paren)) break;
    }
    if (parens) expect(Token::close_paren, "after the names to import");
    auto* made = stmt<ImportFrom>(StatementKind::import_from, start);
    made->module = module;
    made->level = level;
    made->items = program_.items(items);
    made->star = star;
    return made;
}

/// scoped = ( "global" | "nonlocal" ) NAME { "," NAME }
Statement* Parser::scoped(StatementKind kind) {
    const std::uint32_t start = begin();
    advance();
    std::vector<const String*> names;
    do names.push_back(expect_name("a name"));
    while (accept(Token::comma));
    auto* made = stmt<Scoped>(kind, start);
    made->names = program_.items(names);
    return made;
}

/// delete = "del" target { "," target }
Statement* Parser::delete_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* target = expression_list();
    check_target(target, "delete");
    std::vector<Expr*> targets{target};
    if (target->kind == ExprKind::tuple) {
        const auto items = static_cast<Display*>(target)->items;
        targets.assign(items.begin(), items.end());
    }
    auto* made = stmt<Delete>(StatementKind::delete_, start);
    made->targets = program_.items(targets);
    return made;
}

/// raise = "raise" [ expression [ "from" expression ] ]
Statement* Parser::raise_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* exception = nullptr;
    Expr* cause = nullptr;
    if (token() != Token::newline && token() != Token::semicolon && token() != Token::end) {
        exception = expression();
        if (token() == Token::comma) fail("this is Python 2: 'raise E, message'", "write raise E(message)");
        if (accept(Token::k_from)) cause = expression();
    }
    auto* made = stmt<Raise>(StatementKind::raise, start);
    made->exception = exception;
    made->cause = cause;
    return made;
}

/// assert = "assert" expression [ "," expression ]
Statement* Parser::assert_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* condition = expression();
    Expr* message = accept(Token::comma) ? expression() : nullptr;
    auto* made = stmt<Assert>(StatementKind::assert_, start);
    made->condition = condition;
    made->message = message;
    return made;
}

// --- Compound statements.

/// if = "if" named_expression block { "elif" named_expression block } [ "else" block ]
Statement* Parser::if_statement() {
    const std::uint32_t start = begin();
    std::vector<Branch> branches;
    do {
        advance();
        Expr* condition = named_expression();
        branches.push_back({condition, block("the condition")});
    } while (token() == Token::k_elif);
    const Block otherwise = accept(Token::k_else) ? block("'else'") : Block{};
    auto* made = stmt<If>(StatementKind::if_, start);
    made->branches = program_.items(branches);
    made->otherwise = otherwise;
    return made;
}

/// while = "while" named_expression block [ "else" block ]
Statement* Parser::while_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* condition = named_expression();
    const Block body = block("the condition");
    const Block otherwise = accept(Token::k_else) ? block("'else'") : Block{};
    auto* made = stmt<While>(StatementKind::while_, start);
    made->condition = condition;
    made->body = body;
    made->otherwise = otherwise;
    return made;
}

/// for = "for" targets "in" expression_list block [ "else" block ]
Statement* Parser::for_statement() {
    const std::uint32_t start = begin();
    advance();
    Expr* target = target_list();
    expect(Token::k_in, "after the loop's variables");
    Expr* iterable = expression_list();
    const Block body = block("'for'");
    const Block otherwise = accept(Token::k_else) ? block("'else'") : Block{};
    auto* made = stmt<For>(StatementKind::for_, start);
    made->target = target;
    made->iterable = iterable;
    made->body = body;
    made->otherwise = otherwise;
    return made;
}

/// with_items = item { "," item };  item = expression [ "as" target ]
bool Parser::with_items(std::vector<WithItem>& items, bool in_parens) {
    do {
        if (in_parens && token() == Token::close_paren) break;
        Expr* context = expression();
        Expr* target = nullptr;
        if (accept(Token::k_as)) {
            target = binary(0);
            check_target(target, "assign to");
        }
        items.push_back({context, target});
    } while (accept(Token::comma));
    return true;
}

/// with = "with" ( "(" with_items [ "," ] ")" | with_items ) block
Statement* Parser::with_statement() {
    const std::uint32_t start = begin();
    advance();
    std::vector<WithItem> items;
    // `with (a as b, c as d):` and `with (a), b:` begin alike: find the partner of the parenthesis and see
    // what follows.
    bool in_parens = false;
    if (token() == Token::open_paren) {
        int depth = 0;
        std::size_t i = at_;
        bool has_as = false;
        for (; i < lexemes_.size(); ++i) {
            const Token t = lexemes_[i].token;
            if (t == Token::open_paren || t == Token::open_bracket || t == Token::open_brace)
                ++depth;
            else if (t == Token::close_paren || t == Token::close_bracket || t == Token::close_brace)
                --depth;
            else if (t == Token::k_as && depth == 1)
                has_as = true;
            if (depth == 0) break;
        }
        in_parens = i + 1 < lexemes_.size() && lexemes_[i + 1].token == Token::colon && has_as;
    }
    if (in_parens) advance();
    with_items(items, in_parens);
    if (in_parens) expect(Token::close_paren, "after the items of 'with'");
    const Block body = block("'with'");
    auto* made = stmt<With>(StatementKind::with, start);
    made->items = program_.items(items);
    made->body = body;
    return made;
}

/// try = "try" block { handler } [ "else" block ] [ "finally" block ]
Statement* Parser::try_statement() {
    const std::uint32_t start = begin();
    advance();
    const Block body = block("'try'");
    std::vector<Handler> handlers;
    while (token() == Token::k_except) handlers.push_back(handler());
    Block otherwise;
    Block finally;
    if (!handlers.empty() && accept(Token::k_else)) otherwise = block("'else'");
    if (accept(Token::k_finally))
        finally = block("'finally'");
    else if (handlers.empty())
        unexpected("'except' or 'finally'");
    auto* made = stmt<Try>(StatementKind::try_, start);
    made->body = body;
    made->handlers = program_.items(handlers);
    made->otherwise = otherwise;
    made->finally = finally;
    return made;
}

/// handler = "except" [ expression [ "as" NAME ] ] block
Handler Parser::handler() {
    Handler made{};
    made.begin = begin();
    advance();
    if (token() == Token::star) fail("exception groups ('except*') are not supported");
    if (token() != Token::colon) {
        made.type = expression();
        if (token() == Token::comma)
            fail("this is Python 2: 'except E, name'",
                 "write 'except E as name', or 'except (E, F)' for several");
        if (accept(Token::k_as)) {
            const std::uint32_t start = begin();
            const String* name = expect_name("a name after 'as'");
            made.name = name_node(name, start, last_end());
        }
    }
    made.end = last_end();
    made.body = block("'except'");
    return made;
}

/// decorated = "@" named_expression NEWLINE { ... } ( function | class )
Statement* Parser::decorated() {
    std::vector<Expr*> decorators;
    while (accept(Token::at)) {
        decorators.push_back(named_expression());
        expect(Token::newline, "after a decorator");
    }
    if (token() == Token::k_class) return class_statement(std::move(decorators));
    const bool is_async = accept(Token::k_async);
    if (token() != Token::k_def) unexpected("'def' or 'class' after a decorator");
    return function(std::move(decorators), is_async);
}

/// function = [ "async" ] "def" NAME [ type_params ] "(" parameters ")" [ "->" expression ] block
Statement* Parser::function(std::vector<Expr*> decorators, bool is_async) {
    const std::uint32_t start = begin();
    advance();
    const std::uint32_t name_begin = begin();
    const String* name = expect_name("the function's name");
    const std::uint32_t name_end = last_end();
    auto* node = program_.make<FunctionNode>();
    node->name = node->qualified = name;
    node->begin = name_begin;
    node->is_async = is_async;
    skip_type_parameters();
    expect(Token::open_paren, "after the function's name");
    parameters(*node, Token::close_paren, true);
    expect(Token::close_paren, "after the parameters");
    if (accept(Token::arrow)) expression();
    node->body = block("the function's head");
    node->doc = docstring(node->body);
    node->end = last_end();
    auto* made = stmt<FunctionStatement>(StatementKind::function, start);
    made->decorators = program_.items(decorators);
    made->function = node;
    made->target = name_node(name, name_begin, name_end);
    return made;
}

const Value* Parser::docstring(Block body) const {
    if (body.empty() || body[0]->kind != StatementKind::expression) return nullptr;
    const Expr* value = static_cast<ExpressionStatement*>(body[0])->value;
    if (value->kind != ExprKind::constant) return nullptr;
    const Value* constant = static_cast<const Constant*>(value)->value;
    return constant->is_string() ? constant : nullptr;
}

/// parameters = { [ "*" | "**" ] NAME [ ":" expression ] [ "=" expression ] "," | "/" "," | "*" "," }
void Parser::parameters(FunctionNode& function, Token close, bool annotations) {
    std::vector<Parameter> all;
    bool keyword_only = false;
    bool seen_default = false;
    while (token() != close) {
        if (function.double_star) fail("no parameter may follow '**'");
        Parameter parameter{};
        parameter.begin = begin();
        if (accept(Token::slash)) {
            function.positional_only = static_cast<std::uint32_t>(all.size());
            if (!accept(Token::comma)) break;
            continue;
        }
        const bool star = accept(Token::star);
        const bool double_star = !star && accept(Token::double_star);
        if (star && keyword_only) fail("only one '*' may stand among the parameters");
        keyword_only |= star;
        if (star && accept(Token::comma)) continue;
        parameter.name = expect_name("a parameter's name");
        if (annotations && accept(Token::colon)) star ? star_or_expression() : expression();
        if (!star && !double_star && accept(Token::assign)) parameter.default_value = expression();
        if (star) {
            function.star = program_.make<Parameter>(parameter);
        } else if (double_star) {
            function.double_star = program_.make<Parameter>(parameter);
        } else {
            if (!keyword_only && !parameter.default_value && seen_default)
                fail(fmt::format("parameter '{}' without a default follows one with a default",
                                 parameter.name->text()));
            seen_default |= parameter.default_value != nullptr && !keyword_only;
            if (!keyword_only) {
                ++function.positional;
                function.required += parameter.default_value == nullptr;
            }
            for (const Parameter& other : all)
                if (other.name == parameter.name)
                    source_.fail(parameter.begin, last_end(),
                                 fmt::format("parameter '{}' is there twice", parameter.name->text()));
            all.push_back(parameter);
        }
        if (!accept(Token::comma)) break;
    }
    function.parameters = program_.items(all);
}

/// type_parameters = "[" ... "]": a type is nobody's business when a program runs.
void Parser::skip_type_parameters() {
    if (token() != Token::open_bracket) return;
    int depth = 0;
    do {
        if (token() == Token::end) unexpected("the closing ']' of the type parameters");
        depth += token() == Token::open_bracket ? 1 : token() == Token::close_bracket ? -1 : 0;
        advance();
    } while (depth > 0);
}

/// class = "class" NAME [ type_parameters ] [ "(" arguments ")" ] block
Statement* Parser::class_statement(std::vector<Expr*> decorators) {
    const std::uint32_t start = begin();
    advance();
    const std::uint32_t name_begin = begin();
    const String* name = expect_name("the class's name");
    const std::uint32_t name_end = last_end();
    Items<Expr*> bases;
    Items<Argument> keywords;
    skip_type_parameters();
    if (token() == Token::open_paren) {
        auto* arguments = static_cast<CallExpr*>(call(name_node(name, name_begin, name_end)));
        if (arguments->starred) fail_at(arguments, "bases with a star are not supported");
        bases = arguments->args;
        keywords = arguments->keywords;
    }
    auto* body = program_.make<FunctionNode>();
    body->name = body->qualified = name;
    body->begin = name_begin;
    body->body = block("the class's head");
    body->doc = docstring(body->body);
    body->end = last_end();
    auto* made = stmt<ClassStatement>(StatementKind::class_, start);
    made->decorators = program_.items(decorators);
    made->bases = bases;
    made->keywords = keywords;
    made->body = body;
    made->target = name_node(name, name_begin, name_end);
    return made;
}

/// async = "async" ( function | for | with )
Statement* Parser::async_statement() {
    advance();
    switch (token()) {
    case Token::k_def: return function({}, true);
    case Token::k_for: return for_statement();
    case Token::k_with: return with_statement();
    default: unexpected("'def', 'for' or 'with' after 'async'");
    }
}

} // namespace orch::lang
