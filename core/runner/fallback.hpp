// `fallback = exec:COMMAND`: revisions that orch cannot run are handed to a command with Alembic's words, one
// at a time. Used by Session between its own steps; it opens no database itself, and who calls it sees to the
// lock before and to the version rows after it.
#pragma once

#include "graph/graph.hpp"
#include "runner/runner.hpp"

#include <map>
#include <optional>
#include <string>

namespace orch::runner {

class Fallback {
  public:
    /// All must outlive it. Does nothing where the settings name no command.
    Fallback(const Settings& settings, const Tree& tree, std::string dialect);

    /// Why orch cannot run the script of a step; nothing where it can, or where no command is set. A script
    /// is examined once.
    const Error* reason(const graph::Step& step);
    bool needed(const graph::Plan& plan);
    /// Runs the command for exactly this step, in the folder of the configuration file. What it prints goes
    /// to standard error. Throws Error(script) when it fails.
    void run(const graph::Step& step);

  private:
    const Settings& settings_;
    const Tree& tree_;
    std::string dialect_;
    std::map<std::pair<std::string, graph::Step::Kind>, std::optional<Error>> examined_;
};

} // namespace orch::runner
