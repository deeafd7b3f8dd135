// The SQL of every operation, from data files that read like documentation: the directive as a revision has
// it, then what SQLite gets. The operations are built in cases.hpp; Debian's Alembic is asked for the same.
#include "cases.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "dialect/compiler.hpp"
#include "dialect/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

namespace orch {
namespace {

using build::ExpressionPtr;
using dialect::Values;

const std::filesystem::path data = std::filesystem::path(TEST_DATA) / "sql";

const dialect::Dialect& sqlite() {
    static dialect::Plugins plugins;
    return plugins.for_scheme("sqlite");
}

struct Case {
    std::string title, directive;
    std::map<std::string, std::string> sections; ///< "sqlite", "ansi", "online", "error", "hint"
};

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file);
    EXPECT_TRUE(in) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}

// file = { "=== " title, directive, { "--- " section, text } }
std::vector<Case> read_cases(const std::filesystem::path& file) {
    std::vector<Case> cases;
    std::string* into = nullptr;
    std::istringstream lines(contents(file));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("=== ")) {
            cases.push_back({line.substr(4), {}, {}});
            into = &cases.back().directive;
        } else if (line.starts_with("--- ")) {
            into = &cases.back().sections[words(line.substr(4)).front()];
        } else {
            (*into) += line + "\n";
        }
    }
    for (Case& each : cases)
        for (auto& [name, text] : each.sections) text = std::string(trim(text));
    return cases;
}

/// What a database gets whose plugin overrides nothing.
const dialect::Compiler& ansi() {
    static const dialect::Traits traits = [] {
        dialect::Traits plain;
        plain.name = "default";
        return plain;
    }();
    static constexpr std::array<std::string_view, 2> reserved{"order", "user"};
    static const dialect::Grammar grammar{"the database", reserved, {}, '"', true, false, false};
    static const dialect::AnsiCompiler compiler(traits, grammar);
    return compiler;
}

/// As --sql writes it, then the notes.
std::string offline(const std::vector<dialect::Statement>& statements) {
    std::string sql, notes;
    for (const dialect::Statement& statement : statements) {
        if (!statement.sql.empty()) sql += (sql.empty() ? "" : "\n\n") + statement.sql + ";";
        if (!statement.note.empty()) notes += (notes.empty() ? "-- note: " : "\n-- note: ") + statement.note;
    }
    return sql + (sql.empty() || notes.empty() ? "" : "\n") + notes;
}

/// One line for each statement: its SQL and its sets of parameters.
std::string online(const std::vector<dialect::Statement>& statements) {
    std::string out;
    for (const dialect::Statement& statement : statements) {
        out += (out.empty() ? "" : "\n") + statement.sql;
        for (const auto& set : statement.parameters) {
            std::string values;
            for (const sql::Datum& value : set)
                values += (values.empty() ? "" : ", ") + sqlite().compiler().literal(value);
            out += " [" + values + "]";
        }
    }
    return out;
}

class Sql : public testing::TestWithParam<std::string> {};

TEST_P(Sql, is_what_the_file_says) {
    const auto cases = read_cases(data / (GetParam() + ".txt"));
    const auto built = cases::all().at(GetParam())();
    EXPECT_EQ(cases.size(), built.size());
    for (const Case& each : cases) {
        SCOPED_TRACE(each.title);
        const auto operation = built.find(each.title);
        ASSERT_NE(operation, built.end());
        if (const auto plain = each.sections.find("ansi"); plain != each.sections.end()) {
            EXPECT_EQ(offline(ansi().compile(operation->second, Values::literals)), plain->second);
        }
        const auto compile = [&](Values values) {
            return sqlite().compiler().compile(operation->second, values);
        };
        if (const auto message = each.sections.find("error"); message != each.sections.end()) {
            try {
                compile(Values::literals);
                ADD_FAILURE() << "expected: " << message->second;
            } catch (const Error& error) {
                EXPECT_EQ(error.message(), message->second);
                EXPECT_EQ(error.fault(), Fault::script);
                if (const auto hint = each.sections.find("hint"); hint != each.sections.end()) {
                    EXPECT_EQ(error.hint(), hint->second);
                }
            }
            continue;
        }
        ASSERT_TRUE(each.sections.contains("sqlite"));
        EXPECT_EQ(offline(compile(Values::literals)), each.sections.at("sqlite"));
        if (const auto sent = each.sections.find("online"); sent != each.sections.end()) {
            EXPECT_EQ(online(compile(Values::parameters)), sent->second);
        }
    }
}

