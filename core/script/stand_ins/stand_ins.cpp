#include "script/stand_ins/stand_ins.hpp"

#include <algorithm>
#include <array>

namespace orch::script {

std::optional<StandIn> stand_in(std::string_view module) {
    using namespace stand_ins;
    static const std::array table = {
        StandIn{"_orch_log", project_log},
        StandIn{"advanced_alchemy", advanced_alchemy},
        StandIn{"alembic_postgresql_enum", alembic_postgresql_enum},
        StandIn{"alembic_utils", alembic_utils},
        StandIn{"citext", citext},
        StandIn{"click", click},
        StandIn{"dateutil", dateutil},
        StandIn{"decouple", decouple, true},
        StandIn{"dotenv", dotenv, true},
        StandIn{"environs", environs, true},
        StandIn{"fastapi_users", fastapi_users_db_sqlalchemy},
        StandIn{"fastapi_users_db_sqlalchemy", fastapi_users_db_sqlalchemy},
        StandIn{"fastapi_utils", fastapi_utils},
        StandIn{"flask", flask, true},
        StandIn{"flask_sqlalchemy", flask_sqlalchemy},
        StandIn{"geoalchemy2", geoalchemy2},
        StandIn{"loguru", loguru},
        StandIn{"orjson", orjson},
        StandIn{"oslo_db", oslo_db},
        StandIn{"oslo_log", oslo_log},
        StandIn{"oslo_serialization", oslo_serialization},
        StandIn{"oslo_utils", oslo_utils},
        StandIn{"pgvector", pgvector},
        StandIn{"pydantic", "from pydantic_settings import *\n"},
        StandIn{"pydantic_settings", pydantic_settings},
        StandIn{"pytz", pytz},
        StandIn{"six", six},
        StandIn{"sqlalchemy_json", sqlalchemy_json},
        StandIn{"sqlalchemy_utc", sqlalchemy_utc},
        StandIn{"sqlalchemy_utils", sqlalchemy_utils},
        StandIn{"sqlmodel", sqlmodel},
        StandIn{"structlog", structlog},
        StandIn{"tqdm", tqdm},
    };
    const std::string_view package = module.substr(0, module.find('.'));
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const StandIn& one) { return one.package == package; });
    if (found == table.end()) return std::nullopt;
    return *found;
}

} // namespace orch::script
