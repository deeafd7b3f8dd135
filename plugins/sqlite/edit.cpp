#include "edit.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "conventions.hpp"
#include "tokens.hpp"
#include "types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace orch::sqlite {

namespace {

using dialect::Output;
using dialect::Values;

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const std::string& each) { return same_name(each, name); });
}

std::vector<std::string> names_of(const TableText& table) {
    std::vector<std::string> names;
    for (const ColumnText& each : table.columns) names.push_back(each.name);
    return names;
}

[[noreturn]] void unknown_column(std::string_view name, const TableText& table) {
    Error error(Fault::script, fmt::format("table '{}' has no column '{}'", table.name, name));
    const std::vector<std::string> known = names_of(table);
    if (const auto near = nearest(name, known))
        error.hint(fmt::format("did you mean '{}'?", *near));
    else
        error.hint("its columns: " + quoted_list(known));
    throw error;
}

/// CHECK (column IN (...)), as SQLAlchemy writes it for the type of a column.
bool is_values_check(const Part& part, std::string_view column) {
    if (part.kind != Part::check) return false;
    const Tokens tokens(part.expression);
    return tokens.is_name(0) && same_name(tokens.name(0), column) && tokens.is(1, "IN") &&
           tokens.is(2, "(") && tokens.behind_parentheses(2) == tokens.size();
}

/// A CHECK's text, which the database knows.
std::optional<std::string> constraint_name(const schema::Constraint& constraint) {
    return std::visit([](const auto& each) { return each.name; }, constraint);
}

void set_name(Part& part, const std::string& name, const std::string& quoted) {
    part.name = name;
    part.text = "CONSTRAINT " + quoted + " " + part.text;
}

} // namespace

Renames renames_of(const ops::Batch& batch, const TableText& table) {
    Renames out;
    for (const ops::Batch::Step& step : batch.steps) {
        const auto* change = std::get_if<ops::AlterColumn>(&step.operation->action);
        if (!change || !change->name || *change->name == change->column) continue;
        const auto renamed = [&](const auto& each) { return same_name(each.first, change->column); };
        const bool original = table.find(change->column) && std::ranges::none_of(out, renamed);
        const auto earlier = std::ranges::find_if(
            out, [&](const auto& each) { return same_name(each.second, change->column); });
        if (!original && earlier != out.end()) {
            earlier->second = *change->name;
            continue;
        }
        const ColumnText* column = table.find(change->column);
        if (!column) {
            try {
                unknown_column(change->column, table);
            } catch (Error& error) {
                throw error.at(step.operation->origin);
            }
        }
        out.emplace_back(column->name, *change->name);
    }
    // A column that is dropped leaves its name to one that is renamed.
    for (const ops::Batch::Step& step : batch.steps) {
        const auto* drop = std::get_if<ops::DropColumn>(&step.operation->action);
        const auto wanted = [&](const auto& each) { return same_name(each.second, drop->column); };
        if (drop && table.find(drop->column) && std::ranges::any_of(out, wanted))
            out.emplace_back(drop->column, "orch_dropped_" + drop->column);
    }
    return out;
}

TableEditor::TableEditor(const Compiler& compiler, const ops::Batch& batch, TableText table,
                         const Renames& renames)
    : compiler_(compiler), batch_(batch), table_(std::move(table)), renames_(renames) {
    for (const ColumnText& each : table_.columns) {
        existing_.push_back(each.name);
        if (!each.find(Part::generated)) transfer_[each.name] = std::nullopt;
    }
}

std::vector<TableEditor::Copy> TableEditor::copied() const {
    std::vector<Copy> out;
    for (const ColumnText& each : table_.columns) {
        const auto at = transfer_.find(each.name);
        if (at != transfer_.end() && !each.find(Part::generated))
            out.push_back({each.name, each.name, at->second});
    }
    return out;
}

