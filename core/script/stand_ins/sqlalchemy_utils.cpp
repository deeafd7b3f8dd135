#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_utils = R"python(
import uuid as _uuid
from sqlalchemy import types as _types
from sqlalchemy.dialects import mssql, postgresql

class UUIDType(_types.TypeDecorator):
    impl = _types.BINARY(16)
    def __init__(self, binary=True, native=True):
        self.binary = binary
        self.native = native
    def load_dialect_impl(self, dialect):
        if self.native and dialect.name in ("postgresql", "cockroachdb"):
            return postgresql.UUID()
        if self.native and dialect.name == "mssql":
            return mssql.UNIQUEIDENTIFIER()
        return _types.BINARY(16) if self.binary else _types.CHAR(32)
    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        if not isinstance(value, _uuid.UUID):
            value = _uuid.UUID(bytes=value) if isinstance(value, bytes) else _uuid.UUID(value)
        if self.native and dialect.name in ("postgresql", "mssql", "cockroachdb"):
            return str(value)
        return value.bytes if self.binary else value.hex
    def process_result_value(self, value, dialect):
        if value is None or isinstance(value, _uuid.UUID):
            return value
        return _uuid.UUID(bytes=value) if isinstance(value, bytes) else _uuid.UUID(value)

class _Secret:
    """What goes in is encrypted or hashed by a package that orch does not have."""
    def process_bind_param(self, value, dialect):
        if value is not None:
            raise NotImplementedError("%s changes its values, which orch cannot do: leave such rows to the application"
                                      % type(self).__name__)
    def process_result_value(self, value, dialect):
        return self.process_bind_param(value, dialect)

class _Sized(_types.TypeDecorator):
    """A text of the length that the constructor was given."""
    impl = _types.Unicode
    length = 255
    def load_dialect_impl(self, dialect):
        return _types.Unicode(self.length)

class EmailType(_Sized):
    def __init__(self, length=255, *args, **kwargs):
        self.length = length
    def process_bind_param(self, value, dialect):
        return value if value is None else value.lower()

class IPAddressType(_Sized):
    def __init__(self, max_length=50, *args, **kwargs):
        self.length = max_length

class PhoneNumberType(_Sized):
    def __init__(self, region="US", max_length=20, *args, **kwargs):
        self.length = max_length

class ColorType(_Sized):
    def __init__(self, max_length=20, *args, **kwargs):
        self.length = max_length

class TimezoneType(_Sized):
    length = 50
    def __init__(self, backend="dateutil"):
        self.backend = backend

class LocaleType(_types.TypeDecorator):
    impl = _types.Unicode(10)

class CountryType(_types.TypeDecorator):
    impl = _types.String(2)

class CurrencyType(_types.TypeDecorator):
    impl = _types.String(3)

class URLType(_types.TypeDecorator):
    impl = _types.UnicodeText

class ScalarListType(_types.TypeDecorator):
    impl = _types.UnicodeText
    def __init__(self, coerce_func=str, separator=","):
        self.coerce_func = coerce_func
        self.separator = separator
    def load_dialect_impl(self, dialect):
        return _types.UnicodeText()
    def process_bind_param(self, value, dialect):
        return None if value is None else self.separator.join(str(item) for item in value)
    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return [self.coerce_func(item) for item in value.split(self.separator)] if value else []

class JSONType(_types.TypeDecorator):
    impl = _types.UnicodeText
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return postgresql.JSON() if dialect.name == "postgresql" else _types.UnicodeText()
    def process_bind_param(self, value, dialect):
        import json
        return value if value is None or dialect.name == "postgresql" else json.dumps(value)
    def process_result_value(self, value, dialect):
        import json
        return value if value is None or dialect.name == "postgresql" else json.loads(value)

class ChoiceType(_types.TypeDecorator):
    impl = _types.Unicode(255)
    def __init__(self, choices, impl=None):
        self.choices = tuple(choices)
        self.given = impl
    def load_dialect_impl(self, dialect):
        return _types.Unicode(255) if self.given is None else self.given

class PasswordType(_Secret, _types.TypeDecorator):
    impl = _types.VARBINARY(1024)
    def __init__(self, max_length=None, **kwargs):
        self.length = max_length or 1024
    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return postgresql.BYTEA(self.length)
        if dialect.name == "sqlite":
            return _types.BLOB()
        return _types.VARBINARY(self.length)

class StringEncryptedType(_Secret, _types.TypeDecorator):
    impl = _types.String
    length = None
    def __init__(self, type_in=None, key=None, engine=None, padding=None, length=None, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        return _types.String(self.length)

class EncryptedType(StringEncryptedType):
    def load_dialect_impl(self, dialect):
        return _types.LargeBinary(self.length)

class AesEngine:
    pass

class AesGcmEngine:
    pass

class FernetEngine:
    pass

class ArrowType(_types.TypeDecorator):
    impl = _types.DateTime

class EnrichedDateTimeType(_types.TypeDecorator):
    impl = _types.DateTime
    def __init__(self, datetime_processor="", *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.DateTime()

class EnrichedDateType(_types.TypeDecorator):
    impl = _types.Date
    def __init__(self, date_processor="", *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.Date()

class BitType(_types.TypeDecorator):
    impl = _types.BINARY
    def __init__(self, length=1, **kwargs):
        self.length = length
    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return postgresql.BIT(self.length)
        if dialect.name == "sqlite":
            return _types.String(self.length)
        return _types.BINARY(self.length)

class WeekDaysType(BitType):
    def __init__(self, *args, **kwargs):
        self.length = 7

class TSVectorType(_types.TypeDecorator):
    impl = postgresql.TSVECTOR
    def __init__(self, *columns, **options):
        self.columns = columns
        self.options = options
    def load_dialect_impl(self, dialect):
        return postgresql.TSVECTOR()

class LtreeType(_types.UserDefinedType):
    def __init__(self, *args, **kwargs):
        pass
    def get_col_spec(self, **kw):
        return "LTREE"

LTREE = LtreeType

class _Range(_types.TypeDecorator):
    impl = _types.String(255)
    native = None
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return self.native() if dialect.name == "postgresql" else _types.String(255)

class IntRangeType(_Range):
    native = postgresql.INT4RANGE

class Int8RangeType(_Range):
    native = postgresql.INT8RANGE

class NumericRangeType(_Range):
    native = postgresql.NUMRANGE

class DateRangeType(_Range):
    native = postgresql.DATERANGE

class DateTimeRangeType(_Range):
    native = postgresql.TSRANGE

def database_exists(url):
    return True

# What classes of models are decorated with.
def generic_repr(*args):
    return args[0] if len(args) == 1 and isinstance(args[0], type) else lambda cls: cls

def observes(*args, **kw):
    return lambda function: function

aggregated = observes

def force_auto_coercion(*args, **kw):
    pass

force_instant_defaults = force_auto_coercion
)python";
