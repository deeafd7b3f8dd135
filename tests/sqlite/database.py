"""What the tests of this folder share: a tree of revisions in a temporary folder, run by orch or by Alembic, and what a database holds."""
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

REVISION = '''"""{id}"""
from alembic import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {down!r}


def upgrade():
{body}


def downgrade():
    pass
'''
ENV_PY = '''from alembic import context
from sqlalchemy import create_engine, event

url = context.config.get_main_option("sqlalchemy.url")
engine = create_engine(url.split("?")[0])
if "foreign_keys=on" in url:
    event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA foreign_keys=ON"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
'''


def indented(text):
    lines = [("    " + line).rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(lines) or "    pass"


class Tree:
    """A database and the revisions that change it. The same folder can be run by either tool."""

    def __init__(self, scripts, before="", options="", ini="", orchs_own=False):
        self.folder = tempfile.TemporaryDirectory(prefix="orch_sqlite_")
        self.path = Path(self.folder.name)
        self.database = self.path / "app.db"
        versions = self.path / "migrations" / "versions"
        versions.mkdir(parents=True)
        (self.path / "migrations" / "script.py.mako").write_text("")
        down = None
        for number, script in enumerate(scripts):
            name = f"r{number:03d}"
            (versions / f"{name}.py").write_text(REVISION.format(id=name, down=down, body=indented(script)))
            down = name
        self.ini = self.path / ("orch.ini" if orchs_own else "alembic.ini")
        self.ini.write_text(f"[{'app' if orchs_own else 'alembic'}]\nscript_location = %(here)s/migrations\n"
                            f"sqlalchemy.url = sqlite:///{self.database}{options}\n{ini}\n")
        with sqlite3.connect(self.database) as connection:
            connection.executescript(before)
        connection.close()

    def close(self):
        self.folder.cleanup()

    def orch(self, binary, *arguments):
        command = [str(Path(binary).resolve() / "orch"), "-c", str(self.ini), *(arguments or ("upgrade", "head"))]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.path, timeout=120)

    def alembic(self, *arguments):
        command = ["/usr/bin/python3", "-m", "alembic", "-c", str(self.ini), *(arguments or ("upgrade", "head"))]
        (self.path / "migrations" / "env.py").write_text(ENV_PY)
        environment = dict(os.environ, PYTHONWARNINGS="ignore", PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run(command, capture_output=True, text=True, cwd=self.path, timeout=120, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


OWN = ("alembic_version",)  # and what orch keeps beside it


def connect(path):
    return sqlite3.connect(path)


def names(connection, kinds):
    marks = ",".join("?" * len(kinds))
    rows = connection.execute(f"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ({marks}) AND sql IS NOT NULL", kinds)
    return [row for row in rows if not row[2].startswith(OWN) and not row[1].startswith("sqlite_")]


def dump(path):
    """The stored SQL of everything, then the rows of each table in the order that they lie in."""
    connection = connect(path)
    out = []
    for kind in ("table", "index", "trigger", "view"):
        for _, _, _, sql in sorted(names(connection, [kind]), key=lambda row: row[1]):
            out.append(sql + ";")
    for _, name, _, _ in sorted(names(connection, ["table"]), key=lambda row: row[1]):
        for row in connection.execute(f'SELECT * FROM "{name}"'):
            out.append(f"{name}: " + " | ".join("NULL" if value is None else repr(value) for value in row))
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
        for name, number in connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name"):
            out.append(f"counter of {name}: {number}")
    connection.close()
    return "\n".join(out)


def facts(path):
    """What a database holds, as a set of lines without regard to how its SQL is written: for comparing two tools."""
    connection = connect(path)
    out = set()
    for _, table, _, sql in names(connection, ["table"]):
        q = table.replace('"', '""')
        for place, name, kind, not_null, default, key, hidden in connection.execute(f'PRAGMA table_xinfo("{q}")'):
            bare = default
            while bare and bare.startswith("(") and bare.endswith(")"):
                bare = bare[1:-1]
            out.add(f"{table}.{name}: place {place}, {kind.upper()}, not null {not_null}, default {bare}, key {key}, hidden {hidden}")
        keys = {}
        for row in connection.execute(f'PRAGMA foreign_key_list("{q}")'):
            keys.setdefault(row[0], []).append(row)
        for rows in keys.values():
            rows.sort(key=lambda row: row[1])
            columns = ", ".join(f"{row[3]} -> {row[2]}.{row[4]}" for row in rows)
            out.add(f"{table} foreign key {columns}, on update {rows[0][5]}, on delete {rows[0][6]}")
        for _, index, unique, origin, partial in connection.execute(f'PRAGMA index_list("{q}")'):
            columns = ", ".join(f"{row[2]}{' desc' if row[3] else ''} {row[4]}" for row in
                                connection.execute(f'PRAGMA index_xinfo("{index}")') if row[5])
            name = index if origin == "c" else {"u": "unique", "pk": "key"}[origin]
            out.add(f"{table} index {name} ({columns}), unique {unique}, partial {partial}")
        for row in connection.execute(f'SELECT * FROM "{q}"'):
            out.add(f"{table} row {row!r}")
    for kind, name, table, _ in names(connection, ["trigger", "view"]):
        out.add(f"{kind} {name} on {table}")
    connection.close()
    return out


def binary_argument(arguments):
    at = arguments.index("--bin")
    return arguments[at + 1], arguments[:at] + arguments[at + 2:]


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)