/// The output of Debian's Python, which has Debian's Alembic.
std::pair<int, std::string> python(const std::string& arguments) {
    const std::string command =
        "/usr/bin/python3 -W ignore " + std::string(TEST_DATA) + "/alembic_oracle.py " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> part{};
    while (const std::size_t got = fread(part.data(), 1, part.size(), pipe)) out.append(part.data(), got);
    return {pclose(pipe), out};
}

TEST_P(Sql, is_what_alembic_says) {
    const auto [code, out] = python("operations " + (data / (GetParam() + ".txt")).string());
    EXPECT_EQ(code, 0) << out;
    EXPECT_THAT(out, testing::HasSubstr("agreed"));
}

std::vector<std::string> file_names() {
    std::vector<std::string> names;
    for (const auto& [name, build] : cases::all()) names.push_back(name);
    return names;
}
INSTANTIATE_TEST_SUITE_P(of, Sql, testing::ValuesIn(file_names()),
                         [](const auto& each) { return each.param; });

TEST(Sql, every_data_file_has_operations) {
    for (const auto& entry : std::filesystem::directory_iterator(data)) {
        const std::string name = entry.path().stem().string();
        EXPECT_TRUE(cases::all().contains(name) || name == "types" || name == "expressions" ||
                    name == "values")
            << name;
    }
}

// A layout of tabs goes to the database, as SQLAlchemy sends it, so that its stored text is the same; --sql
// has spaces.
TEST(Sql, of_tables_has_tabs_online) {
    const auto statements = sqlite().compiler().compile(
        build::create_table(build::Table("t", {build::Column("a", "Integer").defaults(build::str("x\ty"))})),
        Values::parameters);
    EXPECT_EQ(statements.at(0).sql, "CREATE TABLE t (\n\ta INTEGER DEFAULT 'x\ty'\n)");
}

TEST(Sql, of_an_error_stands_at_the_operation) {
    ops::Operation operation = build::operation(ops::DropConstraint{"uq", "account", {}, "unique", false});
    operation.origin = {"versions/a.py", 12, 5, 3, "    op.drop_constraint(...)"};
    try {
        sqlite().compiler().compile(operation, Values::literals);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.place(), operation.origin);
    }
}

TEST(Sql, of_a_batch_has_the_origin_of_each_step) {
    ops::Operation inner = build::operation(ops::DropColumn{"account", "email", {}, false, {}});
    inner.origin = {"versions/a.py", 13, 9, 3, ""};
    ops::Operation outer = cases::batch({cases::step(inner)});
    outer.origin = {"versions/a.py", 12, 5, 3, ""};
    EXPECT_EQ(sqlite().compiler().compile(outer, Values::literals).at(0).origin.line, 13);
}

// ---- types and expressions: tables of Python text and SQL

struct Row {
    std::string python, sql;
};
/// Two columns with two spaces or more between them; what follows '# ' is a remark.
std::vector<Row> read_rows(const std::filesystem::path& file) {
    std::vector<Row> rows;
    std::istringstream lines(contents(file));
    for (std::string line; std::getline(lines, line);) {
        line = line.substr(0, line.find(" # "));
        const std::size_t gap = line.find("  ");
        if (gap == std::string::npos) continue;
        rows.push_back({line.substr(0, gap), std::string(trim(line.substr(gap)))});
    }
    return rows;
}

