"""Runs whole trees of a folder on a database, one revision at a time, with orch and with Alembic side by side.

    run_trees.py --orch PROGRAM --trees FOLDER [--dialect sqlite] [--server URL] [--seed] [--ids 12 15 ...]

Up from an empty database to the heads and down again. After each revision both databases must hold the same tables, with
the same columns, keys, constraints, indexes, comments and views, as SQLAlchemy's inspector sees them, and the same rows. With
--seed every new table gets two rows, the same on both sides. A tree ends where Alembic fails; that is no difference, and
is said. For PostgreSQL and MariaDB --server is a URL whose user may create databases, or a server is started: two of them are made
for each tree. Needs the alembic package of the interpreter that runs it, the driver that the URL names, and whatever packages the
revisions shall have.
"""
import argparse
import collections
import contextlib
import datetime
import importlib
import re
import tempfile
import warnings
from pathlib import Path

import sqlalchemy as sa

import public_trees
import trees as own_trees
from beyond import PACKAGES
from schemas import schema_of
from tools import Alembic, Orch
from with_database import Databases, give_back_what_packages_had

MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d")
RANDOM = re.compile(r"^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$")  # uuid4()


class Side:
    """One tool with a database of its own."""

    def __init__(self, tool, url, tree, work):
        self.url = url
        (work / "migrations").mkdir(parents=True)
        (work / "migrations" / "env.py").write_text(own_trees.ENV_PY)
        self.ini = tree.write_ini(work, work / "migrations", **{"sqlalchemy.url": url, "transaction_per_migration": "true"})
        self.tool = tool(self.ini)

    def run(self, *words):
        return self.tool.run(*words)

    def content(self):
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [without_journal(found) for found in (schema_of(connection), rows_of(connection))]

    def execute(self, statements):
        """Whether each was done."""
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        done = []
        for statement, values in statements:
            try:
                with engine.begin() as connection:
                    connection.execute(sa.text(statement), values)
                done.append(True)
            except sa.exc.DBAPIError:
                done.append(False)
        return done


# ---- what a database holds

def without_journal(found):
    """Where DDL cannot be rolled back orch keeps tables of its own beside the version table."""
    return {name: what for name, what in found.items() if "alembic_version_orch" not in name}


def cell(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)) or (isinstance(value, str) and MOMENT.match(value)):
        return "<time>"
    return "<uuid>" if RANDOM.match(str(value)) else str(value)


def rows_of(connection):
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    rows = {}
    for table in inspector.get_table_names():
        found = connection.execute(sa.text(f"SELECT * FROM {quote(table)}"))
        rows[table] = sorted((tuple(map(cell, row)) for row in found), key=repr)
    return rows


# ---- rows to begin with

def example(kind, number):
    text = str(kind).upper()
    if "BOOL" in text or text == "TINYINT(1)":
        return number % 2 == 0
    if any(word in text for word in ("INT", "NUMERIC", "DECIMAL", "FLOAT", "REAL", "DOUBLE")):
        return number
    if "DATE" in text or "TIME" in text:
        return "2024-05-0%d 10:00:00" % number
    if "JSON" in text:
        return "{}"
    if "UUID" in text:
        return "00000000-0000-4000-8000-%012d" % number
    if any(word in text for word in ("CHAR", "TEXT")):
        length = getattr(kind, "length", None) or 40
        return f"text {number}"[:length]
    return None


def seeds(connection, seen):
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    for table in inspector.get_table_names():
        if table in seen or table == "alembic_version":
            continue
        seen.add(table)
        columns = [column for column in inspector.get_columns(table) if not column.get("computed")]
        for number in (1, 2):
            values = {f"v{i}": example(column["type"], number) for i, column in enumerate(columns)}
            names = ", ".join(quote(column["name"]) for column in columns)
            yield f"INSERT INTO {quote(table)} ({names}) VALUES ({', '.join(':' + key for key in values)})", values


# ---- the walk

def differences(one, other, path=""):
    if type(one) is dict and type(other) is dict:
        for key in sorted(set(one) | set(other), key=str):
            yield from differences(one.get(key), other.get(key), f"{path}/{key}")
    elif one != other:
        yield f"{path}: Alembic {str(one)[:300]} | orch {str(other)[:300]}"


