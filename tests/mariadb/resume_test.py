"""MariaDB commits each DDL statement by itself: orch is killed at random instants in the middle of a revision, and the same command
run again brings the database to where it would have come; many runs at once apply each revision once."""
import random
import subprocess
import time
import unittest

from support import ORCH, OnServer

KILLS = 15
MIXED = """
    op.create_table("t", sa.Column("x", sa.Integer))
    for number in range(20):
        op.execute(f"INSERT INTO t (x) VALUES ({number})")
    op.create_table("u", sa.Column("y", sa.Integer))
    op.execute("INSERT INTO u SELECT x FROM t")
    op.add_column("t", sa.Column("z", sa.Integer))
    op.execute("UPDATE t SET z = x * 10")
    op.create_index("ix_t_z", "t", ["z"])
    op.execute("DELETE FROM u WHERE y % 2 = 0")
    op.drop_column("t", "x")
    """
TABLES = ("SHOW TABLES", "SHOW CREATE TABLE t", "SELECT z FROM t ORDER BY z", "SELECT y FROM u ORDER BY y", "SELECT * FROM alembic_version",
          "SELECT entry, revision, direction FROM alembic_version_orch", "SELECT * FROM alembic_version_orch_open")


class Resume(OnServer):
    def content(self, database):
        return [self.server.run(database, statement) for statement in TABLES]

    def start(self, ini, *words):
        return subprocess.Popen([ORCH, "-c", ini, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def test_killed_in_the_middle_of_a_revision(self):
        project = self.project(MIXED)
        whole = self.server.database()
        begun = time.monotonic()
        project.must(self.server.url(whole), "upgrade", "head")
        length = time.monotonic() - begun
        expected = self.content(whole)
        seed = random.randrange(10**6)
        instants, hits, halves = random.Random(seed), 0, 0
        for _ in range(KILLS):
            database = self.server.database()
            url = self.server.url(database)
            process = self.start(project.ini(url), "upgrade", "head")
            time.sleep(instants.uniform(0, length))
            process.kill()
            process.communicate()
            hits += process.returncode < 0
            halves += "interrupted in a1" in project.must(url, "status").stdout
            with self.subTest(seed=seed):
                project.must(url, "upgrade", "head")
                self.assertEqual(self.content(database), expected)
        self.assertGreater(hits, 0, "no run was hit")
        self.assertGreater(halves, 0, "no run was hit in the middle")

    def test_many_at_once_apply_a_revision_once(self):
        project = self.project("""
            op.create_table("t", sa.Column("x", sa.Integer))
            op.execute("INSERT INTO t VALUES (1)")
            op.execute("SELECT sleep(0.3)")
            op.add_column("t", sa.Column("y", sa.Integer))
            """)
        database = self.server.database()
        ini = project.ini(self.server.url(database))
        processes = [self.start(ini, "upgrade", "head") for _ in range(20)]
        for process in processes:
            _, errors = process.communicate()
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(self.server.run(database, "SELECT x FROM t"), [["1"]])
        self.assertEqual(self.server.run(database, "SELECT revision FROM alembic_version_orch"), [["a1"]])

    def test_what_alembic_left_half_done_is_told(self):
        project = self.project("""
            op.create_table("t", sa.Column("x", sa.Integer))
            op.execute("INSERT INTO t VALUES (1)")
            op.create_table("u", sa.Column("y", sa.Integer))
            op.execute("INSERT INTO nowhere VALUES (1)")
            op.add_column("t", sa.Column("z", sa.Integer))
            """)
        url = self.server.url(self.server.database())
        self.assertNotEqual(project.alembic(url, "upgrade", "head").returncode, 0)
        told = project.run(url, "validate")
        self.assertEqual(told.returncode, 3)
        self.assertIn("half-applied: revision 'a1' is not applied, and 2 of the 3 changes that it makes are there: table 't', table 'u'", told.stdout)

    def test_a_version_table_without_transactions_is_told_and_mended(self):
        project = self.project('op.execute("CREATE TABLE m (x INT) ENGINE = MyISAM")')
        database = self.server.database()
        url = self.server.url(database)
        project.must(url, "upgrade", "head")
        self.assertIn("no-transactions: table 'm' has the engine MyISAM", project.must(url, "validate").stdout)
        self.server.run(database, "ALTER TABLE alembic_version ENGINE = MyISAM")
        self.assertEqual(project.run(url, "validate").returncode, 3)
        project.must(url, "repair", "--yes")
        self.assertEqual(self.server.run(database, "SELECT engine FROM information_schema.tables WHERE table_name = 'alembic_version' AND "
                                         "table_schema = DATABASE()"), [["InnoDB"]])

    def test_who_holds_the_lock(self):
        project = self.project('op.execute("SELECT sleep(30)")')
        url = self.server.url(self.server.database())
        holder = self.start(project.ini(url), "upgrade", "head")
        for _ in range(100):
            if "held" in (said := project.must(url, "unlock").stdout):
                break
            time.sleep(0.05)
        self.assertIn("is held by", said)
        self.fails(project.run(url, "upgrade", "head", "--no-wait"), "is held by", code=4)
        project.must(url, "unlock", "--force")
        for _ in range(100):
            if "is free" in project.must(url, "unlock").stdout:
                break
            time.sleep(0.05)
        self.assertIn("is free", project.must(url, "unlock").stdout)
        holder.kill()
        holder.communicate()


if __name__ == "__main__":
    unittest.main()
