// The functions of `sqlalchemy` that make expressions: func, text, literal, cast, case, and_, or_ and their
// like.
#include "script/sqlalchemy/expressions.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::script {

using lang::Call;
using lang::Value;
using sql::ExpressionPtr;

namespace {

TypePtr named_type(const char* name) { return std::make_shared<const schema::Type>(plain_type(name)); }

TypePtr type_argument(const Value& value, std::string_view what) {
    if (value.is_none()) return nullptr;
    return std::make_shared<const schema::Type>(type_of(value, what));
}

bool is_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// --- text()

class TextBuilder {
  public:
    explicit TextBuilder(sql::Text text) : text_(std::move(text)) {}

    void set(const std::string& name, const Value& value) {
        auto& parameter = find(name);
        parameter.value = datum_of(value, parameter.type);
        parameter.expanding =
            parameter.expanding || value.is(lang::Type::tuple); // IN :names, as drivers write a tuple
    }
    void set(const BindParameter& given) { find(given.name()) = given.parameter(); }
    sql::Text text() && { return std::move(text_); }

  private:
    sql::Text::Parameter& find(const std::string& name) {
        for (auto& parameter : text_.parameters) {
            if (parameter.name == name) return parameter;
        }
        auto names = parameter_names(text_.sql);
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            auto near = nearest(name, names);
            lang::raise_error("ArgumentError",
                              fmt::format("this text() has no parameter ':{}'{}", name,
                                          near ? fmt::format(", did you mean ':{}'?", *near) : ""));
        }
        text_.parameters.push_back({name, sql::Null{}, nullptr, false});
        return text_.parameters.back();
    }

    sql::Text text_;
};

Value make_text(Session& session, Call& call) {
    static const lang::Signature signature("text(text, bindparams=None, typemap=None, bind=None)");
    auto bound = signature.bind(call);
    if (bound["text"].native<TextObject>()) return bound["text"];
    return lang::make<TextObject>(session, sql::Text{string_of(bound["text"], "text"), {}});
}

Value bindparams(Session& session, const TextObject& object, Call& call) {
    TextBuilder builder(object.text());
    for (const auto& argument : call.args()) {
        auto* parameter = argument.native<BindParameter>();
        if (!parameter)
            lang::raise_error("TypeError", "bindparams() takes sa.bindparam() objects and name=value");
        builder.set(*parameter);
    }
    for (const auto& [name, value] : call.keywords()) builder.set(std::string(name.as_string()), value);
    Value result = lang::make<TextObject>(session, std::move(builder).text());
    result.native<TextObject>()->result_columns = object.result_columns;
    return result;
}

// text(...).columns(id=sa.Integer), or columns(sa.column("id", sa.Integer)): what the result's columns are.
Value text_columns(Session& session, const TextObject& object, Call& call) {
    Value result = lang::make<TextObject>(session, object.text());
    auto& columns = result.native<TextObject>()->result_columns;
    for (const auto& argument : call.args()) {
        auto* expression = argument.native<ExpressionObject>();
        if (!expression)
            lang::raise_error("TypeError",
                              fmt::format("columns() takes sa.column() objects and name=type, got {}",
                                          described(argument)));
        columns.emplace_back(expression->key(), expression->expression().type);
    }
    for (const auto& [name, type] : call.keywords())
        columns.emplace_back(std::string(name.as_string()), type_argument(type, name.as_string()));
    return result;
}

// --- func

Value make_cast(Session& session, Call& call);
Value extract(Session& session, Call& call);

// One expression or a list of them: partition_by=, order_by=.
std::vector<ExpressionPtr> expressions_of(Expr& result, const Value& given) {
    std::vector<ExpressionPtr> nodes;
    if (given.is_none()) return nodes;
    bool several = given.is(lang::Type::list) || given.is(lang::Type::tuple);
    for (const auto& item : several ? given.to_vector() : std::vector<Value>{given}) {
        Expr expr =
            item.is_string()
                ? Expr{sql::make({sql::ColumnRef{{}, "\x03", std::string(item.as_string()), nullptr}})}
                : coerce(item);
        merge_froms(result.froms, expr.froms);
        nodes.push_back(expr.node);
    }
    return nodes;
}

