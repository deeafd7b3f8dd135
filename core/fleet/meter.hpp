// How far a run over several environments is, for whoever watches it. Filled by Course from all of its
// threads. Costs nothing where nobody watches.
#pragma once

#include "fleet/run.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace orch::fleet {

class Meter {
  public:
    /// The environments must outlive it, and tell nobody else what runs.
    Meter(const std::vector<Environment*>& environments, std::function<void(const Progress&)> tell);
    ~Meter();
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    bool is_watched() const { return tell_ != nullptr; }
    /// Targets of a section that have a bar of their own, before any of them begins.
    void add_stage(const std::string& section, const std::string& name, const std::set<std::string>& targets);

    void begins(std::size_t environment);
    /// It is going to run so many revisions more.
    void expects(std::size_t environment, std::size_t revisions);
    /// A part of it is done, or all.
    void pauses(std::size_t environment);
    void ends(std::size_t environment, bool failed);

  private:
    void finish_bars();
    void runs(std::size_t environment, std::string_view revision, std::string_view sql);
    bool is_target(std::size_t environment) const { return !environments_[environment]->target().empty(); }
    Progress::Bar& bar(std::size_t environment) { return progress_.bars[bar_of_[environment]]; }

    const std::vector<Environment*>& environments_;
    std::function<void(const Progress&)> tell_;
    std::mutex mutex_;
    Progress progress_;
    std::vector<std::size_t> bar_of_; ///< of each environment
    std::vector<bool> in_revision_;
    bool finished_ = false; ///< the bars
};

} // namespace orch::fleet
