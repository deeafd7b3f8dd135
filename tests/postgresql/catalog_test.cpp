// Reading a schema: what DDL made, reflect() tells, and the compiler writes again. Runs against the private
// server that tests/servers starts.
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "dialect/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace orch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const dialect::Dialect& postgresql() {
    static dialect::Plugins plugins;
    return plugins.for_scheme("postgresql");
}

/// The server that ctest started, by its maintenance database.
Url server() {
    const char* state = std::getenv("ORCH_TEST_SERVERS");
    if (!state)
        throw std::runtime_error("ORCH_TEST_SERVERS is not set: run ctest, or tests/servers/servers.py run");
    std::ifstream file(std::string(state) + "/postgresql.json");
    const std::string folder = nlohmann::json::parse(file).at("folder");
    return parse_url("postgresql://orch@/postgres?host=" + folder);
}

std::unique_ptr<dialect::Connection> scratch() { return postgresql().scratch(server()); }

sql::Result run(dialect::Connection& connection, const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    statement.reads = true;
    return connection.execute(statement);
}

/// A table as the compiler writes it from what was read; an index that a constraint brings is told beside it.
std::string again(schema::Table table) {
    std::erase_if(table.indexes,
                  [](const schema::Index& index) { return index.options.contains("duplicates_constraint"); });
    std::vector<std::string> out;
    for (const dialect::Statement& statement :
         postgresql().compiler().compile({ops::CreateTable{table, false}, {}}, dialect::Values::literals))
        out.push_back(statement.sql);
    return replace_all(join(out, ";\n"), "    ", "  ");
}

class Catalog : public testing::Test {
  protected:
    schema::Catalog of(const std::string& ddl, const dialect::ReflectOptions& options = {}) {
        run(*connection_, ddl);
        return connection_->reflect(options);
    }
    std::unique_ptr<dialect::Connection> connection_ = scratch();
};

TEST_F(Catalog, tells_columns_with_types_defaults_and_comments) {
    const auto catalog = of(R"(
        CREATE TYPE mood AS ENUM ('happy', 'it''s ok');
        CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY (START 3) PRIMARY KEY, name varchar(50) COLLATE "C" NOT NULL DEFAULT 'x',
            amount numeric(10, 2), made timestamp(3) with time zone DEFAULT now(), mood mood[] , twice int GENERATED ALWAYS AS (1 + 1) STORED,
            spent interval day to second(2), flags bit varying(5), doc jsonb, t time);
        COMMENT ON TABLE a IS 'a table';
        COMMENT ON COLUMN a.name IS 'it''s a name')");
    ASSERT_EQ(catalog.tables.size(), 1u);
    EXPECT_EQ(again(catalog.tables.front()), R"(CREATE TABLE a (
  id INTEGER GENERATED ALWAYS AS IDENTITY (INCREMENT BY 1 START WITH 3 MINVALUE 1 MAXVALUE 2147483647 CACHE 1 NO CYCLE), 
  name VARCHAR(50) COLLATE "C" DEFAULT 'x'::character varying NOT NULL, 
  amount NUMERIC(10, 2), 
  made TIMESTAMP(3) WITH TIME ZONE DEFAULT now(), 
  mood mood[], 
  twice INTEGER GENERATED ALWAYS AS (1 + 1) STORED, 
  spent INTERVAL day to second (2), 
  flags BIT VARYING(5), 
  doc JSONB, 
  t TIME WITHOUT TIME ZONE, 
  CONSTRAINT a_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE a IS 'a table';
COMMENT ON COLUMN a.name IS 'it''s a name')");
    ASSERT_EQ(catalog.enums.size(), 1u);
    EXPECT_THAT(catalog.enums.front().values, ElementsAre("happy", "it's ok"));
}

