"""What goes to a server together: how often a run waits for it, and that a failure in the middle of a packet leaves what it would have left."""
import socket
import threading
import unittest

from support import OnServer

PIPELINE = "pipeline = true\njournal = true"
JOURNAL = "journal = true"
TABLES = [f'op.create_table("t{number}", sa.Column("x", sa.Integer))' for number in range(10)]


class Turns:
    """A way to a server's socket that counts how often somebody asks and then waits."""

    def __init__(self, server):
        self.server, self.count = str(server), 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.meet, daemon=True).start()

    def meet(self):
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(self.server)
            state = {"asks": False}
            threading.Thread(target=self.hand_on, args=(client, there, state, True), daemon=True).start()
            threading.Thread(target=self.hand_on, args=(there, client, state, False), daemon=True).start()

    def hand_on(self, source, target, state, asks):
        while data := source.recv(1 << 16):
            if asks and not state["asks"]:
                self.count += 1
            state["asks"] = asks
            target.sendall(data)
        for each in (source, target):
            each.close()

    def close(self):
        self.door.close()


class Packets(OnServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.run("", "CREATE USER app; GRANT ALL ON *.* TO app")

    def run_with(self, keys, *scripts):
        self.database = self.server.database()
        project = self.project(*scripts)
        project.keys = keys
        (project.folder / "migrations" / "env.py").unlink()
        return project, self.server.url(self.database)

    def ask(self, sql):
        return self.server.run(self.database, sql)

    def turns(self, keys, scripts):
        project, _ = self.run_with(keys, *scripts)
        way = Turns(self.server.socket)
        self.addCleanup(way.close)
        project.must(f"mysql://app@127.0.0.1:{way.port}/{self.database}", "upgrade", "head")
        return way.count

    def test_a_revision_of_one_statement_waits_twice_and_in_a_pipeline_once(self):
        for keys, most in ((JOURNAL, 2), (PIPELINE, 1)):
            with self.subTest(keys):
                few, many = self.turns(keys, TABLES[:2]), self.turns(keys, TABLES)
                self.assertLessEqual(many - few, most * (len(TABLES) - 2))

    def test_several_statements_of_a_pipeline_wait_together(self):
        apart = self.turns(PIPELINE, TABLES[:5])
        self.assertLess(self.turns(PIPELINE, ["\n".join(TABLES[:5])]), apart)

    def test_a_failure_names_its_statement_and_its_line(self):
        for keys in (JOURNAL, PIPELINE):
            with self.subTest(keys):
                project, url = self.run_with(keys, TABLES[0], f'{TABLES[1]}\nop.drop_column("t1", "nothing")\n{TABLES[2]}')
                error = self.fails(project.run(url, "upgrade", "head"), "a2.py:11:5", "sql: ALTER TABLE t1 DROP COLUMN nothing", "while running upgrade a1 -> a2",
                                   "1 of its statements are committed and stay")
                self.assertIn("1091 (42000)", error)
                self.assertEqual(self.ask("SHOW TABLES LIKE 't_'"), [["t0"], ["t1"]])
                self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), [["a1"]])
                self.assertEqual(self.ask("SELECT statement, state FROM alembic_version_orch_open"), [["1", "done"]])
                file = project.versions / "a2.py"
                file.write_text(file.read_text().replace('"nothing"', '"x"').replace('drop_column("t1", "x")', 'add_column("t1", sa.Column("y", sa.Integer))'))
                project.must(url, "upgrade", "head")
                self.assertEqual(self.ask("SHOW TABLES LIKE 't_'"), [["t0"], ["t1"], ["t2"]])
                self.assertEqual(self.ask("SELECT count(*) FROM alembic_version_orch_open"), [["0"]])

    def test_what_may_be_caught_is_waited_for(self):
        project, url = self.run_with(PIPELINE, f'{TABLES[0]}\ntry:\n    op.drop_column("t0", "nothing")\nexcept Exception:\n    {TABLES[1]}')
        project.must(url, "upgrade", "head")
        self.assertEqual(self.ask("SHOW TABLES LIKE 't_'"), [["t0"], ["t1"]])

    def test_what_reads_sees_what_was_sent(self):
        project, url = self.run_with(PIPELINE, f'{TABLES[0]}\nassert sa.inspect(op.get_bind()).has_table("t0")\n'
                                               'op.add_column("t0", sa.Column("y", sa.Integer))\nop.execute("INSERT INTO t0 VALUES (1, 2)")\n'
                                               'assert op.get_bind().execute(sa.text("SELECT y FROM t0")).scalar() == 2')
        project.must(url, "upgrade", "head")
        self.assertEqual(self.ask("SELECT * FROM t0"), [["1", "2"]])

    def test_a_version_row_that_somebody_moved_is_not_overwritten(self):
        for keys in (JOURNAL, PIPELINE):
            with self.subTest(keys):
                project, url = self.run_with(keys, TABLES[0], "op.execute(\"UPDATE alembic_version SET version_num = 'zz'\")", TABLES[1])
                self.fails(project.run(url, "upgrade", "head"), "expected one row 'a1' in version table 'alembic_version', found 0")
                self.assertEqual(self.ask("SELECT revision FROM alembic_version_orch"), [["a1"]])
                self.assertEqual(self.ask("SHOW TABLES LIKE 't1'"), [])

    def test_a_run_that_lost_its_lock_finds_its_number_taken(self):
        for keys in (JOURNAL, PIPELINE):
            with self.subTest(keys):
                stranger = ("op.execute(\"INSERT INTO alembic_version_orch SELECT entry + 1, 'other', direction, started_at, milliseconds, run_by, tool, "
                            "statements_hash, script_hash, git_commit FROM alembic_version_orch\")")
                project, url = self.run_with(keys, TABLES[0], stranger)
                self.fails(project.run(url, "upgrade", "head"), "another run has changed the versions in the meantime")
                self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), [["a1"]])


if __name__ == "__main__":
    unittest.main()
