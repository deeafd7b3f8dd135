// The schema document: a catalog as JSON, both ways. `orch inspect --format json` prints it, `exec:` targets
// give it. docs/schema.json is its JSON Schema, docs/autogenerate.md explains it.
#pragma once

#include "base/api.hpp"
#include "dialect/dialect.hpp"
#include "schema/catalog.hpp"

#include <string>
#include <string_view>

namespace orch::autogen {

/// Indented by two spaces, with a newline at the end. What has its default is left out.
ORCH_API std::string to_document(const schema::Catalog& catalog, const dialect::Dialect& dialect);

struct Document {
    schema::Catalog catalog;
    bool sql_types = false; ///< some types are SQL text that only the database understands
    bool has_sequences = false, has_enums = false;
};
/// Throws Error(script) with the path of what is wrong: "tables[3].columns[0].type: expected ...". `name` is
/// how errors call the document.
ORCH_API Document from_document(std::string_view json, const std::string& name);

} // namespace orch::autogen
