// [post_write_hooks]: commands that are run on a new revision file.
#pragma once

#include "script/script.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

/// Runs the hooks in order, each with the file's path for REVISION_SCRIPT_FILENAME (put in front where the
/// options do not name it). Throws Error(config) for one that cannot be started or that fails; the file
/// stays, and the error says so. `to_stderr`: standard output belongs to a document.
void run_hooks(const std::filesystem::path& file, const std::vector<PostWriteHook>& hooks, bool to_stderr);

} // namespace orch::script
