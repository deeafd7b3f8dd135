// select() in both of SQLAlchemy's idioms, unions, subqueries and exists().
#include "script/sqlalchemy/statements.hpp"

#include "script/sqlalchemy/compiled.hpp"
#include "script/sqlalchemy/conversion.hpp"
#include "script/sqlalchemy/rewrite.hpp"
#include "script/sqlalchemy/sources.hpp"
#include "script/sqlalchemy/types.hpp"

#include "base/text.hpp"
#include "lang/lang.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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

// set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL): a column of table t is called t_column.
Value labelled(const SelectObject& object, const Value& item) {
    const Expr expr = item.native<ExpressionObject>()->expression();
    const auto* column = std::get_if<sql::ColumnRef>(&expr.node->node);
    if (!column || column->literal || column->table.empty()) return item;
    if (column->table.starts_with('\x01'))
        lang::raise_error("NotImplementedError",
                          "labels with the table's name need one: give the alias or subquery a name");
    const std::string schema = column->schema ? replace_all(*column->schema, ".", "_") + "_" : "";
    const std::string stem = schema + column->table + "_" + column->name;
    std::string name = stem; // table a_b's column c is no other than table a's column b_c
    const auto taken = [&](const Value& other) {
        const Expr known = other.native<ExpressionObject>()->expression();
        const auto* label = std::get_if<sql::Label>(&known.node->node);
        const auto* same = label ? std::get_if<sql::ColumnRef>(&label->operand->node) : nullptr;
        return label && label->name == name &&
               !(same && same->table == column->table && same->name == column->name);
    };
    for (int number = 1; std::ranges::any_of(object.columns, taken); ++number)
        name = fmt::format("{}_{}", stem, number);
    return make_expression(item.native<ExpressionObject>()->session(),
                           {sql::make({sql::Label{expr.node, name}}), expr.type, expr.froms}, name);
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
    object.columns.push_back(object.labels ? labelled(object, kept) : kept);
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

// As in SQLAlchemy, what WHERE speaks of is in the FROM, and what HAVING, GROUP BY and ORDER BY do is not.
void add_conditions(SelectObject& object, std::span<const Value> conditions,
                    ExpressionPtr sql::Select::*part) {
    std::vector<ExpressionPtr> all;
    if (object.select.*part) all.push_back(object.select.*part);
    for (const auto& condition : conditions) {
        Expr expr = as_condition(condition);
        if (part == &sql::Select::where) merge_froms(object.found_in_where, expr.froms);
        all.push_back(expr.node);
    }
    object.select.*part = chain("AND", std::move(all));
}

// Where a string names a column, its table is this until the statement is complete.
constexpr const char* by_name_only = "\x03";

// ORDER BY and GROUP BY name a result's column by a string, or take an expression.
void add_list(std::span<const Value> items, std::vector<ExpressionPtr>& into) {
    for (const auto& item : items) {
        if (item.is_none()) {
            into.clear();
        } else if (item.is(lang::Type::list) || item.is(lang::Type::tuple)) {
            add_list(item.items(), into);
        } else if (item.is_string()) {
            into.push_back(
                sql::make({sql::ColumnRef{{}, by_name_only, std::string(item.as_string()), nullptr}}));
        } else {
            into.push_back(coerce(item).node);
        }
    }
}

// What ORDER BY and GROUP BY say of one statement: a label by its name, a name as the column that has it.
class References {
  public:
    explicit References(const SelectObject& select) : select_(select) {
        for (const auto& column : select.columns) {
            const ExpressionPtr node = column.native<ExpressionObject>()->expression().node;
            if (const auto* label = std::get_if<sql::Label>(&node->node)) labels_.insert(label->name);
        }
    }

    // `in_union`: of what several members give, which have names alone.
    ExpressionPtr operator()(const ExpressionPtr& node, bool in_union) const {
        if (const auto* label = std::get_if<sql::Label>(&node->node))
            return in_union || labels_.contains(label->name) ? name_alone(label->name, nullptr)
                                                             : label->operand;
        if (const auto* unary = std::get_if<sql::Unary>(&node->node);
            unary && unary->postfix && unary->operand)
            return sql::make({sql::Unary{unary->op, (*this)(unary->operand, in_union), true}});
        const auto* column = std::get_if<sql::ColumnRef>(&node->node);
        if (!column || column->literal) return node;
        if (in_union) return name_alone(column->name, column->type);
        return column->table == by_name_only ? named(*column) : node;
    }

    // In OVER (PARTITION BY ...), which no result has names in.
    sql::ColumnRef inside(const sql::ColumnRef& column) const {
        if (column.table != by_name_only) return column;
        return std::get<sql::ColumnRef>(named(column)->node);
    }

  private:
    static ExpressionPtr name_alone(const std::string& name, TypePtr type) {
        return sql::make({sql::ColumnRef{{}, {}, name, std::move(type)}});
    }

    ExpressionPtr named(const sql::ColumnRef& column) const {
        if (labels_.contains(column.name)) return name_alone(column.name, nullptr);
        for (const auto& value : select_.columns)
            if (auto node = column_called(value, column.name)) return node;
        for (const auto& source : select_.sources) {
            auto* from = from_object(source);
            const Value* found = from ? from->columns().find(column.name) : nullptr;
            if (auto node = found ? column_called(*found, column.name) : nullptr) return node;
        }
        if (column.name.find_first_of(" ()") != std::string::npos)
            lang::raise_error("CompileError",
                              fmt::format("no column is called '{}': write sa.text({}) where it is SQL",
                                          column.name, Value(column.name).repr()));
        return name_alone(column.name, nullptr);
    }

    static ExpressionPtr column_called(const Value& value, const std::string& name) {
        auto* object = value.native<ExpressionObject>();
        if (!object || object->key() != name) return nullptr;
        ExpressionPtr node = object->expression().node;
        const auto* column = std::get_if<sql::ColumnRef>(&node->node);
        return column && !column->literal ? node : nullptr;
    }

    const SelectObject& select_;
    std::set<std::string> labels_;
};

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
    if (at != object.found.end()) {
        named.push_back(*at);
        return named.back();
    }
    const auto condition = std::ranges::find_if(object.found_in_where, meant);
    if (condition == object.found_in_where.end())
        lang::raise_error("ValueError", "nothing to join to: name it with select_from()");
    named.push_back(*condition);
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
        object.select.distinct_on.push_back(coerce(item).node);
    }
}

