// Operators and methods of SQL expressions.
#include "script/sqlalchemy/expressions.hpp"

#include "script/sqlalchemy/conversion.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/statements.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {

using lang::Call;
using lang::Operator;
using lang::Value;
using sql::ExpressionPtr;

namespace {

Value self_value(const ExpressionObject& object) {
    if (Value own = object.derived(); !own.is_none()) return own;
    return Value(static_cast<lang::Object*>(const_cast<ExpressionObject*>(&object)));
}

TypePtr boolean_type() {
    static const TypePtr type = std::make_shared<const schema::Type>(plain_type("Boolean"));
    return type;
}

Expr combine(std::string op, const Expr& left, const Expr& right, TypePtr type) {
    Expr result{sql::make({sql::Binary{std::move(op), left.node, right.node}}), std::move(type), left.froms};
    merge_froms(result.froms, right.froms);
    return result;
}

bool is_text_type(const TypePtr& type) {
    static constexpr std::array<std::string_view, 11> names{"String", "Text",    "Unicode", "UnicodeText",
                                                            "CHAR",   "VARCHAR", "NCHAR",   "NVARCHAR",
                                                            "TEXT",   "CLOB",    "Enum"};
    return type && std::find(names.begin(), names.end(), type->name) != names.end();
}

// A text from the script has no type of its own until it meets one.
bool is_untyped(const Expr& expr) { return !expr.type || expr.type->name == "NullType"; }

bool is_text(const Expr& expr) {
    const auto* literal = is_untyped(expr) ? std::get_if<sql::Literal>(&expr.node->node) : nullptr;
    return is_text_type(expr.type) || (literal && std::holds_alternative<std::string>(literal->value));
}

bool is_named(const Expr& expr, std::initializer_list<std::string_view> names) {
    return expr.type && std::find(names.begin(), names.end(), expr.type->name) != names.end();
}
bool is_array(const Expr& expr) { return is_named(expr, {"ARRAY"}); }

// What + puts one behind the other although it is no text.
bool is_joined(const Expr& expr) { return is_named(expr, {"HSTORE", "JSON", "JSONB"}); }

// ANY (x), ALL (x), which stand on the right of a comparison.
bool is_quantified(const Expr& expr) {
    const auto* unary = std::get_if<sql::Unary>(&expr.node->node);
    const auto* function = std::get_if<sql::Function>(&expr.node->node);
    const std::string_view word = unary      ? std::string_view(unary->op)
                                  : function ? std::string_view(function->name.back())
                                             : "";
    return word == "ANY" || word == "ALL";
}

// A number stays one where it meets a text, as in SQLAlchemy.
bool is_number(const Expr& expr) {
    const auto* literal = std::get_if<sql::Literal>(&expr.node->node);
    return literal && (std::holds_alternative<std::int64_t>(literal->value) ||
                       std::holds_alternative<double>(literal->value));
}

// The operator as SQL writes it; "+" joins texts and arrays.
std::string sql_operator(Operator op, const Expr& left, const Expr& right) {
    switch (op) {
    case Operator::equal: return "=";
    case Operator::not_equal: return "!=";
    case Operator::floor_divide: return "//";
    case Operator::add:
        if (is_array(left) || is_array(right)) return "||";
        if (is_number(left) || is_number(right)) return "+";
        if (is_joined(left)) return "||";
        return is_text_type(left.type) || (is_untyped(left) && is_text(right)) ||
                       (is_untyped(right) && is_text(left) && !is_text(right))
                   ? "||"
                   : "+";
    default: return std::string(lang::symbol(op));
    }
}

bool is_comparison(Operator op) {
    return op == Operator::equal || op == Operator::not_equal || op == Operator::less ||
           op == Operator::less_equal || op == Operator::greater || op == Operator::greater_equal;
}

bool is_constant(const Expr& expr) { return std::holds_alternative<sql::Constant>(expr.node->node); }

// 3 < column is column > 3.
Operator mirrored(Operator op) {
    switch (op) {
    case Operator::less: return Operator::greater;
    case Operator::less_equal: return Operator::greater_equal;
    case Operator::greater: return Operator::less;
    case Operator::greater_equal: return Operator::less_equal;
    default: return op;
    }
}

Expr compare(Operator op, const Expr& left, const Expr& right) {
    if (is_quantified(left) && !is_quantified(right)) return compare(mirrored(op), right, left);
    bool null = right.none ||
                (is_constant(right) && std::get<sql::Constant>(right.node->node) == sql::Constant::null);
    if (null && op == Operator::equal) return combine("IS", left, right, boolean_type());
    if (null && op == Operator::not_equal) return combine("IS NOT", left, right, boolean_type());
    return combine(sql_operator(op, left, right), left, right, boolean_type());
}

// True and False that something is compared with are SQL's own, not parameters.
Expr compared(const Value& value, const TypePtr& type) {
    const bool scalar = value.is_string() || value.is_number();
    if (scalar && type && (type->name == "JSON" || type->name == "JSONB") && !value.is(lang::Type::boolean))
        return coerce(value); // text beside JSON is text, as in SQLAlchemy
    if (!value.is(lang::Type::boolean)) return coerce(value, type);
    return {sql::make({value.as_bool() ? sql::Constant::true_ : sql::Constant::false_}), boolean_type(), {}};
}

Expr logical(std::string op, const Expr& left, const Expr& right) {
    Expr result{chain(std::move(op), {left.node, right.node}), boolean_type(), left.froms};
    merge_froms(result.froms, right.froms);
    return result;
}

constexpr const char* is_true = "IS TRUE?";   // a boolean as a condition: the compiler knows how
constexpr const char* is_false = "IS FALSE?"; // its opposite

// SQL's opposites. What is not here is negated with NOT.
std::string opposite(const std::string& op) {
    static const std::vector<std::pair<std::string, std::string>> table{
        {"=", "!="},
        {"<", ">="},
        {">", "<="},
        {"IS", "IS NOT"},
        {"IN", "NOT IN"},
        {"LIKE", "NOT LIKE"},
        {"ILIKE", "NOT ILIKE"},
        {"BETWEEN", "NOT BETWEEN"},
        {"BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC"},
        {"REGEXP", "NOT REGEXP"},
        {"IREGEXP", "NOT IREGEXP"},
        {"IS DISTINCT FROM", "IS NOT DISTINCT FROM"}};
    for (const auto& [one, other] : table) {
        if (op == one) return other;
        if (op == other) return one;
    }
    return {};
}

} // namespace

