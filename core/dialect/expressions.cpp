// Expressions as SQL text. Parentheses follow from a table of precedences: an operand is wrapped when it
// binds no tighter than the operator that it stands under, except under its own associative operator.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace orch::dialect {

namespace {

struct Precedence {
    std::string_view op;
    int binds;
    bool associative = false;
};
// SQLAlchemy's precedences. What is not listed is an operator of the user's own: it binds loosest.
constexpr std::array precedences{
    Precedence{"->", 15},
    Precedence{"->>", 15},
    Precedence{"#>", 15},
    Precedence{"#>>", 15},
    Precedence{"[]", 15, true},
    Precedence{"*", 8, true},
    Precedence{"/", 8},
    Precedence{"//", 8},
    Precedence{"%", 8},
    Precedence{"~", 8},
    Precedence{"+", 7, true},
    Precedence{"-", 7},
    Precedence{"|", 7, true},
    Precedence{"&", 7, true},
    Precedence{"^", 7},
    Precedence{"BITXOR", 7},
    Precedence{"<<", 7},
    Precedence{">>", 7},
    Precedence{"||", 5, true},
    Precedence{"=", 5},
    Precedence{"!=", 5},
    Precedence{"<>", 5},
    Precedence{"<", 5},
    Precedence{"<=", 5},
    Precedence{">", 5},
    Precedence{">=", 5},
    Precedence{"IS", 5},
    Precedence{"IS NOT", 5},
    Precedence{"IS DISTINCT FROM", 5},
    Precedence{"IS NOT DISTINCT FROM", 5},
    Precedence{"LIKE", 5},
    Precedence{"ESCAPE", 5}, // a LIKE b ESCAPE c: its left side is the whole LIKE
    Precedence{"NOT LIKE", 5},
    Precedence{"ILIKE", 5},
    Precedence{"NOT ILIKE", 5},
    Precedence{"IN", 5},
    Precedence{"NOT IN", 5},
    Precedence{"BETWEEN", 5},
    Precedence{"NOT BETWEEN", 5},
    Precedence{"BETWEEN SYMMETRIC", 5},
    Precedence{"NOT BETWEEN SYMMETRIC", 5},
    Precedence{"MATCH", 5},
    Precedence{"REGEXP", 5},
    Precedence{"NOT REGEXP", 5},
    Precedence{"IREGEXP", 5},
    Precedence{"NOT IREGEXP", 5},
    Precedence{"NOT", 5},
    Precedence{"DISTINCT", 5},
    Precedence{"COLLATE", 4},
    Precedence{"AND", 3, true},
    Precedence{"DESC", 3},
    Precedence{"ASC", 3},
    Precedence{"NULLS FIRST", 3},
    Precedence{"NULLS LAST", 3},
    Precedence{"OR", 2, true},
    Precedence{",", -1, true},
};
constexpr int negation = 8;  // unary minus
constexpr int atom = 100;    // needs parentheses nowhere
constexpr int loosest = -50; // takes any operand as it is
constexpr int tightest = 50; // wraps every operator: WHEN (a = b), SET a=(b + 1)

const Precedence* find(std::string_view op) {
    const auto at = std::ranges::find(precedences, op, &Precedence::op);
    return at == precedences.end() ? nullptr : &*at;
}
int binds(std::string_view op) {
    const Precedence* known = find(op);
    return known ? known->binds : 0;
}

struct Operator {
    std::string_view op;
    int binds = atom;
};
/// The operator at the top of an expression.
Operator top(const sql::Expression& expression) {
    if (const auto* binary = std::get_if<sql::Binary>(&expression.node))
        return {binary->op, binds(binary->op)};
    if (const auto* chain = std::get_if<sql::Chain>(&expression.node)) {
        if (chain->operands.size() < 2) return {};
        return {chain->op, binds(chain->op)};
    }
    if (const auto* unary = std::get_if<sql::Unary>(&expression.node))
        return unary->op.ends_with("?") ? Operator{"=", binds("=")}
                                        : Operator{unary->op, unary->op == "-" ? negation : binds(unary->op)};
    if (const auto* cast = std::get_if<sql::Cast>(&expression.node); cast && cast->of_json)
        return {"JSON", binds("->>")};
    if (const auto* query = std::get_if<sql::Subquery>(&expression.node); query && !query->prefix.empty())
        return {"EXISTS", binds("NOT")}; // NOT (EXISTS (...))
    if (std::holds_alternative<sql::Collate>(expression.node)) return {"COLLATE", binds("COLLATE")};
    const auto* label = std::get_if<sql::Label>(&expression.node); // in an expression it has no name
    return label && label->operand ? top(*label->operand) : Operator{};
}

bool wants_parentheses(const sql::Expression& expression, std::string_view against) {
    const Operator own = top(expression);
    if (own.binds == atom) return false;
    if (against.starts_with("NULLS ") || against == "ESCAPE") return false; // a DESC NULLS LAST
    const Precedence* outer = find(against);
    if (own.op == against && outer && outer->associative) return false;
    if (against.empty()) return own.binds <= loosest;
    if (against == "()") return own.binds <= tightest;
    return own.binds <= (against == "u-" ? negation : binds(against));
}

constexpr std::array<std::string_view, 12> integers{"Integer",   "BigInteger", "SmallInteger", "INTEGER",
                                                    "BIGINT",    "SMALLINT",   "INT",          "TINYINT",
                                                    "MEDIUMINT", "BigInt",     "SmallInt",     "Int"};
constexpr std::array<std::string_view, 8> fractions{"Numeric", "NUMERIC", "DECIMAL", "Float",
                                                    "FLOAT",   "Double",  "DOUBLE",  "REAL"};

bool is_one_of(const schema::Type* type, std::span<const std::string_view> names) {
    return type && std::ranges::find(names, type->name) != names.end();
}

const schema::Type* type_of(const sql::Expression& expression);

/// Of a calculation with numbers: a fraction where there is one on either side.
const schema::Type* type_of(const sql::Binary& calculation) {
    static constexpr std::array<std::string_view, 4> keeping{"+", "-", "*", "%"};
    if (std::ranges::find(keeping, calculation.op) == keeping.end()) return nullptr;
    const schema::Type* left = calculation.left ? type_of(*calculation.left) : nullptr;
    const schema::Type* right = calculation.right ? type_of(*calculation.right) : nullptr;
    if (is_one_of(left, fractions)) return left;
    if (is_one_of(right, fractions)) return right;
    return is_one_of(left, integers) ? left : is_one_of(right, integers) ? right : nullptr;
}

const schema::Type* type_of(const sql::Expression& expression) {
    if (const auto* column = std::get_if<sql::ColumnRef>(&expression.node)) return column->type.get();
    if (const auto* cast = std::get_if<sql::Cast>(&expression.node)) return &cast->type;
    if (const auto* literal = std::get_if<sql::Literal>(&expression.node)) return literal->type.get();
    if (const auto* binary = std::get_if<sql::Binary>(&expression.node)) return type_of(*binary);
    if (const auto* label = std::get_if<sql::Label>(&expression.node))
        return label->operand ? type_of(*label->operand) : nullptr;
    return nullptr;
}

/// Functions that stand without parentheses, by their name in `func.`.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> bare_functions{{
    {"now", "CURRENT_TIMESTAMP"},
    {"current_date", "CURRENT_DATE"},
    {"current_time", "CURRENT_TIME"},
    {"current_timestamp", "CURRENT_TIMESTAMP"},
    {"current_user", "CURRENT_USER"},
    {"localtime", "LOCALTIME"},
    {"localtimestamp", "LOCALTIMESTAMP"},
    {"session_user", "SESSION_USER"},
    {"user", "USER"},
}};

