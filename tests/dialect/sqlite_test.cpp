// The SQLite plugin on real files: opening, statements and their values, transactions, locks, and every way
// that a file or a URL can be wrong.
#include "builders.hpp"

#include "base/error.hpp"
#include "base/url.hpp"
#include "dialect/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace orch {
namespace {

namespace fs = std::filesystem;
using dialect::Connection;
using dialect::Statement;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;

const dialect::Dialect& sqlite() {
    static dialect::Plugins plugins;
    return plugins.for_scheme("sqlite");
}

std::unique_ptr<Connection> connect(const std::string& url, bool read_only = false) {
    return sqlite().connect(parse_url(url), {read_only, {}});
}

Statement statement(std::string sql, std::vector<std::vector<sql::Datum>> parameters = {}) {
    Statement out;
    out.sql = std::move(sql);
    out.parameters = std::move(parameters);
    out.reads = true;
    return out;
}
sql::Result run(Connection& connection, std::string sql,
                std::vector<std::vector<sql::Datum>> parameters = {}) {
    return connection.execute(statement(std::move(sql), std::move(parameters)));
}
sql::Datum value(Connection& connection, std::string sql, std::vector<sql::Datum> parameters = {}) {
    std::vector<std::vector<sql::Datum>> sets;
    if (!parameters.empty()) sets.push_back(std::move(parameters));
    return run(connection, std::move(sql), std::move(sets)).rows.at(0).at(0);
}
std::int64_t number(Connection& connection, std::string sql) {
    return std::get<std::int64_t>(value(connection, std::move(sql)));
}
std::string text(Connection& connection, std::string sql) {
    return std::get<std::string>(value(connection, std::move(sql)));
}

/// The error of what must fail.
template <class Act>
Error failure(Act act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "expected an error";
    return Error(Fault::internal, "nothing was thrown");
}

class Sqlite : public testing::Test {
  protected:
    Sqlite()
        : folder(fs::temp_directory_path() / ("orch_sqlite_" + std::to_string(getpid()))),
          file(folder / "app.db") {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    ~Sqlite() override { fs::remove_all(folder); }

    std::string url(const std::string& query = "") const { return "sqlite:///" + file.string() + query; }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }
    void write(const std::string& contents) const { std::ofstream(file, std::ios::binary) << contents; }

