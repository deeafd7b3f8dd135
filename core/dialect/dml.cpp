// SELECT, INSERT, UPDATE and DELETE.
#include "base/error.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace orch::dialect {

namespace {

using Row = std::vector<schema::ExpressionPtr>;

const schema::Type* type_at(const sql::Insert& insert, std::size_t column) {
    return column < insert.types.size() ? insert.types[column].get() : nullptr;
}

const sql::Literal* literal_in(const schema::ExpressionPtr& cell) {
    return cell ? std::get_if<sql::Literal>(&cell->node) : nullptr;
}

/// Rows of values alone, every column given: one statement can be executed for all of them.
bool only_values(const std::vector<Row>& rows) {
    return std::ranges::all_of(rows, [](const Row& row) {
        return std::ranges::all_of(row, [](const auto& cell) { return literal_in(cell); });
    });
}

/// An insert of one of the rows, without the columns that this row leaves out.
sql::Insert one_row(const sql::Insert& whole, const Row& row) {
    sql::Insert out;
    out.table = whole.table;
    out.returning = whole.returning;
    out.rows.emplace_back();
    for (std::size_t i = 0; i < whole.columns.size() && i < row.size(); ++i) {
        if (!row[i]) continue;
        out.columns.push_back(whole.columns[i]);
        out.types.push_back(i < whole.types.size() ? whole.types[i] : nullptr);
        out.rows.front().push_back(row[i]);
    }
    return out;
}

void check_row(const sql::Insert& insert, const Row& row) {
    if (row.size() != insert.columns.size())
        throw Error(Fault::script, fmt::format("a row for table '{}' has {} values, expected {}",
                                               insert.table.name, row.size(), insert.columns.size()));
}

/// Names for the columns of a result that have none, counted for each kind as SQLAlchemy does: count_1,
/// anon_1.
class Labels {
  public:
    std::string next(const std::string& stem) { return fmt::format("{}_{}", stem, ++counts_[stem]); }

  private:
    std::map<std::string, int> counts_;
};

} // namespace

std::string AnsiCompiler::source(const sql::Source& source, Scope& scope) const {
    if (const auto* table = std::get_if<sql::TableRef>(&source.node))
        return table_name(table->schema, table->name) + (table->alias ? " AS " + quote(*table->alias) : "");
    if (const auto* query = std::get_if<sql::Subquery>(&source.node))
        return "(" + select(*query->select, scope) + ")" +
               (query->alias ? " AS " + quote(*query->alias) : "");
    const auto& join = std::get<sql::Source::Join>(source.node);
    const std::string_view word = join.full    ? " FULL OUTER JOIN "
                                  : join.outer ? " LEFT OUTER JOIN "
                                               : grammar_.inner_join;
    std::string right = this->source(*join.right, scope);
    if (std::holds_alternative<sql::Source::Join>(join.right->node)) right = "(" + right + ")";
    std::string out = this->source(*join.left, scope);
    out += word;
    return out + right + " ON " + expression(join.on, scope);
}

std::string AnsiCompiler::select_list(const sql::Select& select, Scope& scope) const {
    Labels labels;
    std::string out;
    for (const auto& column : select.columns) {
        if (!out.empty()) out += ", ";
        out += expression(column, scope);
        if (const auto* label = std::get_if<sql::Label>(&column->node))
            out += " AS " + quote(label->name);
        else if (const auto* function = std::get_if<sql::Function>(&column->node))
            out += " AS " + quote(labels.next(function->name.back()));
        else if (const auto* cast = std::get_if<sql::Cast>(&column->node);
                 cast && cast->operand && std::holds_alternative<sql::ColumnRef>(cast->operand->node))
            out += " AS " + quote(std::get<sql::ColumnRef>(cast->operand->node).name);
        else if (!std::holds_alternative<sql::ColumnRef>(column->node) &&
                 !std::holds_alternative<sql::Text>(column->node))
            out += " AS " + labels.next("anon");
    }
    return out;
}

std::string AnsiCompiler::select(const sql::Select& query, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    std::string out = query.distinct ? "SELECT DISTINCT " : "SELECT ";
    out += query.columns.empty() ? "*" : select_list(query, scope);
    for (std::size_t i = 0; i < query.from.size(); ++i)
        out += (i == 0 ? " \nFROM " : ", ") + source(query.from[i], scope);
    if (query.where) out += " \nWHERE " + expression(query.where, scope);
    const auto list = [&](std::string_view words, const std::vector<schema::ExpressionPtr>& items) {
        std::string text;
        for (const auto& item : items) text += (text.empty() ? "" : ", ") + expression(item, scope);
        if (!text.empty()) (out += words) += text;
    };
    list(" GROUP BY ", query.group_by);
    if (query.having) out += " \nHAVING " + expression(query.having, scope);
    for (const auto& [word, right] : query.compounds) {
        out += " " + word + " ";
        out += select(*right, scope);
    }
    list(" ORDER BY ", query.order_by);
    out += limit(query, scope);
    if (query.for_update) out += for_update(*query.for_update);
    return out;
}

std::string AnsiCompiler::limit(const sql::Select& select, Scope& scope) const {
    std::string out;
    if (select.limit) out += "\n LIMIT " + expression(select.limit, scope);
    if (select.offset) out += (select.limit ? " OFFSET " : "\n OFFSET ") + expression(select.offset, scope);
    return out;
}

std::string AnsiCompiler::for_update(const std::string& kind) const { return " FOR " + kind; }

