// A run's own record: what runs::Record has of it, and what is frozen of an earlier one.
#pragma once

#include "fleet/fleet.hpp"
#include "runs/runs.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orch::fleet {

class Recorder {
  public:
    /// A new run, or one that goes on.
    Recorder(runs::Record& record, const runner::Move& move, const std::vector<Environment*>& environments);
    Recorder(runs::Record& record, const runs::Run& run);

    std::int64_t id() const { return id_; }
    /// Freezes the steps of an environment, or gives those that were frozen, and carries them out. `exactly`:
    /// what a plan says that they are.
    runner::Summary carry_out(const std::string& environment, runner::Session& session,
                              const runner::Move& move, const std::optional<runner::Portion>& exactly);
    void end(const std::string& environment, const std::optional<Error>& error);
    /// Before and after what the run has done there is taken back; `failure` is why the environment itself
    /// failed, where it did. One that is killed in between is not "done".
    void takes_back(const std::string& environment, const std::optional<Error>& failure);
    void took_back(const std::string& environment, const std::optional<Error>& failure);
    void end() { record_.end(id_); }

  private:
    runs::Record& record_;
    std::int64_t id_;
    std::map<std::string, runs::Target> frozen_; ///< of the earlier run
};

/// The database of the records: `runs_url`, else a file beside the ini.
Url runs_url(const Project& project);

} // namespace orch::fleet