// rows=(None, 0): from the start to this row. Negative numbers lie before it.
std::string frame_end(const Value& value, const char* unbounded) {
    if (value.is_none()) return unbounded;
    std::int64_t offset = value.as_int();
    if (offset == 0) return "CURRENT ROW";
    return fmt::format("{} {}", offset < 0 ? -offset : offset, offset < 0 ? "PRECEDING" : "FOLLOWING");
}

std::string frame_of(const lang::Bound& bound) {
    static constexpr std::array<std::pair<const char*, const char*>, 3> kinds{
        {{"rows", "ROWS"}, {"range_", "RANGE"}, {"groups", "GROUPS"}}};
    for (const auto& [name, word] : kinds) {
        if (!bound.given(name) || bound[name].is_none()) continue;
        auto ends = bound[name].to_vector();
        if (ends.size() != 2)
            lang::raise_error("ValueError", fmt::format("{}: expected two bounds such as (None, 0)", name));
        return fmt::format("{} BETWEEN {} AND {}", word, frame_end(ends[0], "UNBOUNDED PRECEDING"),
                           frame_end(ends[1], "UNBOUNDED FOLLOWING"));
    }
    return {};
}

Value over(Session& session, const Expr& operand, const lang::Bound& bound) {
    Expr result{nullptr, operand.type, operand.froms};
    sql::Over node{operand.node, {}, {}, frame_of(bound)};
    node.partition_by = expressions_of(result, bound["partition_by"]);
    node.order_by = expressions_of(result, bound["order_by"]);
    result.node = sql::make({std::move(node)});
    return make_expression(session, std::move(result));
}

// What func.name(...) gives, and what filter() and within_group() make of it.
class FunctionObject : public ExpressionObject {
  public:
    FunctionObject(Session& session, Expr expr, std::string name)
        : ExpressionObject(session), expr_(std::move(expr)), name_(std::move(name)) {}
    std::string type_name() const override { return "Function"; }
    Expr expression() const override { return expr_; }
    std::string key() const override { return name_; }
    std::optional<Value> get_attribute(std::string_view name) override;
    std::vector<std::string> attribute_names() const override {
        auto result = ExpressionObject::attribute_names();
        result.insert(result.end(), {"over", "filter", "within_group", "alias", "table_valued",
                                     "column_valued", "scalar_table_valued", "select"});
        return result;
    }

  private:
    using Method = Value (*)(FunctionObject& self, Call& call);
    static const std::map<std::string_view, Method, std::less<>>& methods();
    static Value filter(FunctionObject& self, Call& call);
    static Value within_group(FunctionObject& self, Call& call);
    static Value table_valued(FunctionObject& self, Call& call);
    static Value column_valued(FunctionObject& self, Call& call);

    Expr expr_;
    std::string name_;
};

Value FunctionObject::filter(FunctionObject& self, Call& call) {
    Expr result = self.expr_;
    std::vector<ExpressionPtr> conditions;
    for (const auto& argument : call.args()) {
        Expr condition = as_condition(argument);
        merge_froms(result.froms, condition.froms);
        conditions.push_back(condition.node);
    }
    sql::Aggregate node{self.expr_.node, nullptr, {}};
    if (const auto* before = std::get_if<sql::Aggregate>(&self.expr_.node->node)) { // filter().filter()
        node = *before;
        if (node.filter) conditions.insert(conditions.begin(), node.filter);
    }
    node.filter = chain("AND", std::move(conditions));
    result.node = sql::make({std::move(node)});
    return lang::make<FunctionObject>(self.session(), std::move(result), "");
}

