#include "lock.hpp"

#include "base/error.hpp"

#include <boost/uuid/detail/sha1.hpp>
#include <fmt/format.h>

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

std::string text_of(const sql::Datum& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : "";
}

} // namespace

Lock::Lock(std::unique_ptr<Connection> session, const dialect::LockRequest& request)
    : session_(std::move(session)) {
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

std::optional<dialect::Holder> Lock::holder() {
    const sql::Datum session = ask(fmt::format("SELECT IS_USED_LOCK({})", name_));
    const auto* id = std::get_if<std::int64_t>(&session);
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
    const auto found = holder();
    if (!found) return false;
    dialect::Statement kill;
    kill.sql = "KILL CONNECTION " + found->session;
    session_->execute(kill);
    return true;
}

} // namespace orch::mariadb
