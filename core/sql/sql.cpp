#include "sql/sql.hpp"

namespace orch::sql {

bool operator==(const Array& a, const Array& b) { return a.items == b.items; }

ExpressionPtr make(Expression expression) {
    return std::make_shared<const Expression>(std::move(expression));
}

} // namespace orch::sql
