// The lock of a version table: an advisory lock of a session of its own. Advisory locks belong to one
// database, so the key is made of the version table's name alone.
#pragma once

#include "connection.hpp"
#include "dialect/lock.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace orch::postgresql {

/// The keys of the lock, and of the claim that the session at work has beside it.
std::int64_t lock_key(const dialect::LockRequest& request);
std::int64_t claim_key(const dialect::LockRequest& request);

class Lock final : public dialect::Lock {
  public:
    Lock(Options options, dialect::LockRequest request);
    ~Lock() override;

    bool try_take() override;
    void check() override;
    std::optional<dialect::Holder> holder() override;
    bool end_holder() override;

  private:
    Connection& session();
    bool mine();
    std::optional<dialect::Holder> holder_of(std::int64_t key);
    bool end_holder_of(std::int64_t key);
    static int process_of(Connection& connection); ///< of the server
    /// Throws Error(config).
    void refuse_pooled_transactions();

    Options options_;
    dialect::LockRequest request_;
    std::int64_t key_, claim_;
    std::unique_ptr<Connection> session_;
    bool looked_ = false; ///< for a proxy
};

} // namespace orch::postgresql
