#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::advanced_alchemy = R"python(
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

class DateTimeUTC(_types.TypeDecorator):
    impl = _types.DateTime(timezone=True)
    def __init__(self, timezone=True, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.DateTime(timezone=True)

BigIntIdentity = _types.BigInteger().with_variant(_types.Integer, "sqlite")
JsonB = _types.JSON().with_variant(postgresql.JSONB, "postgresql").with_variant(postgresql.JSONB, "cockroachdb")

class EncryptedString(_types.TypeDecorator):
    impl = _types.String
    def __init__(self, key=None, backend=None, length=None, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        if dialect.name in ("mysql", "mariadb"):
            return _types.String(self.length) if self.length else _types.Text()
        return _types.String(self.length)

class EncryptedText(_types.TypeDecorator):
    impl = _types.Text
    def __init__(self, key=None, backend=None, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.Text()
)python";
