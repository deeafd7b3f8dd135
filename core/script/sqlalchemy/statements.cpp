// insert(), update(), delete(), and what execute() makes of any statement.
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

using Row = std::vector<std::pair<std::string, Value>>;

const TableObject& table_of(const Value& value) {
    if (auto* table = value.native<TableObject>()) return *table;
    lang::raise_error("TypeError", fmt::format("expected a table, got {}", described(value)));
}

std::string column_name(const Value& key) {
    if (auto* expression = key.native<ExpressionObject>()) return expression->key();
    return string_of(key, "column");
}

Row row_of(const Value& dict) {
    Row result;
    for (const auto& [key, value] : dict.entries()) result.emplace_back(column_name(key), value);
    return result;
}

// The column's own name and type for a key of a row. Tables of sa.table() without columns take any name.
const ColumnObject* column_of(const TableObject& table, const std::string& key) {
    const Value* found = table.columns().find(key);
    return found ? found->native<ColumnObject>() : nullptr;
}

void refuse_unknown_column(const TableObject& table, const std::string& key) {
    if (column_of(table, key) || table.columns().columns.empty()) return;
    auto near = nearest(key, table.columns().attribute_names());
    lang::raise_error("KeyError", fmt::format("table '{}' has no column '{}'{}", table.table.name, key,
                                              near ? fmt::format(", did you mean '{}'?", *near) : ""));
}

Value call_default(const Value& callable) {
    try {
        return callable.call();
    } catch (const lang::Raised& error) {
        // SQLAlchemy hands its execution context to functions that take an argument.
        if (error.message().find("missing") == std::string::npos) throw;
        return callable.call({Value()});
    }
}

// Column(default=...) fills a value that a row leaves out, as SQLAlchemy does for INSERT.
void add_defaults(const TableObject& table, Row& row) {
    for (const auto& value : table.columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (!column || column->default_.is_none() || column->default_.native<SequenceObject>()) continue;
        bool given = std::any_of(row.begin(), row.end(),
                                 [&](const auto& pair) { return pair.first == column->key(); });
        if (given) continue;
        bool function = column->default_.is_callable() && !column->default_.native<ExpressionObject>();
        row.emplace_back(column->key(), function ? call_default(column->default_) : column->default_);
    }
}

Expr value_for(const TableObject& table, const std::string& key, const Value& value) {
    auto* column = column_of(table, key);
    TypePtr type = column && column->column.type_given ? column->shared_type() : nullptr;
    if (value.is_none()) return {sql::make({sql::Literal{sql::Null{}, type}}), type, {}};
    return coerce(value, type);
}

std::string stored_name(const TableObject& table, const std::string& key) {
    auto* column = column_of(table, key);
    return column ? column->column.name : key;
}

// SQLAlchemy writes columns in the table's order, whatever the dict's is.
Row in_table_order(const TableObject& table, Row row) {
    auto keys = table.columns().attribute_names();
    auto position = [&](const auto& pair) {
        return std::find(keys.begin(), keys.end(), pair.first) - keys.begin();
    };
    std::stable_sort(row.begin(), row.end(),
                     [&](const auto& a, const auto& b) { return position(a) < position(b); });
    return row;
}

sql::Insert insert_of(const TableObject& table, const std::vector<Row>& rows) {
    sql::Insert result;
    result.table = table.reference();
    if (rows.empty()) return result;
    Row first = in_table_order(table, rows[0]);
    for (const auto& [key, value] : first) {
        refuse_unknown_column(table, key);
        auto* column = column_of(table, key);
        result.columns.push_back(stored_name(table, key));
        result.types.push_back(column && column->column.type_given ? column->shared_type() : nullptr);
    }
    for (const auto& row : rows) {
        std::vector<ExpressionPtr> cells;
        for (const auto& [key, unused] : first) {
            auto found = std::find_if(row.begin(), row.end(),
                                      [&key = key](const auto& pair) { return pair.first == key; });
            if (found == row.end())
                lang::raise_error(
                    "ValueError",
                    fmt::format("a row for table '{}' has no value for '{}', which the first row has",
                                table.table.name, key));
            cells.push_back(value_for(table, key, found->second).node);
        }
        for (const auto& [key, unused] : row) refuse_unknown_column(table, key);
        result.rows.push_back(std::move(cells));
    }
    return result;
}

