// select() in both of SQLAlchemy's idioms, unions, subqueries and exists().
#include "script/sqlalchemy/statements.hpp"

#include "script/sqlalchemy/compiled.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::script {

using lang::Call;
using lang::Value;
using sql::ExpressionPtr;

namespace {

bool holds(const SourcePtr& source, const SourcePtr& part) {
    if (source == part) return true;
    const auto* join = std::get_if<sql::Source::Join>(&source->node);
    return join && (holds(join->left, part) || holds(join->right, part));
}

void remember(SelectObject& object, const Value& from) {
    for (const auto& known : object.sources) {
        if (known.same(from)) return;
    }
    object.sources.push_back(from);
}

void add_column(SelectObject& object, const Value& item) {
    if (auto* from = from_object(item)) {
        for (const auto& column : from->columns().columns) add_column(object, column);
        const bool join = std::holds_alternative<sql::Source::Join>(from->source->node);
        if (from->columns().columns.empty() || join)
            merge_froms(join ? object.named : object.found, {from->source});
        remember(object, Value(static_cast<lang::Object*>(from)));
        return;
    }
    if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
        for (const auto& each : item.items()) add_column(object, each);
        return;
    }
    Value kept = item;
    if (auto* column = item.native<ColumnObject>(); column && !column->table.is_none())
        remember(object, column->table);
    if (item.is_number() && !item.is(lang::Type::boolean)) { // select(1): no parameter, and no name
        Expr number{sql::make({sql::ColumnRef{{}, {}, item.str(), nullptr, true}}), nullptr, {}};
        kept = make_expression(object.session(), std::move(number), item.str());
    } else if (!item.native<ExpressionObject>()) {
        kept = item.is_string()
                   ? lang::make<TextObject>(object.session(), sql::Text{std::string(item.as_string()), {}})
                   : make_expression(object.session(), coerce(item));
    }
    Expr expr = kept.native<ExpressionObject>()->expression();
    merge_froms(object.found, expr.froms);
    object.columns.push_back(kept);
}

// What select() was asked for, kept as it was given: the ORM looks at it to give objects of its classes.
void add_entity(SelectObject& object, const Value& item) {
    if (item.is(lang::Type::list) || (item.is(lang::Type::tuple) && !from_object(item))) {
        for (const auto& each : item.items()) add_entity(object, each);
        return;
    }
    object.entities.push_back(item);
    add_column(object, item);
}

Value new_select(Session& session) { return lang::make<SelectObject>(session); }

void add_conditions(SelectObject& object, std::span<const Value> conditions,
                    ExpressionPtr sql::Select::*part) {
    std::vector<ExpressionPtr> all;
    if (object.select.*part) all.push_back(object.select.*part);
    for (const auto& condition : conditions) {
        Expr expr = as_condition(condition);
        merge_froms(object.found, expr.froms);
        all.push_back(expr.node);
    }
    object.select.*part = chain("AND", std::move(all));
}

// A label stands for itself; the columns of a union have no table, nor have they one behind DESC.
ExpressionPtr by_name(const ExpressionPtr& node, bool in_union) {
    if (const auto* label = std::get_if<sql::Label>(&node->node))
        return sql::make({sql::ColumnRef{{}, {}, label->name, nullptr}});
    if (const auto* unary = std::get_if<sql::Unary>(&node->node); unary && unary->postfix && in_union)
        return sql::make({sql::Unary{unary->op, by_name(unary->operand, in_union), true}});
    const auto* column = std::get_if<sql::ColumnRef>(&node->node);
    if (!column || !in_union || column->literal) return node;
    return sql::make({sql::ColumnRef{{}, {}, column->name, column->type}});
}

