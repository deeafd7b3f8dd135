#include "lock.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace orch::postgresql {

namespace {

/// FNV-1a: the same for every build of orch, as the key must be.
std::int64_t key_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ull;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ull;
    }
    return static_cast<std::int64_t>(hash);
}

std::string named(const dialect::LockRequest& request) {
    return request.schema.value_or("") + "." + request.version_table;
}

/// A session's name is all that others see of it without privileges: "orch ann@build7 4242".
std::string session_name(const dialect::Holder& holder) {
    std::string name = fmt::format("orch {}@{} {}", holder.user, holder.host, holder.process);
    if (name.size() > 63) name.resize(63);
    return name;
}

dialect::Holder read_name(std::string_view name) {
    dialect::Holder holder;
    if (!name.starts_with("orch ")) return holder;
    name.remove_prefix(5);
    const std::size_t at = name.find('@'), space = name.rfind(' ');
    if (at == std::string_view::npos || space == std::string_view::npos || space < at) return holder;
    holder.user = name.substr(0, at);
    holder.host = name.substr(at + 1, space - at - 1);
    holder.process = name.substr(space + 1);
    return holder;
}

dialect::Statement query(std::string sql) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.reads = true;
    return statement;
}

/// How pg_locks shows an advisory lock with a key of 64 bits.
std::string with_key(std::int64_t key) {
    const auto bits = static_cast<std::uint64_t>(key);
    return fmt::format(
        "l.locktype = 'advisory' AND l.classid = {} AND l.objid = {} AND l.objsubid = 1 AND l.granted AND "
        "l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        bits >> 32u, bits & 0xFFFFFFFFu);
}

std::string text(const sql::Datum& value) {
    const auto* found = std::get_if<std::string>(&value);
    return found ? *found : std::string();
}

} // namespace

std::int64_t lock_key(const dialect::LockRequest& request) { return key_of("orch " + named(request)); }
std::int64_t claim_key(const dialect::LockRequest& request) {
    return key_of("orch at work " + named(request));
}

Lock::Lock(Options options, dialect::LockRequest request)
    : options_(std::move(options)), request_(std::move(request)), key_(lock_key(request_)),
      claim_(claim_key(request_)) {
    auto& keywords = options_.keywords;
    std::erase_if(keywords, [](const auto& each) { return each.first == "application_name"; });
    keywords.emplace_back("application_name", session_name(request_.holder));
}

Lock::~Lock() = default; // its session ends, and the lock with it

Connection& Lock::session() {
    if (!session_) session_ = std::make_unique<Connection>(options_, false);
    return *session_;
}

bool Lock::mine() {
    return !session()
                .execute(query("SELECT 1 FROM pg_catalog.pg_locks l WHERE l.pid = pg_backend_pid() AND " +
                               with_key(key_)))
                .rows.empty();
}

int Lock::process_of(Connection& connection) {
    const sql::Result answer = connection.execute(query("SELECT pg_backend_pid()::bigint"));
    return static_cast<int>(std::get<std::int64_t>(answer.rows.front().front()));
}

// A proxy that pools transactions gives the next statement to whichever of its sessions is free: a lock would
// belong to nobody. Two sessions show it: in a transaction the one takes what the other had just used.
void Lock::refuse_pooled_transactions() {
    if (looked_) return;
    looked_ = true;
    const int own = process_of(session());
    if (own == session().announced_process()) return; // no proxy at all
    Connection other(options_, false);
    other.begin(false);
    const bool pooled = process_of(other) == own || process_of(session()) != own;
    other.rollback();
    if (pooled)
        throw Error(Fault::config,
                    fmt::format("'{}' is a proxy that pools transactions: a session's lock does "
                                "not hold there",
                                options_.name))
            .hint("set the key 'direct_url' to the server's own address");
}

bool Lock::try_take() {
    refuse_pooled_transactions();
    const sql::Result taken = session().execute(
        query(fmt::format("SELECT pg_try_advisory_lock({}), {}", key_, session().watch_link())));
    return std::get<bool>(taken.rows.front().front());
}

void Lock::check() {
    try {
        if (mine()) return;
    } catch (Error& error) {
        throw error.note(
            fmt::format("while checking the lock of version table '{}'", request_.version_table));
    }
    throw Error(Fault::database, fmt::format("the lock of version table '{}' is no longer held by this run",
                                             request_.version_table))
        .hint("another run may have begun: let it end, see 'orch status', then run the command again");
}

// The session at work may live on without the lock's: its process was killed.
std::optional<dialect::Holder> Lock::holder() {
    const auto found = holder_of(key_);
    return found ? found : holder_of(claim_);
}

std::optional<dialect::Holder> Lock::holder_of(std::int64_t key) {
    const sql::Result found = session().execute(
        query("SELECT l.pid::text, a.application_name, a.usename::text, a.client_addr::text, "
              "to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS \"UTC\"') FROM "
              "pg_catalog.pg_locks l LEFT JOIN "
              "pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE " +
              with_key(key)));
    if (found.rows.empty()) return std::nullopt;
    const std::vector<sql::Datum>& row = found.rows.front();
    dialect::Holder holder = read_name(text(row[1]));
    if (holder.user.empty()) holder.user = text(row[2]);
    if (holder.host.empty()) holder.host = text(row[3]);
    holder.since = text(row[4]);
    holder.session = text(row[0]);
    return holder;
}

bool Lock::end_holder() {
    const bool at_work = end_holder_of(claim_);
    return end_holder_of(key_) || at_work;
}

bool Lock::end_holder_of(std::int64_t key) {
    const auto found = holder_of(key);
    if (!found || found->session.empty()) return false;
    const sql::Result ended =
        session().execute(query(fmt::format("SELECT pg_terminate_backend({})", found->session)));
    return std::get<bool>(ended.rows.front().front());
}

dialect::Claim Connection::claim(const dialect::LockRequest& request) {
    const std::int64_t key = claim_key(request);
    const sql::Result taken = execute(query(fmt::format("SELECT pg_try_advisory_lock({})", key)));
    if (!std::get<bool>(taken.rows.front().front())) return dialect::Claim::busy;
    claimed_ = key;
    return dialect::Claim::taken;
}

void Connection::give_back() noexcept {
    if (std::exchange(claimed_, 0) == 0 || PQstatus(connection_.get()) != CONNECTION_OK) return;
    rollback();
    try {
        execute(query("SELECT pg_advisory_unlock_all()"));
    } catch (const Error& error) {
        log::debug("orch.postgresql", error.message()); // it ends with the session
    }
}

} // namespace orch::postgresql
