// Runs a command and gives what it prints.
#pragma once

#include <filesystem>
#include <string>

namespace orch::autogen {

/// The standard output of a command; its standard error goes to ours. The words are taken apart as a shell
/// does, without running one. Throws Error(config) where it cannot be started, Error(script) where it fails.
std::string output_of(const std::string& command, const std::filesystem::path& folder);

} // namespace orch::autogen
