// libpq's pipeline: statements go to the server one behind the other, and their answers are read when
// somebody waits. Only what is one statement in a transaction goes this way, so that a failure undoes all
// behind it; the extended protocol, which the pipeline asks for, takes no text of several statements, and
// none that ends the transaction must pass unseen.
#include "connection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "results.hpp"

#include <algorithm>
#include <array>

namespace orch::postgresql {

namespace {

constexpr std::size_t most_sent = 1000; ///< answers that may wait

constexpr std::array<std::string_view, 12> first_words{"alter",  "comment",  "create", "delete",
                                                       "drop",   "grant",    "insert", "revoke",
                                                       "select", "truncate", "update", "with"};

bool begins_with_a_known_word(std::string_view sql) {
    sql = trim(sql);
    const std::string word = lower(sql.substr(0, sql.find_first_of(" \t\r\n")));
    return std::ranges::binary_search(first_words, word);
}

} // namespace

// A semicolon in a string counts too: then the statement is waited for, and no more.
bool Connection::can_be_sent(const dialect::Statement& statement) const {
    return statement.transactional && statement.parameters.size() <= 1 &&
           (pipeline_ || PQtransactionStatus(connection_.get()) == PQTRANS_INTRANS) &&
           statement.sql.find(';') == std::string::npos && begins_with_a_known_word(statement.sql);
}

void Connection::send(const dialect::Statement& statement, const dialect::Answer& answer) {
    if (!can_be_sent(statement)) return dialect::Connection::send(statement, answer);
    check(statement.sql);
    check_not_cancelled();
    const std::string sql = statement.parameters.empty()
                                ? statement.sql
                                : with_values(statement.sql, statement.parameters.front());
    PGconn* connection = connection_.get();
    if (!pipeline_) pipeline_ = PQenterPipelineMode(connection) == 1;
    if (!pipeline_) return dialect::Connection::send(statement, answer);
    if (!PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) ||
        PQflush(connection) < 0)
        lost(statement.sql);
    sent_.push_back(
        {statement.sql, statement.origin, answer, statement.reads, !statement.parameters.empty()});
    if (sent_.size() >= most_sent) flush();
}

// The first failure counts: the server does nothing of what stands behind it.
void Connection::read_answer(Sent& sent, std::optional<Error>& failure) {
    try {
        sql::Result result;
        while (const Answer answer{PQgetResult(connection_.get())}) {
            const ExecStatusType status = PQresultStatus(answer.get());
            if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
                if (status == PGRES_TUPLES_OK && sent.reads) read_rows(answer.get(), result);
                result.affected += affected(answer.get());
            } else {
                fail(answer.get(), {sent.sql, sent.had_values});
            }
            if (PQstatus(connection_.get()) == CONNECTION_BAD) lost(sent.sql);
        }
        if (PQstatus(connection_.get()) == CONNECTION_BAD) lost(sent.sql);
        if (sent.answer.done) sent.answer.done(result);
    } catch (Error& error) {
        error.at(sent.origin);
        if (sent.answer.failed) sent.answer.failed(error);
        failure = error;
    }
}

void Connection::flush() {
    if (!pipeline_) return;
    std::optional<Error> failure;
    if (!PQpipelineSync(connection_.get())) {
        const std::string sql = sent_.empty() ? "" : sent_.front().sql;
        end_pipeline(true);
        lost(sql);
    }
    for (; !sent_.empty() && !failure; sent_.pop_front()) read_answer(sent_.front(), failure);
    end_pipeline(true);
    if (failure) throw *failure;
}

void Connection::end_pipeline(bool synced) noexcept {
    if (!pipeline_) return;
    pipeline_ = false;
    sent_.clear();
    if (!synced) PQpipelineSync(connection_.get());
    // Every statement's answers end with nothing, and all end with the mark of PQpipelineSync().
    for (int nothing = 0; nothing < 2 && PQstatus(connection_.get()) != CONNECTION_BAD;) {
        const Answer answer{PQgetResult(connection_.get())};
        if (!answer) {
            ++nothing;
            continue;
        }
        nothing = 0;
        if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) break;
    }
    PQexitPipelineMode(connection_.get());
}

} // namespace orch::postgresql
