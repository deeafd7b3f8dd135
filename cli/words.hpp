// How revisions and environments look on standard output. Where Alembic prints a line, this prints the same.
#pragma once

#include "fleet/fleet.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace orch::cli {

/// What a line about a revision shows beside its id.
struct Shown {
    bool branches = false; ///< its branch labels
    bool doc = false;      ///< its message
    bool parents = false;  ///< "parent -> "
    bool tree = true;      ///< (branchpoint), (mergepoint)
    bool current = false;  ///< (current)
};
/// "1975ea83b712 -> ae1027a6acf (orders) (head), Add a column"
std::string line(const runner::Tree& tree, const std::string& id, const Shown& shown);

/// The block that `show` and --verbose print, with its empty line at the end.
std::string block(const runner::Tree& tree, const std::string& id, bool current = false);

/// Writes to standard output; throws Error(system) where that fails (a full disk behind a redirection).
void print(std::string_view text);

/// Before the output of one of several environments: "[module_one]\n". Nothing when there is one.
void print_heading(const fleet::Environment& environment, std::size_t of);

/// Rows under a heading, in columns as wide as their widest cell, two spaces between.
std::string table(const std::vector<std::vector<std::string>>& rows);

} // namespace orch::cli
