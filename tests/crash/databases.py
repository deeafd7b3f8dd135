"""Databases of three kinds for tests of accidents: made fresh, asked for all that they hold, compared."""
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))

import mariadb  # noqa: E402
import servers  # noqa: E402


class SQLite:
    kind = "sqlite"

    def __enter__(self):
        self.folder_ = tempfile.TemporaryDirectory(prefix="orch-crash-")
        self.folder = pathlib.Path(self.folder_.name)
        return self

    def __exit__(self, *_):
        self.folder_.cleanup()

    def fresh(self):
        return str(self.folder / f"{uuid.uuid4().hex[:8]}.db")

    def drop(self, database):
        for file in self.folder.glob(pathlib.Path(database).name + "*"):
            file.unlink()

    def url(self, database):
        return f"sqlite:///{database}"

    def run(self, database, sql):
        with sqlite3.connect(database) as connection:
            return [tuple(map(str, row)) for row in connection.execute(sql)]

    def schema(self, database):
        return self.run(database, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE '%orch_open' ORDER BY 1, 2, 3")

    def tables(self, database):
        return [name for name, in self.run(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]


class PostgreSQL:
    kind = "postgresql"

    def __enter__(self):
        class Roomy(servers.PostgreSQL):
            settings = {**servers.PostgreSQL.settings, "max_connections": "250"}  # a run has two: for work and for its lock

        self.server = Roomy().start()
        return self

    def __exit__(self, *_):
        self.server.stop()

    def fresh(self):
        return self.server.create_database()

    def drop(self, database):
        self.server.drop_database(database)

    def url(self, database):
        return self.server.url(database)

    def run(self, database, sql):
        return [tuple(line.split("|")) for line in self.server.psql(sql, database).stdout.splitlines()]

    def schema(self, database):
        columns = self.run(database, "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%orch_open' ORDER BY 1, ordinal_position")
        indexes = self.run(database, "SELECT indexrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indrelid WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%orch_open' ORDER BY 1::text")
        return columns + indexes

    def tables(self, database):
        return [name for name, in self.run(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]


class MariaDB:
    kind = "mariadb"

    def __enter__(self):
        self.server = mariadb.Server()
        self.server.__enter__()
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def fresh(self):
        return self.server.database()

    def drop(self, database):
        self.server.run(database, f"DROP DATABASE {database}")

    def url(self, database):
        return self.server.url(database)

    def run(self, database, sql):
        return [tuple(row) for row in self.server.run(database, sql)]

    def schema(self, database):
        return [self.run(database, f"SHOW CREATE TABLE `{table}`") for table in self.tables(database)]

    def tables(self, database):
        return [name for name, in self.run(database, "SHOW TABLES")]


KINDS = {each.kind: each for each in (SQLite, PostgreSQL, MariaDB)}


def content(databases, database):
    """All that a database holds, without what differs between two runs: times, processes, how long something took."""
    found = {"schema": databases.schema(database)}
    for table in databases.tables(database):
        if table.endswith("_orch_open"):
            if left := databases.run(database, f"SELECT state FROM {table}"):
                found[table] = left  # an empty one may be there or not
        elif table.endswith("_orch"):
            found[table] = databases.run(database, f"SELECT entry, revision, direction, statements_hash FROM {table} ORDER BY entry")
        else:
            found[table] = sorted(databases.run(database, f"SELECT * FROM {table}"))
    return found


HEAD = """from alembic import op
import sqlalchemy as sa

revision = {revision!r}
down_revision = {down!r}
{more}

"""


class Tree:
    """Revisions in a folder, run against any database."""

    def __init__(self, orch, folder, name="app"):
        self.orch, self.folder, self.name = orch, pathlib.Path(folder), name
        (self.folder / name / "versions").mkdir(parents=True)

    def add(self, revision, down, upgrade, downgrade="pass", more="", arguments=""):
        def body(function, text):
            lines = text.strip("\n").splitlines() or ["pass"]
            return f"def {function}({arguments}):\n" + "".join(f"    {line}\n" for line in lines)

        text = HEAD.format(revision=revision, down=down, more=more) + body("upgrade", upgrade) + "\n\n" + body("downgrade", downgrade)
        (self.folder / self.name / "versions" / f"{revision}.py").write_text(text)
        return self

    def section(self, url):
        return f"[{self.name}]\nscript_location = %(here)s/{self.name}\nurl = {url.replace('%', '%%')}\n"


def write_ini(folder, *sections, shared=""):
    path = pathlib.Path(folder) / "orch.ini"
    path.write_text("[orch]\njournal = true\n" + shared + "\n" + "\n".join(sections))
    return path


def run(orch, ini, *words, env=None, **options):
    return subprocess.run([str(orch), "-c", str(ini), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=120, **options)
