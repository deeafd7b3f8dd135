#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::orjson = R"python(
import json

OPT_INDENT_2 = 1
OPT_SORT_KEYS = 32
JSONDecodeError = json.JSONDecodeError
loads = json.loads

def dumps(value, default=None, option=0):
    option = option or 0
    indented = bool(option & OPT_INDENT_2)
    return json.dumps(value, default=default, ensure_ascii=False, sort_keys=bool(option & OPT_SORT_KEYS),
                      indent=2 if indented else None,
                      separators=(",", ": " if indented else ":")).encode()
)python";
