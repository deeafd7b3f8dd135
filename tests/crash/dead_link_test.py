#!/usr/bin/env python3
"""A link to the server that goes dead in the middle of a run, without a word to either side: the run notices, and the next one completes.

    dead_link_test.py --orch PROGRAM KIND
"""
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "servers"))
import apart  # noqa: E402

apart.alone("net")

from databases import MariaDB, PostgreSQL, Tree, mariadb, servers, write_ini  # noqa: E402

PATIENCE = 150  # seconds; a dead link is noticed within one minute, and then the error asks the server once more
PORT = 15432


class FarPostgreSQL(PostgreSQL):
    def __enter__(self):
        class Far(servers.PostgreSQL):
            settings = {**servers.PostgreSQL.settings, "listen_addresses": apart.Link.server, "port": PORT}

            def create(self):
                super().create()
                with open(self.folder / "data" / "pg_hba.conf", "a") as rules:
                    rules.write(f"host all all {apart.NETWORK}.0/24 trust\n")

            def psql(self, sql, database="postgres", check=True):
                return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", str(PORT), "-U", "orch", "-d",
                                       database, "-c", sql], check=check, capture_output=True, text=True)

        self.server = Far().start()
        return self

    def url(self, database):
        return f"postgresql://orch@{apart.Link.server}:{PORT}/{database}"

    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
    sleep = 'op.execute("SELECT pg_sleep(3)")'


class FarMariaDB(MariaDB):
    def __enter__(self):
        self.server = mariadb.Server("--skip-networking=0", f"--bind-address={apart.Link.server}", f"--port={PORT}", "--skip-name-resolve")
        self.server.__enter__()
        self.server.run("", f"CREATE USER far@'{apart.NETWORK}.%'; GRANT ALL ON *.* TO far@'{apart.NETWORK}.%'")
        return self

    def url(self, database):
        return f"mysql://far@{apart.Link.server}:{PORT}/{database}"

    asleep = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%sleep(3)%' AND id <> CONNECTION_ID()"
    sleep = 'op.execute("SELECT sleep(3)")'


KINDS = {"postgresql": FarPostgreSQL, "mariadb": FarMariaDB}


class DeadLink(unittest.TestCase):
    def setUp(self):
        self.link = self.enterContext(apart.Link())
        self.databases = self.enterContext(KINDS[KIND]())
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-link-")))
        self.database = self.databases.fresh()
        self.tree = Tree(ORCH, self.folder)

    def rows(self, sql):
        return self.databases.run(self.database, sql)

    def start(self, *words):
        ini = write_ini(self.folder, self.tree.section(self.databases.url(self.database)))
        return subprocess.Popen(self.link.run(ORCH, "-c", ini, *words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def test_is_noticed_and_the_next_run_completes(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer, primary_key=True))\nop.execute("INSERT INTO t VALUES (1)")')
        self.tree.add("b", "a", f'op.execute("INSERT INTO t VALUES (2)")\n{self.databases.sleep}\nop.add_column("t", sa.Column("y", sa.Integer))\nop.execute("INSERT INTO t VALUES (3, 4)")')
        run = self.start("upgrade", "head")
        end = time.monotonic() + 60
        while self.rows(self.databases.asleep) != [("1",)]:
            self.assertLess(time.monotonic(), end, "it did not come to pass")
            time.sleep(0.1)
        self.link.cut()
        began = time.monotonic()
        errors = run.communicate(timeout=PATIENCE)[1]
        noticed = time.monotonic() - began
        self.assertEqual(run.returncode, 1, errors)
        self.assertLess(noticed, PATIENCE)
        print(f"noticed after {noticed:.0f} s:\n{errors}", flush=True)
        self.link.mend()
        if KIND == "mariadb":  # its server keeps the sessions of the client that is gone
            for number, in self.rows("SELECT id FROM information_schema.processlist WHERE user = 'far'"):
                self.rows(f"KILL CONNECTION {number}")
        errors = (again := self.start("upgrade", "head")).communicate(timeout=PATIENCE)[1]
        self.assertEqual(again.returncode, 0, errors)
        self.assertEqual(sorted(self.rows("SELECT x FROM t")), [("1",), ("2",), ("3",)])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",)])

    def test_in_front_of_a_server_that_does_not_answer_ends_the_run_in_time(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.link.cut()
        run = self.start("upgrade", "head")
        errors = run.communicate(timeout=PATIENCE)[1]
        self.assertEqual(run.returncode, 1, errors)
        self.link.mend()
        errors = (again := self.start("upgrade", "head")).communicate(timeout=PATIENCE)[1]
        self.assertEqual(again.returncode, 0, errors)


if __name__ == "__main__":
    words = sys.argv[1:]
    at = words.index("--orch")
    ORCH = str(pathlib.Path(words.pop(at + 1)).resolve())
    words.pop(at)
    KIND = words.pop(0)
    unittest.main(argv=[sys.argv[0], *words], verbosity=2)
