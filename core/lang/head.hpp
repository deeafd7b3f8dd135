// The head of a revision file, read without parsing it: docstring and simple module-level assignments of
// literals.
//
// `script` reads thousands of files with it at every start, so it skips what it does not need at the speed of
// memchr and allocates nothing per line. The rest of the file may be anything.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orch::lang {

/// A literal that a head may assign.
struct Literal {
    enum class Kind : std::uint8_t { none, boolean, integer, string, sequence };
    Kind kind = Kind::none;
    std::string text;               ///< string: decoded; integer: as written
    bool truth = false;             ///< boolean
    std::vector<std::string> items; ///< sequence: tuple, list or set of strings (None items are left out)
    friend bool operator==(const Literal&, const Literal&) = default;
};

/// One assignment that was asked for. The last one of a name counts, as in Python.
struct HeadEntry {
    bool found = false;
    Literal value;
    std::uint32_t begin = 0; ///< bytes of the value in the text: place_in() makes a Place of them
    std::uint32_t end = 0;
};

struct Head {
    std::string docstring;
    bool has_docstring = false;
    std::vector<HeadEntry> entries; ///< one per name asked for, in that order
};

/// Reads the head of a revision file. `names` are what to look for at module level, typed or untyped
/// (`revision: str = "ae10"`); the first is the one without which the scan goes on behind the first
/// definition. Throws Error(script) with its place for a value that is no literal; anything else that is odd
/// in the file is none of its business. `path` is for errors only.
ORCH_API Head scan_head(std::string_view text, std::span<const std::string_view> names,
                        std::string_view path);

/// The place of bytes of a text, with the line's source and the width in characters (at least 1, to the
/// line's end).
ORCH_API Place place_in(std::string_view path, std::string_view text, std::size_t begin, std::size_t end,
                        int first_line = 1);

} // namespace orch::lang
