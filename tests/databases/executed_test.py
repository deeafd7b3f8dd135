"""Each statement of operations/*.txt executed on a server, by orch and by Debian's Alembic, each in a database of its own that is prepared
alike: what is there afterwards, as the server's own catalogs tell it, is the same. A statement that Alembic cannot run (it is newer, or
the server refuses it) says nothing; a statement that only Alembic can run is a fault, and so are two different outcomes."""
import ast
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest
import urllib.parse

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "mariadb")]
import catalog  # noqa: E402
from databases import MariaDB, PostgreSQL  # noqa: E402

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1)
sys.argv.remove("--orch")
FOLDER = HERE / "operations"
HEAD = "from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n"
ROWS = "INSERT INTO t (a, b) VALUES (3, 7)"
KEYS = ("CREATE TABLE u (id int PRIMARY KEY, x int, y int, UNIQUE (x, y))", "CREATE TABLE v (id int PRIMARY KEY)", "CREATE TABLE r.u (id int PRIMARY KEY)")
# What is there before; an operation that is not named finds the first.
PREPARED = {
    "": ("CREATE TABLE t (a int NOT NULL, b int NOT NULL)", "CREATE TABLE s.t (a int NOT NULL, b varchar(5))", ROWS),
    "add_column": ("CREATE TABLE t (x int)", "CREATE TABLE s.t (x int)", *KEYS),
    "alter_column": ("CREATE TABLE t (id int NOT NULL PRIMARY KEY, c varchar(20) DEFAULT '1')", "CREATE TABLE s.t (c varchar(20) NOT NULL)",
                     "INSERT INTO t VALUES (1, '5')"),
    "batch_alter_table": ("CREATE TABLE t (id int NOT NULL PRIMARY KEY, a int, b int)", "CREATE TABLE s.t (d int, e int)"),
    "bulk_insert": ("CREATE TABLE t (id int PRIMARY KEY, word varchar(20), yes boolean, made date)",),
    "create_exclude_constraint": ("CREATE TABLE s.t (a int4range, b int, c int)",),
    "create_foreign_key": ("CREATE TABLE t (a int, b int)", "CREATE TABLE s.t (a int)", *KEYS),
    "create_index": ("CREATE TABLE t (a varchar(20), b int, c int, {Order} int)", "CREATE TABLE s.t (a int)"),
    "create_table": ("CREATE TABLE u (size int PRIMARY KEY)",),
    "drop_column": ("CREATE TABLE t (a int, c int)", "CREATE TABLE s.t (a int, c int)"),
    "drop_constraint": ("CREATE TABLE w (id int PRIMARY KEY)", "CREATE TABLE s.t (a int NOT NULL, CONSTRAINT pk_t PRIMARY KEY (a))",
                        "CREATE TABLE t (a int, b int, CONSTRAINT uq_t UNIQUE (a), CONSTRAINT ck_t CHECK (b > 1), CONSTRAINT fk_t FOREIGN KEY (b) REFERENCES w (id))"),
    "drop_index": ("CREATE TABLE t (a int)", "CREATE INDEX ix_t ON t (a)", "CREATE TABLE s.t (a int)", "CREATE INDEX ix_t ON s.t (a)"),
    "execute": ("CREATE TABLE t (a int, b varchar(5), word varchar(5))", "INSERT INTO t VALUES (4, '5', 'z')"),
    "create_sequence": ("CREATE TABLE t (a int)", "CREATE SEQUENCE s.numbers"),
    "f_and_inline_literal": ("CREATE TABLE t (a int, CONSTRAINT ck_t_b CHECK (a > 0))",),
}
# No such thing on this server; or it differs on purpose: what alter_column does not mention stays there, and Alembic drops it
# (tests/mariadb/alter_test.py).
NOT_HERE = {"postgresql": set(), "mariadb": {"create_exclude_constraint", "alter_column"}}
# Where the server can alter a table, orch does that; Alembic makes a new one whose keys and sequences keep its temporary name.
ANEW = 'recreate="always"'