/// What stands in capitals, as SQLAlchemy writes it; nothing for other functions.
std::string_view capitals(const std::string& name) {
    const std::string key = lower(name);
    if (key == "cube") return "CUBE";
    if (key == "rollup") return "ROLLUP";
    if (key == "grouping_sets") return "GROUPING SETS";
    const auto bare =
        std::ranges::find(bare_functions, key, &std::pair<std::string_view, std::string_view>::first);
    return bare == bare_functions.end() || key == "now" ? "" : bare->second;
}

} // namespace

/// Writes each kind of node; a new kind does not compile until it has a line here.
struct AnsiCompiler::ExpressionWriter {
    const AnsiCompiler& self;
    Scope& scope;
    const schema::Type* hint;

    std::string operator()(const sql::Text& text) const { return self.text(text, scope); }
    std::string operator()(const sql::Literal& literal) const {
        // The other side's own type on this side was taken over from it, not given by the user.
        const bool given = literal.type && literal.type.get() != hint;
        const schema::Type* type = given ? literal.type.get() : self.compared_as(literal.value, hint);
        return self.value(literal.value, type, scope);
    }
    std::string operator()(const sql::ColumnRef& column) const {
        const std::string name = column.literal ? column.name : self.quote(column.name);
        if (!scope.qualified || column.table.empty()) return name;
        return self.table_name(column.schema, column.table) + "." + name;
    }
    std::string operator()(const sql::Function& function) const { return self.function(function, scope); }
    std::string operator()(const sql::Binary& binary) const { return self.binary(binary, scope); }
    std::string operator()(const sql::Unary& unary) const {
        if (unary.op == "IS TRUE?" || unary.op == "IS FALSE?") return boolean(unary);
        if (unary.postfix) return self.operand(unary.operand, unary.op, scope) + " " + unary.op;
        const bool word = unary.op.size() > 1;
        const bool set = unary.op == "ANY" || unary.op == "ALL"; // of a subquery or an array
        if (set && !std::holds_alternative<sql::Subquery>(unary.operand->node))
            return unary.op + " (" + self.expression(unary.operand, scope) + ")";
        return unary.op + (word ? " " : "") +
               self.operand(unary.operand, unary.op == "-" ? "u-" : unary.op, scope);
    }
    // A boolean as a condition, or its opposite.
    std::string boolean(const sql::Unary& unary) const {
        const bool wanted = unary.op == "IS TRUE?";
        const auto* cast = unary.operand ? std::get_if<sql::Cast>(&unary.operand->node) : nullptr;
        if (self.grammar_.native_boolean || (wanted && cast && cast->of_json))
            return (wanted ? "" : "NOT ") + self.operand(unary.operand, wanted ? "AND" : "NOT", scope);
        return self.operand(unary.operand, "=", scope) + (wanted ? " = 1" : " = 0");
    }
    std::string operator()(const sql::Chain& chain) const { return self.chain(chain, scope, hint); }
    std::string operator()(const sql::Cast& cast) const { return self.cast(cast, scope); }
    std::string operator()(const sql::Case& case_) const {
        std::string out = "CASE";
        if (case_.subject) out += " " + self.expression(case_.subject, scope);
        for (const auto& [when, then] : case_.whens) {
            const schema::Type* type = case_.subject ? type_of(*case_.subject) : nullptr;
            out +=
                " WHEN " + (case_.subject ? self.write(*when, scope, type) : self.operand(when, "()", scope));
            out += " THEN " + self.expression(then, scope);
        }
        if (case_.otherwise) out += " ELSE " + self.expression(case_.otherwise, scope);
        return out + " END";
    }
    std::string operator()(const sql::Label& label) const { return self.write(*label.operand, scope, hint); }
    std::string operator()(const sql::Constant& constant) const { return self.constant(constant); }
    std::string operator()(const sql::Collate& collate) const {
        return self.operand(collate.operand, "COLLATE", scope) + " COLLATE " +
               self.collation(collate.collation);
    }
    std::string operator()(const sql::Subquery& query) const {
        return (query.prefix.empty() ? "" : query.prefix + " ") + "(" + self.select(*query.select, scope) +
               ")";
    }
    std::string operator()(const sql::Tuple& tuple) const {
        return "(" + self.list(tuple.items, scope) + ")";
    }
    std::string operator()(const sql::ArrayOf& array) const {
        return "ARRAY[" + self.list(array.items, scope) + "]";
    }
    std::string operator()(const sql::Aggregate& aggregate) const {
        std::string out = self.expression(aggregate.operand, scope);
        if (!aggregate.within_group.empty())
            out += " WITHIN GROUP (ORDER BY " + self.list(aggregate.within_group, scope) + ")";
        if (aggregate.filter) out += " FILTER (WHERE " + self.expression(aggregate.filter, scope) + ")";
        return out;
    }
    std::string operator()(const sql::Over& over) const {
        std::string window;
        const auto add = [&](const std::string& part) { window += (window.empty() ? "" : " ") + part; };
        const std::string operand = self.expression(over.operand, scope);
        if (!over.partition_by.empty()) add("PARTITION BY " + self.list(over.partition_by, scope));
        if (!over.order_by.empty()) add("ORDER BY " + self.list(over.order_by, scope));
        if (!over.frame.empty()) add(over.frame);
        return operand + " OVER (" + window + ")";
    }
};