void merge_froms(std::vector<SourcePtr>& into, const std::vector<SourcePtr>& more) {
    for (const auto& source : more) {
        if (std::find(into.begin(), into.end(), source) == into.end()) into.push_back(source);
    }
}

ExpressionPtr chain(std::string op, std::vector<ExpressionPtr> operands) {
    if (operands.empty()) return nullptr;
    if (op == "AND" || op == "OR") {
        const auto neutral = op == "AND" ? sql::Constant::true_ : sql::Constant::false_;
        const auto decisive = op == "AND" ? sql::Constant::false_ : sql::Constant::true_;
        std::vector<ExpressionPtr> kept;
        for (const auto& operand : operands) {
            const auto* constant = std::get_if<sql::Constant>(&operand->node);
            if (constant && *constant == decisive) return operand;
            if (!constant || *constant != neutral) kept.push_back(operand);
        }
        if (kept.empty()) return operands.front();
        operands = std::move(kept);
    }
    if (operands.size() == 1) return operands[0];
    std::vector<ExpressionPtr> flat; // a AND (b AND c) is one chain
    for (const auto& operand : operands) {
        const auto* inner = std::get_if<sql::Chain>(&operand->node);
        if (inner && inner->op == op && op != ",")
            flat.insert(flat.end(), inner->operands.begin(), inner->operands.end());
        else
            flat.push_back(operand);
    }
    return sql::make({sql::Chain{std::move(op), std::move(flat)}});
}

namespace {

bool speaks_of_several(const ExpressionPtr& side) {
    const auto* function = side ? std::get_if<sql::Function>(&side->node) : nullptr;
    const std::string name = function ? lower(function->name.back()) : "";
    return (side && is_quantified({side})) || name == "any" || name == "all";
}

} // namespace

Expr negated(const Expr& expr) {
    if (const auto* binary = std::get_if<sql::Binary>(&expr.node->node)) {
        if (binary->op == "ESCAPE") { // of a LIKE
            const Expr inside = negated({binary->left, boolean_type(), expr.froms});
            return {sql::make({sql::Binary{"ESCAPE", inside.node, binary->right}}), boolean_type(),
                    expr.froms};
        }
        // What is not equal to some of them is not what some of them are not equal to.
        const bool quantified = speaks_of_several(binary->left) || speaks_of_several(binary->right);
        if (auto op = opposite(binary->op); !op.empty() && !quantified) {
            return {sql::make({sql::Binary{op, binary->left, binary->right}}), boolean_type(), expr.froms};
        }
    }
    if (const auto* unary = std::get_if<sql::Unary>(&expr.node->node)) {
        if (unary->op == "NOT") return {unary->operand, boolean_type(), expr.froms};
        if (unary->op == is_true || unary->op == is_false) {
            return {sql::make({sql::Unary{unary->op == is_true ? is_false : is_true, unary->operand, true}}),
                    boolean_type(), expr.froms};
        }
    }
    if (const auto* constant = std::get_if<sql::Constant>(&expr.node->node)) {
        if (*constant == sql::Constant::true_) return {sql::make({sql::Constant::false_}), expr.type, {}};
        if (*constant == sql::Constant::false_) return {sql::make({sql::Constant::true_}), expr.type, {}};
    }
    return {sql::make({sql::Unary{"NOT", expr.node, false}}), boolean_type(), expr.froms};
}

