// From tokens to the tree: the second stage. Recursive descent; the grammar line stands above each function.
#pragma once

#include "lang/ast.hpp"

namespace orch::lang {

class Parser {
  public:
    /// Parses a whole module into `program`.
    static void module(Program& program);
    /// Parses a single expression that the whole text is; gives a lambda's node without parameters.
    static FunctionNode* expression(Program& program);

  private:
    Parser(Program& program, std::vector<Lexeme> lexemes)
        : program_(program), source_(program.source), lexemes_(std::move(lexemes)) {}

    // --- Tokens.
    const Lexeme& lexeme() const { return lexemes_[at_]; }
    Token token() const { return lexemes_[at_].token; }
    Token ahead(std::size_t n = 1) const { return lexemes_[std::min(at_ + n, lexemes_.size() - 1)].token; }
    std::uint32_t begin() const { return lexemes_[at_].begin; }
    std::uint32_t last_end() const { return at_ > 0 ? lexemes_[at_ - 1].end : 0; }
    std::string_view text() const { return source_.slice(lexeme().begin, lexeme().end); }
    bool is_name(std::string_view word) const { return token() == Token::name && text() == word; }
    void advance() { ++at_; }
    bool accept(Token wanted);
    void expect(Token wanted, std::string_view where);
    const String* expect_name(std::string_view what);
    [[noreturn]] void fail(std::string_view message, std::string_view hint = {}) const;
    [[noreturn]] void fail_at(const Expr* expr, std::string_view message, std::string_view hint = {}) const;
    [[noreturn]] void unexpected(std::string_view wanted) const;
    void refuse_python2_statement() const;

    // --- Statements.
    Block statements_to_end();
    Block block(std::string_view of);
    void statement(std::vector<Statement*>& out);
    void simple_line(std::vector<Statement*>& out);
    Statement* simple_statement();
    Statement* expression_statement();
    Statement* annotated(Expr* target);
    Statement* import_statement();
    Statement* import_from();
    const String* dotted_name();
    Statement* scoped(StatementKind kind);
    Statement* delete_statement();
    Statement* raise_statement();
    Statement* assert_statement();
    Statement* if_statement();
    Statement* while_statement();
    Statement* for_statement();
    Statement* with_statement();
    bool with_items(std::vector<WithItem>& items, bool parenthesized);
    Statement* try_statement();
    Handler handler();
    Statement* decorated();
    Statement* function(std::vector<Expr*> decorators, bool is_async);
    void skip_type_parameters();
    Statement* class_statement(std::vector<Expr*> decorators);
    Statement* async_statement();
    bool starts_match() const;
    Statement* match_statement();
    Pattern* pattern();
    Pattern* alternatives();
    Pattern* closed_pattern();
    Pattern* sequence_pattern(Token close);
    Pattern* mapping_pattern();
    Pattern* class_pattern(Expr* cls);
    Expr* dotted_value();
    void parameters(FunctionNode& function, Token close, bool annotations);
    const Value* docstring(Block body) const;

    // --- Expressions.
    Expr* expression_list();
    Expr* star_or_expression();
    Expr* named_expression();
    Expr* expression();
    Expr* lambda();
    Expr* or_test();
    Expr* and_test();
    Expr* not_test();
    Expr* comparison();
    bool comparison_operator(Comparison& op);
    Expr* binary(int precedence);
    Expr* unary();
    Expr* power();
    Expr* primary();
    Expr* call(Expr* callee);
    Expr* subscript(Expr* object);
    Expr* slice();
    Expr* atom();
    Expr* number();
    Expr* strings();
    void string_piece(const Lexeme& piece, std::string& plain, std::vector<FormattedPart>& parts);
    void formatted_body(std::uint32_t begin, std::uint32_t end, bool raw, bool in_spec, std::string& plain,
                        std::vector<FormattedPart>& parts);
    std::uint32_t field(std::uint32_t at, std::uint32_t end, bool raw, std::string& plain,
                        std::vector<FormattedPart>& parts);
    void decode(std::uint32_t begin, std::uint32_t end, bool raw, bool bytes, std::string& out) const;
    void flush_text(std::string& plain, std::vector<FormattedPart>& parts);
    Expr* parenthesized();
    Expr* list_display();
    Expr* brace_display();
    Expr* comprehension(ExprKind kind, Expr* element, Expr* value, std::uint32_t start);
    Expr* yield_expression();
    Expr* target_list();
    void check_target(const Expr* target, std::string_view verb) const;

    template <class T>
    T* node(ExprKind kind, std::uint32_t start, std::initializer_list<const Expr*> children = {});
    template <class T>
    T* stmt(StatementKind kind, std::uint32_t start);
    void deepen(Expr* expr, const Expr* child) const;
    Name* name_node(const String* name, std::uint32_t start, std::uint32_t stop);

    Program& program_;
    const Source& source_;
    std::vector<Lexeme> lexemes_;
    std::size_t at_ = 0;
    int depth_ = 0;
    struct Nested;
};

/// Counts the nesting of the descent; too deep is an error and not a stack overflow.
struct Parser::Nested {
    explicit Nested(Parser& parser) : parser_(parser) {
        if (++parser_.depth_ > 250) parser_.fail("the code is nested too deeply");
    }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Parser& parser_;
};

template <class T>
T* Parser::node(ExprKind kind, std::uint32_t start, std::initializer_list<const Expr*> children) {
    T* made = program_.make<T>();
    made->kind = kind;
    made->begin = start;
    made->end = last_end();
    for (const Expr* child : children) deepen(made, child);
    return made;
}

template <class T>
T* Parser::stmt(StatementKind kind, std::uint32_t start) {
    T* made = program_.make<T>();
    made->kind = kind;
    made->begin = start;
    made->end = last_end();
    return made;
}

} // namespace orch::lang