Value FunctionObject::within_group(FunctionObject& self, Call& call) {
    Expr result = self.expr_;
    sql::Aggregate node{self.expr_.node, nullptr, {}};
    for (const auto& argument : call.args()) {
        for (auto& each : expressions_of(result, argument)) node.within_group.push_back(std::move(each));
    }
    result.node = sql::make({std::move(node)});
    return lang::make<FunctionObject>(self.session(), std::move(result), "");
}

Value FunctionObject::table_valued(FunctionObject& self, Call& call) {
    const Value* name = call.keyword("name");
    std::vector<Value> columns(call.args().begin(), call.args().end());
    const Value* ordinality = call.keyword("with_ordinality");
    const bool counted = ordinality && !ordinality->is_none();
    if (counted) columns.push_back(*ordinality);
    return make_table_function(self.session(), self.expr_,
                               name ? optional_string(*name, "name").value_or("") : "", columns, counted);
}

// A function of rows with one column, as an expression of that column.
Value FunctionObject::column_valued(FunctionObject& self, Call& call) {
    std::string name = optional_string(call.get(0, "name"), "name").value_or("");
    if (name.empty()) name = anonymous_name(self.session(), "anon");
    auto source = std::make_shared<const sql::Source>(
        sql::Source{sql::TableFunction{self.expr_.node, name, false, {}}});
    TypePtr item = self.expr_.type && self.expr_.type->item ? self.expr_.type->item : self.expr_.type;
    return make_expression(self.session(), {sql::make({sql::ColumnRef{{}, {}, name, item}}), item, {source}},
                           name);
}

const std::map<std::string_view, FunctionObject::Method, std::less<>>& FunctionObject::methods() {
    static const std::map<std::string_view, Method, std::less<>> table{
        {"filter", filter},
        {"within_group", within_group},
        {"table_valued", table_valued},
        {"column_valued", column_valued},
        {"over",
         [](FunctionObject& self, Call& call) {
             static const lang::Signature signature(
                 "over(partition_by=None, order_by=None, rows=None, range_=None, groups=None)");
             return over(self.session(), self.expr_, signature.bind(call));
         }},
        {"alias",
         [](FunctionObject& self, Call& call) {
             std::string name = optional_string(call.get(0, "name"), "name").value_or("");
             return make_table_function(self.session(), self.expr_, std::move(name), {Value(self.name_)},
                                        false);
         }},
        {"select",
         [](FunctionObject& self, Call&) {
             return self.session().member("select").call({Value(static_cast<lang::Object*>(&self))});
         }},
        {"scalar_table_valued",
         [](FunctionObject& self, Call& call) {
             std::string name = string_of(call[0], "name");
             sql::Binary field{".", sql::make({sql::Tuple{{self.expr_.node}}}),
                               sql::make({sql::ColumnRef{{}, {}, name, nullptr}})};
             return make_expression(self.session(),
                                    {sql::make({std::move(field)}), nullptr, self.expr_.froms});
         }},
    };
    return table;
}

std::optional<Value> FunctionObject::get_attribute(std::string_view name) {
    auto found = methods().find(name);
    if (found == methods().end()) return ExpressionObject::get_attribute(name);
    Value self(static_cast<lang::Object*>(this));
    return lang::make_function(name, [self, method = found->second](Call& call) {
        return method(*self.native<FunctionObject>(), call);
    });
}

// over(func.rank(), order_by=...), filter and within_group as functions of their own.
Value over_function(Session& session, Call& call) {
    static const lang::Signature signature(
        "over(element, partition_by=None, order_by=None, rows=None, range_=None, groups=None)");
    auto bound = signature.bind(call);
    return over(session, coerce(bound["element"]), bound);
}

Value method_of_first(Call& call, const char* name) {
    return call[0].method(name, {call.args().begin() + 1, call.args().end()});
}

class FunctionBuilder : public lang::Native {
  public:
    FunctionBuilder(Session& session, std::vector<std::string> name)
        : session_(session), name_(std::move(name)) {}
    std::string type_name() const override { return "func"; }
    bool callable() const override { return !name_.empty(); }

