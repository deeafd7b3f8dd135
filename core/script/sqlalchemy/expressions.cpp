// Operators and methods of SQL expressions.
#include "script/sqlalchemy/expressions.hpp"

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

// The operator as SQL writes it; "+" joins texts.
std::string sql_operator(Operator op, const Expr& left, const Expr& right) {
    switch (op) {
    case Operator::equal: return "=";
    case Operator::not_equal: return "!=";
    case Operator::floor_divide: return "/";
    case Operator::add:
        return is_text_type(left.type) || (!left.type && is_text_type(right.type)) ? "||" : "+";
    default: return std::string(lang::symbol(op));
    }
}

bool is_comparison(Operator op) {
    return op == Operator::equal || op == Operator::not_equal || op == Operator::less ||
           op == Operator::less_equal || op == Operator::greater || op == Operator::greater_equal;
}

bool is_constant(const Expr& expr) { return std::holds_alternative<sql::Constant>(expr.node->node); }

Expr compare(Operator op, const Expr& left, const Expr& right) {
    bool null = right.none ||
                (is_constant(right) && std::get<sql::Constant>(right.node->node) == sql::Constant::null);
    if (null && op == Operator::equal) return combine("IS", left, right, boolean_type());
    if (null && op == Operator::not_equal) return combine("IS NOT", left, right, boolean_type());
    return combine(sql_operator(op, left, right), left, right, boolean_type());
}

Expr logical(std::string op, const Expr& left, const Expr& right) {
    Expr result{chain(std::move(op), {left.node, right.node}), boolean_type(), left.froms};
    merge_froms(result.froms, right.froms);
    return result;
}

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

