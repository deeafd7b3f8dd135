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


class Server:
    """A client's process costs more than what it asks."""

    def run_many(self, database, queries):
        found = [[] for _ in queries]
        for row in self.run(database, " ".join(f"SELECT '@@ {at}'; {query};" for at, query in enumerate(queries))):
            if row[0].startswith("@@ "):
                at = int(row[0][3:])
            else:
                found[at].append(row)
        return found


class SQLite:
    kind = "sqlite"

    def run_many(self, database, queries):
        return [self.run(database, query) for query in queries]

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

    def schema_queries(self, tables):
        return ["SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE '%orch_open' ORDER BY 1, 2, 3"]

    def tables(self, database):
        return [name for name, in self.run(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]


class PostgreSQL(Server):
    kind = "postgresql"

    def __init__(self):
        self.empty = []  # databases to be used again

    def __enter__(self):
        class Roomy(servers.PostgreSQL):
            settings = {**servers.PostgreSQL.settings, "max_connections": "250"}  # a run has two: for work and for its lock

        self.server = Roomy().start()
        return self

    def __exit__(self, *_):
        self.server.stop()

    def fresh(self):
        return self.empty.pop() if self.empty else self.server.create_database()

    def drop(self, database):
        """Making databases takes long: one is emptied and used again."""
        self.server.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
        self.server.psql("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public", database)
        self.empty.append(database)

    def url(self, database):
        return self.server.url(database)

    def run(self, database, sql):
        return [tuple(line.split("|")) for line in self.server.psql(sql, database).stdout.splitlines()]

    def schema_queries(self, tables):
        columns = ("SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%orch_open' ORDER BY 1, ordinal_position")
        indexes = ("SELECT indexrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indrelid WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '%orch_open' ORDER BY indexrelid::regclass::text")
        return [columns, indexes]

    def tables(self, database):
        return [name for name, in self.run(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]


class MariaDB(Server):
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

    def schema_queries(self, tables):
        return [f"SHOW CREATE TABLE `{table}`" for table in tables]

    def tables(self, database):
        return [name for name, in self.run(database, "SHOW TABLES")]


KINDS = {each.kind: each for each in (SQLite, PostgreSQL, MariaDB)}


def rows_of(table):
    if table.endswith("_orch_open"):
        return f"SELECT state FROM {table}"
    if table.endswith("_orch"):
        return f"SELECT entry, revision, direction, statements_hash FROM {table} ORDER BY entry"
    return f"SELECT * FROM {table}"


def content(databases, database):
    """All that a database holds, without what differs between two runs: times, processes, how long something took."""
    tables = databases.tables(database)
    schema = databases.schema_queries(tables)
    answers = databases.run_many(database, schema + [rows_of(table) for table in tables])
    found = {"schema": answers[:len(schema)]}
    for table, rows in zip(tables, answers[len(schema):]):
        if rows or not table.endswith("_orch_open"):  # an empty one may be there or not
            found[table] = rows if table.endswith("_orch") else sorted(rows)
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
