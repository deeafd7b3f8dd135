#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_utc = R"python(
from sqlalchemy import func, types

class UtcDateTime(types.TypeDecorator):
    impl = types.DateTime(timezone=True)
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return types.DateTime(timezone=True)

def utcnow():
    return func.current_timestamp()
)python";
