// Stand-ins for packages that revisions import and orch does not have: the few names that revisions use of
// them, written in the revision language. A column type says here which SQL type it is on which database;
// what it does to values is left out where a migration never sees it, and refused where it takes more than
// that (a secret that the type would encrypt). column_indexes(table, column, dialect) of a type are the
// indexes that each of its columns brings along.
//
// To add one: write stand_ins/PACKAGE.cpp with the source of the package as one module, declare it here, add
// its line to the table in stand_ins.cpp, and its columns to tests/script/stand_ins. All modules below the
// package are that one source: `package.types.uuid` has the names that `package` has. Only the definitions
// that a script uses are ever evaluated.
#pragma once

#include <optional>
#include <string_view>

namespace orch::script {

struct StandIn {
    std::string_view package; ///< "sqlalchemy_utils"
    std::string_view source;
    bool only_env_py = false; ///< it stands for what an env.py asks of the application
};

/// The stand-in of the package that a module belongs to ("sqlalchemy_utils.types.uuid").
std::optional<StandIn> stand_in(std::string_view module);

namespace stand_ins {
extern const std::string_view advanced_alchemy, alembic_postgresql_enum, alembic_utils, citext, click,
    dateutil, decouple, dotenv, environs, fastapi_users_db_sqlalchemy, fastapi_utils, flask, flask_sqlalchemy,
    geoalchemy2, loguru, orjson, oslo_db, oslo_log, oslo_serialization, oslo_utils, pgvector, project_log,
    pydantic_settings, pytz, six, sqlalchemy_json, sqlalchemy_utc, sqlalchemy_utils, sqlmodel, structlog,
    tqdm;
} // namespace stand_ins

} // namespace orch::script
