#include "compiler.hpp"

#include <sqlite3.h>

namespace pocket {

namespace {

dialect::Grammar make_grammar() {
    dialect::Grammar made;
    made.title = "Pocket";
    return made;
}
const dialect::Grammar pocket_grammar = make_grammar();

orch::Error cannot(const std::string& what) {
    return orch::Error(orch::Fault::script, "Pocket cannot " + what)
        .hint("make a new table, copy the rows with INSERT ... SELECT, drop the old one and rename the new "
              "one");
}

} // namespace

Compiler::Compiler(const dialect::Traits& traits) : AnsiCompiler(traits, pocket_grammar) {}

// The library knows its reserved words; a dialect whose library does not has them in its Grammar.
std::string Compiler::quote(std::string_view name) const {
    const bool reserved = sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) != 0;
    return reserved ? always_quoted(name) : AnsiCompiler::quote(name);
}

void Compiler::column_nullable(const ops::AlterColumn& change, dialect::Output&) const {
    throw cannot("change whether column '" + change.column + "' may be NULL");
}
void Compiler::column_default(const ops::AlterColumn& change, dialect::Output&) const {
    throw cannot("change the default of column '" + change.column + "'");
}
void Compiler::column_type(const ops::AlterColumn& change, dialect::Output&) const {
    throw cannot("change the type of column '" + change.column + "'");
}
void Compiler::add_constraint(const ops::AddConstraint& operation, dialect::Output&) const {
    throw cannot("add a constraint to table '" + operation.table + "'");
}
void Compiler::drop_constraint(const ops::DropConstraint& operation, dialect::Output&) const {
    throw cannot("drop constraint '" + operation.name + "'");
}

void Compiler::table_comment(const ops::TableComment&, dialect::Output& output) const {
    output.note("Pocket keeps no comments: left out");
}
void Compiler::column_comment(const std::string&, const ops::Schema&, const std::string&,
                              const std::optional<std::string>&, dialect::Output& output) const {
    output.note("Pocket keeps no comments: left out");
}

// The library takes integers, floats, text and bytes: everything else goes as the text that the literal would
// have.
orch::sql::Datum Compiler::bind(const orch::sql::Datum& value, const orch::schema::Type* type) const {
    orch::sql::Datum made = AnsiCompiler::bind(value, type);
    if (const auto* number = std::get_if<orch::sql::Decimal>(&made)) return number->digits;
    if (const auto* time = std::get_if<orch::sql::Temporal>(&made)) return time->iso;
    if (const auto* json = std::get_if<orch::sql::Json>(&made)) return json->text;
    if (const auto* uuid = std::get_if<orch::sql::Uuid>(&made)) return uuid->text;
    return made;
}

} // namespace pocket
