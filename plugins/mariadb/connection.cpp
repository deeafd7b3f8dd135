#include "connection.hpp"

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/text.hpp"
#include "errors.hpp"
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>

namespace orch::mariadb {

namespace {

/// Statements of many rows go to the server in packets of about this size.
constexpr std::size_t packet_size = 256 * 1024;
constexpr unsigned usual_connect_timeout = 30; // seconds
constexpr unsigned killed_statement = 1317;
constexpr unsigned long largest_packet = 1UL << 30; // the protocol's own limit

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void set_tls(MYSQL* session, const Options& options) {
    const auto name = [&](mysql_option option, const std::optional<std::string>& value) {
        if (value) mysql_optionsv(session, option, value->c_str());
    };
    const my_bool yes = 1, no = 0;
    if (options.tls == Tls::off) {
        mysql_optionsv(session, MYSQL_OPT_SSL_ENFORCE, &no);
        return;
    }
    name(MYSQL_OPT_SSL_CA, options.tls_ca);
    name(MYSQL_OPT_SSL_CAPATH, options.tls_ca_path);
    name(MYSQL_OPT_SSL_CERT, options.tls_certificate);
    name(MYSQL_OPT_SSL_KEY, options.tls_key);
    name(MYSQL_OPT_SSL_CIPHER, options.tls_cipher);
    if (options.tls == Tls::as_given || options.tls == Tls::preferred) return;
    mysql_optionsv(session, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_optionsv(session, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, options.tls == Tls::verified ? &yes : &no);
}

/// The client library is content without TLS where the server has none.
bool needs_tls(const Options& options) {
    const bool named = options.tls_ca || options.tls_ca_path || options.tls_certificate || options.tls_key;
    return options.tls == Tls::required || options.tls == Tls::verified ||
           (options.tls == Tls::as_given && named);
}

void set_options(MYSQL* session, const Options& options) {
    const auto time = [&](mysql_option option, const std::optional<unsigned>& seconds) {
        if (seconds) mysql_optionsv(session, option, &*seconds);
    };
    const unsigned no_files = 0; // a server must not ask this program for files
    mysql_optionsv(session, MYSQL_OPT_LOCAL_INFILE, &no_files);
    mysql_optionsv(session, MYSQL_OPT_MAX_ALLOWED_PACKET, &largest_packet);
    mysql_optionsv(session, MYSQL_SET_CHARSET_NAME, options.charset.c_str());
    if (options.default_file) mysql_optionsv(session, MYSQL_READ_DEFAULT_FILE, options.default_file->c_str());
    if (options.default_file || options.default_group)
        mysql_optionsv(session, MYSQL_READ_DEFAULT_GROUP, options.default_group.value_or("client").c_str());
    if (options.init_command) mysql_optionsv(session, MYSQL_INIT_COMMAND, options.init_command->c_str());
    if (options.compress) mysql_optionsv(session, MYSQL_OPT_COMPRESS, nullptr);
    time(MYSQL_OPT_CONNECT_TIMEOUT, options.connect_timeout.value_or(usual_connect_timeout));
    time(MYSQL_OPT_READ_TIMEOUT, options.read_timeout);
    time(MYSQL_OPT_WRITE_TIMEOUT, options.write_timeout);
    set_tls(session, options);
}

/// A link that is dead is noticed within a minute, also while an answer is waited for.
void watch_link(MYSQL* session) {
    const my_socket socket = mysql_get_socket(session);
    const auto set = [&](int level, int option, int value) {
        ::setsockopt(socket, level, option, &value,
                     sizeof value); // a socket in the file system has none of them
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

/// "5.5.5-10.11.6-MariaDB-1:10.11.6" says 10.11.6; the front was for old replicas.
std::string_view bare_version(std::string_view told) {
    constexpr std::string_view replica_hack = "5.5.5-";
    if (told.starts_with(replica_hack) && told.find("MariaDB") != std::string_view::npos)
        told.remove_prefix(replica_hack.size());
    return told.substr(0, told.find_first_not_of("0123456789."));
}

/// "10.11.6" as 101106.
int version_number(std::string_view version) {
    int number = 0, parts = 0;
    for (const std::string& part : split(version, '.')) {
        int value = 0;
        std::from_chars(part.data(), part.data() + part.size(), value);
        number = number * 100 + std::min(value, 99);
        if (++parts == 3) break;
    }
    for (; parts < 3; ++parts) number *= 100;
    return number;
}

void check_text(std::string_view sql) {
    if (sql.find('\0') == std::string_view::npos) return;
    throw Error(Fault::script, "the SQL holds a NUL byte")
        .hint("pass such text as a parameter: sa.text(\"...\").bindparams(...)");
}

} // namespace

Connection::Connection(Options options, std::string target, bool read_only, const dialect::Traits& traits)
    : options_(std::move(options)), target_(std::move(target)), traits_(traits), read_only_(read_only) {
    static std::once_flag once;
    std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
    session_ = connect();
    id_ = mysql_thread_id(session_.get());
    prepare_session(read_only);
}

Connection::~Connection() {
    give_back();
    drop_scratch();
}

Connection::Session Connection::connect() {
    Session session(mysql_init(nullptr));
    if (!session) throw Error(Fault::system, "no memory for a connection");
    set_options(session.get(), options_);
    const unsigned long flags = CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS | CLIENT_FOUND_ROWS;
    if (!mysql_real_connect(session.get(), or_null(options_.host), or_null(options_.user),
                            or_null(options_.password), or_null(options_.database), options_.port,
                            or_null(options_.socket), flags))
        fail(session.get(), {});
    if (needs_tls(options_) && !mysql_get_ssl_cipher(session.get()))
        throw Error(
            Fault::database,
            fmt::format("cannot connect to '{}': the server offers no TLS, which the URL asks for", target_))
            .hint("switch TLS on in the server, or say ssl_mode=DISABLED or PREFERRED in the URL's query");
    watch_link(session.get());
    return session;
}

void Connection::prepare_session(bool read_only) {
    const std::string_view told = mysql_get_server_info(session_.get());
    server_.mariadb = told.find("MariaDB") != std::string_view::npos;
    server_.version = version_number(bare_version(told));
    std::vector<std::string> settings;
    if (options_.collation)
        settings.push_back(fmt::format("NAMES {} COLLATE {}", options_.charset, *options_.collation));
    if (options_.sql_mode) settings.push_back("SESSION sql_mode = " + literal(*options_.sql_mode));
    if (options_.lock_wait_timeout) {
        settings.push_back(fmt::format("SESSION lock_wait_timeout = {}", *options_.lock_wait_timeout));
        settings.push_back(fmt::format("SESSION innodb_lock_wait_timeout = {}", *options_.lock_wait_timeout));
    }
    if (read_only) settings.emplace_back("SESSION TRANSACTION READ ONLY");
    for (const std::string& each : settings) run("SET " + each);
    server_.backslash_escapes = (session_->server_status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0;
    server_.ansi_quotes =
        std::get<std::string>(query("SELECT @@SESSION.sql_mode").front().front()).find("ANSI_QUOTES") !=
        std::string::npos;
    compiler_ = std::make_unique<Compiler>(traits_, server_);
}

void Connection::fail(MYSQL* session, Shown shown) {
    if (mysql_errno(session) == killed_statement && cancelled_.exchange(false))
        throw interrupt::error().sql(dialect::without_passwords(shown.sql), "1317 (70100)");
    Failure failure;
    failure.code = mysql_errno(session);
    failure.state = mysql_sqlstate(session);
    failure.message = mysql_error(session);
    failure.target = target_;
    failure.sql = dialect::without_passwords(shown.sql);
    failure.had_values = shown.had_values;
    throw error_for(failure);
}

void Connection::check_not_cancelled(std::string_view sql) {
    if (cancelled_.exchange(false))
        throw interrupt::error().sql(dialect::without_passwords(sql), "1317 (70100)");
}

void Connection::put(std::string_view sql, Shown shown) {
    flush();
    check_not_cancelled(shown.sql);
    if (mysql_real_query(session_.get(), sql.data(), sql.size()) != 0) fail(session_.get(), shown);
}

void Connection::receive(Shown shown, bool reads, sql::Result& result) {
    MYSQL* session = session_.get();
    std::int64_t affected = 0;
    for (int number = 1;; ++number) {
        const bool has_rows = mysql_field_count(session) > 0;
        take_rows(session, reads, result);
        if (mysql_errno(session) != 0) fail(session, shown);
        if (!has_rows) affected += static_cast<std::int64_t>(mysql_affected_rows(session));
        if (const auto key = mysql_insert_id(session)) result.last_insert_id = static_cast<std::int64_t>(key);
        const int more = mysql_next_result(session);
        if (more < 0) break;
        if (more > 0) {
            try {
                fail(session, shown);
            } catch (Error& error) {
                throw error.note(fmt::format("the first {} of these statements {} done", number,
                                             number == 1 ? "is" : "are"));
            }
        }
    }
    result.affected = affected;
}

void Connection::run(std::string_view sql) {
    sql::Result ignored;
    put(sql, {sql});
    receive({sql}, false, ignored);
}

std::vector<std::vector<sql::Datum>> Connection::query(const std::string& sql) {
    sql::Result result;
    put(sql, {sql});
    receive({sql}, true, result);
    return std::move(result.rows);
}

// An error's packet does not tell whether the server left the transaction: a deadlock ends it, and so does a
// DDL statement that then fails. So the server is asked.
void Connection::learn_status() {
    if (!is_gone(mysql_errno(session_.get())) && mysql_real_query(session_.get(), "DO 0", 4) != 0)
        session_->server_status &= ~static_cast<unsigned>(SERVER_STATUS_IN_TRANS);
}

sql::Result Connection::execute(const dialect::Statement& statement) {
    sql::Result result;
    if (statement.sql.empty()) return result;
    check_text(statement.sql);
    if (!waiting_.empty() && is_one(statement)) { // those before it and its answer in one turn
        wait_for(statement, {[&](const sql::Result& found) { result = found; }, {}});
        flush();
        return result;
    }
    try {
        if (statement.parameters.empty()) {
            put(statement.sql, {statement.sql});
            receive({statement.sql}, statement.reads, result);
        } else {
            run_sets(statement, result);
        }
    } catch (Error&) {
        learn_status();
        throw;
    }
    return result;
}

namespace {

/// Where the placeholders stand.
std::vector<std::size_t> placeholders(std::string_view sql, const Compiler& compiler) {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t end = compiler.quoted_end(sql, at);
        if (end == at && sql[at] == '?') places.push_back(at);
        at = std::max(end, at + 1);
    }
    return places;
}

} // namespace

std::string Connection::literal(const sql::Datum& value) const {
    const auto escaped = [&](std::string_view text) {
        std::string out(text.size() * 2 + 1, '\0');
        out.resize(mysql_real_escape_string(session_.get(), out.data(), text.data(), text.size()));
        return "'" + out + "'";
    };
    if (const auto* text = std::get_if<std::string>(&value)) return escaped(*text);
    if (const auto* bytes = std::get_if<sql::Bytes>(&value)) return "_binary" + escaped(bytes->bytes);
    if (const auto* json = std::get_if<sql::Json>(&value)) return escaped(json->text);
    return compiler_->literal(value);
}

std::string Connection::with_values(std::string_view sql, const std::vector<std::size_t>& places,
                                    const std::vector<sql::Datum>& values) const {
    if (places.size() != values.size())
        throw Error(Fault::script, fmt::format("the statement has {} places for values, got {} value{}",
                                               places.size(), values.size(), values.size() == 1 ? "" : "s"))
            .sql(std::string(sql))
            .hint("give values with sa.text(\"...\").bindparams(name=value)");
    std::string out;
    std::size_t from = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        out += sql.substr(from, places[i] - from);
        out += literal(values[i]);
        from = places[i] + 1;
    }
    return out += sql.substr(from);
}

std::string Connection::sql_of(const dialect::Statement& statement) const {
    check_text(statement.sql);
    if (statement.parameters.empty()) return statement.sql;
    return with_values(statement.sql, placeholders(statement.sql, *compiler_), statement.parameters.front());
}

// Statements of many sets go to the server together, so that it need not be waited for after each.
void Connection::run_sets(const dialect::Statement& statement, sql::Result& result) {
    const std::vector<std::size_t> places = placeholders(statement.sql, *compiler_);
    std::int64_t affected = 0;
    for (std::size_t next = 0; next < statement.parameters.size();) {
        std::string packet;
        for (; next < statement.parameters.size(); ++next) {
            std::string one = with_values(statement.sql, places, statement.parameters[next]);
            if (!packet.empty() && packet.size() + one.size() > packet_size) break;
            packet += (packet.empty() ? "" : ";\n") + one;
        }
        put(packet, {statement.sql, true});
        receive({statement.sql, true}, statement.reads, result);
        affected += result.affected;
    }
    result.affected = affected;
}

bool Connection::has_table(std::string_view table, const std::optional<std::string>& schema) {
    const std::string of = schema && !schema->empty() ? literal(*schema) : "DATABASE()";
    return !query(fmt::format(
                      "SELECT 1 FROM information_schema.tables WHERE table_schema = {} AND table_name = {}",
                      of, literal(std::string(table))))
                .empty();
}

std::vector<std::string> Connection::table_names(const std::optional<std::string>& schema) {
    const std::string of = schema && !schema->empty() ? literal(*schema) : "DATABASE()";
    std::vector<std::string> names;
    for (const auto& row :
         query(fmt::format("SELECT table_name FROM information_schema.tables WHERE table_schema = {} "
                           "AND table_type = 'BASE TABLE' ORDER BY table_name",
                           of)))
        names.push_back(std::get<std::string>(row.front()));
    return names;
}

bool Connection::is_done_already(const Error& error) const { return tells_of_effect(error); }

std::string Connection::server_version() {
    return std::string(bare_version(mysql_get_server_info(session_.get())));
}

// A second connection tells the server; the first one is busy waiting. Where that fails too, the statement
// runs on, and the next one is not sent.
void Connection::cancel() noexcept {
    cancelled_ = true;
    try {
        const Session other = connect();
        const std::string sql = fmt::format("KILL QUERY {}", id_);
        mysql_real_query(other.get(), sql.data(), sql.size());
    } catch (...) {
        return;
    }
}

} // namespace orch::mariadb
