#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::advanced_alchemy = R"python(
from sqlalchemy import types
from sqlalchemy.dialects import mssql, oracle, postgresql

class GUID(types.TypeDecorator):
    impl = types.BINARY(16)
    def __init__(self, *args, binary=True, **kwargs):
        self.binary = binary
    def load_dialect_impl(self, dialect):
        if dialect.name in ("postgresql", "cockroachdb", "duckdb"):
            return postgresql.UUID()
        if dialect.name == "oracle":
            return oracle.RAW(16)
        if dialect.name == "mssql":
            return mssql.UNIQUEIDENTIFIER()
        return types.BINARY(16) if self.binary else types.CHAR(32)

class DateTimeUTC(types.TypeDecorator):
    impl = types.DateTime(timezone=True)
    def __init__(self, timezone=True, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return types.DateTime(timezone=True)

BigIntIdentity = types.BigInteger().with_variant(types.Integer, "sqlite")
JsonB = types.JSON().with_variant(postgresql.JSONB, "postgresql").with_variant(postgresql.JSONB, "cockroachdb")

class EncryptedString(types.TypeDecorator):
    impl = types.String
    def __init__(self, key=None, backend=None, length=None, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        if dialect.name in ("mysql", "mariadb"):
            return types.String(self.length) if self.length else types.Text()
        return types.String(self.length)

class EncryptedText(types.TypeDecorator):
    impl = types.Text
    def __init__(self, key=None, backend=None, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return types.Text()
)python";
