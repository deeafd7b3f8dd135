#include "errors.hpp"

#include "base/text.hpp"
#include "dialect/sql_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::postgresql {

namespace {

/// What a person can do about an SQLSTATE.
struct Advice {
    std::string_view state, hint;
};
constexpr auto advice = std::to_array<Advice>({
    {"23502", "rows without a value are there: fill them first, or give the column a server_default"},
    {"25001", "run it in `with op.get_context().autocommit_block():`"},
    {"25006", "the server or the transaction takes no writes: connect to the primary server"},
    {"2BP01", "drop what depends on it first, or say CASCADE in op.execute(\"DROP ... CASCADE\")"},
    {"40001", "run the command again"},
    {"40P01", "another transaction held what this one wanted, and the reverse: run the command again"},
    {"42501", "grant the role what it needs, or connect as the owner"},
    {"42701",
     "the column is there already: was this revision applied by hand or in part? 'orch validate' compares"},
    {"42P07", "it is there already: was this revision applied by hand or in part? 'orch validate' compares"},
    {"53100", "free space on the server's disk"},
    {"53300", "close connections that nobody uses, or raise max_connections"},
    {"55P04", "a new value of an enum can be used only after the transaction that adds it: add it in `with "
              "op.get_context().autocommit_block():`"},
});

constexpr auto connect_advice = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"could not translate host name", "look at the host in the URL"},
    {"Connection refused", "is the server running, and does it listen on that host and port?"},
    {"No such file or directory", "is the server running? Its socket is where 'host' says, in a folder"},
    {"timeout expired", "the host does not answer; 'connect_timeout' of the URL's query is in seconds"},
    {"password authentication failed",
     "look at the user and the password of the URL, PGPASSWORD or ~/.pgpass"},
    {"no password supplied", "put a password into the URL, PGPASSWORD or ~/.pgpass"},
    {"root certificate file", "look at sslrootcert, or at sslmode"},
    {"does not exist", "create it first, or look at the name in the URL"},
    {"too many clients", "close connections that nobody uses, or raise max_connections"},
    {"connection slots are reserved", "close connections that nobody uses, or raise max_connections"},
    {"no pg_hba.conf entry", "the server's pg_hba.conf lets this user in from elsewhere only"},
    {"Peer authentication failed", "connect as that user of the system, or over TCP with a password"},
    {"starting up", "wait until the server is up"},
    {"shutting down", "the server is being stopped"},
    {"definition of service", "look at ~/.pg_service.conf or PGSERVICEFILE"},
    {"server does not support SSL", "connect with sslmode=prefer, or switch TLS on in the server"},
    {"certificate verify failed", "look at sslrootcert, or at sslmode"},
});

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text ? text : "";
}

/// The last line that says something: libpq tells each address that it tried on a line of its own, and asks
/// what it cannot know on further ones.
std::string last_line(std::string_view message) {
    std::string last, failed;
    for (const std::string& line : split(message, '\n')) {
        if (trim(line).empty() || line.starts_with('\t')) continue;
        last = trim(line);
        if (last.find(" failed: ") != std::string::npos) failed = last; // what follows it is advice
    }
    return failed.empty() ? last : failed;
}

/// What stands at a position that counts characters from 1.
std::string place_in(std::string_view sql, std::size_t position) {
    std::size_t at = 0, line = 1, column = 1;
    for (std::size_t count = 1; count < position && at < sql.size(); ++count) {
        if (sql[at] == '\n') {
            ++line;
            column = 0;
        }
        ++column;
        for (++at; at < sql.size() && (static_cast<unsigned char>(sql[at]) & 0xC0u) == 0x80u;) ++at;
    }
    if (at >= sql.size()) return "at the end of the statement";
    std::string_view near = sql.substr(at, 40);
    near = near.substr(0, near.find('\n'));
    while (!near.empty() && !valid_utf8(near)) near.remove_suffix(1);
    return line == 1 ? fmt::format("at column {} of the statement, at \"{}\"", column, near)
                     : fmt::format("at line {}, column {} of the statement, at \"{}\"", line, column, near);
}

} // namespace

std::string shown(std::string_view sql) {
    constexpr std::size_t most = 4000;
    const std::string out = dialect::without_passwords(sql);
    if (out.size() <= most) return out;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0u) == 0x80u) --end;
    return fmt::format("{} ... ({} bytes)", out.substr(0, end), out.size());
}

Error cannot_connect(std::string_view name, std::string_view message) {
    std::string why = last_line(message);
    constexpr std::string_view fatal = "FATAL:  ";
    if (const std::size_t at = why.rfind(fatal); at != std::string::npos) why = why.substr(at + fatal.size());
    Error error(Fault::database, fmt::format("cannot connect to '{}': {}", name, why));
    const auto known = std::ranges::find_if(
        connect_advice, [&](const auto& each) { return message.find(each.first) != std::string_view::npos; });
    if (known != connect_advice.end()) error.hint(std::string(known->second));
    return error;
}

Error connection_lost(std::string_view name, std::string_view message, std::string_view sql,
                      bool committing) {
    const std::string why = last_line(message);
    Error error(Fault::database,
                fmt::format("the connection to '{}' was lost{}", name, why.empty() ? "" : ": " + why));
    error.sql(shown(sql), "08006");
    if (committing)
        error.hint("whether the transaction was committed, only the database can tell: look with 'orch "
                   "current', then "
                   "run the command again");
    else
        error.hint(
            "what was not committed has been rolled back: run the command again when the server is there");
    return error;
}

Error error_for(const PGresult* result, Shown statement) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = std::string(trim(PQresultErrorMessage(result)));
    // 'syntax error at or near "what stands there"': there may stand a value.
    if (statement.had_values && state == "42601") message = message.substr(0, message.find(" at or near "));
    const bool busy = state == "55P03";
    Error error(busy ? Fault::busy : Fault::database,
                busy ? fmt::format("somebody else holds a lock: {}", message) : message);
    error.sql(shown(statement.sql), state);
    const std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    if (!detail.empty()) error.note(detail);
    const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
    if (!position.empty() && !statement.had_values) error.note(place_in(statement.sql, std::stoul(position)));
    if (const std::string context = field(result, PG_DIAG_CONTEXT); !context.empty())
        error.note(replace_all(context, "\n", "; "));
    std::string hint = field(result, PG_DIAG_MESSAGE_HINT);
    const auto known = std::ranges::find(advice, state, &Advice::state);
    if (known != advice.end()) hint = known->hint;
    if (busy) hint = "let the other transaction finish, or wait longer: 'lock_timeout' of the URL's query";
    if (!hint.empty()) error.hint(hint);
    return error;
}

} // namespace orch::postgresql
