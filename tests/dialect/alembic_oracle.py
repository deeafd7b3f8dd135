"""Asks Debian's Alembic and SQLAlchemy for the SQL of the same directives, and compares it with the data files.

operations FILE: every case with SQLite's SQL and without an "alembic" section, which says where the two differ; and with the
SQL of a database without peculiarities and without "ansi_differs".
types FILE, expressions FILE, values FILE: every row without a remark; values are stored in a real database and read back as
the SQL literals that SQLite makes of them.
White space does not count. Ends with 0 and the word "agreed" when nothing differs.
"""
import datetime
import decimal
import io
import re
import sys
import uuid

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.types import TypeDecorator, UserDefinedType


class Money(UserDefinedType):
    def get_col_spec(self, **kw):
        return "MONEY(2)"


class Wrapped(TypeDecorator):
    impl = sa.String(7)
    cache_ok = True


account = sa.table(
    "account",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("paid", sa.Boolean),
    sa.column("made", sa.DateTime),
)
person = sa.table("person", sa.column("id", sa.Integer), sa.column("boss", sa.Integer))

NAMES = dict(
    sa=sa, datetime=datetime, decimal=decimal, uuid=uuid, mysql=mysql, postgresql=postgresql, sqlite=sqlite,
    Money=Money, Wrapped=Wrapped, account=account, person=person, data=sa.table("account", sa.column("data", sa.JSON)).c.data,
)


def offline(directive, dialect):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    context = MigrationContext.configure(dialect=dialect, opts=options)
    try:
        exec(directive, dict(NAMES, op=Operations(context)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return buffer.getvalue()


def spaces(text):
    return re.sub(r"\s+", " ", text).strip()


def cases(path):
    for block in open(path, encoding="utf-8").read().split("=== ")[1:]:
        title, rest = block.split("\n", 1)
        parts = re.split(r"^--- (\w+).*\n", rest, flags=re.M)
        yield title, parts[0], dict(zip(parts[1::2], parts[2::2]))


def rows(path):
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if "  " in line and " # " not in line:
            python, sql = line.split("  ", 1)
            yield python, sql.strip()


def operations(path):
    for title, directive, sections in cases(path):
        for name, differs, dialect in (("sqlite", "alembic", sqlite.dialect()), ("ansi", "ansi_differs", DefaultDialect())):
            if name not in sections or differs in sections:
                continue
            expected = re.sub(r"^-- note:.*$", "", sections[name], flags=re.M)
            yield f"{title} ({name})", spaces(expected), spaces(offline(directive, dialect))


def types(path):
    compiler = sqlite.dialect().type_compiler
    for python, sql in rows(path):
        yield python, sql, compiler.process(eval(python, dict(NAMES)))


def expressions(path):
    for python, sql in rows(path):
        made = eval(python, dict(NAMES)).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        yield python, spaces(sql), spaces(str(made))


def values(path):
    for python, sql in rows(path):
        column, value = eval(python, dict(NAMES))
        engine = sa.create_engine("sqlite://")
        table = sa.Table("t", sa.MetaData(), sa.Column("c", column))
        with engine.connect() as connection:
            table.create(connection)
            connection.execute(table.insert(), [{"c": value}])
            made = connection.exec_driver_sql("SELECT quote(c) FROM t").scalar()
        yield python, sql, made


def main():
    kind, path = sys.argv[1:]
    differing = 0
    count = 0
    for title, expected, got in globals()[kind](path):
        count += 1
        if expected != got:
            differing += 1
            print(f"{title}\n  here:    {expected}\n  alembic: {got}")
    print(f"{count} compared, {differing} differ" if differing else f"{count} agreed")
    return 1 if differing else 0


sys.exit(main())