std::string AnsiCompiler::write(const sql::Expression& expression, Scope& scope,
                                const schema::Type* hint) const {
    return std::visit(ExpressionWriter{*this, scope, hint}, expression.node);
}

std::string AnsiCompiler::expression(const schema::ExpressionPtr& expression, Scope& scope) const {
    return expression ? write(*expression, scope, nullptr) : constant(sql::Constant::null);
}

std::string AnsiCompiler::expression(const schema::ExpressionPtr& given) const {
    Scope scope;
    return expression(given, scope);
}

std::string AnsiCompiler::operand(const schema::ExpressionPtr& expression, std::string_view against,
                                  Scope& scope, const schema::Type* hint) const {
    if (!expression) return constant(sql::Constant::null);
    const std::string text = write(*expression, scope, hint);
    // x = ANY (list): it has parentheses of its own.
    const auto* unary = std::get_if<sql::Unary>(&expression->node);
    if (unary && (unary->op == "ANY" || unary->op == "ALL")) return text;
    const bool grouped = wants_parentheses(*expression, against) || groups(top(*expression).op, against);
    return grouped ? "(" + text + ")" : text;
}

bool AnsiCompiler::groups(std::string_view, std::string_view) const { return false; }

std::string AnsiCompiler::list(const std::vector<schema::ExpressionPtr>& items, Scope& scope) const {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + expression(item, scope);
    return out;
}

