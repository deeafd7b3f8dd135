#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::fastapi_users_db_sqlalchemy = R"python(
import uuid as _uuid
from sqlalchemy import types as _types
from sqlalchemy.dialects import postgresql

class GUID(_types.TypeDecorator):
    impl = _types.CHAR
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.UUID() if dialect.name == "postgresql" else _types.CHAR(36)
    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        return str(value if isinstance(value, _uuid.UUID) else _uuid.UUID(value))
    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, _uuid.UUID) else _uuid.UUID(value)

class TIMESTAMPAware(_types.TypeDecorator):
    impl = _types.TIMESTAMP
)python";
