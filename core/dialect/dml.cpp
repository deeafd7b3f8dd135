// SELECT, INSERT, UPDATE and DELETE.
#include "base/error.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

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
    out.prefixes = whole.prefixes;
    out.on_conflict = whole.on_conflict;
    out.on_duplicate_key = whole.on_duplicate_key;
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

    /// A source that is called as these are: no label takes its name.
    void reserve(const std::string& name) {
        const std::size_t at = name.rfind('_');
        if (at == std::string::npos || at == 0 || name.size() - at > 9) return;
        const std::string_view number = std::string_view(name).substr(at + 1);
        if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return;
        int& count = counts_[name.substr(0, at)];
        count = std::max(count, std::stoi(std::string(number)));
    }

  private:
    std::map<std::string, int> counts_;
};

} // namespace

std::string AnsiCompiler::source(const sql::Source& source, Scope& scope) const {
    struct Writer {
        const AnsiCompiler& self;
        Scope& scope;
        std::string as(const std::optional<std::string>& alias) const {
            return alias ? " AS " + self.quote(*alias) : "";
        }
        std::string operator()(const sql::TableRef& table) const {
            return self.hinted(self.table_name(table.schema, table.name) + as(table.alias), table.hint);
        }
        std::string operator()(const sql::Subquery& query) const {
            Scope inner = scope;
            inner.named = true;
            return (query.lateral ? "LATERAL (" : "(") + self.select(*query.select, inner) + ")" +
                   as(query.alias);
        }
        std::string operator()(const sql::Cte& cte) const { return self.quote(cte.name) + as(cte.alias); }
        std::string operator()(const sql::Rows& rows) const { return self.source_of_rows(rows, scope); }
        std::string operator()(const sql::TableFunction& function) const {
            return self.source_of_function(function, scope);
        }
        std::string operator()(const sql::Source::Join& join) const {
            const std::string_view word = join.full    ? " FULL OUTER JOIN "
                                          : join.outer ? " LEFT OUTER JOIN "
                                                       : self.grammar_.inner_join;
            // Left first: placeholders are numbered in the order of the text.
            std::string out = self.source(*join.left, scope);
            out += word;
            std::string right = self.source(*join.right, scope);
            if (std::holds_alternative<sql::Source::Join>(join.right->node)) right = "(" + right + ")";
            return out + right + " ON " + self.condition(join.on, scope);
        }
    };
    return std::visit(Writer{*this, scope}, source.node);
}

std::string AnsiCompiler::hinted(std::string table, std::string_view) const { return table; }

std::string AnsiCompiler::target(const sql::TableRef& table) const {
    return hinted(table_name(table.schema, table.name) + (table.alias ? " AS " + quote(*table.alias) : ""),
                  table.hint);
}

std::string AnsiCompiler::source_of_rows(const sql::Rows& rows, Scope& scope) const {
    std::string out;
    for (const Row& row : rows.rows) out += (out.empty() ? "(" : ", (") + list(row, scope) + ")";
    out = "(VALUES " + out + ")";
    if (rows.alias) out += " AS " + quote(*rows.alias) + " (" + column_list(rows.columns) + ")";
    return out;
}

std::string AnsiCompiler::source_of_function(const sql::TableFunction& function, Scope& scope) const {
    std::string out = (function.lateral ? "LATERAL " : "") + expression(function.function, scope);
    if (function.alias) out += " AS " + quote(*function.alias);
    if (function.columns.empty()) return out;
    if (function.types.empty()) return out + "(" + column_list(function.columns) + ")";
    std::string columns;
    for (std::size_t i = 0; i < function.columns.size(); ++i)
        columns += (i == 0 ? "" : ", ") + quote(function.columns[i]) + " " + type(*function.types.at(i));
    return out + "(" + columns + ")";
}

namespace {

/// Names for the columns of one SELECT: what has a name keeps it, the rest and what comes twice gets one.
class ColumnNames {
  public:
    ColumnNames(const sql::Select& select, bool all) : all_(all) {
        for (const sql::Source& source : select.from) reserve(source);
    }

    /// The name to write behind AS; nothing for a column that needs none.
    std::optional<std::string> next(const sql::Expression& column) {
        if (const auto* label = std::get_if<sql::Label>(&column.node)) return taken(label->name);
        if (const auto* plain = std::get_if<sql::ColumnRef>(&column.node)) return of_column(*plain);
        if (std::holds_alternative<sql::Text>(column.node)) return std::nullopt;
        if (const auto* function = std::get_if<sql::Function>(&column.node))
            return labels_.next(function->name.back());
        const auto* cast = std::get_if<sql::Cast>(&column.node);
        const auto* inside =
            cast && cast->operand ? std::get_if<sql::ColumnRef>(&cast->operand->node) : nullptr;
        return inside ? taken(inside->name) : labels_.next("anon");
    }

