// Foreign keys and the indexes that some databases make for them.
#pragma once

#include "autogen/table_comparison.hpp"

namespace orch::autogen {

/// Whether the target has this foreign key of the database too.
bool stays(const schema::ForeignKey& key, const TablePair& pair, const dialect::Traits& traits);
/// Whether a foreign key of the table may need the index, so that it goes with the table and not before.
bool serves_a_key(const schema::Index& index, const schema::Table& table, const dialect::Traits& traits);
/// Whether an index is one that a foreign key of the table made for itself.
bool made_by_a_key(const schema::Index& index, const schema::Table& table, const dialect::Traits& traits);

} // namespace orch::autogen