// ORDER BY and GROUP BY name a result's column by a string, or take an expression.
void add_list(SelectObject& object, std::span<const Value> items, std::vector<ExpressionPtr>& into) {
    for (const auto& item : items) {
        if (item.is_none()) {
            into.clear();
        } else if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
            add_list(object, item.items(), into);
        } else if (item.is_string()) {
            into.push_back(sql::make({sql::ColumnRef{{}, {}, std::string(item.as_string()), nullptr}}));
        } else {
            Expr expr = coerce(item);
            into.push_back(by_name(expr.node, !object.select.compounds.empty()));
            merge_froms(object.found, expr.froms);
        }
    }
}

void add_from(SelectObject& object, const Value& item) {
    if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
        for (const auto& each : item.items()) add_from(object, each);
        return;
    }
    auto* from = from_object(item);
    if (auto* function =
            from ? nullptr : item.native<ExpressionObject>()) { // select_from(func.generate_series(1, 9))
        merge_froms(object.named, {std::make_shared<const sql::Source>(sql::Source{
                                      sql::TableFunction{function->expression().node, {}, false, {}}})});
        return;
    }
    if (item.native<SelectObject>()) return add_from(object, make_subquery(item, "", false));
    if (!from)
        lang::raise_error("TypeError", fmt::format("select_from() takes tables, joins and subqueries, got {}",
                                                   described(item)));
    merge_froms(object.named, {from->source});
    remember(object, Value(static_cast<lang::Object*>(from)));
}

// The condition of a join that gives none, with any of the tables that are there.
struct Condition {
    ExpressionPtr node;
    std::vector<SourcePtr> froms;
};
Condition found_condition(const SelectObject& object, FromObject& target) {
    for (auto at = object.sources.rbegin(); at != object.sources.rend(); ++at) {
        auto* from = from_object(*at);
        if (!from || from->source == target.source) continue;
        if (auto condition = join_condition(*from, target)) return {condition, {from->source}};
    }
    lang::raise_error("ValueError", "no foreign key leads from the tables of this select to the joined one: "
                                    "join(other, table.c.id == other.c.table_id)");
}

// What the condition speaks of besides the target; else what was named last, or else what was found first.
SourcePtr& joined_to(SelectObject& object, FromObject& target, const Condition& on) {
    const auto meant = [&](const SourcePtr& source) {
        return std::ranges::any_of(
            on.froms, [&](const SourcePtr& each) { return each != target.source && holds(source, each); });
    };
    std::vector<SourcePtr>& named = object.named;
    if (const auto at = std::ranges::find_if(named, meant); at != named.end()) return *at;
    if (!named.empty()) return named.back();
    auto at = std::ranges::find_if(object.found, meant);
    if (at == object.found.end())
        at = std::ranges::find_if(object.found, [&](const auto& each) { return each != target.source; });
    if (at == object.found.end())
        lang::raise_error("ValueError", "nothing to join to: name it with select_from()");
    named.push_back(*at);
    return named.back();
}

void join_to(SelectObject& object, const Value& target_value, const Value& condition, bool outer, bool full) {
    auto* target = from_object(target_value);
    if (!target)
        lang::raise_error("TypeError", fmt::format("join() takes a table, got {}", described(target_value)));
    Condition on;
    if (condition.is_none()) {
        on = found_condition(object, *target);
    } else {
        const Expr given = as_condition(condition);
        on = {given.node, given.froms};
    }
    SourcePtr& left = joined_to(object, *target, on);
    left = std::make_shared<const sql::Source>(
        sql::Source{sql::Source::Join{left, target->source, on.node, outer, full}});
    remember(object, Value(static_cast<lang::Object*>(target)));
    object.entities_joined.push_back(target_value);
}

