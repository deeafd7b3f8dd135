// The targets of a fleet: many databases or schemas that one environment moves. Where their names come from,
// which of them a partition has, and the stages that they go in. Names only; what a target is, the ini says
// with
// %(target)s.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orch::targets {

/// `targets =` of the ini: names, or where they come from.
struct Source {
    std::string text; ///< "a, b", "file:PATH", "exec:COMMAND", "sql:QUERY"
    Place place;
    std::filesystem::path here; ///< the folder of the ini: paths are relative to it, commands run there
};
/// Runs a query and gives the first column of its rows.
using Ask = std::function<std::vector<std::string>(const std::string& query)>;

/// The names, each once, in the order in which they were given: of a file and of a command's output one a
/// line, without empty lines and those that begin with '#'. Throws Error(config) at the key: no name at all,
/// a name with a control character or one of `[]`, a command that fails, a file that is not there.
ORCH_API std::vector<std::string> names(const Source& source, const Ask& ask);
/// A name as reports and records show it: one that is a URL (`url = %(target)s`) without its password.
ORCH_API std::string shown(const std::string& name);

/// `--partition i/n`: which part of a fleet a process has.
struct Partition {
    std::size_t index = 0, of = 1;
    /// By the name alone: all processes agree, whatever else is in their lists.
    ORCH_API bool has(const std::string& name) const;
};
/// "0/4" to "3/4". Throws Error(usage) for anything else.
ORCH_API Partition partition(const std::string& text);

/// A stage: some of the targets, and how they go.
struct Stage {
    std::string name;
    std::vector<std::string> match; ///< globs; empty: all that no stage before it has
    enum Order { listed, by_name, reversed } order = listed;
    std::optional<std::size_t> parallel{}; ///< how many at once, at most
    bool go_on = false;                    ///< on_error = continue
    std::optional<std::size_t> most_failures{};
    std::size_t canary = 0; ///< so many go first, one after another; a failure among them stops the run
};

/// A part of the run: its targets go together, after those of the part before.
struct Wave {
    const Stage* stage = nullptr; ///< null: of no stage
    bool canary = false;
    std::vector<std::size_t> targets; ///< indexes into the names
};
/// The targets in the order in which they go; those that fit no stage come last. The stages must outlive it.
ORCH_API std::vector<Wave> waves(const std::vector<std::string>& names, const std::vector<Stage>& stages);

} // namespace orch::targets
