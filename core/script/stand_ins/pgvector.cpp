#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::pgvector = R"python(
from sqlalchemy import types as _types
from sqlalchemy.dialects import postgresql

class _Vector(_types.UserDefinedType):
    spec = "VECTOR"
    def __init__(self, dim=None):
        self.dim = dim
    def get_col_spec(self, **kw):
        return self.spec if self.dim is None else "%s(%d)" % (self.spec, self.dim)

class VECTOR(_Vector):
    pass

Vector = VECTOR

class HALFVEC(_Vector):
    spec = "HALFVEC"

class SPARSEVEC(_Vector):
    spec = "SPARSEVEC"

BIT = postgresql.BIT
)python";