// select(...).join(target, condition): onto what is there already. A relationship of the ORM says itself
// which tables follow and how.
void add_join(SelectObject& object, Call& call, bool outer) {
    static const lang::Signature signature("join(target, onclause=None, isouter=False, full=False)");
    auto bound = signature.bind(call);
    outer = outer || bound["isouter"].truth();
    auto steps = bound["target"].find_attribute("__orm_join__");
    if (!steps && bound.given("onclause") && !bound["onclause"].is_none())
        steps = bound["onclause"].find_attribute("__orm_join__");
    if (!steps) return join_to(object, bound["target"], bound["onclause"], outer, bound["full"].truth());
    bool named = bound.given("onclause") && !bound["onclause"].is_none();
    for (const auto& step : steps->call({named ? bound["target"] : Value()}).to_vector())
        join_to(object, step.items()[0], step.items()[1], outer, bound["full"].truth());
}

// join_from(left, target, condition)
void add_join_from(SelectObject& object, Call& call, bool outer) {
    static const lang::Signature signature(
        "join_from(from_, target, onclause=None, isouter=False, full=False)");
    auto bound = signature.bind(call);
    add_from(object, bound["from_"]);
    join_to(object, bound["target"], bound["onclause"], outer || bound["isouter"].truth(),
            bound["full"].truth());
}

// filter_by(name="x"): columns of what was joined last, else of the first that was selected.
void filter_by(SelectObject& object, Call& call) {
    const auto& named = object.entities_joined.empty() ? object.entities : object.entities_joined;
    if (named.empty()) lang::raise_error("ValueError", "filter_by() needs a select() of something");
    Value entity = object.entities_joined.empty() ? named.front() : named.back();
    if (auto* column = entity.native<ColumnObject>()) entity = column->table;
    auto* from = entity.native<FromObject>();
    for (const auto& [name, value] : call.keywords()) {
        Value column = (from ? from->collection : entity).attribute(name.as_string());
        Value condition =
            column.native<ExpressionObject>()
                ? *column.native<ExpressionObject>()->binary(lang::Operator::equal, value, false)
                : column.method("__eq__", {value});
        add_conditions(object, std::span(&condition, 1), &sql::Select::where);
    }
}

void set_distinct(SelectObject& object, Call& call) {
    object.select.distinct = true;
    for (const auto& item : call.args()) {
        if (item.is(lang::Type::boolean)) continue; // 1.x: select(..., distinct=True)
        Expr expr = coerce(item);
        merge_froms(object.found, expr.froms);
        object.select.distinct_on.push_back(expr.node);
    }
}

// with_for_update(read=, nowait=, skip_locked=, key_share=, of=)
void set_for_update(SelectObject& object, Call& call) {
    static const lang::Signature signature(
        "with_for_update(nowait=False, read=False, of=None, skip_locked=False, key_share=False)");
    auto bound = signature.bind(call);
    auto flag = [&](const char* name) { return bound[name].truth(); };
    std::string text = flag("read") ? (flag("key_share") ? "KEY SHARE" : "SHARE")
                                    : (flag("key_share") ? "NO KEY UPDATE" : "UPDATE");
    std::string of;
    auto names = bound["of"].is(lang::Type::list) || bound["of"].is(lang::Type::tuple)
                     ? bound["of"].to_vector()
                     : std::vector<Value>{bound["of"]};
    std::set<std::string> known;
    for (const auto& each : names) {
        if (each.is_none()) continue;
        auto* column = each.native<ColumnObject>();
        auto* from = column ? nullptr : from_object(each);
        std::string name = column ? column->source_name
                           : from ? from->attribute_name()
                                  : string_of(each, "of");
        if (!name.empty() && !known.insert(name).second) continue;
        if (!name.empty()) of += (of.empty() ? " OF " : ", ") + name;
    }
    object.select.for_update = text + of +
                               (flag("skip_locked") ? " SKIP LOCKED"
                                : flag("nowait")    ? " NOWAIT"
                                                    : "");
}

void set_limit(SelectObject& object, Call& call, ExpressionPtr sql::Select::*part) {
    object.select.*part = call[0].is_none() ? nullptr : coerce(call[0]).node;
}

