// Tables, columns and constraints.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::postgresql {

using dialect::check_options;
using dialect::find_option;
using dialect::option_flag;
using dialect::option_text;

namespace {

constexpr auto table_options = std::to_array<std::string_view>(
    {"postgresql_inherits", "postgresql_on_commit", "postgresql_partition_by", "postgresql_tablespace",
     "postgresql_using", "postgresql_with", "postgresql_with_oids", "postgresql_ignore_search_path"});
constexpr std::array<std::string_view, 1> validity_options{"postgresql_not_valid"};
constexpr std::array<std::string_view, 2> key_options{"postgresql_include", "postgresql_nulls_not_distinct"};
constexpr std::array<std::string_view, 1> column_change_options{"postgresql_using"};

std::string validity(const schema::Options& options) {
    return option_flag(options, "postgresql_not_valid", false) ? " NOT VALID" : "";
}

/// The names of an option that takes one or several.
std::vector<std::string> names_in(const schema::Options& options, std::string_view name) {
    const schema::Option* option = find_option(options, name);
    if (!option) return {};
    if (const auto* one = std::get_if<std::string>(&option->value)) return {*one};
    if (const auto* many = std::get_if<std::vector<std::string>>(&option->value)) return *many;
    throw Error(Fault::script, fmt::format("'{}' expected a name or a list of names", name));
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

bool is_named(const schema::Type& type, std::string_view name) { return lower(type.name) == name; }

bool has_foreign_key(const std::vector<schema::Constraint>& constraints, const std::string& column) {
    return std::ranges::any_of(constraints, [&](const schema::Constraint& each) {
        const auto* key = std::get_if<schema::ForeignKey>(&each);
        return key && std::ranges::find(key->columns, column) != key->columns.end();
    });
}

} // namespace

Compiler::Compiler(const dialect::Traits& traits) : AnsiCompiler(traits, own_grammar) {}

void Compiler::create_table(const ops::CreateTable& given, Output& output) const {
    check_options(given.table.options, prefix, table_options, "a table");
    ops::CreateTable operation = given;
    operation.table.columns = with_schema(std::move(operation.table.columns), operation.table.schema);
    create_types_of(operation.table.columns, output);
    AnsiCompiler::create_table(operation, output);
}

// The new name carries no schema: a table stays in its own.
void Compiler::rename_table(const ops::RenameTable& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} RENAME TO {}", table_name(operation.schema, operation.old_name),
                           quote(operation.new_name)));
}

// Alembic leaves the creation of an enum to the script here.
void Compiler::add_column(const ops::AddColumn& given, Output& output) const {
    ops::AddColumn operation = given;
    operation.column = with_schema({operation.column}, operation.schema).front();
    AnsiCompiler::add_column(operation, output);
}

// The only integer of the primary key counts by itself, unless the script says where its values come from.
bool Compiler::counts_by_itself(const schema::Column& column, const Layout& layout) const {
    using schema::Autoincrement;
    if (!column.primary_key || column.identity || column.autoincrement == Autoincrement::no) return false;
    if (kind(column.type) != Kind::integer) return false;
    if (column.sequence && !column.sequence->optional) return false;
    if (column.autoincrement == Autoincrement::yes) return true;
    if (layout.primary_key.columns.size() != 1 || column.server_default || column.server_default_fetched)
        return false;
    return column.autoincrement == Autoincrement::ignore_foreign_key ||
           !has_foreign_key(layout.constraints, column.name);
}

std::string Compiler::serial(const schema::Type& given) const {
    const schema::Type& type = resolve(given);
    if (is_named(type, "biginteger") || is_named(type, "bigint")) return "BIGSERIAL";
    if (is_named(type, "smallinteger") || is_named(type, "smallint")) return "SMALLSERIAL";
    return "SERIAL";
}

// name (SERIAL | type [DEFAULT]) [GENERATED] [NOT NULL | NULL] [CHECK]
std::string Compiler::column(const schema::Column& column, const Layout& layout, Output& output) const {
    check_options(column.options, prefix, {}, "a column");
    if (counts_by_itself(column, layout)) {
        std::string out = quote(column.name) + " " + serial(column.type);
        if (!column.is_nullable()) out += " NOT NULL";
        for (const schema::Check& each : column.checks) out += " " + check(each);
        return out;
    }
    if (!column.identity || !column.nullable.value_or(false))
        return AnsiCompiler::column(column, layout, output);
    schema::Column bare = column;
    bare.checks.clear();
    std::string out = AnsiCompiler::column(bare, layout, output) + " NULL";
    for (const schema::Check& each : column.checks) out += " " + check(each);
    return out;
}

std::string Compiler::after_table(const Layout& layout) const {
    const schema::Options& options = layout.table->options;
    std::string out;
    if (find_option(options, "postgresql_inherits"))
        out += "\n INHERITS (" + column_list(names_in(options, "postgresql_inherits")) + ")";
    if (const auto by = option_text(options, "postgresql_partition_by")) out += "\n PARTITION BY " + *by;
    if (const auto method = option_text(options, "postgresql_using")) out += "\n USING " + *method;
    if (const std::string with = storage_parameters(options); !with.empty()) out += "\n" + with;
    if (find_option(options, "postgresql_with_oids"))
        out += option_flag(options, "postgresql_with_oids", false) ? "\n WITH OIDS" : "\n WITHOUT OIDS";
    if (const auto end = option_text(options, "postgresql_on_commit"))
        out += "\n ON COMMIT " + upper(replace_all(*end, "_", " "));
    if (const auto space = option_text(options, "postgresql_tablespace"))
        out += "\n TABLESPACE " + quote(*space);
    return out;
}

