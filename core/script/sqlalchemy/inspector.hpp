// Tables as the database has them: Table(autoload_with=...), MetaData.reflect(). inspect() itself is a member
// of the module (connection.hpp).
#pragma once

#include "script/session.hpp"

#include "schema/schema.hpp"

#include <optional>
#include <string>

namespace orch::script {

/// Raises sqlalchemy.exc.NoSuchTableError where there is none.
schema::Table reflected_table(Session& session, const std::string& name,
                              const std::optional<std::string>& schema, const Place& origin);

} // namespace orch::script
