// How sessions begin and end; scratch databases, which end with their session.
#include "connection.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <random>

namespace orch::postgresql {

namespace {

constexpr std::int64_t left_behind = 3600; ///< seconds after which one without sessions was left by a crash

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

sql::Result execute_on(Connection& connection, std::string sql, bool reads = false) {
    dialect::Statement statement;
    statement.sql = std::move(sql);
    statement.reads = reads;
    return connection.execute(statement);
}

void remove_old(Connection& server) {
    const sql::Result old = execute_on(
        server,
        fmt::format(
            "SELECT d.datname::text FROM pg_catalog.pg_database d WHERE d.datname ~ "
            "'^orch_scratch_[0-9]+_[0-9]+_[0-9]+$' AND split_part(d.datname, '_', 3)::bigint < {} AND NOT "
            "EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
            now() - left_behind),
        true);
    for (const auto& row : old.rows)
        execute_on(server, fmt::format("DROP DATABASE IF EXISTS \"{}\"", std::get<std::string>(row.front())));
}

} // namespace

// The connection that made a scratch database, and drops it.
struct Connection::Scratch {
    std::unique_ptr<Connection> server;
    std::string name;
    ~Scratch() {
        if (name.empty()) return; // it was not made
        try {
            execute_on(*server, fmt::format("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", name));
        } catch (const Error&) { // a later scratch() removes it
        }
    }
};

Connection::Connection(const Options& options, bool read_only) : name_(options.name) {
    open(options);
    set_up(read_only);
}

Connection::~Connection() {
    give_back();
    cancel_.reset();
    connection_.reset(); // nobody may be in a database that is dropped
}

std::unique_ptr<Connection> Connection::scratch(const Options& options) {
    auto owner = std::make_unique<Scratch>();
    owner->server = std::make_unique<Connection>(options, false);
    remove_old(*owner->server);
    const std::string name = fmt::format("orch_scratch_{}_{}_{}", now(), getpid(), std::random_device()());
    execute_on(*owner->server, fmt::format("CREATE DATABASE \"{}\"", name));
    owner->name = name;
    Options own = options;
    std::erase_if(own.keywords, [](const auto& each) { return each.first == "dbname"; });
    own.keywords.emplace_back("dbname", name);
    auto connection = std::make_unique<Connection>(own, false);
    connection->scratch_ = std::move(owner);
    return connection;
}

} // namespace orch::postgresql
