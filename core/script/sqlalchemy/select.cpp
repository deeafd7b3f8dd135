// select() in both of SQLAlchemy's idioms, unions, subqueries and exists().
#include "script/sqlalchemy/statements.hpp"

#include "script/sqlalchemy/rewrite.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>

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

void add_column(SelectObject& object, const Value& item) {
    if (auto* from = from_object(item)) {
        for (const auto& column : from->columns().columns) add_column(object, column);
        if (from->columns().columns.empty()) merge_froms(object.found, {from->source});
        return;
    }
    if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
        for (const auto& each : item.items()) add_column(object, each);
        return;
    }
    Value kept = item;
    if (!item.native<ExpressionObject>()) {
        kept = item.is_string()
                   ? lang::make<TextObject>(object.session(), sql::Text{std::string(item.as_string()), {}})
                   : make_expression(object.session(), coerce(item));
    }
    Expr expr = kept.native<ExpressionObject>()->expression();
    merge_froms(object.found, expr.froms);
    object.columns.push_back(kept);
}

Value new_select(Session& session) { return lang::make<SelectObject>(session); }

void add_conditions(SelectObject& object, std::span<const Value> conditions,
                    ExpressionPtr sql::Select::*part) {
    std::vector<ExpressionPtr> all;
    if (object.select.*part) all.push_back(object.select.*part);
    for (const auto& condition : conditions) {
        Expr expr = coerce_sql(condition);
        if (condition.is(lang::Type::boolean))
            expr.node = sql::make({condition.truth() ? sql::Constant::true_ : sql::Constant::false_});
        merge_froms(object.found, expr.froms);
        all.push_back(expr.node);
    }
    object.select.*part = chain("AND", std::move(all));
}

// ORDER BY and GROUP BY name a result's column by a string, or take an expression. A label stands for itself.
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
            const auto* label = std::get_if<sql::Label>(&expr.node->node);
            into.push_back(label ? sql::make({sql::ColumnRef{{}, {}, label->name, nullptr}}) : expr.node);
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
    if (!from)
        lang::raise_error("TypeError", fmt::format("select_from() takes tables, joins and subqueries, got {}",
                                                   described(item)));
    merge_froms(object.named, {from->source});
}

// select(...).join(target, condition): onto what is there already.
void add_join(SelectObject& object, Call& call, bool outer) {
    static const lang::Signature signature("join(target, onclause=None, isouter=False, full=False)");
    auto bound = signature.bind(call);
    auto* target = from_object(bound["target"]);
    if (!target) lang::raise_error("TypeError", "join() takes a table");
    std::vector<SourcePtr>& sources = object.named;
    if (sources.empty()) {
        for (const auto& source : object.found) {
            if (source != target->source && sources.empty()) sources.push_back(source);
        }
    }
    if (sources.empty()) lang::raise_error("ValueError", "nothing to join to: name it with select_from()");
    if (bound["onclause"].is_none())
        lang::raise_error("ValueError",
                          "join() needs its condition: join(other, table.c.id == other.c.table_id)");
    Expr on = coerce(bound["onclause"]);
    sources.back() = std::make_shared<const sql::Source>(sql::Source{sql::Source::Join{
        sources.back(), target->source, on.node, outer || bound["isouter"].truth(), bound["full"].truth()}});
}

using Change = void (*)(SelectObject&, Call&);

const std::map<std::string_view, Change, std::less<>>& changes() {
    static const std::map<std::string_view, Change, std::less<>> table{
        {"where", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"filter", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"having", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::having); }},
        {"order_by", [](SelectObject& s, Call& c) { add_list(s, c.args(), s.select.order_by); }},
        {"group_by", [](SelectObject& s, Call& c) { add_list(s, c.args(), s.select.group_by); }},
        {"limit",
         [](SelectObject& s, Call& c) { s.select.limit = c[0].is_none() ? nullptr : coerce(c[0]).node; }},
        {"offset",
         [](SelectObject& s, Call& c) { s.select.offset = c[0].is_none() ? nullptr : coerce(c[0]).node; }},
        {"distinct", [](SelectObject& s, Call&) { s.select.distinct = true; }},
        {"select_from",
         [](SelectObject& s, Call& c) {
             for (const auto& item : c.args()) add_from(s, item);
         }},
        {"join", [](SelectObject& s, Call& c) { add_join(s, c, false); }},
        {"outerjoin", [](SelectObject& s, Call& c) { add_join(s, c, true); }},
        {"add_columns",
         [](SelectObject& s, Call& c) {
             for (const auto& item : c.args()) add_column(s, item);
         }},
        {"column", [](SelectObject& s, Call& c) { add_column(s, c[0]); }},
        {"with_only_columns",
         [](SelectObject& s, Call& c) {
             s.columns.clear();
             for (const auto& item : c.args()) add_column(s, item);
         }},
        {"with_for_update",
         [](SelectObject& s, Call& c) {
             auto flag = [&](const char* name) {
                 const Value* value = c.keyword(name);
                 return value && value->truth();
             };
             s.select.for_update =
                 std::string(flag("read") ? "SHARE" : "UPDATE") + (flag("skip_locked") ? " SKIP LOCKED"
                                                                   : flag("nowait")    ? " NOWAIT"
                                                                                       : "");
         }},
        {"correlate", [](SelectObject&, Call&) {}},
        {"execution_options", [](SelectObject&, Call&) {}},
    };
    return table;
}