def statements():
    """file -> the statements of its cases, each with the imports and variables that stand before it."""
    found = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for case in file.read_text().split("\n=== ")[1:]:
            script = case.split("\n", 1)[1].split("\n--- ")[0]
            before = []
            for node in ast.parse(script).body:
                text = ast.get_source_segment(script, node)
                if isinstance(node, (ast.Assign, ast.Import, ast.ImportFrom)):
                    before.append(text)
                else:
                    found.setdefault(file.stem, []).append("\n".join([*before, text]))
    return found


class Executed:
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def prepared(self, operation):
        url = self.database.new()
        sql = "; ".join([*self.before, *PREPARED.get(operation, PREPARED[""])])
        self.database.ask(url, sql.replace("{Order}", self.order))
        return url

    def by_orch(self, operation, script):
        url = self.prepared(operation)
        with tempfile.TemporaryDirectory(prefix="orch-") as folder:
            folder = pathlib.Path(folder)
            (folder / "versions").mkdir()
            (folder / "versions" / "a1.py").write_text(HEAD + textwrap.indent(script, "    ") + "\n")
            (folder / "orch.ini").write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\njournal = false\n")
            done = subprocess.run([ORCH, "-c", folder / "orch.ini", "-q", "upgrade", "head"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return (self.content(url), "") if done.returncode == 0 else (None, done.stderr)

    def by_alembic(self, operation, script):
        url = self.prepared(operation)
        engine = sa.create_engine(url.replace("mysql://", "mysql+mysqldb://"), poolclass=sa.pool.NullPool)
        try:
            with engine.connect() as connection:
                context = MigrationContext.configure(connection)
                with context.begin_transaction(), Operations.context(context) as op:
                    exec(script, {"op": op, "sa": sa})
        except Exception as error:  # whatever it is, Alembic does not run it
            return None, str(error)
        return self.content(url), ""

    def compare(self, operation):
        compared = 0
        for script in statements()[operation]:
            if ANEW in script:
                continue
            with self.subTest(script):
                theirs, _ = self.by_alembic(operation, script)
                if theirs is None:
                    continue
                ours, error = self.by_orch(operation, script)
                self.assertIsNotNone(ours, error)
                self.assertEqual(ours, theirs)
                compared += 1
        self.assertGreater(compared, 0, "no statement of this operation was compared")


def case_of(operation):
    return lambda self: operation in NOT_HERE[self.database.name] or self.compare(operation)


for each in sorted(file.stem for file in FOLDER.glob("*.txt")):
    setattr(Executed, f"test_{each}", case_of(each))


class OnPostgreSQL(Executed, unittest.TestCase):
    kind = PostgreSQL
    order = '"Order"'
    before = ("CREATE SCHEMA s", "CREATE SCHEMA r", "CREATE EXTENSION IF NOT EXISTS btree_gist")

    def content(self, url):
        words = ["pg_dump", "--inserts", "-h", self.database.server.folder, "-U", "orch", "-T", "alembic_version", urllib.parse.urlsplit(url).path[1:]]
        out = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return [line for line in out.splitlines() if line and not line.startswith(("--", "\\"))]


class OnMariaDB(Executed, unittest.TestCase):
    kind = MariaDB
    order = "`Order`"
    before = ("DROP DATABASE IF EXISTS s", "DROP DATABASE IF EXISTS r", "CREATE DATABASE s", "CREATE DATABASE r")

    def content(self, url):
        found = []
        own = url.split("?")[0].rsplit("/", 1)[1]
        for database in (own, "s", "r"):
            facts = {fact.replace(own, "DATABASE") for fact in catalog.schema(self.database.server, database) if "alembic_version" not in fact}
            rows = {name: rows for name, rows in catalog.rows(self.database.server, database).items() if name != "alembic_version"}
            found.append((sorted(facts), rows))
        return found


if __name__ == "__main__":
    unittest.main()
