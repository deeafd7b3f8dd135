#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::oslo_db = R"python(
import datetime
import json
from sqlalchemy import Column, DateTime, Integer, types as _types
from sqlalchemy.dialects import mysql

class JsonEncodedType(_types.TypeDecorator):
    impl = _types.Text
    type = None
    def __init__(self, mysql_as_long=False, mysql_as_medium=False):
        if mysql_as_long:
            self.impl = _types.Text().with_variant(mysql.LONGTEXT(), "mysql")
        elif mysql_as_medium:
            self.impl = _types.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
    def process_bind_param(self, value, dialect):
        if value is None and self.type is not None:
            value = self.type()
        return json.dumps(value)
    def process_result_value(self, value, dialect):
        return value if value is None else json.loads(value)

class JsonEncodedDict(JsonEncodedType):
    type = dict

class JsonEncodedList(JsonEncodedType):
    type = list

class SoftDeleteInteger(_types.TypeDecorator):
    impl = _types.Integer
    def process_bind_param(self, value, dialect):
        return value if value is None else int(value)

class ModelBase:
    def __setitem__(self, key, value):
        setattr(self, key, value)
    def __getitem__(self, key):
        return getattr(self, key)
    def get(self, key, default=None):
        return getattr(self, key, default)
    def update(self, values):
        for key, value in values.items():
            setattr(self, key, value)

class TimestampMixin:
    created_at = Column(DateTime, default=lambda: datetime.datetime.utcnow())
    updated_at = Column(DateTime, onupdate=lambda: datetime.datetime.utcnow())

class SoftDeleteMixin:
    deleted_at = Column(DateTime)
    deleted = Column(SoftDeleteInteger, default=0)

class _Module:
    JsonEncodedType = JsonEncodedType
    JsonEncodedDict = JsonEncodedDict
    JsonEncodedList = JsonEncodedList
    SoftDeleteInteger = SoftDeleteInteger
    String = _types.String
    ModelBase = ModelBase
    TimestampMixin = TimestampMixin
    SoftDeleteMixin = SoftDeleteMixin

types = _Module
models = _Module
)python";