// fetch(count, with_ties=False, percent=False)
void set_fetch(SelectObject& object, Call& call) {
    for (std::size_t i : {1U, 2U}) {
        if (call.get(i, i == 1 ? "with_ties" : "percent").truth())
            lang::raise_error("NotImplementedError",
                              "fetch() with ties or in percent is not available to orch: write the query as "
                              "sa.text()");
    }
    set_limit(object, call, &sql::Select::limit);
}

// prefix_with("SQL_NO_CACHE", dialect="mysql")
void add_prefix(SelectObject& object, Call& call) {
    const Value* dialect = call.keyword("dialect");
    const auto& database = object.session().database;
    if (dialect && dialect->is_string() && dialect->as_string() != "*" && database) {
        const auto names = database->dialect_names();
        if (std::ranges::find(names, dialect->as_string()) == names.end()) return;
    }
    for (const auto& item : call.args()) object.select.prefixes.push_back(coerce_text(item, "prefix_with()"));
}

// slice(start, stop)
void set_slice(SelectObject& object, Call& call) {
    std::int64_t start = call[0].is_none() ? 0 : call[0].as_int();
    if (start) object.select.offset = coerce(Value(start)).node;
    if (!call[1].is_none()) object.select.limit = coerce(Value(call[1].as_int() - start)).node;
}

using Change = void (*)(SelectObject&, Call&);

const std::map<std::string_view, Change, std::less<>>& changes() {
    static const std::map<std::string_view, Change, std::less<>> table{
        {"where", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"filter", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"having", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::having); }},
        {"order_by", [](SelectObject& s, Call& c) { add_list(s, c.args(), s.select.order_by); }},
        {"group_by", [](SelectObject& s, Call& c) { add_list(s, c.args(), s.select.group_by); }},
        {"limit", [](SelectObject& s, Call& c) { set_limit(s, c, &sql::Select::limit); }},
        {"fetch", set_fetch},
        {"offset", [](SelectObject& s, Call& c) { set_limit(s, c, &sql::Select::offset); }},
        {"slice", set_slice},
        {"distinct", set_distinct},
        {"filter_by", filter_by},
        {"select_from",
         [](SelectObject& s, Call& c) {
             for (const auto& item : c.args()) add_from(s, item);
         }},
        {"join", [](SelectObject& s, Call& c) { add_join(s, c, false); }},
        {"outerjoin", [](SelectObject& s, Call& c) { add_join(s, c, true); }},
        {"join_from", [](SelectObject& s, Call& c) { add_join_from(s, c, false); }},
        {"outerjoin_from", [](SelectObject& s, Call& c) { add_join_from(s, c, true); }},
        {"add_columns",
         [](SelectObject& s, Call& c) {
             for (const auto& item : c.args()) add_entity(s, item);
         }},
        {"column", [](SelectObject& s, Call& c) { add_entity(s, c[0]); }},
        {"with_only_columns",
         [](SelectObject& s, Call& c) {
             s.columns.clear();
             s.entities.clear();
             for (const auto& item : c.args()) add_entity(s, item);
         }},
        {"prefix_with", add_prefix},
        {"with_for_update", set_for_update},
        {"correlate", [](SelectObject&, Call&) {}},
        {"correlate_except", [](SelectObject&, Call&) {}},
        {"options", [](SelectObject&, Call&) {}}, // how the ORM loads: the rows are the same
        {"with_hint", [](SelectObject&, Call&) {}},
        {"execution_options", [](SelectObject&, Call&) {}},
    };
    return table;
}

// The word between the members of a compound; null for another name.
const char* compound_word(std::string_view name) {
    static const std::map<std::string_view, const char*, std::less<>> words{
        {"union", "UNION"},           {"union_all", "UNION ALL"}, {"except_", "EXCEPT"},
        {"except_all", "EXCEPT ALL"}, {"intersect", "INTERSECT"}, {"intersect_all", "INTERSECT ALL"}};
    auto found = words.find(name);
    return found == words.end() ? nullptr : found->second;
}

