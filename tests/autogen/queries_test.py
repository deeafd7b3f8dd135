"""Reading a schema takes as many queries for 80 tables as for 4: counted where they arrive, by the servers' own logs, and on SQLite
by a library between the program and SQLite's.

    queries_test.py --orch PROGRAM --counter LIBRARY [Sqlite | PostgreSQL | MySQL]
"""
import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
FEW, MANY = 4, 80


def models(count):
    lines = ["from sqlalchemy import *", "m = MetaData()"]
    lines += [f"""Table("t{n}", m, Column("id", Integer, primary_key=True), Column("name", String(40), nullable=False, server_default="x"),
    Column("parent_id", Integer, ForeignKey("t{max(0, n - 1)}.id", name="fk_{n}", ondelete="CASCADE")), Column("size", Integer),
    UniqueConstraint("name", name="uq_{n}"), CheckConstraint("size > 0", name="ck_{n}"), Index("ix_{n}", "name", "size"))""" for n in range(count)]
    return "\n".join(lines) + "\n"


class Queries:
    """Of `inspect`, and of `check` where nothing differs."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-queries-")))
        (self.folder / "migrations" / "versions").mkdir(parents=True)

    def orch(self, *words):
        done = subprocess.run([arguments.orch, *words], cwd=self.folder, capture_output=True, text=True, env={**os.environ, **self.environment()})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def environment(self):
        return {}

    def counted(self, tables):
        url = self.database()
        (self.folder / "models.py").write_text(models(tables))
        (self.folder / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url.replace('%', '%%')}\n"
                                                 "target_metadata = models.py\n")
        for revision in (self.folder / "migrations" / "versions").glob("*.py"):
            revision.unlink()
        self.orch("revision", "--autogenerate", "-m", "all", "--rev-id", "a")
        self.orch("upgrade", "head")
        for n in range(tables):
            for sql in self.others(n):
                self.run_sql(sql)
        found = {}
        for words in (("inspect", "--format", "json"), ("check",)):
            before = self.queries()
            out = self.orch(*words)
            found[words[0]] = self.queries() - before
            if words[0] == "inspect":
                document = json.loads(out)
                self.assertEqual(len([each for each in document["tables"] if each["name"].startswith("t")]), tables)
                self.assertEqual(len(document["views"]), tables)
                self.assertEqual(len(document["triggers"]), tables)
        return found

    def test_their_number_does_not_depend_on_the_number_of_tables(self):
        few, many = self.counted(FEW), self.counted(MANY)
        self.assertEqual(few, many)
        self.assertGreater(few["inspect"], 1)
        self.assertLess(few["inspect"], 30)


class Sqlite(Queries, unittest.TestCase):
    files = 0

    def database(self):
        self.files += 1
        self.file = self.folder / f"{self.files}.db"
        return f"sqlite:///{self.file}"

    def environment(self):
        return {"LD_PRELOAD": arguments.counter, "SQLITE_QUERIES": str(self.folder / "queries")}

    def others(self, n):
        return [f"CREATE VIEW v{n} AS SELECT name FROM t{n}",
                f"CREATE TRIGGER g{n} AFTER INSERT ON t{n} BEGIN SELECT 1; END"]

    def run_sql(self, sql):
        connection = sqlite3.connect(self.file)
        connection.execute(sql)
        connection.commit()
        connection.close()

    def orch(self, *words):
        out = super().orch(*words)
        self.total = getattr(self, "total", 0) + int((self.folder / "queries").read_text())
        return out

    def queries(self):
        return self.total


class PostgreSQL(Queries, unittest.TestCase):
    def setUp(self):
        super().setUp()
        import servers
        self.server = self.enterContext(servers.server("postgresql"))

    def database(self):
        self.name = self.server.create_database()
        self.addCleanup(self.server.drop_database, self.name)
        self.server.psql(f'ALTER DATABASE "{self.name}" SET log_statement = \'all\'')
        self.server.psql(f'ALTER DATABASE "{self.name}" SET log_line_prefix = \'\'', check=False)
        return self.server.url(self.name)

    def others(self, n):
        made = [f"CREATE VIEW v{n} AS SELECT name FROM t{n}", f"CREATE SEQUENCE s{n}", f"CREATE TYPE e{n} AS ENUM ('a', 'b')",
                f"CREATE FUNCTION f{n}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
                f"CREATE TRIGGER g{n} BEFORE INSERT ON t{n} FOR EACH ROW EXECUTE FUNCTION f{n}()", f"COMMENT ON TABLE t{n} IS 'x'"]
        return made[:-1]

    def run_sql(self, sql):
        self.server.psql(sql, self.name)

    def queries(self):
        """Statements that arrived in simple and in prepared form; the marker's own are as many each time."""
        log = (self.server.folder / "log").read_text(errors="replace")
        return len(re.findall(r"LOG:  (?:statement|execute [^:]*): ", log))


class MySQL(Queries, unittest.TestCase):
    def setUp(self):
        super().setUp()
        import mariadb
        self.server = self.enterContext(mariadb.Server())

    def database(self):
        self.name = self.server.database()
        return self.server.url(self.name)

    def others(self, n):
        return [f"CREATE VIEW v{n} AS SELECT name FROM t{n}", f"CREATE FUNCTION f{n}() RETURNS int RETURN 1",
                f"CREATE TRIGGER g{n} BEFORE INSERT ON t{n} FOR EACH ROW SET NEW.size = 1"]

    def run_sql(self, sql):
        self.server.run(self.name, sql)

    def queries(self):
        """As the server counts them, the question itself included."""
        return int(self.server.run("", "SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    parser.add_argument("--counter", required=True)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