// The tables of a join as SQLAlchemy names them behind OF: the right one first.
void add_names(const sql::Source& source, std::vector<std::string>& into) {
    if (const auto* join = std::get_if<sql::Source::Join>(&source.node)) {
        add_names(*join->right, into);
        add_names(*join->left, into);
    } else if (const auto* table = std::get_if<sql::TableRef>(&source.node)) {
        into.push_back(table->alias.value_or(table->name));
    }
}

// What with_for_update(of=) names: a column, a table, a join.
std::vector<std::string> names_behind_of(const Value& value) {
    if (auto* column = value.native<ColumnObject>()) return {column->source_name};
    std::vector<std::string> names;
    auto* from = from_object(value);
    if (!from) return {string_of(value, "of")};
    add_names(*from->source, names);
    if (names.empty()) names.push_back(from->attribute_name());
    return names;
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
    const auto given = bound["of"].is(lang::Type::list) || bound["of"].is(lang::Type::tuple)
                           ? bound["of"].to_vector()
                           : std::vector<Value>{bound["of"]};
    std::set<std::string> known;
    const Database* database = object.session().database;
    for (const auto& each : given) {
        if (each.is_none()) continue;
        for (const std::string& name : names_behind_of(each)) {
            if (name.empty() || !known.insert(name).second) continue;
            of += of.empty() ? " OF " : ", ";
            of += database && !name.starts_with('\x01') ? database->quoted(name) : name;
        }
    }
    object.select.for_update = text + of +
                               (flag("skip_locked") ? " SKIP LOCKED"
                                : flag("nowait")    ? " NOWAIT"
                                                    : "");
}

void set_limit(SelectObject& object, Call& call, ExpressionPtr sql::Select::*part) {
    object.select.*part = call[0].is_none() ? nullptr : coerce(call[0]).node;
    if (part == &sql::Select::limit) object.select.fetch = false;
}

// fetch(count, with_ties=False, percent=False)
void set_fetch(SelectObject& object, Call& call) {
    set_limit(object, call, &sql::Select::limit);
    object.select.fetch = object.select.limit != nullptr;
    object.select.with_ties = call.get(1, "with_ties").truth();
    object.select.percent = call.get(2, "percent").truth();
}

