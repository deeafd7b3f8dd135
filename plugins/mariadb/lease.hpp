// The lock of a version table on a Galera cluster, whose named locks each node keeps for itself: a row beside
// the version table, `<version table>_orch_lease`, which all nodes agree on. A thread renews it while the run
// lives. When that stops (the process was killed or stopped, the node is gone), it ends by itself after a
// while, and its token is raised by whoever takes it next: the former holder then finds that it is no longer
// its own, before its next step, and the numbers of the journal keep its transaction out.
#pragma once

#include "connection.hpp"
#include "dialect/lock.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace orch::mariadb {

/// Whether the server is a node of a cluster.
bool is_clustered(Connection& session);

class Lease final : public dialect::Lock {
  public:
    Lease(std::unique_ptr<Connection> session, const dialect::LockRequest& request);
    ~Lease() override;

    bool try_take() override;
    void check() override;
    std::optional<dialect::Holder> holder() override;
    bool end_holder() override;

  private:
    void make_row();
    bool renew();
    void keep();
    std::int64_t run(const std::string& sql);
    std::string literal(const std::string& text) const;

    std::unique_ptr<Connection> session_; ///< after the constructor under the mutex
    std::string name_;
    std::optional<std::string> schema_;
    std::string table_; ///< with quotes
    dialect::Holder self_;
    std::string mark_; ///< of this very run
    std::int64_t token_ = 0;
    std::mutex mutex_;
    std::condition_variable ending_;
    bool over_ = false;
    std::thread keeper_;
};

} // namespace orch::mariadb