    std::optional<Value> get_attribute(std::string_view name) override {
        if (name.starts_with("__")) return std::nullopt;
        auto parts = name_;
        std::string part(name);
        if (part.size() > 1 && part.ends_with('_'))
            part.pop_back(); // func.max_ for names that Python reserves
        parts.push_back(std::move(part));
        return lang::make<FunctionBuilder>(session_, std::move(parts));
    }

    Value call(Call& call) override {
        if (name_.size() == 1 && name_[0] == "cast") return make_cast(session_, call);
        if (name_.size() == 1 && name_[0] == "extract") return extract(session_, call);
        sql::Function function{name_, {}};
        Expr result;
        TypePtr first;
        for (const auto& argument : call.args()) {
            Expr operand = coerce(argument);
            if (!first) first = operand.type;
            merge_froms(result.froms, operand.froms);
            function.arguments.push_back(operand.node);
        }
        if (name_.size() == 1 && name_[0] == "count" && function.arguments.empty()) {
            function.arguments.push_back(sql::make({sql::ColumnRef{{}, {}, "*", nullptr, true}}));
        }
        const Value* type = call.keyword("type_");
        result.type = type ? type_argument(*type, "type_") : return_type(lower(name_.back()), first);
        result.node = sql::make({std::move(function)});
        return lang::make<FunctionObject>(session_, std::move(result), name_.back());
    }

  private:
    // What SQLAlchemy knows of the functions that every database has.
    static TypePtr return_type(const std::string& name, const TypePtr& first) {
        if (name == "now" || name == "current_timestamp" || name == "localtimestamp")
            return named_type("DateTime");
        if (name == "current_date") return named_type("Date");
        if (name == "current_time" || name == "localtime") return named_type("Time");
        if (name == "count" || name == "char_length") return named_type("Integer");
        static constexpr std::array<std::string_view, 5> integers{"rank", "dense_rank", "row_number", "ntile",
                                                                  "next_value"};
        if (std::find(integers.begin(), integers.end(), name) != integers.end()) return named_type("Integer");
        if (name == "percent_rank" || name == "cume_dist") return named_type("Numeric");
        if (name == "concat" || name == "aggregate_strings" || name == "group_concat")
            return named_type("String");
        static constexpr std::array<std::string_view, 8> same{"coalesce", "max",   "min", "sum",
                                                              "lower",    "upper", "lag", "lead"};
        if (std::find(same.begin(), same.end(), name) != same.end()) return first;
        if (name == "array_agg") {
            schema::Type array = plain_type("ARRAY");
            array.item = first;
            return std::make_shared<const schema::Type>(std::move(array));
        }
        return name == "unnest" && first ? first->item : nullptr;
    }

    Session& session_;
    std::vector<std::string> name_;
};

// --- and_(), or_(), not_()

Value logical(Session& session, Call& call, const char* op) {
    std::vector<ExpressionPtr> operands;
    Expr result;
    for (const auto& argument : call.args()) {
        Expr operand = as_condition(argument);
        merge_froms(result.froms, operand.froms);
        operands.push_back(operand.node);
    }
    if (operands.empty())
        operands.push_back(
            sql::make({std::string_view(op) == "AND" ? sql::Constant::true_ : sql::Constant::false_}));
    result.node = chain(op, std::move(operands));
    result.type = named_type("Boolean");
    return make_expression(session, std::move(result));
}

Value make_not(Session& session, Call& call) {
    return make_expression(session, negated(as_condition(call[0])));
}

// --- case(), in both of SQLAlchemy's forms

struct CaseParts {
    sql::Case node;
    Expr result;

    void add(const Expr& when, const Expr& then) {
        merge_froms(result.froms, when.froms);
        merge_froms(result.froms, then.froms);
        if (!result.type) result.type = then.type;
        node.whens.emplace_back(when.node, then.node);
    }
};