std::map<std::string, build::Type> types() {
    using build::Type;
    std::map<std::string, Type> out;
    for (const char* name :
         {"BigInteger", "Boolean",     "Date",    "DateTime",   "Float",        "Integer", "Interval",
          "JSON",       "LargeBinary", "Numeric", "PickleType", "SmallInteger", "String",  "Text",
          "Time",       "UnicodeText", "BIGINT",  "BLOB",       "CLOB",         "INT",     "REAL",
          "TIMESTAMP",  "Double",      "Uuid",    "UUID"})
        out.emplace("sa." + std::string(name) + "()", Type(name));
    Type zoned("DateTime");
    zoned.timezone = true;
    out.emplace("sa.DateTime(timezone=True)", zoned);
    out.emplace("sa.Enum(\"a\", \"ünü\", name=\"e\")", Type("Enum").of({"a", "ünü"}));
    out.emplace("sa.Float(precision=53)", Type("Float").numeric(53));
    out.emplace("sa.LargeBinary(length=10)", Type("LargeBinary", 10));
    out.emplace("sa.Numeric(10)", Type("Numeric").numeric(10));
    out.emplace("sa.Numeric(10, 2)", Type("Numeric").numeric(10, 2));
    out.emplace("sa.DECIMAL(5, 2)", Type("DECIMAL").numeric(5, 2));
    out.emplace("sa.String(50)", Type("String", 50));
    out.emplace("sa.String(50, collation=\"NOCASE\")", Type("String", 50).collate("NOCASE"));
    out.emplace("sa.Text(100)", Type("Text", 100));
    out.emplace("sa.Unicode(5)", Type("Unicode", 5));
    out.emplace("sa.BINARY(5)", Type("BINARY", 5));
    for (const char* name : {"CHAR", "NCHAR", "NVARCHAR"})
        out.emplace("sa." + std::string(name) + "(3)", Type(name, 3));
    out.emplace("sa.VARBINARY(5)", Type("VARBINARY", 5));
    out.emplace("sa.VARCHAR(5)", Type("VARCHAR", 5));
    out.emplace("postgresql.TIMESTAMP()", Type("TIMESTAMP").from("postgresql"));
    out.emplace("postgresql.UUID()", Type("UUID").from("postgresql"));
    out.emplace("mysql.INTEGER(display_width=11)", Type("INTEGER", 11).from("mysql"));
    out.emplace("sqlite.JSON()", Type("JSON").from("sqlite"));
    out.emplace("sqlite.DATETIME()", Type("DATETIME").from("sqlite"));
    out.emplace("Money()", Type("Money").spec("MONEY(2)"));
    out.emplace("Wrapped()", Type("Wrapped").wraps({"String", 7}));
    out.emplace("POINT(2)", Type("POINT").args({"2"}));
    return out;
}

TEST(Types, are_spelled_as_the_file_says) {
    const auto built = types();
    const auto rows = read_rows(data / "types.txt");
    EXPECT_EQ(rows.size(), built.size());
    for (const Row& row : rows) {
        ASSERT_TRUE(built.contains(row.python)) << row.python;
        EXPECT_EQ(sqlite().compiler().type(built.at(row.python)), row.sql) << row.python;
    }
}

TEST(Types, are_spelled_as_alembic_spells_them) {
    const auto [code, out] = python("types " + (data / "types.txt").string());
    EXPECT_EQ(code, 0) << out;
    EXPECT_THAT(out, testing::HasSubstr("agreed"));
}

std::string refusal(const build::Type& type) {
    try {
        return "accepted as " + sqlite().compiler().type(type);
    } catch (const Error& error) {
        return error.message() + "; " + error.hint();
    }
}

TEST(Types, of_other_databases_are_refused_with_the_way_out) {
    EXPECT_EQ(refusal(build::Type("INET").from("postgresql")),
              "SQLite has no column type 'postgresql.INET'; give this database a type of its own: "
              ".with_variant(..., 'sqlite')");
    EXPECT_EQ(refusal(build::Type("ARRAY")), "SQLite has no column type 'ARRAY'; give this database a type "
                                             "of its own: .with_variant(..., 'sqlite')");
    EXPECT_EQ(refusal(build::Type("Strng")), "unknown column type 'Strng'; did you mean 'String'?");
}

