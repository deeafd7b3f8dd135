#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::citext = R"python(
from sqlalchemy import types as _types

class CIText(_types.UserDefinedType):
    def get_col_spec(self, **kw):
        return "CITEXT"
)python";