    fs::path folder, file;
};

// ---- statements and values

TEST_F(Sqlite, gives_back_the_values_that_it_was_given) {
    const auto db = connect(url());
    run(*db, "CREATE TABLE t (v)");
    const std::vector<sql::Datum> values{sql::Null{},
                                         std::numeric_limits<std::int64_t>::min(),
                                         0.1,
                                         std::string("ünï 😀"),
                                         std::string("a\0b", 3),
                                         std::string(),
                                         sql::Bytes{std::string("\0\xff'", 3)},
                                         sql::Bytes{}};
    for (const sql::Datum& each : values) {
        run(*db, "DELETE FROM t");
        run(*db, "INSERT INTO t VALUES (?)", {{each}});
        EXPECT_EQ(value(*db, "SELECT v FROM t"), each) << each.index();
    }
}

TEST_F(Sqlite, runs_a_statement_once_for_each_set_of_parameters) {
    const auto db = connect(url());
    run(*db, "CREATE TABLE t (a, b)");
    EXPECT_EQ(run(*db, "INSERT INTO t VALUES (?, ?)",
                  {{std::int64_t{1}, std::string("x")}, {std::int64_t{2}, std::string("y")}})
                  .affected,
              2);
    EXPECT_EQ(number(*db, "SELECT sum(a) FROM t"), 3);
}

TEST_F(Sqlite, counts_the_rows_that_changed) {
    const auto db = connect(url());
    EXPECT_EQ(run(*db, "CREATE TABLE t (a)").affected, 0);
    EXPECT_EQ(run(*db, "INSERT INTO t VALUES (1), (2), (3)").affected, 3);
    EXPECT_EQ(run(*db, "UPDATE t SET a = 0 WHERE a > 1").affected, 2);
    EXPECT_EQ(run(*db, "UPDATE t SET a = 0 WHERE a > 100").affected, 0);
    EXPECT_EQ(run(*db, "SELECT * FROM t").affected, 0);
}

TEST_F(Sqlite, names_the_columns_of_a_result_without_rows) {
    const auto db = connect("sqlite://");
    EXPECT_THAT(run(*db, "SELECT 1 AS one, 2 AS two WHERE 0").columns, ElementsAre("one", "two"));
}

TEST_F(Sqlite, runs_several_statements_as_a_script) {
    const auto db = connect(url());
    run(*db, "-- first\nCREATE TABLE t (a); /* then */ INSERT INTO t VALUES ('x;y');; CREATE TRIGGER tr "
             "AFTER INSERT ON t BEGIN "
             "DELETE FROM t; SELECT 1; END;\n -- last");
    EXPECT_EQ(text(*db, "SELECT a FROM t"), "x;y");
}

TEST_F(Sqlite, names_the_statement_of_a_script_that_failed) {
    const auto db = connect(url());
    const Error error =
        failure([&] { run(*db, "CREATE TABLE t (a); INSERT INTO nowhere VALUES (1); SELECT 1"); });
    EXPECT_EQ(error.fault(), Fault::database);
    EXPECT_EQ(error.message(), "no such table: nowhere");
    EXPECT_THAT(error.statement(), HasSubstr("INSERT INTO nowhere VALUES (1)"));
    EXPECT_THAT(error.statement(), testing::Not(HasSubstr("CREATE TABLE")));
    EXPECT_EQ(error.state(), "SQLITE_ERROR");
}

TEST_F(Sqlite, takes_a_statement_of_ten_megabytes) {
    const auto db = connect("sqlite://");
    const std::string large(10'000'000, 'x');
    EXPECT_EQ(std::get<std::string>(value(*db, "SELECT '" + large + "'")), large);
    EXPECT_EQ(value(*db, "SELECT ?", {large}), sql::Datum(large));
}

TEST_F(Sqlite, refuses_parameters_without_values) {
    const auto db = connect("sqlite://");
    const Error error = failure([&] { run(*db, "SELECT :name"); });
    EXPECT_EQ(error.message(), "the statement has 1 parameter (':name'), got 0 values");
    EXPECT_EQ(failure([&] { run(*db, "SELECT ?, ?", {{std::int64_t{1}}}); }).message(),
              "the statement has 2 parameters, got 1 value");
    EXPECT_EQ(failure([&] { run(*db, "SELECT 1; SELECT ?", {{std::int64_t{1}}}); }).message(),
              "several SQL statements cannot take parameters together");
}

TEST_F(Sqlite, refuses_a_nul_byte_in_a_statement) {
    const auto db = connect("sqlite://");
    EXPECT_EQ(failure([&] { run(*db, std::string("SELECT 'a\0b'", 12)); }).message(),
              "the SQL holds a NUL byte");
}

TEST_F(Sqlite, keeps_statements_across_changes_of_the_schema) {
    const auto db = connect("sqlite://");
    run(*db, "CREATE TABLE version (num)");
    for (std::int64_t i = 0; i < 100; ++i) {
        run(*db, "CREATE TABLE t" + std::to_string(i) + " (a)");
        run(*db, i == 0 ? "INSERT INTO version VALUES (?)" : "UPDATE version SET num = ?", {{i}});
    }
    EXPECT_EQ(number(*db, "SELECT num FROM version"), 99);
}

TEST_F(Sqlite, quotes_any_name) {
    const auto db = connect(url());
    for (const char* name :
         {"a b", "select", "Mixed", "ünï", "with\"quote", "semi;colon", "1st", "a'b", "returning"}) {
        const auto made = sqlite().compiler().compile(
            build::create_table(build::Table(name, {build::Column(name, "Integer").indexed()})),
            dialect::Values::literals);
        for (const Statement& each : made) db->execute(each);
        EXPECT_TRUE(db->has_table(name, {})) << name;
    }
    EXPECT_EQ(db->table_names({}).size(), 9u);
}

TEST_F(Sqlite, sees_tables_views_and_temporary_tables) {
    const auto db = connect(url());
    run(*db, "CREATE TABLE Account (a INTEGER PRIMARY KEY AUTOINCREMENT); CREATE VIEW seen AS SELECT 1; "
             "CREATE TEMP TABLE scratch (a)");
    EXPECT_TRUE(db->has_table("account", {}));
    EXPECT_TRUE(db->has_table("seen", {}));
    EXPECT_TRUE(db->has_table("scratch", {}));
    EXPECT_FALSE(db->has_table("other", {}));
    EXPECT_TRUE(db->has_table("account", "main"));
    EXPECT_FALSE(db->has_table("account", "temp"));
    EXPECT_THAT(db->table_names({}), ElementsAre("Account"));
    EXPECT_THAT(db->server_version(), testing::StartsWith("3."));
}

// ---- transactions

TEST_F(Sqlite, commits_and_rolls_back_ddl) {
    const auto db = connect(url());
    db->begin(true);
    EXPECT_TRUE(db->in_transaction());
    run(*db, "CREATE TABLE gone (a)");
    db->rollback();
    EXPECT_FALSE(db->in_transaction());
    db->begin(true);
    run(*db, "CREATE TABLE kept (a)");
    db->commit();
    EXPECT_THAT(connect(url())->table_names({}), ElementsAre("kept"));
}

TEST_F(Sqlite, rolls_back_what_was_open_when_it_is_closed) {
    auto db = connect(url());
    db->begin(true);
    run(*db, "CREATE TABLE gone (a)");
    db.reset();
    EXPECT_THAT(connect(url())->table_names({}), ElementsAre());
}

TEST_F(Sqlite, reports_deferred_foreign_keys_at_the_commit) {
    const auto db = connect(url("?foreign_keys=on"));
    run(*db, "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY "
             "DEFERRED)");
    db->begin(true);
    run(*db, "INSERT INTO c VALUES (1)");
    const Error error = failure([&] { db->commit(); });
    EXPECT_EQ(error.message(), "FOREIGN KEY constraint failed");
    EXPECT_EQ(error.state(), "SQLITE_CONSTRAINT_FOREIGNKEY");
    EXPECT_TRUE(db->in_transaction());
    db->rollback();
    EXPECT_EQ(number(*db, "SELECT count(*) FROM c"), 0);
}

TEST_F(Sqlite, names_the_kind_of_constraint) {
    const auto db = connect(url());
    run(*db, "CREATE TABLE t (a UNIQUE, b NOT NULL, CHECK (a > 0)); INSERT INTO t VALUES (1, 1)");
    const auto state = [&](const char* sql) { return failure([&] { run(*db, sql); }).state(); };
    EXPECT_EQ(state("INSERT INTO t VALUES (1, 1)"), "SQLITE_CONSTRAINT_UNIQUE");
    EXPECT_EQ(state("INSERT INTO t VALUES (2, NULL)"), "SQLITE_CONSTRAINT_NOTNULL");
    EXPECT_EQ(state("INSERT INTO t VALUES (-1, 1)"), "SQLITE_CONSTRAINT_CHECK");
}

TEST_F(Sqlite, says_what_to_do_about_a_column_that_does_not_fit) {
    const auto db = connect(url());
    run(*db, "CREATE TABLE t (a PRIMARY KEY, b UNIQUE, c); CREATE INDEX i ON t (c); INSERT INTO t VALUES (1, "
             "1, 1)");
    const auto hint = [&](const char* sql) { return failure([&] { run(*db, sql); }).hint(); };
    EXPECT_THAT(hint("ALTER TABLE t ADD COLUMN d INTEGER NOT NULL"),
                HasSubstr("give the column a server_default"));
    EXPECT_THAT(hint("ALTER TABLE t ADD COLUMN d DEFAULT CURRENT_TIMESTAMP"),
                HasSubstr("fill it with op.execute"));
    EXPECT_THAT(hint("ALTER TABLE t DROP COLUMN a"), HasSubstr("create the new table"));
    EXPECT_THAT(hint("ALTER TABLE t DROP COLUMN b"), HasSubstr("create the new table"));
    EXPECT_THAT(hint("ALTER TABLE t DROP COLUMN c"), HasSubstr("op.drop_index"));
}

// ---- locks

TEST_F(Sqlite, waits_for_a_lock_as_long_as_it_was_told) {
    const auto holder = connect(url()), loser = connect(url("?timeout=0.2"));
    run(*holder, "CREATE TABLE t (a)");
    holder->begin(true);
    const auto start = steady_clock::now();
    const Error error = failure([&] { loser->begin(true); });
    const auto waited = steady_clock::now() - start;
    EXPECT_GE(waited, milliseconds(150));
    EXPECT_LE(waited, milliseconds(2000));
    EXPECT_EQ(error.fault(), Fault::busy);
    EXPECT_EQ(error.state(), "SQLITE_BUSY");
    EXPECT_EQ(error.message(),
              "database '" + file.string() + "' is locked by another connection, waited 200 ms");
    EXPECT_THAT(error.hint(), HasSubstr("timeout"));
    EXPECT_FALSE(loser->in_transaction());
    holder->rollback();
    loser->begin(true);
    loser->rollback();
}

TEST_F(Sqlite, gets_the_lock_when_it_is_let_go) {
    const auto holder = connect(url()), other = connect(url());
    holder->begin(true);
    std::thread release([&] {
        std::this_thread::sleep_for(milliseconds(50));
        holder->rollback();
    });
    other->begin(true);
    EXPECT_TRUE(other->in_transaction());
    release.join();
}

TEST_F(Sqlite, stops_waiting_when_it_is_cancelled) {
    const auto holder = connect(url()), other = connect(url("?timeout=60"));
    holder->begin(true);
    std::thread stop([&] {
        std::this_thread::sleep_for(milliseconds(50));
        other->cancel();
    });
    const auto start = steady_clock::now();
    const Error error = failure([&] { other->begin(true); });
    EXPECT_LE(steady_clock::now() - start, milliseconds(5000));
    EXPECT_EQ(error.message(), "interrupted");
    EXPECT_EQ(error.state(), "SQLITE_INTERRUPT");
    stop.join();
}

TEST_F(Sqlite, interrupts_a_running_statement) {
    const auto db = connect("sqlite://");
    std::thread stop([&] {
        std::this_thread::sleep_for(milliseconds(50));
        db->cancel();
    });
    const Error error = failure([&] {
        run(*db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) FROM n");
    });
    EXPECT_EQ(error.message(), "interrupted");
    stop.join();
    EXPECT_EQ(number(*db, "SELECT 1"), 1); // and goes on afterwards
}

TEST_F(Sqlite, loses_no_cancellation_between_statements) {
    const auto db = connect("sqlite://");
    db->cancel();
    EXPECT_EQ(failure([&] { run(*db, "SELECT 1"); }).message(), "interrupted");
    EXPECT_EQ(number(*db, "SELECT 1"), 1);
}

// ---- reading without writing

TEST_F(Sqlite, has_nothing_to_read_where_there_is_no_file) {
    EXPECT_EQ(connect(url(), true), nullptr);
    EXPECT_THAT(files(), ElementsAre());
    EXPECT_EQ(connect("sqlite:///" + (folder / "no" / "folder.db").string(), true), nullptr);
}

TEST_F(Sqlite, reads_an_empty_file_as_an_empty_database) {
    write("");
    const auto db = connect(url(), true);
    EXPECT_THAT(db->table_names({}), ElementsAre());
    EXPECT_EQ(fs::file_size(file), 0u);
}

TEST_F(Sqlite, writes_nothing_when_it_only_reads) {
    run(*connect(url()), "CREATE TABLE t (a)");
    const auto db = connect(url("?journal_mode=wal&foreign_keys=on"), true);
    EXPECT_TRUE(db->has_table("t", {}));
    const Error error = failure([&] { run(*db, "INSERT INTO t VALUES (1)"); });
    EXPECT_EQ(error.state(), "SQLITE_READONLY");
    EXPECT_THAT(error.message(), HasSubstr("cannot be written"));
    EXPECT_THAT(files(), ElementsAre("app.db"));
    EXPECT_EQ(text(*db, "PRAGMA journal_mode"), "delete");
}

TEST_F(Sqlite, leaves_no_files_beside_a_wal_database_that_it_only_reads) {
    run(*connect(url("?journal_mode=wal")), "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
    EXPECT_THAT(files(), ElementsAre("app.db"));
    const auto db = connect(url(), true);
    EXPECT_EQ(number(*db, "SELECT a FROM t"), 7);
    EXPECT_THAT(files(), ElementsAre("app.db"));
}

TEST_F(Sqlite, reads_what_a_writer_has_in_its_wal) {
    const auto writer = connect(url("?journal_mode=wal"));
    run(*writer, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
    EXPECT_THAT(files(), ElementsAre("app.db", "app.db-shm", "app.db-wal"));
    EXPECT_EQ(number(*connect(url(), true), "SELECT a FROM t"), 7);
}

// ---- files that are not what they should be

TEST_F(Sqlite, refuses_a_file_that_is_no_database) {
    write(std::string(5000, 'x'));
    const auto db = connect(url());
    const Error error = failure([&] { db->table_names({}); });
    EXPECT_EQ(error.fault(), Fault::database);
    EXPECT_EQ(error.state(), "SQLITE_NOTADB");
    EXPECT_EQ(error.message(), "file '" + file.string() + "' is not an SQLite database");
}

TEST_F(Sqlite, refuses_a_folder) {
    const Error error = failure([&] { connect("sqlite:///" + folder.string()); });
    EXPECT_EQ(error.message(), "cannot open database '" + folder.string() + "': it is a folder");
    EXPECT_THAT(error.state(), HasSubstr("SQLITE_CANTOPEN"));
}

TEST_F(Sqlite, names_the_folder_that_is_missing) {
    const Error error = failure([&] { connect("sqlite:///" + (folder / "no" / "app.db").string()); });
    EXPECT_EQ(error.message(), "cannot open database '" + (folder / "no" / "app.db").string() +
                                   "': the folder '" + (folder / "no").string() + "' does not exist");
    EXPECT_THAT(error.hint(), HasSubstr("mkdir -p"));
}

TEST_F(Sqlite, names_a_file_in_the_place_of_a_folder) {
    write("x");
    EXPECT_THAT(failure([&] { connect("sqlite:///" + (file / "app.db").string()); }).message(),
                HasSubstr("is not a folder"));
}

TEST_F(Sqlite, says_when_the_database_is_full_and_stays_as_it_was) {
    const auto db = connect(url("?max_page_count=10"));
    run(*db, "CREATE TABLE t (a)");
    db->begin(true);
    const Error error = failure([&] { run(*db, "INSERT INTO t VALUES (zeroblob(1000000))"); });
    EXPECT_EQ(error.state(), "SQLITE_FULL");
    EXPECT_THAT(error.message(), HasSubstr("is full"));
    db->rollback();
    EXPECT_EQ(number(*db, "SELECT count(*) FROM t"), 0);
}

TEST_F(Sqlite, says_when_the_file_cannot_be_written) {
    run(*connect(url()), "CREATE TABLE t (a)");
    fs::permissions(file, fs::perms(0444));
    fs::permissions(folder, fs::perms(0755));
    // Root may write everything, so this is seen by a child that is nobody.
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(3);
        const Error error = failure([&] { run(*connect(url()), "INSERT INTO t VALUES (1)"); });
        _exit(error.message().find("cannot be written") != std::string::npos &&
                      error.state() == "SQLITE_READONLY"
                  ? 0
                  : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Sqlite, says_what_a_crash_left_to_be_rolled_back) {
    {
        const auto db = connect(url("?synchronous=off&cache_size=1"));
        run(*db, "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))");
        db->begin(true);
        run(*db, "UPDATE t SET a = zeroblob(200000)");
        fs::copy_file(file, folder / "crashed.db"); // as the files stand at this instant
        fs::copy_file(folder / "app.db-journal", folder / "crashed.db-journal");
    }
    const auto crashed = "sqlite:///" + (folder / "crashed.db").string();
    fs::permissions(folder / "crashed.db", fs::perms(0444));
    const auto reader = connect(crashed, true);
    const Error error = failure([&] { reader->table_names({}); });
    EXPECT_EQ(error.state(), "SQLITE_READONLY_ROLLBACK");
    EXPECT_THAT(error.hint(), HasSubstr("crashed"));
}

// ---- URLs and options

TEST_F(Sqlite, applies_pragmas_of_the_url_and_of_the_settings) {
    const auto db =
        sqlite().connect(parse_url(url("?foreign_keys=on&journal_mode=WAL&synchronous=normal")),
                         {false, {{"cache_size", "-1234"}, {"foreign_keys", "off"}, {"encoding", "UTF-8"}}});
    EXPECT_EQ(text(*db, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(number(*db, "PRAGMA synchronous"), 1);
    EXPECT_EQ(number(*db, "PRAGMA cache_size"), -1234);
    EXPECT_EQ(number(*db, "PRAGMA foreign_keys"), 0); // the later one counts
}

TEST_F(Sqlite, takes_and_ignores_what_only_pythons_driver_knows) {
    EXPECT_NE(connect("sqlite+pysqlite:///" + file.string() +
                      "?check_same_thread=false&isolation_level=DEFERRED&cached_statements=5"),
              nullptr);
}

TEST_F(Sqlite, takes_the_file_names_of_sqlites_uris) {
    run(*connect(url()), "CREATE TABLE t (a)");
    const auto db = connect("sqlite:///file:" + file.string() + "?mode=ro&uri=true");
    EXPECT_EQ(failure([&] { run(*db, "INSERT INTO t VALUES (1)"); }).state(), "SQLITE_READONLY");
    const auto memory = connect("sqlite:///file:shared?mode=memory&cache=shared&uri=true");
    run(*memory, "CREATE TABLE t (a)");
    EXPECT_FALSE(fs::exists("shared"));
}

struct Refused {
    std::string url, message, hint;
};
TEST_F(Sqlite, refuses_urls_that_it_does_not_understand) {
    const std::vector<Refused> table{
        {"sqlite:///a.db?foreign_key=on", "unknown SQLite option 'foreign_key'",
         "did you mean 'foreign_keys'?"},
        {"sqlite:///a.db?mode=ro", "unknown SQLite option 'mode'",
         "'mode' belongs to SQLite's file: names; write sqlite:///file:app.db?mode=...&uri=true"},
        {"sqlite:///a.db?foreign_keys=maybe", "SQLite option 'foreign_keys' expected on or off, got 'maybe'",
         ""},
        {"sqlite:///a.db?journal_mode=wall",
         "SQLite option 'journal_mode' expected one of 'delete', 'truncate', 'persist', 'memory', 'wal' and "
         "'off', got 'wall'",
         ""},
        {"sqlite:///a.db?cache_size=1;drop", "SQLite option 'cache_size' expected an integer, got '1;drop'",
         ""},
        {"sqlite:///a.db?timeout=soon",
         "SQLite option 'timeout' expected seconds, such as 5 or 0.5, got 'soon'", ""},
        {"sqlite:///a.db?timeout=nan",
         "SQLite option 'timeout' expected seconds, such as 5 or 0.5, got 'nan'", ""},
        {"sqlite://me:secret@host/a.db", "an SQLite URL has no host or user: 'sqlite://me:***@host/a.db'",
         "three slashes for a relative path, sqlite:///app.db; four for an absolute one, "
         "sqlite:////var/lib/app.db"},
    };
    for (const Refused& each : table) {
        const Error error = failure([&] { connect(each.url); });
        EXPECT_EQ(error.fault(), Fault::config) << each.url;
        EXPECT_EQ(error.message(), each.message);
        EXPECT_EQ(error.hint(), each.hint);
    }
    EXPECT_FALSE(fs::exists("a.db"));
}

std::string identity(const std::string& url) { return sqlite().identity(parse_url(url)); }

TEST_F(Sqlite, knows_urls_that_reach_the_same_file) {
    const std::string own = identity(url());
    fs::create_directory_symlink(folder, folder / "link");
    EXPECT_EQ(identity("sqlite:///" + (folder / "link" / "app.db").string()),
              own); // a file that is not there yet
    EXPECT_EQ(identity("sqlite:///" + (folder / "x" / ".." / "app.db").string() + "?timeout=3"), own);
    EXPECT_EQ(identity("sqlite:///file:" + file.string() + "?mode=rw&uri=true"), own);
    EXPECT_EQ(identity("sqlite:///" + fs::relative(file).string()), own);
    EXPECT_NE(identity("sqlite:///" + (folder / "other.db").string()), own);
}

TEST_F(Sqlite, knows_that_memories_are_apart) {
    EXPECT_NE(identity("sqlite://"), identity("sqlite://"));
    EXPECT_NE(identity("sqlite:///:memory:"), identity("sqlite://"));
}

} // namespace
} // namespace orch
