#include "connection.hpp"

#include <base/interrupt.hpp>

namespace pocket {

namespace {

constexpr int busy_timeout_ms = 5000;

} // namespace

Connection::Connection(const std::string& path, bool read_only) : path_(path) {
    sqlite3* opened = nullptr;
    const int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) fail(code, {});
    sqlite3_busy_timeout(opened, busy_timeout_ms);
}

Connection::~Connection() = default;

// Whatever goes wrong leaves here: with the statement, the library's code, and no secret.
void Connection::fail(int code, std::string_view sql) {
    const std::string state = std::to_string(code);
    if (code == SQLITE_INTERRUPT) {
        cancelled_ = false; // heard
        throw orch::interrupt::error().sql(std::string(sql), state);
    }
    const std::string message = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
    if (sql.empty())
        throw orch::Error(orch::Fault::database, "cannot open '" + path_ + "': " + message).sql({}, state);
    const auto fault = code == SQLITE_BUSY ? orch::Fault::busy : orch::Fault::database;
    throw orch::Error(fault, message).sql(std::string(sql), state);
}

Connection::Prepared Connection::prepare(std::string_view sql, std::string_view& rest) {
    sqlite3_stmt* made = nullptr;
    const char* tail = nullptr;
    const int code =
        sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &made, &tail);
    Prepared prepared(made);
    if (code != SQLITE_OK) fail(code, sql);
    rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    return prepared;
}

// Without parameters the text may hold several statements; with them it is one, for each set of them.
orch::sql::Result Connection::execute(const dialect::Statement& statement) {
    if (statement.sql.find('\0') != std::string::npos)
        throw orch::Error(orch::Fault::script, "the SQL holds a NUL byte");
    if (cancelled_.exchange(false)) fail(SQLITE_INTERRUPT, statement.sql);
    orch::sql::Result result;
    std::string_view rest = statement.sql;
    if (statement.parameters.empty()) {
        while (!rest.empty()) {
            const std::string_view from = rest;
            if (const Prepared prepared = prepare(from, rest))
                step(prepared.get(), from, statement.reads, result);
        }
        return result;
    }
    const Prepared prepared = prepare(statement.sql, rest);
    std::int64_t affected = 0;
    for (const std::vector<orch::sql::Datum>& values : statement.parameters) {
        bind(prepared.get(), values, statement.sql);
        step(prepared.get(), statement.sql, statement.reads, result);
        sqlite3_reset(prepared.get());
        affected += result.affected;
    }
    result.affected = affected;
    return result;
}

void Connection::bind(sqlite3_stmt* statement, const std::vector<orch::sql::Datum>& values,
                      std::string_view sql) {
    if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size()))
        throw orch::Error(orch::Fault::script, "the statement takes another number of values")
            .sql(std::string(sql));
    int at = 0;
    for (const orch::sql::Datum& value : values) {
        ++at;
        int code = SQLITE_OK;
        if (const auto* flag = std::get_if<bool>(&value))
            code = sqlite3_bind_int64(statement, at, *flag);
        else if (const auto* number = std::get_if<std::int64_t>(&value))
            code = sqlite3_bind_int64(statement, at, *number);
        else if (const auto* floating = std::get_if<double>(&value))
            code = sqlite3_bind_double(statement, at, *floating);
        else if (const auto* text = std::get_if<std::string>(&value))
            code =
                sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        else if (const auto* bytes = std::get_if<orch::sql::Bytes>(&value))
            code = sqlite3_bind_blob64(statement, at, bytes->bytes.data(), bytes->bytes.size(),
                                       SQLITE_TRANSIENT);
        else
            code = sqlite3_bind_null(statement, at);
        if (code != SQLITE_OK) fail(code, sql);
    }
}

namespace {

orch::sql::Datum value_of(sqlite3_stmt* statement, int at) {
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
    switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(sqlite3_column_int64(statement, at));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, at);
    case SQLITE_TEXT:
        return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, at)), size);
    case SQLITE_BLOB:
        return orch::sql::Bytes{{static_cast<const char*>(sqlite3_column_blob(statement, at)), size}};
    default: return orch::sql::Null{};
    }
}

} // namespace

void Connection::step(sqlite3_stmt* statement, std::string_view sql, bool reads, orch::sql::Result& result) {
    const auto before = sqlite3_total_changes64(database_.get());
    const int columns = sqlite3_column_count(statement);
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        if (!reads) continue;
        auto& row = result.rows.emplace_back();
        for (int i = 0; i < columns; ++i) row.push_back(value_of(statement, i));
    }
    if (code != SQLITE_DONE) fail(code, sql);
    for (int i = 0; reads && result.columns.size() < static_cast<std::size_t>(columns); ++i)
        result.columns.emplace_back(sqlite3_column_name(statement, i));
    result.affected = sqlite3_total_changes64(database_.get()) - before;
}

void Connection::run(const std::string& sql) {
    dialect::Statement statement;
    statement.sql = sql;
    execute(statement);
}

// A transaction that is going to write takes its lock at once: one that finds out later can only give up.
void Connection::begin(bool write) { run(write ? "BEGIN IMMEDIATE" : "BEGIN"); }
void Connection::commit() { run("COMMIT"); }
void Connection::rollback() noexcept {
    if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}
bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

bool Connection::has_table(std::string_view table, const std::optional<std::string>&) {
    dialect::Statement statement;
    statement.sql = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?";
    statement.parameters = {{std::string(table)}};
    statement.reads = true;
    return !execute(statement).rows.empty();
}

std::vector<std::string> Connection::table_names(const std::optional<std::string>&) {
    dialect::Statement statement;
    statement.sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    statement.reads = true;
    std::vector<std::string> names;
    for (const auto& row : execute(statement).rows) names.push_back(std::get<std::string>(row.front()));
    return names;
}

std::string Connection::server_version() { return sqlite3_libversion(); }

// From any thread. The flag is for a call that comes between two statements.
void Connection::cancel() noexcept {
    cancelled_ = true;
    sqlite3_interrupt(database_.get());
}

} // namespace pocket
