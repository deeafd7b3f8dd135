// What each operation does to the tables that are known.
#include "ops/model.hpp"

#include "base/text.hpp"
#include "ops/conventions.hpp"

#include <algorithm>

namespace orch::ops {

namespace {

Model::Key key_of(const Schema& schema, std::string_view name) {
    return {schema.value_or(""), std::string(name)};
}

template <class Values, class Wanted, class Member>
auto find_by(Values& values, const Wanted& wanted, Member member) {
    return std::ranges::find_if(values, [&](const auto& each) { return each.*member == wanted; });
}

bool holds(const std::vector<std::string>& columns, const std::string& name) {
    return std::ranges::find(columns, name) != columns.end();
}

std::vector<std::string>* columns_of(schema::Constraint& constraint) {
    if (auto* key = std::get_if<schema::PrimaryKey>(&constraint)) return &key->columns;
    if (auto* unique = std::get_if<schema::Unique>(&constraint)) return &unique->columns;
    if (auto* key = std::get_if<schema::ForeignKey>(&constraint)) return &key->columns;
    return nullptr;
}

/// The upper-case class that reading a column of a generic type gives; those that databases spell differently
/// stay generic, which scripts can ask about as well.
schema::Type read_back(schema::Type type) {
    static const std::map<std::string_view, std::string_view> classes{
        {"Integer", "INTEGER"},  {"BigInteger", "BIGINT"}, {"SmallInteger", "SMALLINT"},
        {"String", "VARCHAR"},   {"Unicode", "VARCHAR"},   {"Text", "TEXT"},
        {"UnicodeText", "TEXT"}, {"Boolean", "BOOLEAN"},   {"Date", "DATE"},
        {"Time", "TIME"},        {"Numeric", "NUMERIC"}};
    const auto at = type.module.empty() && !type.verbatim ? classes.find(type.name) : classes.end();
    if (at != classes.end()) type.name = at->second;
    return type;
}

schema::PrimaryKey& primary_key(schema::Table& table) {
    for (schema::Constraint& each : table.constraints)
        if (auto* key = std::get_if<schema::PrimaryKey>(&each)) return *key;
    table.constraints.insert(table.constraints.begin(), schema::PrimaryKey{});
    return std::get<schema::PrimaryKey>(table.constraints.front());
}

schema::Index index_of(const schema::Table& table, const schema::Column& column) {
    schema::Index index;
    index.name = "ix_" + (table.schema ? replace_all(*table.schema, ".", "_") + "_" : "") + table.name + "_" +
                 column.name;
    index.table = table.name;
    index.schema = table.schema;
    index.elements.push_back({column.name, nullptr});
    index.unique = column.unique;
    return index;
}

void add_constraint(schema::Table& table, schema::Constraint constraint) {
    if (auto* given = std::get_if<schema::PrimaryKey>(&constraint)) {
        schema::PrimaryKey& key = primary_key(table);
        const auto flagged = key.columns;
        key = *given;
        if (key.columns.empty()) key.columns = flagged;
        for (schema::Column& column : table.columns)
            if (holds(key.columns, column.name)) {
                column.primary_key = true;
                column.nullable = false;
            }
        return;
    }
    if (auto* columns = columns_of(constraint); columns && columns->empty()) return;
    table.constraints.push_back(std::move(constraint));
}

/// What a column brings stands beside it.
void add_column(schema::Table& table, schema::Column column) {
    if (find_by(table.columns, column.name, &schema::Column::name) != table.columns.end()) return;
    column.type = read_back(column.type);
    column.nullable = column.is_nullable();
    if (column.autoincrement == schema::Autoincrement::automatic) {
        const bool counts =
            column.primary_key && column.foreign_keys.empty() && column.type.name.ends_with("INTEGER");
        column.autoincrement = counts ? schema::Autoincrement::yes : schema::Autoincrement::no;
    }
    std::vector<schema::Constraint> brought;
    if (column.unique && !column.index) brought.emplace_back(schema::Unique{{}, {column.name}, {}, {}, {}});
    for (schema::ForeignKey& key : column.foreign_keys) {
        key.columns = {column.name};
        brought.emplace_back(std::move(key));
    }
    for (schema::Check& check : column.checks) brought.emplace_back(std::move(check));
    const schema::Index index = index_of(table, column);
    const bool indexed =
        column.index && find_by(table.indexes, index.name, &schema::Index::name) == table.indexes.end();
    column.unique = column.index = false;
    column.foreign_keys.clear();
    column.checks.clear();
    if (column.primary_key && !holds(primary_key(table).columns, column.name))
        primary_key(table).columns.push_back(column.name);
    table.columns.push_back(std::move(column));
    for (schema::Constraint& each : brought) add_constraint(table, std::move(each));
    if (indexed) table.indexes.push_back(index);
}

void drop_column(schema::Table& table, const std::string& name) {
    std::erase_if(table.columns, [&](const schema::Column& column) { return column.name == name; });
    std::erase_if(table.constraints, [&](schema::Constraint& each) {
        auto* columns = columns_of(each);
        return columns && holds(*columns, name);
    });
    std::erase_if(table.indexes, [&](const schema::Index& index) {
        return std::ranges::any_of(index.elements,
                                   [&](const auto& element) { return element.column == name; });
    });
}

void rename_column(schema::Table& table, const std::string& from, const std::string& to) {
    const auto rename = [&](std::string& name) {
        if (name == from) name = to;
    };
    for (schema::Column& column : table.columns) rename(column.name);
    for (schema::Constraint& each : table.constraints)
        if (auto* columns = columns_of(each)) std::ranges::for_each(*columns, rename);
    for (schema::Index& index : table.indexes)
        for (schema::IndexElement& element : index.elements) rename(element.column);
}

bool named(const schema::Constraint& constraint, const std::string& name) {
    return std::visit([&](const auto& each) { return each.name == name; }, constraint);
}

/// A primary key that nobody named is dropped under the name that the database made up.
bool is_primary_key(const DropConstraint& drop, const schema::Constraint& constraint) {
    const auto* key = std::get_if<schema::PrimaryKey>(&constraint);
    return key && !key->name && (drop.type == "primary" || drop.name == drop.table + "_pkey");
}

void alter(schema::Table& table, const AlterColumn& change) {
    const auto at = find_by(table.columns, change.column, &schema::Column::name);
    if (at == table.columns.end()) return;
    if (change.nullable) at->nullable = change.nullable;
    if (change.comment.given) at->comment = change.comment.value;
    if (change.server_default.given) at->server_default = change.server_default.value.value_or(nullptr);
    if (change.identity.given) at->identity = change.identity.value;
    if (change.computed.given) at->computed = change.computed.value;
    if (change.type) at->type = read_back(*change.type);
    if (change.autoincrement)
        at->autoincrement = *change.autoincrement ? schema::Autoincrement::yes : schema::Autoincrement::no;
    if (change.name) rename_column(table, change.column, *change.name);
}

/// Whether a batch makes its table anew where a database does batches so: for more than its ALTER TABLE can.
bool makes_table_anew(const Batch& batch) {
    if (batch.recreate != "auto") return batch.recreate == "always";
    return std::ranges::any_of(batch.steps, [](const Batch::Step& step) {
        const Action& action = step.operation->action;
        if (const auto* change = std::get_if<AlterColumn>(&action))
            return change->nullable || change->type || change->server_default.given || change->computed.given;
        return std::holds_alternative<AddConstraint>(action) ||
               std::holds_alternative<DropConstraint>(action);
    });
}

void set_name(schema::Constraint& constraint, const std::string& name) {
    std::visit([&](auto& each) { each.name = name; }, constraint);
}

struct Applier {
    Model& model;

