// Statements that go to the server in one packet, where each is one statement to it: their answers come in
// their order, and at the first that fails it stops. What waits here is what orch writes around the
// statements of a script, and one of these among them; where the settings say `pipeline`, all that a revision
// does. A transaction begins with its first statement, and ends with what waits when it is committed.
#include "connection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "errors.hpp"
#include "results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace orch::mariadb {

namespace {

constexpr std::size_t most_bytes = 256 * 1024;
constexpr std::string_view begins = "START TRANSACTION", commits = "COMMIT";

constexpr std::array<std::string_view, 12> first_words{"alter",   "create", "delete",   "drop",
                                                       "grant",   "insert", "rename",   "revoke",
                                                       "replace", "select", "truncate", "update"};
/// Those that commit what is open. A temporary table does not: then it is only thought so, and the next
/// transaction's beginning commits.
constexpr std::array<std::string_view, 7> ending_words{"alter",  "create", "drop",    "grant",
                                                       "rename", "revoke", "truncate"};

std::string first_word(std::string_view sql) {
    sql = trim(sql);
    return lower(sql.substr(0, sql.find_first_of(" \t\r\n")));
}

bool ends_transaction(std::string_view sql) {
    return sql == commits || std::ranges::find(ending_words, first_word(sql)) != ending_words.end();
}

} // namespace

// A semicolon in a string counts too, and a comment may have no end: then it goes alone, and no more.
bool Connection::is_one(const dialect::Statement& statement) {
    if (statement.parameters.size() > 1) return false;
    return std::ranges::find(first_words, first_word(statement.sql)) != first_words.end() &&
           statement.sql.find(';') == std::string_view::npos &&
           statement.sql.find("/*") == std::string_view::npos;
}

void Connection::begin(bool) { wait_for(std::string(begins), {}); }

// On other servers it is not known whether the guard holds.
void Connection::commit_later(const dialect::Answer& answer) {
    const bool guarded =
        std::ranges::any_of(waiting_, [](const Waiting& each) { return each.answer.rows.has_value(); });
    if (guarded && !server_.mariadb) flush();
    wait_for(std::string(commits), answer);
}

void Connection::commit() {
    commit_later({});
    flush();
}

void Connection::commit_and_begin(const dialect::Answer& committed) {
    commit_later(committed);
    begin(true);
}

void Connection::rollback() noexcept {
    waiting_.clear();
    waiting_bytes_ = 0;
    if (in_transaction()) mysql_rollback(session_.get());
}

bool Connection::in_transaction() const {
    for (auto each = waiting_.rbegin(); each != waiting_.rend(); ++each) {
        if (each->sql == begins) return true;
        if (ends_transaction(each->sql)) return false;
    }
    return (session_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

void Connection::send(const dialect::Statement& statement, const dialect::Answer& answer) {
    // Outside of a transaction nobody is going to commit, and so to wait for it.
    const bool together = in_transaction() || !waiting_.empty();
    if (!together || !is_one(statement)) return dialect::Connection::send(statement, answer);
    wait_for(statement, answer);
    if (waiting_bytes_ > most_bytes) flush();
}

void Connection::wait_for(const dialect::Statement& statement, const dialect::Answer& answer) {
    Waiting waiting{sql_of(statement), statement.sql,
                    statement.origin,  answer,
                    statement.reads,   !statement.parameters.empty()};
    waiting_bytes_ += waiting.sql.size();
    waiting_.push_back(std::move(waiting));
}

void Connection::wait_for(std::string sql, const dialect::Answer& answer) {
    std::string shown = sql;
    waiting_.push_back({std::move(sql), std::move(shown), {}, answer, false, false});
}

void Connection::flush() {
    if (waiting_.empty()) return;
    const std::vector<Waiting> together = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    std::size_t at = 0;
    for (;;) {
        try {
            return run_together(together, at);
        } catch (Error& error) {
            while (mysql_more_results(session_.get()) && mysql_next_result(session_.get()) == 0) {
                sql::Result ignored;
                take_rows(session_.get(), false, ignored);
            }
            learn_status();
            at = std::min(at, together.size() - 1);
            if (together[at].answer.again && together[at].answer.again(error)) continue;
            blame(together, at, error);
            throw;
        }
    }
}

// Of a packet that was lost as a whole nobody knows which statement it was: what the reader wants to see is
// the one of the script.
void Connection::blame(const std::vector<Waiting>& together, std::size_t at, Error& error) {
    const bool gone = is_gone(mysql_errno(session_.get()));
    for (std::size_t i = at; gone && i < together.size(); ++i)
        if (together[i].origin.known()) error.at(together[i].origin);
    error.at(together[at].origin);
    if (together[at].answer.failed) together[at].answer.failed(error);
}

// The guard is an error, which ends the packet, where the statement before it changed another number of rows.
std::string Connection::packet_of(const std::vector<Waiting>& together, std::size_t from) const {
    constexpr const char* between = "\n;\n";
    std::string packet;
    for (std::size_t i = from; i < together.size(); ++i) {
        packet += (packet.empty() ? "" : between) + together[i].sql;
        if (together[i].answer.rows && server_.mariadb)
            packet += fmt::format(
                "{}SELECT CASE WHEN ROW_COUNT() = {} THEN 1 ELSE (SELECT 1 UNION ALL SELECT 2) END", between,
                *together[i].answer.rows);
    }
    return packet;
}

void Connection::run_together(const std::vector<Waiting>& together, std::size_t& at) {
    check_not_cancelled(together[at].shown);
    MYSQL* session = session_.get();
    const std::string packet = packet_of(together, at);
    int more = mysql_real_query(session, packet.data(), packet.size());
    for (;; ++at) {
        const Waiting& own = together[std::min(at, together.size() - 1)];
        const Shown shown{own.shown, own.had_values};
        if (more > 0) fail(session, shown);
        sql::Result result;
        const bool has_rows = mysql_field_count(session) > 0;
        take_rows(session, own.reads, result);
        if (mysql_errno(session) != 0) fail(session, shown);
        if (!has_rows) result.affected = static_cast<std::int64_t>(mysql_affected_rows(session));
        if (const auto key = mysql_insert_id(session)) result.last_insert_id = static_cast<std::int64_t>(key);
        if (own.answer.done) own.answer.done(result);
        more = mysql_next_result(session);
        if (own.answer.rows && server_.mariadb) {
            if (more > 0) fail(session, shown);
            take_rows(session, false, result);
            more = mysql_next_result(session);
        }
        if (more < 0) return;
    }
}

} // namespace orch::mariadb
