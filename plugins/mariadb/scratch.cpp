// Scratch databases, which end with their session. One that a crash left is removed by the next that comes.
#include "connection.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <random>

namespace orch::mariadb {

namespace {

constexpr std::int64_t left_behind = 3600; ///< seconds after which one without sessions was left by a crash

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace

void Connection::remove_old_scratch() {
    for (const auto& row : query(
             fmt::format("SELECT s.schema_name FROM information_schema.schemata s WHERE s.schema_name "
                         "REGEXP '^orch_scratch_[0-9]+_[0-9]+_[0-9]+$' AND CAST(SUBSTRING_INDEX("
                         "SUBSTRING_INDEX(s.schema_name, '_', 3), '_', -1) AS UNSIGNED) < {} AND NOT EXISTS "
                         "(SELECT 1 FROM information_schema.processlist p WHERE p.db = s.schema_name)",
                         now() - left_behind)))
        run(fmt::format("DROP DATABASE IF EXISTS `{}`", std::get<std::string>(row.front())));
}

std::unique_ptr<Connection> Connection::scratch(Options options, std::string target,
                                                const dialect::Traits& traits) {
    auto connection = std::make_unique<Connection>(std::move(options), std::move(target), false, traits);
    connection->remove_old_scratch();
    const std::string name = fmt::format("orch_scratch_{}_{}_{}", now(), getpid(), std::random_device()());
    connection->run(fmt::format("CREATE DATABASE `{}`", name));
    connection->scratch_ = name;
    connection->run(fmt::format("USE `{}`", name));
    return connection;
}

void Connection::drop_scratch() noexcept {
    if (scratch_.empty()) return;
    try {
        rollback();
        run(fmt::format("DROP DATABASE IF EXISTS `{}`", scratch_));
    } catch (...) { // a later scratch() removes it
        return;
    }
}

} // namespace orch::mariadb