Value make_expression(Session& session, Expr expr, std::string key) {
    return lang::make<PlainExpression>(session, std::move(expr), std::move(key));
}

Expr as_condition(const Value& value) {
    Expr expr = coerce_sql(value);
    if (value.is(lang::Type::boolean)) {
        expr.node = sql::make({value.truth() ? sql::Constant::true_ : sql::Constant::false_});
        return expr;
    }
    const bool plain = std::holds_alternative<sql::ColumnRef>(expr.node->node) ||
                       std::holds_alternative<sql::Function>(expr.node->node) ||
                       std::holds_alternative<sql::Cast>(expr.node->node);
    if (plain && expr.type && (expr.type->name == "Boolean" || expr.type->name == "BOOLEAN"))
        expr.node = sql::make({sql::Unary{is_true, expr.node, true}});
    return expr;
}

std::string coerce_text(const Value& value, std::string_view what) {
    if (auto* text = value.native<TextObject>()) return text->text().sql;
    return string_of(value, what);
}

namespace {

// Objects of scripts that stand for an expression: attributes of the ORM's classes.
std::optional<Value> clause_of(const Value& value) {
    if (!value.is(lang::Type::instance) && !value.is(lang::Type::class_)) return std::nullopt;
    auto clause = value.find_attribute("__clause_element__");
    if (!clause) return std::nullopt;
    return clause->call();
}

} // namespace

Expr coerce(const Value& value, const TypePtr& hint) {
    if (auto* object = value.native<ExpressionObject>()) return object->expression();
    if (auto* select = value.native<SelectObject>()) return select->scalar();
    if (auto clause = clause_of(value)) return coerce(*clause, hint);
    if (value.is_none()) return {sql::make({sql::Constant::null}), hint, {}, true};
    // Where values meet no type, an explicit constant is what SQLAlchemy writes for True and False.
    return bound_expression(value, hint);
}

Expr coerce_sql(const Value& value) {
    if (value.is_string()) return {sql::make({sql::Text{std::string(value.as_string()), {}}}), nullptr, {}};
    return coerce(value);
}

bool ExpressionObject::truth() {
    lang::raise_error(
        "TypeError",
        "Boolean value of this clause is not defined: a SQL expression is neither true nor false here; "
        "join conditions with '&', '|', sa.and_() or sa.or_(), and compare with 'is None'");
}

std::string ExpressionObject::repr() const {
    std::string name = key();
    return name.empty() ? fmt::format("<{}>", type_name()) : fmt::format("<{} '{}'>", type_name(), name);
}

std::optional<Value> ExpressionObject::unary(Operator op) {
    Expr operand = expression();
    if (op == Operator::invert) return make_expression(session_, negated(as_condition(self_value(*this))));
    if (op == Operator::negative) {
        return make_expression(
            session_, {sql::make({sql::Unary{"-", operand.node, false}}), operand.type, operand.froms});
    }
    return std::nullopt;
}

std::optional<Value> ExpressionObject::binary(Operator op, const Value& other, bool reflected) {
    Expr self = expression();
    if (op == Operator::bit_and || op == Operator::bit_or) {
        Expr right = as_condition(other);
        self = as_condition(self_value(*this));
        std::string word = op == Operator::bit_and ? "AND" : "OR";
        return make_expression(session_, reflected ? logical(word, right, self) : logical(word, self, right));
    }
    if (is_comparison(op)) {
        return make_expression(session_,
                               compare(reflected ? mirrored(op) : op, self, compared(other, self.type)));
    }
    Expr right = coerce(other, self.type);
    if (reflected) std::swap(self, right);
    if (op == Operator::power) {
        Expr result{sql::make({sql::Function{{"power"}, {self.node, right.node}}}), self.type, self.froms};
        merge_froms(result.froms, right.froms);
        return make_expression(session_, std::move(result));
    }
    std::string text = sql_operator(op, self, right);
    TypePtr type = self.type ? self.type : right.type;
    if (text == "||" && (!type || type->name == "NullType"))
        type = std::make_shared<const schema::Type>(plain_type("String"));
    return make_expression(session_, combine(std::move(text), self, right, std::move(type)));
}

