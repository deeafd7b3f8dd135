#include "ops/ops.hpp"

#include <array>

namespace orch::ops {

namespace {
// In the order of Action's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Action>> names{
    "create_table",         "drop_table",    "rename_table",     "add_column",     "drop_column",
    "alter_column",         "create_index",  "drop_index",       "add_constraint", "drop_constraint",
    "create_table_comment", "bulk_insert",   "execute",          "create_type",    "drop_type",
    "create_sequence",      "drop_sequence", "batch_alter_table"};

struct Name {
    std::string_view usual;
    std::string_view operator()(const TableComment& comment) const {
        return comment.comment ? "create_table_comment" : "drop_table_comment";
    }
    std::string_view operator()(const AddConstraint& added) const {
        // In the order of Constraint's alternatives.
        constexpr std::array<std::string_view, std::variant_size_v<schema::Constraint>> constraints{
            "create_primary_key", "create_unique_constraint", "create_check_constraint", "create_foreign_key",
            "create_exclude_constraint"};
        return constraints[added.constraint.index()];
    }
    template <class Other>
    std::string_view operator()(const Other&) const {
        return usual;
    }
};
} // namespace

std::string_view name(const Action& action) { return std::visit(Name{names[action.index()]}, action); }

} // namespace orch::ops
