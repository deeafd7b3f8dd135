// What changes inside of one table that both sides have.
#pragma once

#include "autogen/autogen.hpp"
#include "autogen/tables.hpp"

#include <string>
#include <vector>

namespace orch::autogen {

/// The two sides of a table. `wanted` is what operations are made of, `told` is the same table as the
/// database would tell it: what is compared with `existing`.
struct TablePair {
    const schema::Table& existing;
    const schema::Table& wanted;
    const schema::Table& told;
};

/// In Alembic's order: columns added and changed, indexes and uniques, foreign keys, the comment, CHECKs,
/// columns dropped. Appends to `notes` what could not be compared.
std::vector<Change> compare_table(const TablePair& pair, const dialect::Dialect& dialect,
                                  const CompareOptions& options, std::vector<std::string>& notes);

// The parts, in sources of their own.
std::vector<Change> compare_columns(const TablePair& pair, const dialect::Dialect& dialect,
                                    const CompareOptions& options, std::vector<std::string>& notes);
std::vector<Change> dropped_columns(const TablePair& pair, const CompareOptions& options);
std::vector<Change> compare_indexes(const TablePair& pair, const dialect::Dialect& dialect,
                                    const CompareOptions& options, std::vector<std::string>& notes);
struct KeyChanges {
    std::vector<Change> dropped, added; ///< what is dropped includes the indexes that the keys made
};
KeyChanges compare_foreign_keys(const TablePair& pair, const dialect::Dialect& dialect,
                                const CompareOptions& options);
std::vector<Change> compare_primary_key(const TablePair& pair, const CompareOptions& options);
std::vector<Change> compare_checks(const TablePair& pair, const dialect::Dialect& dialect,
                                   const CompareOptions& options, std::vector<std::string>& notes);

std::vector<Change> compare_excludes(const TablePair& pair, const dialect::Dialect& dialect,
                                     std::vector<std::string>& notes);

// Changes of one object, ready made.
Change added_index(const schema::Index& index);
Change dropped_index(const schema::Index& index);
Change added_constraint(const schema::Table& table, const schema::Constraint& constraint);
Change dropped_constraint(const schema::Table& table, const schema::Constraint& constraint);

} // namespace orch::autogen
