// insert(), update(), delete(), and what execute() makes of any statement.
#include "script/sqlalchemy/statements.hpp"

#include "script/sqlalchemy/compiled.hpp"
#include "script/sqlalchemy/complete.hpp"
#include "script/sqlalchemy/conversion.hpp"
#include "script/sqlalchemy/rewrite.hpp"
#include "script/sqlalchemy/sources.hpp"
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
    if (auto* table = dynamic_cast<TableObject*>(from_object(value))) return *table;
    lang::raise_error("TypeError", fmt::format("expected a table, got {}", described(value)));
}

std::string column_name(const Value& key) {
    if (auto* expression = key.native<ExpressionObject>()) return expression->key();
    if (auto clause = key.is(lang::Type::instance) ? key.find_attribute("__clause_element__") : std::nullopt)
        return column_name(clause->call());
    return string_of(key, "column");
}

Row row_of(const Value& dict) {
    Row result;
    for (const auto& [key, value] : dict.entries()) result.emplace_back(column_name(key), value);
    return result;
}

Row row_of_pairs(const Value& pairs) {
    Row result;
    for (const auto& pair : pairs.to_vector()) {
        auto items = pair.to_vector();
        if (items.size() != 2) lang::raise_error("TypeError", "expected pairs of a column and its value");
        result.emplace_back(column_name(items[0]), items[1]);
    }
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

// INSERT ... SELECT takes the defaults of columns that it leaves out as columns of the SELECT.
void add_defaults(const TableObject& table, std::vector<std::string>& columns, sql::Select& select) {
    for (const auto& value : table.columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (!column || column->default_.is_none() || column->default_.native<SequenceObject>()) continue;
        if (std::find(columns.begin(), columns.end(), column->column.name) != columns.end()) continue;
        if (!select.compounds.empty())
            lang::raise_error(
                "ValueError",
                fmt::format("from_select(): a union cannot be given the default of column '{}': pass "
                            "its subquery() in a select(), or include_defaults=False",
                            column->column.name));
        bool function = column->default_.is_callable() && !column->default_.native<ExpressionObject>();
        Value given = function ? call_default(column->default_) : column->default_;
        columns.push_back(column->column.name);
        select.columns.push_back(coerce(given, column->shared_type()).node);
    }
}

Expr value_for(const TableObject& table, const std::string& key, const Value& value) {
    auto* column = column_of(table, key);
    TypePtr type = column && column->column.type_given ? column->shared_type() : nullptr;
    if (value.is_none()) return bound_expression(value, type);
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
    bool many = this->many;
    if (!rows.empty()) {
        many = false;
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
        sql::Select rows_from = source->statement();
        if (defaults) add_defaults(into, result.columns, rows_from);
        result.types.resize(result.columns.size());
        result.select = std::make_shared<const sql::Select>(std::move(rows_from));
    } else {
        for (auto& row : all) add_defaults(into, row);
        result = insert_of(into, all);
        result.multiinsert = !many;
    }
    result.returning = returning;
    result.prefixes = prefixes;
    result.on_conflict = on_conflict;
    result.on_duplicate_key = on_duplicate_key;
    return result;
}

sql::Update DmlObject::make_update(const std::vector<Value>& rows) const {
    const auto& target = table_of(table);
    sql::Update result;
    result.table = target.reference();
    result.table.hint = hint;
    Row row = values.empty() ? Row{} : values[0];
    for (const auto& dict : rows) {
        for (auto& [key, value] : row_of(dict)) {
            if (!column_of(target, key)) continue; // a parameter of the condition
            std::erase_if(row, [&key = key](const auto& pair) { return pair.first == key; });
            row.emplace_back(key, value);
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
    if (!ordered) row = in_table_order(target, std::move(row));
    for (const auto& [key, value] : row) {
        refuse_unknown_column(target, key);
        Expr expr = value_for(target, key, value);
        if (!value.native<SelectObject>()) merge_froms(sources, expr.froms);
        result.values.emplace_back(stored_name(target, key), expr.node);
    }
    result.from = other_sources(sources, target.source);
    result.prefixes = prefixes;
    result.where = chain("AND", where);
    result.returning = returning;
    return result;
}

sql::Delete DmlObject::make_delete() const {
    const auto& target = table_of(table);
    sql::Delete result;
    result.table = target.reference();
    result.table.hint = hint;
    result.from = other_sources(froms, target.source);
    result.prefixes = prefixes;
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
    return query;
}

Value DmlObject::copy() const {
    Value result = lang::make<DmlObject>(session_, kind, table);
    auto& object = *result.native<DmlObject>();
    object.values = values;
    object.select_columns = select_columns;
    object.defaults = defaults;
    object.select = select;
    object.where = where;
    object.froms = froms;
    object.returning = returning;
    object.returning_types = returning_types;
    object.returning_keys = returning_keys;
    object.prefixes = prefixes;
    object.hint = hint;
    object.dialect = dialect;
    object.on_conflict = on_conflict;
    object.on_duplicate_key = on_duplicate_key;
    object.ordered = ordered;
    object.many = many;
    return result;
}

void DmlObject::clear() {
    lang::Native::clear();
    table = select = Value();
    values.clear();
}

// --- Methods.

namespace {

// Adds to the one row that there is; a column that is given again takes the new value.
void put_values(DmlObject& object, const Row& added) {
    if (object.values.empty()) object.values.emplace_back();
    for (const auto& [key, value] : added) {
        auto& row = object.values[0];
        std::erase_if(row, [&key = key](const auto& pair) { return pair.first == key; });
        row.emplace_back(key, value);
    }
}

// values((1, "x")): in the order of the table's columns.
Row row_in_order(const DmlObject& object, const Value& values) {
    auto keys = table_of(object.table).columns().attribute_names();
    auto items = values.to_vector();
    if (items.size() > keys.size())
        lang::raise_error("ValueError",
                          fmt::format("values() got {} values for the {} columns of table '{}'", items.size(),
                                      keys.size(), table_of(object.table).table.name));
    Row row;
    for (std::size_t i = 0; i < items.size(); ++i) row.emplace_back(keys[i], items[i]);
    return row;
}

void add_values(DmlObject& object, Call& call) {
    if (call.size() > 1)
        lang::raise_error("TypeError", "values() takes a dict, a list of dicts, or column=value");
    if (call.size() == 1) {
        const Value& given = call[0];
        if (given.is(lang::Type::dict)) {
            put_values(object, row_of(given));
        } else {
            auto rows = given.to_vector();
            bool one = given.is(lang::Type::tuple) && !rows.empty() && !rows[0].is(lang::Type::dict) &&
                       !rows[0].is(lang::Type::tuple) && !rows[0].is(lang::Type::list);
            if (one) return put_values(object, row_in_order(object, given));
            object.many = true;
            for (const auto& row : rows)
                object.values.push_back(row.is(lang::Type::dict) ? row_of(row) : row_in_order(object, row));
        }
    }
    Row named;
    for (const auto& [name, value] : call.keywords())
        named.emplace_back(std::string(name.as_string()), value);
    if (!named.empty()) put_values(object, named);
}

// update().ordered_values(("a", 1), ("b", 2)): SET in this order.
void ordered_values(DmlObject& object, Call& call) {
    Row row;
    for (const auto& pair : call.args()) {
        auto items = pair.to_vector();
        if (items.size() != 2)
            lang::raise_error("TypeError", "ordered_values() takes pairs: (column, value)");
        row.emplace_back(column_name(items[0]), items[1]);
    }
    object.ordered = true;
    put_values(object, row);
}

void add_where(DmlObject& object, Call& call) {
    for (const auto& argument : call.args()) {
        Expr condition = as_condition(argument);
        merge_froms(object.froms, condition.froms);
        object.where.push_back(condition.node);
    }
}

// filter_by(name="x")
void filter_by(DmlObject& object, Call& call) {
    for (const auto& [name, value] : call.keywords()) {
        Value column = table_of(object.table).columns().subscript(name);
        Value condition = *column.native<ExpressionObject>()->binary(lang::Operator::equal, value, false);
        object.where.push_back(as_condition(condition).node);
    }
}

void add_returning(DmlObject& object, Call& call) {
    for (const auto& argument : call.args()) {
        if (auto* from = from_object(argument)) {
            for (const auto& column : from->columns().columns) {
                Expr expr = coerce(column);
                object.returning.push_back(selected_expression(expr).value_or(expr).node);
                object.returning_types.push_back(expr.type);
                object.returning_keys.push_back(column.native<ExpressionObject>()->key());
            }
            continue;
        }
        Expr expr = coerce_sql(argument);
        object.returning.push_back(selected_expression(expr).value_or(expr).node);
        object.returning_types.push_back(expr.type);
        auto* named = argument.native<ExpressionObject>();
        object.returning_keys.push_back(named ? named->key() : "");
    }
}

// --- INSERT ... ON CONFLICT and ON DUPLICATE KEY UPDATE.

std::vector<sql::Assignment> assignments_of(const DmlObject& object, const Row& row) {
    const auto& table = table_of(object.table);
    std::vector<sql::Assignment> result;
    for (const auto& [key, value] : row) {
        refuse_unknown_column(table, key);
        result.emplace_back(stored_name(table, key), value_for(table, key, value).node);
    }
    return result;
}

void set_target(const DmlObject& object, sql::OnConflict& conflict, const lang::Bound& bound) {
    const Value& constraint = bound["constraint"];
    if (auto* given = constraint.native<ConstraintObject>()) {
        conflict.constraint = optional_string(*given->get_attribute("name"), "constraint");
        const auto* unique = std::get_if<schema::Unique>(&given->constraint);
        const auto* key = std::get_if<schema::PrimaryKey>(&given->constraint);
        if (!conflict.constraint && !unique && !key)
            lang::raise_error("ValueError", "constraint=: expected one with a name or with columns");
        if (!conflict.constraint)
            for (const std::string& column : unique ? unique->columns : key->columns)
                conflict.target.push_back(sql::make({sql::ColumnRef{{}, {}, column, nullptr}}));
    } else if (auto* index = constraint.native<IndexObject>()) { // one is told by its columns
        for (const auto& element : index->index.elements)
            conflict.target.push_back(element.expression
                                          ? element.expression
                                          : sql::make({sql::ColumnRef{{}, {}, element.column, nullptr}}));
        const auto where = index->index.options.find(object.dialect + "_where");
        const auto* condition = where == index->index.options.end()
                                    ? nullptr
                                    : std::get_if<schema::ExpressionPtr>(&where->second.value);
        if (condition) conflict.target_where = *condition;
    } else
        conflict.constraint = optional_string(constraint, "constraint");
    if (!bound["index_elements"].is_none()) {
        for (const auto& element : bound["index_elements"].to_vector()) {
            conflict.target.push_back(
                element.is_string()
                    ? sql::make({sql::ColumnRef{{}, {}, std::string(element.as_string()), nullptr}})
                    : coerce(element).node);
        }
    }
    if (!bound["index_where"].is_none()) conflict.target_where = as_condition(bound["index_where"]).node;
}

void on_conflict_do_nothing(DmlObject& object, Call& call) {
    static const lang::Signature signature(
        "on_conflict_do_nothing(constraint=None, index_elements=None, index_where=None)");
    sql::OnConflict conflict;
    set_target(object, conflict, signature.bind(call));
    object.on_conflict = std::move(conflict);
}

void on_conflict_do_update(DmlObject& object, Call& call) {
    static const lang::Signature signature("on_conflict_do_update(constraint=None, index_elements=None, "
                                           "index_where=None, set_=None, where=None)");
    auto bound = signature.bind(call);
    sql::OnConflict conflict;
    set_target(object, conflict, bound);
    if (conflict.target.empty() && !conflict.constraint)
        lang::raise_error("ValueError", "on_conflict_do_update() needs index_elements= or constraint=: which "
                                        "conflict is meant");
    const Value& set = bound["set_"];
    if (set.native<ColumnCollection>()) { // set_=statement.excluded
        Row row;
        for (const auto& column : set.to_vector())
            row.emplace_back(column.native<ExpressionObject>()->key(), column);
        conflict.set = assignments_of(object, row);
    } else if (!set.is_none()) {
        conflict.set = assignments_of(object, set.is(lang::Type::dict) ? row_of(set) : row_of_pairs(set));
    }
    if (conflict.set.empty())
        lang::raise_error("ValueError", "set_: expected {\"column\": value}, got nothing");
    if (!bound["where"].is_none()) conflict.where = as_condition(bound["where"]).node;
    object.on_conflict = std::move(conflict);
}

void on_duplicate_key_update(DmlObject& object, Call& call) {
    Row row;
    if (call.size() == 1 && call[0].is(lang::Type::dict))
        row = row_of(call[0]);
    else if (call.size() > 0)
        row =
            row_of_pairs(call.size() == 1 ? call[0] : Value::list({call.args().begin(), call.args().end()}));
    for (const auto& [name, value] : call.keywords()) row.emplace_back(std::string(name.as_string()), value);
    object.on_duplicate_key = assignments_of(object, row);
}

// statement.excluded of PostgreSQL and SQLite, statement.inserted of MySQL: the row that was to be inserted.
Value proposed_row(const DmlObject& object, bool excluded) {
    Value result = lang::make<ColumnCollection>();
    auto& columns = result.native<ColumnCollection>()->columns;
    for (const auto& value : table_of(object.table).columns().columns) {
        auto* column = value.native<ColumnObject>();
        if (!column) continue;
        const std::string& name = column->column.name;
        sql::ExpressionPtr node =
            excluded ? sql::make({sql::ColumnRef{{}, "excluded", name, column->shared_type()}})
                     : sql::make(
                           {sql::Function{{"VALUES"}, {sql::make({sql::ColumnRef{{}, {}, name, nullptr}})}}});
        columns.push_back(
            make_expression(object.session(), {node, column->shared_type(), {}}, column->key()));
    }
    return result;
}

void add_prefix(DmlObject& object, Call& call) {
    for (const auto& word : call.args()) object.prefixes.push_back(coerce_text(word, "prefix_with()"));
}

// with_hint("ONLY", dialect_name="postgresql"): of the table that is written.
void set_hint(DmlObject& object, Call& call) {
    static const lang::Signature signature("with_hint(text, selectable=None, dialect_name='*')");
    auto bound = signature.bind(call);
    const auto* database = object.session().database;
    const std::string dialect = string_of(bound["dialect_name"], "dialect_name");
    if (dialect != "*" && database) {
        const auto names = database->dialect_names();
        if (std::find(names.begin(), names.end(), dialect) == names.end()) return;
    }
    auto* other = from_object(bound["selectable"]);
    if (other && other != from_object(object.table))
        lang::raise_error("NotImplementedError",
                          "with_hint() of another table than the statement's own is not available to orch");
    object.hint = string_of(bound["text"], "text");
}

void set_select(DmlObject& object, Call& call) {
    object.select_columns = names_of(call[0], "columns");
    object.select = call[1];
    const Value defaults = call.get(2, "include_defaults");
    object.defaults = defaults.is_none() || defaults.truth();
    if (auto statement = object.select.find_attribute("__orm_statement__")) object.select = statement->call();
    if (!object.select.native<SelectObject>())
        lang::raise_error("TypeError", "from_select() takes a list of columns and a select()");
}

using Change = void (*)(DmlObject&, Call&);

void nothing(DmlObject&, Call&) {}

const std::map<std::string_view, Change, std::less<>>& changes() {
    static const std::map<std::string_view, Change, std::less<>> table{
        {"values", add_values},      {"ordered_values", ordered_values}, {"where", add_where},
        {"filter", add_where},       {"filter_by", filter_by},           {"returning", add_returning},
        {"from_select", set_select}, {"prefix_with", add_prefix},        {"execution_options", nothing},
        {"inline", nothing},         {"return_defaults", nothing},       {"options", nothing},
        {"with_hint", set_hint},
    };
    return table;
}

const std::map<std::string_view, Change, std::less<>>& upserts(std::string_view dialect) {
    static const std::map<std::string_view, Change, std::less<>> none,
        mysql{{"on_duplicate_key_update", on_duplicate_key_update}},
        others{{"on_conflict_do_nothing", on_conflict_do_nothing},
               {"on_conflict_do_update", on_conflict_do_update}};
    return dialect.empty() ? none : dialect == "mysql" || dialect == "mariadb" ? mysql : others;
}

// Which statement has which of the methods.
bool has_method(const DmlObject& object, std::string_view name) {
    if (name == "values") return object.kind != DmlObject::delete_;
    if (name == "ordered_values") return object.kind == DmlObject::update;
    if (name == "where" || name == "filter" || name == "filter_by") return object.kind != DmlObject::insert;
    if (name == "from_select" || name == "inline" || name == "return_defaults")
        return object.kind != DmlObject::delete_;
    return true;
}

} // namespace

std::optional<Value> DmlObject::get_attribute(std::string_view name) {
    if (name == "table") return table;
    if (name == "excluded" && !dialect.empty()) return proposed_row(*this, true);
    if (name == "inserted" && !dialect.empty()) return proposed_row(*this, false);
    Value self(static_cast<lang::Object*>(this));
    if (name == "compile")
        return lang::make_function(name, [self](Call& call) { return compile(self, call); });
    if (name == "cte") {
        return lang::make_function(name, [self](Call& call) {
            return make_cte(self.native<DmlObject>()->session(), self,
                            optional_string(call.get(0, "name"), "name").value_or(""), false);
        });
    }
    auto found = changes().find(name);
    if (found == changes().end() || !has_method(*this, name)) {
        found = upserts(dialect).find(name);
        if (found == upserts(dialect).end()) return std::nullopt;
    }
    return lang::make_function(name, [self, change = found->second](Call& call) {
        Value result = self.native<DmlObject>()->copy();
        change(*result.native<DmlObject>(), call);
        return result;
    });
}

std::vector<std::string> DmlObject::attribute_names() const {
    std::vector<std::string> result{"table", "cte"};
    for (const auto& [name, change] : changes()) {
        if (has_method(*this, name)) result.emplace_back(name);
    }
    for (const auto& [name, change] : upserts(dialect)) result.emplace_back(name);
    return result;
}

namespace {

// insert(values=None), update(whereclause=None, values=None), delete(whereclause=None): 1.x gave them at
// once.
Value make_dml_object(Session& session, DmlObject::Kind kind, const Value& table, std::span<const Value> args,
                      Call& call) {
    table_of(table);
    Value result = lang::make<DmlObject>(session, kind, table);
    auto& object = *result.native<DmlObject>();
    std::size_t at = 0;
    if (kind != DmlObject::insert && at < args.size()) {
        if (!args[at].is_none()) {
            Expr condition = as_condition(args[at]);
            object.froms = condition.froms;
            object.where.push_back(condition.node);
        }
        ++at;
    }
    if (const Value* ordered = call.keyword("preserve_parameter_order")) object.ordered = ordered->truth();
    if (const Value* prefixes = call.keyword("prefixes"); prefixes && !prefixes->is_none())
        for (const auto& word : prefixes->to_vector())
            object.prefixes.push_back(coerce_text(word, "prefixes"));
    if (const Value* condition = call.keyword("whereclause"); condition && !condition->is_none()) {
        Expr expr = as_condition(*condition);
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

// A function is selected; SQL of a script's own element is a statement as it is.
sql::Query of_expression(ExpressionPtr expression) {
    if (const auto* text = std::get_if<sql::Text>(&expression->node)) return *text;
    return select_one(std::move(expression));
}

[[noreturn]] void refuse_statement(const Value& statement) {
    lang::raise_error(
        "TypeError",
        fmt::format("expected a statement, got {}",
                    statement.is_string() ? "a string; write it as sa.text(\"...\")" : described(statement)));
}

} // namespace

std::optional<Value> dialect_insert(Session& session, std::string_view dialect, std::string_view name) {
    if (name != "insert" && name != "Insert") return std::nullopt;
    return lang::make_function("insert", [&session, dialect = std::string(dialect)](Call& call) {
        const Value* named = call.keyword("table");
        const Value& table = named ? *named : call[0];
        Value result =
            make_dml_object(session, DmlObject::insert, table, call.args().subspan(named ? 0 : 1), call);
        result.native<DmlObject>()->dialect = dialect;
        return result;
    });
}

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
    auto* select = statement.native<SelectObject>();
    auto* text = statement.native<TextObject>();
    auto* expression = statement.native<ExpressionObject>();
    if (!dml && !select && !expression) refuse_statement(statement);
    const Session& session = dml ? dml->session() : select ? select->session() : expression->session();
    auto complete = [&](const sql::Query& query, const Row& given) {
        return parameter_rewriter(given, origin)(text ? query : completed(query, session));
    };
    if (dml && dml->kind == DmlObject::insert && !dml->select.native<SelectObject>())
        return {complete(dml->statement(rows), {})};
    std::vector<sql::Query> result;
    std::vector<Value> sets = rows;
    if (sets.empty()) sets.push_back(Value::dict());
    for (const auto& set : sets) {
        sql::Query query;
        if (dml)
            query = dml->statement({set});
        else if (select)
            query = select->statement(true);
        else if (text)
            query = text->text();
        else
            query = of_expression(expression->expression().node);
        result.push_back(complete(query, row_of(set)));
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
