#include "script/stand_ins/stand_ins.hpp"

// Typed settings of the environment; read_env() adds those of a .env file for an env.py.
const std::string_view orch::script::stand_ins::environs = R"python(
import datetime as _datetime
import decimal as _decimal
import json as _json
import os as _os
import uuid as _uuid
from contextlib import contextmanager as _contextmanager
from dotenv import load_dotenv as _load_dotenv
from pathlib import Path as _Path

class EnvError(ValueError):
    pass

class EnvValidationError(EnvError):
    pass

_nothing = object()
_int, _float, _text = int, float, str
_true = ("true", "t", "yes", "y", "on", "1")
_false = ("false", "f", "no", "n", "off", "0")

def _truth(text):
    if text.lower() not in (*_true, *_false):
        raise ValueError("Not a valid boolean.")
    return text.lower() in _true

def _list(text, subcast, delimiter):
    return [_casts.get(subcast, subcast)(piece) for piece in text.split(delimiter)] if text else []

def _dict(text, subcast_values, subcast_keys, delimiter):
    pairs = [piece.split("=", 1) for piece in text.split(delimiter)] if text else []
    return {subcast_keys(key.strip()): _casts.get(subcast_values, subcast_values)(value.strip()) for key, value in pairs}

_casts = {bool: _truth}

class Env:
    def __init__(self, *, eager=True, expand_vars=False, prefix=""):
        self._prefix = prefix

    @staticmethod
    def read_env(path=None, recurse=True, verbose=False, override=False, return_path=False):
        return _load_dotenv(path, override=override)

    @_contextmanager
    def prefixed(self, prefix):
        before = self._prefix
        self._prefix = before + prefix
        try:
            yield self
        finally:
            self._prefix = before

    def _get(self, name, default, cast, validate=None):
        name = self._prefix + name
        text = _os.environ.get(name)
        if text is None:
            if default is _nothing:
                raise EnvError('Environment variable "%s" not set' % name)
            return default
        try:
            value = cast(text)
        except Exception as error:
            raise EnvValidationError('Environment variable "%s" invalid: %s' % (name, error))
        for each in validate if isinstance(validate, (list, tuple)) else [validate] if validate else []:
            if each(value) is False:
                raise EnvValidationError('Environment variable "%s" invalid' % name)
        return value

    def __call__(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _text, validate)

    str = __call__
    url = __call__

    def int(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, lambda text: _int(text), validate)

    def float(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, lambda text: _float(text), validate)

    def bool(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _truth, validate)

    def decimal(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _decimal.Decimal, validate)

    def json(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _json.loads, validate)

    def uuid(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _uuid.UUID, validate)

    def path(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _Path, validate)

    def date(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _datetime.date.fromisoformat, validate)

    def datetime(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, _datetime.datetime.fromisoformat, validate)

    def timedelta(self, name, default=_nothing, *, validate=None, **kw):
        return self._get(name, default, lambda text: _datetime.timedelta(seconds=_int(text)), validate)

    def list(self, name, default=_nothing, subcast=None, *, delimiter=",", validate=None, **kw):
        return self._get(name, default, lambda text: _list(text, subcast or _text, delimiter), validate)

    def dict(self, name, default=_nothing, *, subcast_values=None, subcast_keys=None, delimiter=",", validate=None, **kw):
        return self._get(name, default, lambda text: _dict(text, subcast_values or _text, subcast_keys or _text, delimiter), validate)


env = Env()
)python";
