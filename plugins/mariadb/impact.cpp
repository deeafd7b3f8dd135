// What statements do to those who use a table meanwhile (the manual's pages on InnoDB's online DDL), which
// tables can be rolled back, and how long a statement waits.
#include "connection.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "dialect/sql_words.hpp"
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace orch::mariadb {

namespace {

using dialect::Impact;
using dialect::Subject;

std::optional<std::int64_t> number_of(const sql::Datum& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    return std::nullopt;
}

bool says_any(const Subject& subject, std::initializer_list<std::string_view> phrases) {
    return std::ranges::any_of(phrases, [&](std::string_view phrase) { return subject.says(phrase); });
}

Impact of_alter(const Subject& subject, Impact impact) {
    impact.waits = Impact::everybody; // while the definition changes
    if (says_any(subject, {"MODIFY", "CHANGE", "CONVERT TO", "ENGINE", "ADD FOREIGN KEY", "FOREIGN KEY"})) {
        impact.waits = Impact::writers; // while the table is copied
        impact.rewrites = true;
    } else if (says_any(subject, {"PRIMARY KEY"})) {
        impact.rewrites = true;
    } else if (says_any(subject, {"ADD INDEX", "ADD KEY", "ADD UNIQUE", "ADD CONSTRAINT"})) {
        impact.reads_all = true;
    }
    return impact;
}

std::optional<Impact> classify(const Subject& subject) {
    Impact impact;
    impact.table = (subject.schema ? *subject.schema + "." : "") + subject.table;
    if (subject.verb == "ALTER TABLE") return of_alter(subject, impact);
    if (subject.verb == "CREATE INDEX") {
        impact.reads_all = true;
        return impact;
    }
    if (subject.verb == "DROP TABLE" || subject.verb == "TRUNCATE") {
        impact.waits = Impact::everybody;
        return impact;
    }
    if (subject.verb == "UPDATE" || subject.verb == "DELETE") {
        impact.waits = Impact::writers;
        impact.reads_all = !subject.says("WHERE");
        return impact;
    }
    return std::nullopt;
}

} // namespace

std::vector<std::vector<sql::Datum>> Connection::about_table(const dialect::Subject& subject,
                                                             const char* columns) {
    return query(fmt::format(
        "SELECT {} FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = "
        "t.engine WHERE t.table_schema = {} AND t.table_name = {}",
        columns, subject.schema ? literal(*subject.schema) : "DATABASE()", literal(subject.table)));
}

std::vector<Impact> Connection::impact(const dialect::Statement& statement) {
    const auto subject = dialect::subject_of(statement.sql);
    auto impact = subject ? classify(*subject) : std::nullopt;
    if (!impact) return {};
    const auto rows =
        about_table(*subject, "CAST(t.table_rows AS SIGNED), CAST(t.data_length + t.index_length AS SIGNED)");
    if (rows.empty()) return {};
    impact->rows = number_of(rows.front()[0]);
    impact->bytes = number_of(rows.front()[1]);
    return {std::move(*impact)};
}

bool Connection::rolls_back(const dialect::Statement& statement) {
    const auto subject = dialect::subject_of(statement.sql);
    constexpr std::array<std::string_view, 3> of_rows{"INSERT", "UPDATE", "DELETE"};
    if (!subject || std::ranges::find(of_rows, subject->verb) == of_rows.end()) {
        engines_.clear(); // it may have given a table another one
        return true;
    }
    const auto [known, is_new] = engines_.emplace(subject->schema.value_or("") + "." + subject->table, true);
    if (is_new) {
        const auto rows = about_table(*subject, "coalesce(e.transactions, 'NO')");
        known->second = rows.empty() || text_of(rows.front().front()) == "YES";
    }
    return known->second;
}

std::vector<std::string> Connection::blockers(std::string_view) {
    std::vector<std::string> found;
    for (const auto& row : query(
             "SELECT concat('session ', id, ', user ', user, ', for ', time, ' s in ', coalesce(state, ''), "
             "' ', lower(command), ': ', coalesce(left(info, 80), '')) FROM information_schema.processlist "
             "WHERE db = DATABASE() AND id <> CONNECTION_ID() AND user NOT IN ('system user', "
             "'event_scheduler') ORDER BY time DESC LIMIT 5"))
        found.push_back(text_of(row.front()));
    return found;
}

void Connection::limit(const dialect::Timeouts& timeouts) {
    constexpr std::int64_t milliseconds = 1000;
    if (timeouts.lock && !(timeouts.lock_by_default && options_.lock_wait_timeout)) {
        // In whole seconds, and 0 is none at all.
        const auto seconds =
            std::max<std::int64_t>(1, (timeouts.lock->count() + milliseconds - 1) / milliseconds);
        run(fmt::format("SET SESSION lock_wait_timeout = {0}, SESSION innodb_lock_wait_timeout = {0}",
                        seconds));
    }
    if (timeouts.statement && server_.mariadb) {
        run(fmt::format("SET SESSION max_statement_time = {:.3f}",
                        static_cast<double>(timeouts.statement->count()) /
                            static_cast<double>(milliseconds)));
    } else if (timeouts.statement) {
        run(fmt::format("SET SESSION max_execution_time = {}", timeouts.statement->count()));
        if (timeouts.statement->count() > 0)
            log::warning("orch.mariadb",
                         "MySQL ends only statements that read after 'statement_timeout': those that "
                         "change something run as long as they take");
    }
}

} // namespace orch::mariadb