Value compound(const Value& left, std::span<const Value> others, const char* op) {
    const auto& first = *left.native<SelectObject>();
    Value result = first.copy();
    auto& object = *result.native<SelectObject>();
    // What orders or limits the first member, or makes it a compound, is its own.
    if (!first.select.order_by.empty() || first.select.limit || first.select.offset ||
        !first.select.compounds.empty()) {
        object.select = {};
        object.select.compounds.emplace_back("", std::make_shared<const sql::Select>(first.statement()));
    }
    for (const auto& other : others) {
        auto* select = other.native<SelectObject>();
        if (!select)
            lang::raise_error("TypeError",
                              fmt::format("a union is made of selects, got {}", described(other)));
        object.select.compounds.emplace_back(op, std::make_shared<const sql::Select>(select->statement()));
    }
    return result;
}

std::string name_argument(Call& call) { return optional_string(call.get(0, "name"), "name").value_or(""); }

// EXISTS (SELECT ...), which grows by where() as a select does.
class ExistsObject : public ExpressionObject {
  public:
    ExistsObject(Session& session, Value select) : ExpressionObject(session), select_(std::move(select)) {}
    std::string type_name() const override { return "Exists"; }
    Expr expression() const override {
        static const TypePtr boolean = std::make_shared<const schema::Type>(plain_type("Boolean"));
        auto statement = std::make_shared<const sql::Select>(select_.native<SelectObject>()->statement());
        return {sql::make({sql::Subquery{std::move(statement), std::nullopt, "EXISTS"}}), boolean, {}};
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "select")
            return lang::make_function(name, [self = Value(static_cast<lang::Object*>(this))](Call&) {
                return self.native<ExistsObject>()->session().member("select").call({self});
            });
        if (name != "where" && name != "select_from" && name != "filter" && name != "correlate")
            return ExpressionObject::get_attribute(name);
        Value method = select_.attribute(name);
        return lang::make_function(name, [this_session = &session(), method](Call& call) {
            return lang::make<ExistsObject>(*this_session,
                                            method.call({call.args().begin(), call.args().end()}));
        });
    }
    void clear() override {
        ExpressionObject::clear();
        select_ = Value();
    }

  private:
    Value select_;
};

} // namespace

sql::Select SelectObject::statement() const {
    sql::Select result = select;
    if (!select.compounds.empty() && select.compounds.front().first.empty()) return result;
    result.columns.clear();
    for (const auto& column : columns)
        result.columns.push_back(column.native<ExpressionObject>()->expression().node);
    for (const auto& source : named) result.from.push_back(*source);
    for (const auto& source : found) {
        bool there = std::any_of(named.begin(), named.end(),
                                 [&](const SourcePtr& each) { return holds(each, source); });
        if (!there) result.from.push_back(*source);
    }
    return result;
}

Expr SelectObject::scalar() const {
    auto types_here = types();
    auto statement_here = std::make_shared<const sql::Select>(statement());
    return {sql::make({sql::Subquery{std::move(statement_here), std::nullopt, ""}}),
            types_here.empty() ? nullptr : types_here[0],
            {}};
}

Value SelectObject::copy() const {
    Value result = lang::make<SelectObject>(session_);
    auto& object = *result.native<SelectObject>();
    object.select = select;
    object.columns = columns;
    object.named = named;
    object.found = found;
    object.sources = sources;
    object.entities = entities;
    object.entities_joined = entities_joined;
    return result;
}

std::vector<TypePtr> SelectObject::types() const {
    std::vector<TypePtr> result;
    for (const auto& column : columns) result.push_back(column.native<ExpressionObject>()->expression().type);
    return result;
}

std::vector<std::string> SelectObject::keys() const {
    std::vector<std::string> result;
    for (const auto& column : columns) result.push_back(column.native<ExpressionObject>()->key());
    return result;
}