namespace {

// ARRAY(..., zero_indexes=True) counts from zero in the script, and the database from one.
Expr index_of(const Expr& array, const Value& index) {
    const bool from_zero = array.type && array.type->options.contains("zero_indexes");
    return coerce(from_zero && index.is_integer() ? Value(index.as_int() + 1) : index);
}

// column[1:2]: PostgreSQL counts from one and includes both ends, and so does SQLAlchemy's slice.
Expr slice_of(const Expr& array, const Value& slice) {
    Expr from = index_of(array, slice.attribute("start")), to = index_of(array, slice.attribute("stop"));
    Expr range{sql::make({sql::Chain{":", {from.node, to.node}}}), nullptr, {}};
    return combine("[]", array, range, array.type);
}

} // namespace

// JSON and ARRAY access: column["key"].
Value ExpressionObject::subscript(const Value& key) {
    Expr self = expression();
    // An element of an array of arrays is an array too, whatever the type says of its dimensions.
    const auto* access = std::get_if<sql::Binary>(&self.node->node);
    const bool document = self.type && (self.type->name == "JSON" || self.type->name == "JSONB");
    if (is_array(self) || (access && access->op == "[]" && !document)) {
        if (key.is(lang::Type::slice)) return make_expression(session_, slice_of(self, key));
        const TypePtr item = is_array(self) ? self.type->item : self.type;
        return make_expression(session_, combine("[]", self, index_of(self, key), item));
    }
    if (key.is(lang::Type::tuple) || key.is(lang::Type::list)) {
        std::vector<std::string> parts;
        for (const auto& part : key.items()) parts.push_back(part.str());
        Expr path{sql::make({sql::Literal{"{" + join(parts, ", ") + "}", nullptr}}), nullptr, {}};
        return make_expression(session_, combine("#>", self, path, self.type));
    }
    return make_expression(session_, combine("->", self, coerce(key), self.type));
}

// --- Methods.

namespace {

struct MethodCall {
    Session& session;
    const Value& self;
    Expr expr;
    Call& call;

    Expr argument(std::size_t index) const { return coerce(call[index], expr.type); }
    Value give(Expr result) const { return make_expression(session, std::move(result)); }
};

using Method = Value (*)(MethodCall&);

ExpressionPtr literal_text(const char* text) { return sql::make({sql::Text{text, {}}}); }

// One of the rows that tuple_(a, b).in_([(1, 2), ...]) names.
Expr tuple_for(const sql::Tuple& columns, const Value& row) {
    auto values = row.to_vector();
    Expr result;
    sql::Tuple made;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto* column =
            i < columns.items.size() ? std::get_if<sql::ColumnRef>(&columns.items[i]->node) : nullptr;
        Expr item = coerce(values[i], column ? column->type : nullptr);
        merge_froms(result.froms, item.froms);
        made.items.push_back(item.node);
    }
    result.node = sql::make({std::move(made)});
    return result;
}

Expr list_of(const Value& items, const TypePtr& type, const sql::Tuple* tuple) {
    if (auto* parameter = items.native<BindParameter>(); parameter && !parameter->expanding())
        return parameter->expanded().expression();
    if (items.native<SelectObject>() || items.native<ExpressionObject>()) return coerce(items, type);
    if (auto* from = from_object(items)) { // the rows of a subquery
        if (const auto* query = std::get_if<sql::Subquery>(&from->source->node))
            return {sql::make({sql::Subquery{query->select, std::nullopt, ""}}), type, {}};
    }
    if (auto clause = clause_of(items)) return coerce(*clause, type);
    std::vector<ExpressionPtr> operands;
    Expr result{nullptr, type, {}};
    for (const auto& item : items.to_vector()) {
        Expr operand = tuple ? tuple_for(*tuple, item) : coerce(item, type);
        merge_froms(result.froms, operand.froms);
        operands.push_back(operand.node);
    }
    result.node = sql::make({sql::Chain{",", std::move(operands)}});
    return result;
}

Expr list_for(MethodCall& m) {
    return list_of(m.call[0], m.expr.type, std::get_if<sql::Tuple>(&m.expr.node->node));
}

Value in(MethodCall& m) { return m.give(combine("IN", m.expr, list_for(m), boolean_type())); }
Value not_in(MethodCall& m) { return m.give(combine("NOT IN", m.expr, list_for(m), boolean_type())); }