  private:
    void reserve(const sql::Source& source) {
        if (const auto* join = std::get_if<sql::Source::Join>(&source.node)) {
            reserve(*join->left);
            reserve(*join->right);
        } else if (const auto* query = std::get_if<sql::Subquery>(&source.node)) {
            if (query->alias) labels_.reserve(*query->alias);
        } else if (const auto* cte = std::get_if<sql::Cte>(&source.node)) {
            labels_.reserve(cte->alias.value_or(cte->name));
        }
    }

    std::optional<std::string> taken(const std::string& name) {
        seen_.emplace(name, "");
        return name;
    }

    // Of two columns with one name the second is name_1; the same column again is name__1.
    std::optional<std::string> of_column(const sql::ColumnRef& column) {
        if (column.literal) return std::nullopt;
        const std::string whole = column.schema.value_or("") + "." + column.table + "." + column.name;
        const auto [known, fresh] = seen_.emplace(column.name, whole);
        if (fresh) return all_ && !column.table.empty() ? std::optional(column.name) : std::nullopt;
        return known->second == whole || known->second.empty()
                   ? fmt::format("{}__{}", column.name, ++repeated_[whole])
                   : fmt::format("{}_{}", column.name, ++repeated_[column.name]);
    }

    bool all_;
    Labels labels_;
    std::map<std::string, std::string> seen_; // the column that took a name
    std::map<std::string, int> repeated_;
};

} // namespace

std::string AnsiCompiler::select_list(const sql::Select& select, Scope& scope) const {
    ColumnNames names(select, std::exchange(scope.named, false));
    std::string out;
    for (const auto& column : select.columns) {
        if (!out.empty()) out += ", ";
        out += expression(column, scope);
        if (const auto name = names.next(*column)) out += " AS " + quote(*name);
    }
    return out;
}

std::string AnsiCompiler::distinct(const sql::Select& query, Scope&) const {
    return query.distinct || !query.distinct_on.empty() ? "DISTINCT " : "";
}

// A member of a compound that orders or limits its own rows, or is a compound itself, stands in parentheses.
std::string AnsiCompiler::grouped(const sql::Select& query, Scope& scope) const {
    const bool own = !query.order_by.empty() || query.limit || query.offset || !query.compounds.empty();
    return own ? "(" + select(query, scope) + ")" : select(query, scope);
}

std::string AnsiCompiler::compound(const sql::Select& query, Scope& outer) const {
    std::string out;
    for (const auto& [word, member] : query.compounds) {
        Scope scope = outer;
        if (!word.empty()) out += " " + word + " ";
        out += grouped(*member, scope);
    }
    return out;
}

std::string AnsiCompiler::select(const sql::Select& query, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    std::string out;
    if (!query.compounds.empty() && query.compounds.front().first.empty()) {
        out = compound(query, scope);
    } else {
        out = "SELECT ";
        for (const std::string& word : query.prefixes) out += word + " ";
        out += distinct(query, scope);
        out += query.columns.empty() ? "*" : select_list(query, scope);
    }
    for (std::size_t i = 0; i < query.from.size(); ++i)
        out += (i == 0 ? " \nFROM " : ", ") + source(query.from[i], scope);
    if (query.from.empty() && query.where) out += grammar_.no_tables;
    if (query.where) out += " \nWHERE " + condition(query.where, scope);
    if (!query.group_by.empty()) out += " GROUP BY " + list(query.group_by, scope);
    if (query.having) out += " \nHAVING " + condition(query.having, scope);
    if (!query.compounds.empty() && !query.compounds.front().first.empty()) {
        scope.named = outer.named;
        out += compound(query, scope);
    }
    if (!query.order_by.empty()) out += " ORDER BY " + list(query.order_by, scope);
    out += limit(query, scope);
    if (query.for_update) out += for_update(*query.for_update);
    for (const std::string& word : query.suffixes) out += " " + word;
    return out;
}

std::string AnsiCompiler::limit(const sql::Select& select, Scope& scope) const {
    std::string out;
    if (select.limit && select.fetch) {
        if (select.offset) out += "\n OFFSET " + operand(select.offset, "()", scope) + " ROWS";
        out += "\n FETCH FIRST " + operand(select.limit, "()", scope);
        return out += fmt::format("{} ROWS {}", select.percent ? " PERCENT" : "",
                                  select.with_ties ? "WITH TIES" : "ONLY");
    }
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
    std::string out = "INSERT ";
    for (const std::string& word : insert.prefixes) out += word + " ";
    out += "INTO " + table_name(insert.table.schema, insert.table.name);
    if (!insert.columns.empty()) out += " (" + column_list(insert.columns) + ")";
    if (insert.select) {
        out += " ";
        if (grammar_.with_behind_insert) out += with(*insert.select, scope);
        out += select(*insert.select, scope);
    } else if (insert.columns.empty())
        out += " DEFAULT VALUES";
    else {
        std::string rows;
        for (const Row& row : insert.rows) {
            check_row(insert, row);
            std::string cells;
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i > 0) cells += ", ";
                // A column that a row leaves out while others of the same statement have it is NULL.
                cells += literal_in(row[i]) ? typed(row[i], type_at(insert, i), scope)
                                            : operand(row[i], "()", scope);
            }
            rows += (rows.empty() ? "(" : ", (") + cells + ")";
        }
        out += " VALUES " + rows;
    }
    out += upsert(insert, scope);
    const bool key = insert.returning.empty() && traits_.returns_rows;
    return out + returning(key ? insert.returning_key : insert.returning, scope);
}

