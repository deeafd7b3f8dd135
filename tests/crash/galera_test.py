#!/usr/bin/env python3
"""A Galera cluster of three nodes, whose named locks are each node's own: the runs of all nodes still go one after another.

    galera_test.py --orch PROGRAM [TEST...]
"""
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from databases import Tree, run, write_ini

import galera

ORCH = str(pathlib.Path(sys.argv.pop(sys.argv.index("--orch") + 1)).resolve())
sys.argv.remove("--orch")
PROCESSES = 15
ASLEEP = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SELECT sleep%' AND id <> CONNECTION_ID()"


class Galera(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.nodes = cls.enterClassContext(galera.cluster(3))

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-galera-")))
        self.tree = Tree(ORCH, self.folder)
        self.database = self.nodes[0].database()

    def ini(self, node):
        path = write_ini(self.folder, self.tree.section(self.nodes[node].url(self.database)))
        return path.rename(self.folder / f"node{node}.ini")

    def start(self, node, *words):
        return subprocess.Popen([ORCH, "-c", self.ini(node), *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def ends(self, process, code):
        _, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, code, errors)
        return errors

    def rows(self, sql, node=1):
        return self.nodes[node].run(self.database, "SET wsrep_sync_wait = 15; " + sql)

    def wait_until_asleep(self, node):
        end = time.monotonic() + 60
        while self.rows(ASLEEP, node) != [["1"]]:
            self.assertLess(time.monotonic(), end, "it did not come to pass")
            time.sleep(0.1)

    def three_steps(self, seconds):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer, primary_key=True))')
        self.tree.add("b", "a", f'op.execute("INSERT INTO t VALUES (1)")\nop.execute("SELECT sleep({seconds})")\nop.add_column("t", sa.Column("y", sa.Integer))')
        self.tree.add("c", "b", 'op.execute("INSERT INTO t VALUES (2, 3)")')

    def test_one_of_many_on_all_nodes_applies_and_all_end_well(self):
        self.three_steps(0.5)
        for process in [self.start(at % 3, "upgrade", "head") for at in range(PROCESSES)]:
            self.ends(process, 0)
        for node in range(3):
            self.assertEqual(self.rows("SELECT x FROM t ORDER BY x", node), [["1"], ["2"]])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [["a"], ["b"], ["c"]])
        self.assertEqual(self.rows("SELECT token FROM alembic_version_orch_lease"), [[str(PROCESSES)]])

    def test_another_node_knows_who_has_the_lock_and_can_take_it_away(self):
        self.three_steps(8)
        holder = self.start(0, "upgrade", "head")
        self.wait_until_asleep(0)
        shown = run(ORCH, self.ini(1), "unlock").stdout
        self.assertIn(f"process {holder.pid}", shown)
        self.assertEqual(run(ORCH, self.ini(1), "upgrade", "head", "--no-wait").returncode, 4)
        self.assertEqual(run(ORCH, self.ini(2), "unlock", "--force").returncode, 0)
        self.assertIn("lock", self.ends(holder, 1))
        self.ends(self.start(2, "upgrade", "head"), 0)
        self.assertEqual(self.rows("SELECT x FROM t ORDER BY x"), [["1"], ["2"]])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [["a"], ["b"], ["c"]])

    def test_the_lock_of_a_run_that_was_killed_ends_by_itself(self):
        self.three_steps(1)
        holder = self.start(0, "upgrade", "head")
        self.wait_until_asleep(0)
        holder.kill()
        holder.communicate()
        began = time.monotonic()
        self.ends(self.start(1, "upgrade", "head"), 0)
        self.assertLess(time.monotonic() - began, 90)
        self.assertEqual(self.rows("SELECT x FROM t ORDER BY x"), [["1"], ["2"]])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [["a"], ["b"], ["c"]])

    def test_a_run_that_was_stopped_and_lost_its_lock_writes_nothing_more(self):
        self.three_steps(3)
        holder = self.start(0, "upgrade", "head")
        self.wait_until_asleep(0)
        holder.send_signal(signal.SIGSTOP)
        other = self.start(1, "upgrade", "head")  # waits until the lease has ended
        time.sleep(40)
        holder.send_signal(signal.SIGCONT)
        first = holder.communicate(timeout=120)[1]
        second = other.communicate(timeout=120)[1]
        self.assertNotEqual(holder.returncode, 0, first + second)
        if other.returncode != 0:  # it may have met the stopped one's transaction
            self.ends(self.start(1, "upgrade", "head"), 0)
        self.assertEqual(self.rows("SELECT x FROM t ORDER BY x"), [["1"], ["2"]], first + second)
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [["a"], ["b"], ["c"]])

    def test_z_a_node_that_dies_in_the_middle_is_gone_on_from_on_another(self):
        self.three_steps(20)
        holder = self.start(2, "upgrade", "head")
        self.wait_until_asleep(2)
        self.nodes[2].kill()
        self.assertIn("error", self.ends(holder, 1))
        self.ends(self.start(0, "upgrade", "head"), 0)
        self.assertEqual(self.rows("SELECT x FROM t ORDER BY x"), [["1"], ["2"]])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [["a"], ["b"], ["c"]])


if __name__ == "__main__":
    unittest.main(verbosity=2)