TEST_F(Catalog, tells_constraints_with_their_options) {
    const auto catalog = of(R"(
        CREATE TABLE team (id int, code text, PRIMARY KEY (id));
        CREATE TABLE a (team_id int, room int4range, n int, CONSTRAINT fk FOREIGN KEY (team_id) REFERENCES team ON DELETE CASCADE ON UPDATE
            SET NULL DEFERRABLE INITIALLY DEFERRED, CONSTRAINT ck CHECK (n > 0 AND n < 10), CONSTRAINT uq UNIQUE (n, team_id) INCLUDE (room) DEFERRABLE,
            CONSTRAINT ex EXCLUDE USING gist (room WITH &&, int4range(n, 9) WITH &&) WHERE (n > 3));
        ALTER TABLE a ADD CONSTRAINT later CHECK (n <> 5) NOT VALID)");
    EXPECT_EQ(again(*catalog.table("a")), R"(CREATE TABLE a (
  team_id INTEGER, 
  room INT4RANGE, 
  n INTEGER, 
  CONSTRAINT ck CHECK (n > 0 AND n < 10), 
  CONSTRAINT ex EXCLUDE USING gist (room WITH &&, int4range(n, 9) WITH &&) WHERE (n > 3), 
  CONSTRAINT fk FOREIGN KEY(team_id) REFERENCES team (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, 
  CONSTRAINT later CHECK (n <> 5) NOT VALID, 
  CONSTRAINT uq UNIQUE (n, team_id) INCLUDE (room) DEFERRABLE
))");
}

TEST_F(Catalog, tells_indexes_with_their_options) {
    auto catalog = of(R"(
        CREATE TABLE a (n int, name text, doc jsonb);
        CREATE UNIQUE INDEX one ON a (lower(name), n DESC NULLS LAST) INCLUDE (doc) WITH (fillfactor = 70) WHERE n > 3;
        CREATE INDEX two ON a USING gin (doc jsonb_path_ops);
        CREATE INDEX three ON a (name COLLATE "C" text_pattern_ops NULLS FIRST))");
    std::string out;
    for (const schema::Index& index : catalog.table("a")->indexes)
        out += postgresql()
                   .compiler()
                   .compile({ops::CreateIndex{index, false}, {}}, dialect::Values::literals)
                   .front()
                   .sql +
               "\n";
    EXPECT_EQ(out, "CREATE UNIQUE INDEX one ON a (lower(name), n DESC NULLS LAST) INCLUDE (doc) WITH "
                   "(fillfactor = 70) WHERE n > 3\n"
                   "CREATE INDEX three ON a (name COLLATE \"C\" text_pattern_ops NULLS FIRST)\n"
                   "CREATE INDEX two ON a USING gin (doc jsonb_path_ops)\n");
}

TEST_F(Catalog, tells_views_sequences_triggers_and_functions) {
    const auto catalog = of(R"(
        CREATE SEQUENCE seq INCREMENT 5;
        CREATE TABLE a (id serial PRIMARY KEY);
        CREATE VIEW v AS SELECT id FROM a;
        CREATE MATERIALIZED VIEW m AS SELECT id FROM a;
        CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS $$ SELECT x $$;
        CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION g())");
    EXPECT_EQ(catalog.default_schema, "public");
    ASSERT_EQ(catalog.sequences.size(), 1u); // not the one that serves the SERIAL
    EXPECT_EQ(catalog.sequences.front().name, "seq");
    EXPECT_EQ(catalog.sequences.front().options.increment, 5);
    ASSERT_EQ(catalog.views.size(), 2u);
    EXPECT_TRUE(catalog.view("m")->materialized);
    EXPECT_THAT(catalog.view("v")->definition, HasSubstr("FROM a"));
    ASSERT_EQ(catalog.triggers.size(), 1u);
    EXPECT_THAT(catalog.triggers.front().definition, HasSubstr("BEFORE INSERT ON a"));
    ASSERT_EQ(catalog.functions.size(), 2u);
    EXPECT_EQ(catalog.functions.front().arguments, "x integer");
    EXPECT_EQ(catalog.table("a")->columns.front().autoincrement, schema::Autoincrement::yes);
}

