#include "connection.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "errors.hpp"
#include "memory.hpp"
#include "rebuild.hpp"
#include "tokens.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

namespace orch::sqlite {

namespace {

constexpr std::size_t most_kept = 32;

template <class... Fs>
struct Overload : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overload(Fs...) -> Overload<Fs...>;

/// A database in WAL mode makes its -wal and -shm files even for a reader. Where no writer has left a -wal
/// file, there is nothing in one to read, and the database can be taken as it lies.
bool idle_in_wal_mode(const std::filesystem::path& path) {
    std::array<char, 20> header{};
    std::ifstream file(path, std::ios::binary);
    if (!file.read(header.data(), header.size())) return false;
    constexpr std::size_t read_version = 19; // 2: WAL
    if (std::memcmp(header.data(), "SQLite format 3", 16) != 0 || header[read_version] != 2) return false;
    std::error_code ignored;
    return !std::filesystem::exists(path.string() + "-wal", ignored);
}

std::string as_uri(const std::string& path) {
    std::string out = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%')
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out;
}

/// Pragmas that change the file; a reader leaves them alone.
bool writes(std::string_view pragma) {
    constexpr std::array<std::string_view, 4> names{"auto_vacuum", "encoding", "journal_mode", "page_size"};
    return std::ranges::find(names, pragma) != names.end();
}

sql::Datum column_value(sqlite3_stmt* statement, int column) {
    const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(statement, column)); };
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return std::string(text, size());
    }
    case SQLITE_BLOB: {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        return sql::Bytes{bytes ? std::string(bytes, size()) : std::string()};
    }
    default: return sql::Null{};
    }
}

/// Puts a statement back for its next use on every way out.
class Reset {
  public:
    explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
    ~Reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

  private:
    sqlite3_stmt* statement_;
};

} // namespace

Connection::Connection(const Options& options, bool read_only, const Compiler& compiler, bool rebuild)
    : name_(options.memory ? ":memory:" : display_path(options.path)), path_(options.path.string()),
      timeout_ms_(static_cast<int>(options.timeout * 1000)), compiler_(compiler), rebuild_(rebuild) {
    open(options, read_only);
    apply(options.pragmas, read_only);
}

Connection::~Connection() = default;

void Connection::open(const Options& options, bool read_only) {
    std::string file = options.file;
    int flags =
        read_only && !options.memory ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    // One connection belongs to one thread at a time; only cancel() comes from others, which SQLite allows.
    flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (options.uri) flags |= SQLITE_OPEN_URI;
    if (read_only && !options.memory && !options.uri && idle_in_wal_mode(options.path)) {
        file = as_uri(path_) + "?immutable=1";
        flags |= SQLITE_OPEN_URI;
    }
    configure_memory();
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    database_.reset(opened);
    if (code != SQLITE_OK) fail(code, {});
    sqlite3_busy_handler(opened, &Connection::wait, this);
}

void Connection::apply(const Settings& pragmas, bool read_only) {
    for (const auto& [name, value] : pragmas) {
        if (read_only && writes(name)) continue;
        dialect::Statement statement;
        statement.sql = fmt::format(
            "PRAGMA {}={}", name,
            value.find('-') == 0 || value.find('-') == std::string::npos ? value : "'" + value + "'");
        execute(statement);
    }
}