std::string AnsiCompiler::condition(const schema::ExpressionPtr& expression, Scope& scope) const {
    const bool constant = std::holds_alternative<sql::Constant>(expression->node);
    return this->expression(expression, scope) + (constant && !grammar_.native_boolean ? " = 1" : "");
}

// Each part adds its parameters as it is written, so they are written one after the other.
std::string AnsiCompiler::array_element(const sql::Binary& binary, Scope& scope) const {
    // Only a name can be followed by [1]; what a function gives stands in parentheses.
    const auto* inner = binary.left ? std::get_if<sql::Binary>(&binary.left->node) : nullptr;
    const bool name = binary.left && std::holds_alternative<sql::ColumnRef>(binary.left->node);
    std::string out = name || (inner && inner->op == "[]") ? operand(binary.left, binary.op, scope) + "["
                                                           : "(" + expression(binary.left, scope) + ")[";
    out += expression(binary.right, scope);
    return out + "]";
}

namespace {

bool is_integer(const sql::Expression& expression) {
    const auto* literal = std::get_if<sql::Literal>(&expression.node);
    return is_one_of(type_of(expression), integers) ||
           (literal && std::holds_alternative<std::int64_t>(literal->value));
}

/// How many columns stand on the left of IN.
std::size_t width(const schema::ExpressionPtr& expression) {
    const auto* tuple = expression ? std::get_if<sql::Tuple>(&expression->node) : nullptr;
    return tuple ? tuple->items.size() : 1;
}

/// What a divisor is cast to, so that integers are not divided as such.
schema::Type fraction(const sql::Expression& divisor) {
    if (const auto* type = type_of(divisor);
        is_one_of(type, fractions) && !std::holds_alternative<sql::Literal>(divisor.node))
        return *type;
    const auto* literal = std::get_if<sql::Literal>(&divisor.node);
    schema::Type result;
    result.name = literal && std::holds_alternative<double>(literal->value) ? "Float" : "Numeric";
    return result;
}

/// Whether a text is SQL of the user's own and not a list of parameters, which has parentheses of its own.
bool is_statement(const sql::Expression& expression) {
    const auto* text = std::get_if<sql::Text>(&expression.node);
    return text && !(text->parameters.size() == 1 && text->parameters.front().expanding &&
                     text->sql == ":" + text->parameters.front().name);
}

} // namespace

