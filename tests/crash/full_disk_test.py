#!/usr/bin/env python3
"""A disk that is full in the middle of a run (a small tmpfs): the run says so and leaves what it promises, and completes when there is room.

    full_disk_test.py --orch PROGRAM KIND
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "servers"))
import apart  # noqa: E402

apart.alone("mount")

from databases import KINDS, Tree, run, write_ini  # noqa: E402

SMALL, LARGE = "1M", "64M"
WORDS = {"sqlite": "disk is full|full disk|No space left", "postgresql": "No space left on device", "mariadb": "is full|No space left|is gone"}
ROWS = 4000
FILL = f"""
op.execute("INSERT INTO t VALUES (1, 'before')")
for x in range(10, {ROWS} + 10, 40):
    op.execute("INSERT INTO t VALUES " + ", ".join("(%d, '%s')" % (x + one, "y" * 400) for one in range(40)))
op.add_column("t", sa.Column("z", sa.Integer))
op.execute("UPDATE t SET z = x WHERE x < 100")
"""


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.databases = self.enterContext(KINDS[KIND]())
        self.disk = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-disk-")))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=777", "tmpfs", str(self.disk)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=True)
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-full-")))
        self.tree = Tree(ORCH, self.folder)
        self.database = str(self.disk / "app.db") if KIND == "sqlite" else self.databases.fresh()
        os.chmod(self.folder, 0o755)

    def table(self):
        """The table of the test, whose rows lie on the small disk."""
        if KIND == "postgresql":
            space, account = f"small{os.getpid()}", self.databases.server.account()
            os.chown(self.disk, account.pw_uid, account.pw_gid)
            self.databases.server.psql(f"CREATE TABLESPACE {space} LOCATION '{self.disk}'")
            return f'op.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT) TABLESPACE {space}")'
        if KIND == "mariadb":
            return f'op.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT) DATA DIRECTORY = \'{self.disk}\'")'
        return 'op.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT)")'

    def rows(self, sql):
        return self.databases.run(self.database, sql)

    def test_ends_the_run_and_the_next_one_completes_when_there_is_room(self):
        self.tree.add("a", None, self.table()).add("b", "a", FILL)
        ini = write_ini(self.folder, self.tree.section(self.databases.url(self.database)))
        done = run(ORCH, ini, "upgrade", "head")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, WORDS[KIND])
        subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(self.disk)], check=True)
        if KIND == "mariadb" and "is gone" in done.stderr:  # MariaDB ends itself where InnoDB cannot write
            self.databases.server.process.wait(60)
            self.databases.server.start()
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), [("a",)])
        if KIND != "mariadb":  # there, what was committed statement by statement stays, and is written down
            self.assertEqual(self.rows("SELECT count(*) FROM t"), [("0",)])
        again = run(ORCH, ini, "upgrade", "head")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.rows("SELECT count(*), count(z) FROM t"), [(str(ROWS + 1), "91")])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",)])


if __name__ == "__main__":
    words = sys.argv[1:]
    at = words.index("--orch")
    ORCH = str(pathlib.Path(words.pop(at + 1)).resolve())
    words.pop(at)
    KIND = words.pop(0)
    unittest.main(argv=[sys.argv[0], *words], verbosity=2)
