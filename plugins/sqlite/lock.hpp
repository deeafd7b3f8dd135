// SQLite's lock for a version table: a locked file beside the database, which the system frees when the
// process dies.
#pragma once

#include "dialect/lock.hpp"

#include <filesystem>

namespace orch::sqlite {

/// The file is there while the lock is held, and after a process was killed; then it is free, and the next
/// one to take it removes it in the end. It says who has the lock.
class Lock final : public dialect::Lock {
  public:
    /// `database`: the real path of its file.
    Lock(const std::filesystem::path& database, const dialect::LockRequest& request);
    ~Lock() override;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    bool try_take() override;
    void check() override;
    std::optional<dialect::Holder> holder() override;
    bool end_holder() override { return false; }

  private:
    bool is_the_file() const;
    void let_go() noexcept;
    void sign() const;
    [[noreturn]] void fail(int error) const;

    std::filesystem::path database_, path_;
    dialect::Holder self_;
    int file_ = -1; ///< open while the lock is held
};

} // namespace orch::sqlite