// Called by SQLite while a lock is held elsewhere; gives 0 to stop waiting. The pauses grow as SQLite's own
// do.
int Connection::wait(void* self, int attempts) {
    auto& connection = *static_cast<Connection*>(self);
    constexpr std::array<int, 12> pauses{1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    int waited = 0;
    const auto last = static_cast<int>(pauses.size()) - 1;
    for (int i = 0; i < std::min(attempts, last); ++i) waited += pauses[static_cast<std::size_t>(i)];
    if (attempts > last) waited += (attempts - last) * pauses.back();
    if (connection.cancelled_ || waited >= connection.timeout_ms_) return 0;
    const int pause =
        std::min(pauses[static_cast<std::size_t>(std::min(attempts, last))], connection.timeout_ms_ - waited);
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    return 1;
}

void Connection::fail(int code, std::string_view sql) {
    const bool waiting = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_INTERRUPT;
    const bool cancelled = waiting && cancelled_.exchange(false); // heard
    Failure failure;
    failure.code = cancelled ? SQLITE_INTERRUPT : code;
    const bool told_by_sqlite =
        database_ && (sqlite3_extended_errcode(database_.get()) & 0xff) == (code & 0xff);
    failure.message = told_by_sqlite ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
    failure.name = name_;
    failure.path = path_;
    failure.sql = sql;
    failure.timeout_ms = timeout_ms_;
    throw error_for(failure);
}

void Connection::check_not_cancelled(std::string_view sql) {
    if (cancelled_.exchange(false)) fail(SQLITE_INTERRUPT, sql);
}

Connection::Prepared Connection::prepare(std::string_view sql, std::string_view& rest, bool keep) {
    if (sql.size() > static_cast<std::size_t>(sqlite3_limit(database_.get(), SQLITE_LIMIT_SQL_LENGTH, -1)))
        fail(SQLITE_TOOBIG, sql);
    sqlite3_stmt* made = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        keep ? SQLITE_PREPARE_PERSISTENT : 0, &made, &tail);
    Prepared prepared(made);
    if (code != SQLITE_OK) fail(code, sql);
    rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    return prepared;
}

sqlite3_stmt* Connection::kept(const std::string& sql) {
    const auto known = std::ranges::find(kept_, sql, &Kept::sql);
    if (known != kept_.end()) {
        std::rotate(known, known + 1, kept_.end()); // the latest stands last
        return kept_.back().statement.get();
    }
    std::string_view rest;
    Prepared prepared = prepare(sql, rest, true);
    if (!trim(rest).empty() && trim(rest) != ";")
        throw Error(Fault::script, "several SQL statements cannot take parameters together")
            .sql(sql)
            .hint("execute them one by one");
    if (kept_.size() == most_kept) kept_.erase(kept_.begin());
    kept_.push_back({sql, std::move(prepared)});
    return kept_.back().statement.get();
}

sql::Result Connection::execute(const dialect::Statement& statement) {
    sql::Result result;
    if (statement.sql.empty()) return result;
    if (statement.sql.find('\0') != std::string::npos)
        throw Error(Fault::script, "the SQL holds a NUL byte")
            .hint("pass such text as a parameter: sa.text(\"...\").bindparams(...)");
    check_not_cancelled(statement.sql);
    if (longest_) latest_ = std::chrono::steady_clock::now() + *longest_;
    if (statement.parameters.empty())
        run_script(statement.sql, statement.reads, result);
    else
        run_sets(statement, result);
    return result;
}

namespace {

/// PRAGMA [schema.]foreign_keys = value, or (value). SQLite ignores it inside of a transaction, which a
/// script that Alembic runs without one does not expect: it guards a DROP TABLE from deleting rows elsewhere.
std::optional<bool> foreign_keys_pragma(std::string_view sql) {
    constexpr std::size_t longest = 120;
    if (sql.size() > longest || lower(sql).find("foreign_keys") == std::string::npos) return {};
    const Tokens tokens(sql);
    const std::size_t at = tokens.is(2, ".") ? 3 : 1;
    if (!tokens.is(0, "PRAGMA") || !tokens.is(at, "foreign_keys") || at + 2 >= tokens.size()) return {};
    const std::string value = lower(tokens.name(at + 2));
    for (const char* yes : {"on", "yes", "true", "1"})
        if (value == yes) return true;
    return false;
}

} // namespace

// Each statement of the text in turn; the rows of the last one that has any are the result.
void Connection::run_script(const std::string& sql, bool reads, sql::Result& result) {
    std::string_view rest = sql;
    while (!rest.empty()) {
        const std::string_view from = rest;
        const Prepared prepared = prepare(from, rest, false);
        if (!prepared) continue; // white space or a comment
        const std::string_view one = from.substr(0, from.size() - rest.size());
        if (sqlite3_bind_parameter_count(prepared.get()) > 0) bind(prepared.get(), {}, one);
        step(prepared.get(), one, reads, result);
        if (const auto on = foreign_keys_pragma(one)) set_flag(SQLITE_DBCONFIG_ENABLE_FKEY, *on);
    }
}

