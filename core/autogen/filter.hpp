// Which objects of a database and of its target a comparison looks at: what include_object and include_name
// say.
#pragma once

#include "base/api.hpp"

#include <functional>
#include <optional>
#include <string>

namespace orch::autogen {

/// An object of one side, as Alembic's include_object is asked about it.
struct Object {
    std::string kind;  ///< "table", "column", "index", "unique_constraint", "foreign_key_constraint", ...
    std::string name;  ///< empty where it has none
    std::string table; ///< whose part it is; the name itself for a table
    std::optional<std::string> schema;
    bool reflected = false;       ///< it is the database's, and the target has none like it
    bool has_counterpart = false; ///< it is the target's, and the database has one too
};

/// Answers for each object; an empty function selects everything.
struct Filter {
    std::function<bool(const Object&)> selects;

    bool operator()(const Object& object) const { return !selects || selects(object); }
};

} // namespace orch::autogen