std::string_view AnsiCompiler::rows_in(const sql::Chain& list) const {
    const bool rows = std::ranges::all_of(
        list.operands, [](const auto& each) { return std::holds_alternative<sql::Tuple>(each->node); });
    return rows && grammar_.tuples_are_rows ? "VALUES " : "";
}

// left op right; a literal takes the type of what it is compared with. Python's / is exact, its // is not:
// most databases divide integers by integers as // does.
std::string AnsiCompiler::binary(const sql::Binary& binary, Scope& scope) const {
    const schema::Type* left = binary.left ? type_of(*binary.left) : nullptr;
    const schema::Type* right = binary.right ? type_of(*binary.right) : nullptr;
    if (binary.op == "/")
        return operand(binary.left, binary.op, scope, right) + " / CAST(" +
               operand(binary.right, binary.op, scope) + " AS " + type(fraction(*binary.right)) + ")";
    if (binary.op == "//") {
        const std::string divided =
            operand(binary.left, "/", scope, right) + " / " + operand(binary.right, "/", scope);
        return is_integer(*binary.left) && is_integer(*binary.right) ? divided : "FLOOR(" + divided + ")";
    }
    if (binary.op == "[]") // an element of an array, or a slice of it
        return array_element(binary, scope);
    const std::string_view word = binary.op == "BITXOR" ? "^" : std::string_view(binary.op);
    std::string out = fmt::format("{} {} ", operand(binary.left, binary.op, scope, right), word);
    const auto* chain = binary.right ? std::get_if<sql::Chain>(&binary.right->node) : nullptr;
    if (binary.op == "IN" || binary.op == "NOT IN") {
        const auto* constant = binary.right ? std::get_if<sql::Constant>(&binary.right->node) : nullptr;
        if (constant)
            out += "(" + this->constant(*constant) + ")";
        else if (chain && chain->operands.empty())
            out += "(" + empty_list(width(binary.left), binary.op != "IN") + ")";
        else if (chain)
            out.append("(").append(rows_in(*chain)).append(write(*binary.right, scope, left)).append(")");
        else if (is_statement(*binary.right))
            out += "(" + expression(binary.right, scope) + ")";
        else
            out += operand(binary.right, binary.op, scope, left);
        return binary.op == "IN" ? out : "(" + out + ")";
    }
    if (binary.op.find("BETWEEN") != std::string::npos &&
        chain) // x BETWEEN low AND high: this AND is no operator
        return out + write(*binary.right, scope, left);
    return out + operand(binary.right, binary.op, scope, left);
}

std::string AnsiCompiler::chain(const sql::Chain& chain, Scope& scope, const schema::Type* hint) const {
    const std::string between = chain.op == "," ? ", " : chain.op == ":" ? ":" : " " + chain.op + " ";
    std::string out;
    for (const auto& each : chain.operands) {
        if (!out.empty()) out += between;
        out += operand(each, chain.operands.size() > 1 ? chain.op : "", scope, hint);
    }
    return out;
}

std::string AnsiCompiler::function(const sql::Function& function, Scope& scope) const {
    if (function.name.size() == 1) {
        const auto bare = std::ranges::find(bare_functions, lower(function.name.front()),
                                            &std::pair<std::string_view, std::string_view>::first);
        if (bare != bare_functions.end() && function.arguments.empty()) return std::string(bare->second);
    }
    std::string out;
    if (function.name.size() == 1) out = capitals(function.name.front());
    for (const std::string& part : function.name) {
        if (!out.empty() && function.name.size() == 1) break;
        const bool legal = !part.empty() && std::ranges::all_of(part, in_sql_word);
        out += (out.empty() ? "" : ".") + (legal ? part : always_quoted(part));
    }
    // Without arguments count() counts rows, as in SQLAlchemy.
    if (function.arguments.empty() && function.name.back() == "count") return out + "(*)";
    std::string arguments;
    for (const auto& argument : function.arguments)
        arguments += (arguments.empty() ? "" : ", ") + operand(argument, ",", scope);
    return out + "(" + arguments + ")";
}

std::string AnsiCompiler::cast(const sql::Cast& cast, Scope& scope) const {
    return "CAST(" + typed(cast.operand, &cast.type, scope) + " AS " + type(cast.type) + ")";
}