void Connection::run_sets(const dialect::Statement& statement, sql::Result& result) {
    sqlite3_stmt* prepared = kept(statement.sql);
    if (!prepared) return;
    std::int64_t affected = 0;
    for (const std::vector<sql::Datum>& set : statement.parameters) {
        const Reset reset(prepared);
        bind(prepared, set, statement.sql);
        step(prepared, statement.sql, statement.reads, result);
        affected += result.affected;
    }
    result.affected = affected;
}

namespace {

[[noreturn]] void wrong_count(sqlite3_stmt* statement, std::size_t given, std::string_view sql) {
    const int wanted = sqlite3_bind_parameter_count(statement);
    const char* name =
        sqlite3_bind_parameter_name(statement, static_cast<int>(given) + 1); // the first without a value
    const auto counted = [](auto number, std::string_view what) {
        return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
    };
    throw Error(Fault::script, fmt::format("the statement has {}{}, got {}", counted(wanted, "parameter"),
                                           name ? fmt::format(" ('{}')", name) : "", counted(given, "value")))
        .sql(std::string(sql))
        .hint("give values with sa.text(\"...\").bindparams(name=value); a colon that is no parameter is "
              "written \\:");
}

} // namespace

void Connection::bind(sqlite3_stmt* statement, const std::vector<sql::Datum>& values, std::string_view sql) {
    const int wanted = sqlite3_bind_parameter_count(statement);
    if (static_cast<std::size_t>(wanted) != values.size()) wrong_count(statement, values.size(), sql);
    for (int i = 0; i < wanted; ++i) {
        const int at = i + 1;
        const int code = std::visit(
            Overload{
                [&](sql::Null) { return sqlite3_bind_null(statement, at); },
                [&](bool flag) { return sqlite3_bind_int64(statement, at, flag); },
                [&](std::int64_t number) { return sqlite3_bind_int64(statement, at, number); },
                [&](double number) { return sqlite3_bind_double(statement, at, number); },
                [&](const std::string& text) {
                    return sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_STATIC,
                                               SQLITE_UTF8);
                },
                [&](const sql::Bytes& bytes) {
                    return sqlite3_bind_blob64(statement, at, bytes.bytes.data(), bytes.bytes.size(),
                                               SQLITE_STATIC);
                },
                [&](const auto&) { return SQLITE_MISMATCH; }, // the compiler has made one of the above of it
            },
            values[static_cast<std::size_t>(i)]);
        if (code != SQLITE_OK) fail(code, sql);
    }
}

void Connection::step(sqlite3_stmt* statement, std::string_view sql, bool reads, sql::Result& result) {
    sqlite3* database = database_.get();
    const sqlite3_int64 before = sqlite3_total_changes64(database);
    const int columns = sqlite3_column_count(statement);
    if (columns > 0 && reads) {
        result.columns.clear();
        for (int i = 0; i < columns; ++i) result.columns.emplace_back(sqlite3_column_name(statement, i));
    }
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        if (!reads) continue;
        std::vector<sql::Datum>& row = result.rows.emplace_back();
        row.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) row.push_back(column_value(statement, i));
    }
    if (code != SQLITE_DONE) fail(code, sql);
    result.affected = sqlite3_total_changes64(database) == before ? 0 : sqlite3_changes64(database);
    if (result.affected > 0) result.last_insert_id = sqlite3_last_insert_rowid(database);
}

// SQLite lets a write begin on a file that it can only read, or whose folder has no room for a journal, and
// fails at the first statement.
void Connection::check_writable(std::string_view sql) {
    if (sqlite3_db_readonly(database_.get(), "main") == 1) fail(SQLITE_READONLY, sql);
    if (path_.empty()) return;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code ignored;
    if (!std::filesystem::exists(path_ + "-wal", ignored) &&
        access(folder.empty() ? "." : folder.c_str(), W_OK) != 0)
        fail(SQLITE_READONLY_DIRECTORY, sql);
}