std::optional<Value> SelectObject::get_attribute(std::string_view name) {
    Value self(static_cast<lang::Object*>(this));
    if (auto found_change = changes().find(name); found_change != changes().end()) {
        return lang::make_function(name, [self, change = found_change->second](Call& call) {
            Value result = self.native<SelectObject>()->copy();
            change(*result.native<SelectObject>(), call);
            return result;
        });
    }
    if (name == "compile")
        return lang::make_function(name, [self](Call& call) { return compile(self, call); });
    if (name == "subquery" || name == "alias")
        return lang::make_function(
            name, [self](Call& call) { return make_subquery(self, name_argument(call), false); });
    if (name == "lateral")
        return lang::make_function(
            name, [self](Call& call) { return make_subquery(self, name_argument(call), true); });
    if (name == "cte")
        return lang::make_function(name, [self](Call& call) {
            return make_cte(self.native<SelectObject>()->session(), self, name_argument(call),
                            call.get(1, "recursive").truth());
        });
    if (name == "c" || name == "columns") return make_subquery(self, "", false).attribute("c");
    if (name == "selected_columns" || name == "inner_columns") return Value::list(columns);
    if (name == "_entities") return Value::list(entities);
    if (name == "_joined") return Value::list(entities_joined);
    if (name == "_is_compound") return Value(!select.compounds.empty());
    if (name == "_limit") return select.limit ? make_expression(session_, {select.limit}) : Value();
    if (name == "froms") return Value::list(sources);
    if (name == "get_final_froms")
        return lang::make_function(
            name, [self](Call&) { return Value::list(self.native<SelectObject>()->sources); });
    if (name == "whereclause") return select.where ? make_expression(session_, {select.where}) : Value();
    if (name == "is_select") return Value(true);
    if (name == "scalar_subquery" || name == "as_scalar") {
        return lang::make_function(name, [self](Call&) {
            auto* object = self.native<SelectObject>();
            return make_expression(object->session(), object->scalar());
        });
    }
    if (name == "label") {
        return lang::make_function(name, [self](Call& call) {
            auto* object = self.native<SelectObject>();
            return make_expression(object->session(), object->scalar()).method("label", {call[0]});
        });
    }
    if (name == "exists")
        return lang::make_function(name, [self](Call&) {
            return lang::make<ExistsObject>(self.native<SelectObject>()->session(), self);
        });
    if (auto word = compound_word(name)) {
        return lang::make_function(name,
                                   [self, word](Call& call) { return compound(self, call.args(), word); });
    }
    if (name == "as_scalar" || name == "in_" || name == "is_")
        return make_expression(session_, scalar()).attribute(name);
    return std::nullopt;
}

std::vector<std::string> SelectObject::attribute_names() const {
    std::vector<std::string> result{
        "subquery", "alias",       "lateral",         "cte",           "c",          "label",
        "exists",   "union",       "union_all",       "intersect",     "except_",    "as_scalar",
        "froms",    "whereclause", "scalar_subquery", "intersect_all", "except_all", "selected_columns"};
    for (const auto& [name, change] : changes()) result.emplace_back(name);
    return result;
}

void SelectObject::clear() {
    lang::Native::clear();
    columns.clear();
    sources.clear();
    entities.clear();
    entities_joined.clear();
}

Value select_from(const Value& from, Call& call) {
    Value result = new_select(from.native<FromObject>()->session());
    add_entity(*result.native<SelectObject>(), from);
    Value condition = call.get(0, "whereclause");
    return condition.is_none() ? result : result.method("where", {condition});
}

