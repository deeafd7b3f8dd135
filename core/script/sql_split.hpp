// Splits SQL text into statements, each with the line on which it begins. Knows just enough of the lexical
// rules of the databases to find where a statement ends; it neither checks nor changes what stands in
// between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

struct SqlStatement {
    std::string text; ///< without the semicolon and without comments in front of it
    int line = 0;     ///< of its first word
};

/// `file` and `first_line` say where the text's first character stands. With `backslash_escapes`, a backslash
/// in a quoted string escapes the next character (MySQL's default); PostgreSQL's E'' strings do so always.
/// Semicolons end no statement inside of strings, quoted identifiers, comments, dollar quotes, and the BEGIN
/// ... END bodies of triggers and routines, and the parentheses of rules. DELIMITER of the program mysql is
/// understood. Throws Error(script) with the place where a quote or a body opens
/// that is never closed.
std::vector<SqlStatement> split_sql(std::string_view text, const std::string& file, int first_line,
                                    bool backslash_escapes);

} // namespace orch::script