void TableEditor::apply() {
    name_constraints();
    reflected_columns();
    for (const schema::Constraint& each : batch_.reflect_constraints) {
        const auto name = constraint_name(each);
        const bool known = !name || std::ranges::any_of(all_constraints(), [&](const Part* part) {
            return part->name && same_name(*part->name, *name);
        });
        if (!known) add_constraint(each);
    }
    table_options(batch_.reflect_kwargs);
    for (const ops::Batch::Step& each : batch_.steps) {
        try {
            step(*each.operation, each);
        } catch (Error& error) {
            throw error.at(each.operation->origin);
        }
    }
    remove_checks_of_dropped();
    table_arguments();
    reorder();
}

void TableEditor::step(const ops::Operation& operation, const ops::Batch::Step& step) {
    if (const auto* add = std::get_if<ops::AddColumn>(&operation.action)) return add_column(*add, step);
    if (const auto* drop = std::get_if<ops::DropColumn>(&operation.action)) {
        if (drop->if_exists && !table_.find(current(drop->column))) return;
        return drop_column(column(drop->column).name);
    }
    if (const auto* change = std::get_if<ops::AlterColumn>(&operation.action)) return alter_column(*change);
    if (const auto* add = std::get_if<ops::AddConstraint>(&operation.action))
        return add_constraint(add->constraint);
    if (const auto* drop = std::get_if<ops::DropConstraint>(&operation.action)) return drop_constraint(*drop);
    if (std::holds_alternative<ops::CreateIndex>(operation.action)) {
        new_indexes_.push_back(&operation);
        return;
    }
    if (const auto* drop = std::get_if<ops::DropIndex>(&operation.action)) {
        dropped_indexes_.push_back(drop->name);
        return;
    }
    if (std::holds_alternative<ops::TableComment>(operation.action)) {
        notes_.emplace_back("SQLite keeps no comments: left out");
        return;
    }
    throw Error(Fault::script,
                fmt::format("a batch does not {}", replace_all(ops::name(operation.action), "_", " ")))
        .hint("call it on 'op', outside of the batch");
}

// Names.

std::string TableEditor::current(std::string_view name) const {
    for (const auto& [old, now] : renames_)
        if (same_name(old, name)) return now;
    return std::string(name);
}

ColumnText& TableEditor::column(std::string_view name) {
    if (ColumnText* found = table_.find(current(name))) return *found;
    if (ColumnText* found = table_.find(name)) return *found;
    unknown_column(name, table_);
}

void TableEditor::say(Output& output) {
    for (const dialect::Statement& each : output.take())
        if (!each.note.empty() && !contains(notes_, each.note)) notes_.push_back(each.note);
}

// Columns.

schema::Table TableEditor::table_with(schema::Column column) const {
    schema::Table table;
    table.name = batch_.table;
    table.schema = batch_.schema;
    table.columns = {std::move(column)};
    return table;
}

// The column with what it brings: keys, CHECKs, indexes.
void TableEditor::add_column(const ops::AddColumn& operation, const ops::Batch::Step& step) {
    if (table_.find(operation.column.name)) {
        if (operation.if_not_exists) return;
        throw Error(Fault::script,
                    fmt::format("table '{}' has a column '{}' already", table_.name, operation.column.name));
    }
    const Place nowhere;
    Output output(Values::literals, nowhere);
    const schema::Table alone = table_with(operation.column);
    const auto plan = compiler_.layout(alone);
    ColumnText added = parse_column(compiler_.column(plan.columns.front(), plan, output));
    const std::string name = added.name;
    if (!plan.primary_key.columns.empty()) remove_primary_key();
    table_.add(std::move(added));
    if (!plan.primary_key.columns.empty()) {
        const std::string key = compiler_.primary_key(plan.primary_key, plan);
        if (!key.empty()) table_.add(parse_constraint(key));
    }
    for (const schema::Constraint& each : plan.constraints) {
        const std::string text = compiler_.constraint(each, plan, output);
        if (!text.empty()) add_part(parse_constraint(text));
    }
    for (const schema::Index& each : plan.indexes) column_indexes_.push_back(each);
    say(output);
    place(name, step);
}

