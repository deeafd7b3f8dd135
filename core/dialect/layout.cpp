// What the columns and constraints of a table say of each other, worked out before anything is written: which
// columns are the primary key and so NOT NULL, which constraints columns bring with them, and in what order
// all of them stand.
#include "base/error.hpp"
#include "base/text.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::dialect {

namespace {

std::vector<std::string> names_of(const std::vector<schema::Column>& columns) {
    std::vector<std::string> names;
    for (const schema::Column& column : columns) names.push_back(column.name);
    return names;
}

/// The columns with primary_key=True, one that increments by itself first.
std::vector<std::string> flagged(const std::vector<schema::Column>& columns) {
    std::vector<std::string> names;
    for (const schema::Column& column : columns)
        if (column.primary_key) names.push_back(column.name);
    const auto incrementing = std::ranges::find_if(columns, [](const schema::Column& column) {
        return column.primary_key && (column.autoincrement == schema::Autoincrement::yes || column.identity);
    });
    if (incrementing != columns.end()) {
        std::erase(names, incrementing->name);
        names.insert(names.begin(), incrementing->name);
    }
    return names;
}

[[noreturn]] void unknown_column(const schema::Table& table, std::string_view name,
                                 const std::vector<std::string>& known) {
    Error error(Fault::script,
                fmt::format("a constraint of table '{}' names column '{}', which the table does not have",
                            table.name, name));
    if (const auto near = nearest(name, known))
        error.hint(fmt::format("did you mean '{}'?", *near));
    else
        error.hint(fmt::format("its columns: {}", quoted_list(known)));
    throw error;
}

/// The columns of this table that a constraint names.
const std::vector<std::string>* columns_of(const schema::Constraint& constraint) {
    struct Visitor {
        const std::vector<std::string>* operator()(const schema::PrimaryKey& c) const { return &c.columns; }
        const std::vector<std::string>* operator()(const schema::Unique& c) const { return &c.columns; }
        const std::vector<std::string>* operator()(const schema::ForeignKey& c) const { return &c.columns; }
        const std::vector<std::string>* operator()(const schema::Check&) const { return nullptr; }
        const std::vector<std::string>* operator()(const schema::Exclude&) const { return nullptr; }
    };
    return std::visit(Visitor{}, constraint);
}

/// CHECK (column IN (...)), which a Boolean or Enum with create_constraint brings.
schema::Check values_check(const schema::Column& column, const schema::Type& type, bool boolean) {
    sql::Chain allowed{",", {}};
    if (boolean)
        allowed.operands = {sql::make({sql::Literal{std::int64_t{0}, nullptr}}),
                            sql::make({sql::Literal{std::int64_t{1}, nullptr}})};
    for (const std::string& value : type.values)
        allowed.operands.push_back(sql::make({sql::Literal{value, nullptr}}));
    sql::ColumnRef self;
    self.name = column.name;
    schema::Check check;
    check.name = type.constraint_name ? type.constraint_name : type.type_name;
    check.condition =
        sql::make({sql::Binary{"IN", sql::make({std::move(self)}), sql::make({std::move(allowed)})}});
    return check;
}

/// Column("parent_id", ForeignKey("node.id")) of table node has the type of its id.
void infer_type(schema::Column& column, const schema::Table& table) {
    if (column.type_given) return;
    for (const schema::ForeignKey& key : column.foreign_keys) {
        if (key.referent_table != table.name || key.referent_columns.size() != 1) continue;
        const auto target =
            std::ranges::find(table.columns, key.referent_columns.front(), &schema::Column::name);
        if (target != table.columns.end() && target->type_given) {
            column.type = target->type;
            column.type_given = true;
            return;
        }
    }
}

bool same_index(const schema::Index& index, const std::string& name, const std::string& column) {
    if (index.name) return *index.name == name;
    return index.elements.size() == 1 && index.elements.front().column == column;
}

} // namespace

const schema::Column* AnsiCompiler::Layout::column(std::string_view name) const {
    const auto at = std::ranges::find(columns, name, &schema::Column::name);
    return at == columns.end() ? nullptr : &*at;
}

// SQLAlchemy orders constraints by when they were created: those given to the table as arguments before the
// table itself, then what each column brings: its unique=True, its type's CHECK, its foreign keys.
AnsiCompiler::Layout AnsiCompiler::layout(const schema::Table& table) const {
    Layout out;
    out.table = &table;
    out.columns = table.columns;
    const std::vector<std::string> names = names_of(table.columns);
    out.primary_key.columns = flagged(table.columns);
    for (const schema::Constraint& constraint : table.constraints) {
        if (const auto* columns = columns_of(constraint))
            for (const std::string& name : *columns)
                if (std::ranges::find(names, name) == names.end()) unknown_column(table, name, names);
        if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint)) {
            const auto implicit = std::move(out.primary_key.columns);
            out.primary_key = *key;
            if (key->columns.empty()) out.primary_key.columns = implicit;
        } else {
            out.constraints.push_back(constraint);
        }
    }
    for (schema::Column& column : out.columns) {
        infer_type(column, table);
        column.primary_key =
            std::ranges::find(out.primary_key.columns, column.name) != out.primary_key.columns.end();
        if (column.unique && !column.index)
            out.constraints.emplace_back(schema::Unique{{}, {column.name}, {}, {}, {}});
        if (needs_check(column.type))
            out.constraints.emplace_back(
                values_check(column, resolve(column.type), kind(column.type) == Kind::boolean));
        for (schema::ForeignKey key : column.foreign_keys) {
            if (key.columns.empty()) key.columns = {column.name};
            out.constraints.emplace_back(std::move(key));
        }
        if (!column.index) continue;
        schema::Index index{{}, table.name, table.schema, {{column.name, nullptr}}, column.unique, {}};
        const std::string name = index_name(index);
        const bool listed = std::ranges::any_of(
            table.indexes, [&](const auto& each) { return same_index(each, name, column.name); });
        if (!listed) out.indexes.push_back(std::move(index));
    }
    for (schema::Index index : table.indexes) {
        index.table = table.name;
        index.schema = table.schema;
        out.indexes.push_back(std::move(index));
    }
    return out;
}

} // namespace orch::dialect