void add_whens(CaseParts& parts, const Value& whens, bool with_subject) {
    if (whens.is(lang::Type::dict)) {
        for (const auto& [when, then] : whens.entries()) parts.add(coerce(when), coerce(then));
    } else if (whens.is(lang::Type::list)) {
        for (const auto& pair : whens.items()) add_whens(parts, pair, with_subject);
    } else if (whens.is(lang::Type::tuple) && whens.length() == 2) {
        parts.add(with_subject ? coerce(whens.items()[0]) : as_condition(whens.items()[0]),
                  coerce(whens.items()[1]));
    } else {
        lang::raise_error("TypeError", "case() expects (condition, value) pairs, or a dict with value=");
    }
}

Value make_case(Session& session, Call& call) {
    CaseParts parts;
    const Value* subject = call.keyword("value");
    const Value* otherwise = call.keyword("else_");
    if (subject && !subject->is_none()) {
        Expr expr = coerce(*subject);
        parts.node.subject = expr.node;
        merge_froms(parts.result.froms, expr.froms);
    }
    if (const Value* whens = call.keyword("whens")) add_whens(parts, *whens, subject != nullptr);
    for (const auto& argument : call.args()) add_whens(parts, argument, subject != nullptr);
    if (parts.node.whens.empty())
        lang::raise_error("TypeError", "case() expects at least one (condition, value) pair");
    if (otherwise && !otherwise->is_none()) {
        Expr expr = coerce(*otherwise);
        parts.node.otherwise = expr.node;
        merge_froms(parts.result.froms, expr.froms);
    }
    parts.result.node = sql::make({std::move(parts.node)});
    return make_expression(session, std::move(parts.result));
}

Value make_cast(Session& session, Call& call) {
    static const lang::Signature signature("cast(expression, type_)");
    auto bound = signature.bind(call);
    schema::Type type = type_of(bound["type_"], "type_");
    auto shared = std::make_shared<const schema::Type>(type);
    Expr operand = coerce(bound["expression"], shared);
    return make_expression(session, {sql::make({sql::Cast{operand.node, type}}), shared, operand.froms});
}

// An expression of a Python type for the database, without SQL of its own.
Value type_coerce(Session& session, Call& call) {
    auto type = type_argument(call[1], "type_");
    if (auto* parameter = call[0].native<BindParameter>()) return parameter->as(type);
    Expr operand = coerce(call[0]);
    if (!call[0].native<ExpressionObject>()) operand = coerce(call[0], type);
    return make_expression(session, {operand.node, type, operand.froms});
}

Value literal(Session& session, Call& call) {
    static const lang::Signature signature("literal(value, type_=None, literal_execute=False)");
    auto bound = signature.bind(call);
    TypePtr type = type_argument(bound["type_"], "type_");
    // A text keeps its own type where it meets another: CAST('[]' AS JSONB) is a list, not a text in JSON.
    if (!type && bound["value"].is_string())
        type = std::make_shared<const schema::Type>(plain_type("String"));
    return make_expression(session,
                           {sql::make({sql::Literal{datum_of(bound["value"], type), type}}), type, {}});
}

Value literal_column(Session& session, Call& call) {
    static const lang::Signature signature("literal_column(text, type_=None)");
    auto bound = signature.bind(call);
    std::string text = string_of(bound["text"], "text");
    TypePtr type = type_argument(bound["type_"], "type_");
    return make_expression(session, {sql::make({sql::ColumnRef{{}, {}, text, type, true}}), type, {}}, text);
}

Value bindparam(Session& session, Call& call) {
    static const lang::Signature signature(
        "bindparam(key, value=None, type_=None, unique=False, required=None, quote=None, "
        "callable_=None, expanding=False, isoutparam=False, literal_execute=False)");
    auto bound = signature.bind(call);
    Value value = bound.given("callable_") ? bound["callable_"].call() : bound["value"];
    bool has_value = bound.given("value") || bound.given("callable_");
    return lang::make<BindParameter>(session, string_of(bound["key"], "key"), value,
                                     type_argument(bound["type_"], "type_"), !has_value,
                                     bound["expanding"].truth());
}

