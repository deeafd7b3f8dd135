#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::fastapi_users_db_sqlalchemy = R"python(
from sqlalchemy import types
from sqlalchemy.dialects import postgresql

class GUID(types.TypeDecorator):
    impl = types.CHAR
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.UUID() if dialect.name == "postgresql" else types.CHAR(36)

class TIMESTAMPAware(types.TypeDecorator):
    impl = types.TIMESTAMP
)python";
