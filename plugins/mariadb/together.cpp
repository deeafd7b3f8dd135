// Statements that go to the server in one packet, where each is one statement to it: their answers come in
// their order, and at the first that fails it stops. What waits here is what orch writes around the
// statements of a script, and one of these among them; where the settings say `pipeline`, all that revisions
// do. A transaction begins with its first statement. While the server is at one packet the next is being
// made; it goes when the answers to the first are there.
#include "connection.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
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
    const auto guarded = [](const Waiting& each) { return each.answer.rows.has_value(); };
    if (!server_.mariadb && (std::ranges::any_of(waiting_, guarded) || std::ranges::any_of(sent_, guarded)))
        flush();
    wait_for(std::string(commits), answer);
}

void Connection::commit() {
    commit_later({});
    flush();
}

// What the server is at cannot be taken back from it: its answers still count.
void Connection::rollback() noexcept {
    waiting_.clear();
    waiting_bytes_ = 0;
    try {
        settle();
    } catch (const Error& error) {
        log::debug("orch.mariadb", error.message());
    }
    if (in_transaction()) mysql_rollback(session_.get());
}

bool Connection::in_transaction() const {
    for (const auto* statements : {&waiting_, &sent_})
        for (auto each = statements->rbegin(); each != statements->rend(); ++each) {
            if (each->sql == begins) return true;
            if (ends_transaction(each->sql)) return false;
        }
    return (session_->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

void Connection::send(const dialect::Statement& statement, const dialect::Answer& answer) {
    // Outside of a transaction nobody is going to commit, and so to wait for it.
    const bool together = in_transaction() || !waiting_.empty() || !sent_.empty();
    if (!together || !is_one(statement)) return dialect::Connection::send(statement, answer);
    wait_for(statement, answer);
    if (waiting_bytes_ > most_bytes) dispatch();
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
    dispatch();
    settle();
}

void Connection::dispatch() {
    settle();
    if (waiting_.empty()) return;
    std::vector<Waiting> together = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    try {
        put_together(together, 0);
    } catch (Error& error) {
        blame(together, 0, error);
        throw;
    }
    sent_ = std::move(together);
}

// The first failure ends the packet, and what waits behind it is not sent.
void Connection::settle() {
    if (sent_.empty()) return;
    std::size_t at = 0;
    for (bool again = false;;) {
        try {
            if (std::exchange(again, false)) put_together(sent_, at);
            read_answers(sent_, at);
            return sent_.clear();
        } catch (Error& error) {
            leave_rest();
            at = std::min(at, sent_.size() - 1);
            again = sent_[at].answer.again && sent_[at].answer.again(error);
            if (again) continue;
            const std::vector<Waiting> together = std::exchange(sent_, {});
            waiting_.clear();
            waiting_bytes_ = 0;
            blame(together, at, error);
            throw;
        }
    }
}

void Connection::leave_rest() {
    while (mysql_more_results(session_.get()) && mysql_next_result(session_.get()) == 0) {
        sql::Result ignored;
        take_rows(session_.get(), false, ignored);
    }
    learn_status();
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

// The guard is an error, which ends the packet, where the statement before it changed another number of rows:
// a number that is too large. A subquery of two rows, as one often sees, costs more than all around it.
std::string Connection::packet_of(const std::vector<Waiting>& together, std::size_t from) const {
    constexpr const char* between = "\n;\n";
    std::string packet;
    for (std::size_t i = from; i < together.size(); ++i) {
        packet += (packet.empty() ? "" : between) + together[i].sql;
        if (together[i].answer.rows && server_.mariadb)
            packet += fmt::format("{}SET @orch_guard = EXP(1000 * (ROW_COUNT() <> {}))", between,
                                  *together[i].answer.rows);
    }
    return packet;
}

void Connection::put_together(const std::vector<Waiting>& together, std::size_t from) {
    check_not_cancelled(together[from].shown);
    const std::string packet = packet_of(together, from);
    if (mysql_send_query(session_.get(), packet.data(), packet.size()) != 0)
        fail(session_.get(), {together[from].shown, together[from].had_values});
}

void Connection::read_guard(const Waiting& own, int& more) {
    if (!own.answer.rows || !server_.mariadb) return;
    if (more > 0) fail(session_.get(), {own.shown, own.had_values});
    if (more < 0) return;
    sql::Result ignored;
    take_rows(session_.get(), false, ignored);
    more = mysql_next_result(session_.get());
}

// KILL QUERY between two statements ends the packet without an error.
void Connection::read_answers(const std::vector<Waiting>& together, std::size_t& at) {
    MYSQL* session = session_.get();
    int more = mysql_read_query_result(session) != 0 ? 1 : 0;
    for (; at < together.size(); ++at) {
        const Waiting& own = together[at];
        const Shown shown{own.shown, own.had_values};
        if (more < 0) check_not_cancelled(own.shown);
        if (more < 0)
            throw Error(Fault::database, "somebody ended this on the server (KILL QUERY)").sql(own.shown);
        if (more > 0) fail(session, shown);
        sql::Result result;
        const bool has_rows = mysql_field_count(session) > 0;
        take_rows(session, own.reads, result);
        if (mysql_errno(session) != 0) fail(session, shown);
        if (!has_rows) result.affected = static_cast<std::int64_t>(mysql_affected_rows(session));
        if (const auto key = mysql_insert_id(session)) result.last_insert_id = static_cast<std::int64_t>(key);
        if (own.answer.done) own.answer.done(result);
        more = mysql_next_result(session);
        read_guard(own, more);
    }
}

} // namespace orch::mariadb