Value constant(Session& session, sql::Constant value) {
    Expr expr{sql::make({value}), value == sql::Constant::null ? nullptr : named_type("Boolean"), {}};
    return make_expression(session, std::move(expr));
}

Value postfix(Session& session, Call& call, const char* op) {
    Expr operand =
        call[0].is_string()
            ? Expr{sql::make({sql::ColumnRef{{}, "\x03", std::string(call[0].as_string()), nullptr}}),
                   nullptr,
                   {}}
            : coerce(call[0]);
    return make_expression(session,
                           {sql::make({sql::Unary{op, operand.node, true}}), operand.type, operand.froms});
}

Value prefix(Session& session, Call& call, const char* op) {
    Expr operand = coerce(call[0]);
    return make_expression(session,
                           {sql::make({sql::Unary{op, operand.node, false}}), operand.type, operand.froms});
}

Value extract(Session& session, Call& call) {
    Expr operand = coerce(call[1]);
    std::string field = string_of(call[0], "field");
    sql::Function function{
        {"extract"}, {sql::make({sql::Binary{"FROM", sql::make({sql::Text{field, {}}}), operand.node}})}};
    return make_expression(session, {sql::make({std::move(function)}), named_type("Integer"), operand.froms});
}

Value tuple_of(Session& session, Call& call) {
    std::vector<ExpressionPtr> operands;
    Expr result;
    for (const auto& argument : call.args()) {
        Expr operand = coerce(argument);
        merge_froms(result.froms, operand.froms);
        operands.push_back(operand.node);
    }
    result.node = sql::make({sql::Tuple{std::move(operands)}});
    return make_expression(session, std::move(result));
}

// array([1, 2]) of PostgreSQL, and aggregate_order_by(x, y): array_agg(x ORDER BY y).
Value array_of(Session& session, Call& call) {
    static const lang::Signature signature("array(clauses, type_=None)");
    auto bound = signature.bind(call);
    Expr result;
    sql::ArrayOf node;
    for (const auto& item : bound["clauses"].to_vector()) {
        Expr expr = coerce(item);
        merge_froms(result.froms, expr.froms);
        node.items.push_back(expr.node);
    }
    schema::Type type = plain_type("ARRAY");
    if (auto given = type_argument(bound["type_"], "type_")) type.item = given;
    const bool untyped = node.items.empty() && type.item; // the database cannot tell by itself
    result.node = sql::make({std::move(node)});
    if (untyped) result.node = sql::make({sql::Cast{result.node, type}});
    result.type = std::make_shared<const schema::Type>(std::move(type));
    return make_expression(session, std::move(result));
}

Value aggregate_order_by(Session& session, Call& call) {
    Expr target = coerce(call[0]), result = target;
    std::vector<ExpressionPtr> order;
    for (std::size_t i = 1; i < call.size(); ++i) {
        for (auto& each : expressions_of(result, call[i])) order.push_back(std::move(each));
    }
    ExpressionPtr by = order.size() == 1 ? order.front() : sql::make({sql::Chain{",", std::move(order)}});
    // ORDER BY a, b: a list of its own, not one value.
    result.node = sql::make(
        {sql::Binary{"ORDER BY", target.node, sql::make({sql::Aggregate{std::move(by), nullptr, {}}})}});
    return make_expression(session, std::move(result));
}

Value column_clause(Session& session, Call& call) {
    static const lang::Signature signature("column(text, type_=None, is_literal=False, _selectable=None)");
    auto bound = signature.bind(call);
    std::string name = string_of(bound["text"], "text");
    TypePtr type = type_argument(bound["type_"], "type_");
    sql::ColumnRef reference{{}, {}, name, type, bound["is_literal"].truth()};
    return make_expression(session, {sql::make({std::move(reference)}), type, {}}, name);
}

// A string that is already quoted, or whose quoting is asked for: only the text matters here.
Value quoted_name(Call& call) { return Value(string_of(call[0], "value")); }

