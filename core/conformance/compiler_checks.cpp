// What holds without a database: the traits, quoting, and that each operation is either written or refused.
#include "base/text.hpp"
#include "conformance/kit.hpp"

#include <fmt/format.h>

namespace orch::conformance {

namespace {

using dialect::Dialect;
using dialect::Statement;
using dialect::Values;

void tells_its_traits(const Dialect& dialect) {
    const dialect::Traits& traits = dialect.traits();
    expect(!traits.name.empty() && lower(traits.name) == traits.name,
           "Traits::name is what scripts compare with: expected a name in lower case, got '" + traits.name +
               "'");
    expect(!traits.implementation.empty(), "Traits::implementation is empty: the log names it");
    expect(traits.max_identifier > 0, "Traits::max_identifier is 0");
    expect(!traits.begin.empty() && !traits.commit.empty(), "Traits::begin and commit are what --sql writes");
}

void quotes_what_must_be(const Dialect& dialect) {
    const dialect::Compiler& compiler = dialect.compiler();
    expect(compiler.quote("plain_name") == "plain_name",
           "'plain_name' needs no quotes: " + compiler.quote("plain_name"));
    for (const char* name : {"select", "table", "MixedCase", "with space", "with-dash", "1st", "a\"b", "a`b"})
        expect(compiler.quote(name) != name, fmt::format("'{}' stands without quotes", name));
}

void writes_text_as_a_literal(const Dialect& dialect) {
    const dialect::Compiler& compiler = dialect.compiler();
    const std::string quoted = compiler.literal(std::string("it's"));
    expect(quoted.find("it''s") != std::string::npos || quoted.find("it\\'s") != std::string::npos,
           "a quote in a text is not escaped: " + quoted);
    const std::string backslash = compiler.literal(std::string("a\\"));
    if (dialect.traits().backslash_escapes)
        expect(backslash.find("a\\\\") != std::string::npos,
               "Traits::backslash_escapes is set, and a backslash stands alone: " + backslash);
    expect(lower(compiler.literal(sql::Null{})) == "null",
           "NULL is written as " + compiler.literal(sql::Null{}));
    expect(compiler.literal(std::int64_t{-5}) == "-5",
           "-5 is written as " + compiler.literal(std::int64_t{-5}));
}

void writes_every_type(const Dialect& dialect) {
    for (const char* name :
         {"Integer", "SmallInteger", "BigInteger", "String", "Text", "Unicode", "UnicodeText", "Boolean",
          "Date", "DateTime", "Time", "Numeric", "Float", "LargeBinary", "Enum", "JSON", "Uuid"}) {
        schema::Type made = type(name);
        if (std::string_view(name) == "String" || std::string_view(name) == "Unicode") made.length = 20;
        if (std::string_view(name) == "Enum") {
            made.values = {"a", "b"};
            made.type_name = "kit_enum";
        }
        try {
            expect(!dialect.compiler().type(made).empty(), fmt::format("sa.{} is written as nothing", name));
        } catch (const Error& error) {
            expect(error.fault() == Fault::script,
                   fmt::format("sa.{}: expected a type or an Error(script), got: {}", name, error.message()));
        }
    }
}

schema::Column column(const char* name, schema::Type of) {
    schema::Column made;
    made.name = name;
    made.type = std::move(of);
    return made;
}

const Place origin{"kit.py", 3, 5, 1, {}};

ops::Batch batch() {
    ops::AlterColumn change;
    change.table = "kit";
    change.column = "name";
    change.existing_type = type("String", 20);
    change.name = "title";
    ops::Batch made;
    made.table = "kit";
    made.copy_from = schema::Table{};
    made.copy_from->name = "kit";
    made.copy_from->columns = {column("id", type("Integer")), column("name", type("String", 20))};
    made.steps.push_back({std::make_shared<const ops::Operation>(ops::Operation{change, origin}), {}, {}});
    return made;
}

/// One of each operation, all on a table 'kit' with the columns id and name.
std::vector<ops::Action> every_operation() {
    ops::CreateTable create;
    create.table.name = "kit";
    create.table.columns = {column("id", type("Integer")), column("name", type("String", 20))};
    create.table.columns.front().primary_key = true;
    ops::AlterColumn alter;
    alter.table = "kit";
    alter.column = "name";
    alter.nullable = false;
    alter.existing_type = type("String", 20);
    ops::CreateIndex index;
    index.index.name = "ix_kit_name";
    index.index.table = "kit";
    index.index.elements.push_back({});
    index.index.elements.back().column = "name";
    ops::DropIndex drop_index;
    drop_index.name = "ix_kit_name";
    drop_index.table = "kit";
    schema::Unique unique;
    unique.name = "uq_kit_name";
    unique.columns = {"name"};
    ops::DropConstraint drop_constraint;
    drop_constraint.name = "uq_kit_name";
    drop_constraint.table = "kit";
    drop_constraint.type = "unique";
    sql::Insert insert;
    insert.table.name = "kit";
    insert.columns = {"id"};
    insert.types.resize(1);
    insert.rows = {{sql::make({sql::Literal{std::int64_t{1}, nullptr}})}};
    schema::Type kinds = type("Enum");
    kinds.type_name = "kit_enum";
    kinds.values = {"a"};
    schema::Sequence sequence;
    sequence.name = "kit_sequence";
    ops::DropTable drop_table;
    drop_table.table = "kit";
    ops::DropColumn drop_column;
    drop_column.table = "kit";
    drop_column.column = "name";
    ops::TableComment comment;
    comment.table = "kit";
    comment.comment = "a comment";
    ops::AddColumn add_column;
    add_column.table = "kit";
    add_column.column = column("more", type("Integer"));
    return {create,
            drop_table,
            ops::RenameTable{"kit", "kit2", {}},
            add_column,
            drop_column,
            alter,
            index,
            drop_index,
            ops::AddConstraint{"kit", {}, unique},
            drop_constraint,
            comment,
            ops::BulkInsert{insert},
            ops::Execute{sql::Text{"SELECT 1", {}}},
            ops::CreateType{kinds, false},
            ops::DropType{kinds, false},
            ops::CreateSequence{sequence, false},
            ops::DropSequence{sequence, false},
            batch()};
}

void check_statements(const std::vector<Statement>& statements, std::string_view of) {
    for (const Statement& each : statements) {
        expect(!each.sql.empty() || !each.note.empty(),
               fmt::format("{}: a statement without SQL and without a note", of));
        expect(each.origin == origin,
               fmt::format("{}: the statement has lost the line that it came from", of));
        expect(!trim(each.sql).ends_with(';'),
               fmt::format("{}: a semicolon ends the statement: {}", of, each.sql));
    }
}

void writes_or_refuses_every_operation(const Dialect& dialect) {
    for (const ops::Action& action : every_operation())
        for (const Values values : {Values::parameters, Values::literals}) {
            const std::string_view name = ops::name(action);
            try {
                check_statements(dialect.compiler().compile({action, origin}, values), name);
            } catch (const Error& error) {
                expect(error.fault() == Fault::script,
                       fmt::format("{}: what the database cannot do is an Error(script), got: {}", name,
                                   error.message()));
                expect(error.place().has_value() && error.place()->line == origin.line,
                       fmt::format("{}: the error has no place: {}", name, error.message()));
            }
        }
}

void writes_no_placeholder_into_a_script(const Dialect& dialect) {
    sql::Text query{"SELECT id FROM kit WHERE name = :name", {}};
    query.parameters.push_back({"name", std::string("it's"), nullptr, false});
    const Statement script = dialect.compiler().compile(sql::Query(query), Values::literals);
    expect(script.parameters.empty() && script.sql.find("it") != std::string::npos,
           "with Values::literals the value stands in the SQL: " + script.sql);
    const Statement online = dialect.compiler().compile(sql::Query(query), Values::parameters);
    expect(online.parameters.size() == 1 && online.parameters.front().size() == 1,
           "with Values::parameters the value travels beside the SQL: " + online.sql);
}

} // namespace

std::vector<OfDialect> compiler_checks() {
    return {{"its traits are told", tells_its_traits},
            {"names are quoted where they must be", quotes_what_must_be},
            {"texts and numbers are written as literals", writes_text_as_a_literal},
            {"every type is written or refused", writes_every_type},
            {"every operation is written or refused", writes_or_refuses_every_operation},
            {"values travel beside the SQL or stand in it", writes_no_placeholder_into_a_script}};
}

} // namespace orch::conformance