// LIKE with an optional escape character.
Value like(MethodCall& m, std::string op) {
    Expr result = combine(std::move(op), m.expr, m.argument(0), boolean_type());
    Value escape = m.call.get(1, "escape");
    if (!escape.is_none()) result = combine("ESCAPE", result, coerce(escape), boolean_type());
    return m.give(result);
}

Value postfix(MethodCall& m, const char* op) {
    return m.give({sql::make({sql::Unary{op, m.expr.node, true}}), m.expr.type, m.expr.froms});
}

Value compare_with(MethodCall& m, const char* op) {
    return m.give(combine(op, m.expr, m.argument(0), boolean_type()));
}

// IS and IS NOT stand before SQL's own words, never before a parameter.
Value is(MethodCall& m, const char* op) {
    return m.give(combine(op, m.expr, compared(m.call[0], m.expr.type), boolean_type()));
}

// regexp_match("^x", flags="i")
Value regexp(MethodCall& m) {
    const Value flags = m.call.get(1, "flags");
    const bool folds = flags.is_string() && flags.as_string() == "i";
    if (!flags.is_none() && !folds)
        lang::raise_error("NotImplementedError",
                          "regexp_match() knows no flags but 'i' here: write the condition as sa.text()");
    return m.give(combine(folds ? "IREGEXP" : "REGEXP", m.expr, m.argument(0), boolean_type()));
}

// regexp_replace("x+", "y", flags="g")
Value regexp_replace(MethodCall& m) {
    const Expr pattern = m.argument(0), replacement = m.argument(1);
    sql::Function function{{"REGEXP_REPLACE"}, {m.expr.node, pattern.node, replacement.node}};
    if (const Value flags = m.call.get(2, "flags"); !flags.is_none())
        function.arguments.push_back(coerce(flags).node);
    Expr result{sql::make({std::move(function)}), m.expr.type, m.expr.froms};
    merge_froms(result.froms, pattern.froms);
    merge_froms(result.froms, replacement.froms);
    return m.give(std::move(result));
}

// match("words", postgresql_regconfig="english", mysql_natural_language=True)
Value match(MethodCall& m) {
    const std::string dialect = m.session.database ? m.session.database->dialect_name() : "";
    const auto flag = [&](const char* name, bool otherwise) {
        const Value* given = m.call.keyword(name);
        return given ? given->truth() : otherwise;
    };
    const Expr words = m.argument(0);
    const Value* configuration = m.call.keyword("postgresql_regconfig");
    if (configuration && dialect == "postgresql") {
        sql::Function query{{"plainto_tsquery"}, {coerce(*configuration).node, words.node}};
        return m.give(
            combine("@@", m.expr, {sql::make({std::move(query)}), nullptr, words.froms}, boolean_type()));
    }
    std::string modifiers;
    if (flag("mysql_boolean_mode", true)) modifiers += " IN BOOLEAN MODE";
    if (flag("mysql_natural_language", false)) modifiers += " IN NATURAL LANGUAGE MODE";
    if (flag("mysql_query_expansion", false)) modifiers += " WITH QUERY EXPANSION";
    const bool usual = dialect != "mysql" && dialect != "mariadb";
    // An operator of its own, so that nothing takes a mode for an operand.
    std::string op =
        usual || modifiers == " IN BOOLEAN MODE" ? "MATCH" : "MATCH" + (modifiers.empty() ? " " : modifiers);
    return m.give(combine(std::move(op), m.expr, words, boolean_type()));
}

Value arithmetic(MethodCall& m, const char* op) {
    return m.give(combine(op, m.expr, m.argument(0), m.expr.type));
}

// value = ANY (array), as column.any(value) says it.
Value quantified(MethodCall& m, const char* word) {
    TypePtr item = m.expr.type ? m.expr.type->item : nullptr;
    if (const Value given = m.call.get(1, "operator"); !given.is_none())
        lang::raise_error("NotImplementedError",
                          fmt::format("{0}(operator=) is not available to orch: compare with sa.{0}_(column)",
                                      lower(word)));
    if (m.call.size() == 0) // column.any_()
        return m.give({sql::make({sql::Function{{word}, {m.expr.node}}}), item, m.expr.froms});
    Expr value = coerce(m.call[0], item);
    Expr set{sql::make({sql::Function{{word}, {m.expr.node}}}), item, m.expr.froms};
    return m.give(combine("=", value, set, boolean_type()));
}

// A key of a JSON document or HSTORE is text, whatever the column's type is.
Value compare_text(MethodCall& m, const char* op) {
    return m.give(combine(op, m.expr, coerce(m.call[0]), boolean_type()));
}