namespace {

// select(a, b) of today, and 1.x's select([a, b], condition, from_obj=..., order_by=...).
Value make_select(Session& session, Call& call) {
    Value result = new_select(session);
    auto& object = *result.native<SelectObject>();
    bool old_form = call.size() > 0 && call[0].is(lang::Type::list);
    for (std::size_t i = 0; i < call.size(); ++i) {
        if (old_form && i == 1)
            add_conditions(object, call.args().subspan(1, 1), &sql::Select::where);
        else if (old_form && i == 2)
            add_from(object, call[i]);
        else
            add_entity(object, call[i]);
    }
    static const std::map<std::string_view, std::string_view> keywords{
        {"whereclause", "where"}, {"from_obj", "select_from"}, {"order_by", "order_by"},
        {"group_by", "group_by"}, {"having", "having"},        {"limit", "limit"},
        {"offset", "offset"},     {"distinct", "distinct"}};
    for (const auto& [name, value] : call.keywords()) {
        if (name.as_string() == "columns") {
            add_entity(object, value);
            continue;
        }
        if (name.as_string() == "bind" || name.as_string() == "use_labels") continue;
        auto found = keywords.find(name.as_string());
        if (found == keywords.end()) {
            lang::raise_error("TypeError", fmt::format("select() got an unexpected keyword argument '{}'",
                                                       name.as_string()));
        }
        if (value.is_none() ||
            (found->second == "distinct" && !value.native<ExpressionObject>() && !value.truth()))
            continue;
        result = result.method(found->second, {value});
    }
    return result;
}

Value make_union(Call& call, const char* op) {
    if (call.size() == 0 || !call[0].native<SelectObject>())
        lang::raise_error("TypeError", "a union is made of selects");
    if (call.size() == 1) return call[0];
    return compound(call[0], call.args().subspan(1), op);
}

Value make_exists(Session& session, Call& call) {
    if (call.size() == 1 && call[0].native<SelectObject>()) return lang::make<ExistsObject>(session, call[0]);
    // exists(select(...).scalar_subquery()): the same select
    auto* expression = call.size() == 1 ? call[0].native<ExpressionObject>() : nullptr;
    const Expr given = expression ? expression->expression() : Expr{};
    const auto* query = given.node ? std::get_if<sql::Subquery>(&given.node->node) : nullptr;
    if (query && query->prefix.empty())
        return make_expression(session, {sql::make({sql::Subquery{query->select, std::nullopt, "EXISTS"}})});
    Value select = new_select(session);
    auto& object = *select.native<SelectObject>();
    for (const auto& item : call.args()) add_column(object, item);
    if (object.columns.empty()) {
        Expr star{sql::make({sql::ColumnRef{{}, {}, "*", nullptr, true}}), nullptr, {}};
        object.columns.push_back(make_expression(session, std::move(star)));
    }
    return lang::make<ExistsObject>(session, select);
}

} // namespace

const Members& select_members() {
    static const Members members{
        {"select",
         [](Session& s) {
             return lang::make_function("select", [&s](Call& c) { return make_select(s, c); });
         }},
        {"union",
         [](Session&) {
             return lang::make_function("union", [](Call& c) { return make_union(c, "UNION"); });
         }},
        {"union_all",
         [](Session&) {
             return lang::make_function("union_all", [](Call& c) { return make_union(c, "UNION ALL"); });
         }},
        {"except_",
         [](Session&) {
             return lang::make_function("except_", [](Call& c) { return make_union(c, "EXCEPT"); });
         }},
        {"except_all",
         [](Session&) {
             return lang::make_function("except_all", [](Call& c) { return make_union(c, "EXCEPT ALL"); });
         }},
        {"intersect",
         [](Session&) {
             return lang::make_function("intersect", [](Call& c) { return make_union(c, "INTERSECT"); });
         }},
        {"intersect_all",
         [](Session&) {
             return lang::make_function("intersect_all",
                                        [](Call& c) { return make_union(c, "INTERSECT ALL"); });
         }},
        {"exists",
         [](Session& s) {
             return lang::make_function("exists", [&s](Call& c) { return make_exists(s, c); });
         }},
    };
    return members;
}

} // namespace orch::script