void TableEditor::drop_column(const std::string& given) {
    const std::string name = given; // `given` may be the column's own
    if (table_.columns.size() == 1)
        throw Error(Fault::script, fmt::format("'{}' is the only column of table '{}'", name, table_.name))
            .hint("drop the table");
    std::erase_if(table_.columns, [&](const ColumnText& each) { return same_name(each.name, name); });
    std::erase_if(table_.constraints, [&](ConstraintText& each) {
        Part& part = each.part;
        if (!contains(part.columns, name) || part.kind == Part::check) return false;
        if (part.kind != Part::primary_key || part.columns.size() == 1) return true;
        std::erase_if(part.columns, [&](const std::string& key) { return same_name(key, name); });
        const std::string named = part.name ? "CONSTRAINT " + in_quotes(*part.name) + " " : "";
        part.text = fmt::format("{}PRIMARY KEY ({})", named, compiler_.column_list(part.columns));
        return false;
    });
    transfer_.erase(name);
    std::erase(existing_, name);
    dropped_.push_back(name);
}

// A CHECK that has nothing else to look at goes with its column, and so does one that nobody could drop by
// name.
void TableEditor::remove_checks_of_dropped() {
    const auto goes = [&](const Part& part) {
        if (part.kind != Part::check) return false;
        const auto gone = [&](const std::string& name) {
            return mentions(part.expression, name) && !table_.find(name);
        };
        if (std::ranges::none_of(dropped_, gone)) return false;
        const bool others = std::ranges::any_of(
            table_.columns, [&](const ColumnText& each) { return mentions(part.expression, each.name); });
        if (part.name && others)
            throw Error(
                Fault::script,
                fmt::format("constraint '{}' of table '{}' needs a column that is dropped: CHECK ({})",
                            *part.name, table_.name, part.expression))
                .hint(fmt::format("drop it as well: batch_op.drop_constraint('{}', type_='check')",
                                  *part.name));
        notes_.push_back(
            fmt::format("CHECK ({}) of table '{}' is dropped with its column", part.expression, table_.name));
        return true;
    };
    erase_parts(goes);
}

template <class Wanted>
void TableEditor::erase_parts(const Wanted& wanted) {
    std::erase_if(table_.constraints, [&](const ConstraintText& each) { return wanted(each.part); });
    for (ColumnText& column : table_.columns) std::erase_if(column.parts, wanted);
}

void TableEditor::alter_column(const ops::AlterColumn& operation) {
    ColumnText& changed = column(operation.column);
    const auto remove = [&](Part::Kind kind) {
        std::erase_if(changed.parts, [&](const Part& part) { return part.kind == kind; });
    };
    const auto add = [&](const std::string& clause) {
        changed.parts.push_back(parse_column("x" + clause).parts.front());
    };
    if (operation.type) change_type(changed, operation);
    if (operation.nullable && *operation.nullable != (changed.find(Part::not_null) == nullptr)) {
        remove(Part::not_null);
        remove(Part::null);
        if (!*operation.nullable) add(" NOT NULL");
    }
    schema::Column said;
    said.name = changed.name;
    if (operation.server_default.given) {
        said.server_default = operation.server_default.value.value_or(nullptr);
        const std::string clause = compiler_.default_clause(said);
        const Part* had = changed.find(Part::default_value);
        const std::string before = had ? had->expression : "";
        const std::string after = clause.empty() ? "" : parse_column("x" + clause).parts.front().expression;
        if (before != after || (had == nullptr) != clause.empty()) {
            remove(Part::default_value);
            if (!clause.empty()) add(clause);
        }
    }
    if (operation.computed.given) {
        remove(Part::generated);
        remove(Part::default_value);
        if (operation.computed.value)
            add(" " + compiler_.computed(*operation.computed.value));
        else
            transfer_[changed.name] = std::nullopt;
    }
    if (operation.identity.given)
        notes_.push_back(fmt::format("SQLite has no IDENTITY: column '{}' of table '{}' stays as it is",
                                     changed.name, table_.name));
    if (operation.comment.given) notes_.emplace_back("SQLite keeps no comments: left out");
}