// ---- values, stored in a real database and read back

struct Value {
    build::Type type;
    sql::Datum value;
};

std::map<std::string, Value> values() {
    using sql::Temporal;
    const auto text = [](const char* of) { return std::string(of); };
    std::map<std::string, Value> out;
    const auto add = [&](const char* python, build::Type type, sql::Datum value) {
        out.emplace(python, Value{std::move(type), std::move(value)});
    };
    add("sa.Integer(), 5", "Integer", std::int64_t{5});
    add("sa.Integer(), True", "Integer", true);
    add("sa.Integer(), None", "Integer", sql::Null{});
    add("sa.BigInteger(), -2**63", "BigInteger", std::numeric_limits<std::int64_t>::min());
    add("sa.String(), \"it's\"", "String", text("it's"));
    add("sa.String(), \"ünï\\U0001F600\"", "String", text("ünï😀"));
    add("sa.String(), 5", "String", std::int64_t{5});
    add("sa.Boolean(), True", "Boolean", true);
    add("sa.Boolean(), 0", "Boolean", std::int64_t{0});
    add("sa.Boolean(), None", "Boolean", sql::Null{});
    add("sa.Float(), 1.5", "Float", 1.5);
    add("sa.Float(), 3", "Float", std::int64_t{3});
    add("sa.Float(), \"2.25\"", "Float", text("2.25"));
    const auto money = build::Type("Numeric").numeric(10, 2);
    add("sa.Numeric(10, 2), decimal.Decimal(\"12.50\")", money, sql::Decimal{"12.50"});
    add("sa.Numeric(10, 2), decimal.Decimal(\"-7\")", money, sql::Decimal{"-7"});
    add("sa.Numeric(30), decimal.Decimal(2**70)", build::Type("Numeric").numeric(30),
        sql::Decimal{"1180591620717411303424"});
    add("sa.Numeric(10, 2), \"0.10\"", money, text("0.10"));
    add("sa.Date(), datetime.date(2024, 5, 1)", "Date", Temporal{Temporal::date, "2024-05-01"});
    add("sa.Date(), datetime.datetime(2024, 5, 1, 23)", "Date",
        Temporal{Temporal::datetime, "2024-05-01 23:00:00"});
    add("sa.DateTime(), datetime.datetime(2024, 5, 1, 2, 3, 4, 5)", "DateTime",
        Temporal{Temporal::datetime, "2024-05-01 02:03:04.000005"});
    add("sa.DateTime(), datetime.date(33, 5, 1)", "DateTime", Temporal{Temporal::date, "0033-05-01"});
    add("sa.DateTime(), datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc)", "DateTime",
        Temporal{Temporal::datetime, "2024-05-01 00:00:00+00:00"});
    add("sa.TIMESTAMP(), datetime.datetime(2024, 5, 1)", "TIMESTAMP",
        Temporal{Temporal::datetime, "2024-05-01 00:00:00"});
    add("sa.Time(), datetime.time(2, 3)", "Time", Temporal{Temporal::time, "02:03:00"});
    add("sa.Interval(), datetime.timedelta(days=1, hours=2)", "Interval",
        Temporal{Temporal::interval, "1 02:00:00"});
    add("sa.Interval(), -datetime.timedelta(seconds=1)", "Interval",
        Temporal{Temporal::interval, "-0 00:00:01"});
    add("sa.LargeBinary(), b\"\\x00'\\xff\"", "LargeBinary", sql::Bytes{std::string("\0'\xff", 3)});
    add("sa.LargeBinary(), b\"\"", "LargeBinary", sql::Bytes{});
    add("sa.JSON(), {\"k\": [1, 2.5, None, True]}", "JSON", sql::Json{R"({"k": [1, 2.5, null, true]})"});
    add("sa.JSON(), \"it's \\\"é\\\" \\U0001F600\\n\"", "JSON", text("it's \"é\" 😀\n"));
    add("sa.JSON(), None", "JSON", sql::Null{});
    build::Type sparse("JSON");
    sparse.options["none_as_null"] = {true};
    add("sa.JSON(none_as_null=True), None", sparse, sql::Null{});
    add("sa.JSON(), 5", "JSON", std::int64_t{5});
    add("sa.JSON(), True", "JSON", true);
    add("sa.Enum(\"a\", \"b\"), \"a\"", build::Type("Enum").of({"a", "b"}), text("a"));
    add("Wrapped(), \"a\"", build::Type("Wrapped").wraps({"String", 7}), text("a"));
    add("sa.Uuid(), uuid.UUID(int=255)", "Uuid", sql::Uuid{"00000000-0000-0000-0000-0000000000ff"});
    add("sa.String(), \"a\\0b\"", "String", std::string("a\0b", 3));
    return out;
}