    template <class Change>
    void to_table(const std::string& name, const Schema& schema, Change&& change) const {
        if (auto* table = model.change(name, schema)) change(*table);
    }

    void operator()(const CreateTable& create) const {
        if (model.has_table(create.table.name, create.table.schema)) return;
        schema::Table made = create.table;
        const auto columns = std::exchange(made.columns, {});
        const auto constraints = std::exchange(made.constraints, {});
        for (const schema::Column& column : columns) add_column(made, column);
        for (const schema::Constraint& constraint : constraints) add_constraint(made, constraint);
        for (schema::Index& index : made.indexes) {
            index.table = made.name;
            index.schema = made.schema;
        }
        const Model::Key key = key_of(made.schema, made.name); // before the table is moved from
        model.tables[key] = std::make_shared<const schema::Table>(std::move(made));
    }
    void operator()(const DropTable& drop) const { model.tables.erase(key_of(drop.schema, drop.table)); }
    void operator()(const RenameTable& rename) const {
        auto node = model.tables.extract(key_of(rename.schema, rename.old_name));
        if (node.empty()) return;
        auto table = *node.mapped();
        table.name = rename.new_name;
        for (schema::Index& index : table.indexes) index.table = table.name;
        model.tables[key_of(rename.schema, rename.new_name)] =
            std::make_shared<const schema::Table>(std::move(table));
    }
    void operator()(const AddColumn& add) const {
        to_table(add.table, add.schema, [&](schema::Table& table) { add_column(table, add.column); });
    }
    void operator()(const DropColumn& drop) const {
        to_table(drop.table, drop.schema, [&](schema::Table& table) { drop_column(table, drop.column); });
    }
    void operator()(const AlterColumn& change) const {
        to_table(change.table, change.schema, [&](schema::Table& table) { alter(table, change); });
    }
    void operator()(const CreateIndex& create) const {
        to_table(create.index.table, create.index.schema, [&](schema::Table& table) {
            if (!create.index.name ||
                find_by(table.indexes, create.index.name, &schema::Index::name) == table.indexes.end())
                table.indexes.push_back(create.index);
        });
    }
    void operator()(const DropIndex& drop) const {
        std::vector<Model::Key> owners;
        for (const auto& [key, table] : model.tables)
            if (find_by(table->indexes, std::optional(drop.name), &schema::Index::name) !=
                    table->indexes.end() &&
                (!drop.table || *drop.table == key.second))
                owners.push_back(key);
        for (const auto& [schema, table] : owners)
            to_table(table, schema.empty() ? Schema() : Schema(schema), [&](schema::Table& each) {
                std::erase_if(each.indexes,
                              [&](const schema::Index& index) { return index.name == drop.name; });
            });
    }
    void operator()(const AddConstraint& add) const {
        to_table(add.table, add.schema, [&](schema::Table& table) { add_constraint(table, add.constraint); });
    }
    void operator()(const DropConstraint& drop) const {
        to_table(drop.table, drop.schema, [&](schema::Table& table) {
            std::erase_if(table.constraints, [&](const schema::Constraint& each) {
                return named(each, drop.name) || is_primary_key(drop, each);
            });
        });
    }
    void operator()(const TableComment& comment) const {
        to_table(comment.table, comment.schema,
                 [&](schema::Table& table) { table.comment = comment.comment; });
    }
    void operator()(const BulkInsert&) const {}
    void operator()(const Execute& execute) const {
        if (const auto* text = std::get_if<sql::Text>(&execute.query)) apply_text(model, text->sql);
    }
    void operator()(const CreateType& create) const {
        const schema::Type& type = create.type;
        if (type.type_name)
            model.enums.try_emplace(key_of(type.type_schema, *type.type_name),
                                    schema::Enum{*type.type_name, type.type_schema, type.values, {}});
    }
    void operator()(const DropType& drop) const {
        if (drop.type.type_name) model.enums.erase(key_of(drop.type.type_schema, *drop.type.type_name));
    }
    void operator()(const CreateSequence& create) const {
        model.sequences.try_emplace(key_of(create.sequence.schema, create.sequence.name), create.sequence);
    }
    void operator()(const DropSequence& drop) const {
        model.sequences.erase(key_of(drop.sequence.schema, drop.sequence.name));
    }
    void operator()(const Batch& batch) const {
        if (batch.copy_from && !model.has_table(batch.table, batch.schema))
            (*this)(CreateTable{*batch.copy_from, true});
        name_constraints(batch);
        for (const Batch::Step& step : batch.steps) {
            drop_nameless(batch, *step.operation);
            model.apply(step.operation->action);
        }
    }

