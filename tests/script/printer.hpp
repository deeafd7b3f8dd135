// Operations as short lines of text, for comparing them with what a test expects.
#pragma once

#include "ops/ops.hpp"

#include <string>

namespace orch::test {

std::string text_of(const sql::ExpressionPtr& expression);
std::string text_of(const schema::Type& type);
std::string text_of(const sql::Query& query);
/// One line for most operations; a table and a batch take one for each of their parts, indented.
std::string text_of(const ops::Operation& operation);

} // namespace orch::test