// Rows get a CAST where the type is of another family, as in Alembic.
void TableEditor::change_type(ColumnText& changed, const ops::AlterColumn& operation) {
    const schema::Type& type = compiler_.resolve(*operation.type);
    ColumnText wanted = parse_column("x " + compiler_.type(type));
    remove_type_checks(changed.name, operation);
    const std::string from = family(declared_type(changed.type)), to = family(type);
    const auto moved = transfer_.find(changed.name);
    if (from != to && to != "JSON" && moved != transfer_.end()) moved->second = wanted.type;
    changed.type = wanted.type;
    if (const Part* collate = wanted.find(Part::collate)) {
        std::erase_if(changed.parts, [](const Part& part) { return part.kind == Part::collate; });
        changed.parts.push_back(*collate);
    }
    add_type_check(changed, *operation.type);
}

// The CHECK of a Boolean or Enum is part of its type, and goes with it: by the type's name for it, or, where
// it has none, by its form.
void TableEditor::remove_type_checks(const std::string& name, const ops::AlterColumn& operation) {
    std::optional<std::string> known;
    if (operation.existing_type) {
        const schema::Type& old = compiler_.resolve(*operation.existing_type);
        known = old.constraint_name ? old.constraint_name : old.type_name;
    }
    erase_parts([&](const Part& part) {
        if (part.kind != Part::check) return false;
        if (part.name) return known && same_name(*part.name, *known);
        return is_values_check(part, name);
    });
}

void TableEditor::add_type_check(const ColumnText& changed, const schema::Type& type) {
    schema::Column said;
    said.name = changed.name;
    said.type = type;
    const schema::Table alone = table_with(std::move(said));
    const auto plan = compiler_.layout(alone);
    for (const schema::Constraint& each : plan.constraints) add_constraint(each);
}

// Constraints.

std::vector<Part*> TableEditor::all_constraints() {
    std::vector<Part*> out;
    const auto take = [&](Part& part) {
        if (part.kind == Part::primary_key || part.kind == Part::unique || part.kind == Part::check ||
            part.kind == Part::foreign_key)
            out.push_back(&part);
    };
    for (ColumnText& column : table_.columns)
        for (Part& part : column.parts) take(part);
    for (ConstraintText& each : table_.constraints) take(each.part);
    return out;
}

Part TableEditor::part(const schema::Constraint& constraint) {
    const Place nowhere;
    Output output(Values::literals, nowhere);
    schema::Table table;
    table.name = batch_.table;
    table.schema = batch_.schema;
    Compiler::Layout plan;
    plan.table = &table;
    const std::string text = compiler_.constraint(constraint, plan, output);
    say(output);
    return text.empty() ? Part{} : parse_constraint(text);
}

void TableEditor::add_constraint(const schema::Constraint& constraint) {
    Part added = part(constraint);
    if (added.text.empty()) return;
    bool stale = false;
    for (std::string& name : added.columns) {
        if (!table_.find(name) && table_.find(current(name))) {
            name = current(name);
            stale = true;
        }
        if (!table_.find(name)) unknown_column(name, table_);
    }
    if (stale) { // the script says it with a name from before
        schema::Constraint renamed = constraint;
        std::visit(
            [&](auto& each) {
                if constexpr (requires { each.columns; }) each.columns = added.columns;
            },
            renamed);
        added = part(renamed);
    }
    if (added.kind == Part::primary_key) remove_primary_key();
    add_part(std::move(added));
}

// One of the same name makes way, as in Alembic.
void TableEditor::add_part(Part part) {
    if (part.name) remove_named(*part.name);
    table_.add(std::move(part));
}

