// Every type that scripts can name: where it lives, what it derives from, and what its positional arguments
// mean.
#pragma once

#include <span>
#include <string_view>

namespace orch::script {

struct TypeRow {
    std::string_view module; ///< "" for sqlalchemy itself, else the dialect's module
    std::string_view name;   ///< the class
    std::string_view
        base; ///< the class that it derives from, of the same module or of sqlalchemy; "" for TypeEngine
    std::string_view
        parameters; ///< of the constructor, in order, separated by spaces; "*values" takes all that is left
};

std::span<const TypeRow> type_table();
/// Null when there is none.
const TypeRow* find_type(std::string_view module, std::string_view name);

} // namespace orch::script
