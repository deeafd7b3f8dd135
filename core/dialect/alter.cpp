// The operations on what exists: ALTER, DROP, indexes, comments, types and sequences.
#include "base/error.hpp"
#include "dialect/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::dialect {

void AnsiCompiler::drop_table(const ops::DropTable& operation, Output& output) const {
    output.add(fmt::format("DROP TABLE {}{}", operation.if_exists ? "IF EXISTS " : "",
                           table_name(operation.schema, operation.table)));
}

void AnsiCompiler::rename_table(const ops::RenameTable& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} RENAME TO {}", table_name(operation.schema, operation.old_name),
                           table_name(operation.schema, operation.new_name)));
}

// The column first, then what it brings: constraints, an index, a comment.
void AnsiCompiler::add_column(const ops::AddColumn& operation, Output& output) const {
    schema::Table table;
    table.name = operation.table;
    table.schema = operation.schema;
    table.columns = {operation.column};
    const Layout plan = layout(table);
    const schema::Column& added = plan.columns.front();
    std::string sql =
        fmt::format("ALTER TABLE {} ADD COLUMN {}{}", table_name(operation.schema, operation.table),
                    operation.if_not_exists ? "IF NOT EXISTS " : "", column(added, plan, output));
    const bool inline_key = operation.inline_references && added.foreign_keys.size() == 1;
    if (operation.inline_primary_key && added.primary_key) sql += " PRIMARY KEY";
    if (inline_key) sql += " " + references(added.foreign_keys.front(), true);
    output.add(std::move(sql));
    for (const schema::Constraint& each : plan.constraints)
        if (!(inline_key && std::holds_alternative<schema::ForeignKey>(each)))
            add_constraint({operation.table, operation.schema, each}, output);
    for (const schema::Index& index : plan.indexes) create_index({index, operation.if_not_exists}, output);
    if (added.comment && !grammar_.inline_comments)
        column_comment(operation.table, operation.schema, added.name, added.comment, output);
}

void AnsiCompiler::drop_column(const ops::DropColumn& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} DROP COLUMN {}{}", table_name(operation.schema, operation.table),
                           operation.if_exists ? "IF EXISTS " : "", quote(operation.column)));
}

void AnsiCompiler::alter_column(const ops::AlterColumn& operation, Output& output) const {
    if (operation.nullable) column_nullable(operation, output);
    if (operation.server_default.given) column_default(operation, output);
    if (operation.identity.given) column_identity(operation, output);
    if (operation.computed.given) column_computed(operation, output);
    if (operation.type) column_type(operation, output);
    if (operation.comment.given)
        column_comment(operation.table, operation.schema, operation.column, operation.comment.value, output);
    if (operation.name) column_name(operation, output); // last: the others say the old name
}

namespace {
std::string altered(const std::string& table, const std::string& column, std::string_view rest) {
    return fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", table, column, rest);
}
} // namespace

void AnsiCompiler::column_nullable(const ops::AlterColumn& change, Output& output) const {
    output.add(altered(table_name(change.schema, change.table), quote(change.column),
                       *change.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
}

void AnsiCompiler::column_default(const ops::AlterColumn& change, Output& output) const {
    const auto& value = change.server_default.value;
    output.add(altered(table_name(change.schema, change.table), quote(change.column),
                       value && *value ? "SET DEFAULT " + expression(*value) : "DROP DEFAULT"));
}

void AnsiCompiler::column_identity(const ops::AlterColumn& change, Output&) const {
    throw Error(Fault::script,
                fmt::format("{} cannot add, change or drop the identity of the existing column '{}.{}'",
                            grammar_.title, change.table, change.column));
}

void AnsiCompiler::column_computed(const ops::AlterColumn& change, Output&) const {
    throw Error(Fault::script,
                fmt::format("{} cannot make the existing column '{}.{}' computed, nor the reverse",
                            grammar_.title, change.table, change.column))
        .hint("drop the column and add it again");
}

void AnsiCompiler::column_type(const ops::AlterColumn& change, Output& output) const {
    output.add(
        altered(table_name(change.schema, change.table), quote(change.column), "TYPE " + type(*change.type)));
}

void AnsiCompiler::column_name(const ops::AlterColumn& change, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} RENAME {} TO {}", table_name(change.schema, change.table),
                           quote(change.column), quote(*change.name)));
}

void AnsiCompiler::column_comment(const std::string& table, const ops::Schema& schema,
                                  const std::string& column, const std::optional<std::string>& comment,
                                  Output& output) const {
    output.add(fmt::format("COMMENT ON COLUMN {}.{} IS {}", table_name(schema, table), quote(column),
                           comment ? literal_of(*comment) : "NULL"));
}

