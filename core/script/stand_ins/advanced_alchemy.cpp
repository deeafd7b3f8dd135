#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::advanced_alchemy = R"python(
import uuid as _uuid
from sqlalchemy import types as _types
from sqlalchemy.dialects import mssql, oracle, postgresql

class GUID(_types.TypeDecorator):
    impl = _types.BINARY(16)
    def __init__(self, *args, binary=True, **kwargs):
        self.binary = binary
    def load_dialect_impl(self, dialect):
        if dialect.name in ("postgresql", "cockroachdb", "duckdb"):
            return postgresql.UUID()
        if dialect.name == "oracle":
            return oracle.RAW(16)
        if dialect.name == "mssql":
            return mssql.UNIQUEIDENTIFIER()
        return _types.BINARY(16) if self.binary else _types.CHAR(32)
    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        value = value if isinstance(value, _uuid.UUID) else _uuid.UUID(value)
        if dialect.name in ("postgresql", "cockroachdb", "duckdb", "mssql"):
            return str(value)
        return value.bytes if self.binary else value.hex
    def process_result_value(self, value, dialect):
        if value is None or isinstance(value, _uuid.UUID):
            return value
        return _uuid.UUID(bytes=value) if isinstance(value, bytes) else _uuid.UUID(value)

class DateTimeUTC(_types.TypeDecorator):
    impl = _types.DateTime(timezone=True)
    def __init__(self, timezone=True, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.DateTime(timezone=True)

BigIntIdentity = _types.BigInteger().with_variant(_types.Integer, "sqlite")
JsonB = _types.JSON().with_variant(postgresql.JSONB, "postgresql").with_variant(postgresql.JSONB, "cockroachdb")

class _Secret:
    def process_bind_param(self, value, dialect):
        if value is not None:
            raise NotImplementedError("this column's values are encrypted, which orch cannot do: leave such rows to "
                                      "the application")
    def process_result_value(self, value, dialect):
        return self.process_bind_param(value, dialect)

class EncryptedString(_Secret, _types.TypeDecorator):
    impl = _types.String
    def __init__(self, key=None, backend=None, length=None, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        if dialect.name in ("mysql", "mariadb"):
            return _types.String(self.length) if self.length else _types.Text()
        return _types.String(self.length)

class EncryptedText(_Secret, _types.TypeDecorator):
    impl = _types.Text
    def __init__(self, key=None, backend=None, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.Text()
)python";
