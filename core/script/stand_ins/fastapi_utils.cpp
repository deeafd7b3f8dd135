#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::fastapi_utils = R"python(
import uuid as _uuid
import sqlalchemy as _sa
from sqlalchemy import types as _types
from sqlalchemy.dialects import postgresql

GUID_SERVER_DEFAULT_POSTGRESQL = _sa.text("gen_random_uuid()")
GUID_DEFAULT_SQLITE = _uuid.uuid4

class GUID(_types.TypeDecorator):
    impl = _types.CHAR
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.UUID() if dialect.name == "postgresql" else _types.CHAR(32)
    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        value = value if isinstance(value, _uuid.UUID) else _uuid.UUID(value)
        return str(value) if dialect.name == "postgresql" else value.hex
    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, _uuid.UUID) else _uuid.UUID(value)
)python";