// The pattern is put together in SQL, as SQLAlchemy does it: value LIKE '%' || other || '%'.
Value matching(MethodCall& m, bool before, bool after, bool ilike = false) {
    static constexpr std::array<std::string_view, 3> containers{"ARRAY", "JSONB", "HSTORE"};
    if (m.expr.type && std::find(containers.begin(), containers.end(), m.expr.type->name) != containers.end())
        return m.give(combine("@>", m.expr, m.argument(0), boolean_type()));
    Value escape = m.call.get(2, "escape");
    Expr other = m.argument(0);
    if (const Value* automatic = m.call.keyword("autoescape");
        automatic && automatic->truth() && m.call[0].is_string()) {
        if (escape.is_none()) escape = Value("/");
        std::string mark(escape.as_string("escape")), text(m.call[0].as_string());
        text = replace_all(text, mark, mark + mark);
        for (const char* wild : {"%", "_"}) text = replace_all(text, wild, mark + wild);
        other = coerce(Value(text), m.expr.type);
    }
    if (before) other.node = sql::make({sql::Binary{"||", literal_text("'%'"), other.node}});
    if (after) other.node = sql::make({sql::Binary{"||", other.node, literal_text("'%'")}});
    other.node = sql::make({sql::Aggregate{other.node, nullptr, {}}}); // || binds tighter: no parentheses
    Expr result = combine(ilike ? "ILIKE" : "LIKE", m.expr, other, boolean_type());
    if (!escape.is_none()) result = combine("ESCAPE", result, coerce(escape), boolean_type());
    return m.give(result);
}

Value between(MethodCall& m) {
    Expr low = m.argument(0), high = m.argument(1);
    Expr bounds{sql::make({sql::Chain{"AND", {low.node, high.node}}}), m.expr.type, low.froms};
    merge_froms(bounds.froms, high.froms);
    const bool symmetric = m.call.get(2, "symmetric").truth();
    return m.give(combine(symmetric ? "BETWEEN SYMMETRIC" : "BETWEEN", m.expr, bounds, boolean_type()));
}

Value label(MethodCall& m) {
    Value given = m.call.get(0, "name");
    const auto* column = std::get_if<sql::ColumnRef>(&m.expr.node->node);
    std::string name = !given.is_none()             ? string_of(given, "name")
                       : column && !column->literal ? anonymous_name(m.session, column->name)
                                                    : anonymous_name(m.session, "anon");
    return make_expression(m.session, {sql::make({sql::Label{m.expr.node, name}}), m.expr.type, m.expr.froms},
                           name);
}

Value cast_to(MethodCall& m) {
    schema::Type type = type_of(m.call[0], "type_");
    return m.give({sql::make({sql::Cast{m.expr.node, type}}), std::make_shared<const schema::Type>(type),
                   m.expr.froms});
}

Value collate(MethodCall& m) {
    return m.give({sql::make({sql::Collate{m.expr.node, string_of(m.call[0], "collation")}}), m.expr.type,
                   m.expr.froms});
}

// col.op("@>")(other)
Value custom_operator(MethodCall& m) {
    std::string op = string_of(m.call[0], "opstring");
    Value return_type = m.call.get(4, "return_type");
    bool comparison = m.call.get(2, "is_comparison").truth();
    TypePtr type = !return_type.is_none() ? std::make_shared<const schema::Type>(type_of(return_type))
                   : comparison           ? boolean_type()
                                          : m.expr.type;
    return lang::make_function("op", [expr = m.expr, op, type, session = &m.session](Call& call) {
        return make_expression(*session, combine(op, expr, coerce(call[0], expr.type), type));
    });
}

Value boolean_operator(MethodCall& m) {
    std::string op = string_of(m.call[0], "opstring");
    return lang::make_function("bool_op", [expr = m.expr, op, session = &m.session](Call& call) {
        return make_expression(*session, combine(op, expr, coerce(call[0], expr.type), boolean_type()));
    });
}

Value distinct(MethodCall& m) {
    return m.give({sql::make({sql::Unary{"DISTINCT", m.expr.node, false}}), m.expr.type, m.expr.froms});
}

// JSON access as text: -> becomes ->>, #> becomes #>>.
Expr as_text(const Expr& expr) {
    const auto* binary = std::get_if<sql::Binary>(&expr.node->node);
    if (!binary || (binary->op != "->" && binary->op != "#>")) {
        lang::raise_error("AttributeError",
                          "only an element of a JSON column has 'astext': column[\"key\"].astext");
    }
    static const TypePtr text = std::make_shared<const schema::Type>(plain_type("Text"));
    return {sql::make({sql::Binary{binary->op + ">", binary->left, binary->right}}), text, expr.froms};
}

