#!/usr/bin/python3
"""orch and Debian's Alembic run the same revisions that use SQLAlchemy, each on a database of its own.

A file of cases/ is a module with cases in it. What stands before the first case is the module's head: imports, tables, seed().
Each case is the body of upgrade(), which calls seed() first:

    # ==== what the case shows
    bind.execute(...)
    print(...)

Both tools must print the same, leave every table with the same rows (values with their SQLite types) and the same schema, and both
must succeed, or both fail with an exception of the same class where the title says "(fails)". "(offline)": what --sql writes
is compared as well. "(sqlite)", "(sqlite mysql)": only these databases know what the case uses; else it runs on each. What SQLAlchemy 1.4 does not know is said twice, for Alembic as 1.4 has it:

    # ==== a class of SQLAlchemy 2
    class Base(orm.DeclarativeBase): ...
    # ---- in SQLAlchemy 1.4
    Base = orm.declarative_base()

    alchemy_test.py --orch build/dev/bin/orch [--on postgresql] [FILE | FILE:WORDS OF A TITLE] ...

On SQLite the text of every CREATE must be the same; on a server, a private one that this program starts, what SQLAlchemy's
inspector sees.
"""
import argparse
import contextlib
import dataclasses
import datetime
import io
import logging
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import warnings

import sqlalchemy as sa
from alembic import command, config

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "servers"), str(HERE.parent / "differential")]

import mariadb  # noqa: E402: from the folders above
import servers  # noqa: E402
from schemas import schema_of  # noqa: E402

DIALECTS = ("sqlite", "postgresql", "mysql")
ENV = """
from alembic import context
from sqlalchemy import create_engine, pool
url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""


@dataclasses.dataclass
class Case:
    file: str
    line: int
    title: str
    head: str
    body: str    # for orch
    other: str   # for Alembic

    @property
    def fails(self):
        return "(fails)" in self.title

    @property
    def refused(self):
        return "(refused)" in self.title

    def runs_on(self, dialect):
        """Dialects in the title's parentheses are the only ones."""
        words = set(re.findall(r"\w+", " ".join(re.findall(r"\(([^)]*)\)", self.title))))
        named = words & set(DIALECTS)
        return not named or dialect in named

    @property
    def offline(self):
        return "(offline)" in self.title

    def script(self, body):
        return (f"{self.head}\n\nrevision = 'ae10'\ndown_revision = None\n\n\ndef upgrade():\n    bind = seed()\n"
                f"{textwrap.indent(body, '    ')}\n\n\ndef downgrade():\n    pass\n")


def cases_of(path):
    head, *chunks = re.split(r"^# ==== (.*)\n", path.read_text(), flags=re.M)
    line = head.count("\n") + 1
    for title, text in zip(chunks[::2], chunks[1::2]):
        body, *other = re.split(r"^# ---- in SQLAlchemy 1.4\n", text, flags=re.M)
        yield Case(path.stem, line, title, head, body, other[0] if other else body)
        line += text.count("\n") + 1


# --- The databases.

