// Reading and writing whole files, with errors that a user understands.
#pragma once

#include "base/api.hpp"
#include "base/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace orch {

/// The bytes of a file. Throws Error(system): missing, a directory, not readable, with the path and the
/// reason.
ORCH_API std::string read_file(const std::filesystem::path& path);

/// Text of a file that a person wrote: a UTF-8 byte order mark is dropped, CRLF and lone CR become LF. Throws
/// Error(fault) with the line where the text is not UTF-8 or holds a NUL byte. `fault` says whose file it is.
ORCH_API std::string read_text(const std::filesystem::path& path, Fault fault);

/// What read_text does with the bytes once they are read; `name` stands in the error's place.
ORCH_API std::string clean_text(std::string bytes, const std::string& name, Fault fault);

/// Writes a file whole or not at all: a temporary file beside it, fsync, rename. Throws Error(system) and
/// leaves nothing behind. The folder must exist. With `executable`, mode 0755 instead of 0644 (both under the
/// umask); a file that is replaced keeps its mode, and a symbolic link to it stays one.
ORCH_API void write_file(const std::filesystem::path& path, std::string_view bytes, bool executable = false);

/// As write_file, for a file that must not exist yet: throws Error(system) when it does, also when two race
/// for it.
ORCH_API void create_file(const std::filesystem::path& path, std::string_view bytes, bool executable = false);

/// The folder of the running program's installation: parent of bin/, found from /proc/self/exe, so a moved
/// prefix finds its own plugins and templates.
ORCH_API std::filesystem::path install_prefix();

/// The path as the user would write it: relative to the current folder where it lies below it, absolute
/// elsewhere.
ORCH_API std::string display_path(const std::filesystem::path& path);

} // namespace orch
