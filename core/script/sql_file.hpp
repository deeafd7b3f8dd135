// `.sql` revision files: a header in comments, then sections for upgrade and downgrade, each for every
// dialect or for named ones. What runs them is run.cpp; this is the format alone.
//     -- add the order totals view
//     -- orch:revision ae1027a6acf
//     -- orch:revises 1975ea83b712
//     -- orch:upgrade
//     CREATE VIEW ...;
//     -- orch:upgrade mariadb
//     CREATE ALGORITHM = MERGE VIEW ...;
//     -- orch:downgrade
//     DROP VIEW order_totals;
#pragma once

#include "script/script.hpp"
#include "script/sql_split.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

/// The head of a `.sql` file; nothing where it has no `-- orch:` word at all (a file that a script reads, not
/// a revision). `shown` is the path as errors name it; `text` may end anywhere behind the header. Throws
/// Error(script) for an unknown or repeated word and a missing id.
std::optional<RevisionFile> read_sql_head(const std::filesystem::path& path, const std::string& shown,
                                          std::string_view text);

/// The statements of the section for a dialect: the one that names it, else the general one. `dialect_names`
/// are the names it goes by, the best first. Throws Error(script) for a missing section, two for the same
/// dialect, a name that is a misspelling, statements outside of sections, and BEGIN or COMMIT, which are the
/// runner's.
std::vector<SqlStatement> sql_statements(std::string_view text, const std::string& file, Direction direction,
                                         const std::vector<std::string>& dialect_names,
                                         bool backslash_escapes);

} // namespace orch::script
