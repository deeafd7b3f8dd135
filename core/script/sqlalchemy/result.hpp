// What a statement gives back to a script: results and their rows.
#pragma once

#include "script/sqlalchemy/expressions.hpp"

namespace orch::script {

/// What the columns of a result are called, and which expression each was selected by.
struct Header {
    std::vector<std::string> names;
    std::vector<sql::ExpressionPtr> selected; ///< parallel to names, or empty
};

/// A result of rows for a script; `types` are its columns' where they are known.
lang::Value make_result(Session& session, sql::Result result, std::vector<TypePtr> types,
                        std::vector<sql::ExpressionPtr> selected = {});
/// A result of an INSERT that says which key its row got.
lang::Value make_insert_result(Session& session, sql::Result result, std::vector<std::string> key_names,
                               std::vector<lang::Value> key);
/// A result of rows that are values already, and one row: what the ORM gives.
lang::Value make_value_result(Session& session, std::vector<std::string> names,
                              std::vector<std::vector<lang::Value>> rows);
lang::Value make_row(Session& session, std::shared_ptr<const Header> header, std::vector<lang::Value> values);

} // namespace orch::script
