// The text of a source file as orch works with it: UTF-8, LF line ends, no byte order mark.
#pragma once

#include <string>
#include <string_view>

namespace orch::script {

/// Decodes what stands in a file: drops a byte order mark, makes LF of CRLF and CR, and honours Python's
/// coding line
/// (`# -*- coding: latin-1 -*-`). Throws Error(script) with the line for a NUL byte, bytes that are not in
/// the encoding and an encoding that is not known. `file` is for errors.
std::string decode_source(std::string bytes, const std::string& file);

/// Reads and decodes. Throws Error(system) as read_file().
std::string read_source(const std::string& path, const std::string& file);

/// UTF-8 text in another encoding. Throws Error(config) for an unknown one or a character that it does not
/// have.
std::string encode_text(std::string_view text, const std::string& encoding);

} // namespace orch::script
