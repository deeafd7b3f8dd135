// SQLAlchemy's naming conventions: names for constraints and indexes that the script gives none.
#pragma once

#include "script/sqlalchemy/tables.hpp"

namespace orch::script {

/// naming_convention= of MetaData: "fk" or the constraint's class -> a template such as
/// "fk_%(table_name)s_%(column_0_name)s".
std::map<std::string, std::string> naming_convention_of(const lang::Value& value);

/// Names the constraints and indexes of a table by the convention; without one, only indexes, as SQLAlchemy
/// does.
void apply_naming_convention(Session& session, schema::Table& table,
                             const std::map<std::string, std::string>& convention);
/// The name of one constraint of a table; its own where the convention has nothing for it.
std::optional<std::string> conventional_name(Session& session, const schema::Constraint& constraint,
                                             const std::string& table,
                                             const std::optional<std::string>& schema,
                                             const std::map<std::string, std::string>& convention);
std::string conventional_index_name(Session& session, const schema::Index& index,
                                    const std::map<std::string, std::string>& convention);

/// The index that index=True on a column makes.
schema::Index index_of_column(const schema::Table& table, const schema::Column& column);

} // namespace orch::script
