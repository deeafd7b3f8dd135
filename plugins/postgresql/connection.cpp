#include "connection.hpp"

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::postgresql {

namespace {

constexpr std::size_t most_at_once = 256 * 1024; ///< bytes of SQL that rows of one INSERT are sent together

bool is_copy(ExecStatusType status) {
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

dialect::Statement query(std::string sql, std::vector<sql::Datum> parameters) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    if (!parameters.empty()) statement.parameters = {std::move(parameters)};
    statement.reads = true;
    return statement;
}

} // namespace

void Connection::open(const Options& options) {
    std::vector<const char*> keywords, values;
    for (const auto& [keyword, value] : options.keywords) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 0));
    if (!connection_) throw Error(Fault::system, "out of memory");
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw cannot_connect(name_, PQerrorMessage(connection_.get()));
    cancel_.reset(PQgetCancel(connection_.get()));
    PQsetNoticeReceiver(connection_.get(), &Connection::notice, this);
}

// The forms in which results.cpp reads dates, and the promise not to write.
void Connection::set_up(bool read_only) {
    std::string sql;
    const auto differs = [&](const char* name, std::string_view wanted) {
        const char* value = PQparameterStatus(connection_.get(), name);
        return !value || !std::string_view(value).starts_with(wanted);
    };
    if (differs("DateStyle", "ISO")) sql += "SET DateStyle = 'ISO';";
    if (differs("IntervalStyle", "postgres")) sql += "SET IntervalStyle = 'postgres';";
    if (differs("standard_conforming_strings", "on")) sql += "SET standard_conforming_strings = on;";
    if (read_only) sql += "SET default_transaction_read_only = on;";
    sql::Result ignored;
    if (!sql.empty()) run(sql, false, ignored);
}

void Connection::notice(void*, const PGresult* result) {
    const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!message) return;
    const bool warning = severity && std::string_view(severity) == "WARNING";
    log::write(warning ? log::Level::warning : log::Level::debug, "orch.postgresql", message);
}

void Connection::check_not_cancelled() {
    if (cancelled_.exchange(false)) throw interrupt::error().sql({}, "57014");
}

void Connection::fail(const PGresult* result, Shown statement) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const bool interrupted = state && std::string_view(state) == "57014" && cancelled_.exchange(false);
    if (interrupted) throw interrupt::error().sql(shown(statement.sql), "57014");
    if (PQstatus(connection_.get()) == CONNECTION_BAD && !state) lost(statement.sql);
    throw error_for(result, statement);
}

void Connection::lost(std::string_view sql, bool committing) {
    throw connection_lost(name_, PQerrorMessage(connection_.get()), sql, committing);
}

void Connection::check(const std::string& sql) const {
    if (sql.find('\0') != std::string::npos)
        throw Error(Fault::script, "the SQL holds a NUL byte, which PostgreSQL takes nowhere");
}

void Connection::end_copy(ExecStatusType status) {
    if (status != PGRES_COPY_OUT)
        PQputCopyEnd(connection_.get(), "a migration has no data to copy from: use op.bulk_insert");
    char* row = nullptr;
    while (status != PGRES_COPY_IN && PQgetCopyData(connection_.get(), &row, 0) > 0) PQfreemem(row);
}

void Connection::run(const std::string& sql, Shown shown, bool reads, sql::Result& result) {
    flush();
    if (!PQsendQuery(connection_.get(), sql.c_str())) lost(shown.sql);
    Answer failed;
    while (Answer answer{PQgetResult(connection_.get())}) {
        const ExecStatusType status = PQresultStatus(answer.get());
        if (is_copy(status)) {
            end_copy(status);
        } else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            if (!failed) failed = std::move(answer);
        } else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            if (status == PGRES_TUPLES_OK && reads) read_rows(answer.get(), result);
            result.affected += affected(answer.get());
        }
        if (PQstatus(connection_.get()) == CONNECTION_BAD) break;
    }
    if (failed) fail(failed.get(), shown);
    if (PQstatus(connection_.get()) == CONNECTION_BAD) lost(shown.sql);
}

