"""Ctrl-C and SIGTERM in the middle of a long statement: it ends on the server too, what can be rolled back is, the program says where
the database stands and ends with 130 or 143; the same command run again completes."""
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from databases import MariaDB, PostgreSQL, Sqlite

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1)
sys.argv.remove("--orch")

INI = "[app]\nscript_location = %(here)s/migrations\nurl = {url}\n{more}\n[later]\nscript_location = %(here)s/later\nurl = {url}\nversion_table = later\n"
REVISION = """from alembic import op
import sqlalchemy as sa

revision = {name!r}
down_revision = {parent!r}


def upgrade():
    {body}


def downgrade():
    pass
"""
FIRST = 'op.create_table("one", sa.Column("x", sa.Integer))'
SECOND = """op.create_table("two", sa.Column("x", sa.Integer))
    op.execute("INSERT INTO two VALUES (1)")
    op.execute({slow!r})
    op.execute("INSERT INTO two VALUES (2)")"""
CAUGHT = """op.create_table("two", sa.Column("x", sa.Integer))
    try:
        op.execute({slow!r})
    except Exception:
        pass
    op.execute("INSERT INTO two VALUES (2)")"""
PATIENCE = 60


class Interrupts:
    """What holds on each database."""

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def tree(self, second=SECOND, more="transaction_per_migration = true"):
        temporary = tempfile.TemporaryDirectory(prefix="orch-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.url = self.database.new()
        for place in ("migrations", "later"):
            (self.folder / place / "versions").mkdir(parents=True)
        (self.folder / "orch.ini").write_text(INI.format(url=self.url.replace("%", "%%"), more=more))
        self.revision("a1", None, FIRST)
        self.revision("a2", "a1", second.format(slow=self.database.slow))
        self.revision("b1", None, 'op.create_table("never", sa.Column("x", sa.Integer))', "later")

    def revision(self, name, parent, body, place="migrations"):
        (self.folder / place / "versions" / f"{name}.py").write_text(REVISION.format(name=name, parent=parent, body=body))

    def start(self, *words):
        process = subprocess.Popen([ORCH, "-c", self.folder / "orch.ini", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def at_the_long_statement(self, process):
        end = time.monotonic() + PATIENCE
        if self.database.name == "sqlite":  # it has no server that tells: the log says when the revision begins
            while "a1 -> a2" not in process.stderr.readline() and time.monotonic() < end:
                pass
            time.sleep(0.5)
            return
        while not self.database.busy(self.url):
            self.assertLess(time.monotonic(), end, "the long statement was never seen")
            self.assertIsNone(process.poll())
            time.sleep(0.05)

    def interrupted(self, sign, *words):
        process = self.start(*(words or ("-n", "app", "upgrade", "head")))
        self.at_the_long_statement(process)
        process.send_signal(sign)
        said = process.communicate(timeout=PATIENCE)[1]
        self.assertEqual(process.returncode, 128 + sign, said)
        self.assertFalse(self.database.busy(self.url), "it still runs on the server")
        return said

    def tables(self):
        return [name for name, in self.database.ask(self.url, self.database.tables) if not name.startswith("alembic_version_orch")]

    def completes(self):
        self.revision("a2", "a1", SECOND.format(slow="SELECT 1") if self.database.ddl_rolls_back else SECOND.format(slow=self.database.slow))
        if not self.database.ddl_rolls_back:  # the statements that ran are known by their text: only the server can let it pass
            process = self.start("-n", "app", "upgrade", "head")
            self.at_the_long_statement(process)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
            self.assertEqual(self.database.ask(self.url, "SELECT count(*) FROM two"), [["0"]])
            return
        done = self.start("-n", "app", "upgrade", "head")
        said = done.communicate(timeout=PATIENCE)[1]
        self.assertEqual(done.returncode, 0, said)
        self.assertEqual(self.database.ask(self.url, "SELECT x FROM two ORDER BY x"), [["1"], ["2"]])

    def check_state(self, said):
        self.assertIn("the database is at 'a1'", said)
        self.assertEqual(self.database.ask(self.url, "SELECT version_num FROM alembic_version"), [["a1"]])
        if self.database.ddl_rolls_back:
            self.assertIn("nothing of it is left in the database", said)
            self.assertEqual(self.tables(), ["alembic_version", "one"])
        else:
            self.assertIn("1 of the statements of revision 'a2' are committed and stay", said)
            self.assertIn("orch resolve --rolled-back a2", said)
            self.assertEqual(self.tables(), ["alembic_version", "one", "two"])

    def test_ctrl_c(self):
        self.tree()
        said = self.interrupted(signal.SIGINT)
        self.assertIn("error: interrupted by Ctrl-C (SIGINT)", said)
        self.assertIn(f"sql: {self.database.slow}", said)
        self.assertIn("a2.py:11", said)
        self.check_state(said)
        self.completes()

    def test_sigterm(self):
        self.tree()
        said = self.interrupted(signal.SIGTERM)
        self.assertIn("error: interrupted by SIGTERM", said)
        self.check_state(said)

    def test_in_one_transaction(self):
        self.tree(more="transaction_per_migration = false")
        said = self.interrupted(signal.SIGINT)
        if self.database.ddl_rolls_back:
            self.assertIn("the database is at base", said)
            self.assertEqual(self.tables(), [])
        else:
            self.check_state(said)

    def test_a_script_cannot_swallow_it(self):
        self.tree(CAUGHT)
        self.check_state(self.interrupted(signal.SIGINT))

    def test_no_other_environment_begins(self):
        self.tree()
        said = self.interrupted(signal.SIGINT, "-n", "app", "-n", "later", "upgrade", "head")
        self.assertIn("not run: 'later'", said)
        self.assertNotIn("never", self.tables())

    def test_after_another_environment_was_done_it_is_still_an_interruption(self):
        self.tree()
        (self.folder / "orch.ini").write_text((self.folder / "orch.ini").read_text().replace("[app]", "[app]\ndepends_on = later"))
        said = self.interrupted(signal.SIGINT, "--all", "upgrade", "head")
        self.assertIn("done: 'later'", said)

    def test_while_it_waits_for_the_lock(self):
        self.tree()
        holder = self.start("-n", "app", "upgrade", "head")
        self.at_the_long_statement(holder)
        waiting = self.start("-n", "app", "upgrade", "head")
        while "Waiting up to" not in waiting.stderr.readline():
            self.assertIsNone(waiting.poll())
        waiting.send_signal(signal.SIGINT)
        said = waiting.communicate(timeout=PATIENCE)[1]
        self.assertEqual(waiting.returncode, 130, said)
        holder.send_signal(signal.SIGTERM)
        holder.communicate(timeout=PATIENCE)
        self.assertEqual(holder.returncode, 143)


class OnSqlite(Interrupts, unittest.TestCase):
    kind = Sqlite


class OnPostgreSQL(Interrupts, unittest.TestCase):
    kind = PostgreSQL

    def test_a_second_one_ends_the_program_at_once(self):
        self.tree()
        process = self.start("-n", "app", "upgrade", "head")
        self.at_the_long_statement(process)
        server = self.database.ask(self.url, "SELECT pid FROM pg_stat_activity WHERE query LIKE '%sleep(600)%' AND pid <> pg_backend_pid()")
        self.freeze(int(server[0][0]), process)

    def freeze(self, backend, process):
        """A server that does not answer: the first Ctrl-C waits for it, the second does not."""
        import os
        os.kill(backend, signal.SIGSTOP)
        try:
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            self.assertIsNone(process.poll(), "the first one waits for the server")
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
            self.assertEqual(process.returncode, -signal.SIGINT)
        finally:
            os.kill(backend, signal.SIGCONT)


class OnMariaDB(Interrupts, unittest.TestCase):
    kind = MariaDB


if __name__ == "__main__":
    unittest.main()