// Whether words for this dialect are for the one that the script runs on; "*" is for each.
bool concerns(const Session& session, const Value& dialect) {
    if (!dialect.is_string() || dialect.as_string() == "*" || !session.database) return true;
    const auto names = session.database->dialect_names();
    return std::ranges::find(names, dialect.as_string()) != names.end();
}

// prefix_with("SQL_NO_CACHE", dialect="mysql"), suffix_with("...")
void add_words(SelectObject& object, Call& call, std::vector<std::string>& words, const char* what) {
    const Value* dialect = call.keyword("dialect");
    if (dialect && !concerns(object.session(), *dialect)) return;
    for (const auto& item : call.args()) words.push_back(coerce_text(item, what));
}

// with_statement_hint("...", dialect_name="mysql"): at the end of the statement.
void add_statement_hint(SelectObject& object, Call& call) {
    if (concerns(object.session(), call.get(1, "dialect_name")))
        object.select.suffixes.push_back(string_of(call[0], "text"));
}

// with_hint(table, "USE INDEX (ix)", dialect_name="mysql")
void add_hint(SelectObject& object, Call& call) {
    const Value& table = call.get(0, "selectable");
    auto* from = from_object(table);
    if (!from)
        lang::raise_error("TypeError", fmt::format("with_hint() takes a table, got {}", described(table)));
    if (concerns(object.session(), call.get(2, "dialect_name")))
        object.hints.emplace_back(from->source, string_of(call.get(1, "text"), "text"));
}

// correlate(table, ...), correlate(None); correlate_except(...)
void set_correlation(SelectObject& object, Call& call, bool except) {
    sql::Select::Correlation correlation{except, {}};
    if (object.select.correlation && object.select.correlation->except == except)
        correlation = *object.select.correlation;
    for (const auto& item : call.args()) {
        if (item.is_none() || item.is(lang::Type::boolean)) {
            correlation.sources.clear();
            break;
        }
        auto* from = from_object(item);
        if (!from)
            lang::raise_error("TypeError", fmt::format("correlate() takes tables, got {}", described(item)));
        correlation.sources.push_back(*from->source);
    }
    object.select.correlation = std::move(correlation);
}

// add_cte(cte): in the WITH, whether the statement reads from it or not.
void add_cte(SelectObject& object, Call& call) {
    for (const auto& item : call.args()) {
        auto* from = from_object(item);
        const auto* cte = from ? std::get_if<sql::Cte>(&from->source->node) : nullptr;
        if (!cte)
            lang::raise_error("TypeError",
                              fmt::format("add_cte() takes what cte() gives, got {}", described(item)));
        object.select.with.push_back(*cte);
    }
}

void set_label_style(SelectObject& object, bool labels) {
    object.labels = labels;
    if (!labels) return;
    for (auto& column : object.columns) column = labelled(object, column);
}

// slice(start, stop)
void set_slice(SelectObject& object, Call& call) {
    std::int64_t start = call[0].is_none() ? 0 : call[0].as_int();
    if (start) object.select.offset = coerce(Value(start)).node;
    if (!call[1].is_none()) object.select.limit = coerce(Value(call[1].as_int() - start)).node;
}

constexpr const char* labels_with_table = "LABEL_STYLE_TABLENAME_PLUS_COL";

using Change = void (*)(SelectObject&, Call&);