/// The SQL literal that SQLite makes of what a bulk_insert stored.
std::string stored(const Value& value, Values how) {
    const auto connection = sqlite().connect(parse_url("sqlite://"), {});
    const auto apply = [&](const ops::Operation& operation, Values written) {
        for (const auto& statement : sqlite().compiler().compile(operation, written))
            connection->execute(statement);
    };
    apply(build::create_table(build::Table("t", {build::Column("c", value.type)})), Values::literals);
    apply(
        build::operation(ops::BulkInsert{cases::rows("t", {{"c", value.type}}, {{build::lit(value.value)}})}),
        how);
    dialect::Statement look;
    look.sql = "SELECT quote(c) FROM t";
    look.reads = true;
    return std::get<std::string>(connection->execute(look).rows.at(0).at(0));
}

TEST(Stored, are_values_as_the_file_says) {
    const auto built = values();
    const auto rows = read_rows(data / "values.txt");
    EXPECT_EQ(rows.size(), built.size());
    for (const Row& row : rows) {
        ASSERT_TRUE(built.contains(row.python)) << row.python;
        EXPECT_EQ(stored(built.at(row.python), Values::parameters), row.sql) << row.python;
        EXPECT_EQ(stored(built.at(row.python), Values::literals), row.sql) << row.python << " as a literal";
    }
}

TEST(Stored, are_values_as_alembic_stores_them) {
    const auto [code, out] = python("values " + (data / "values.txt").string());
    EXPECT_EQ(code, 0) << out;
    EXPECT_THAT(out, testing::HasSubstr("agreed"));
}

// ---- expressions

