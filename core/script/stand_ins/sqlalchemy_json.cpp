#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_json = R"python(
from sqlalchemy import types as _types

MutableJson = _types.JSON
NestedMutableJson = _types.JSON

def mutable_json_type(dbtype=_types.JSON, nested=False):
    return dbtype
)python";
