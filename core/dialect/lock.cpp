#include "dialect/lock.hpp"

#include "dialect/dialect.hpp"

namespace orch::dialect {

Lock::~Lock() = default;

std::optional<Statement> Lock::question() const { return std::nullopt; }

std::unique_ptr<Lock> Dialect::lock(const Url&, const ConnectOptions&, const LockRequest&) const {
    return nullptr;
}

} // namespace orch::dialect