// A subquery leaves out of its FROM what the statement around it has, as long as something is left.
sql::Query correlated(const sql::Query& query, const std::vector<sql::TableRef>& outer) {
    auto is_outer = [&](const sql::Source& source) {
        const auto* table = std::get_if<sql::TableRef>(&source.node);
        return table && std::any_of(outer.begin(), outer.end(), [&](const sql::TableRef& each) {
                   return each.name == table->name && each.schema == table->schema &&
                          each.alias == table->alias;
               });
    };
    Rewriter rewriter;
    rewriter.subquery = [&](const sql::Subquery& subquery) -> std::optional<sql::Subquery> {
        sql::Select select = *subquery.select;
        std::vector<sql::Source> kept;
        for (const auto& source : select.from) {
            if (!is_outer(source)) kept.push_back(source);
        }
        if (kept.empty() || kept.size() == select.from.size()) return std::nullopt;
        select.from = std::move(kept);
        sql::Subquery changed = subquery;
        changed.select = std::make_shared<const sql::Select>(std::move(select));
        return changed;
    };
    return rewriter(query);
}

std::vector<sql::Source> other_sources(const std::vector<SourcePtr>& froms, const SourcePtr& own) {
    std::vector<sql::Source> result;
    for (const auto& source : froms) {
        if (source != own) result.push_back(*source);
    }
    return result;
}

} // namespace

// --- Building the plain statements.

sql::Insert DmlObject::make_insert(const std::vector<Value>& rows) const {
    const auto& into = table_of(table);
    std::vector<Row> all = values;
    if (!rows.empty()) {
        Row base = values.empty() ? Row{} : values[0];
        all.clear();
        for (const auto& dict : rows) {
            Row row = base;
            for (auto& pair : row_of(dict)) row.push_back(std::move(pair));
            all.push_back(std::move(row));
        }
    }
    if (all.empty()) all.emplace_back();
    sql::Insert result;
    if (auto* source = select.native<SelectObject>()) {
        result.table = into.reference();
        for (const auto& name : select_columns) result.columns.push_back(stored_name(into, name));
        result.types.resize(result.columns.size());
        result.select = std::make_shared<const sql::Select>(source->statement());
    } else {
        for (auto& row : all) add_defaults(into, row);
        result = insert_of(into, all);
    }
    result.returning = returning;
    return result;
}

sql::Update DmlObject::make_update(const std::vector<Value>& rows) const {
    const auto& target = table_of(table);
    sql::Update result;
    result.table = target.reference();
    Row row = values.empty() ? Row{} : values[0];
    for (const auto& dict : rows) {
        for (auto& [key, value] : row_of(dict)) {
            if (column_of(target, key)) row.emplace_back(key, value);
        }
    }
    for (const auto& value : target.columns().columns) {
        auto* column = value.native<ColumnObject>();
        bool given = !column || column->onupdate.is_none() ||
                     std::any_of(row.begin(), row.end(),
                                 [&](const auto& pair) { return pair.first == column->key(); });
        if (given) continue;
        bool function = column->onupdate.is_callable() && !column->onupdate.native<ExpressionObject>();
        row.emplace_back(column->key(), function ? call_default(column->onupdate) : column->onupdate);
    }
    if (row.empty())
        lang::raise_error(
            "ValueError",
            fmt::format("update() of table '{}' sets nothing: add .values(column=value)", target.table.name));
    std::vector<SourcePtr> sources = froms;
    for (const auto& [key, value] : in_table_order(target, std::move(row))) {
        refuse_unknown_column(target, key);
        Expr expr = value_for(target, key, value);
        if (!value.native<SelectObject>()) merge_froms(sources, expr.froms);
        result.values.emplace_back(stored_name(target, key), expr.node);
    }
    result.from = other_sources(sources, target.source);
    result.where = chain("AND", where);
    result.returning = returning;
    return result;
}

sql::Delete DmlObject::make_delete() const {
    const auto& target = table_of(table);
    sql::Delete result;
    result.table = target.reference();
    result.from = other_sources(froms, target.source);
    result.where = chain("AND", where);
    result.returning = returning;
    return result;
}

sql::Query DmlObject::statement(const std::vector<Value>& rows) const {
    sql::Query query;
    if (kind == insert)
        query = make_insert(rows);
    else if (kind == update)
        query = make_update(rows);
    else
        query = make_delete();
    return correlated(query, {table_of(table).reference()});
}

Value DmlObject::copy() const {
    Value result = lang::make<DmlObject>(session_, kind, table);
    auto& object = *result.native<DmlObject>();
    object.values = values;
    object.select_columns = select_columns;
    object.select = select;
    object.where = where;
    object.froms = froms;
    object.returning = returning;
    object.returning_types = returning_types;
    return result;
}