/// conv(): a name that no convention changes, and that is shortened where it is too long.
Value final_name(Session& session, Call& call) {
    std::string name = string_of(call[0], "value");
    if (session.database) name = session.database->fitting_name(std::move(name));
    session.final_names.insert(name);
    return Value(name);
}

template <Value (*Make)(Session&, Call&)>
Value native(Session& session, const char* name) {
    return lang::make_function(name, [&session](Call& call) { return Make(session, call); });
}

} // namespace

std::vector<std::string> parameter_names(std::string_view sql) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] != ':') continue;
        bool behind = i > 0 && (sql[i - 1] == ':' || sql[i - 1] == '\\' || is_identifier(sql[i - 1]));
        std::size_t end = i + 1;
        while (end < sql.size() && is_identifier(sql[end])) ++end;
        bool name = end > i + 1 && !(end < sql.size() && sql[end] == ':');
        if (name && !behind) {
            std::string text(sql.substr(i + 1, end - i - 1));
            if (std::find(result.begin(), result.end(), text) == result.end()) result.push_back(text);
        }
        i = end - 1;
    }
    return result;
}

void require_values(const sql::Text& text, const std::vector<std::string>& given, const Place& origin) {
    for (const auto& name : parameter_names(text.sql)) {
        bool known = std::find(given.begin(), given.end(), name) != given.end() ||
                     std::any_of(text.parameters.begin(), text.parameters.end(),
                                 [&](const auto& p) { return p.name == name; });
        if (known) continue;
        Error error(Fault::script,
                    fmt::format("a value is required for the parameter ':{}' of the SQL text", name));
        error.at(origin);
        throw error.hint(fmt::format("give it with sa.text(...).bindparams({}=...), or write '\\\\:{}' where "
                                     "the colon is meant as it stands",
                                     name, name));
    }
}

Expr BindParameter::expression() const {
    sql::Text text{":" + name_, {parameter()}};
    return {sql::make({std::move(text)}), type_, {}};
}

sql::Text::Parameter BindParameter::parameter() const {
    return {name_, datum_of(value_, type_), type_, expanding_};
}

std::optional<Value> TextObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (name == "bindparams") {
        return lang::make_function(name, [self](Call& call) {
            auto* object = self.native<TextObject>();
            return bindparams(object->session(), *object, call);
        });
    }
    if (name == "text") return Value(text_.sql);
    if (name == "execution_options") return lang::make_function(name, [self](Call&) { return self; });
    if (name == "columns") {
        return lang::make_function(name, [self](Call& call) {
            auto* object = self.native<TextObject>();
            return text_columns(object->session(), *object, call);
        });
    }
    // With columns(), it is a select as far as others are concerned.
    const bool source = name == "subquery" || name == "alias" || name == "lateral";
    if (!result_columns.empty() && (source || name == "cte")) {
        return lang::make_function(name, [self, name = std::string(name)](Call& call) {
            std::string given = optional_string(call.get(0, "name"), "name").value_or("");
            if (name != "cte") return make_subquery(self, std::move(given), name == "lateral");
            return make_cte(self.native<TextObject>()->session(), self, std::move(given),
                            call.get(1, "recursive").truth());
        });
    }
    return ExpressionObject::get_attribute(name);
}

std::vector<std::string> TextObject::attribute_names() const {
    auto result = ExpressionObject::attribute_names();
    result.insert(result.end(), {"bindparams", "text", "execution_options", "columns"});
    return result;
}

