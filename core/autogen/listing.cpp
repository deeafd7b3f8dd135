#include "autogen/listing.hpp"

#include "autogen/python.hpp"
#include "autogen/sql_text.hpp"
#include "autogen/tables.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orch::autogen {

namespace {

class Sql {
  public:
    explicit Sql(const dialect::Dialect& dialect) : dialect_(dialect) {}

    void add(ops::Action action) {
        const ops::Operation operation{std::move(action), {}};
        for (const auto& statement : dialect_.compiler().compile(operation, dialect::Values::literals))
            if (statement.once.empty() || types_.insert(statement.sql).second) add_text(statement.sql);
    }
    /// A type that tables of it do not create again.
    void add(const schema::Enum& one) {
        schema::Type type;
        type.name = "Enum";
        type.type_name = one.name;
        type.type_schema = one.schema;
        type.values = one.values;
        const ops::Operation operation{ops::CreateType{std::move(type), false}, {}};
        for (const auto& statement : dialect_.compiler().compile(operation, dialect::Values::literals))
            if (types_.insert(statement.sql).second) add_text(statement.sql);
    }
    void add_text(std::string_view sql) {
        sql = trim(sql);
        if (sql.empty()) return;
        text_ += std::string(sql) + (sql.back() == ';' ? "" : dialect_.traits().terminator) + "\n\n";
    }
    std::string take() { return std::move(text_); }

  private:
    const dialect::Dialect& dialect_;
    std::string text_;
    std::set<std::string> types_; ///< the statements that made them
};

bool is_told_twice(const schema::Index& index) { return index.options.contains("duplicates_constraint"); }

std::string type_of(const schema::Column& column, const dialect::Compiler& compiler) {
    try {
        return compiler.type(column.type);
    } catch (const Error&) {
        return column.type.name;
    }
}

std::string rest_of(const schema::Column& column, const dialect::Compiler& compiler) {
    std::vector<std::string> words;
    if (!column.is_nullable()) words.emplace_back("not null");
    if (column.server_default) words.push_back("default " + sql_text(column.server_default, compiler));
    if (column.identity) words.push_back(column.identity->always ? "identity always" : "identity");
    if (column.computed)
        words.push_back(fmt::format("generated as ({})", sql_text(column.computed->expression, compiler)));
    if (column.comment) words.push_back("-- " + *column.comment);
    return join(words, " ");
}

std::string named(const char* what, const std::optional<std::string>& name) {
    return name ? fmt::format("{} {}", what, *name) : std::string(what);
}

std::string line(const schema::Constraint& constraint, const dialect::Compiler& compiler) {
    if (const auto* key = std::get_if<schema::PrimaryKey>(&constraint))
        return fmt::format("{} ({})", named("primary key", key->name), join(key->columns, ", "));
    if (const auto* unique = std::get_if<schema::Unique>(&constraint))
        return fmt::format("{} ({})", named("unique", unique->name), join(unique->columns, ", "));
    if (const auto* check = std::get_if<schema::Check>(&constraint))
        return fmt::format("{} ({})", named("check", check->name), sql_text(check->condition, compiler));
    if (const auto* key = std::get_if<schema::ForeignKey>(&constraint)) {
        std::string out = fmt::format(
            "{} ({}) -> {} ({})", named("foreign key", key->name), join(key->columns, ", "),
            full_name(key->referent_table, key->referent_schema), join(key->referent_columns, ", "));
        if (key->rule.on_delete) out += " on delete " + lower(*key->rule.on_delete);
        if (key->rule.on_update) out += " on update " + lower(*key->rule.on_update);
        return out;
    }
    return named("exclude", std::get<schema::Exclude>(constraint).name);
}

std::string line(const schema::Index& index, const dialect::Compiler& compiler) {
    std::vector<std::string> elements;
    for (const schema::IndexElement& element : index.elements) {
        std::string text = element.expression ? sql_text(element.expression, compiler) : element.column;
        for (const std::string& word : element.sorting) text += " " + word;
        elements.push_back(text);
    }
    std::string out = fmt::format("{} ({})", named(index.unique ? "unique index" : "index", index.name),
                                  join(elements, ", "));
    for (const auto& [key, option] : index.options) {
        const std::string word = key.substr(key.find('_') + 1);
        if (const auto* sql = std::get_if<schema::ExpressionPtr>(&option.value))
            out += fmt::format(" {} {}", word, sql_text(*sql, compiler));
        else if (const auto* text = std::get_if<std::string>(&option.value); text && !is_internal_option(key))
            out += fmt::format(" {} {}", word, *text);
        else if (const auto* list = std::get_if<std::vector<std::string>>(&option.value);
                 list && !list->empty())
            out += fmt::format(" {} ({})", word, join(*list, ", "));
    }
    return out;
}

std::string block(const schema::Table& table, const dialect::Compiler& compiler) {
    std::string out = "table " + full_name(table) + (table.comment ? "  -- " + *table.comment : "") + "\n";
    std::size_t names = 0, types = 0;
    for (const schema::Column& column : table.columns) {
        names = std::max(names, code_points(column.name));
        types = std::max(types, type_of(column, compiler).size());
    }
    for (const schema::Column& column : table.columns) {
        const std::string type = type_of(column, compiler), rest = rest_of(column, compiler);
        std::string text = "  " + column.name + std::string(names - code_points(column.name) + 2, ' ') + type;
        if (!rest.empty()) text += std::string(types - type.size() + 2, ' ') + rest;
        out += text + "\n";
    }
    for (const schema::Constraint& constraint : table.constraints)
        out += "  " + line(constraint, compiler) + "\n";
    for (const schema::Index& index : table.indexes)
        if (!is_told_twice(index)) out += "  " + line(index, compiler) + "\n";
    return out;
}

} // namespace

