// The lock of a version table: one of the server's named locks (GET_LOCK), in a session of its own. The
// server frees it when the session ends. A Galera cluster keeps such locks on each node for itself.
#pragma once

#include "connection.hpp"
#include "dialect/lock.hpp"

#include <memory>

namespace orch::mariadb {

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

    std::unique_ptr<Connection> session_;
    std::string name_;     ///< as an SQL literal
    std::string taken_by_; ///< the server's number of the session, once it is taken
};

} // namespace orch::mariadb
