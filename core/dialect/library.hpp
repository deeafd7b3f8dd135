// What is looked at before a library is loaded: may it be trusted, and is it a shared library at all? For
// whoever loads one: a plugin, models in C++.
#pragma once

#include <filesystem>
#include <string>

namespace orch::dialect {

/// Why a folder or file must not be loaded from (others may write to it, or it belongs to somebody else), or
/// nothing. A path that does not exist has nothing wrong with it.
std::string distrust(const std::filesystem::path& path);

/// Why a file is no shared library for this machine, or nothing. Loading a file that is cut off would crash
/// the program, so its parts must lie within it.
std::string not_a_library(const std::filesystem::path& file);

} // namespace orch::dialect
