#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_json = R"python(
from sqlalchemy import types

MutableJson = types.JSON
NestedMutableJson = types.JSON

def mutable_json_type(dbtype=types.JSON, nested=False):
    return dbtype
)python";
