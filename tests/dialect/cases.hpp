// The operations of tests/dialect/sql/*.txt, by the titles that stand there: the same as the Python text
// above each expectation says, built as values. sql_test.cpp compares their SQL.
#pragma once

#include "builders.hpp"

#include <functional>
#include <map>

namespace orch::cases {

using namespace build;
using Cases = std::map<std::string, ops::Operation>;

inline Cases create_table_cases() {
    Cases out;
    out["a primary key, lengths, NOT NULL and names that need quotes"] = create_table(Table(
        "account", {Column("id", "Integer").key(), Column("name", {"String", 50}).required(),
                    Column("Total", Type("Numeric").numeric(10, 2)), Column("order", "Text"),
                    Column("a b", {"Unicode", 20}), Column("9lives", "Boolean"), Column("größe", "Float")}));
    out["server defaults: strings are quoted, text stands as it is, expressions get parentheses"] =
        create_table(Table("note", {Column("status", {"String", 10}).defaults(str("new")).required(),
                                    Column("owner", "String").defaults(str("it's")),
                                    Column("count", "Integer").defaults(str("0")),
                                    Column("level", "Integer").defaults(text("1")),
                                    Column("quoted", "String").defaults(text("'x y'")),
                                    Column("wrapped", "Integer").defaults(text("(1 + 1)"))}));
    out["server defaults that are expressions"] =
        create_table(Table("note", {Column("made", "DateTime").defaults(func("now")),
                                    Column("done", "Boolean").defaults(sql::make({sql::Constant::false_})),
                                    Column("sum", "Integer").defaults(text("1 + 1")),
                                    Column("low", "Integer").defaults(text("-1"))}));
    schema::ForeignKey item = foreign_key("item", "id", "fk_item");
    item.columns = {"item_id"};
    item.rule.on_delete = "CASCADE";
    item.rule.on_update = "SET NULL";
    out["constraints given to the table come first, then what each column brings"] = create_table(
        Table("line", {Column("id", "Integer").key(), Column("sku", {"String", 20}).uniquely(),
                       Column("paid", Type("Boolean").checked("paid_is_boolean")),
                       Column("state", Type("Enum").of({"new", "it's done"}).checked("line_state")),
                       Column("item_id", "Integer").references(foreign_key("item", "id")),
                       Column("price", "Integer").where(check(text("price > 0"), "price_is_positive"))})
            .with(unique({"sku", "item_id"}, "uq_line"))
            .with(check(text("price < 1000")))
            .with(item));
    schema::ForeignKey order = foreign_key("Order", "x");
    order.columns = {"a", "b"};
    order.referent_columns = {"x", "y"};
    order.rule = {{}, "SET DEFAULT", "FULL", "DEFERRED", true, false};
    out["foreign keys with all their rules"] =
        create_table(Table("line", {Column("a", "Integer"), Column("b", "Integer")}).with(order));
    out["a primary key of several columns as a constraint makes them NOT NULL"] = create_table(
        Table("member", {Column("team", "Integer"), Column("person", "Integer"), Column("since", "Date")})
            .with(primary_key({"person", "team"}, "member_pk")));
    out["columns with index=True and Index() arguments"] = create_table(
        Table("person", {Column("id", "Integer").key(), Column("email", "String").indexed().uniquely()}));
    out["a schema is an attached database; its indexes carry it"] =
        create_table(Table("person", {Column("name", "String").indexed()}).in("main"));
    out["a foreign key to another schema is left out"] = create_table(
        Table("person", {Column("team", "Integer").references(foreign_key("team", "id"))}).in("main"));
    out["autoincrement stands in the column"] =
        create_table(Table("person", {Column("id", "Integer").key(), Column("name", "String")})
                         .option("sqlite_autoincrement", {true}));
    schema::Unique both = unique({"name", "email"});
    both.options["sqlite_on_conflict"] = {std::string("REPLACE")};
    out["what to do on conflicts"] = create_table(
        Table("person",
              {Column("id", "Integer").key().option("sqlite_on_conflict_primary_key", {std::string("FAIL")}),
               Column("name", "String")
                   .required()
                   .option("sqlite_on_conflict_not_null", {std::string("ABORT")}),
               Column("email", "String")
                   .uniquely()
                   .option("sqlite_on_conflict_unique", {std::string("IGNORE")})})
            .with(both));
    out["without row ids"] =
        create_table(Table("word", {Column("word", "String").key()}).option("sqlite_with_rowid", {false}));
    out["strict and without row ids"] = create_table(Table("word", {Column("word", "TEXT").key()})
                                                         .option("sqlite_with_rowid", {false})
                                                         .option("sqlite_strict", {true}));
    out["generated columns"] = create_table(Table(
        "box", {Column("side", "Integer").required(), Column("area", "Integer").computed_as("side * side"),
                Column("volume", "Integer").computed_as("side * side * side", true).required()}));
    Column id = Column("id", "Integer").key();
    id.identity = schema::Identity{};
    id.identity->start = 5;
    Column serial("serial", "Integer");
    serial.identity = schema::Identity{};
    out["identity is left out, with a note where it mattered"] = create_table(Table("box", {id, serial}));
    out["comments are left out, said once"] =
        create_table(Table("box", {Column("side", "Integer").says("in millimetres")}).says("cubes"));
    out["temporary tables"] = create_table(Table("box", {Column("side", "Integer")}).prefixed("TEMPORARY"));
    Column parent = Column("parent_id", "").references(foreign_key("node", "id"));
    parent.type_given = false;
    out["a column without a type takes it from its own table"] =
        create_table(Table("node", {Column("id", "Integer").key(), parent}));
    out["a variant for this database"] =
        create_table(Table("box", {Column("data", Type("String", 10).variant("BLOB", "sqlite"))}));
    Column untyped = Column("item_id", "").references(foreign_key("item", "id"));
    untyped.type_given = false;
    out["refuses a column without a type"] = create_table(Table("line", {untyped}));
    out["refuses a constraint of a column that is not there"] =
        create_table(Table("line", {Column("name", "String")}).with(unique({"nmae"})));
    out["refuses an option that SQLite does not have"] =
        create_table(Table("line", {Column("id", "Integer")}).option("sqlite_autoincrment", {true}));
    schema::ForeignKey evil = foreign_key("item", "id");
    evil.rule.on_delete = "CASCADE; DROP TABLE x";
    out["refuses rules that are not SQL"] =
        create_table(Table("line", {Column("a", "Integer").references(evil)}));
    Column counting = Column("a", "Integer").key();
    counting.autoincrement = schema::Autoincrement::yes;
    out["refuses autoincrement in a key of two columns"] =
        create_table(Table("line", {counting, Column("b", "Integer").key()}));
    return out;
}

inline Cases columns_cases() {
    Cases out;
    out["add a column"] = add_column("account", Column("email", {"String", 100}));
    out["add a column with a default and an index"] =
        add_column("account", Column("state", "String").required().defaults(str("new")).indexed());
    out["add a unique indexed column"] =
        add_column("account", Column("state", "String").indexed().uniquely());
    out["NOT NULL without a default is for the database to judge: an empty table takes it"] =
        add_column("account", Column("state", "String").required());
    schema::ForeignKey team = foreign_key("team", "id", "fk_team");
    team.rule.on_delete = "CASCADE";
    out["a foreign key stands in the new column"] =
        add_column("account", Column("team_id", "Integer").references(team));
    out["the CHECK of a type is left out"] = add_column("account", Column("paid", Type("Boolean").checked()));
    out["a CHECK of the column itself is kept"] =
        add_column("account", Column("age", "Integer").where(check(text("age > 0"), "grown")));
    ops::AddColumn in_schema{"account", "main", Column("email", "String"), false, false, false};
    out["in a schema"] = operation(in_schema);
    out["refuses to add a primary key"] = add_column("account", Column("id", "Integer").key());
    out["refuses to add a unique column"] = add_column("account", Column("email", "String").uniquely());
    out["drop a column"] = operation(ops::DropColumn{"account", "Email", {}, false, {}});
    out["refuses to drop a column if it exists"] =
        operation(ops::DropColumn{"account", "email", {}, true, {}});
    ops::AlterColumn change = alter("account", "name");
    change.name = "full name";
    out["rename a column"] = operation(change);
    change = alter("account", "name");
    change.existing_type = Type("String");
    change.existing_nullable = change.nullable = true;
    out["altering nothing does nothing"] = operation(change);
    change = alter("account", "name");
    change.comment = {true, "who"};
    out["a column's comment is left out"] = operation(change);
    change = alter("account", "name");
    change.type = Type("Text");
    change.existing_type = Type("String", 10);
    change.nullable = false;
    out["refuses to change the type and nullability"] = operation(change);
    change = alter("account", "name");
    change.server_default = {true, {}};
    out["refuses to change the default"] = operation(change);
    return out;
}

inline Cases tables_cases() {
    Cases out;
    out["drop a table"] = operation(ops::DropTable{"account", {}, false, {}});
    out["drop a table of a schema"] = operation(ops::DropTable{"Account", "other", false, {}});
    out["drop a table if it is there"] = operation(ops::DropTable{"account", {}, true, {}});
    out["rename a table"] = operation(ops::RenameTable{"account", "Person", {}});
    out["rename a table of a schema"] = operation(ops::RenameTable{"account", "person", "main"});
    out["a table's comment is left out"] = operation(ops::TableComment{"account", {}, "people", {}});
    out["dropping it too"] = operation(ops::TableComment{"account", {}, {}, {}});
    return out;
}

inline Cases indexes_cases() {
    Cases out;
    out["create an index"] =
        operation(ops::CreateIndex{index("ix_name", "account", {by("last"), by("First")}), false});
    schema::Index partial = index("ix_name", "account", {by(text("lower(name)")), by("id")});
    partial.unique = true;
    partial.schema = "main";
    partial.options["sqlite_where"] = {text("id > 1")};
    out["a unique partial index of an expression, in a schema"] = operation(ops::CreateIndex{partial, false});
    out["without a name"] = operation(ops::CreateIndex{index(nullptr, "account", {by("last")}), false});
    out["if it is not there yet"] =
        operation(ops::CreateIndex{index("ix_name", "account", {by("last")}), true});
    schema::Index other = index("ix_name", "account", {by("last")});
    other.options["postgresql_using"] = {std::string("gin")};
    out["options of other databases are theirs"] = operation(ops::CreateIndex{other, false});
    other.options["sqlite_using"] = {std::string("gin")};
    out["refuses an option that SQLite does not have"] = operation(ops::CreateIndex{other, false});
    out["refuses an index of an expression without a name"] =
        operation(ops::CreateIndex{index(nullptr, "account", {by(text("lower(name)"))}), false});
    out["drop an index"] = operation(ops::DropIndex{"ix_name", {}, {}, false, {}});
    out["drop an index of a schema if it is there"] =
        operation(ops::DropIndex{"ix_name", "account", "main", true, {}});
    return out;
}

inline Cases constraints_cases() {
    Cases out;
    out["refuses to add a unique constraint, and says what does the same"] =
        operation(ops::AddConstraint{"account", {}, unique({"name"}, "uq")});
    out["refuses to add a check"] = operation(ops::AddConstraint{"account", {}, check(text("id > 1"), "ck")});
    schema::ForeignKey key = foreign_key("team", "id", "fk");
    key.columns = {"team_id"};
    out["refuses to add a foreign key"] = operation(ops::AddConstraint{"account", {}, key});
    out["refuses to drop a constraint"] =
        operation(ops::DropConstraint{"uq", "account", {}, "unique", false});
    return out;
}

inline ops::Batch::Step step(ops::Operation of) {
    return {std::make_shared<const ops::Operation>(std::move(of)), {}, {}};
}
inline ops::Operation batch(std::vector<ops::Batch::Step> steps, const char* recreate = "auto") {
    ops::Batch out;
    out.table = "account";
    out.recreate = recreate;
    out.steps = std::move(steps);
    return operation(std::move(out));
}

inline Cases batch_cases() {
    const ops::Operation drop = operation(ops::DropColumn{"account", "email", {}, false, {}});
    const ops::Operation add = add_column("account", Column("email", {"String", 100}));
    ops::AlterColumn rename = alter("account", "name");
    rename.name = "label";
    ops::AlterColumn tighten = alter("account", "name");
    tighten.nullable = false;
    ops::Batch::Step placed = step(add);
    placed.insert_after = "id";
    Cases out;
    out["steps that SQLite does in place"] = batch(
        {step(add), step(operation(ops::CreateIndex{index("ix_email", "account", {by("email")}), false})),
         step(operation(ops::DropIndex{"ix_name", "account", {}, false, {}}))});
    out["also those for which Alembic rebuilds"] = batch({step(drop), step(operation(rename))});
    out["refuses a step that needs a rebuild before any other is done"] =
        batch({step(drop), step(operation(tighten))});
    out["refuses a rebuild that was asked for"] = batch({step(drop)}, "always");
    out["refuses a column at a place of its own"] = batch({placed});
    return out;
}

inline sql::Insert rows(const char* table, std::vector<std::pair<const char*, Type>> columns,
                        std::vector<std::vector<ExpressionPtr>> values) {
    sql::Insert out;
    out.table.name = table;
    for (const auto& [name, of] : columns) {
        out.columns.emplace_back(name);
        out.types.push_back(type(of));
    }
    out.rows = std::move(values);
    return out;
}

inline Cases rows_cases() {
    using sql::Temporal;
    Cases out;
    out["bulk_insert, one statement for each row"] = operation(
        ops::BulkInsert{rows("account", {{"id", "Integer"}, {"name", "String"}, {"paid", "Boolean"}},
                             {{num(1), str("Ann's"), lit(true)}, {num(2), lit(sql::Null{}), lit(false)}})});
    out["rows with different columns"] = operation(ops::BulkInsert{
        rows("account", {{"id", "Integer"}, {"name", "String"}}, {{num(1), str("Ann")}, {num(2), nullptr}})});
    out["dates and numbers"] = operation(
        ops::BulkInsert{rows("every", {{"a", "Date"}, {"b", "DateTime"}, {"c", "Time"}, {"d", "Float"}},
                             {{lit(Temporal{Temporal::date, "2024-05-01"}),
                               lit(Temporal{Temporal::datetime, "2024-05-01 12:30:00"}),
                               lit(Temporal{Temporal::time, "12:30:00.000001"}), lit(1.5)}})});
    out["bytes, JSON and identifiers"] =
        operation(ops::BulkInsert{rows("every", {{"a", "LargeBinary"}, {"b", "JSON"}, {"c", "Uuid"}},
                                       {{lit(sql::Bytes{std::string("\0'\xff", 3)}), str("it's"),
                                         lit(sql::Uuid{"12345678-1234-5678-1234-567812345678"})}})});
    out["refuses a value that its type does not take"] =
        operation(ops::BulkInsert{rows("every", {{"a", "DateTime"}}, {{str("2024-05-01")}})});
    out["execute a text"] = execute(sql::Text{"UPDATE account SET name = 'x:y' WHERE id = 1", {}});
    out["a colon that is no parameter"] = execute(sql::Text{"SELECT '12\\:30'", {}});
    out["execute a text with parameters"] = execute(
        sql::Text{"UPDATE account SET name = :name, note = ':name' WHERE id=:id",
                  {{"name", std::string("it's"), nullptr, false}, {"id", std::int64_t{5}, nullptr, false}}});
    sql::Update update;
    update.table.name = "account";
    update.values = {{"name", str("x")}, {"n", op(col("n", "account"), "+", num(1))}};
    update.where = op(col("id", "account"), "=", num(5));
    out["execute an update"] = execute(update);
    sql::Delete remove;
    remove.table.name = "account";
    remove.where = chain("AND", {op(col("id", "account"), "IN", chain(",", {num(1), num(2)})),
                                 op(op(col("name", "account"), "LIKE", str("x%")), "ESCAPE", text("'/'"))});
    out["execute a delete"] = execute(remove);
    sql::Select people;
    people.columns = {col("id", "person"), label(str("x"), "name")};
    people.from = {from("person")};
    sql::Insert copy;
    copy.table.name = "account";
    copy.columns = {"id", "name"};
    copy.select = std::make_shared<sql::Select>(people);
    out["execute an insert from a select"] = execute(copy);
    sql::Insert several =
        rows("account", {{"id", "Integer"}, {"name", "String"}}, {{num(1), str("a")}, {num(2), str("b")}});
    several.multiinsert = false;
    out["execute an insert of several rows"] = execute(several);
    return out;
}

inline Cases others_cases() {
    Cases out;
    Type mood = Type("Enum").of({"a", "b"});
    mood.type_name = "mood";
    out["an Enum's type lives in its columns"] = operation(ops::CreateType{mood, false});
    schema::Sequence counter;
    counter.name = "counter";
    out["refuses sequences"] = operation(ops::CreateSequence{counter, false});
    return out;
}

/// By the name of the data file.
inline std::map<std::string, std::function<Cases()>> all() {
    return {{"create_table", create_table_cases},
            {"columns", columns_cases},
            {"tables", tables_cases},
            {"indexes", indexes_cases},
            {"batch", batch_cases},
            {"constraints", constraints_cases},
            {"rows", rows_cases},
            {"others", others_cases}};
}

} // namespace orch::cases
