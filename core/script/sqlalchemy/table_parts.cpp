// What a Table() says of itself besides its columns: constraints, foreign keys, indexes.
#include "script/sqlalchemy/tables.hpp"

#include <algorithm>

namespace orch::script {

using lang::Value;

namespace {

template <class Kind>
const Kind* find_kind(const schema::Table& table) {
    for (const auto& each : table.constraints)
        if (const auto* found = std::get_if<Kind>(&each)) return found;
    return nullptr;
}

std::string_view class_of(const schema::Constraint& constraint) {
    struct Names {
        std::string_view operator()(const schema::PrimaryKey&) const { return "PrimaryKeyConstraint"; }
        std::string_view operator()(const schema::Unique&) const { return "UniqueConstraint"; }
        std::string_view operator()(const schema::Check&) const { return "CheckConstraint"; }
        std::string_view operator()(const schema::ForeignKey&) const { return "ForeignKeyConstraint"; }
        std::string_view operator()(const schema::Exclude&) const { return "ExcludeConstraint"; }
    };
    return std::visit(Names{}, constraint);
}

// Those that stand in the table and those that its columns bring.
std::vector<schema::Constraint> constraints_of(const TableObject& object) {
    schema::Table table = object.definition();
    std::vector<schema::Constraint> result = table.constraints;
    schema::PrimaryKey key;
    for (const auto& column : table.columns) {
        if (column.primary_key) key.columns.push_back(column.name);
        if (column.unique) result.emplace_back(schema::Unique{std::nullopt, {column.name}, {}, {}, {}});
        for (schema::ForeignKey reference : column.foreign_keys) {
            reference.columns = {column.name};
            result.emplace_back(std::move(reference));
        }
        for (const schema::Check& check : column.checks) result.emplace_back(check);
    }
    if (!find_kind<schema::PrimaryKey>(table)) result.insert(result.begin(), std::move(key));
    return result;
}

Value made_constraint(const Value& table, const schema::Constraint& constraint) {
    Value made = lang::make<ConstraintObject>(std::string(class_of(constraint)), constraint);
    made.native<ConstraintObject>()->table = table;
    return made;
}

} // namespace

std::optional<Value> table_part(TableObject& object, std::string_view name) {
    const Value self(static_cast<lang::Object*>(&object));
    std::vector<Value> result;
    if (name == "indexes") {
        for (auto& index : object.definition().indexes) {
            result.push_back(lang::make<IndexObject>(object.session(), index));
            result.back().native<IndexObject>()->table = self;
        }
        return Value::list(std::move(result));
    }
    if (name != "constraints" && name != "foreign_key_constraints" && name != "foreign_keys")
        return std::nullopt;
    for (const auto& each : constraints_of(object)) {
        const auto* key = std::get_if<schema::ForeignKey>(&each);
        if (name == "foreign_keys" && key) {
            const Value whole = made_constraint(self, each);
            for (const Value& part : whole.attribute("elements").to_vector()) result.push_back(part);
        } else if (name == "constraints" || key) {
            result.push_back(made_constraint(self, each));
        }
    }
    return Value::list(std::move(result));
}

Value columns_named(const Value& table, const std::vector<std::string>& names) {
    auto* object = table.native<TableObject>();
    if (!object) return Value::list(std::vector<Value>(names.begin(), names.end()));
    Value result = lang::make<ColumnCollection>();
    for (const std::string& name : names)
        if (const Value* column = object->columns().find(name))
            result.native<ColumnCollection>()->columns.push_back(*column);
    return result;
}

Value referred_table(const Value& table, const schema::ForeignKey& key) {
    auto* object = table.native<TableObject>();
    if (!object) return {};
    if (object->table.name == key.referent_table && object->table.schema == key.referent_schema) return table;
    if (auto* set = object->metadata.native<MetaDataObject>()) {
        for (const auto& [name, known] : set->tables) {
            const schema::Table& each = known.native<TableObject>()->table;
            if (each.name == key.referent_table && each.schema == key.referent_schema) return known;
        }
    }
    // Not in the MetaData: what the key says of it.
    Value result = lang::make<TableObject>(object->session());
    auto& made = *result.native<TableObject>();
    made.table.name = key.referent_table;
    made.table.schema = key.referent_schema;
    made.set_source();
    for (const std::string& name : key.referent_columns) {
        schema::Column column;
        column.name = name;
        made.add_column(column, key.referent_table, result);
    }
    return result;
}

} // namespace orch::script