TEST_F(Catalog, reads_the_schemas_and_tables_that_are_asked_for) {
    dialect::ReflectOptions options;
    options.schemas = {"other"};
    options.tables = {"b"};
    const auto catalog = of("CREATE SCHEMA other; CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE other.b "
                            "(x int REFERENCES a); CREATE "
                            "TABLE other.c (x int)",
                            options);
    ASSERT_EQ(catalog.tables.size(), 1u);
    EXPECT_EQ(catalog.tables.front().name, "b");
    EXPECT_EQ(catalog.tables.front().schema, "other");
    EXPECT_EQ(std::get<schema::ForeignKey>(catalog.tables.front().constraints.front()).referent_schema,
              std::nullopt);
}

TEST_F(Catalog, normalizes_tables_and_leaves_nothing) {
    schema::Table table;
    table.name = "a";
    table.schema = "app";
    schema::Column column;
    column.name = "n";
    column.type.name = "Numeric";
    column.type.precision = 5;
    column.server_default = sql::make({sql::Text{"1 + 1", {}}});
    table.columns = {column};
    schema::Check check;
    check.name = "ck";
    check.condition = sql::make({sql::Text{"n IN (1,2)", {}}});
    table.constraints = {check};
    const auto told = connection_->normalize({table}, postgresql().compiler());
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(again(told.front()), R"(CREATE TABLE app.a (
  n NUMERIC(5, 0) DEFAULT (1 + 1), 
  CONSTRAINT ck CHECK (n = ANY (ARRAY[1::numeric, 2::numeric]))
))");
    EXPECT_TRUE(connection_->reflect({}).tables.empty());
    EXPECT_FALSE(connection_->in_transaction());
}

TEST(Scratch, goes_away_with_its_connection) {
    const auto databases = [] {
        const auto connection = postgresql().connect(server(), {});
        return run(*connection,
                   "SELECT 1 FROM pg_database WHERE datname ~ '_" + std::to_string(getpid()) + "_'")
            .rows.size();
    };
    auto connection = scratch();
    EXPECT_EQ(databases(), 1u);
    connection.reset();
    EXPECT_EQ(databases(), 0u);
    EXPECT_THROW(postgresql().scratch(std::nullopt), Error);
}

TEST(Cancel, interrupts_a_statement_and_leaves_the_session_usable) {
    const auto connection = postgresql().connect(server(), {});
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        connection->cancel();
    });
    try {
        run(*connection, "SELECT pg_sleep(30)");
        ADD_FAILURE() << "not interrupted";
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "interrupted");
        EXPECT_EQ(error.state(), "57014");
    }
    other.join();
    EXPECT_EQ(run(*connection, "SELECT 1").rows.size(), 1u);
}

TEST(ReadOnly, refuses_to_write) {
    dialect::ConnectOptions options;
    options.read_only = true;
    const auto connection = postgresql().connect(server(), options);
    EXPECT_THROW(run(*connection, "CREATE TABLE x (id int)"), Error);
}

TEST(Identity, is_equal_for_urls_that_reach_the_same_database) {
    const auto identity = [](const char* url) { return postgresql().identity(parse_url(url)); };
    EXPECT_EQ(identity("postgresql://ann:x@localhost/shop"),
              identity("postgresql+psycopg2://bob@127.0.0.1:5432/shop?sslmode=require"));
    EXPECT_NE(identity("postgresql://localhost/shop"), identity("postgresql://localhost/other"));
    EXPECT_NE(identity("postgresql://localhost/shop"), identity("postgresql://localhost:5433/shop"));
    EXPECT_THAT(identity("postgresql://ann:s3cret@localhost/shop"), testing::Not(HasSubstr("s3cret")));
}

} // namespace
} // namespace orch