void AnsiCompiler::table_comment(const ops::TableComment& operation, Output& output) const {
    output.add(fmt::format("COMMENT ON TABLE {} IS {}", table_name(operation.schema, operation.table),
                           operation.comment ? literal_of(*operation.comment) : "NULL"));
}

namespace {
std::string_view sorting(std::string_view word) {
    if (word == "desc") return " DESC";
    if (word == "nulls_first") return " NULLS FIRST";
    return word == "nulls_last" ? " NULLS LAST" : " ASC";
}
} // namespace

std::string AnsiCompiler::index_elements(const schema::Index& index) const {
    std::string out;
    for (const schema::IndexElement& each : index.elements) {
        if (!out.empty()) out += ", ";
        out += each.expression ? expression(each.expression) : quote(each.column);
        if (each.collation) out += " COLLATE " + collation(*each.collation);
        for (const std::string& word : each.sorting) out += sorting(word);
    }
    if (out.empty()) throw Error(Fault::script, fmt::format("index '{}' has no columns", index_name(index)));
    return out;
}

void AnsiCompiler::create_index(const ops::CreateIndex& operation, Output& output) const {
    const schema::Index& index = operation.index;
    if (index.table.empty())
        throw Error(Fault::script, fmt::format("index '{}' belongs to no table", index_name(index)))
            .hint("make it of the table's columns, or give it to the table");
    output.add(fmt::format("CREATE {}INDEX {}{} ON {} ({})", index.unique ? "UNIQUE " : "",
                           operation.if_not_exists ? "IF NOT EXISTS " : "", quote(index_name(index)),
                           table_name(index.schema, index.table), index_elements(index)));
}

void AnsiCompiler::drop_index(const ops::DropIndex& operation, Output& output) const {
    output.add(fmt::format("DROP INDEX {}{}", operation.if_exists ? "IF EXISTS " : "",
                           table_name(operation.schema, operation.name)));
}

void AnsiCompiler::add_constraint(const ops::AddConstraint& operation, Output& output) const {
    schema::Table table;
    table.name = operation.table;
    table.schema = operation.schema;
    Layout plan;
    plan.table = &table;
    output.add(fmt::format("ALTER TABLE {} ADD {}", table_name(operation.schema, operation.table),
                           constraint(operation.constraint, plan, output)));
}

void AnsiCompiler::drop_constraint(const ops::DropConstraint& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}{}",
                           table_name(operation.schema, operation.table),
                           operation.if_exists ? "IF EXISTS " : "", quote(operation.name)));
}

// Types of their own are PostgreSQL's; elsewhere an Enum lives in its columns and there is nothing to do, as
// in SQLAlchemy.
void AnsiCompiler::create_type(const ops::CreateType& operation, Output& output) const {
    output.note(fmt::format("{} has no CREATE TYPE: '{}' lives in the columns that use it", grammar_.title,
                            operation.type.type_name.value_or(operation.type.name)));
}
void AnsiCompiler::drop_type(const ops::DropType& operation, Output& output) const {
    output.note(fmt::format("{} has no CREATE TYPE: '{}' lives in the columns that use it", grammar_.title,
                            operation.type.type_name.value_or(operation.type.name)));
}

void AnsiCompiler::create_sequence(const ops::CreateSequence& operation, Output& output) const {
    const schema::Sequence& sequence = operation.sequence;
    const std::string options = identity_options(sequence.options);
    output.add(fmt::format("CREATE SEQUENCE {}{}{}{}", operation.if_not_exists ? "IF NOT EXISTS " : "",
                           table_name(sequence.schema, sequence.name), options.empty() ? "" : " ", options));
}

void AnsiCompiler::drop_sequence(const ops::DropSequence& operation, Output& output) const {
    output.add(fmt::format("DROP SEQUENCE {}{}", operation.if_exists ? "IF EXISTS " : "",
                           table_name(operation.sequence.schema, operation.sequence.name)));
}

// Where ALTER does it all, a batch is its steps.
void AnsiCompiler::batch(const ops::Batch& operation, Output& output) const {
    const bool placed = std::ranges::any_of(operation.steps, [](const ops::Batch::Step& each) {
        return each.insert_before || each.insert_after;
    });
    if (placed || !operation.partial_reordering.empty())
        output.note(fmt::format("{} alters table '{}' in place: the order of its columns stays",
                                grammar_.title, operation.table));
    for (const ops::Batch::Step& step : operation.steps) {
        output.origin(step.operation->origin);
        try {
            dispatch(step.operation->action, output);
        } catch (Error& error) {
            throw error.at(step.operation->origin);
        }
    }
    if (operation.recreate != "always") return;
    for (const schema::Constraint& each : operation.table_args) // the new table would have them
        add_constraint({operation.table, operation.schema, each}, output);
}

} // namespace orch::dialect
