#include "errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

namespace {

// The numbers are the protocol's own and the same on both servers; the library's header names few of them.
enum Code : unsigned {
    too_many_connections = 1040,
    denied_database = 1044,
    denied = 1045,
    unknown_database = 1049,
    wrong_syntax = 1064,
    denied_table = 1142,
    denied_column = 1143,
    too_long_packet = 1153,
    too_many_of_user = 1203,
    lock_timeout = 1205,
    deadlock = 1213,
    denied_privilege = 1227,
    option_forbids = 1290,
    interrupted = 1317,
    no_such_host_allowed = 1130,
    read_only_transaction = 1792,
    read_only_server = 1836,
    statement_timeout = 1969,
    no_socket = 2002,
    no_server = 2003,
    unknown_host = 2005,
    gone = 2006,
    wrong_handshake = 2012,
    lost = 2013,
    tls_failed = 2026,
    plugin_missing = 2059,
    killed = 1927,
    lock_not_available = 3572,
    needs_tls = 3159,
};

/// What a person can do about the server's own messages.
struct Advice {
    unsigned code;
    std::string_view hint;
};
constexpr auto advice = std::to_array<Advice>({
    {1025, "a foreign key needs this table, column or index: drop that key first"},
    {1050, "the table is there already: was this revision applied by hand or in part? see 'orch current'"},
    {1051, "the table is not there: was this revision taken back by hand or in part? see 'orch current'"},
    {1060, "the column is there already: was this revision applied by hand or in part?"},
    {1061, "the index is there already: was this revision applied by hand or in part?"},
    {1062, "rows with equal values are in the table: find them with GROUP BY ... HAVING count(*) > 1"},
    {1064, "the server does not know this SQL: is it of another dialect or of a newer version?"},
    {1068, "drop the old primary key first"},
    {1071, "shorten the key: give the index a length with mysql_length={...}, or the column a shorter type"},
    {1075, "only the primary key or the first column of an index can count by itself"},
    {1091, "the column or key is not there: was this revision taken back by hand or in part?"},
    {1101, "give the column no server_default, or an expression: sa.text(\"('...')\")"},
    {1118, "make wide VARCHAR columns sa.Text"},
    {1146, "the table is not there; see 'orch current' for the revision of this database"},
    {1170, "give the index a length with mysql_length={...}"},
    {1265, "a value that is there does not fit the new type: mend the rows first"},
    {1366, "a value does not fit the column: mind its character set and type"},
    {1406, "a value is longer than the column: mend the rows first or make the column longer"},
    {1451, "other rows refer to this one: delete or change those first"},
    {1452, "rows refer to something that is not there: mend them before the key is made"},
    {1553, "a foreign key needs this index: drop the key first, or make another index for it"},
    {1701, "a foreign key of another table refers to this one"},
    {1826, "a foreign key of this name is there already"},
    {1828, "a foreign key needs this column: drop the key first"},
    {3780, "make the column of the same type, sign and character set as the one that it refers to"},
});

Error connecting(const Failure& failure, std::string_view hint) {
    return Error(Fault::database, fmt::format("cannot connect to '{}': {}", failure.target, failure.message))
        .hint(std::string(hint));
}

Error locked(const Failure& failure) {
    if (failure.code == deadlock)
        return Error(Fault::busy, "another connection and this one waited for each other's locks; the server "
                                  "rolled this transaction back")
            .hint("run the command again");
    return Error(Fault::busy, fmt::format("database '{}' holds a lock that this statement needs: {}",
                                          failure.target, failure.message))
        .hint("let the other program finish its transaction, or wait longer: 'lock_wait_timeout' of the "
              "URL's query is in seconds; SHOW PROCESSLIST tells who it is");
}

Error lost_connection(const Failure& failure) {
    return Error(Fault::database,
                 fmt::format("the connection to '{}' is gone: {}", failure.target, failure.message))
        .hint("whether the last statement was done is not known: see 'orch current' and the table itself "
              "before you run the command again");
}

Error by_code(const Failure& failure) {
    switch (failure.code) {
    case lock_timeout:
    case deadlock:
    case lock_not_available: return locked(failure);
    case gone:
    case lost:
    case killed:
        return failure.sql.empty() ? connecting(failure, "is the server running, and does it listen there?")
                                   : lost_connection(failure);
    case too_many_connections:
    case too_many_of_user:
        return connecting(failure, "the server takes no more connections: raise max_connections, or run with "
                                   "fewer environments at once");
    case denied: return connecting(failure, "look at the user and the password of the URL");
    case denied_database:
    case no_such_host_allowed:
        if (!failure.sql.empty())
            return Error(Fault::database, failure.message)
                .hint("the user of the URL lacks a privilege: see GRANT");
        return connecting(failure, "the user may not use this database from here: see GRANT");
    case unknown_database: return connecting(failure, "create it: CREATE DATABASE ...");
    case no_socket:
    case no_server:
    case wrong_handshake: return connecting(failure, "is the server running, and does it listen there?");
    case unknown_host: return connecting(failure, "look at the host of the URL");
    case tls_failed: return connecting(failure, "look at ssl_ca, ssl_cert and ssl_key of the URL's query");
    case needs_tls: return connecting(failure, "add ssl_mode=REQUIRED to the URL's query");
    case plugin_missing:
        return connecting(failure, "the user's way to sign in needs a plugin of the client library");
    case interrupted:
        return Error(Fault::database, "somebody ended this statement on the server (KILL QUERY)");
    case statement_timeout:
        return Error(Fault::database, "the statement took longer than max_statement_time")
            .hint("raise max_statement_time for this user");
    case read_only_transaction:
    case read_only_server:
    case option_forbids:
        return Error(Fault::database,
                     fmt::format("database '{}' cannot be written: {}", failure.target, failure.message))
            .hint("is this a replica? name the primary server in the URL");
    case denied_table:
    case denied_column:
    case denied_privilege:
        return Error(Fault::database, failure.message)
            .hint("the user of the URL lacks a privilege: see GRANT");
    case too_long_packet:
        return Error(Fault::database, failure.message)
            .hint("raise max_allowed_packet of the server, or send fewer rows at once");
    default: return Error(Fault::database, failure.message);
    }
}

} // namespace

bool tells_of_effect(const Error& error) {
    constexpr std::array<std::string_view, 8> codes{"1050 ", "1051 ", "1060 ", "1061 ",
                                                    "1068 ", "1091 ", "1826 ", "3822 "};
    return std::ranges::any_of(codes, [&](std::string_view code) { return error.state().starts_with(code); });
}

bool is_gone(unsigned code) { return code == gone || code == lost || code == killed; }

Error error_for(const Failure& whole) {
    Failure failure = whole;
    // "... near 'what stands there' at line 1": there may stand a value.
    if (failure.had_values && failure.code == wrong_syntax)
        failure.message = failure.message.substr(0, failure.message.find(" near '"));
    Error error = by_code(failure);
    const auto known = std::ranges::find(advice, failure.code, &Advice::code);
    if (error.hint().empty() && known != advice.end()) error.hint(std::string(known->hint));
    return error.sql(failure.sql, fmt::format("{} ({})", failure.code, failure.state));
}

} // namespace orch::mariadb
