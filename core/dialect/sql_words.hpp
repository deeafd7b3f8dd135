// What a statement is about, read off its first words: the verb, the table, what is done to it. For what
// dialects tell of statements before they run (Connection::impact, rolls_back). Not a parser: of what it does
// not know it says nothing.
#pragma once

#include "base/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::dialect {

/// A word of SQL. Comments and the insides of strings are left out.
struct SqlWord {
    std::string text; ///< as written, a quoted name without its quotes, a string as ''
    std::string key;  ///< a plain word in capitals, a sign as it is; "" for a quoted name and a string
};
ORCH_API std::vector<SqlWord> sql_words(std::string_view sql);

struct Subject {
    /// "CREATE TABLE", "ALTER TABLE", "DROP TABLE", "TRUNCATE", "CREATE INDEX", "INSERT", "UPDATE", "DELETE".
    std::string verb;
    std::optional<std::string> schema;
    std::string table;
    std::vector<SqlWord> rest; ///< what stands behind the table; of an index also the words before it
    ORCH_API bool says(std::string_view words) const; ///< whether these words stand in the rest, in a row
};
/// Nothing for statements about no single table.
ORCH_API std::optional<Subject> subject_of(std::string_view sql);

/// A statement for a message: each string that a PASSWORD or IDENTIFIED BY and their like go before is '***',
/// and so is what stands behind `password=` within a string. Where it is in doubt, it hides too much.
ORCH_API std::string without_passwords(std::string_view sql);

} // namespace orch::dialect
