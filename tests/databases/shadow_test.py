"""`--sql --shadow URL` on a server: what a script reads is answered by a scratch database of that server, in which the revisions run too.
What is written, run by the server's own client, leaves what the online run leaves; and of the scratch database nothing stays."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

from databases import MariaDB, PostgreSQL

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1)
sys.argv.remove("--orch")
HEAD = "from alembic import op\nimport sqlalchemy as sa\n\nrevision = {!r}\ndown_revision = {!r}\n\n\n"
REVISIONS = {
    "a1": ('''
    op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("kind", sa.String(10), nullable=False, server_default="new"))
    op.execute("INSERT INTO account (id, kind) VALUES (1, 'new'), (2, 'old')")''', '''
    op.drop_table("account")'''),
    "b2": ('''
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns("account")]
    if "name" not in columns:
        op.add_column("account", sa.Column("name", sa.String(50)))
    for row in op.get_bind().execute(sa.text("SELECT id, kind FROM account ORDER BY id")).fetchall():
        op.execute(sa.text("UPDATE account SET name = :name WHERE id = :id").bindparams(name=f"{row.kind} no. {row.id}", id=row.id))
    op.alter_column("account", "kind", type_=sa.String(20), existing_type=sa.String(10), existing_nullable=False, existing_server_default="new")''', '''
    for (name,) in op.get_bind().execute(sa.text("SELECT name FROM account ORDER BY id")).fetchall():
        op.execute(f"DELETE FROM account WHERE name = '{name}'")
    op.drop_column("account", "name")'''),
}


class Shadow:
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-")))
        (self.folder / "versions").mkdir()
        parent = None
        for name, (up, down) in REVISIONS.items():
            (self.folder / "versions" / f"{name}.py").write_text(HEAD.format(name, parent) + f"def upgrade():{up}\n\n\ndef downgrade():{down}\n")
            parent = name

    def orch(self, url, *words, code=0):
        ini = self.folder / "orch.ini"
        ini.write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\njournal = false\n")
        done = subprocess.run([ORCH, "-c", ini, "-q", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def by_client(self, url, sql):
        file = self.folder / "all.sql"
        file.write_text(sql)
        done = self.database.run_file(url, file)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{sql}")

    def rows(self, url):
        return [self.database.ask(url, sql) for sql in ("SELECT * FROM account ORDER BY id", "SELECT version_num FROM alembic_version", self.columns)]

    def scratch_left(self, url):
        return [row for row in self.database.ask(url, self.databases) if row[0].startswith("orch_scratch")]

    def test_up_and_down(self):
        online, by_text = self.database.new(), self.database.new()
        sql = self.orch(by_text, "upgrade", "head", "--sql", "--shadow", by_text)
        self.assertIn("name='old no. 2'", sql.replace("name = ", "name="))
        self.assertNotIn("orch:", sql)
        self.assertEqual(self.database.ask(by_text, self.tables_of_it), [])
        self.by_client(by_text, sql)
        self.orch(online, "upgrade", "head")
        self.assertEqual(self.rows(online), self.rows(by_text))
        self.by_client(by_text, self.orch(by_text, "downgrade", "b2:a1", "--sql", "--shadow", by_text))
        self.orch(online, "downgrade", "a1")
        self.assertEqual(self.rows(online), self.rows(by_text))
        self.assertEqual(self.scratch_left(online), [])

    def test_a_part_of_the_way(self):
        url = self.database.new()
        sql = self.orch(url, "upgrade", "a1:b2", "--sql", "--shadow", url)
        self.assertNotIn("CREATE TABLE", sql)
        self.assertIn("new no. 1", sql)
        self.assertEqual(self.database.ask(url, self.tables_of_it), [])

    def test_a_revision_that_fails_there(self):
        url = self.database.new()
        path = self.folder / "versions" / "b2.py"
        path.write_text(path.read_text().replace("SELECT id, kind", "SELECT id, knd"))
        error = self.orch(url, "upgrade", "head", "--sql", "--shadow", url, code=1)
        self.assertIn("knd", error)
        self.assertIn("b2.py", error)
        self.assertEqual(self.scratch_left(url), [])

    def test_a_shadow_that_cannot_be_reached(self):
        url = self.database.new()
        error = self.orch(url, "upgrade", "head", "--sql", "--shadow", self.nowhere, code=1)
        self.assertIn("cannot connect to", error)
        self.assertNotIn("s3cret", error)

    def test_a_shadow_of_another_kind(self):
        url = self.database.new()
        self.assertIn("shadow database of", self.orch(url, "upgrade", "head", "--sql", "--shadow", "sqlite://", code=1))


class OnPostgreSQL(Shadow, unittest.TestCase):
    kind = PostgreSQL
    nowhere = "postgresql://ann:s3cret@127.0.0.1:1/x"
    databases = "SELECT datname FROM pg_database"
    tables_of_it = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    columns = ("SELECT column_name, data_type, character_maximum_length, is_nullable, column_default FROM information_schema.columns "
               "WHERE table_name = 'account' ORDER BY ordinal_position")


class OnMariaDB(Shadow, unittest.TestCase):
    kind = MariaDB
    nowhere = "mysql://ann:s3cret@127.0.0.1:1/x"
    databases = "SHOW DATABASES"
    tables_of_it = "SHOW TABLES"
    columns = "SHOW CREATE TABLE account"


if __name__ == "__main__":
    unittest.main()
