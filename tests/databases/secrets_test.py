"""What a script gives as the value of a parameter, and what it calls a password, stands in no error and no log: not in the SQL of the
statement, and not in what the server says of it."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

from databases import MariaDB, PostgreSQL, Sqlite

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1)
sys.argv.remove("--orch")
SECRET = "s3cr3tValue"
# The line that an error shows must not have it either, so the script puts it together.
HEAD = """from alembic import op
import sqlalchemy as sa

revision = "{0}"
down_revision = {1!r}
secret = "s3cr3t" + "Value"
t = sa.table("t", sa.column("id", sa.Integer), sa.column("s", sa.String))


def upgrade():
    {2}
"""
MAKE = 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("s", sa.String(50)))\n    op.execute("INSERT INTO t (id) VALUES (1)")'
FAILING = {
    "rows of a bulk insert": 'op.bulk_insert(t, [{"id": 2, "s": secret}, {"id": 1, "s": secret}])',
    "one row": 'op.bulk_insert(t, [{"id": 1, "s": secret}])',
    "an expression": 'op.execute(t.insert().values(id=1, s=secret))',
    "a text": 'op.execute(sa.text("INSERT INTO t (id, s) VALUES (1, :s)").bindparams(s=secret))',
    "a text on the connection": 'op.get_bind().execute(sa.text("INSERT INTO t (id, s) VALUES (1, :s)"), {"s": secret})',
    "several sets on the connection": 'op.get_bind().execute(sa.text("INSERT INTO t (id, s) VALUES (:i, :s)"), [{"i": 3, "s": secret}, {"i": 1, "s": secret}])',
    "a text that is no SQL": 'op.execute(sa.text("INSRT INTO t (id, s) VALUES (1, :s)").bindparams(s=secret))',
    "a text that ends at the value": 'op.execute(sa.text("SELECT 1 FROM t t :s").bindparams(s=secret))',
    "a condition": 'op.execute(sa.text("UPDATE t SET nothing_of_that_name = 1 WHERE s = :s").bindparams(s=secret))',
}


class Secrets:
    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def failing(self, script, keys="", *words):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-")))
        (folder / "versions").mkdir()
        (folder / "versions" / "a1.py").write_text(HEAD.format("a1", None, MAKE))
        (folder / "versions" / "a2.py").write_text(HEAD.format("a2", "a1", script))
        url = self.database.new()
        (folder / "orch.ini").write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\n{keys}")
        done = subprocess.run([ORCH, "-c", folder / "orch.ini", "-v", "upgrade", "head", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn(SECRET, done.stdout + done.stderr)
        self.assertIn("error", done.stdout + done.stderr)
        return done

    def test_values_of_parameters(self):
        for name, script in FAILING.items():
            for keys in ("", "pipeline = true\n"):
                with self.subTest(name, keys=keys):
                    self.assertRegex(self.failing(script, keys).stderr, "sql: (INS|SELECT|UPDATE)")

    def test_values_in_json(self):
        self.failing(FAILING["one row"], "", "--json")

    def test_passwords(self):
        for script in self.passwords:
            with self.subTest(script):
                self.assertIn("***", self.failing(f'op.execute("{script}".format(secret))').stderr)


class OnSqlite(Secrets, unittest.TestCase):
    kind = Sqlite
    passwords = ()


class OnPostgreSQL(Secrets, unittest.TestCase):
    kind = PostgreSQL
    passwords = ("CREATE ROLE orch PASSWORD '{}'", "ALTER ROLE nobody_of_that_name WITH ENCRYPTED PASSWORD '{}'",
                 "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere password={}' PUBLICATION p")


class OnMariaDB(Secrets, unittest.TestCase):
    kind = MariaDB
    passwords = ("CREATE USER root@localhost IDENTIFIED BY '{}'", "SET PASSWORD FOR nobody_of_that_name = PASSWORD('{}')",
                 "ALTER USER nobody_of_that_name IDENTIFIED BY '{}'")


if __name__ == "__main__":
    unittest.main()