bool TableEditor::remove_named(std::string_view name) {
    bool found = false;
    erase_parts([&](const Part& part) {
        const bool is = part.name && same_name(*part.name, name) &&
                        (part.kind == Part::primary_key || part.kind == Part::unique ||
                         part.kind == Part::check || part.kind == Part::foreign_key);
        found = found || is;
        return is;
    });
    return found;
}

void TableEditor::remove_primary_key() {
    erase_parts([](const Part& part) { return part.kind == Part::primary_key; });
}

void TableEditor::drop_constraint(const ops::DropConstraint& operation) {
    if (remove_named(operation.name) || operation.if_exists) return;
    std::vector<std::string> known, unnamed;
    for (const Part* each : all_constraints()) {
        if (each->name)
            known.push_back(*each->name);
        else
            unnamed.push_back(each->text);
    }
    Error error(Fault::script, fmt::format("table '{}' has no constraint '{}'", table_.name, operation.name));
    if (const auto near = nearest(operation.name, known))
        error.hint(fmt::format("did you mean '{}'?", *near));
    else if (!unnamed.empty())
        error.hint("it has constraints without a name, which naming_convention= of op.batch_alter_table() "
                   "gives one: " +
                   join(unnamed, ", "));
    else
        error.hint(known.empty() ? "it has none at all" : "its constraints: " + quoted_list(known));
    throw error;
}

void TableEditor::name_constraints() {
    for (Part* each : all_constraints()) {
        if (each->name) continue;
        if (const auto name = conventional_name(*each, table_.name, batch_.naming_convention))
            set_name(*each, *name, compiler_.quote(*name));
    }
}

// Arguments of the batch.

void TableEditor::reflected_columns() {
    for (const schema::Column& said : batch_.reflect_columns) {
        ColumnText& known = column(said.name);
        if (said.type_given)
            known.type = parse_column("x " + compiler_.type(compiler_.resolve(said.type))).type;
    }
}

void TableEditor::table_arguments() {
    for (const schema::Constraint& each : batch_.table_args) {
        const auto name = constraint_name(each);
        const Part wanted = part(each);
        const bool known = std::ranges::any_of(all_constraints(), [&](const Part* had) {
            return name ? had->name && same_name(*had->name, *name) : had->text == wanted.text;
        });
        if (!known) add_constraint(each);
    }
    table_options(batch_.table_kwargs);
}

void TableEditor::table_options(const schema::Options& options) {
    constexpr std::array<std::string_view, 3> known{"sqlite_autoincrement", "sqlite_with_rowid",
                                                    "sqlite_strict"};
    dialect::check_options(options, "sqlite_", known, "a table");
    table_.set_options(!dialect::option_flag(options, "sqlite_with_rowid", !table_.without_rowid),
                       dialect::option_flag(options, "sqlite_strict", table_.strict));
    if (dialect::find_option(options, "sqlite_autoincrement"))
        autoincrement(dialect::option_flag(options, "sqlite_autoincrement", false));
}

// AUTOINCREMENT stands in the column of an INTEGER PRIMARY KEY and nowhere else.
void TableEditor::autoincrement(bool on) {
    const std::vector<std::string> key = table_.primary_key();
    ColumnText* id = key.size() == 1 ? table_.find(key.front()) : nullptr;
    if (!id || !same_name(id->type, "INTEGER")) return;
    std::optional<std::string> name;
    for (const Part* each : all_constraints()) {
        if (each->kind != Part::primary_key) continue;
        if (each->autoincrement == on) return;
        name = each->name;
    }
    remove_primary_key();
    const std::string named = name ? "CONSTRAINT " + compiler_.quote(*name) + " " : "";
    id->parts.push_back(
        parse_column("x " + named + "PRIMARY KEY" + (on ? " AUTOINCREMENT" : "")).parts.front());
}

// The order of the columns: pairs of neighbours that say who stands before whom, sorted so that what nothing
// was said of stays where it was. Pairs and sorting are Alembic's, so that the columns come out the same.