std::string AnsiCompiler::returning(const std::vector<schema::ExpressionPtr>& columns, Scope& outer) const {
    Scope scope = outer;
    if (grammar_.qualified_returning) scope.qualified = true;
    std::string out;
    for (const auto& column : columns) {
        out += (out.empty() ? " RETURNING " : ", ") + expression(column, scope);
        if (const auto* label = std::get_if<sql::Label>(&column->node)) out += " AS " + quote(label->name);
    }
    return out;
}

std::string AnsiCompiler::insert(const sql::Insert& insert, Scope& scope) const {
    std::string out = "INSERT INTO " + table_name(insert.table.schema, insert.table.name);
    if (!insert.columns.empty()) out += " (" + column_list(insert.columns) + ")";
    if (insert.select)
        out += " " + select(*insert.select, scope);
    else if (insert.columns.empty())
        out += " DEFAULT VALUES";
    else {
        std::string rows;
        for (const Row& row : insert.rows) {
            check_row(insert, row);
            std::string cells;
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i > 0) cells += ", ";
                // A column that a row leaves out while others of the same statement have it is NULL.
                cells += typed(row[i], type_at(insert, i), scope);
            }
            rows += (rows.empty() ? "(" : ", (") + cells + ")";
        }
        out += " VALUES " + rows;
    }
    return out + returning(insert.returning, scope);
}

std::string AnsiCompiler::update(const sql::Update& update, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    std::string values;
    for (const auto& [column, value] : update.values)
        values += (values.empty() ? "" : ", ") + quote(column) + "=" + operand(value, "()", scope);
    std::string out = "UPDATE " + table_name(update.table.schema, update.table.name);
    if (update.table.alias) out += " AS " + quote(*update.table.alias);
    out += " SET " + values;
    for (std::size_t i = 0; i < update.from.size(); ++i)
        out += (i == 0 ? " FROM " : ", ") + source(update.from[i], scope);
    if (update.where) out += " WHERE " + expression(update.where, scope);
    return out + returning(update.returning, scope);
}

std::string AnsiCompiler::delete_(const sql::Delete& query, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    std::string out = "DELETE FROM " + table_name(query.table.schema, query.table.name);
    if (query.table.alias) out += " AS " + quote(*query.table.alias);
    for (std::size_t i = 0; i < query.from.size(); ++i)
        out += (i == 0 ? " USING " : ", ") + source(query.from[i], scope);
    if (query.where) out += " WHERE " + expression(query.where, scope);
    return out + returning(query.returning, scope);
}

namespace {

/// The insert whose rows are values alone and can be one statement with many sets of parameters, or null.
const sql::Insert* executed_many_times(const sql::Query& query, Values values) {
    const auto* insert = std::get_if<sql::Insert>(&query);
    const bool many = insert && !insert->select && insert->multiinsert && insert->rows.size() > 1;
    return many && values == Values::parameters && only_values(insert->rows) ? insert : nullptr;
}

} // namespace

std::vector<std::vector<sql::Datum>> AnsiCompiler::parameter_sets(const sql::Insert& insert) const {
    std::vector<std::vector<sql::Datum>> sets;
    sets.reserve(insert.rows.size());
    for (const Row& row : insert.rows) {
        check_row(insert, row);
        std::vector<sql::Datum>& set = sets.emplace_back();
        set.reserve(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            const sql::Literal& cell = *literal_in(row[i]);
            set.push_back(bind(cell.value, cell.type ? cell.type.get() : type_at(insert, i)));
        }
    }
    return sets;
}

Statement AnsiCompiler::query(const sql::Query& query, Output& output) const {
    Statement out;
    out.origin = output.origin();
    std::vector<sql::Datum> parameters;
    Scope scope{output.values(), false, &parameters};
    if (const sql::Insert* many = executed_many_times(query, output.values())) {
        out.parameters = parameter_sets(*many);
        out.sql = insert(one_row(*many, many->rows.front()), scope);
        return out;
    }
    struct Writer {
        const AnsiCompiler& self;
        Scope& scope;
        std::string operator()(const sql::Text& text) const { return self.text(text, scope); }
        std::string operator()(const sql::Select& select) const { return self.select(select, scope); }
        std::string operator()(const sql::Insert& insert) const { return self.insert(insert, scope); }
        std::string operator()(const sql::Update& update) const { return self.update(update, scope); }
        std::string operator()(const sql::Delete& query) const { return self.delete_(query, scope); }
    };
    out.sql = std::visit(Writer{*this, scope}, query);
    if (!parameters.empty()) out.parameters.push_back(std::move(parameters));
    return out;
}

void AnsiCompiler::execute(const ops::Execute& operation, Output& output) const {
    const auto* insert = std::get_if<sql::Insert>(&operation.query);
    if (insert && insert->multiinsert && !insert->select && insert->rows.size() > 1)
        return bulk_insert(ops::BulkInsert{*insert}, output);
    Statement made = query(operation.query, output);
    Statement& added = output.add(std::move(made.sql));
    added.parameters = std::move(made.parameters);
}

// One statement for each run of rows that give the same columns; with literals, or with expressions among the
// values, one for each row, as Alembic does it.
void AnsiCompiler::bulk_insert(const ops::BulkInsert& operation, Output& output) const {
    const sql::Insert& whole = operation.insert;
    if (whole.rows.empty() && !whole.select) return;
    const bool together = output.values() == Values::parameters && (whole.select || only_values(whole.rows));
    const auto add = [&](const sql::Insert& insert) {
        Statement made = query(insert, output);
        output.add(std::move(made.sql)).parameters = std::move(made.parameters);
    };
    if (whole.select || (together && whole.multiinsert && !whole.columns.empty())) return add(whole);
    for (const Row& row : whole.rows) {
        check_row(whole, row);
        add(one_row(whole, row));
    }
}

} // namespace orch::dialect
