#include "lease.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "results.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fmt/format.h>

#include <chrono>

namespace orch::mariadb {

namespace {

/// How long it holds without being renewed, in seconds, and how often it is. The clocks of the nodes may
/// differ by what lies between the two.
constexpr int holds = 30;
constexpr std::chrono::seconds every{5};
constexpr const char* now = "UTC_TIMESTAMP(6)";

dialect::Statement statement(std::string sql, bool reads) {
    dialect::Statement made;
    made.sql = std::move(sql);
    made.reads = reads;
    return made;
}

std::string ends() { return fmt::format("{} + INTERVAL {} SECOND", now, holds); }

} // namespace

bool is_clustered(Connection& session) {
    // Not a SELECT of the variable: MySQL does not know it.
    const sql::Result result = session.execute(statement("SHOW VARIABLES LIKE 'wsrep_on'", true));
    return !result.rows.empty() && text_of(result.rows.front().back()) == "ON";
}

Lease::Lease(std::unique_ptr<Connection> session, const dialect::LockRequest& request)
    : session_(std::move(session)), name_(request.version_table + "_orch_lease"), schema_(request.schema),
      self_(request.holder), mark_(boost::uuids::to_string(boost::uuids::random_generator()())) {
    const dialect::Compiler& compiler = *session_->compiler();
    table_ = (schema_ ? compiler.quote(*schema_) + "." : "") + compiler.quote(name_);
    run("SET SESSION wait_timeout = 2147483");
    run("SET SESSION wsrep_sync_wait = 15"); // what any node has committed is seen
}

Lease::~Lease() {
    {
        const std::lock_guard guard(mutex_);
        over_ = true;
    }
    ending_.notify_all();
    if (keeper_.joinable()) keeper_.join();
    if (token_ == 0) return;
    try {
        run(fmt::format("UPDATE {} SET ends = {} WHERE id = 1 AND mark = {}", table_, now, literal(mark_)));
    } catch (const Error& error) {
        log::debug("orch.mariadb", error.message()); // it ends by itself
    }
}

std::int64_t Lease::run(const std::string& sql) { return session_->execute(statement(sql, false)).affected; }

std::string Lease::literal(const std::string& text) const { return session_->compiler()->literal(text); }

void Lease::make_row() {
    if (!session_->has_table(name_, schema_))
        run(fmt::format(
            "CREATE TABLE IF NOT EXISTS {} (id INT NOT NULL PRIMARY KEY, token BIGINT NOT NULL, "
            "mark VARCHAR(36) NOT NULL, holder_user VARCHAR(255) NOT NULL, holder_host VARCHAR(255) "
            "NOT NULL, holder_process VARCHAR(32) NOT NULL, since VARCHAR(32) NOT NULL, ends DATETIME(6) "
            "NOT NULL) ENGINE = InnoDB",
            table_));
    run(fmt::format("INSERT IGNORE INTO {} VALUES (1, 0, '', '', '', '', '', '2000-01-01')", table_));
}

bool Lease::try_take() {
    const std::lock_guard guard(mutex_);
    try {
        make_row();
        const bool taken =
            run(fmt::format("UPDATE {} SET token = token + 1, mark = {}, holder_user = {}, holder_host = {}, "
                            "holder_process = {}, since = {}, ends = {} WHERE id = 1 AND ends < {}",
                            table_, literal(mark_), literal(self_.user), literal(self_.host),
                            literal(self_.process), literal(self_.since), ends(), now)) == 1;
        if (!taken) return false;
        const sql::Result found = session_->execute(statement(
            fmt::format("SELECT token FROM {} WHERE id = 1 AND mark = {}", table_, literal(mark_)), true));
        if (found.rows.empty()) return false;
        token_ = std::get<std::int64_t>(found.rows.front().front());
    } catch (const Error& error) {
        if (error.fault() != Fault::busy) throw;
        return false; // another node was first
    }
    keeper_ = std::thread([this] { keep(); });
    return true;
}

bool Lease::renew() {
    return run(fmt::format("UPDATE {} SET ends = {} WHERE id = 1 AND mark = {} AND token = {}", table_,
                           ends(), literal(mark_), token_)) == 1;
}

void Lease::keep() {
    std::unique_lock lock(mutex_);
    while (!ending_.wait_for(lock, every, [this] { return over_; })) {
        try {
            if (!renew()) return; // check() says so
        } catch (const Error& error) {
            log::debug("orch.mariadb", error.message());
        }
    }
}

void Lease::check() {
    const std::lock_guard guard(mutex_);
    if (token_ == 0) return;
    std::string why = "it was not renewed in time, and somebody else has taken it";
    try {
        if (renew()) return;
    } catch (const Error& error) {
        why = error.message();
    }
    throw Error(Fault::database, "the lock on the version table is lost: " + why)
        .hint("somebody else may be changing the same database: look with 'orch current', then run the "
              "command again");
}

std::optional<dialect::Holder> Lease::holder() {
    const std::lock_guard guard(mutex_);
    if (!session_->has_table(name_, schema_)) return std::nullopt;
    const sql::Result found = session_->execute(statement(
        fmt::format(
            "SELECT holder_user, holder_host, holder_process, since, mark FROM {} WHERE id = 1 AND ends > {}",
            table_, now),
        true));
    if (found.rows.empty()) return std::nullopt;
    const auto& row = found.rows.front();
    return dialect::Holder{text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]),
                           text_of(row[4])};
}

bool Lease::end_holder() {
    const std::lock_guard guard(mutex_);
    if (!session_->has_table(name_, schema_)) return false;
    return run(fmt::format(
               "UPDATE {0} SET token = token + 1, mark = '', ends = {1} WHERE id = 1 AND ends > {1}", table_,
               now)) == 1;
}

} // namespace orch::mariadb
