// What a revision says of its timeouts (orch_lock_timeout, orch_statement_timeout): it holds for its step
// alone.
#pragma once

#include "dialect/dialect.hpp"
#include "graph/graph.hpp"
#include "runner/runner.hpp"

namespace orch::runner {

class OwnTimeouts {
  public:
    /// Sets them, where the step's revision has some. All must outlive it.
    OwnTimeouts(const graph::Step& step, const Settings& settings, const Tree& tree,
                dialect::Connection& connection);
    /// Puts the usual ones back. A transaction that was rolled back has taken them back by itself, and a
    /// session that is lost has none.
    void end();

  private:
    const Settings& settings_;
    dialect::Connection& connection_;
    bool given_ = false;
};

} // namespace orch::runner