const std::map<std::string_view, Change, std::less<>>& changes() {
    static const std::map<std::string_view, Change, std::less<>> table{
        {"where", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"filter", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::where); }},
        {"having", [](SelectObject& s, Call& c) { add_conditions(s, c.args(), &sql::Select::having); }},
        {"order_by", [](SelectObject& s, Call& c) { add_list(c.args(), s.select.order_by); }},
        {"group_by", [](SelectObject& s, Call& c) { add_list(c.args(), s.select.group_by); }},
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
             const Value* kept = c.keyword("maintain_column_froms");
             if (!kept || !kept->truth()) s.found.clear();
             for (const auto& item : c.args()) add_entity(s, item);
         }},
        {"prefix_with",
         [](SelectObject& s, Call& c) { add_words(s, c, s.select.prefixes, "prefix_with()"); }},
        {"suffix_with",
         [](SelectObject& s, Call& c) { add_words(s, c, s.select.suffixes, "suffix_with()"); }},
        {"with_for_update", set_for_update},
        {"add_cte", add_cte},
        {"correlate", [](SelectObject& s, Call& c) { set_correlation(s, c, false); }},
        {"correlate_except", [](SelectObject& s, Call& c) { set_correlation(s, c, true); }},
        {"options", [](SelectObject&, Call&) {}}, // how the ORM loads: the rows are the same
        {"with_hint", add_hint},
        {"with_statement_hint", add_statement_hint},
        {"set_label_style",
         [](SelectObject& s, Call& c) { set_label_style(s, c[0].str() == labels_with_table); }},
        {"apply_labels", [](SelectObject& s, Call&) { set_label_style(s, true); }},
        {"with_labels", [](SelectObject& s, Call&) { set_label_style(s, true); }},
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

// Which of its members' columns a union gives to the script is not known here.
void refuse_selected_expressions(const SelectObject& member) {
    for (const auto& column : member.columns)
        if (selected_expression(column.native<ExpressionObject>()->expression()))
            lang::raise_error(
                "NotImplementedError",
                "a union of columns whose type has a column_expression() is not available to orch: "
                "call the function in the members");
}

Value compound(const Value& left, std::span<const Value> others, const char* op) {
    refuse_selected_expressions(*left.native<SelectObject>());
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
        refuse_selected_expressions(*select);
        object.select.compounds.emplace_back(op, std::make_shared<const sql::Select>(select->statement()));
    }
    return result;
}

std::string name_argument(Call& call) { return optional_string(call.get(0, "name"), "name").value_or(""); }

// A select as a value, or EXISTS of one: grows by where() as the select does.
class SubqueryObject : public ExpressionObject {
  public:
    SubqueryObject(Session& session, Value select, bool exists)
        : ExpressionObject(session), select_(std::move(select)), exists_(exists) {}
    std::string type_name() const override { return exists_ ? "Exists" : "ScalarSelect"; }
    Expr expression() const override {
        if (!exists_) return select_.native<SelectObject>()->scalar();
        static const TypePtr boolean = std::make_shared<const schema::Type>(plain_type("Boolean"));
        auto statement = std::make_shared<const sql::Select>(select_.native<SelectObject>()->statement());
        return {sql::make({sql::Subquery{std::move(statement), std::nullopt, "EXISTS"}}), boolean, {}};
    }
    const Value& select() const { return select_; }
    std::optional<Value> get_attribute(std::string_view name) override {
        if (name == "element") return select_;
        if (name == "select")
            return lang::make_function(name, [self = Value(static_cast<lang::Object*>(this))](Call&) {
                return self.native<SubqueryObject>()->session().member("select").call({self});
            });
        if (!grows_by(name)) return ExpressionObject::get_attribute(name);
        Value method = select_.attribute(name);
        return lang::make_function(name, [this_session = &session(), method, exists = exists_](Call& call) {
            return lang::make<SubqueryObject>(*this_session,
                                              method.call({call.args().begin(), call.args().end()}), exists);
        });
    }
    void clear() override {
        ExpressionObject::clear();
        select_ = Value();
    }

  private:
    bool grows_by(std::string_view name) const {
        static constexpr std::array<std::string_view, 4> both{"where", "filter", "correlate",
                                                              "correlate_except"};
        return std::ranges::find(both, name) != both.end() || (exists_ && name == "select_from");
    }

    Value select_;
    bool exists_;
};

// The source with what with_hint() says of its tables.
sql::Source hinted(const SourcePtr& source, const std::vector<std::pair<SourcePtr, std::string>>& hints) {
    sql::Source result = *source;
    if (auto* join = std::get_if<sql::Source::Join>(&result.node)) {
        join->left = std::make_shared<const sql::Source>(hinted(join->left, hints));
        join->right = std::make_shared<const sql::Source>(hinted(join->right, hints));
    } else if (auto* table = std::get_if<sql::TableRef>(&result.node)) {
        for (const auto& [of, text] : hints)
            if (of == source) table->hint = text;
    }
    return result;
}