const Members& expression_members() {
    static const Members members{
        {"text", [](Session& s) { return native<make_text>(s, "text"); }},
        {"func", [](Session& s) { return lang::make<FunctionBuilder>(s, std::vector<std::string>{}); }},
        {"literal", [](Session& s) { return native<literal>(s, "literal"); }},
        {"literal_column", [](Session& s) { return native<literal_column>(s, "literal_column"); }},
        {"bindparam", [](Session& s) { return native<bindparam>(s, "bindparam"); }},
        {"column", [](Session& s) { return native<column_clause>(s, "column"); }},
        {"cast", [](Session& s) { return native<make_cast>(s, "cast"); }},
        {"type_coerce", [](Session& s) { return native<type_coerce>(s, "type_coerce"); }},
        {"case", [](Session& s) { return native<make_case>(s, "case"); }},
        {"extract", [](Session& s) { return native<extract>(s, "extract"); }},
        {"tuple_", [](Session& s) { return native<tuple_of>(s, "tuple_"); }},
        {"not_", [](Session& s) { return native<make_not>(s, "not_"); }},
        {"and_",
         [](Session& s) {
             return lang::make_function("and_", [&s](Call& c) { return logical(s, c, "AND"); });
         }},
        {"or_",
         [](Session& s) {
             return lang::make_function("or_", [&s](Call& c) { return logical(s, c, "OR"); });
         }},
        {"null",
         [](Session& s) {
             return lang::make_function("null", [&s](Call&) { return constant(s, sql::Constant::null); });
         }},
        {"true",
         [](Session& s) {
             return lang::make_function("true", [&s](Call&) { return constant(s, sql::Constant::true_); });
         }},
        {"false",
         [](Session& s) {
             return lang::make_function("false", [&s](Call&) { return constant(s, sql::Constant::false_); });
         }},
        {"desc",
         [](Session& s) {
             return lang::make_function("desc", [&s](Call& c) { return postfix(s, c, "DESC"); });
         }},
        {"asc",
         [](Session& s) {
             return lang::make_function("asc", [&s](Call& c) { return postfix(s, c, "ASC"); });
         }},
        {"nulls_last",
         [](Session& s) {
             return lang::make_function("nulls_last", [&s](Call& c) { return postfix(s, c, "NULLS LAST"); });
         }},
        {"nulls_first",
         [](Session& s) {
             return lang::make_function("nulls_first",
                                        [&s](Call& c) { return postfix(s, c, "NULLS FIRST"); });
         }},
        {"nullslast",
         [](Session& s) {
             return lang::make_function("nullslast", [&s](Call& c) { return postfix(s, c, "NULLS LAST"); });
         }},
        {"nullsfirst",
         [](Session& s) {
             return lang::make_function("nullsfirst", [&s](Call& c) { return postfix(s, c, "NULLS FIRST"); });
         }},
        {"distinct",
         [](Session& s) {
             return lang::make_function("distinct", [&s](Call& c) { return prefix(s, c, "DISTINCT"); });
         }},
        {"any_",
         [](Session& s) {
             return lang::make_function("any_", [&s](Call& c) { return prefix(s, c, "ANY"); });
         }},
        {"all_",
         [](Session& s) {
             return lang::make_function("all_", [&s](Call& c) { return prefix(s, c, "ALL"); });
         }},
        {"over", [](Session& s) { return native<over_function>(s, "over"); }},
        {"array", [](Session& s) { return native<array_of>(s, "array"); }},
        {"aggregate_order_by",
         [](Session& s) { return native<aggregate_order_by>(s, "aggregate_order_by"); }},
        {"funcfilter",
         [](Session&) {
             return lang::make_function("funcfilter", [](Call& c) { return method_of_first(c, "filter"); });
         }},
        {"within_group",
         [](Session&) {
             return lang::make_function("within_group",
                                        [](Call& c) { return method_of_first(c, "within_group"); });
         }},
        {"between",
         [](Session& s) {
             return lang::make_function("between", [&s](Call& c) {
                 Value expression = make_expression(s, coerce(c[0]));
                 return expression.method("between", {c[1], c[2], c.get(3, "symmetric")});
             });
         }},
        {"collate",
         [](Session&) {
             return lang::make_function("collate", [](Call& c) { return method_of_first(c, "collate"); });
         }},
        {"quoted_name", [](Session&) { return lang::make_function("quoted_name", quoted_name); }},
        {"conv", [](Session& session) { return native<final_name>(session, "conv"); }},
    };
    return members;
}

} // namespace orch::script
