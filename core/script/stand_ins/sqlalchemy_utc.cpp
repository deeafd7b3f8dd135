#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::sqlalchemy_utc = R"python(
from sqlalchemy import text as _text, types as _types

class UtcDateTime(_types.TypeDecorator):
    impl = _types.DateTime(timezone=True)
    def __init__(self, *args, **kwargs):
        pass
    def load_dialect_impl(self, dialect):
        return _types.DateTime(timezone=True)

def utcnow():
    from alembic import op
    name = op.get_bind().dialect.name
    if name == "mysql":
        return _text("CONVERT_TZ(CURRENT_TIMESTAMP, @@session.time_zone, '+00:00')")
    if name == "sqlite":
        return _text("(STRFTIME('%Y-%m-%d %H\\:%M\\:%f', 'NOW'))")
    return _text("CURRENT_TIMESTAMP")
)python";
