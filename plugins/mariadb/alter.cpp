// Changes to what exists. A column is restated whole by MODIFY and CHANGE: what is not said there is gone,
// so a connection fills in what the script leaves out (connection.cpp), and without one SQLAlchemy's defaults
// stand.
#include "compiler.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::mariadb {

namespace {

using dialect::Kind;

const schema::Type* type_of(const ops::AlterColumn& change) {
    if (change.type) return &*change.type;
    return change.existing_type ? &*change.existing_type : nullptr;
}

/// What a column loses that is restated by a script which does not say what it has: Alembic writes it too,
/// and without a database nobody can look. A script that states existing_nullable= comes from autogenerate,
/// or from somebody who knows.
void warn_of_loss(const ops::AlterColumn& change, dialect::Output& output) {
    if (output.values() != dialect::Values::literals || change.nullable || change.existing_nullable) return;
    std::vector<std::string> missing{"existing_nullable="}, lost{"NOT NULL"};
    if (!change.server_default.given && !change.existing_server_default.given) {
        missing.emplace_back("existing_server_default=");
        lost.emplace_back("a default");
    }
    if (!change.comment.given && !change.existing_comment) {
        missing.emplace_back("existing_comment=");
        lost.emplace_back("a comment");
    }
    output.note(
        fmt::format("warning: column '{}.{}' is restated whole, without {}: what it has of {} is lost; state "
                    "them, or run it online, where the database is asked",
                    change.table, change.column, join(missing, ", "), join(lost, ", ")));
}

} // namespace

Compiler::Way Compiler::way(const ops::AlterColumn& change) const {
    const bool asks = change.nullable || change.type || change.autoincrement || change.comment.given;
    const bool online = server_.version > 0;
    if (change.name && !asks && !change.server_default.given &&
        (online ? server_.since(100502, 80000) : !change.existing_type))
        return Way::rename;
    if (change.name || asks) return Way::restate;
    // A moment may have a default that ALTER ... SET DEFAULT does not take. SQLAlchemy restates it also where
    // nothing is asked for.
    const schema::Type* type = type_of(change);
    const bool drops_default = change.server_default.given && !default_of(change);
    if (type && kind(*type) == Kind::datetime && !drops_default && (change.server_default.given || !online))
        return Way::restate;
    return change.server_default.given ? Way::set_default : Way::nothing;
}

std::optional<std::string> Compiler::default_of(const ops::AlterColumn& change) const {
    const auto& said = change.server_default.given ? change.server_default : change.existing_server_default;
    if (!said.given || !said.value || !*said.value) return std::nullopt;
    return expression(*said.value);
}

std::string Compiler::definition(const ops::AlterColumn& change) const {
    const schema::Type* said = type_of(change);
    if (!said)
        throw Error(
            Fault::script,
            fmt::format("{} restates a column whole to change it, and the type of '{}.{}' is not given",
                        grammar().title, change.table, change.column))
            .hint("give existing_type=, and existing_nullable=, existing_server_default=, existing_comment= "
                  "where the column has them");
    const bool nullable = change.nullable.value_or(change.existing_nullable.value_or(true));
    std::string out = type(*said) + (nullable ? " NULL" : " NOT NULL");
    if (change.autoincrement.value_or(change.existing_autoincrement.value_or(false)))
        out += " AUTO_INCREMENT";
    if (const auto value = default_of(change)) out += " DEFAULT " + *value;
    const auto& comment = change.comment.given ? change.comment.value : change.existing_comment;
    if (comment && !comment->empty()) out += " COMMENT " + literal_of(*comment);
    return out;
}

void Compiler::alter_column(const ops::AlterColumn& change, Output& output) const {
    if (change.identity.given) column_identity(change, output);
    if (change.computed.given) column_computed(change, output);
    const bool restates = way(change) == Way::restate;
    if (restates) warn_of_loss(change, output);
    alter_column(change, restates ? definition(change) : "", output);
}

std::vector<dialect::Statement> Compiler::alter_column_to(const ops::AlterColumn& change,
                                                          const std::string& definition,
                                                          const Place& origin) const {
    Output output(dialect::Values::parameters, origin);
    alter_column(change, definition, output);
    return output.take();
}

void Compiler::alter_column(const ops::AlterColumn& change, const std::string& definition,
                            Output& output) const {
    const std::string alter = "ALTER TABLE " + table_name(change.schema, change.table);
    const std::string name = quote(change.column), new_name = quote(change.name.value_or(change.column));
    const schema::Type* type = type_of(change);
    const bool moment = type && kind(*type) == Kind::datetime;
    const auto value = default_of(change);
    switch (way(change)) {
    case Way::rename: output.add(fmt::format("{} RENAME COLUMN {} TO {}", alter, name, new_name)); break;
    case Way::restate: // SQLAlchemy says CHANGE where the name or a moment is concerned
        if (change.name || moment)
            output.add(fmt::format("{} CHANGE {} {} {}", alter, name, new_name, definition));
        else
            output.add(fmt::format("{} MODIFY {} {}", alter, name, definition));
        break;
    case Way::set_default:
        output.add(fmt::format("{} ALTER COLUMN {} {}", alter, name,
                               value ? "SET DEFAULT " + *value : "DROP DEFAULT"));
        break;
    case Way::nothing: break;
    }
    if (!change.type || !needs_check(*change.type)) return;
    schema::Table table;
    table.name = change.table;
    table.schema = change.schema;
    table.columns.emplace_back();
    table.columns.front().name = change.column;
    table.columns.front().type = *change.type;
    for (const schema::Constraint& each : layout(table).constraints)
        add_constraint({change.table, change.schema, each}, output);
}

