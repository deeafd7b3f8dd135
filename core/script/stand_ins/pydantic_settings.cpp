#include "script/stand_ins/stand_ins.hpp"

// Settings of an application, from the environment and a .env file. An env.py asks them for the database's
// URL; what is not set matters to nobody before it is asked for. Models of data have no fields here.
const std::string_view orch::script::stand_ins::pydantic_settings = R"python(
import json as _json
import os as _os

class ValidationError(ValueError):
    pass

class _Field:
    def __init__(self, default, default_factory, names):
        self.default, self.default_factory, self.names = default, default_factory, names

def Field(default=..., default_factory=None, alias=None, validation_alias=None, env=None, **kw):
    names = []
    for each in (validation_alias, alias, env):
        if each is not None:
            names += [each] if isinstance(each, str) else list(getattr(each, "choices", each))
    return _Field(default, default_factory, names)

class AliasChoices:
    def __init__(self, *choices):
        self.choices = choices

def SettingsConfigDict(**kw):
    return kw

ConfigDict = SettingsConfigDict

class _Validator:
    def __init__(self, function, names):
        self.function, self.names = getattr(function, "__func__", function), names

def field_validator(*names, **kw):
    return lambda function: _Validator(function, names)

validator = field_validator

class _WholeValidator:
    def __init__(self, function, after):
        self.function, self.after = getattr(function, "__func__", function), after

def model_validator(mode="after"):
    return lambda function: _WholeValidator(function, mode == "after")

def root_validator(function=None, **kw):
    return function if function is not None else lambda each: each

def computed_field(function=None, **kw):
    if function is None:
        return computed_field
    return function if isinstance(function, property) else property(function)

def PrivateAttr(default=None, **kw):
    return default

class _Text:
    def __init__(self, text):
        self.text = str(text)
    def __str__(self):
        return self.text
    def __repr__(self):
        return repr(self.text)
    def __eq__(self, other):
        return self.text == str(other)
    def __hash__(self):
        return hash(self.text)
    def __getattr__(self, name):
        return getattr(self.text, name)

class SecretStr(_Text):
    def get_secret_value(self):
        return self.text

SecretBytes = SecretStr

class AnyUrl(_Text):
    def unicode_string(self):
        return self.text
    @classmethod
    def build(cls, *, scheme, username=None, user=None, password=None, host=None, port=None, path=None, query=None, fragment=None):
        who = username or user or ""
        text = scheme + "://" + who + (":" + str(password) if password else "") + ("@" if who else "") + (host or "")
        text += ":" + str(port) if port else ""
        text += "/" + path.lstrip("/") if path else ""
        return cls(text + ("?" + query if query else ""))

class PostgresDsn(AnyUrl): pass
class MySQLDsn(AnyUrl): pass
class MariaDBDsn(AnyUrl): pass
class RedisDsn(AnyUrl): pass
class AmqpDsn(AnyUrl): pass
class MongoDsn(AnyUrl): pass
class AnyHttpUrl(AnyUrl): pass
class HttpUrl(AnyUrl): pass
MultiHostUrl = AnyUrl
EmailStr = NameEmail = StrictStr = str
FilePath = DirectoryPath = str
PositiveInt = NonNegativeInt = StrictInt = int

class _Info(dict):
    pass

def _parts(annotation):
    return getattr(annotation, "__args__", None) or (annotation,)

def _converted(value, annotation):
    if not isinstance(value, str):
        return value
    for kind in _parts(annotation):
        if kind is bool:
            return value.strip().lower() in ("1", "true", "t", "yes", "y", "on")
        if kind is int:
            return int(value)
        if kind is float:
            return float(value)
        if isinstance(kind, type) and issubclass(kind, _Text):
            return kind(value)
        if kind is str:
            return value
    if value[:1] in ("[", "{"):
        try:
            return _json.loads(value)
        except ValueError:
            return value
    return value

def _file_values(config):
    try:
        from dotenv import dotenv_values
    except ImportError:
        return {}
    found, files = {}, config.get("env_file")
    for name in [files] if isinstance(files, str) or not hasattr(files, "__iter__") else files:
        if name is None:
            continue
        try:
            from _orch_files import find
            path = _os.fspath(name)
            found.update(dotenv_values(path if path.startswith("/") else find(path) or path))
        except (ImportError, OSError):
            pass
    return found

def _configuration(cls):
    found = {}
    for each in reversed(cls.__mro__):
        own = vars(each)
        found.update(own.get("model_config") or {})
        if "Config" in own:
            found.update({name: value for name, value in vars(own["Config"]).items() if not name.startswith("__")})
    return found

def _annotations(cls):
    found = {}
    for each in reversed(cls.__mro__):
        found.update(vars(each).get("__annotations__", {}))
    return found

class BaseSettings:
    def __init_subclass__(cls, **kw):
        pass

    def __init__(self, **given):
        cls = type(self)
        config = _configuration(cls)
        prefix = config.get("env_prefix") or ""
        outside = {name.lower(): value for name, value in _file_values(config).items() if value is not None}
        outside.update({name.lower(): value for name, value in _os.environ.items()})
        wholes, checks, info = [], [], _Info()
        for each in reversed(cls.__mro__):
            for value in vars(each).values():
                if isinstance(value, _Validator):
                    checks.append(value)
                if isinstance(value, _WholeValidator):
                    wholes.append(value)
        info.data = info
        for name, annotation in _annotations(cls).items():
            if name == "model_config":
                continue
            default = getattr(cls, name, ...)
            names = [prefix + name]
            if isinstance(default, _Field):
                names = default.names or names
                default = default.default_factory() if default.default_factory is not None else default.default
            value = given.get(name, ...)
            for each in names:
                if value is ...:
                    value = outside.get(each.lower(), ...)
            told = value is not ...
            value = _converted(value, annotation) if told else default
            for check in checks:
                if (name in check.names or "*" in check.names) and value is not ...:
                    try:
                        value = check.function(cls, value, info)
                    except TypeError:
                        value = check.function(cls, value)
            if value is not ...:
                info[name] = value
                object.__setattr__(self, name, value)
            elif hasattr(cls, name):
                object.__setattr__(self, "_unset_" + name, True)
        for each in wholes:
            if each.after:
                each.function(self)

    def __getattr__(self, name):
        if name in _annotations(type(self)):
            raise AttributeError("the setting '%s' is not set: neither the environment nor a .env file has it" % name)
        raise AttributeError("'%s' object has no attribute '%s'" % (type(self).__name__, name))

    def model_dump(self, **kw):
        return {name: getattr(self, name) for name in _annotations(type(self)) if name in vars(self)}

    dict = model_dump

class BaseModel:
    model_config = {}
    def __init_subclass__(cls, **kw):
        pass
    def __init__(self, **given):
        for name in _annotations(type(self)):
            default = getattr(type(self), name, ...)
            if isinstance(default, _Field):
                default = default.default_factory() if default.default_factory is not None else default.default
            value = given.get(name, default)
            if value is not ...:
                object.__setattr__(self, name, value)
)python";