class Sqlite:
    def url(self, folder):
        return f"sqlite:///{folder}/app.db"

    def content(self, url):
        """Objects with their SQL, and rows with their values' types, in the order in which the file has them."""
        path = pathlib.Path(url[len("sqlite:///"):])
        if not path.exists():
            return {}
        connection = sqlite3.connect(path)
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        found = {}
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall():
            found[f"{kind} {name}"] = re.sub(r"\s*([(),])\s*", r"\1", " ".join((sql or "").split()))
            if kind == "table":
                found[f"rows of {name}"] = [typed(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
        connection.close()
        return found


class OnServer:
    """Databases of a private server; `make` gives the URL of an empty one."""

    def __init__(self, make):
        self.make = make

    def url(self, folder):
        return self.make()

    def content(self, url):
        journal = "alembic_version_orch"  # orch's own tables where DDL cannot be rolled back
        with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
            found = {name: what for name, what in schema_of(connection).items() if journal not in name}
            quote = connection.dialect.identifier_preparer.quote
            for name in (name for name in sa.inspect(connection).get_table_names() if journal not in name):
                rows = connection.exec_driver_sql(f"SELECT * FROM {quote(name)}").fetchall()
                found[f"rows of {name}"] = sorted(map(typed, rows), key=repr)
            return found


@contextlib.contextmanager
def databases(dialect):
    if dialect == "sqlite":
        yield Sqlite()
    elif dialect == "postgresql":
        with servers.server("postgresql") as server:
            yield OnServer(lambda: server.url(server.create_database()))
    else:
        with mariadb.Server() as server:
            yield OnServer(lambda: server.url(server.database()))


def typed(row):
    return tuple((type(cell).__name__, now(cell)) for cell in row)


def now(cell):
    """What was read from a clock is the same in both when it is of today."""
    if isinstance(cell, datetime.datetime):
        return "<now>" if abs(datetime.datetime.now(cell.tzinfo) - cell) < datetime.timedelta(days=2) else str(cell)
    if isinstance(cell, str) and re.match(r"20[23]\d-\d\d-\d\d \d\d:\d\d:\d\d", cell) and cell[:4] > "2024":
        return "<now>"
    return cell


# --- The two tools.

@dataclasses.dataclass
class Outcome:
    ok: bool
    out: str
    error: str
    database: dict


def tree(folder, script, url):
    folder.mkdir()
    (folder / "versions").mkdir()
    (folder / "env.py").write_text(ENV)
    (folder / "script.py.mako").write_text("")
    (folder / "versions" / "ae10_case.py").write_text(script)
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {folder}\nsqlalchemy.url = {url.replace(chr(37), 2 * chr(37))}\n")
    return ini


def run_alembic(place, folder, script, offline):
    url, out, error = place.url(folder), io.StringIO(), ""
    ini = tree(folder, script, url)
    settings = config.Config(str(ini), stdout=out, output_buffer=out)
    try:
        with contextlib.redirect_stdout(out):
            command.upgrade(settings, "head", sql=offline)
    except Exception as raised:  # whatever it is, orch must fail too
        error = type(raised).__name__ + ": " + str(raised)
    return Outcome(not error, out.getvalue(), error, place.content(url))


def run_orch(place, program, folder, script, offline):
    url = place.url(folder)
    ini = tree(folder, script, url)
    words = [program, "-c", ini, "upgrade", "head", *(["--sql"] if offline else [])]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    return Outcome(done.returncode == 0, done.stdout, done.stderr, place.content(url))


# --- What counts as the same.

def statements(sql):
    """What upgrade() wrote, without layout: between the line that names it and the row of the version table."""
    found = re.search(r"-- Running upgrade[^\n]*\n(.*?)INSERT INTO alembic_version", sql, re.S)
    return re.sub(r"\s+", " ", found[1]).strip().replace("; ", ";\n        ") if found else sql


def differences(case, orch, alembic):
    if case.refused:
        return [f"orch should refuse: {orch.out}"] if orch.ok or any(name.startswith("rows") for name in orch.database) else []
    if case.fails:
        if alembic.ok or orch.ok:
            return [f"should fail: Alembic {'runs' if alembic.ok else 'fails'}, orch {'runs' if orch.ok else 'fails'}"]
        name = alembic.error.split(":")[0]
        return [] if name in orch.error or "rolled back" in orch.error else [f"Alembic: {alembic.error}", f"orch: {orch.error}"]
    if not alembic.ok or not orch.ok:
        return [f"{tool}: {outcome.error}" for tool, outcome in (("Alembic", alembic), ("orch", orch)) if not outcome.ok]
    found = []
    if orch.out != alembic.out:
        found += ["printed by Alembic:", alembic.out, "by orch:", orch.out]
    for name in sorted({*orch.database, *alembic.database}):
        if orch.database.get(name) != alembic.database.get(name):
            found += [f"{name} in Alembic's database: {alembic.database.get(name)}", f"in orch's: {orch.database.get(name)}"]
    return found


def offline_differences(orch, alembic):
    if not alembic.ok or not orch.ok:
        return [f"offline, {tool}: {outcome.error}" for tool, outcome in (("Alembic", alembic), ("orch", orch)) if not outcome.ok]
    ours, theirs = statements(orch.out).split("\n"), statements(alembic.out).split("\n")
    if ours == theirs:
        return []
    return ["offline, Alembic:", *(each for each in theirs if each not in ours), "orch:", *(each for each in ours if each not in theirs)]


def check(place, program, case, folder):
    folder.mkdir()
    found = differences(case, run_orch(place, program, folder / "orch", case.script(case.body), False),
                        run_alembic(place, folder / "alembic", case.script(case.other), False))
    if case.offline:
        found += offline_differences(run_orch(place, program, folder / "orch_sql", case.script(case.body), True),
                                     run_alembic(place, folder / "alembic_sql", case.script(case.other), True))
    return found


def chosen(words, dialect):
    for path in sorted((HERE / "cases").glob("*.py")):
        for case in cases_of(path):
            asked = any(path.stem == word.split(":")[0] and word.partition(":")[2] in case.title for word in words)
            if case.runs_on(dialect) and (asked or not words):
                yield case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orch", required=True)
    parser.add_argument("--on", choices=DIALECTS, default="sqlite")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.dont_write_bytecode = True
    count = failed = 0
    with tempfile.TemporaryDirectory() as work, databases(options.on) as place:
        for case in chosen(options.cases, options.on):
            count += 1
            found = check(place, str(pathlib.Path(options.orch).resolve()), case, pathlib.Path(work) / str(count))
            if found:
                failed += 1
                print(f"FAILED cases/{case.file}.py:{case.line}: {case.title}", *("    " + text for text in found), sep="\n", flush=True)
    print(f"{count} cases, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