std::map<std::string, ExpressionPtr> expressions() {
    using namespace build;
    using sql::Temporal;
    const ExpressionPtr id = col("id", "account"), name = col("name", "account");
    const auto equals = [&](std::int64_t number) { return op(id, "=", num(number)); };
    const auto more = [&](std::int64_t number) { return op(id, ">", num(number)); };
    const ExpressionPtr named = op(name, "=", str("x"));
    sql::Select of_account, grouped, joined, of_person;
    of_person.columns = {col("id", "person")};
    of_person.from = {from("person")};
    std::map<std::string, ExpressionPtr> out;
    out["account.c.id == 1"] = equals(1);
    out["account.c.id != None"] = op(id, "IS NOT", null());
    out["sa.and_(account.c.id == 1, account.c.name == \"it's\")"] =
        chain("AND", {equals(1), op(name, "=", str("it's"))});
    out["sa.and_(account.c.id == 1, sa.or_(account.c.id > 2, account.c.name == \"x\"))"] =
        chain("AND", {equals(1), chain("OR", {more(2), named})});
    out["sa.or_(sa.and_(account.c.id == 1, account.c.id > 2), account.c.name == \"x\")"] =
        chain("OR", {chain("AND", {equals(1), more(2)}), named});
    out["sa.not_(sa.and_(account.c.id == 1, account.c.id > 2))"] =
        prefix("NOT", chain("AND", {equals(1), more(2)}));
    out["account.c.id + 1 + 2"] = op(op(id, "+", num(1)), "+", num(2));
    out["(account.c.id + 1) * 2"] = op(op(id, "+", num(1)), "*", num(2));
    out["account.c.id * 2 + 1"] = op(op(id, "*", num(2)), "+", num(1));
    out["account.c.id - (account.c.id - 1)"] = op(id, "-", op(id, "-", num(1)));
    out["-account.c.id"] = prefix("-", id);
    out["-(account.c.id + 1)"] = prefix("-", op(id, "+", num(1)));
    out["account.c.name + \"x\""] = op(name, "||", str("x"));
    out["account.c.id.in_([1, 2])"] = op(id, "IN", lit(sql::Array{{{std::int64_t{1}}, {std::int64_t{2}}}}));
    out["account.c.id.in_([])"] = op(id, "IN", chain(",", {}));
    out["account.c.name.notin_([])"] = op(name, "NOT IN", chain(",", {}));
    out["sa.tuple_(account.c.id, account.c.name).in_([])"] =
        op(sql::make({sql::Tuple{{id, name}}}), "IN", chain(",", {}));
    out["account.c.id.between(1, 5)"] = op(id, "BETWEEN", chain("AND", {num(1), num(5)}));
    out["account.c.name.like(\"x%\", escape=\"/\")"] = op(op(name, "LIKE", str("x%")), "ESCAPE", str("/"));
    const auto moment = type("DateTime"); // a literal with the column's own type has taken it over
    out["account.c.made == datetime.date(2024, 5, 1)"] =
        op(col("made", "account", moment), "=", lit(Temporal{Temporal::date, "2024-05-01"}, moment));
    out["account.c.made == datetime.datetime(2024, 5, 1)"] =
        op(col("made", "account", type("DateTime")), "=",
           lit(Temporal{Temporal::datetime, "2024-05-01 00:00:00"}));
    out["account.c.id == \"7\""] = op(col("id", "account", type("Float")), "=", str("7"));
    out["account.c.paid == sa.true()"] = op(col("paid", "account"), "=", yes());
    out["account.c.name.collate(\"NOCASE\")"] = sql::make({sql::Collate{name, "NOCASE"}});
    out["account.c.id.desc()"] = postfix(id, "DESC");
    out["account.c.id.desc().nullslast()"] = postfix(postfix(id, "DESC"), "NULLS LAST");
    out["account.c.id.is_distinct_from(1)"] = op(id, "IS DISTINCT FROM", num(1));
    out["sa.case((account.c.id == 1, \"a\"), else_=\"b\")"] =
        sql::make({sql::Case{nullptr, {{equals(1), str("a")}}, str("b")}});
    out["sa.case({1: \"a\"}, value=account.c.id)"] =
        sql::make({sql::Case{id, {{num(1), str("a")}}, nullptr}});
    out["sa.cast(account.c.id, sa.String(5))"] = sql::make({sql::Cast{id, Type("String", 5)}});
    out["sa.func.now()"] = func("now");
    out["sa.func.current_date()"] = func("current_date");
    out["sa.func.localtimestamp()"] = func("localtimestamp");
    out["sa.func.char_length(account.c.name)"] = func("char_length", {name});
    out["sa.func.Lower(account.c.name)"] = func("Lower", {name});
    out["sa.func.coalesce(account.c.id + 1, 2)"] = func("coalesce", {op(id, "+", num(1)), num(2)});
    out["sa.func.count()"] = func("count");
    of_account.columns = {id, label(name, "n")};
    of_account.from = {from("account")};
    of_account.where = equals(1);
    of_account.order_by = {postfix(id, "DESC")};
    of_account.limit = num(5);
    out["sa.select(account.c.id, account.c.name.label(\"n\")).where(account.c.id == "
        "1).order_by(account.c.id.desc()).limit(5)"] = subquery(of_account);
    grouped.columns = {func("count"), op(id, "+", num(1))};
    grouped.from = {from("account")};
    grouped.group_by = {id};
    grouped.having = op(func("count"), ">", num(1));
    grouped.distinct = true;
    out["sa.select(sa.func.count(), account.c.id + "
        "1).select_from(account).group_by(account.c.id).having(sa.func.count() > 1).distinct()"] =
        subquery(grouped);
    joined.columns = {col("id", "person")};
    joined.from = {{sql::Source::Join{std::make_shared<sql::Source>(from("person")),
                                      std::make_shared<sql::Source>(from("account")),
                                      op(col("boss", "person"), "=", id), true, false}}};
    out["sa.select(person.c.id).select_from(person.outerjoin(account, person.c.boss == account.c.id))"] =
        subquery(joined);
    sql::Select both;
    both.columns = {id};
    both.from = {from("account")};
    both.compounds = {{"UNION ALL", std::make_shared<sql::Select>(of_person)}};
    out["sa.union_all(sa.select(account.c.id), sa.select(person.c.id))"] = subquery(both);
    sql::Select any = of_person;
    any.columns = {text("*")};
    any.where = op(col("id", "person"), "=", num(1));
    out["sa.exists().where(person.c.id == 1)"] = subquery(any, "EXISTS");
    out["account.c.id.in_(sa.select(person.c.id))"] = op(id, "IN", subquery(of_person));
    out["~account.c.name.like(\"x%\", escape=\"/\")"] =
        op(op(name, "NOT LIKE", str("x%")), "ESCAPE", str("/"));
    out["sa.not_(account.c.name.like(\"a\") | (account.c.id == 1))"] =
        prefix("NOT", chain("OR", {op(name, "LIKE", str("a")), equals(1)}));
    out["sa.extract(\"year\", account.c.made)"] =
        func("extract", {op(text("year"), "FROM", col("made", "account"))});
    out["sa.func.count(account.c.id.distinct())"] = func("count", {prefix("DISTINCT", id)});
    out["sa.tuple_(account.c.id, account.c.name).in_([(1, \"a\")])"] = op(
        chain(",", {id, name}), "IN", chain(",", {lit(sql::Array{{{std::int64_t{1}}, {std::string("a")}}})}));
    out["data[\"k\"]"] = op(col("data", "account"), "->", str("k"));
    out["data[\"n\"].as_integer()"] =
        sql::make({sql::Cast{op(col("data", "account"), "->>", str("n")), Type("Integer"), true}});
    out["data[(\"a\", \"0\", \"b\")].astext"] = op(col("data", "account"), "#>>", str("{a, 0, b}"));
    return out;
}