void TableEditor::place(const std::string& name, const ops::Batch::Step& step) {
    auto before = step.insert_before ? std::optional(column(*step.insert_before).name) : std::nullopt;
    auto after = step.insert_after ? std::optional(column(*step.insert_after).name) : std::nullopt;
    const auto position = [&](const std::string& each) { return std::ranges::find(existing_, each); };
    if (batch_.partial_reordering.empty()) {
        if (after && !before) {
            const auto at = position(*after);
            if (at == existing_.end()) {
                for (const auto& [first, second] : order_)
                    if (first == *after) before = second;
            } else if (at + 1 != existing_.end()) {
                before = *(at + 1);
            }
        } else if (before && !after) {
            const auto at = position(*before);
            if (at == existing_.end()) {
                for (const auto& [first, second] : order_)
                    if (second == *before) after = first;
            } else if (at != existing_.begin()) {
                after = *(at - 1);
            }
        }
    }
    if (before) order_.emplace_back(name, *before);
    if (after) order_.emplace_back(*after, name);
    if (!before && !after && batch_.partial_reordering.empty() && !existing_.empty())
        order_.emplace_back(existing_.back(), name);
}

void TableEditor::reorder() {
    const bool placed = std::ranges::any_of(
        batch_.steps, [](const ops::Batch::Step& each) { return each.insert_before || each.insert_after; });
    if (batch_.partial_reordering.empty() && !placed) return;
    std::set<std::pair<std::string, std::string>> pairs(order_.begin(), order_.end());
    for (const std::vector<std::string>& group : batch_.partial_reordering)
        for (std::size_t i = 1; i < group.size(); ++i)
            pairs.emplace(column(group[i - 1]).name, column(group[i]).name);
    if (batch_.partial_reordering.empty())
        for (std::size_t i = 1; i < existing_.size(); ++i) pairs.emplace(existing_[i - 1], existing_[i]);
    std::vector<std::string> left = names_of(table_), sorted;
    while (!left.empty()) {
        std::vector<std::string> free;
        for (const std::string& each : left)
            if (std::ranges::none_of(pairs, [&](const auto& pair) {
                    return pair.second == each && pair.first != each &&
                           std::ranges::find(left, pair.first) != left.end();
                }))
                free.push_back(each);
        if (free.empty())
            throw Error(Fault::script, "the order asked for goes in a circle: " + quoted_list(left))
                .hint("look at partial_reordering=, insert_before= and insert_after=");
        for (const std::string& each : free) std::erase(left, each);
        sorted.insert(sorted.end(), free.begin(), free.end());
    }
    if (sorted == names_of(table_)) return;
    std::vector<ColumnText> columns;
    std::vector<Around> around;
    for (const ColumnText& each : table_.columns) around.push_back(each.around);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        columns.push_back(*table_.find(sorted[i]));
        Around& place = columns.back().around;
        if (trim(place.lead).empty()) place.lead = around[i].lead;
    }
    table_.columns = std::move(columns);
}

// copy_from.

TableText TableEditor::definition(const Compiler& compiler, const schema::Table& table) {
    const Place nowhere;
    Output output(Values::literals, nowhere);
    compiler.create_table({table, false}, output);
    return parse_table(output.take().front().sql);
}

schema::Table TableEditor::renamed(schema::Table table, const Renames& renames) {
    const auto now = [&](std::string& name) {
        for (const auto& [old, other] : renames)
            if (same_name(old, name)) {
                name = other;
                return;
            }
    };
    const auto all = [&](std::vector<std::string>& names) { std::ranges::for_each(names, now); };
    for (schema::Column& column : table.columns) {
        now(column.name);
        for (schema::ForeignKey& key : column.foreign_keys) all(key.columns);
    }
    for (schema::Constraint& constraint : table.constraints)
        std::visit(
            [&](auto& each) {
                if constexpr (requires { each.columns; }) all(each.columns);
            },
            constraint);
    for (schema::Index& index : table.indexes)
        for (schema::IndexElement& element : index.elements)
            if (!element.column.empty()) now(element.column);
    return table;
}

} // namespace orch::sqlite