void Connection::begin(bool write) {
    static const std::string immediate = "BEGIN IMMEDIATE", deferred = "BEGIN";
    const std::string& sql = write ? immediate : deferred;
    check_not_cancelled(sql);
    if (write) check_writable(sql);
    sqlite3_stmt* statement = kept(sql);
    const Reset reset(statement);
    sql::Result ignored;
    step(statement, sql, false, ignored);
}

void Connection::commit() {
    static const std::string sql = "COMMIT";
    check_not_cancelled(sql);
    sqlite3_stmt* statement = kept(sql);
    const Reset reset(statement);
    sql::Result ignored;
    step(statement, sql, false, ignored);
}

void Connection::rollback() noexcept {
    // SQLite may have rolled back by itself, on a full disk for one.
    if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

namespace {
std::string master(const std::optional<std::string>& schema) {
    return schema && !schema->empty() ? "\"" + replace_all(*schema, "\"", "\"\"") + "\".sqlite_master"
                                      : "sqlite_master";
}
} // namespace

bool Connection::has_table(std::string_view table, const std::optional<std::string>& schema) {
    dialect::Statement statement;
    statement.sql =
        "SELECT 1 FROM " + master(schema) + " WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE";
    if (!schema || schema->empty())
        statement.sql += " UNION ALL SELECT 1 FROM sqlite_temp_master WHERE type IN ('table', 'view') AND "
                         "name = ?1 COLLATE NOCASE";
    statement.parameters = {{std::string(table)}};
    statement.reads = true;
    return !execute(statement).rows.empty();
}

std::vector<std::string> Connection::table_names(const std::optional<std::string>& schema) {
    dialect::Statement statement;
    statement.sql = "SELECT name FROM " + master(schema) +
                    " WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    statement.reads = true;
    std::vector<std::string> names;
    for (const auto& row : execute(statement).rows) names.push_back(std::get<std::string>(row.front()));
    return names;
}

void Connection::perform(const ops::Operation& operation, const dialect::Compiler& compiler, const Run& run) {
    if (!Alteration(*this, compiler_, run, rebuild_).perform(operation))
        dialect::Connection::perform(operation, compiler, run);
}

bool Connection::flag(int which) const {
    int on = 0;
    sqlite3_db_config(database_.get(), which, -1, &on);
    return on != 0;
}

void Connection::set_flag(int which, bool on) {
    sqlite3_db_config(database_.get(), which, on ? 1 : 0, static_cast<int*>(nullptr));
}

bool Connection::enforces_foreign_keys() const { return flag(SQLITE_DBCONFIG_ENABLE_FKEY); }

std::optional<std::string> Connection::why_not(const std::string& sql) {
    sqlite3_stmt* made = nullptr;
    const int code =
        sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr);
    const Prepared prepared(made);
    if (code == SQLITE_OK) return {};
    return sqlite3_errmsg(database_.get());
}

Connection::Unguarded::Unguarded(Connection& connection)
    : connection_(connection), enforced_(connection.flag(SQLITE_DBCONFIG_ENABLE_FKEY)),
      legacy_(connection.flag(SQLITE_DBCONFIG_LEGACY_ALTER_TABLE)) {
    connection_.set_flag(SQLITE_DBCONFIG_ENABLE_FKEY, false);
    connection_.set_flag(SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, true);
}

Connection::Unguarded::~Unguarded() {
    connection_.set_flag(SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, legacy_);
    connection_.set_flag(SQLITE_DBCONFIG_ENABLE_FKEY, enforced_);
}

std::string Connection::server_version() { return sqlite3_libversion(); }

void Connection::cancel() noexcept {
    cancelled_ = true;
    sqlite3_interrupt(database_.get());
}

} // namespace orch::sqlite