// Before PostgreSQL 18 there is only STORED.
std::string Compiler::computed(const schema::Computed& computed) const {
    if (computed.persisted && !*computed.persisted)
        throw Error(Fault::script, "PostgreSQL has no computed columns that are not stored")
            .hint("write sa.Computed(..., persisted=True)");
    return fmt::format("GENERATED ALWAYS AS ({}) STORED", expression(computed.expression));
}

std::string Compiler::include(const schema::Options& options) const {
    const std::vector<std::string> names = names_in(options, "postgresql_include");
    return names.empty() ? "" : " INCLUDE (" + column_list(names) + ")";
}

std::string Compiler::primary_key(const schema::PrimaryKey& constraint, const Layout&) const {
    check_options(constraint.options, prefix, key_options, "a constraint");
    return fmt::format("{}PRIMARY KEY ({}){}{}", constraint_name(constraint.name),
                       column_list(constraint.columns), include(constraint.options),
                       deferrability(constraint.deferrable, constraint.initially));
}

std::string Compiler::unique(const schema::Unique& constraint, const Layout&) const {
    check_options(constraint.options, prefix, key_options, "a constraint");
    if (constraint.columns.empty()) return {};
    std::string_view nulls;
    if (find_option(constraint.options, "postgresql_nulls_not_distinct"))
        nulls = option_flag(constraint.options, "postgresql_nulls_not_distinct", false)
                    ? "NULLS NOT DISTINCT "
                    : "NULLS DISTINCT ";
    return fmt::format("{}UNIQUE {}({}){}{}", constraint_name(constraint.name), nulls,
                       column_list(constraint.columns), include(constraint.options),
                       deferrability(constraint.deferrable, constraint.initially));
}

std::string Compiler::check(const schema::Check& constraint) const {
    check_options(constraint.options, prefix, validity_options, "a constraint");
    return AnsiCompiler::check(constraint) + validity(constraint.options);
}

std::string Compiler::foreign_key(const schema::ForeignKey& constraint, const Layout& layout,
                                  Output& output) const {
    check_options(constraint.options, prefix, validity_options, "a constraint");
    return AnsiCompiler::foreign_key(constraint, layout, output) + validity(constraint.options);
}

void Compiler::alter_column(const ops::AlterColumn& operation, Output& output) const {
    check_options(operation.options, prefix, column_change_options, "alter_column");
    if (find_option(operation.options, "postgresql_using") && !operation.type)
        throw Error(Fault::script, fmt::format("postgresql_using= of column '{}.{}' needs type_=",
                                               operation.table, operation.column));
    // The type comes first, as in Alembic: what follows may be true of the new type only.
    if (operation.type) column_type(operation, output);
    ops::AlterColumn rest = operation;
    rest.type.reset();
    AnsiCompiler::alter_column(rest, output);
}

void Compiler::column_type(const ops::AlterColumn& change, Output& output) const {
    const auto by = option_text(change.options, "postgresql_using");
    output.add(fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE {}{}",
                           table_name(change.schema, change.table), quote(change.column), type(*change.type),
                           by ? " USING " + *by : ""));
}

// DROP IDENTITY | ADD GENERATED ... | SET GENERATED ALWAYS SET START WITH 4
void Compiler::column_identity(const ops::AlterColumn& change, Output& output) const {
    const auto& wanted = change.identity.value;
    std::string rest;
    if (!wanted) {
        rest = "DROP IDENTITY";
    } else if (!change.existing_identity) {
        rest = "ADD " + identity(*wanted);
    } else {
        rest = identity_changes(*change.existing_identity, *wanted);
        if (rest.empty()) return;
    }
    output.add(fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", table_name(change.schema, change.table),
                           quote(change.column), rest));
}

std::string Compiler::identity_changes(const schema::Identity& from, const schema::Identity& to) const {
    std::vector<std::string> out;
    if (from.always != to.always)
        out.emplace_back(to.always ? "SET GENERATED ALWAYS" : "SET GENERATED BY DEFAULT");
    const auto set = [&](auto member) {
        if (from.*member == to.*member) return;
        schema::Identity one;
        one.*member = to.*member;
        if (const std::string words = identity_options(one); !words.empty()) out.push_back("SET " + words);
    };
    // In the order of their names, as Alembic has them.
    set(&schema::Identity::cache);
    set(&schema::Identity::cycle);
    set(&schema::Identity::increment);
    set(&schema::Identity::maxvalue);
    set(&schema::Identity::minvalue);
    set(&schema::Identity::nomaxvalue);
    set(&schema::Identity::nominvalue);
    set(&schema::Identity::start);
    return join(out, " ");
}

void Compiler::create_sequence(const ops::CreateSequence& operation, Output& output) const {
    const schema::Sequence& sequence = operation.sequence;
    const std::string options = identity_options(sequence.options);
    output.add(fmt::format("CREATE SEQUENCE {}{}{}{}{}", operation.if_not_exists ? "IF NOT EXISTS " : "",
                           table_name(sequence.schema, sequence.name),
                           sequence.type ? " AS " + type(*sequence.type) : "", options.empty() ? "" : " ",
                           options));
}

} // namespace orch::postgresql
