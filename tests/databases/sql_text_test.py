"""What `--sql` writes, run by the database's own client, leaves what the online run leaves: the same schema, rows and versions; up and down."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from databases import MariaDB, PostgreSQL, Sqlite

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1)
sys.argv.remove("--orch")
HEAD = "from alembic import op\nimport sqlalchemy as sa\n\nrevision = {!r}\ndown_revision = {!r}\n\n\n"
REVISIONS = {
    "a1": ('''
    op.create_table("account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="it's"),
        sa.Column("kind", sa.Enum("new", "old", name="kinds")),
        sa.Column("paid", sa.Boolean, nullable=False),
        sa.Column("made", sa.DateTime),
        sa.Column("sum", sa.Numeric(10, 2)),
        sa.Column("Select", sa.Text),
        sa.UniqueConstraint("name", name="uq_account_name"),
        sa.CheckConstraint("name <> ''", name="ck_account_name"))
    op.create_index("ix_account_made", "account", ["made", "id"])''', '''
    op.drop_index("ix_account_made", table_name="account")
    op.drop_table("account")'''),
    "a2": ('''
    import datetime
    account = sa.table("account", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("kind", sa.Enum("new", "old", name="kinds")),
                       sa.column("paid", sa.Boolean), sa.column("made", sa.DateTime), sa.column("sum", sa.Numeric(10, 2)), sa.column("Select", sa.Text))
    op.bulk_insert(account, [
        {"id": 1, "name": "O'Brien \\\\ 50% :x -- no", "kind": "new", "paid": True, "made": datetime.datetime(2024, 2, 29, 12, 30), "sum": 12.5, "Select": "two\\nlines"},
        {"id": 2, "name": "gr\\u00fc\\u00df \\u6f22 \\U0001f600", "kind": None, "paid": False, "made": None, "sum": None, "Select": None}])
    op.execute(account.update().where(account.c.id == 2).values(kind="old"))
    op.execute(sa.text("UPDATE account SET sum = :sum WHERE id = :id").bindparams(sum=7, id=2))''', '''
    op.execute("DELETE FROM account")'''),
    "a3": ('''
    op.create_table("child", sa.Column("id", sa.Integer, primary_key=True), sa.Column("account", sa.Integer, sa.ForeignKey("account.id", name="fk_child", ondelete="CASCADE")))
    op.add_column("account", sa.Column("note", sa.String(20), server_default="none"))
    op.execute("INSERT INTO child (id, account) VALUES (1, 2)")
    op.rename_table("child", "kid")''', '''
    op.drop_table("kid")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("note")'''),
    "a4": ('''
    with op.batch_alter_table("account") as batch:
        batch.alter_column("name", type_=sa.String(80), existing_type=sa.String(50), existing_nullable=False, existing_server_default="it's")
        batch.create_unique_constraint("uq_note", ["note", "id"])
    with op.get_context().autocommit_block():
        op.execute("UPDATE account SET note = 'seen' WHERE id = 1")''', '''
    with op.batch_alter_table("account") as batch:
        batch.drop_constraint("uq_note", type_="unique")
        batch.alter_column("name", type_=sa.String(50), existing_type=sa.String(80), existing_nullable=False, existing_server_default="it's")'''),
}


class SqlText:
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="orch-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "versions").mkdir()
        parent = None
        for name, (up, down) in REVISIONS.items():
            (self.folder / "versions" / f"{name}.py").write_text(HEAD.format(name, parent) + f"def upgrade():{up}\n\n\ndef downgrade():{down}\n")
            parent = name

    def orch(self, url, *words):
        ini = self.folder / "orch.ini"
        ini.write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\njournal = false\n")
        done = subprocess.run([ORCH, "-c", ini, "-q", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def by_client(self, url, sql):
        file = self.folder / "all.sql"
        file.write_text(sql)
        done = self.database.run_file(url, file)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{sql}")

    def same(self, one, other):
        dumps = [re.sub(r"\s+", " ", re.sub(r"^(-- |\\|SET |/\*).*$", "", self.database.dump(url), flags=re.M)) for url in (one, other)]
        self.assertEqual(*dumps)
        return dumps[0]

    def test_up_and_down(self):
        online, by_text = self.database.new(), self.database.new()
        self.orch(online, "upgrade", "head")
        self.by_client(by_text, self.orch(by_text, "upgrade", "head", "--sql"))
        self.assertIn("Brien", self.same(online, by_text))
        self.orch(online, "downgrade", "a1")
        self.by_client(by_text, self.orch(by_text, "downgrade", "a4:a1", "--sql"))
        self.same(online, by_text)
        self.orch(online, "downgrade", "base")
        self.by_client(by_text, self.orch(by_text, "downgrade", "a1:base", "--sql"))
        self.same(online, by_text)

    def test_a_part_of_the_way(self):
        online, by_text = self.database.new(), self.database.new()
        for url in (online, by_text):
            self.orch(url, "upgrade", "a2")
        self.orch(online, "upgrade", "a3")
        self.by_client(by_text, self.orch(by_text, "upgrade", "a2:a3", "--sql"))
        self.same(online, by_text)

    def test_stamp(self):
        online, by_text = self.database.new(), self.database.new()
        self.orch(online, "stamp", "a3")
        self.by_client(by_text, self.orch(by_text, "stamp", "a3", "--sql"))
        self.assertIn("a3", self.same(online, by_text))


class OnSqlite(SqlText, unittest.TestCase):
    kind = Sqlite


class OnPostgreSQL(SqlText, unittest.TestCase):
    kind = PostgreSQL


class OnMariaDB(SqlText, unittest.TestCase):
    kind = MariaDB


if __name__ == "__main__":
    unittest.main()