std::string AnsiCompiler::constant(sql::Constant constant) const {
    switch (constant) {
    case sql::Constant::true_: return "true";
    case sql::Constant::false_: return "false";
    case sql::Constant::null: break;
    }
    return "NULL";
}

std::string AnsiCompiler::collation(std::string_view name) const { return quote(name); }

std::string AnsiCompiler::empty_set(std::size_t columns, const schema::Type*) const {
    return "SELECT " + join(std::vector<std::string>(columns, "1"), ", ") + " WHERE 1!=1";
}

std::string AnsiCompiler::empty_list(std::size_t columns, bool negated) const {
    const std::string nulls = join(std::vector<std::string>(columns, "NULL"), ", ");
    return (columns == 1 ? nulls : "(" + nulls + ")") + (negated ? ") OR (1 = 1" : ") AND (1 != 1");
}
std::string AnsiCompiler::placeholder(std::size_t) const { return "?"; }

std::size_t AnsiCompiler::quoted_end(std::string_view sql, std::size_t at) const {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const std::size_t found = sql.find(end, from);
        return found == std::string_view::npos ? sql.size() : found + end.size();
    };
    switch (sql[at]) {
    case '\'':
    case '"': return behind(sql.substr(at, 1), at + 1); // a doubled quote is two strings side by side
    case '-': return sql.substr(at, 2) == "--" ? behind("\n", at) : at;
    case '/': return sql.substr(at, 2) == "/*" ? behind("*/", at + 2) : at;
    default: return at;
    }
}

namespace {

/// The end of the `:name` that begins at `at`, or `at`. Neither `::` nor `a:b` nor `:a:` is one.
std::size_t end_of_parameter(std::string_view sql, std::size_t at) {
    const char before = at == 0 ? ' ' : sql[at - 1];
    if (sql[at] != ':' || before == ':' || in_sql_word(before)) return at;
    std::size_t end = at + 1;
    while (end < sql.size() && in_sql_word(sql[end])) ++end;
    const bool open = end < sql.size() && sql[end] == ':';
    return end == at + 1 || open ? at : end;
}

/// `\:` is a colon, in strings too.
std::string without_escapes(std::string_view sql) { return replace_all(sql, "\\:", ":"); }

/// Whether what comes next is what IN looks through.
bool behind_in(std::string_view sql) {
    sql = trim(sql);
    return sql.size() > 2 && lower(sql.substr(sql.size() - 2)) == "in" && !in_sql_word(sql[sql.size() - 3]);
}

/// The type of a list of which nothing is known.
const schema::Type any_array = [] {
    schema::Type type;
    type.name = "ARRAY";
    return type;
}();

} // namespace

// text = { string | comment | "\:" | ":" name | any character }
std::string AnsiCompiler::text(const sql::Text& text, Scope& scope) const {
    const std::string_view sql = text.sql;
    if (text.parameters.empty()) return without_escapes(sql);
    std::string out;
    out.reserve(sql.size());
    for (std::size_t at = 0; at < sql.size();) {
        if (const std::size_t end = quoted_end(sql, at); end != at) {
            out += without_escapes(sql.substr(at, end - at));
            at = end;
        } else if (sql.substr(at, 2) == "\\:") {
            out += ':';
            at += 2;
            while (at < sql.size() && in_sql_word(sql[at]))
                out += sql[at++]; // what follows is no parameter's name
        } else if (const std::size_t last = end_of_parameter(sql, at); last != at) {
            const std::string_view name = sql.substr(at + 1, last - at - 1);
            const auto parameter = std::ranges::find(text.parameters, name, &sql::Text::Parameter::name);
            if (parameter == text.parameters.end())
                out += sql.substr(at, last - at);
            else if (parameter->expanding && !std::holds_alternative<sql::Array>(parameter->value))
                out += "(" + value(parameter->value, parameter->type.get(), scope) + ")";
            else if (grammar_.lists_are_arrays && !parameter->expanding && !behind_in(out))
                out += value(parameter->value, parameter->type ? parameter->type.get() : &any_array, scope);
            else
                out += value(parameter->value, parameter->type.get(), scope);
            at = last;
        } else {
            out += sql[at++];
        }
    }
    return out;
}

} // namespace orch::dialect