Value cast_text(MethodCall& m, const schema::Type& type) {
    return m.give({sql::make({sql::Cast{as_text(m.expr).node, type, true}}),
                   std::make_shared<const schema::Type>(type), m.expr.froms});
}
Value cast_text(MethodCall& m, const char* type_name) { return cast_text(m, plain_type(type_name)); }

// as_numeric(precision, scale)
Value as_numeric(MethodCall& m) {
    schema::Type type = plain_type("Numeric");
    type.precision = static_cast<int>(m.call[0].as_int());
    type.scale = static_cast<int>(m.call[1].as_int());
    return cast_text(m, type);
}

// Of a text() it is the text in parentheses.
Value scalar_subquery(MethodCall& m) {
    auto* object = m.self.native<TextObject>();
    if (!object) return m.self;
    sql::Text text = object->text();
    text.sql = "(" + text.sql + ")";
    const TypePtr type = object->result_columns.empty() ? nullptr : object->result_columns.front().second;
    return m.give({sql::make({std::move(text)}), type, {}});
}

const std::map<std::string_view, Method, std::less<>>& methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"in_", in},
        {"not_in", not_in},
        {"notin_", not_in},
        {"is_", [](MethodCall& m) { return is(m, "IS"); }},
        {"is_not", [](MethodCall& m) { return is(m, "IS NOT"); }},
        {"isnot", [](MethodCall& m) { return is(m, "IS NOT"); }},
        {"is_distinct_from", [](MethodCall& m) { return compare_with(m, "IS DISTINCT FROM"); }},
        {"is_not_distinct_from", [](MethodCall& m) { return compare_with(m, "IS NOT DISTINCT FROM"); }},
        {"isnot_distinct_from", [](MethodCall& m) { return compare_with(m, "IS NOT DISTINCT FROM"); }},
        {"like", [](MethodCall& m) { return like(m, "LIKE"); }},
        {"not_like", [](MethodCall& m) { return like(m, "NOT LIKE"); }},
        {"notlike", [](MethodCall& m) { return like(m, "NOT LIKE"); }},
        {"ilike", [](MethodCall& m) { return like(m, "ILIKE"); }},
        {"not_ilike", [](MethodCall& m) { return like(m, "NOT ILIKE"); }},
        {"notilike", [](MethodCall& m) { return like(m, "NOT ILIKE"); }},
        {"startswith", [](MethodCall& m) { return matching(m, false, true); }},
        {"endswith", [](MethodCall& m) { return matching(m, true, false); }},
        {"contains", [](MethodCall& m) { return matching(m, true, true); }},
        {"istartswith", [](MethodCall& m) { return matching(m, false, true, true); }},
        {"iendswith", [](MethodCall& m) { return matching(m, true, false, true); }},
        {"icontains", [](MethodCall& m) { return matching(m, true, true, true); }},
        {"contained_by", [](MethodCall& m) { return compare_with(m, "<@"); }},
        {"has_key", [](MethodCall& m) { return compare_text(m, "?"); }},
        {"has_any", [](MethodCall& m) { return compare_text(m, "?|"); }},
        {"has_all", [](MethodCall& m) { return compare_text(m, "?&"); }},
        {"overlap", [](MethodCall& m) { return compare_with(m, "&&"); }},
        {"overlaps", [](MethodCall& m) { return compare_with(m, "&&"); }},
        {"any", [](MethodCall& m) { return quantified(m, "ANY"); }},
        {"all", [](MethodCall& m) { return quantified(m, "ALL"); }},
        {"any_", [](MethodCall& m) { return quantified(m, "ANY"); }},
        {"all_", [](MethodCall& m) { return quantified(m, "ALL"); }},
        {"match", match},
        {"regexp_match", regexp},
        {"regexp_replace", regexp_replace},
        {"bitwise_and", [](MethodCall& m) { return arithmetic(m, "&"); }},
        {"bitwise_or", [](MethodCall& m) { return arithmetic(m, "|"); }},
        {"bitwise_xor", [](MethodCall& m) { return arithmetic(m, "BITXOR"); }},
        {"bitwise_lshift", [](MethodCall& m) { return arithmetic(m, "<<"); }},
        {"bitwise_rshift", [](MethodCall& m) { return arithmetic(m, ">>"); }},
        {"between", between},
        {"concat", [](MethodCall& m) { return m.give(combine("||", m.expr, m.argument(0), m.expr.type)); }},
        {"desc", [](MethodCall& m) { return postfix(m, "DESC"); }},
        {"asc", [](MethodCall& m) { return postfix(m, "ASC"); }},
        {"nulls_first", [](MethodCall& m) { return postfix(m, "NULLS FIRST"); }},
        {"nulls_last", [](MethodCall& m) { return postfix(m, "NULLS LAST"); }},
        {"nullsfirst", [](MethodCall& m) { return postfix(m, "NULLS FIRST"); }},
        {"nullslast", [](MethodCall& m) { return postfix(m, "NULLS LAST"); }},
        {"label", label},
        {"cast", cast_to},
        {"collate", collate},
        {"op", custom_operator},
        {"bool_op", boolean_operator},
        {"distinct", distinct},
        {"as_string", [](MethodCall& m) { return cast_text(m, "String"); }},
        {"as_numeric", as_numeric},
        {"as_json", [](MethodCall& m) { return m.self; }},
        {"as_integer", [](MethodCall& m) { return cast_text(m, "Integer"); }},
        {"as_float", [](MethodCall& m) { return cast_text(m, "Float"); }},
        {"as_boolean", [](MethodCall& m) { return cast_text(m, "Boolean"); }},
        {"self_group", [](MethodCall& m) { return m.self; }},
        {"scalar_subquery", scalar_subquery},
        {"__eq__",
         [](MethodCall& m) {
             return m.give(compare(Operator::equal, m.expr, compared(m.call[0], m.expr.type)));
         }},
        {"__clause_element__", [](MethodCall& m) { return m.self; }},
    };
    return table;
}

} // namespace

