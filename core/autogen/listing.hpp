// A catalog for people: as SQL that makes it, and as a text to read.
#pragma once

#include "base/api.hpp"
#include "dialect/dialect.hpp"
#include "schema/catalog.hpp"

#include <string>

namespace orch::autogen {

/// CREATE statements in an order in which they can run.
ORCH_API std::string to_sql(const schema::Catalog& catalog, const dialect::Dialect& dialect);
/// A block for each table: columns, then what else it has.
ORCH_API std::string to_text(const schema::Catalog& catalog, const dialect::Dialect& dialect);

} // namespace orch::autogen
