#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::fastapi_users_db_sqlalchemy = R"python(
import uuid as _uuid
from sqlalchemy import Boolean, ForeignKey, Integer, String, types as _types
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
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

UUID_ID = _uuid.UUID

class SQLAlchemyBaseUserTable:
    __tablename__ = "user"
    def __class_getitem__(cls, item):
        return cls
    email = mapped_column(String(length=320), unique=True, index=True, nullable=False)
    hashed_password = mapped_column(String(length=1024), nullable=False)
    is_active = mapped_column(Boolean, default=True, nullable=False)
    is_superuser = mapped_column(Boolean, default=False, nullable=False)
    is_verified = mapped_column(Boolean, default=False, nullable=False)

class SQLAlchemyBaseUserTableUUID(SQLAlchemyBaseUserTable):
    id = mapped_column(GUID, primary_key=True, default=_uuid.uuid4)

class SQLAlchemyBaseOAuthAccountTable:
    __tablename__ = "oauth_account"
    def __class_getitem__(cls, item):
        return cls
    oauth_name = mapped_column(String(length=100), index=True, nullable=False)
    access_token = mapped_column(String(length=1024), nullable=False)
    expires_at = mapped_column(Integer, nullable=True)
    refresh_token = mapped_column(String(length=1024), nullable=True)
    account_id = mapped_column(String(length=320), index=True, nullable=False)
    account_email = mapped_column(String(length=320), nullable=False)

class SQLAlchemyBaseOAuthAccountTableUUID(SQLAlchemyBaseOAuthAccountTable):
    id = mapped_column(GUID, primary_key=True, default=_uuid.uuid4)
    @declared_attr
    def user_id(cls):
        return mapped_column(GUID, ForeignKey("user.id", ondelete="cascade"), nullable=False)

class SQLAlchemyBaseAccessTokenTable:
    __tablename__ = "accesstoken"
    def __class_getitem__(cls, item):
        return cls
    token = mapped_column(String(length=43), primary_key=True)
    created_at = mapped_column(TIMESTAMPAware(timezone=True), index=True, nullable=False)

class SQLAlchemyBaseAccessTokenTableUUID(SQLAlchemyBaseAccessTokenTable):
    @declared_attr
    def user_id(cls):
        return mapped_column(GUID, ForeignKey("user.id", ondelete="cascade"), nullable=False)
)python";
