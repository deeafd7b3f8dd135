#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlmodel = R"python(
import datetime as _datetime
import decimal as _decimal
import uuid as _uuid
import sqlalchemy as _sa
import sqlmodel as sql
from sqlalchemy import *
from sqlalchemy import types
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, declared_attr

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

# --- Models. Their tables are what their annotations and fields say.

class _Field:
    def __init__(self, default, kw):
        self.default, self.kw = default, kw

def Field(default=..., **kw):
    return _Field(default, kw)

class _Relationship:
    pass

def Relationship(**kw):
    return _Relationship()

class _Registry:
    pass

def _text(kw):
    return _sa.String(kw["max_length"]) if kw.get("max_length") else AutoString()

def _python_types():
    return [(bool, lambda kw: _sa.Boolean()), (int, lambda kw: _sa.Integer()), (float, lambda kw: _sa.Float()),
            (_datetime.datetime, lambda kw: _sa.DateTime()), (_datetime.date, lambda kw: _sa.Date()),
            (_datetime.timedelta, lambda kw: _sa.Interval()), (_datetime.time, lambda kw: _sa.Time()),
            (bytes, lambda kw: _sa.LargeBinary()), (_uuid.UUID, lambda kw: _sa.Uuid()),
            (_decimal.Decimal, lambda kw: _sa.Numeric(precision=kw.get("max_digits"), scale=kw.get("decimal_places"))),
            (str, _text)]

_texts = {"int": int, "str": str, "bool": bool, "float": float, "bytes": bytes, "datetime": _datetime.datetime, "date": _datetime.date,
          "uuid.UUID": _uuid.UUID, "UUID": _uuid.UUID, "Decimal": _decimal.Decimal, "datetime.datetime": _datetime.datetime}

# (the type inside, whether None is allowed, the Field of an Annotated[])
def _unwrapped(annotation):
    if isinstance(annotation, str):
        text = annotation.strip()
        optional = "None" in text or text.startswith("Optional[")
        text = text.replace("Optional[", "").replace("| None", "").replace("None |", "").rstrip("]").strip()
        return _texts.get(text, text), optional, None
    optional, field = annotation is None, None
    metadata = getattr(annotation, "__metadata__", None)
    if metadata is not None:
        field = next((each for each in metadata if isinstance(each, _Field)), None)
        annotation = annotation.__args__[0] if getattr(annotation, "__args__", None) else annotation.__origin__
    parts = getattr(annotation, "__args__", None)
    if parts and (None in parts or type(None) in parts):
        rest = [each for each in parts if each is not None and each is not type(None)]
        inner, more, inside = _unwrapped(rest[0])
        return inner, True, field or inside
    return annotation, optional, field

def _type_of(name, inner, kw, cls):
    if "sa_type" in kw:
        return kw["sa_type"]
    if isinstance(inner, type) and hasattr(inner, "__members__"):
        return _sa.Enum(inner)
    for kind, make in _python_types():
        if inner is kind or isinstance(inner, type) and issubclass(inner, kind):
            return make(kw)
    text = str(inner)
    if "EmailStr" in text or "Url" in text or "Path" in text or "IPv" in text or "SecretStr" in text or "Literal" in text:
        return _text(kw)
    raise ValueError("no column type is known for the annotation of '%s.%s': give it sa_type or sa_column" % (cls.__name__, name))

def _column_of(name, annotation, given, cls):
    inner, optional, field = _unwrapped(annotation)
    if isinstance(given, _Field):
        field = given
    kw = field.kw if field is not None else {}
    if kw.get("sa_column") is not None:
        column = kw["sa_column"]
        column = column.copy() if column.table is not None else column
        if not column.name:
            column.name = name
        return column
    arguments = [_type_of(name, inner, kw, cls)]
    if kw.get("foreign_key"):
        arguments.append(_sa.ForeignKey(kw["foreign_key"], **({"ondelete": kw["ondelete"]} if kw.get("ondelete") else {})))
    arguments += kw.get("sa_column_args") or []
    key = bool(kw.get("primary_key"))
    options = {"primary_key": key, "nullable": kw.get("nullable", not key and optional)}
    for word in ("index", "unique"):
        if kw.get(word):
            options[word] = True
    options.update(kw.get("sa_column_kwargs") or {})
    return _sa.Column(name, *arguments, **options)

def _fields_of(cls):
    found = {}
    for each in reversed(cls.__mro__):
        own = vars(each)
        texts = own.get("__annotation_text__", {})
        for name, annotation in own.get("__annotations__", {}).items():
            if name.startswith("_") or name in ("metadata", "model_config") or "ClassVar" in texts.get(name, ""):
                continue
            found[name] = (annotation, own.get(name))
        for name in [name for name in found if name in own and name not in own.get("__annotations__", {})]:
            found[name] = (found[name][0], own[name])
    return {name: facts for name, facts in found.items() if not isinstance(facts[1], _Relationship)}

class SQLModel:
    metadata = _sa.MetaData()
    registry = _Registry()
    __tablename__ = None

    def __init_subclass__(cls, table=False, **kw):
        if cls.metadata is None:
            cls.metadata = _sa.MetaData()
        if not table:
            return
        named = vars(cls).get("__tablename__") or next((vars(each)["__tablename__"] for each in cls.__mro__ if vars(each).get("__tablename__")), None)
        if isinstance(named, declared_attr):
            named = named.function(cls)
        columns = [_column_of(name, annotation, given, cls) for name, (annotation, given) in _fields_of(cls).items()]
        arguments = getattr(cls, "__table_args__", ())
        arguments = arguments() if callable(arguments) else arguments
        options = {}
        if isinstance(arguments, dict):
            arguments, options = (), arguments
        elif arguments and isinstance(arguments[-1], dict):
            arguments, options = arguments[:-1], arguments[-1]
        options = {name: value for name, value in options.items() if name != "extend_existing"}
        cls.__table__ = _sa.Table(named if isinstance(named, str) else cls.__name__.lower(), cls.metadata, *columns, *(arguments or ()), **options)
        for column in columns:
            setattr(cls, column.key or column.name, column)
)python";