namespace {

// A keyword that a method does not know would change its meaning without a word.
void refuse_unknown_keywords(std::string_view method, Call& call) {
    static constexpr std::array<std::string_view, 24> known{
        "other",    "escape",     "autoescape",   "symmetric",   "cleft",       "cright",
        "name",     "type_",      "collation",    "pattern",     "flags",       "replacement",
        "opstring", "precedence", "operator",     "return_type", "python_impl", "is_comparison",
        "value",    "operators",  "visitor_name", "text",        "dialect",     "values"};
    for (const auto& [keyword, value] : call.keywords()) {
        const std::string_view word = keyword.as_string();
        if (std::ranges::find(known, word) != known.end() ||
            (method == "match" && word.find('_') != word.npos))
            continue;
        lang::raise_error("TypeError",
                          fmt::format("{}() got an unexpected keyword argument '{}'", method, word));
    }
}

} // namespace

std::optional<Value> expression_method(Session& session, const Value& self, std::string_view name) {
    auto found = methods().find(name);
    if (found == methods().end()) return std::nullopt;
    return lang::make_function(
        name, [&session, self, name = found->first, method = found->second](Call& call) {
            refuse_unknown_keywords(name, call);
            MethodCall context{session, self, self.native<ExpressionObject>()->expression(), call};
            return method(context);
        });
}

std::vector<std::string> expression_method_names() {
    std::vector<std::string> result{"astext", "type", "key", "name"};
    for (const auto& [name, method] : methods()) {
        if (!name.starts_with('_')) result.emplace_back(name);
    }
    return result;
}

namespace {

// The columns that a condition sets equal, as ((table, column), (table, column)): what a relationship of the
// ORM is told with primaryjoin=.
std::vector<Value> column_pairs(const ExpressionPtr& node) {
    std::vector<Value> result;
    if (const auto* chain = std::get_if<sql::Chain>(&node->node); chain && chain->op == "AND") {
        for (const auto& each : chain->operands) {
            for (auto& pair : column_pairs(each)) result.push_back(std::move(pair));
        }
        return result;
    }
    const auto* binary = std::get_if<sql::Binary>(&node->node);
    if (!binary || binary->op != "=" || !binary->left || !binary->right) return result;
    const auto* left = std::get_if<sql::ColumnRef>(&binary->left->node);
    const auto* right = std::get_if<sql::ColumnRef>(&binary->right->node);
    if (!left || !right) return result;
    auto named = [](const sql::ColumnRef& column) {
        return Value::tuple({Value(column.table), Value(column.name)});
    };
    result.push_back(Value::tuple({named(*left), named(*right)}));
    return result;
}

} // namespace

std::optional<Value> ExpressionObject::get_attribute(std::string_view name) {
    if (auto method = expression_method(session_, self_value(*this), name)) return method;
    if (name == "astext") return make_expression(session_, as_text(expression()));
    if (name == "type") {
        TypePtr type = expression().type;
        return make_type(session_, type ? *type : plain_type("NullType"));
    }
    if (name == "key" || name == "name") return Value(key());
    if (name == "_column_pairs") return Value::list(column_pairs(expression().node));
    return std::nullopt;
}

std::vector<std::string> ExpressionObject::attribute_names() const { return expression_method_names(); }

} // namespace orch::script