sql::Result Connection::execute(const dialect::Statement& statement) {
    sql::Result result;
    if (statement.sql.empty()) return result;
    check(statement.sql);
    check_not_cancelled();
    if (statement.parameters.size() > 1) {
        run_sets(statement, result);
    } else {
        const std::string sql = statement.parameters.empty()
                                    ? statement.sql
                                    : with_values(statement.sql, statement.parameters.front());
        run(sql, {statement.sql, !statement.parameters.empty()}, statement.reads, result);
    }
    return result;
}

// Many rows go together: a round trip for each would cost more than the rows.
void Connection::run_sets(const dialect::Statement& statement, sql::Result& result) {
    std::string batch;
    for (const std::vector<sql::Datum>& set : statement.parameters) {
        if (!batch.empty()) batch += ";\n";
        batch += with_values(statement.sql, set);
        if (batch.size() < most_at_once) continue;
        run(batch, {statement.sql, true}, statement.reads, result);
        batch.clear();
    }
    if (!batch.empty()) run(batch, {statement.sql, true}, statement.reads, result);
}

void Connection::begin(bool) {
    check_not_cancelled();
    sql::Result ignored;
    run("BEGIN", false, ignored);
}

// The server answers the COMMIT of a transaction in which something failed with ROLLBACK, and not with an
// error.
void Connection::commit() {
    flush();
    check_not_cancelled();
    const Answer answer(PQexec(connection_.get(), "COMMIT"));
    if (PQstatus(connection_.get()) == CONNECTION_BAD) lost("COMMIT", true);
    if (!answer || PQresultStatus(answer.get()) != PGRES_COMMAND_OK) fail(answer.get(), {"COMMIT"});
    if (std::string_view(PQcmdStatus(answer.get())) == "ROLLBACK")
        throw Error(Fault::database, "the transaction was rolled back: a statement in it had failed")
            .sql("COMMIT", "25P02")
            .hint(
                "what caught that error must roll back to a savepoint: `with op.get_bind().begin_nested():`");
}

void Connection::drain() noexcept {
    while (const Answer answer{PQgetResult(connection_.get())})
        if (PQstatus(connection_.get()) == CONNECTION_BAD) return;
}

void Connection::rollback() noexcept {
    end_pipeline(false);
    if (PQtransactionStatus(connection_.get()) == PQTRANS_ACTIVE) drain();
    if (!in_transaction()) return;
    const Answer answer(PQexec(connection_.get(), "ROLLBACK"));
}

bool Connection::in_transaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

// Without a schema it is what the search_path finds.
bool Connection::has_table(std::string_view table, const std::optional<std::string>& schema) {
    std::string sql =
        "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relname = $1 AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND ";
    std::vector<sql::Datum> values{std::string(table)};
    if (schema && !schema->empty()) {
        sql += "n.nspname = $2";
        values.emplace_back(*schema);
    } else {
        sql += "pg_catalog.pg_table_is_visible(c.oid)";
    }
    return !execute(query(std::move(sql), std::move(values))).rows.empty();
}

std::vector<std::string> Connection::table_names(const std::optional<std::string>& schema) {
    const bool given = schema && !schema->empty();
    const std::string sql = fmt::format(
        "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
        "c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = {} ORDER BY c.relname",
        given ? "$1" : "current_schema()");
    std::vector<sql::Datum> values;
    if (given) values.emplace_back(*schema);
    std::vector<std::string> names;
    for (const auto& row : execute(query(sql, std::move(values))).rows)
        names.push_back(std::get<std::string>(row.front()));
    return names;
}

std::string Connection::server_version() {
    const char* version = PQparameterStatus(connection_.get(), "server_version");
    const std::string_view text = version ? version : "";
    return std::string(text.substr(0, text.find(' '))); // "15.7 (Debian 15.7-0+deb12u1)"
}

void Connection::cancel() noexcept {
    cancelled_ = true;
    char message[256];
    if (cancel_) PQcancel(cancel_.get(), message, sizeof(message));
}

} // namespace orch::postgresql
