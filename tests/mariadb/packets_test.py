"""What goes to a server together: how often a run waits for it, and that a failure in the middle of a packet leaves what it would have left."""
import contextlib
import signal
import socket
import subprocess
import threading
import time
import unittest

from support import ORCH, OnServer

PIPELINE = "pipeline = true\njournal = true"
JOURNAL = "journal = true"
LOOKS = 4  # a slow run looks after its lock once in a second
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
        with contextlib.suppress(OSError):  # the other direction has ended
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

    def run_with(self, keys, *scripts, env=False):
        self.database = self.server.database()
        project = self.project(*scripts)
        project.keys = keys
        if not env:
            (project.folder / "migrations" / "env.py").unlink()
        return project, self.server.url(self.database)

    def ask(self, sql):
        return self.server.run(self.database, sql)

    def turns(self, keys, scripts, env=False):
        project, _ = self.run_with(keys, *scripts, env=env)
        way = Turns(self.server.socket)
        self.addCleanup(way.close)
        project.must(f"mysql://app@127.0.0.1:{way.port}/{self.database}", "upgrade", "head")
        return way.count

    def test_a_revision_of_one_statement_waits_twice_and_in_a_pipeline_not_at_all(self):
        for keys, most in ((JOURNAL, 2), (PIPELINE, 0)):
            with self.subTest(keys):
                few, many = self.turns(keys, TABLES[:2]), self.turns(keys, TABLES)
                self.assertLessEqual(many - few, most * (len(TABLES) - 2) + LOOKS)

    def test_several_statements_of_a_pipeline_wait_together(self):
        self.assertLessEqual(self.turns(PIPELINE, ["\n".join(TABLES)]), self.turns(PIPELINE, TABLES[:1]) + LOOKS)

    def test_an_env_py_that_opens_the_transaction_does_not_end_the_pipeline(self):
        with_env = self.turns(PIPELINE, TABLES, env=True)
        self.assertLessEqual(with_env, self.turns(PIPELINE, TABLES[:1], env=True) + LOOKS)

    def test_many_revisions_of_a_pipeline_are_all_written_down(self):
        several = [TABLES[0], "pass", "\n".join(TABLES[1:4]), 'op.execute("INSERT INTO t1 VALUES (1)")', 'op.rename_table("t1", "t11")', TABLES[4],
                   f'{TABLES[5]}\nop.execute("INSERT INTO t11 VALUES (2)")\n{TABLES[6]}', 'assert op.get_bind().execute(sa.text("SELECT count(*) FROM t11")).scalar() == 2']
        for number in range(40):
            several.append(f'op.add_column("t0", sa.Column("y{number}", sa.Integer))')
        project, url = self.run_with(PIPELINE, *several)
        project.must(url, "upgrade", "head")
        self.assertEqual(self.ask("SELECT count(*) FROM information_schema.columns WHERE table_name = 't0' AND table_schema = DATABASE()"), [["41"]])
        self.assertEqual(self.ask("SELECT * FROM t11"), [["1"], ["2"]])
        self.assertEqual(self.ask("SELECT revision FROM alembic_version_orch ORDER BY entry"), [[f"a{number}"] for number in range(1, len(several) + 1)])
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), [[f"a{len(several)}"]])
        self.assertEqual(self.ask("SELECT * FROM alembic_version_orch_open"), [])

    def test_a_failure_among_many_revisions_stops_there(self):
        for wrong in ('op.drop_column("t4", "nothing")', 'op.get_bind().execute(sa.text("SELECT nothing"))', 'raise ValueError("nothing")'):
            with self.subTest(wrong):
                project, url = self.run_with(PIPELINE, *TABLES[:5], wrong, *TABLES[5:])
                self.fails(project.run(url, "upgrade", "head"), "a6.py:10:5", "nothing", "while running upgrade a5 -> a6", "the 5 steps before it are committed and stay",
                           "the database is at 'a5'")
                self.assertEqual(self.ask("SHOW TABLES LIKE 't_'"), [["t0"], ["t1"], ["t2"], ["t3"], ["t4"]])
                self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), [["a5"]])
                self.assertEqual(self.ask("SELECT count(*) FROM alembic_version_orch"), [["5"]])
                self.assertEqual(self.ask("SELECT * FROM alembic_version_orch_open"), [])
                file = project.versions / "a6.py"
                file.write_text(file.read_text().replace(wrong, "pass"))
                project.must(url, "upgrade", "head")
                self.assertEqual(len(self.ask("SHOW TABLES LIKE 't_'")), 10)

    def test_a_script_does_not_catch_what_was_sent_before_its_try(self):
        for before in ("", f"{TABLES[1]}\n"):
            with self.subTest(before):
                caught = f'{before}op.drop_column("t0", "nothing")\ntry:\n    {TABLES[2]}\nexcept Exception:\n    pass\n{TABLES[3]}'
                project, url = self.run_with(PIPELINE, TABLES[0], caught)
                self.fails(project.run(url, "upgrade", "head"), "sql: ALTER TABLE t0 DROP COLUMN nothing", "while running upgrade a1 -> a2")
                self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), [["a1"]])
                self.assertEqual(self.ask("SHOW TABLES LIKE 't3'"), [])

    def test_ctrl_c_ends_the_statement_and_what_was_sent_behind_it(self):
        slow = 'op.execute("CREATE TABLE slow AS SELECT sleep({}) AS x")'
        project, url = self.run_with(PIPELINE, *TABLES[:3], slow.format(60), *TABLES[3:])
        process = subprocess.Popen([ORCH, "-c", project.ini(url), "upgrade", "head"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        asleep = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%sleep(60)%' AND id <> CONNECTION_ID()"
        for _ in range(600):
            if self.ask(asleep) == [["1"]]:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=30)[1]
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("the database is at 'a3'", errors)
        self.assertEqual(self.ask(asleep), [["0"]])
        self.assertEqual(self.ask("SHOW TABLES LIKE 't_'"), [["t0"], ["t1"], ["t2"]])
        file = project.versions / "a4.py"
        file.write_text(file.read_text().replace("sleep(60)", "sleep(0)"))
        project.must(url, "upgrade", "head")
        self.assertEqual(len(self.ask("SHOW TABLES LIKE 't_'")), 10)

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