void DmlObject::clear() {
    lang::Native::clear();
    table = select = Value();
    values.clear();
}

// --- Methods.

namespace {

void add_values(DmlObject& object, Call& call) {
    if (call.size() > 1)
        lang::raise_error("TypeError", "values() takes a dict, a list of dicts, or column=value");
    if (call.size() == 1) {
        const Value& given = call[0];
        if (given.is(lang::Type::dict)) {
            object.values.push_back(row_of(given));
        } else {
            for (const auto& row : given.to_vector()) {
                if (!row.is(lang::Type::dict))
                    lang::raise_error("TypeError", "values() takes dicts: {\"column\": value}");
                object.values.push_back(row_of(row));
            }
        }
    }
    if (call.keywords().empty()) return;
    if (object.values.empty()) object.values.emplace_back();
    for (const auto& [name, value] : call.keywords()) {
        auto& row = object.values[0];
        std::string key(name.as_string());
        std::erase_if(row, [&](const auto& pair) { return pair.first == key; });
        row.emplace_back(key, value);
    }
}

void add_where(DmlObject& object, Call& call) {
    for (const auto& argument : call.args()) {
        Expr condition = coerce_sql(argument);
        merge_froms(object.froms, condition.froms);
        object.where.push_back(condition.node);
    }
}

void add_returning(DmlObject& object, Call& call) {
    for (const auto& argument : call.args()) {
        if (auto* from = from_object(argument)) {
            for (const auto& column : from->columns().columns) {
                Expr expr = coerce(column);
                object.returning.push_back(expr.node);
                object.returning_types.push_back(expr.type);
            }
            continue;
        }
        Expr expr = coerce_sql(argument);
        object.returning.push_back(expr.node);
        object.returning_types.push_back(expr.type);
    }
}

void set_select(DmlObject& object, Call& call) {
    object.select_columns = names_of(call[0], "columns");
    object.select = call[1];
    if (!object.select.native<SelectObject>())
        lang::raise_error("TypeError", "from_select() takes a list of columns and a select()");
}

using Change = void (*)(DmlObject&, Call&);

void nothing(DmlObject&, Call&) {}

const std::map<std::string_view, Change, std::less<>>& changes() {
    static const std::map<std::string_view, Change, std::less<>> table{
        {"values", add_values},       {"where", add_where},         {"filter", add_where},
        {"returning", add_returning}, {"from_select", set_select},  {"execution_options", nothing},
        {"inline", nothing},          {"return_defaults", nothing},
    };
    return table;
}

} // namespace

std::optional<Value> DmlObject::get_attribute(std::string_view name) {
    if (name == "table") return table;
    auto found = changes().find(name);
    if (found == changes().end()) return std::nullopt;
    if (kind == delete_ && name == "values") return std::nullopt;
    Value self(static_cast<lang::Object*>(this));
    return lang::make_function(name, [self, change = found->second](Call& call) {
        Value result = self.native<DmlObject>()->copy();
        change(*result.native<DmlObject>(), call);
        return result;
    });
}

std::vector<std::string> DmlObject::attribute_names() const {
    std::vector<std::string> result{"table"};
    for (const auto& [name, change] : changes()) result.emplace_back(name);
    return result;
}

