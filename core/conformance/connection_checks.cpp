// Sessions: connecting, transactions, errors, the lock, and a statement that is told to stop.
#include "conformance/kit.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace orch::conformance {

namespace {

using std::chrono::milliseconds;

const schema::Type integer = type("Integer"), name_type = type("String", 50);

void two_columns(Session& session, const std::string& table = "kit") {
    session.table(table, {{"id", integer}, {"name", name_type}});
}

void add(Session& session, std::int64_t id, const std::string& name) {
    session.insert("kit", {"id", "name"}, {{id, name}}, {integer, name_type});
}

// ---- connect

void says_its_version(const Kit& kit) {
    Session session(kit);
    expect(!session->server_version().empty(), "server_version() is empty");
}

void identifies_databases(const Kit& kit) {
    const std::string here = kit.dialect().identity(kit.url());
    expect(here == kit.dialect().identity(kit.url()), "identity() of one URL differs from call to call");
    Url other = kit.url();
    other.database += "_other";
    expect(here != kit.dialect().identity(other), "identity() is the same for another database: " + here);
    Url with_password = kit.url();
    with_password.user = "somebody";
    with_password.password = "another";
    try {
        expect(kit.dialect().identity(with_password).find("another") == std::string::npos,
               "identity() shows the password");
    } catch (const Error& error) { // a URL of a file has neither
        expect(render(error).find("another") == std::string::npos,
               "the error shows the password: " + error.message());
    }
}

void keeps_passwords(const Kit& kit) {
    const std::string secret = "kit-s3cret";
    Url url = kit.url();
    if (url.user.empty()) url.user = "nobody_of_this_name";
    url.password = secret;
    url.database += "/no/such/database";
    try {
        kit.dialect().connect(url, {});
    } catch (const Error& error) {
        expect(render(error).find(secret) == std::string::npos,
               "the error shows the password: " + error.message());
        expect(error.fault() == Fault::database || error.fault() == Fault::config ||
                   error.fault() == Fault::system,
               "a connection that fails is an Error(database), Error(config) or Error(system): " +
                   error.message());
    }
}

void creates_nothing_when_it_only_reads(const Kit& kit) {
    Url url = kit.url();
    url.database += "_missing";
    dialect::ConnectOptions options;
    options.read_only = true;
    try {
        const auto connection = kit.dialect().connect(url, options);
        expect(!connection, "a database that is not there was opened for reading");
    } catch (const Error&) {
        return; // a server says that there is none
    }
    expect(!kit.dialect().connect(url, options), "opening for reading made the database");
}

void only_reads(const Kit& kit) {
    Session writing(kit);
    two_columns(writing);
    const auto reading = kit.connect(true);
    expect(reading != nullptr, "a database that is there cannot be opened for reading");
    expect(reading->has_table("kit", std::nullopt), "the table is not seen");
    dialect::Statement statement;
    statement.sql = "INSERT INTO kit (id) VALUES (1)";
    failure_of([&] { reading->execute(statement); }, "INSERT on a connection that only reads");
}

// ---- transactions

void commits(const Kit& kit) {
    Session session(kit);
    two_columns(session);
    expect(!session->in_transaction(), "a session begins inside of a transaction");
    session->begin(true);
    expect(session->in_transaction(), "in_transaction() is false after begin()");
    add(session, 1, "one");
    session->commit();
    expect(!session->in_transaction(), "in_transaction() is true after commit()");
    expect(Session(kit).count("kit") == 1, "what was committed is not there");
}

void rolls_back(const Kit& kit) {
    Session session(kit);
    two_columns(session);
    session->begin(true);
    add(session, 1, "one");
    session->rollback();
    expect(!session->in_transaction(), "in_transaction() is true after rollback()");
    session->rollback(); // where nothing was begun it does nothing
    expect(session.count("kit") == 0, "what was rolled back is there");
}

void rolls_ddl_back_as_it_says(const Kit& kit) {
    Session session(kit);
    session->begin(true);
    ops::CreateTable create;
    create.table.name = "kit";
    create.table.columns.resize(1);
    create.table.columns.front().name = "id";
    create.table.columns.front().type = integer;
    session.apply(create);
    session->rollback();
    const bool there = Session(kit)->has_table("kit", std::nullopt);
    expect(there != kit.traits().transactional_ddl,
           fmt::format("Traits::transactional_ddl is {}, and a CREATE TABLE that was rolled back is {}",
                       kit.traits().transactional_ddl, there ? "there" : "gone"));
}

void hides_what_is_not_committed(const Kit& kit) {
    Session session(kit), other(kit);
    two_columns(session);
    session->begin(true);
    add(session, 1, "one");
    expect(other.count("kit") == 0, "another session sees what is not committed");
    session->commit();
    expect(other.count("kit") == 1, "another session does not see what was committed");
}

void loses_what_a_lost_session_began(const Kit& kit) {
    {
        Session session(kit);
        two_columns(session);
        session->begin(true);
        add(session, 1, "one");
    }
    expect(Session(kit).count("kit") == 0, "a session that ended in a transaction has committed it");
}

void counts_rows(const Kit& kit) {
    Session session(kit);
    two_columns(session);
    session.commit([&] {
        session.insert("kit", {"id", "name"},
                       {{std::int64_t{1}, std::string("a")}, {std::int64_t{2}, std::string("a")}},
                       {integer, name_type});
    });
    sql::Update update;
    update.table.name = "kit";
    update.values = {{"name", sql::make({sql::Literal{std::string("b"), nullptr}})}};
    std::int64_t affected = 0;
    session.commit([&] { affected = session.query(update).affected; });
    expect(affected == 2 || affected == -1,
           fmt::format("an UPDATE of 2 rows says that it changed {}", affected));
}

// ---- errors

void tells_a_syntax_error(const Kit& kit) {
    Session session(kit);
    const Error error = failure_of([&] { session.run("SELEKT 1"); }, "SELEKT 1");
    expect(error.fault() == Fault::database, "a statement that the database refuses is an Error(database)");
    expect(error.statement().find("SELEKT 1") != std::string::npos, "the error does not show the statement");
    expect(!error.state().empty(), "the error has no SQLSTATE and no code of the driver");
    expect(session.value("SELECT 1") == sql::Datum(std::int64_t{1}),
           "the session is of no use after an error");
}

void tells_a_duplicate(const Kit& kit) {
    Session session(kit);
    two_columns(session);
    session.commit([&] { add(session, 1, "one"); });
    const Error error =
        failure_of([&] { session.commit([&] { add(session, 1, "again"); }); }, "a second row of one key");
    expect(error.fault() == Fault::database && !error.state().empty(),
           "a duplicate key is an Error(database) with a state");
    session.commit([&] { add(session, 2, "two"); });
    expect(session.count("kit") == 2, "a transaction after a failed one is not whole");
}

void tells_a_missing_table(const Kit& kit) {
    Session session(kit);
    expect(!session->has_table("kit_missing", std::nullopt), "has_table() finds a table that is not there");
    failure_of([&] { session.run("DELETE FROM kit_missing"); }, "DELETE FROM a table that is not there");
}

void fails_whole(const Kit& kit) {
    Session session(kit);
    two_columns(session);
    failure_of(
        [&] {
            session.commit([&] {
                session.insert("kit", {"id", "name"},
                               {{std::int64_t{1}, std::string("a")}, {std::int64_t{1}, std::string("b")}},
                               {integer, name_type});
            });
        },
        "two rows of one key");
    expect(session.count("kit") == 0, "rows of a transaction that failed are there");
}

// ---- cancel

constexpr milliseconds before_cancel{300}, patience{15'000};

/// A join of a table with itself that no machine finishes.
void makes_work(Session& session) {
    session.table("kit_work", {{"id", integer}});
    std::vector<std::vector<sql::Datum>> rows;
    for (std::int64_t i = 1; i <= 1000; ++i) rows.push_back({i});
    session.commit([&] { session.insert("kit_work", {"id"}, std::move(rows), {integer}); });
}
const char* const long_query = "SELECT count(*) FROM kit_work a, kit_work b, kit_work c, kit_work d "
                               "WHERE a.id + b.id + c.id + d.id < 0";

void stops_when_told(const Kit& kit) {
    Session session(kit);
    makes_work(session);
    session->begin(true);
    session.insert("kit_work", {"id"}, {{std::int64_t{2000}}}, {integer});
    std::thread other([&] {
        std::this_thread::sleep_for(before_cancel);
        session->cancel();
    });
    const auto began = std::chrono::steady_clock::now();
    std::optional<Error> error;
    try {
        session.value(long_query);
    } catch (const Error& stopped) {
        error = stopped;
    }
    other.join();
    const auto taken = std::chrono::steady_clock::now() - began;
    expect(error.has_value(), "cancel() from another thread did not stop the statement");
    expect(taken < patience, "the statement ran on for a long time after cancel()");
    expect(error->fault() == Fault::interrupted,
           "a statement that cancel() stopped is an Error(interrupted), see interrupt::error(); got: " +
               error->message());
    session->rollback();
    expect(session.count("kit_work") == 1000, "what came before the statement was not rolled back");
}

void goes_on_after_a_cancel_that_came_late(const Kit& kit) {
    Session session(kit);
    session->cancel();
    try {
        session.value("SELECT 1");
    } catch (const Error& error) {
        expect(error.fault() == Fault::interrupted,
               "what cancel() stops is an Error(interrupted): " + error.message());
    }
    expect(session.value("SELECT 1") == sql::Datum(std::int64_t{1}),
           "cancel() stops more than one statement");
}

// ---- locks

std::unique_ptr<dialect::Lock> lock_of(const Kit& kit, const char* table) {
    auto lock = kit.dialect().lock(kit.url(), {}, {table, std::nullopt, {"ann", "here", "4711", "now", {}}});
    if (!lock) throw LeftOut{"the dialect has no lock: only one process at a time may reach the database"};
    return lock;
}

void keeps_others_out(const Kit& kit) {
    const auto first = lock_of(kit, "kit_version"), second = lock_of(kit, "kit_version");
    const auto elsewhere = lock_of(kit, "kit_other");
    expect(!second->holder(), "a lock that nobody has has a holder");
    expect(first->try_take(), "a free lock cannot be taken");
    first->check();
    expect(!second->try_take(), "two have one lock");
    expect(second->holder().has_value(), "a lock that somebody has has no holder");
    expect(elsewhere->try_take(), "the lock of another version table is taken too");
}

/// A server may need a moment to see that the session of the last holder has ended.
bool becomes_free(dialect::Lock& lock) {
    for (int i = 0; i < 100; ++i) {
        if (lock.try_take()) return true;
        std::this_thread::sleep_for(milliseconds(50));
    }
    return false;
}

void lets_go_when_it_ends(const Kit& kit) {
    expect(becomes_free(*lock_of(kit, "kit_version")), "a free lock cannot be taken");
    expect(becomes_free(*lock_of(kit, "kit_version")), "a lock outlives the one who took it");
}

void stays_beside_the_work(const Kit& kit) {
    const auto lock = lock_of(kit, "kit_version");
    expect(becomes_free(*lock), "a free lock cannot be taken");
    Session session(kit);
    two_columns(session);
    session.commit([&] { add(session, 1, "one"); });
    lock->check();
}

} // namespace

std::vector<OfDatabase> connect_checks() {
    return {{"the server says its version", says_its_version},
            {"databases are told apart without connecting", identifies_databases},
            {"a password is in no error", keeps_passwords},
            {"reading does not make a database", creates_nothing_when_it_only_reads},
            {"a connection that only reads writes nothing", only_reads}};
}

std::vector<OfDatabase> transaction_checks() {
    return {{"what is committed stays", commits},
            {"what is rolled back is gone", rolls_back},
            {"DDL is rolled back as the traits say", rolls_ddl_back_as_it_says},
            {"others do not see what is not committed", hides_what_is_not_committed},
            {"a session that ends commits nothing", loses_what_a_lost_session_began},
            {"an UPDATE says how many rows it changed", counts_rows}};
}

std::vector<OfDatabase> error_checks() {
    return {{"a syntax error has its statement and its state", tells_a_syntax_error},
            {"a duplicate key ends its transaction and no more", tells_a_duplicate},
            {"a table that is not there", tells_a_missing_table},
            {"of rows that are sent together all or none stay", fails_whole}};
}

std::vector<OfDatabase> cancel_checks() {
    return {{"a long statement stops, and its transaction is rolled back", stops_when_told},
            {"one cancel() stops one statement", goes_on_after_a_cancel_that_came_late}};
}

std::vector<OfDatabase> lock_checks() {
    return {{"one at a time has the lock of a version table", keeps_others_out},
            {"a lock ends with its holder", lets_go_when_it_ends},
            {"the lock stays while others work", stays_beside_the_work}};
}

} // namespace orch::conformance
