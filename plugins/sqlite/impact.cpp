// What statements do to those who use the database meanwhile: a writer is alone with all of it. And how long
// a statement waits and runs.
#include "connection.hpp"

#include "dialect/sql_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace orch::sqlite {

namespace {

using dialect::Impact;
using dialect::Subject;

std::optional<Impact> classify(const Subject& subject) {
    Impact impact;
    impact.table = subject.table;
    impact.waits = Impact::writers;
    if (subject.verb == "ALTER TABLE") {
        impact.rewrites = subject.says("DROP COLUMN") || subject.says("DROP");
        return impact;
    }
    if (subject.verb == "CREATE INDEX") {
        impact.reads_all = true;
        return impact;
    }
    if (subject.verb == "DROP TABLE") return impact;
    if (subject.verb == "UPDATE" || subject.verb == "DELETE") {
        impact.reads_all = !subject.says("WHERE");
        return impact;
    }
    // A table that is made anew: INSERT INTO _alembic_tmp_t SELECT ... FROM t
    if (subject.verb == "INSERT" && subject.says("SELECT")) {
        for (std::size_t i = 0; i + 1 < subject.rest.size(); ++i)
            if (subject.rest[i].key == "FROM") impact.table = subject.rest[i + 1].text;
        impact.rewrites = true;
        return impact;
    }
    return std::nullopt;
}

} // namespace

std::vector<Impact> Connection::impact(const dialect::Statement& statement) {
    const auto subject = dialect::subject_of(statement.sql);
    auto impact = subject ? classify(*subject) : std::nullopt;
    if (!impact || !has_table(impact->table, std::nullopt)) return {};
    // The rows are counted by nobody; the last number is near where few were deleted, and is found at once.
    dialect::Statement question;
    question.sql = fmt::format("SELECT max(rowid) FROM {}", compiler_.quote(impact->table));
    question.reads = true;
    if (!why_not(question.sql)) {
        const sql::Result answer = execute(question);
        const auto* rows = std::get_if<std::int64_t>(&answer.rows.front().front());
        impact->rows = rows ? *rows : 0;
    }
    return {std::move(*impact)};
}

bool Connection::is_done_already(const Error& error) const {
    const std::vector<dialect::SqlWord> words = dialect::sql_words(error.statement());
    const auto says = [&](const char* text) { return error.message().find(text) != std::string::npos; };
    const auto has = [&](const char* key) {
        return std::ranges::find(words, key, &dialect::SqlWord::key) != words.end();
    };
    if (words.empty()) return false;
    if (words.front().key == "CREATE") return says("already exists");
    if (words.front().key == "DROP") return says("no such");
    if (words.front().key != "ALTER") return false;
    return (has("ADD") && says("duplicate column name")) || (has("DROP") && says("no such column"));
}

int Connection::is_late(void* self) {
    const auto& connection = *static_cast<Connection*>(self);
    return connection.longest_ && std::chrono::steady_clock::now() > connection.latest_ ? 1 : 0;
}

void Connection::limit(const dialect::Timeouts& timeouts) {
    constexpr int steps_between_looks = 10'000;
    if (timeouts.lock && !timeouts.lock_by_default) timeout_ms_ = static_cast<int>(timeouts.lock->count());
    longest_ = timeouts.statement;
    sqlite3_progress_handler(database_.get(), longest_ ? steps_between_looks : 0, &Connection::is_late, this);
}

} // namespace orch::sqlite