class Walk:
    def __init__(self, tree, alembic, orch, seed):
        self.tree, self.alembic, self.orch, self.seed = tree, alembic, orch, seed
        self.steps, self.wrong, self.seeded = 0, [], set()

    def order(self):
        from alembic.config import Config
        from alembic.script import ScriptDirectory
        script = ScriptDirectory.from_config(Config(str(self.alembic.ini)))
        return [revision for revision in reversed(list(script.walk_revisions()))]

    def step(self, *words):
        """False where this tree ends."""
        theirs, ours = self.alembic.run(*words), self.orch.run(*words)
        if not theirs.ok:
            self.end = f"Alembic fails at {' '.join(words)}: {theirs.why.splitlines()[0][:160]}{'' if not ours.ok else ' (orch does it)'}"
            return False
        if not ours.ok:
            self.wrong.append(f"{' '.join(words)}: orch fails: {ours.why.strip()[:600]}")
            return False
        self.steps += 1
        for line in differences(dict(zip(("schema", "rows"), self.alembic.content())), dict(zip(("schema", "rows"), self.orch.content()))):
            self.wrong.append(f"{' '.join(words)}: {line}")
        return not self.wrong

    def plant(self):
        if not self.seed:
            return
        engine = sa.create_engine(self.alembic.url, poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            statements = list(seeds(connection, self.seeded))
        done = [side.execute(statements) for side in (self.alembic, self.orch)]
        if done[0] != done[1]:
            self.wrong.append("the same rows are taken by one and refused by the other")

    def run(self):
        """What became of it: "whole", "up", "stopped" or "differs"."""
        self.end = ""
        order = self.order()
        for revision in order:
            if not self.step("upgrade", revision.revision):
                return "differs" if self.wrong else "stopped"
            self.plant()
        for revision in reversed(order):
            target = revision.down_revision
            alone = target is None or isinstance(target, str)
            words = ("downgrade", (target or "base") if alone and len(order) == len({r.down_revision for r in order}) else "base")
            if not self.step(*words):
                return "differs" if self.wrong else "up"
            if words[1] == "base":
                break
        return "whole"


def fresh_urls(options, work, databases):
    if options.dialect == "sqlite":
        return [f"sqlite:///{work}/{name}.db" for name in ("alembic", "orch")]
    engine = databases.server(options.dialect) if not options.server else \
        sa.create_engine(options.server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    urls = []
    with engine.connect() as connection:
        for name in ("orch_walk_alembic", "orch_walk_orch"):
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
            urls.append(engine.url.set(database=name).render_as_string(hide_password=False))
    return urls


def walk(tree, options, databases):
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        urls = fresh_urls(options, work, databases)
        alembic = Side(Alembic, urls[0], tree, work / "alembic")
        orch = Side(lambda ini: Orch(options.orch, ini), urls[1], tree, work / "orch")
        one = Walk(tree, alembic, orch, options.seed)
        try:
            found = one.run()
        except Exception as error:  # a tree that Alembic cannot even read
            found, one.end = "unreadable", f"{type(error).__name__}: {error}"[:200]
        print(f"{tree.name}: {found}, {one.steps} steps. {one.end}", flush=True)
        for line in one.wrong[:5]:
            print("    " + line, flush=True)
        return found, one.steps


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orch", required=True)
    parser.add_argument("--trees", required=True, type=Path)
    parser.add_argument("--dialect", default="sqlite")
    parser.add_argument("--server")
    parser.add_argument("--seed", action="store_true")
    parser.add_argument("--ids", nargs="*")
    options = parser.parse_args()
    for package in (*PACKAGES, "mimetypes", "asyncio", "http.client"):  # before what is absent has a stand-in
        with contextlib.suppress(ImportError):
            importlib.import_module(package)
    give_back_what_packages_had()
    public_trees.stand_in_for_missing_packages()
    counts, steps = collections.Counter(), 0
    with contextlib.ExitStack() as stack:
        databases = Databases(stack)
        for tree in public_trees.trees(options.trees, options.ids):
            if options.dialect in tree.dialects:
                found, done = walk(tree, options, databases)
                counts[found] += 1
                steps += done
    print(f"{dict(counts)}, {steps} steps compared")


if __name__ == "__main__":
    main()
