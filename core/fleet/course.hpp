// One run over several environments while it runs: its parts as jobs, what became of each environment, and
// the way back. run(), apply() and resume() are made of it.
#pragma once

#include "fleet/meter.hpp"
#include "fleet/recorder.hpp"
#include "fleet/requirements.hpp"
#include "fleet/run.hpp"
#include "jobs/jobs.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace orch::fleet {

class Course {
  public:
    /// `project` and `move` must outlive it.
    Course(Project& project, const runner::Move& move, std::vector<Environment*> environments);

    /// Each environment must be where the plan says it is.
    void expect(const std::vector<Planned>& parts);
    /// What becomes of each is written down.
    void record(Recorder* recorder) { recorder_ = recorder; }
    bool can_be_recorded() const { return !route_.cut; }

    std::vector<Ran> go(const RunOptions& options);

  private:
    jobs::Limits limits(const RunOptions& options, OnError on_error, std::vector<jobs::Job>& all);
    void carry_out(const plan::Part& part);
    std::optional<runner::Portion> portion_of(const plan::Part& part) const;
    runner::Summary moved(runner::Session& session, const plan::Part& part);
    void write_down(const std::string& environment, std::optional<Error>& failure);
    void gather(const std::vector<jobs::Ended>& ended);
    void roll_back();
    std::vector<Ran> in_order();
    void begins(const plan::Part& part);
    void ends(const plan::Part& part, bool failed);

    Project& project_;
    const runner::Move& move_;
    std::vector<Environment*> environments_;
    Route route_;
    std::vector<Ran> ran_;
    Recorder* recorder_ = nullptr;
    std::optional<Meter> meter_; ///< while it goes
    std::mutex mutex_;
    /// What was done in each database of each environment: an env.py may have several.
    std::vector<std::vector<graph::Plan>> done_;
    std::vector<std::size_t> begun_; ///< the number of its beginning; 0: not begun
    std::size_t count_ = 0;
    bool exactly_ = false;
};

/// A fleet's runs are written down; others where the ini says where.
bool is_recorded(const Project& project, const std::vector<Environment*>& environments);
/// Carries a course out; `recorded`: as a new run of the record.
std::vector<Ran> go(Project& project, Course& course, const runner::Move& move,
                    const std::vector<Environment*>& environments, bool recorded, const RunOptions& options);

/// What --on-error or the ini says.
OnError wanted(const Project& project, const RunOptions& options);

} // namespace orch::fleet
