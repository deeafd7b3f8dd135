// SQL expressions as scripts see them: objects with Python's operators that hold a sql::Expression. Columns,
// functions, text(), literals and subqueries are all of this kind.
#pragma once

#include "script/convert.hpp"

namespace orch::script {

using SourcePtr = std::shared_ptr<const sql::Source>;

/// An expression with what SQLAlchemy knows of it: the type of its value and where its columns come from.
struct Expr {
    sql::ExpressionPtr node;
    TypePtr type{};
    std::vector<SourcePtr> froms{};
    bool none = false; ///< made of Python's None: "=" becomes IS
};

/// The base of everything that can stand in an expression.
class ExpressionObject : public lang::Native {
  public:
    explicit ExpressionObject(Session& session) : session_(session) {}

    virtual Expr expression() const = 0;
    /// The name under which a result or a table knows it; "" where it has none.
    virtual std::string key() const { return {}; }

    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    std::optional<lang::Value> unary(lang::Operator op) override;
    std::optional<lang::Value> binary(lang::Operator op, const lang::Value& other, bool reflected) override;
    lang::Value subscript(const lang::Value& key) override;
    bool truth() override;
    std::string repr() const override;
    Session& session() const { return session_; }

  private:
    Session& session_;
};

/// An expression that is only a value: what operators and functions give.
class PlainExpression : public ExpressionObject {
  public:
    PlainExpression(Session& session, Expr expr, std::string key = {})
        : ExpressionObject(session), expr_(std::move(expr)), key_(std::move(key)) {}
    std::string type_name() const override { return "ColumnElement"; }
    Expr expression() const override { return expr_; }
    std::string key() const override { return key_; }

  private:
    Expr expr_;
    std::string key_;
};

/// sa.text(): an expression, and a statement of its own.
class TextObject : public ExpressionObject {
  public:
    TextObject(Session& session, sql::Text text) : ExpressionObject(session), text_(std::move(text)) {}
    std::string type_name() const override { return "TextClause"; }
    Expr expression() const override { return {sql::make({text_}), nullptr, {}}; }
    std::optional<lang::Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override;
    std::string str() const override { return text_.sql; }
    const sql::Text& text() const { return text_; }
    std::vector<std::pair<std::string, TypePtr>>
        result_columns; ///< columns(): the types of the result's columns

  private:
    sql::Text text_;
};

/// bindparam("name", value, type_): a value that is given when the statement runs, or its default.
class BindParameter : public ExpressionObject {
  public:
    BindParameter(Session& session, std::string name, lang::Value value, TypePtr type, bool required,
                  bool expanding)
        : ExpressionObject(session), name_(std::move(name)), value_(std::move(value)), type_(std::move(type)),
          required_(required), expanding_(expanding) {}
    std::string type_name() const override { return "BindParameter"; }
    Expr expression() const override;
    std::string key() const override { return name_; }
    sql::Text::Parameter parameter() const;
    bool required() const { return required_; }
    bool expanding() const { return expanding_; }
    /// The same parameter for a list of values: x IN (a, b, c).
    const BindParameter& expanded() const {
        expanding_ = true;
        return *this;
    }
    const std::string& name() const { return name_; }
    /// The same parameter as a value of another type: type_coerce().
    lang::Value as(TypePtr type) const {
        return lang::make<BindParameter>(session(), name_, value_, std::move(type), required_, expanding_);
    }

  private:
    std::string name_;
    lang::Value value_;
    TypePtr type_;
    bool required_;
    mutable bool expanding_;
};

lang::Value make_expression(Session& session, Expr expr, std::string key = {});

/// Any value of a script as an expression: an expression as it is, None as NULL, else a literal of the type
/// that it meets.
Expr coerce(const lang::Value& value, const TypePtr& hint = nullptr);
/// A string as SQL text, else coerce(): what conditions and defaults take.
Expr coerce_sql(const lang::Value& value);
/// What WHERE, AND, OR and NOT take: True and False are SQL's own, and a column of booleans says so itself
/// where the database has no type for them.
Expr as_condition(const lang::Value& value);
/// A string or text() as the words that it holds: prefix_with().
std::string coerce_text(const lang::Value& value, std::string_view what);
/// The places where rows come from, each once.
void merge_froms(std::vector<SourcePtr>& into, const std::vector<SourcePtr>& more);

/// AND or OR of several; one alone is itself, none gives null. Constants are worked out: what is true
/// whatever comes is no part of an AND.
sql::ExpressionPtr chain(std::string op, std::vector<sql::ExpressionPtr> operands);
/// An expression's logical opposite, as SQLAlchemy writes it: NOT IN, IS NOT, !=, or NOT (...).
Expr negated(const Expr& expr);

/// The methods that every expression has ("in_", "label" ...): nothing for another name.
std::optional<lang::Value> expression_method(Session& session, const lang::Value& self,
                                             std::string_view name);
std::vector<std::string> expression_method_names();

/// Names of the parameters in a text, as SQLAlchemy finds them: ":name" not behind a colon, a word or a
/// backslash.
std::vector<std::string> parameter_names(std::string_view sql);
sql::Text text_with_parameters(std::string sql);
/// Throws Error(script) at `origin` for a parameter of the text that has no value.
void require_values(const sql::Text& text, const std::vector<std::string>& given, const Place& origin);

/// func, text, literal, cast, case, and_, ...
const Members& expression_members();

} // namespace orch::script