// Whether a window or an aggregate in it may name a column by a string.
bool names_columns(const sql::Expression& expression) {
    if (const auto* label = std::get_if<sql::Label>(&expression.node))
        return label->operand && names_columns(*label->operand);
    return std::holds_alternative<sql::Over>(expression.node) ||
           std::holds_alternative<sql::Aggregate>(expression.node) ||
           std::holds_alternative<sql::Function>(expression.node);
}

} // namespace

sql::Select SelectObject::statement(bool outermost) const {
    sql::Select result = select;
    const References references(*this);
    for (auto& each : result.order_by) each = references(each, !select.compounds.empty());
    for (auto& each : result.group_by) each = references(each, false);
    if (!select.compounds.empty() && select.compounds.front().first.empty()) return result;
    result.columns.clear();
    for (const auto& column : columns) {
        const Expr expr = column.native<ExpressionObject>()->expression();
        result.columns.push_back((outermost ? selected_expression(expr).value_or(expr) : expr).node);
    }
    const auto add = [&](const SourcePtr& source) {
        result.from.push_back(hints.empty() ? *source : hinted(source, hints));
    };
    for (const auto& source : named) add(source);
    std::vector<SourcePtr> others = found;
    merge_froms(others, found_in_where);
    for (const auto& source : others) {
        bool there = std::any_of(named.begin(), named.end(),
                                 [&](const SourcePtr& each) { return holds(each, source); });
        if (!there) add(source);
    }
    Rewriter rewriter; // names in an OVER
    rewriter.column = [&](const sql::ColumnRef& column) { return references.inside(column); };
    rewriter.subquery = [](const sql::Subquery& subquery) { return std::optional(subquery); };
    for (auto* list : {&result.columns, &result.order_by, &result.group_by})
        for (auto& each : *list)
            if (names_columns(*each)) each = rewriter(each);
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
    object.found_in_where = found_in_where;
    object.sources = sources;
    object.entities = entities;
    object.entities_joined = entities_joined;
    object.hints = hints;
    object.labels = labels;
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

namespace {

// Every WITH stands in front of the whole statement, where there is nothing to correlate with.
void refuse_correlated_nesting(const SelectObject& object, Call& call) {
    if (!call.get(2, "nesting").truth() || !object.select.correlation ||
        object.select.correlation->sources.empty())
        return;
    lang::raise_error(
        "NotImplementedError",
        "cte(nesting=True) of a select with correlate() is not available to orch: make it a subquery()");
}

} // namespace

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
            auto& object = *self.native<SelectObject>();
            refuse_correlated_nesting(object, call);
            return make_cte(object.session(), self, name_argument(call), call.get(1, "recursive").truth());
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
            return lang::make<SubqueryObject>(self.native<SelectObject>()->session(), self, false);
        });
    }
    if (name == "self_group") return lang::make_function(name, [self](Call&) { return self; });
    if (name == "label") {
        return lang::make_function(name, [self](Call& call) {
            auto* object = self.native<SelectObject>();
            return make_expression(object->session(), object->scalar()).method("label", {call[0]});
        });
    }
    if (name == "exists")
        return lang::make_function(name, [self](Call&) {
            return lang::make<SubqueryObject>(self.native<SelectObject>()->session(), self, true);
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
    if (call.size() == 1 && call[0].native<SelectObject>())
        return lang::make<SubqueryObject>(session, call[0], true);
    // exists(select(...).scalar_subquery()): the same select
    if (auto* scalar = call.size() == 1 ? call[0].native<SubqueryObject>() : nullptr)
        return lang::make<SubqueryObject>(session, scalar->select(), true);
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
    return lang::make<SubqueryObject>(session, select, true);
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
        {"LABEL_STYLE_DEFAULT", [](Session&) { return Value("LABEL_STYLE_DISAMBIGUATE_ONLY"); }},
        {"LABEL_STYLE_DISAMBIGUATE_ONLY", [](Session&) { return Value("LABEL_STYLE_DISAMBIGUATE_ONLY"); }},
        {"LABEL_STYLE_NONE", [](Session&) { return Value("LABEL_STYLE_NONE"); }},
        {labels_with_table, [](Session&) { return Value(labels_with_table); }},
        {"exists",
         [](Session& s) {
             return lang::make_function("exists", [&s](Call& c) { return make_exists(s, c); });
         }},
    };
    return members;
}

} // namespace orch::script