Expr negated(const Expr& expr) {
    if (const auto* binary = std::get_if<sql::Binary>(&expr.node->node)) {
        if (auto op = opposite(binary->op); !op.empty()) {
            return {sql::make({sql::Binary{op, binary->left, binary->right}}), boolean_type(), expr.froms};
        }
    }
    if (const auto* unary = std::get_if<sql::Unary>(&expr.node->node); unary && unary->op == "NOT") {
        return {unary->operand, boolean_type(), expr.froms};
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

Expr coerce(const Value& value, const TypePtr& hint) {
    if (auto* object = value.native<ExpressionObject>()) return object->expression();
    if (auto* select = value.native<SelectObject>()) return select->scalar();
    if (value.is_none()) return {sql::make({sql::Constant::null}), hint, {}, true};
    // Where values meet no type, an explicit constant is what SQLAlchemy writes for True and False.
    return {sql::make({sql::Literal{datum_of(value, hint), hint}}), hint, {}};
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
    if (op == Operator::invert) return make_expression(session_, negated(operand));
    if (op == Operator::negative) {
        return make_expression(
            session_, {sql::make({sql::Unary{"-", operand.node, false}}), operand.type, operand.froms});
    }
    return std::nullopt;
}

std::optional<Value> ExpressionObject::binary(Operator op, const Value& other, bool reflected) {
    Expr self = expression();
    if (op == Operator::bit_and || op == Operator::bit_or) {
        Expr right = coerce(other, boolean_type());
        std::string word = op == Operator::bit_and ? "AND" : "OR";
        return make_expression(session_, reflected ? logical(word, right, self) : logical(word, self, right));
    }
    if (is_comparison(op)) return make_expression(session_, compare(op, self, coerce(other, self.type)));
    Expr right = coerce(other, self.type);
    if (reflected) std::swap(self, right);
    std::string text = sql_operator(op, self, right);
    TypePtr type = self.type ? self.type : right.type;
    return make_expression(session_, combine(std::move(text), self, right, std::move(type)));
}

// JSON and ARRAY access: column["key"].
Value ExpressionObject::subscript(const Value& key) {
    Expr self = expression();
    bool array = self.type && self.type->name == "ARRAY";
    if (array) {
        Expr index = coerce(key);
        return make_expression(session_, combine("[]", self, index, self.type->item));
    }
    if (key.is(lang::Type::tuple) || key.is(lang::Type::list)) {
        std::vector<std::string> parts = names_of(key, "path");
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

Expr list_of(const Value& items, const TypePtr& type) {
    if (items.native<SelectObject>() || items.native<ExpressionObject>()) return coerce(items, type);
    std::vector<ExpressionPtr> operands;
    Expr result{nullptr, type, {}};
    for (const auto& item : items.to_vector()) {
        Expr operand = coerce(item, type);
        merge_froms(result.froms, operand.froms);
        operands.push_back(operand.node);
    }
    result.node = sql::make({sql::Chain{",", std::move(operands)}});
    return result;
}

Value in(MethodCall& m) {
    return m.give(combine("IN", m.expr, list_of(m.call[0], m.expr.type), boolean_type()));
}
Value not_in(MethodCall& m) {
    return m.give(combine("NOT IN", m.expr, list_of(m.call[0], m.expr.type), boolean_type()));
}

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

// The pattern is put together in SQL, as SQLAlchemy does it: value LIKE '%' || other || '%'.
Value matching(MethodCall& m, bool before, bool after) {
    if (m.expr.type && m.expr.type->name == "ARRAY")
        return m.give(combine("@>", m.expr, m.argument(0), boolean_type()));
    if (m.expr.type && m.expr.type->name == "JSONB")
        return m.give(combine("@>", m.expr, m.argument(0), boolean_type()));
    Expr other = m.argument(0);
    if (before) other.node = sql::make({sql::Binary{"||", literal_text("'%'"), other.node}});
    if (after) other.node = sql::make({sql::Binary{"||", other.node, literal_text("'%'")}});
    return m.give(combine("LIKE", m.expr, other, boolean_type()));
}

Value between(MethodCall& m) {
    Expr low = m.argument(0), high = m.argument(1);
    Expr bounds{sql::make({sql::Chain{"AND", {low.node, high.node}}}), m.expr.type, low.froms};
    merge_froms(bounds.froms, high.froms);
    return m.give(combine("BETWEEN", m.expr, bounds, boolean_type()));
}

Value label(MethodCall& m) {
    Value given = m.call.get(0, "name");
    std::string name = given.is_none() ? "anon_1" : string_of(given, "name");
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

Value as_string(MethodCall& m) { return m.give(as_text(m.expr)); }
Value cast_text(MethodCall& m, const char* type_name) {
    schema::Type type = plain_type(type_name);
    return m.give({sql::make({sql::Cast{as_text(m.expr).node, type}}),
                   std::make_shared<const schema::Type>(type), m.expr.froms});
}

const std::map<std::string_view, Method, std::less<>>& methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"in_", in},
        {"not_in", not_in},
        {"notin_", not_in},
        {"is_", [](MethodCall& m) { return compare_with(m, "IS"); }},
        {"is_not", [](MethodCall& m) { return compare_with(m, "IS NOT"); }},
        {"isnot", [](MethodCall& m) { return compare_with(m, "IS NOT"); }},
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
        {"contained_by", [](MethodCall& m) { return compare_with(m, "<@"); }},
        {"has_key", [](MethodCall& m) { return compare_with(m, "?"); }},
        {"regexp_match", [](MethodCall& m) { return compare_with(m, "REGEXP"); }},
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
        {"bool_op", custom_operator},
        {"distinct", distinct},
        {"as_string", as_string},
        {"as_integer", [](MethodCall& m) { return cast_text(m, "Integer"); }},
        {"as_float", [](MethodCall& m) { return cast_text(m, "Float"); }},
        {"as_boolean", [](MethodCall& m) { return cast_text(m, "Boolean"); }},
        {"self_group", [](MethodCall& m) { return m.self; }},
        {"scalar_subquery", [](MethodCall& m) { return m.self; }},
        {"__eq__", [](MethodCall& m) { return m.give(compare(Operator::equal, m.expr, m.argument(0))); }},
    };
    return table;
}

} // namespace

std::optional<Value> expression_method(Session& session, const Value& self, std::string_view name) {
    auto found = methods().find(name);
    if (found == methods().end()) return std::nullopt;
    return lang::make_function(name, [&session, self, method = found->second](Call& call) {
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

std::optional<Value> ExpressionObject::get_attribute(std::string_view name) {
    if (auto method = expression_method(session_, self_value(*this), name)) return method;
    if (name == "astext") return make_expression(session_, as_text(expression()));
    if (name == "type") {
        TypePtr type = expression().type;
        return make_type(session_, type ? *type : plain_type("NullType"));
    }
    if (name == "key" || name == "name") return Value(key());
    return std::nullopt;
}

std::vector<std::string> ExpressionObject::attribute_names() const { return expression_method_names(); }

} // namespace orch::script
