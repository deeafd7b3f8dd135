// Expressions as the SQL that a dialect writes for them.
#pragma once

#include "dialect/dialect.hpp"

#include <string>

namespace orch::autogen {

/// With literals in place and bare column names; empty for a null pointer.
std::string sql_text(const schema::ExpressionPtr& expression, const dialect::Compiler& compiler);

} // namespace orch::autogen
