#include "runner/own_timeouts.hpp"

namespace orch::runner {

OwnTimeouts::OwnTimeouts(const graph::Step& step, const Settings& settings, const Tree& tree,
                         dialect::Connection& connection)
    : settings_(settings), connection_(connection) {
    if (step.kind == graph::Step::stamp) return;
    const script::RevisionFile& file = tree.file(step.revision);
    if (!file.lock_timeout && !file.statement_timeout) return;
    given_ = true;
    dialect::Timeouts own = settings.timeouts;
    if (file.lock_timeout) own.lock_by_default = false;
    if (file.lock_timeout) own.lock = file.lock_timeout;
    if (file.statement_timeout) own.statement = file.statement_timeout;
    connection.limit(own);
}

void OwnTimeouts::end() {
    if (!given_) return;
    dialect::Timeouts usual = settings_.timeouts;
    constexpr std::chrono::milliseconds none{0};
    if (!usual.statement) usual.statement = none;
    if (!usual.lock) usual.lock = none;
    usual.lock_by_default = false;
    connection_.limit(usual);
}

} // namespace orch::runner