namespace {

/// The length of an index's element, from mysql_length=10 or mysql_length={"name": 10}.
std::optional<std::string> length_of(const schema::Option* lengths, const std::string& column,
                                     const std::string& written) {
    if (!lengths) return std::nullopt;
    if (const auto* all = std::get_if<std::int64_t>(&lengths->value)) return std::to_string(*all);
    if (const auto* each = std::get_if<std::vector<std::pair<std::string, std::string>>>(&lengths->value)) {
        for (const auto& [name, length] : *each)
            if (name == column || name == written) return length;
        return std::nullopt;
    }
    throw Error(Fault::script, "the length of an index's columns expected a number or a dict of numbers");
}

/// What CREATE INDEX takes without parentheses of its own: a column, a text, an order of one.
bool stands_bare(const sql::Expression& expression) {
    if (const auto* unary = std::get_if<sql::Unary>(&expression.node))
        return unary->postfix && (unary->op == "DESC" || unary->op == "ASC");
    return !std::holds_alternative<sql::Binary>(expression.node) &&
           !std::holds_alternative<sql::Chain>(expression.node) &&
           !std::holds_alternative<sql::Function>(expression.node);
}

} // namespace

std::string Compiler::index_columns(const schema::Index& index) const {
    const schema::Option* lengths = find(index.options, "length");
    std::string out;
    for (const schema::IndexElement& each : index.elements) {
        std::string text = each.expression ? expression(each.expression) : quote(each.column);
        if (each.expression && !stands_bare(*each.expression)) text = "(" + text + ")";
        if (const auto length = length_of(lengths, each.column, text)) text += "(" + *length + ")";
        out += (out.empty() ? "" : ", ") + text;
    }
    if (out.empty()) throw Error(Fault::script, fmt::format("index '{}' has no columns", index_name(index)));
    return out;
}

// CREATE [UNIQUE] [FULLTEXT] INDEX [IF NOT EXISTS] name ON table (columns) [WITH PARSER p] [USING method]
void Compiler::create_index(const ops::CreateIndex& operation, Output& output) const {
    const schema::Index& index = operation.index;
    constexpr std::string_view known[] = {"using", "length", "prefix", "with_parser"};
    check(index.options, known, "an index");
    const auto prefix = dialect::option_text(index.options, option("prefix"));
    std::string sql =
        fmt::format("CREATE {}{}INDEX {}{} ON {} ({})", index.unique ? "UNIQUE " : "",
                    prefix ? *prefix + " " : "", operation.if_not_exists ? "IF NOT EXISTS " : "",
                    quote(index_name(index)), table_name(index.schema, index.table), index_columns(index));
    if (const auto parser = shared_text(index.options, "with_parser")) sql += " WITH PARSER " + *parser;
    if (const auto method = shared_text(index.options, "using")) sql += " USING " + quote(*method);
    output.add(std::move(sql));
}

void Compiler::drop_index(const ops::DropIndex& operation, Output& output) const {
    if (!operation.table)
        throw Error(Fault::script,
                    fmt::format("{} drops an index from its table, and that of '{}' is not given",
                                grammar().title, operation.name))
            .hint("give table_name=");
    output.add(fmt::format("DROP INDEX {}{} ON {}", operation.if_exists ? "IF EXISTS " : "",
                           quote(operation.name), table_name(operation.schema, *operation.table)));
}

// What to drop depends on the kind of constraint.
void Compiler::drop_constraint(const ops::DropConstraint& operation, Output& output) const {
    const std::string kind = operation.type.value_or("");
    std::string what;
    if (kind == "primary")
        what = "PRIMARY KEY";
    else if (kind == "foreignkey")
        what = "FOREIGN KEY";
    else if (kind == "unique")
        what = "INDEX";
    else if (kind == "check")
        what = server_.mariadb ? "CONSTRAINT" : "CHECK";
    else
        throw Error(Fault::script,
                    fmt::format("{} drops constraints by their kind, and that of '{}' is not given",
                                grammar().title, operation.name))
            .hint("give type_=: 'foreignkey', 'primary', 'unique' or 'check'");
    if (kind != "primary") {
        if (operation.if_exists && server_.mariadb) what += " IF EXISTS";
        if (operation.if_exists && !server_.mariadb)
            output.note("MySQL drops no constraint IF EXISTS: it must be there");
        what += " " + quote(operation.name);
    }
    output.add(fmt::format("ALTER TABLE {} DROP {}", table_name(operation.schema, operation.table), what));
}

void Compiler::table_comment(const ops::TableComment& operation, Output& output) const {
    output.add(fmt::format("ALTER TABLE {} COMMENT {}", table_name(operation.schema, operation.table),
                           literal_of(operation.comment.value_or(""))));
}

void Compiler::create_sequence(const ops::CreateSequence& operation, Output& output) const {
    if (!server_.mariadb && server_.version > 0)
        throw Error(Fault::script, fmt::format("MySQL has no sequences: '{}'", operation.sequence.name))
            .hint("an integer primary key counts by itself");
    std::string options = replace_all(identity_options(operation.sequence.options), "NO CYCLE", "NOCYCLE");
    output.add(fmt::format("CREATE SEQUENCE {}{}{}", operation.if_not_exists ? "IF NOT EXISTS " : "",
                           table_name(operation.sequence.schema, operation.sequence.name),
                           options.empty() ? "" : " " + options));
}

void Compiler::drop_sequence(const ops::DropSequence& operation, Output& output) const {
    if (!server_.mariadb && server_.version > 0 && !operation.if_exists)
        throw Error(Fault::script, fmt::format("MySQL has no sequences: '{}'", operation.sequence.name));
    AnsiCompiler::drop_sequence(operation, output);
}

} // namespace orch::mariadb
