#include "script/stand_ins/stand_ins.hpp"

// Of alembic-autogenerate-enums too, whose directive of the same name takes other arguments.
// op.sync_enum_values() reads a column's default where the column is given as a tuple, so it needs the
// database then. While the columns change, the new and the old enumeration can be compared with each other.
const std::string_view orch::script::stand_ins::alembic_postgresql_enum = R"python(
import re
from collections import namedtuple
from enum import Enum
from sqlalchemy import text

class ColumnType(Enum):
    COMMON = "COMMON"
    ARRAY = "ARRAY"

_unspecified = object()

TableIndex = namedtuple("TableIndex", ["name", "definition"])

class TableReference:
    def __init__(self, table_name, column_name, table_schema=_unspecified, column_type=ColumnType.COMMON,
                 existing_server_default=None):
        self.table_name = table_name
        self.column_name = column_name
        self.table_schema = table_schema
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

def _text(sql):
    return text(re.sub("(?<![:a-zA-Z0-9]):(?=[a-zA-Z])", r"\\:", sql))

def _reference(op, schema, given):
    if not isinstance(given, tuple):
        if given.table_schema is _unspecified:
            given.table_schema = schema
        return given
    default = op.get_bind().execute(
        text("SELECT column_default FROM information_schema.columns WHERE table_schema = "
             ":schema AND table_name = :name AND column_name = :column"),
        {"schema": schema, "name": given[0], "column": given[1]},
    ).scalar()
    return TableReference(given[0], given[1], schema, given[2] if len(given) > 2 else ColumnType.COMMON, default)

def _operators(schema):
    return (("!=", _quoted(schema) + ".new_old_not_equals"), ("=", _quoted(schema) + ".new_old_equals"))

def _make_comparable(op, schema, new, old, renames):
    for operator, function in _operators(schema):
        value = "old_enum_val::text"
        if renames:
            cases = " ".join("WHEN %s = %s THEN %s" % (value, _literal(a), _literal(b)) for a, b in renames)
            value = "CASE %s ELSE %s END" % (cases, value)
        op.execute(_text("CREATE FUNCTION %s(new_enum_val %s, old_enum_val %s) RETURNS boolean AS $$ "
                         "SELECT new_enum_val::text %s %s; $$ LANGUAGE SQL IMMUTABLE"
                         % (function, new, old, operator, value)))
        op.execute(_text("CREATE OPERATOR %s.%s (leftarg = %s, rightarg = %s, procedure = %s)"
                         % (_quoted(schema), operator, new, old, function)))

def _forget_comparison(op, schema, new, old):
    for operator, function in _operators(schema):
        op.execute(_text("DROP OPERATOR IF EXISTS %s.%s (%s, %s)" % (_quoted(schema), operator, new, old)))
        op.execute(_text("DROP FUNCTION %s(new_enum_val %s, old_enum_val %s)" % (function, new, old)))

def _default_after(default, schema, name, renames):
    enum = _dotted(schema, name)
    for old, new in renames:
        default = default.replace(_literal(old), _literal(new)).replace('"%s"' % old, '"%s"' % new)
    if default.startswith("ARRAY["):
        return re.sub(r"::[.\w]+", "::" + enum, default)
    return default.split("::")[0] + "::" + enum + ("[]" if default.endswith("[]") else "")

def _change(op, reference, schema, name, renames):
    table = _dotted(reference.table_schema, reference.table_name)
    column = _quoted(reference.column_name)
    enum = _dotted(schema, name)
    default = reference.existing_server_default
    if default is not None:
        op.execute(_text("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT" % (table, column)))
    as_text = column + "::text"
    if reference.column_type == ColumnType.ARRAY:
        using = as_text + "[]"
        for old, new in renames:
            using = "array_replace(%s, %s, %s)" % (using, _literal(old), _literal(new))
        using, enum = using + "::%s[]" % enum, enum + "[]"
    elif renames:
        cases = " ".join("WHEN %s = %s THEN %s::%s" % (as_text, _literal(a), _literal(b), enum) for a, b in renames)
        using = "CASE %s ELSE %s::%s END" % (cases, as_text, enum)
    else:
        using = as_text + "::" + enum
    op.execute(_text("ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s" % (table, column, enum, using)))
    if default is not None:
        op.execute(_text("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s"
                         % (table, column, _default_after(default, schema, name, renames))))

def _index_after(definition, schema, name, renames):
    for old, new in renames:
        for enum in (name, schema + "." + name):
            definition = definition.replace("'%s'::%s" % (old, enum), "'%s'::%s" % (new, enum))
    return definition

def _is_other_database(op):
    return op.get_bind().dialect.name != "postgresql"

# The directive of alembic-autogenerate-enums: the values before and after; none is ever taken away.
def _add_values(op, schema, name, old_values, new_values):
    added = [value for value in new_values if value not in old_values]
    if not added:
        return
    with op.get_context().autocommit_block():
        for value in added:
            op.execute(_text("ALTER TYPE %s.%s ADD VALUE %s" % (schema, name, _literal(value))))

def sync_enum_values(op, enum_schema, enum_name, new_values, affected_columns, enum_values_to_rename=(),
                     indexes_to_recreate=None):
    if _is_other_database(op):
        return
    if affected_columns and all(isinstance(value, str) for value in affected_columns):
        return _add_values(op, enum_schema, enum_name, new_values, affected_columns)
    renames = list(enum_values_to_rename)
    references = [_reference(op, enum_schema, given) for given in affected_columns]
    enum = _dotted(enum_schema, enum_name)
    before = _dotted(enum_schema, enum_name + "_old")
    op.execute(_text("ALTER TYPE %s RENAME TO %s" % (enum, _quoted(enum_name + "_old"))))
    op.execute(_text("CREATE TYPE %s AS ENUM(%s)" % (enum, ", ".join(_literal(v) for v in new_values))))
    _make_comparable(op, enum_schema, enum, before, renames)
    for index in indexes_to_recreate or ():
        op.execute(_text("DROP INDEX IF EXISTS " + ".".join(_quoted(p.strip('"')) for p in index.name.rsplit(".", 1))))
    for reference in references:
        _change(op, reference, enum_schema, enum_name, renames)
    _forget_comparison(op, enum_schema, enum, before)
    op.execute(_text("DROP TYPE " + before))
    for index in indexes_to_recreate or ():
        op.execute(_text(_index_after(index.definition, enum_schema, enum_name, renames)))

def add_enum_value(op, enum_schema, enum_name, new_value, before_value=None):
    if _is_other_database(op):
        return
    place = " AFTER " + _literal(before_value) if before_value else ""
    op.execute(_text("ALTER TYPE %s ADD VALUE %s%s" % (_dotted(enum_schema, enum_name), _literal(new_value), place)))
)python";
