"""What a database holds, as SQLAlchemy's inspector sees it: plain values that can be compared."""
import re

import sqlalchemy as sa


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in sorted(value.items(), key=str) if each not in (None, {}, [])}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if isinstance(value, (bool, int, str)) else str(value)


def spaced(sql):
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(str(sql or "").split()))


def schema_of(connection):
    inspector = sa.inspect(connection)
    found = {}
    for schema in schemas_of(connection, inspector):
        for table in inspector.get_table_names(schema=schema):
            named = lambda items: sorted((plain(item) for item in items), key=repr)
            found[f"{schema or ''}.{table}"] = {
                "columns": [plain({**column, "type": type_of(column["type"])}) for column in inspector.get_columns(table, schema=schema)],
                "primary key": plain(inspector.get_pk_constraint(table, schema=schema)),
                "foreign keys": named(inspector.get_foreign_keys(table, schema=schema)),
                "indexes": named(inspector.get_indexes(table, schema=schema)),
                "unique": named(inspector.get_unique_constraints(table, schema=schema)),
                "checks": named({**check, "sqltext": spaced(check["sqltext"])} for check in inspector.get_check_constraints(table, schema=schema)),
            }
        for view in inspector.get_view_names(schema=schema):
            found[f"view {schema or ''}.{view}"] = spaced(inspector.get_view_definition(view, schema=schema))
    if connection.dialect.name == "postgresql":
        found["enums"] = plain(sorted(inspector.get_enums("*"), key=lambda each: each["name"]))
    return found


def type_of(kind):
    return f"{kind} {getattr(kind, 'collation', None) or ''}".strip()


def schemas_of(connection, inspector):
    if connection.dialect.name != "postgresql":
        return [None]
    return [name for name in inspector.get_schema_names() if name != "information_schema" and not name.startswith("pg_")]
