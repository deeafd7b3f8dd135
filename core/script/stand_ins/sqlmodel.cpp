#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlmodel = R"python(
import uuid as _uuid
import sqlmodel as sql
from sqlalchemy import *
from sqlalchemy import types
from sqlalchemy.dialects import postgresql

class AutoString(types.TypeDecorator):
    impl = types.String
    def __init__(self, length=None, *args, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        if self.length is None and dialect.name in ("mysql", "mariadb"):
            return types.String(255)
        return types.String(self.length)

class GUID(types.TypeDecorator):
    impl = types.CHAR
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.UUID() if dialect.name == "postgresql" else types.CHAR(32)
    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        value = value if isinstance(value, _uuid.UUID) else _uuid.UUID(value)
        return str(value) if dialect.name == "postgresql" else value.hex
    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, _uuid.UUID) else _uuid.UUID(value)

class UTCDateTime(types.TypeDecorator):
    impl = types.DateTime
    def __init__(self):
        pass
    def load_dialect_impl(self, dialect):
        return types.DateTime(timezone=True)
)python";
