#include "script/stand_ins/stand_ins.hpp"

// op.sync_enum_values() reads each column's default where the reference does not bring it, so it needs the
// database; values are renamed while the column changes its type.
const std::string_view orch::script::stand_ins::alembic_postgresql_enum = R"python(
from enum import Enum
from sqlalchemy import text

class ColumnType(Enum):
    COMMON = "COMMON"
    ARRAY = "ARRAY"

class TableReference:
    def __init__(self, table_schema, table_name, column_name, column_type=ColumnType.COMMON,
                 existing_server_default=None):
        self.table_schema = table_schema
        self.table_name = table_name
        self.column_name = column_name
        self.column_type = column_type
        self.existing_server_default = existing_server_default

# What autogenerate is told, which orch's own does not ask.
def Config(*args, **kwargs):
    return None

def set_configuration(config):
    pass

def _quoted(name):
    return '"' + name.replace('"', '""') + '"'

def _dotted(schema, name):
    return _quoted(schema) + "." + _quoted(name) if schema else _quoted(name)

def _literal(value):
    return "'" + value.replace("'", "''") + "'"

def _default_of(op, reference):
    if reference.existing_server_default is not None:
        return reference.existing_server_default
    return op.get_bind().execute(
        text("SELECT column_default FROM information_schema.columns WHERE table_schema = "
             "coalesce(:schema, current_schema()) AND table_name = :name AND column_name = :column"),
        {"schema": reference.table_schema, "name": reference.table_name, "column": reference.column_name},
    ).scalar()

def _renamed(expression, renames):
    if not renames:
        return expression
    cases = " ".join("WHEN %s THEN %s" % (_literal(old), _literal(new)) for old, new in renames)
    return "CASE %s %s ELSE %s END" % (expression, cases, expression)

def _change(op, reference, enum, renames):
    table = _dotted(reference.table_schema, reference.table_name)
    column = _quoted(reference.column_name)
    default = _default_of(op, reference)
    if default is not None:
        op.execute(text("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT" % (table, column)))
    if reference.column_type == ColumnType.ARRAY:
        using = "%s::text[]" % column
        for old, new in renames:
            using = "array_replace(%s, %s, %s)" % (using, _literal(old), _literal(new))
        using, enum = using + "::%s[]" % enum, enum + "[]"
    else:
        using = "(%s)::%s" % (_renamed("%s::text" % column, renames), enum)
    op.execute(text("ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s" % (table, column, enum, using)))
    if default is not None:
        value = default.split("::")[0]
        for old, new in renames:
            if value == _literal(old):
                value = _literal(new)
        op.execute(text("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s::%s" % (table, column, value, enum)))

def sync_enum_values(op, enum_schema, enum_name, new_values, affected_columns, enum_values_to_rename=()):
    renames = list(enum_values_to_rename)
    enum = _dotted(enum_schema, enum_name)
    before = enum_name + "_old"
    op.execute(text("ALTER TYPE %s RENAME TO %s" % (enum, _quoted(before))))
    op.execute(text("CREATE TYPE %s AS ENUM(%s)" % (enum, ", ".join(_literal(v) for v in new_values))))
    for reference in affected_columns:
        if isinstance(reference, tuple):
            reference = TableReference(enum_schema, reference[0], reference[1])
        _change(op, reference, enum, renames)
    op.execute(text("DROP TYPE %s" % _dotted(enum_schema, before)))
)python";
