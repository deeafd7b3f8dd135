// The lock of a version table: one of the server's named locks (GET_LOCK), in a session of its own. The
// server frees it when the session ends. A Galera cluster keeps such locks on each node for itself.
#pragma once

#include "connection.hpp"
#include "dialect/lock.hpp"

#include <memory>

namespace orch::mariadb {

/// The name of the lock that the session at work holds beside the run's own, as an SQL expression: its
/// database is the one that it uses.
std::string claim_name(const dialect::Compiler& compiler, const dialect::LockRequest& request);

class Lock final : public dialect::Lock {
  public:
    Lock(std::unique_ptr<Connection> session, const dialect::LockRequest& request);

    bool try_take() override;
    void check() override;
    std::optional<dialect::Statement> question() const override;
    std::optional<dialect::Holder> holder() override;
    bool end_holder() override;

  private:
    sql::Datum ask(const std::string& sql);
    /// Of the lock of that name.
    std::optional<std::int64_t> session_of(const std::string& name);
    bool end(const std::string& name);

    std::unique_ptr<Connection> session_;
    std::string name_;     ///< as an SQL literal
    std::string claim_;    ///< claim_name()
    std::string taken_by_; ///< the server's number of the session, once it is taken
};

} // namespace orch::mariadb
