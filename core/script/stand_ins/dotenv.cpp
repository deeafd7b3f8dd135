#include "script/stand_ins/stand_ins.hpp"

// Variables of a .env file for an env.py. A variable that is set already stays as it is, unless
// override=True.
const std::string_view orch::script::stand_ins::dotenv = R"python(
import os
import re
from _orch_files import find as _find, read as _read

def _interpolated(text, values):
    def value_of(match):
        name, default = match.group(1), match.group(2)
        found = os.environ.get(name, values.get(name))
        return found if found is not None else (default or "")
    return re.sub(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}", value_of, text)

def _value(text, values, interpolate):
    text = text.strip()
    if text.startswith("'") and "'" in text[1:]:
        return text[1:text.index("'", 1)]
    if text.startswith('"') and '"' in text[1:]:
        text = text[1:text.index('"', 1)].replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    else:
        text = re.sub(r"\s+#.*$", "", text).strip()
    return _interpolated(text, values) if interpolate else text

def find_dotenv(filename=".env", raise_error_if_not_found=False, usecwd=False):
    found = _find(filename)
    if found is None and raise_error_if_not_found:
        raise IOError("File not found")
    return found or ""

def dotenv_values(dotenv_path=None, stream=None, verbose=False, interpolate=True, encoding="utf-8"):
    path = os.fspath(dotenv_path) if dotenv_path else find_dotenv()
    values = {}
    for line in (_read(path) or "").splitlines():
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*(?:=(.*))?$", line)
        if match:
            text = match.group(2)
            values[match.group(1)] = None if text is None else _value(text, values, interpolate)
    return values

def load_dotenv(dotenv_path=None, stream=None, verbose=False, override=False, interpolate=True, encoding="utf-8"):
    values = dotenv_values(dotenv_path, interpolate=interpolate)
    for name, value in values.items():
        if value is not None and (override or name not in os.environ):
            os.environ[name] = value
    return bool(values)
)python";
