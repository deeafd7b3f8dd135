// `include_object` and `include_name` of an environment: which objects it owns and looks at. Patterns of a
// kind and a name: `table:module_one_*`, `!index:*_tmp`, `table:/^m[0-9]+_/`.
#pragma once

#include "base/api.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace orch::autogen {

/// Answers for each object; an empty function selects everything. `table` is the table of a column, an index
/// or a constraint, and the name itself for a table.
struct Filter {
    std::function<bool(std::string_view kind, std::string_view name, std::string_view table)> selects;

    bool operator()(std::string_view kind, std::string_view name, std::string_view table) const {
        return !selects || selects(kind, name, table);
    }
};

} // namespace orch::autogen
