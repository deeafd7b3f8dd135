// What statements do to those who use a table meanwhile (the manual's chapters "Explicit Locking" and "ALTER
// TABLE"), who is in the way of one, and how long one waits.
#include "connection.hpp"
#include "results.hpp"

#include "base/text.hpp"
#include "dialect/sql_words.hpp"

#include <fmt/format.h>

#include <array>

namespace orch::postgresql {

namespace {

using dialect::Impact;
using dialect::Subject;

dialect::Statement reading(std::string sql) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.reads = true;
    return statement;
}

/// Functions in a default that give another value for each row: the table is written anew.
bool is_volatile(const Subject& subject) {
    constexpr std::array<std::string_view, 9> words{"RANDOM",          "GEN_RANDOM_UUID", "UUID_GENERATE_V4",
                                                    "CLOCK_TIMESTAMP", "NEXTVAL",         "SERIAL",
                                                    "BIGSERIAL",       "SMALLSERIAL",     "STORED"};
    for (const std::string_view word : words)
        if (subject.says(word)) return true;
    return subject.says("AS IDENTITY");
}

Impact of_constraint(const Subject& subject, Impact impact) {
    const bool later = subject.says("NOT VALID") || subject.says("USING INDEX");
    impact.reads_all = !later;
    impact.waits =
        subject.says("FOREIGN KEY") || subject.says("REFERENCES") ? Impact::writers : Impact::everybody;
    return impact;
}

Impact of_alter(const Subject& subject, Impact impact) {
    impact.waits = Impact::everybody;
    if (subject.says("VALIDATE CONSTRAINT")) {
        impact.waits = Impact::nobody;
        impact.reads_all = true;
    } else if (subject.says("ADD CONSTRAINT") || subject.says("ADD FOREIGN KEY") ||
               subject.says("ADD PRIMARY KEY") || subject.says("ADD UNIQUE") || subject.says("ADD CHECK")) {
        return of_constraint(subject, impact);
    } else if (subject.says("TYPE")) {
        impact.rewrites = true;
    } else if (subject.says("SET NOT NULL")) {
        impact.reads_all = true;
    } else if (subject.says("ADD") && is_volatile(subject)) {
        impact.rewrites = true;
    } else if (subject.says("SET STATISTICS")) {
        impact.waits = Impact::nobody;
    }
    return impact;
}

std::optional<Impact> classify(const Subject& subject) {
    Impact impact;
    impact.table = (subject.schema ? *subject.schema + "." : "") + subject.table;
    if (subject.verb == "ALTER TABLE") return of_alter(subject, impact);
    if (subject.verb == "CREATE INDEX") {
        impact.waits = subject.says("CONCURRENTLY") ? Impact::nobody : Impact::writers;
        impact.reads_all = true;
        return impact;
    }
    if (subject.verb == "DROP TABLE" || subject.verb == "TRUNCATE") {
        impact.waits = Impact::everybody;
        return impact;
    }
    if (subject.verb == "UPDATE" || subject.verb == "DELETE") {
        impact.waits = Impact::writers; // of the same rows
        impact.reads_all = !subject.says("WHERE");
        return impact;
    }
    return std::nullopt;
}

} // namespace

std::vector<Impact> Connection::impact(const dialect::Statement& statement) {
    const auto subject = dialect::subject_of(statement.sql);
    auto impact = subject ? classify(*subject) : std::nullopt;
    if (!impact) return {};
    const std::string name =
        (subject->schema ? "\"" + *subject->schema + "\"." : "") + "\"" + subject->table + "\"";
    const sql::Result size = execute(reading(fmt::format(
        "SELECT c.reltuples::bigint, pg_total_relation_size(c.oid) FROM pg_catalog.pg_class c WHERE c.oid = "
        "coalesce(to_regclass({}), to_regclass({}))",
        string_literal(name), string_literal(impact->table))));
    if (size.rows.empty()) return {}; // made by the same run: nobody uses it yet
    const auto number = [&](std::size_t column) -> std::optional<std::int64_t> {
        const auto* found = std::get_if<std::int64_t>(&size.rows.front()[column]);
        return found && *found >= 0 ? std::optional(*found) : std::nullopt;
    };
    impact->rows = number(0);
    impact->bytes = number(1);
    return {std::move(*impact)};
}

std::vector<std::string> Connection::blockers(std::string_view sql) {
    const auto subject = dialect::subject_of(sql);
    const std::string table =
        subject ? fmt::format(" AND c.relname = {}", string_literal(subject->table)) : "";
    std::vector<std::string> found;
    for (const auto& row :
         execute(
             reading(
                 "SELECT DISTINCT format('session %s, user %s, %s since %s: %s', a.pid, a.usename, a.state, "
                 "to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "
                 "\"UTC\"'), left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80)) FROM pg_catalog.pg_locks l "
                 "JOIN "
                 "pg_catalog.pg_stat_activity a ON a.pid = l.pid LEFT JOIN pg_catalog.pg_class c ON c.oid = "
                 "l.relation WHERE l.granted AND l.locktype = 'relation' AND l.database = (SELECT oid FROM "
                 "pg_catalog.pg_database WHERE datname = current_database()) AND a.pid <> pg_backend_pid() "
                 "AND "
                 "c.relkind IN ('r', 'p')" +
                 table + " ORDER BY 1 LIMIT 5"))
             .rows)
        if (const auto* line = std::get_if<std::string>(&row.front())) found.push_back(*line);
    return found;
}

std::string Connection::watch_link() const {
    constexpr int knows_user_timeout = 120000;
    std::string sql =
        "set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', "
        "false), set_config('tcp_keepalives_count', '3', false)";
    if (PQserverVersion(connection_.get()) >= knows_user_timeout)
        sql += ", set_config('tcp_user_timeout', '60000', false)";
    return sql;
}

void Connection::limit(const dialect::Timeouts& timeouts) {
    std::string sql;
    if (timeouts.lock)
        sql += fmt::format("SELECT set_config('lock_timeout', '{}', false){};", timeouts.lock->count(),
                           timeouts.lock_by_default ? " WHERE current_setting('lock_timeout') = '0'" : "");
    if (timeouts.statement)
        sql +=
            fmt::format("SELECT set_config('statement_timeout', '{}', false);", timeouts.statement->count());
    sql::Result ignored;
    if (!sql.empty()) run(fmt::format("SELECT {};{}", watch_link(), sql), false, ignored);
}

} // namespace orch::postgresql
