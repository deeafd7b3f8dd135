#include "script/stand_ins/stand_ins.hpp"

// Settings of the environment, of a .env file for an env.py, or the default, in this order.
const std::string_view orch::script::stand_ins::decouple = R"python(
import os as _os
from dotenv import dotenv_values as _dotenv_values

class UndefinedValueError(Exception):
    pass

class Undefined:
    pass

undefined = Undefined()

def strtobool(value):
    if isinstance(value, bool):
        return value
    text = value.lower()
    if text in ("y", "yes", "t", "true", "on", "1"):
        return True
    if text in ("n", "no", "f", "false", "off", "0"):
        return False
    raise ValueError("Invalid truth value: " + text)

class Csv:
    def __init__(self, cast=str, delimiter=",", strip=" \t\n\r\f\v", post_process=list):
        self.cast, self.delimiter, self.strip, self.post_process = cast, delimiter, strip, post_process
    def __call__(self, value):
        pieces = [] if value is None else [piece.strip(self.strip) for piece in value.split(self.delimiter)]
        return self.post_process([self.cast(piece) for piece in pieces if piece])

class Choices:
    def __init__(self, flat=None, cast=str, choices=None):
        self.cast, self.allowed = cast, [*(flat or []), *[value for value, label in choices or []]]
    def __call__(self, value):
        value = self.cast(value)
        if value not in self.allowed:
            raise ValueError("Value not in list: %r; valid values are %r" % (value, self.allowed))
        return value

class RepositoryEmpty:
    def __init__(self, source="", encoding="utf-8"):
        self.data = {}

class RepositoryEnv(RepositoryEmpty):
    def __init__(self, source, encoding="utf-8"):
        self.data = _dotenv_values(source)

class Config:
    def __init__(self, repository=None):
        self.repository = repository
    def get(self, option, default=undefined, cast=undefined):
        if self.repository is None:
            self.repository = RepositoryEnv("")
        if option in _os.environ:
            value = _os.environ[option]
        elif option in self.repository.data:
            value = self.repository.data[option]
        elif isinstance(default, Undefined):
            raise UndefinedValueError("%s not found. Declare it as envvar or define a default value." % option)
        else:
            value = default
        if isinstance(cast, Undefined):
            return value
        if cast is bool:
            return bool(value) and strtobool(value)
        return cast(value)
    def __call__(self, *args, **kwargs):
        return self.get(*args, **kwargs)

class AutoConfig(Config):
    def __init__(self, search_path=None):
        self.repository = None

config = AutoConfig()
)python";