std::string to_sql(const schema::Catalog& catalog, const dialect::Dialect& dialect) {
    Sql sql(dialect);
    for (const schema::Enum& one : catalog.enums) sql.add(one);
    for (const schema::Sequence& sequence : catalog.sequences) sql.add(ops::CreateSequence{sequence, false});
    std::vector<const schema::Table*> tables;
    for (const schema::Table& table : catalog.tables) tables.push_back(&table);
    const Sorted order = sorted(tables);
    const bool apart = !dialect.traits().batch_rebuilds;
    for (const std::size_t i : order.order) {
        schema::Table table = *tables[i];
        std::vector<schema::Index> indexes = std::move(table.indexes);
        table.indexes.clear();
        if (apart)
            for (auto key = order.cyclic.rbegin(); key != order.cyclic.rend(); ++key)
                if (key->first == i)
                    table.constraints.erase(table.constraints.begin() +
                                            static_cast<std::ptrdiff_t>(key->second));
        sql.add(ops::CreateTable{table, false});
        for (schema::Index& index : indexes)
            if (!is_told_twice(index)) sql.add(ops::CreateIndex{std::move(index), false});
    }
    if (apart)
        for (const auto& [i, c] : order.cyclic)
            sql.add(ops::AddConstraint{tables[i]->name, tables[i]->schema, tables[i]->constraints[c]});
    for (const schema::View& view : catalog.views) {
        const bool whole = lower(trim(view.definition)).starts_with("create");
        sql.add_text(whole ? view.definition
                           : fmt::format("CREATE {}VIEW {} AS {}", view.materialized ? "MATERIALIZED " : "",
                                         dialect.compiler().quote(view.name), view.definition));
    }
    for (const schema::Trigger& trigger : catalog.triggers) sql.add_text(trigger.definition);
    return sql.take();
}

std::string to_text(const schema::Catalog& catalog, const dialect::Dialect& dialect) {
    std::vector<std::string> blocks;
    for (const schema::Table& table : catalog.tables)
        blocks.push_back(block(flattened(table, catalog.tables), dialect.compiler()));
    const auto list = [&](const char* what, const auto& objects) {
        std::string lines;
        for (const auto& object : objects)
            lines += fmt::format("{} {}\n", what, full_name(object.name, object.schema));
        if (!lines.empty()) blocks.push_back(lines);
    };
    list("view", catalog.views);
    list("sequence", catalog.sequences);
    list("enum", catalog.enums);
    list("trigger", catalog.triggers);
    list("function", catalog.functions);
    return join(blocks, "\n");
}

} // namespace orch::autogen
