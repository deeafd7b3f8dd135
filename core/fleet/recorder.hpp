// A run's own record: what runs::Record has of it, and what is frozen of an earlier one.
#pragma once

#include "fleet/fleet.hpp"
#include "runs/runs.hpp"

#include <map>
#include <string>
#include <vector>

namespace orch::fleet {

class Recorder {
  public:
    /// A new run, or one that goes on.
    Recorder(runs::Record& record, const runner::Move& move, const std::vector<Environment*>& environments);
    Recorder(runs::Record& record, const runs::Run& run);

    std::int64_t id() const { return id_; }
    /// Freezes the steps of an environment, or gives those that were frozen, and carries them out.
    runner::Summary carry_out(const std::string& environment, runner::Session& session,
                              const runner::Move& move);
    void end(const std::string& environment, const std::optional<Error>& error);
    void end() { record_.end(id_); }

  private:
    runs::Record& record_;
    std::int64_t id_;
    std::map<std::string, runs::Target> frozen_; ///< of the earlier run
};

/// The database of the records: `runs_url`, else a file beside the ini.
Url runs_url(const Project& project);

} // namespace orch::fleet