    /// A new table has the names of the batch's naming convention, and keeps them.
    void name_constraints(const Batch& batch) const {
        if (batch.naming_convention.empty() || !model.batches_rebuild || !makes_table_anew(batch)) return;
        to_table(batch.table, batch.schema, [&](schema::Table& table) {
            for (schema::Constraint& each : table.constraints)
                if (const auto name = conventional_name(each, batch.table, batch.naming_convention))
                    set_name(each, *name);
        });
    }

    /// A constraint without a name is dropped by the one that the batch's naming convention has for it.
    void drop_nameless(const Batch& batch, const Operation& operation) const {
        const auto* drop = std::get_if<DropConstraint>(&operation.action);
        if (!drop || batch.naming_convention.empty()) return;
        to_table(batch.table, batch.schema, [&](schema::Table& table) {
            std::erase_if(table.constraints, [&](const schema::Constraint& each) {
                return conventional_name(each, batch.table, batch.naming_convention) == drop->name;
            });
        });
    }
};

} // namespace

void Model::apply(const Action& action) { std::visit(Applier{*this}, action); }

schema::Table* Model::change(const std::string& table, const Schema& schema) {
    const auto at = tables.find(key_of(schema, table));
    if (at == tables.end()) return nullptr;
    auto copy = std::make_shared<schema::Table>(*at->second);
    schema::Table* changed = copy.get();
    at->second = std::move(copy);
    return changed;
}

const schema::Table* Model::table(std::string_view table, const Schema& schema) const {
    const auto at = tables.find(key_of(schema, table));
    return at == tables.end() ? nullptr : at->second.get();
}

bool Model::has_table(std::string_view table, const Schema& schema) const {
    return tables.contains(key_of(schema, table));
}

std::vector<std::string> Model::table_names(const Schema& schema) const {
    std::vector<std::string> names;
    for (const auto& [key, table] : tables)
        if (key.first == schema.value_or("")) names.push_back(key.second);
    return names;
}

namespace {

// What a database knows of a type: how the script that made it converts its values ended with that script.
schema::Type as_known(schema::Type type) {
    type.conversion = 0;
    const auto inner = [](std::shared_ptr<const schema::Type>& part) {
        if (part) part = std::make_shared<const schema::Type>(as_known(*part));
    };
    inner(type.item);
    for (auto& [dialect, variant] : type.variants) inner(variant);
    return type;
}

schema::Table as_known(schema::Table table) {
    for (schema::Column& column : table.columns) column.type = as_known(std::move(column.type));
    return table;
}

} // namespace

schema::Catalog Model::catalog(const Schema& schema, const std::vector<std::string>& wanted) const {
    schema::Catalog catalog;
    const auto asked = [&](const Key& key) {
        return key.first == schema.value_or("") && (wanted.empty() || holds(wanted, key.second));
    };
    for (const auto& [key, table] : tables)
        if (asked(key)) catalog.tables.push_back(as_known(*table));
    for (const auto& [key, view] : views)
        if (asked(key)) catalog.views.push_back(view);
    for (const auto& [key, each] : enums)
        if (key.first == schema.value_or("")) catalog.enums.push_back(each);
    for (const auto& [key, each] : sequences)
        if (key.first == schema.value_or("")) catalog.sequences.push_back(each);
    return catalog;
}

} // namespace orch::ops