/// An expression on its own: the column of a select, without what stands around it; a select itself without
/// its parentheses.
std::string written(const ExpressionPtr& expression) {
    if (const auto* query = std::get_if<sql::Subquery>(&expression->node); query && query->prefix.empty())
        return join(words(sqlite().compiler().compile(*query->select, Values::literals).sql), " ");
    sql::Delete around;
    around.table.name = "t";
    around.where = expression;
    const std::string sql = sqlite().compiler().compile(around, Values::literals).sql;
    return join(words(sql.substr(std::string("DELETE FROM t WHERE ").size())), " ");
}

TEST(Expressions, are_written_as_the_file_says) {
    const auto built = expressions();
    const auto rows = read_rows(data / "expressions.txt");
    EXPECT_EQ(rows.size(), built.size());
    for (const Row& row : rows) {
        ASSERT_TRUE(built.contains(row.python)) << row.python;
        EXPECT_EQ(written(built.at(row.python)), row.sql) << row.python;
    }
}

TEST(Expressions, are_written_as_alembic_writes_them) {
    const auto [code, out] = python("expressions " + (data / "expressions.txt").string());
    EXPECT_EQ(code, 0) << out;
    EXPECT_THAT(out, testing::HasSubstr("agreed"));
}

} // namespace
} // namespace orch
