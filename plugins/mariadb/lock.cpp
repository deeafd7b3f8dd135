#include "lock.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "errors.hpp"
#include "results.hpp"

#include <boost/uuid/detail/sha1.hpp>
#include <fmt/format.h>

#include <utility>

namespace orch::mariadb {

namespace {

/// Locks are the server's, not the database's, and their names end at 64 characters.
std::string lock_name(const std::string& database, const dialect::LockRequest& request) {
    const std::string whole =
        fmt::format("{}\n{}\n{}", database, request.schema.value_or(database), request.version_table);
    boost::uuids::detail::sha1 sum;
    unsigned digest[5] = {};
    sum.process_bytes(whole.data(), whole.size());
    sum.get_digest(digest);
    std::string name = "orch_";
    for (const unsigned part : digest) name += fmt::format("{:08x}", part);
    return name;
}

dialect::Statement reading(std::string sql) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.reads = true;
    return statement;
}

} // namespace

std::string claim_name(const dialect::Compiler& compiler, const dialect::LockRequest& request) {
    return fmt::format("CONCAT('orch_work_', SHA1(CONCAT_WS('\\n', DATABASE(), {}, {})))",
                       request.schema ? compiler.literal(*request.schema) : "DATABASE()",
                       compiler.literal(request.version_table));
}

Lock::Lock(std::unique_ptr<Connection> session, const dialect::LockRequest& request)
    : session_(std::move(session)) {
    claim_ = claim_name(*session_->compiler(), request);
    name_ = "'" + lock_name(text_of(ask("SELECT DATABASE()")), request) + "'";
    dialect::Statement stay; // an idle session must not end while a long statement runs elsewhere
    stay.sql = "SET SESSION wait_timeout = 2147483";
    session_->execute(stay);
}

sql::Datum Lock::ask(const std::string& sql) {
    sql::Result result = session_->execute(reading(sql));
    return result.rows.empty() ? sql::Datum(sql::Null{}) : result.rows.front().front();
}

bool Lock::try_take() {
    const sql::Datum session =
        ask(fmt::format("SELECT CASE WHEN GET_LOCK({}, 0) = 1 THEN CONNECTION_ID() END", name_));
    if (const auto* number = std::get_if<std::int64_t>(&session)) taken_by_ = std::to_string(*number);
    return !taken_by_.empty();
}

std::optional<dialect::Statement> Lock::question() const {
    if (taken_by_.empty()) return std::nullopt;
    return reading(fmt::format("SELECT IS_USED_LOCK({}) = {}", name_, taken_by_));
}

void Lock::check() {
    if (taken_by_.empty()) return;
    sql::Datum mine = sql::Null{};
    std::string why = "its session was ended";
    try {
        mine = ask(fmt::format("SELECT IS_USED_LOCK({}) = CONNECTION_ID()", name_));
    } catch (const Error& error) {
        why = error.message();
    }
    if (mine == sql::Datum(std::int64_t{1})) return;
    throw Error(Fault::database, "the lock on the version table is lost: " + why)
        .hint(
            "somebody else may be changing the same database: look with 'orch current', then run the command "
            "again");
}

std::optional<std::int64_t> Lock::session_of(const std::string& name) {
    const sql::Datum session = ask(fmt::format("SELECT IS_USED_LOCK({})", name));
    const auto* id = std::get_if<std::int64_t>(&session);
    return id ? std::optional(*id) : std::nullopt;
}

// The session at work may live on without the lock's: its process was killed.
std::optional<dialect::Holder> Lock::holder() {
    auto id = session_of(name_);
    if (!id) id = session_of(claim_);
    if (!id) return std::nullopt;
    dialect::Holder found;
    found.session = std::to_string(*id);
    // Sessions of other users are shown to those with the PROCESS privilege only.
    const sql::Result rows = session_->execute(
        reading(fmt::format("SELECT user, host FROM information_schema.processlist WHERE id = {}", *id)));
    if (rows.rows.empty()) return found;
    found.user = text_of(rows.rows.front()[0]);
    found.host = text_of(rows.rows.front()[1]);
    return found;
}

bool Lock::end_holder() {
    const bool at_work = end(claim_);
    return end(name_) || at_work;
}

bool Lock::end(const std::string& name) {
    const auto id = session_of(name);
    if (!id) return false;
    dialect::Statement kill;
    kill.sql = fmt::format("KILL CONNECTION {}", *id);
    session_->execute(kill);
    return true;
}

// A cluster of several nodes refuses named locks.
dialect::Claim Connection::claim(const dialect::LockRequest& request) {
    const std::string name = claim_name(*compiler_, request);
    try {
        const sql::Datum taken = query(fmt::format("SELECT GET_LOCK({}, 0)", name)).front().front();
        if (taken == sql::Datum(std::int64_t{0})) return dialect::Claim::busy;
        if (taken != sql::Datum(std::int64_t{1})) return dialect::Claim::none;
    } catch (const Error& error) {
        if (is_gone(mysql_errno(session_.get()))) throw;
        log::debug("orch.mariadb", error.message());
        return dialect::Claim::none;
    }
    claimed_ = name;
    return dialect::Claim::taken;
}

void Connection::give_back() noexcept {
    const std::string name = std::exchange(claimed_, {});
    if (name.empty()) return;
    rollback();
    try {
        run(fmt::format("DO RELEASE_LOCK({})", name));
    } catch (const std::exception& error) {
        log::debug("orch.mariadb", error.what()); // it ends with the session
    }
}

} // namespace orch::mariadb
