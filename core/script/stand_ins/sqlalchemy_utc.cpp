#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_utc = R"python(
from sqlalchemy import func, types as _types

class UtcDateTime(_types.TypeDecorator):
    impl = _types.DateTime(timezone=True)
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.DateTime(timezone=True)

def utcnow():
    return func.current_timestamp()
)python";