namespace {

// insert(values=None), update(whereclause=None, values=None), delete(whereclause=None): 1.x gave them at
// once.
Value make_dml_object(Session& session, DmlObject::Kind kind, const Value& table, std::span<const Value> args,
                      Call& call) {
    if (!table.native<TableObject>())
        lang::raise_error("TypeError", fmt::format("expected a table, got {}", described(table)));
    Value result = lang::make<DmlObject>(session, kind, table);
    auto& object = *result.native<DmlObject>();
    std::size_t at = 0;
    if (kind != DmlObject::insert && at < args.size()) {
        if (!args[at].is_none()) {
            Expr condition = coerce_sql(args[at]);
            object.froms = condition.froms;
            object.where.push_back(condition.node);
        }
        ++at;
    }
    if (const Value* condition = call.keyword("whereclause"); condition && !condition->is_none()) {
        Expr expr = coerce_sql(*condition);
        object.froms = expr.froms;
        object.where.push_back(expr.node);
    }
    const Value* values = at < args.size() ? &args[at] : call.keyword("values");
    if (!values || values->is_none()) return result;
    return result.method("values", {*values});
}

DmlObject::Kind kind_of(std::string_view word) {
    return word == "insert" ? DmlObject::insert : word == "update" ? DmlObject::update : DmlObject::delete_;
}

Value dml_function(Session& session, const char* word) {
    return lang::make_function(word, [&session, kind = kind_of(word)](Call& call) {
        const Value* named = call.keyword("table");
        const Value& table = named ? *named : call[0];
        return make_dml_object(session, kind, table, call.args().subspan(named ? 0 : 1), call);
    });
}

// Parameters of the statement that execute() was given values for.
Rewriter parameter_rewriter(const Row& given, const Place& origin) {
    Rewriter rewriter;
    rewriter.text = [&given, origin](const sql::Text& text) -> std::optional<sql::Text> {
        sql::Text result = text;
        auto names = parameter_names(text.sql);
        for (const auto& [name, value] : given) {
            if (std::find(names.begin(), names.end(), name) == names.end()) continue;
            auto found = std::find_if(result.parameters.begin(), result.parameters.end(),
                                      [&name = name](const auto& p) { return p.name == name; });
            if (found == result.parameters.end())
                found =
                    result.parameters.insert(result.parameters.end(), {name, sql::Null{}, nullptr, false});
            found->value = datum_of(value, found->type);
            found->expanding =
                found->expanding || value.is(lang::Type::tuple); // IN :names, as drivers write a tuple
        }
        require_values(result, {}, origin);
        return result;
    };
    return rewriter;
}

sql::Select select_one(ExpressionPtr expression) {
    sql::Select result;
    result.columns = {std::move(expression)};
    return result;
}

[[noreturn]] void refuse_statement(const Value& statement) {
    lang::raise_error(
        "TypeError",
        fmt::format("expected a statement, got {}",
                    statement.is_string() ? "a string; write it as sa.text(\"...\")" : described(statement)));
}

} // namespace

Value make_dml(const std::string& word, const Value& table, Call& call) {
    return make_dml_object(table.native<TableObject>()->session(), kind_of(word), table, call.args(), call);
}

sql::Insert insert_rows(const TableObject& table, const std::vector<Value>& rows, const Place&) {
    std::vector<Row> all;
    for (const auto& row : rows) {
        all.push_back(row_of(row));
        add_defaults(table, all.back());
    }
    return insert_of(table, all);
}

std::vector<sql::Query> queries_of(const Value& statement, const std::vector<Value>& rows,
                                   const Place& origin) {
    auto* dml = statement.native<DmlObject>();
    if (dml && dml->kind == DmlObject::insert) return {parameter_rewriter({}, origin)(dml->statement(rows))};
    std::vector<sql::Query> result;
    std::vector<Value> sets = rows;
    if (sets.empty()) sets.push_back(Value::dict());
    for (const auto& set : sets) {
        sql::Query query;
        if (dml)
            query = dml->statement({set});
        else if (auto* select = statement.native<SelectObject>())
            query = select->statement();
        else if (auto* text = statement.native<TextObject>())
            query = text->text();
        else if (auto* expression = statement.native<ExpressionObject>())
            query = select_one(expression->expression().node);
        else
            refuse_statement(statement);
        Row given = row_of(set);
        result.push_back(parameter_rewriter(given, origin)(query));
    }
    return result;
}

namespace {

std::vector<TypePtr> text_types(const TextObject& text, const std::vector<std::string>& columns) {
    std::vector<TypePtr> result;
    for (const auto& column : columns) {
        auto found = std::find_if(text.result_columns.begin(), text.result_columns.end(),
                                  [&](const auto& each) { return each.first == column; });
        result.push_back(found == text.result_columns.end() ? nullptr : found->second);
    }
    return result;
}

} // namespace

std::vector<TypePtr> result_types(const Value& statement, const std::vector<std::string>& columns) {
    if (auto* text = statement.native<TextObject>()) return text_types(*text, columns);
    if (auto* select = statement.native<SelectObject>()) return select->types();
    if (auto* dml = statement.native<DmlObject>()) return dml->returning_types;
    if (auto* expression = statement.native<ExpressionObject>()) {
        return {expression->expression().type};
    }
    return {};
}

const Members& statement_members() {
    static const Members members = [] {
        Members result{
            {"insert", [](Session& s) { return dml_function(s, "insert"); }},
            {"update", [](Session& s) { return dml_function(s, "update"); }},
            {"delete", [](Session& s) { return dml_function(s, "delete"); }},
        };
        result.merge(Members(select_members()));
        return result;
    }();
    return members;
}

} // namespace orch::script
