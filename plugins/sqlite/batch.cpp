// batch_alter_table() without a database: --sql. What ALTER TABLE can do is written as that; a rebuild needs
// copy_from and is written with the statements, and under the names, that Alembic writes.
#include "base/error.hpp"
#include "base/text.hpp"
#include "compiler.hpp"
#include "edit.hpp"
#include "tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::sqlite {

namespace {

/// What Alembic rebuilds a table for, less what can be said without a look at it to be the same in place.
bool changes_definition(const ops::AlterColumn& change) {
    const bool nullable = change.nullable && change.nullable != change.existing_nullable;
    return nullable || change.type || change.server_default.given || change.computed.given;
}

} // namespace

bool Compiler::needs_new_table(const ops::Batch& batch) const {
    if (batch.recreate == "never") return false;
    if (batch.recreate == "always" || !batch.partial_reordering.empty()) return true;
    return std::ranges::any_of(batch.steps, [&](const ops::Batch::Step& step) {
        const ops::Action& action = step.operation->action;
        if (step.insert_before || step.insert_after) return true;
        if (const auto* add = std::get_if<ops::AddColumn>(&action)) {
            const schema::Column& column = add->column;
            return column.primary_key || (column.unique && !column.index) || needs_check(column.type) ||
                   (column.computed && column.computed->persisted.value_or(false));
        }
        if (const auto* change = std::get_if<ops::AlterColumn>(&action)) return changes_definition(*change);
        if (std::holds_alternative<ops::DropColumn>(action)) return batch.copy_from.has_value();
        return std::holds_alternative<ops::AddConstraint>(action) ||
               std::holds_alternative<ops::DropConstraint>(action);
    });
}

void Compiler::batch(const ops::Batch& operation, Output& output) const {
    if (!needs_new_table(operation)) {
        AnsiCompiler::batch(operation, output);
        return;
    }
    if (!operation.copy_from)
        throw Error(Fault::script,
                    fmt::format("the batch on table '{}' needs a table rebuild, and so the table as it is",
                                operation.table))
            .hint("give batch_alter_table() the whole table in copy_from=, or run without --sql");
    new_table(operation, output);
}

void Compiler::new_table(const ops::Batch& operation, Output& output) const {
    const TableText given = TableEditor::definition(*this, *operation.copy_from);
    const Renames renames = renames_of(operation, given);
    const schema::Table renamed = TableEditor::renamed(*operation.copy_from, renames);
    TableEditor editor(*this, operation, TableEditor::definition(*this, renamed), renames);
    editor.apply();
    for (const std::string& each : editor.notes()) output.note(each);
    output.note(
        "run the script with foreign keys off (PRAGMA foreign_keys=OFF before its BEGIN), or DROP TABLE "
        "deletes the rows that point to the table");

    const std::string temporary = ("_alembic_tmp_" + operation.table).substr(0, 50);
    const std::string from = table_name(operation.schema, operation.table);
    const std::string to = table_name(operation.schema, temporary);
    TableText made = editor.table();
    made.name_text = to;
    output.add(made.text());
    std::vector<std::string> columns, values;
    for (const auto& [column, source, cast] : editor.copied()) {
        std::string old = source;
        for (const auto& [before, now] : renames)
            if (same_name(now, source)) old = before;
        columns.push_back(quote(column));
        const std::string value = from + "." + quote(old);
        values.push_back(cast ? fmt::format("CAST({} AS {}) AS {}", value, *cast, quote(old)) : value);
    }
    output.add(fmt::format("INSERT INTO {} ({}) SELECT {} \nFROM {}", to, join(columns, ", "),
                           join(values, ", "), from));
    drop_table({operation.table, operation.schema, false, {}}, output);
    rename_table({temporary, operation.table, operation.schema}, output);
    for (schema::Index index : layout(renamed).indexes) {
        const auto& dropped = editor.dropped_indexes();
        if (std::ranges::find(dropped, index_name(index)) == dropped.end())
            create_index({index, false}, output);
    }
    for (const schema::Index& index : editor.column_indexes()) create_index({index, false}, output);
    for (const ops::Operation* each : editor.new_indexes()) {
        output.origin(each->origin);
        create_index(std::get<ops::CreateIndex>(each->action), output);
    }
}

} // namespace orch::sqlite
