// Changed copies of expression trees: parameters get their values, subqueries give up what the statement
// around them has.
#pragma once

#include "sql/sql.hpp"

#include <functional>
#include <optional>

namespace orch::script {

/// What to put in place of a node; nothing leaves it as it is. Answers are not looked into again.
struct Rewriter {
    std::function<std::optional<sql::Text>(const sql::Text&)> text{};
    std::function<std::optional<sql::Subquery>(const sql::Subquery&)> subquery{}; ///< in an expression
    std::function<sql::Select(const sql::Subquery&)> from{};                      ///< that rows come from
    std::function<sql::Query(const sql::Query&)> body{};                          ///< of a WITH
    std::function<sql::ColumnRef(const sql::ColumnRef&)> column{};
    std::function<std::string(const std::string&)> name{}; ///< of tables, aliases and CTEs

    sql::ExpressionPtr operator()(const sql::ExpressionPtr& expression) const;
    sql::Select operator()(const sql::Select& select) const;
    sql::Query operator()(const sql::Query& query) const;
};

} // namespace orch::script