std::string AnsiCompiler::assignments(const std::vector<sql::Assignment>& values, std::string_view equals,
                                      Scope& scope) const {
    std::string out;
    for (const auto& [column, value] : values) {
        if (!out.empty()) out += ", ";
        out += quote(column);
        out += equals;
        out += operand(value, "()", scope);
    }
    return out;
}

// ON CONFLICT (a, b) WHERE ... DO UPDATE SET x = excluded.x WHERE ... of PostgreSQL and SQLite,
// ON DUPLICATE KEY UPDATE of MySQL.
std::string AnsiCompiler::upsert(const sql::Insert& insert, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    if (!insert.on_duplicate_key.empty())
        return " ON DUPLICATE KEY UPDATE " + assignments(insert.on_duplicate_key, " = ", scope);
    if (!insert.on_conflict) return {};
    const sql::OnConflict& conflict = *insert.on_conflict;
    std::string out = " ON CONFLICT";
    if (conflict.constraint) out += " ON CONSTRAINT " + quote(*conflict.constraint);
    Scope bare = outer; // an index is of one table: its columns carry no other name
    if (!conflict.target.empty()) out += " (" + list(conflict.target, bare) + ")";
    if (conflict.target_where) out += " WHERE " + expression(conflict.target_where, bare);
    if (conflict.set.empty()) return out + " DO NOTHING";
    out += " DO UPDATE SET " + assignments(conflict.set, " = ", scope);
    if (conflict.where) out += " WHERE " + expression(conflict.where, scope);
    return out;
}

std::string AnsiCompiler::update(const sql::Update& update, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    const std::string values = assignments(update.values, "=", scope);
    std::string out = "UPDATE ";
    for (const std::string& word : update.prefixes) out += word + " ";
    out += target(update.table) + " SET " + values;
    for (std::size_t i = 0; i < update.from.size(); ++i)
        out += (i == 0 ? " FROM " : ", ") + source(update.from[i], scope);
    if (update.where) out += " WHERE " + condition(update.where, scope);
    return out + returning(update.returning, scope);
}

std::string AnsiCompiler::delete_(const sql::Delete& query, Scope& outer) const {
    Scope scope = outer;
    scope.qualified = true;
    std::string out = "DELETE ";
    for (const std::string& word : query.prefixes) out += word + " ";
    out += "FROM " + target(query.table);
    for (std::size_t i = 0; i < query.from.size(); ++i)
        out += (i == 0 ? " USING " : ", ") + source(query.from[i], scope);
    if (query.where) out += " WHERE " + condition(query.where, scope);
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

std::string AnsiCompiler::statement(const sql::Query& query, Scope& scope) const {
    struct Writer {
        const AnsiCompiler& self;
        Scope& scope;
        std::string operator()(const sql::Text& text) const { return self.text(text, scope); }
        std::string operator()(const sql::Select& select) const { return self.select(select, scope); }
        std::string operator()(const sql::Insert& insert) const { return self.insert(insert, scope); }
        std::string operator()(const sql::Update& update) const { return self.update(update, scope); }
        std::string operator()(const sql::Delete& query) const { return self.delete_(query, scope); }
    };
    return std::visit(Writer{*this, scope}, query);
}

Statement AnsiCompiler::query(const sql::Query& query, Output& output) const {
    Statement out;
    out.origin = output.origin();
    std::vector<sql::Datum> parameters;
    Scope scope{output.values(), false, &parameters};
    if (const sql::Insert* many = executed_many_times(query, output.values())) {
        out.parameters = parameter_sets(*many);
        out.sql = insert(one_row(*many, many->rows.front()), scope);
        // What stands behind the row (ON CONFLICT ... SET x = 1) has values of its own, the same for each.
        const auto behind = parameters.begin() + static_cast<std::ptrdiff_t>(many->rows.front().size());
        for (auto& set : out.parameters) set.insert(set.end(), behind, parameters.end());
        return out;
    }
    const auto* rows = std::get_if<sql::Insert>(&query);
    const bool behind = rows && rows->select && grammar_.with_behind_insert;
    // First: it is parameters that these two add, in the order of the text.
    if (!behind) out.sql = with(query, scope);
    out.sql += statement(query, scope);
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
