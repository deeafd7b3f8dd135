// Small helpers for text that several rooms share. Not a string library: what is here is used in three
// places.
#pragma once

#include "base/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// Without white space (space, tab, CR, LF, VT, FF) at both ends.
ORCH_API std::string_view trim(std::string_view text);

/// The pieces between separators; "" gives one empty piece.
ORCH_API std::vector<std::string> split(std::string_view text, char separator);

/// The pieces between runs of white space; "" gives none.
ORCH_API std::vector<std::string> words(std::string_view text);

ORCH_API std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// ASCII letters only; other bytes stay.
ORCH_API std::string lower(std::string_view text);

/// Whether a byte can stand within a word: an ASCII letter or digit, '_', or a part of a UTF-8 character that
/// is not ASCII.
constexpr bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// The same in SQL, whose words may hold '$'.
constexpr bool in_sql_word(char c) { return in_word(c) || c == '$'; }

/// Every occurrence of `from` (not empty) replaced by `to`.
ORCH_API std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// 'a', 'b' and 'c': names for an error message, each in single quotes. At most `most` are written out, then
/// "and 7 more".
ORCH_API std::string quoted_list(const std::vector<std::string>& names, std::size_t most = 10);

/// The candidate with the smallest edit distance (insertions, deletions, replacements, transposition of
/// neighbours), or nothing when none is near enough to be what was meant: a third of the name's length, at
/// least one.
ORCH_API std::optional<std::string> nearest(std::string_view name,
                                            const std::vector<std::string>& candidates);

/// Shell-style match as Python's fnmatch does it: `*`, `?`, `[abc]`, `[!a-z]`; case matters.
ORCH_API bool glob_match(std::string_view pattern, std::string_view text);

/// Whether the bytes are well-formed UTF-8 (RFC 3629); `offset`, if given, receives the first bad byte's
/// position.
ORCH_API bool valid_utf8(std::string_view text, std::size_t* offset = nullptr);

/// The number of code points of well-formed UTF-8.
ORCH_API std::size_t code_points(std::string_view text);

} // namespace orch