Value compound(const Value& left, std::span<const Value> others, const char* op) {
    Value result = left.native<SelectObject>()->copy();
    for (const auto& other : others) {
        auto* select = other.native<SelectObject>();
        if (!select)
            lang::raise_error("TypeError",
                              fmt::format("a union is made of selects, got {}", described(other)));
        result.native<SelectObject>()->select.compounds.emplace_back(
            op, std::make_shared<const sql::Select>(select->statement()));
    }
    return result;
}

// A select as something that rows come from.
Value subquery(const Value& self, std::string name) {
    const auto& select = *self.native<SelectObject>();
    if (name.empty()) name = "anon_1";
    Value result = lang::make<AliasObject>(select.session(), name);
    auto& object = *result.native<AliasObject>();
    object.source = std::make_shared<const sql::Source>(
        sql::Source{sql::Subquery{std::make_shared<const sql::Select>(select.statement()), name, ""}});
    auto types = select.types();
    auto keys = select.keys();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        schema::Column column;
        column.name = keys[i];
        column.type_given = types[i] != nullptr;
        column.type = types[i] ? *types[i] : plain_type("NullType");
        object.add_column(column, name, Value());
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
        auto statement = std::make_shared<const sql::Select>(select_.native<SelectObject>()->statement());
        return {sql::make({sql::Subquery{std::move(statement), std::nullopt, "EXISTS"}}), nullptr, {}};
    }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name != "where" && name != "select_from" && name != "filter")
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
    if (name == "subquery" || name == "alias")
        return lang::make_function(name, [self](Call& call) { return subquery(self, name_argument(call)); });
    if (name == "c" || name == "columns" || name == "selected_columns")
        return subquery(self, "").attribute("c");
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
    if (name == "union")
        return lang::make_function(name, [self](Call& call) { return compound(self, call.args(), "UNION"); });
    if (name == "union_all")
        return lang::make_function(name,
                                   [self](Call& call) { return compound(self, call.args(), "UNION ALL"); });
    if (name == "cte")
        lang::raise_error("NotImplementedError",
                          "orch has no CTEs in scripts: use subquery(), or sa.text(\"WITH ...\")");
    return std::nullopt;
}

std::vector<std::string> SelectObject::attribute_names() const {
    std::vector<std::string> result{"subquery", "alias",  "c",     "scalar_subquery", "as_scalar",
                                    "label",    "exists", "union", "union_all"};
    for (const auto& [name, change] : changes()) result.emplace_back(name);
    return result;
}

Value select_from(const Value& from, Call& call) {
    Value result = new_select(from.native<FromObject>()->session());
    add_column(*result.native<SelectObject>(), from);
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
            add_column(object, call[i]);
    }
    static const std::map<std::string_view, std::string_view> keywords{
        {"whereclause", "where"}, {"from_obj", "select_from"}, {"order_by", "order_by"},
        {"group_by", "group_by"}, {"having", "having"},        {"limit", "limit"},
        {"offset", "offset"},     {"distinct", "distinct"}};
    for (const auto& [name, value] : call.keywords()) {
        if (name.as_string() == "columns") {
            add_column(object, value);
            continue;
        }
        auto found = keywords.find(name.as_string());
        if (found == keywords.end()) {
            lang::raise_error("TypeError", fmt::format("select() got an unexpected keyword argument '{}'",
                                                       name.as_string()));
        }
        if (value.is_none() || (found->second == "distinct" && !value.truth())) continue;
        result = result.method(found->second, {value});
    }
    return result;
}

Value make_union(Call& call, const char* op) {
    if (call.size() == 0 || !call[0].native<SelectObject>())
        lang::raise_error("TypeError", "a union is made of selects");
    return compound(call[0], call.args().subspan(1), op);
}

Value make_exists(Session& session, Call& call) {
    if (call.size() == 1 && call[0].native<SelectObject>()) return lang::make<ExistsObject>(session, call[0]);
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
        {"intersect",
         [](Session&) {
             return lang::make_function("intersect", [](Call& c) { return make_union(c, "INTERSECT"); });
         }},
        {"exists",
         [](Session& s) {
             return lang::make_function("exists", [&s](Call& c) { return make_exists(s, c); });
         }},
    };
    return members;
}

} // namespace orch::script
