#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::fastapi_users_db_sqlalchemy = R"python(
from sqlalchemy import types as _types
from sqlalchemy.dialects import postgresql

class GUID(_types.TypeDecorator):
    impl = _types.CHAR
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.UUID() if dialect.name == "postgresql" else _types.CHAR(36)

class TIMESTAMPAware(_types.TypeDecorator):
    impl = _types.TIMESTAMP
)python";
