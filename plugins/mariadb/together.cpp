// Statements that go to the server in one packet, where each is one statement to it: their answers come in
// their order, and at the first that fails it stops. What waits here is what orch writes around the
// statements of a script, and one of these among them; nothing of a script waits behind its own line.
#include "connection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "results.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace orch::mariadb {

namespace {

constexpr std::size_t most_bytes = 256 * 1024;

constexpr std::array<std::string_view, 12> first_words{"alter",   "create", "delete",   "drop",
                                                       "grant",   "insert", "rename",   "revoke",
                                                       "replace", "select", "truncate", "update"};

/// A semicolon in a string counts too, and a comment may have no end: then it goes alone, and no more.
bool is_one(const dialect::Statement& statement) {
    if (statement.parameters.size() > 1) return false;
    const std::string_view sql = trim(statement.sql);
    const std::string word = lower(sql.substr(0, sql.find_first_of(" \t\r\n")));
    return std::ranges::find(first_words, word) != first_words.end() &&
           sql.find(';') == std::string_view::npos && sql.find("/*") == std::string_view::npos;
}

} // namespace

void Connection::send(const dialect::Statement& statement, const dialect::Answer& answer) {
    // Outside of a transaction nobody is going to commit, and so to wait for it.
    const bool together = in_transaction() || !waiting_.empty();
    if (!together || !is_one(statement)) return dialect::Connection::send(statement, answer);
    std::string sql = sql_of(statement);
    waiting_bytes_ += sql.size();
    waiting_.push_back({std::move(sql), statement.origin, answer, statement.reads});
    if (waiting_bytes_ > most_bytes) flush();
}

void Connection::flush() {
    if (waiting_.empty()) return;
    const std::vector<Waiting> together = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    std::size_t at = 0;
    try {
        run_together(together, at);
    } catch (Error& error) {
        while (mysql_more_results(session_.get()) && mysql_next_result(session_.get()) == 0) {
            sql::Result ignored;
            take_rows(session_.get(), false, ignored);
        }
        learn_status();
        const Waiting& failed = together[std::min(at, together.size() - 1)];
        error.at(failed.origin);
        if (failed.answer.failed) failed.answer.failed(error);
        throw;
    }
}

void Connection::run_together(const std::vector<Waiting>& together, std::size_t& at) {
    std::string packet;
    for (const Waiting& each : together) packet += (packet.empty() ? "" : "\n;\n") + each.sql;
    check_not_cancelled(together.front().sql);
    MYSQL* session = session_.get();
    int more = mysql_real_query(session, packet.data(), packet.size());
    for (;; ++at) {
        const Waiting& own = together[std::min(at, together.size() - 1)];
        if (more > 0) fail(session, own.sql);
        sql::Result result;
        const bool has_rows = mysql_field_count(session) > 0;
        take_rows(session, own.reads, result);
        if (mysql_errno(session) != 0) fail(session, own.sql);
        if (!has_rows) result.affected = static_cast<std::int64_t>(mysql_affected_rows(session));
        if (const auto key = mysql_insert_id(session)) result.last_insert_id = static_cast<std::int64_t>(key);
        if (own.answer.done) own.answer.done(result);
        more = mysql_next_result(session);
        if (more < 0) return;
    }
}

} // namespace orch::mariadb
