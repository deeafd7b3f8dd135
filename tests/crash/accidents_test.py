#!/usr/bin/env python3
"""Many processes at once, a holder that is stopped, servers and connections that go away: what each promises.

    accidents_test.py --orch PROGRAM KIND [TEST...]
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from databases import KINDS, Tree, content, run, write_ini

PROCESSES = 50
SLEEP = {"sqlite": "", "postgresql": 'op.execute("SELECT pg_sleep({})")', "mariadb": 'op.execute("SELECT sleep({})")'}
ORCH, KIND = None, None


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.databases = cls.enterClassContext(KINDS[KIND]())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-crash-")))
        self.tree = Tree(ORCH, self.folder)
        self.database = self.databases.fresh()

    def ini(self, more=""):
        return write_ini(self.folder, self.tree.section(self.databases.url(self.database)) + more)

    def start(self, ini, *words):
        return subprocess.Popen([ORCH, "-c", ini, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def ends(self, process, code):
        _, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, code, errors)
        return errors

    def must(self, ini, *words):
        done = run(ORCH, ini, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def rows(self, sql):
        return self.databases.run(self.database, sql)

    def wait_for(self, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if what():
                    return
            except (subprocess.CalledProcessError, AssertionError, OSError, RuntimeError):  # not yet
                pass
            time.sleep(0.1)
        self.fail("it did not come to pass")

    def sleep(self, seconds):
        return SLEEP[KIND].format(seconds)


class ManyAtOnce(Case):
    def test_one_of_many_applies_and_all_end_well(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))\nop.execute("INSERT INTO t VALUES (1)")\n'
                      + (self.sleep(0.3) or "pass") + '\nop.add_column("t", sa.Column("y", sa.Integer))')
        self.tree.add("b", "a", 'op.execute("INSERT INTO t (x) VALUES (2)")')
        ini = self.ini()
        for process in [self.start(ini, "upgrade", "head") for _ in range(PROCESSES)]:
            self.ends(process, 0)
        self.assertEqual(sorted(self.rows("SELECT x FROM t")), [("1",), ("2",)])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",)])

    def test_upgrades_downgrades_and_stamps_run_one_after_another(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))', 'op.drop_table("t")')
        self.tree.add("b", "a", 'op.execute("INSERT INTO t VALUES (1)")', 'op.execute("DELETE FROM t")')
        ini = self.ini()
        words = [("upgrade", "head"), ("downgrade", "a"), ("upgrade", "b"), ("upgrade", "head")] * 5
        self.must(ini, "upgrade", "a")
        for process in [self.start(ini, *each) for each in words]:
            self.ends(process, 0)
        journal = [tuple(row) for row in self.rows("SELECT direction, revision FROM alembic_version_orch ORDER BY entry")]
        self.assertEqual(journal[0], ("upgrade", "a"))
        for before, after in zip(journal[1:], journal[2:]):
            self.assertNotEqual(before, after, "two of a kind in a row: they did not see each other")
        version, = self.rows("SELECT version_num FROM alembic_version")
        self.assertEqual(len(self.rows("SELECT x FROM t")), 1 if version == ("b",) else 0)


    def test_stamps_wait_for_their_turn_too(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))').add("b", "a", "pass")
        ini = self.ini()
        self.must(ini, "upgrade", "a")
        for process in [self.start(ini, *each) for each in [("upgrade", "b"), ("stamp", "b"), ("downgrade", "a"), ("stamp", "a")] * 5]:
            self.ends(process, 0)
        journal = self.rows("SELECT direction, revision FROM alembic_version_orch ORDER BY entry")[1:]
        at = "a"
        for direction, revision in journal:  # each found what the one before it had left
            self.assertEqual(at, "b" if direction == "downgrade" or (direction, revision) == ("stamp", "a") else "a", journal)
            at = "a" if at == "b" else "b"
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), [(at,)])


class OldJournal(Case):
    """A journal that an older orch made lacks columns."""

    def test_gets_them_with_the_first_change_and_is_read_without(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", 'op.execute("INSERT INTO t VALUES (1)")', 'op.execute("DELETE FROM t")')
        ini = self.ini("journal_downgrades = true\n")
        self.must(ini, "upgrade", "a")
        for column in ("script_hash", "git_commit", "downgrade"):
            self.rows(f"ALTER TABLE alembic_version_orch DROP COLUMN {column}")
        before = content(self.databases, self.database)
        self.must(ini, "validate")
        self.must(ini, "status")
        self.assertEqual(content(self.databases, self.database), before)
        self.must(ini, "upgrade", "b")
        self.assertEqual(self.rows("SELECT count(script_hash), count(downgrade) FROM alembic_version_orch"), [("1", "1")])
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), [("b",)])
        self.must(ini, "validate")


class Stopped(Case):
    """A run that is stopped (SIGSTOP), loses its lock and goes on: it must not write what another one has done since."""

    def test_a_holder_that_lost_its_lock_writes_nothing_more(self):
        if KIND == "sqlite":  # its lock is the process's own: nobody can take it away
            self.tree.add("a", None, "\n".join(f'op.execute("CREATE TABLE t{n} (x INTEGER)")' for n in range(3)))
            holder = self.start(self.ini(), "upgrade", "head")
            holder.send_signal(signal.SIGSTOP)
            other = run(ORCH, self.ini("lock_wait = 300ms\n"), "upgrade", "head")
            holder.send_signal(signal.SIGCONT)
            self.assertIn(other.returncode, (0, 4), other.stderr)
            self.ends(holder, 0)
            self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch"), [("a",)])
            return
        self.tree.add("a", None, f'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", self.sleep(3))
        self.tree.add("c", "b", 'op.execute("INSERT INTO t VALUES (1)")')
        ini = self.ini()
        holder = self.start(ini, "upgrade", "head")
        self.wait_for(lambda: self.rows("SELECT version_num FROM alembic_version") == [("a",)])
        time.sleep(0.3)
        holder.send_signal(signal.SIGSTOP)
        self.must(ini, "unlock", "--force")
        self.wait_for(lambda: "is free" in self.must(ini, "unlock").stdout)
        other = self.start(self.ini(), "upgrade", "head")
        time.sleep(4)  # the stopped one's statement ends meanwhile, and its transaction keeps what it has locked
        holder.send_signal(signal.SIGCONT)
        first = holder.communicate(timeout=120)[1]
        second = other.communicate(timeout=120)[1]
        self.assertNotEqual(holder.returncode, 0, first)
        if other.returncode != 0:  # it may have met the stopped one's transaction
            self.must(ini, "upgrade", "head")
        self.assertEqual(self.rows("SELECT x FROM t"), [("1",)], first + second)
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",), ("c",)])


class Killed(Case):
    """The lock of a run that was killed is free at once; its session on the server may still be at a statement."""

    def kill_in(self, seconds):
        sleep = {"postgresql": f"1 AS x FROM pg_sleep({seconds})", "mariadb": f"sleep({seconds}) AS x"}[KIND]
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", f'op.execute("CREATE TABLE u AS SELECT {sleep}")\nop.execute("INSERT INTO t VALUES (1)")')
        ini = self.ini()
        process = self.start(ini, "upgrade", "head")
        asleep = ("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE u%'" if KIND == "postgresql" else
                  "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%CREATE TABLE u%' AND id <> CONNECTION_ID()")
        self.wait_for(lambda: self.rows(asleep) == [("1",)])
        process.kill()
        process.communicate()
        return ini

    def test_the_next_run_waits_for_its_last_statement(self):
        ini = self.kill_in(5)
        if KIND == "mariadb":  # PostgreSQL notices that nobody listens any more
            done = run(ORCH, ini, "upgrade", "head", "--no-wait")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertIn("is still at the last statements of an earlier run", done.stderr)
        self.must(ini, "upgrade", "head")
        self.assertEqual(self.rows("SELECT x FROM t"), [("1",)])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",)])

    def test_its_session_can_be_ended(self):
        ini = self.kill_in(600)
        if KIND == "mariadb":
            self.assertIn("is held by", self.must(ini, "unlock").stdout)
        self.must(ini, "unlock", "--force")
        self.wait_for(lambda: "is free" in self.must(ini, "unlock").stdout)


class ServerGoes(Case):
    def restart(self):
        server = self.databases.server
        if KIND == "mariadb":
            server.process.kill()
            server.process.wait()
            server.start()
            return
        os.kill(server.process, signal.SIGKILL)
        self.wait_for(lambda: not pathlib.Path(f"/proc/{server.process}/stat").exists() or
                      pathlib.Path(f"/proc/{server.process}/stat").read_text().split()[2] == "Z")
        for _ in range(50):  # its children go on for a moment
            started = subprocess.Popen(server.as_account(server.command()), cwd=server.folder, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            for _ in range(100):
                if started.poll() is not None:
                    break
                if server.answers():
                    server.process = started.pid
                    return
                time.sleep(0.1)
            time.sleep(0.3)
        self.fail("the server did not come back")

    def test_a_server_that_is_killed_in_the_middle(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", 'op.execute("INSERT INTO t VALUES (1)")\nop.add_column("t", sa.Column("y", sa.Integer))\n' + self.sleep(20) +
                      '\nop.execute("UPDATE t SET y = 2")')
        ini = self.ini()
        process = self.start(ini, "upgrade", "head")
        self.wait_for(lambda: self.rows("SELECT version_num FROM alembic_version") == [("a",)])
        time.sleep(1)
        self.restart()
        self.assertIn("error", self.ends(process, 1))
        (self.folder / "app" / "versions" / "b.py").write_text((self.folder / "app" / "versions" / "b.py").read_text().replace("(20)", "(0)"))
        done = run(ORCH, ini, "upgrade", "head")
        if done.returncode != 0:  # the edited statement is not the one that was under way
            self.assertIn("is not the one that ran here before", done.stderr)
            (self.folder / "app" / "versions" / "b.py").write_text((self.folder / "app" / "versions" / "b.py").read_text().replace("(0)", "(20)"))
            done = run(ORCH, ini, "upgrade", "head")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.rows("SELECT x, y FROM t"), [("1", "2")])

    def cut(self, where):
        """Ends the sessions that fit, as the server's administrator would."""
        if KIND == "postgresql":
            self.databases.server.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.database}' AND pid <> "
                                       f"pg_backend_pid() AND {where[0]}")
            return
        for number, in self.databases.run(self.database, f"SELECT id FROM information_schema.processlist WHERE db = '{self.database}' AND id <> "
                                          f"CONNECTION_ID() AND {where[1]}"):
            self.databases.run(self.database, f"KILL CONNECTION {number}")

    def two_steps(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))\n' + self.sleep(8))
        self.tree.add("b", "a", 'op.execute("INSERT INTO t VALUES (1)")')
        ini = self.ini()
        process = self.start(ini, "upgrade", "head")
        asleep = ("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(8)%' AND pid <> pg_backend_pid()" if KIND == "postgresql" else
                  "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%sleep(8)%' AND id <> CONNECTION_ID()")
        self.wait_for(lambda: self.rows(asleep) == [("1",)])
        return ini, process

    def test_a_lock_connection_that_is_cut_ends_the_run_before_its_next_step(self):
        ini, process = self.two_steps()
        self.cut(("query NOT LIKE '%pg_sleep%'", "coalesce(info, '') NOT LIKE '%sleep%'"))
        self.assertIn("lock", self.ends(process, 1))
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch"), [("a",)])
        self.must(ini, "upgrade", "head")
        self.assertEqual(self.rows("SELECT x FROM t"), [("1",)])

    def test_a_work_connection_that_is_cut_leaves_nothing_half_done(self):
        ini, process = self.two_steps()
        self.cut(("query LIKE '%pg_sleep%'", "info LIKE '%sleep%'"))
        self.ends(process, 1)
        self.must(ini, "upgrade", "head")
        self.assertEqual(self.rows("SELECT x FROM t"), [("1",)])
        self.assertEqual(self.rows("SELECT revision FROM alembic_version_orch ORDER BY entry"), [("a",), ("b",)])


class Waiting(Case):
    def test_a_statement_that_waits_too_long_names_who_is_in_the_way(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", 'op.add_column("t", sa.Column("y", sa.Integer))')
        ini = self.ini("lock_timeout = 1s\nlock_retries = 1\n")
        self.must(ini, "upgrade", "a")
        if KIND == "postgresql":
            other = subprocess.Popen(["psql", "-X", "-q", "-h", str(self.databases.server.folder), "-U", "orch", "-d", self.database, "-c",
                                      "BEGIN; LOCK TABLE t; SELECT pg_sleep(60)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
        else:
            other = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={self.databases.server.socket}", "-u", "root", self.database, "-e",
                                      "LOCK TABLES t WRITE; SELECT sleep(60)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            busy = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%sleep(60)%' AND id <> CONNECTION_ID()"
        try:
            self.wait_for(lambda: self.rows(busy) == [("1",)])
            began = time.monotonic()
            done = run(ORCH, ini, "upgrade", "head")
            self.assertEqual(done.returncode, 4, done.stderr)
            self.assertRegex(done.stderr, r"in the way: session \d+, user \w+")
            self.assertIn("sleep(60)", done.stderr)
            self.assertIn("trying again", done.stderr)
            self.assertLess(time.monotonic() - began, 40)
        finally:
            other.kill()
            other.wait()

    def test_a_revision_says_how_long_it_may_run(self):
        self.tree.add("a", None, self.sleep(30), more='orch_statement_timeout = "500ms"')
        self.tree.add("b", "a", self.sleep(0.7))
        ini = self.ini()
        began = time.monotonic()
        done = run(ORCH, ini, "upgrade", "head")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertLess(time.monotonic() - began, 25)
        path = self.folder / "app" / "versions" / "a.py"
        path.write_text(path.read_text().replace("(30)", "(0)"))
        self.must(ini, "upgrade", "head")  # the other one's time is its own


class Unheard(Case):
    """Started without standard input, output and error, the program opens its connections elsewhere."""

    def test_what_is_said_goes_into_no_connection(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))').add("b", "a", 'op.execute("INSERT INTO t VALUES (1)")')
        ini = self.ini()
        for closed in ("2>&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f"exec {ORCH} -v -c {ini} upgrade head {closed}"], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
            self.assertEqual(done.returncode, 0, closed)
            self.assertEqual(self.rows("SELECT x FROM t"), [("1",)])
            self.must(ini, "stamp", "a")
            self.rows("DELETE FROM t")


class ReadsOnly(Case):
    """What reads sends nothing that writes: the server's own log tells."""

    def statements(self):
        if KIND == "postgresql":
            return (self.databases.server.folder / "log").read_text(errors="replace")
        return (self.databases.server.folder / "general.log").read_text(errors="replace")

    def test_reading_commands_send_no_statement_that_writes(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", 'op.add_column("t", sa.Column("y", sa.Integer))\nop.execute("DELETE FROM t")')
        (self.folder / "models.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('t', metadata, sa.Column('x', sa.Integer))\n")
        ini = self.ini("target_metadata = %(here)s/models.py\n")
        self.must(ini, "upgrade", "a")
        if KIND == "postgresql":
            self.databases.server.psql(f'ALTER DATABASE "{self.database}" SET log_statement = \'all\'')
        else:
            log = self.databases.server.folder / "general.log"
            self.rows(f"SET GLOBAL general_log_file = '{log}'")
            self.rows("SET GLOBAL general_log = 1")
        before = len(self.statements())
        for words in (("plan",), ("upgrade", "--dry-run", "heads"), ("status",), ("current",), ("validate",), ("who", "t"), ("unlock",), ("heads",),
                      ("inspect",), ("inspect", "--format", "sql"), ("doctor",), ("history",), ("show", "head"), ("branches",), ("runs",), ("check",)):
            self.assertIn(run(ORCH, ini, *words).returncode, (0, 3), words)
        sent = self.statements()[before:]
        self.assertIn("version_num", sent, "nothing was logged")
        self.assertNotRegex(sent, r"(?im)(statement: |\tquery\t|query\s)\s*(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|TRUNCATE|REPLACE)")

    def test_reading_commands_need_no_right_to_write(self):
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')
        self.tree.add("b", "a", 'op.add_column("t", sa.Column("y", sa.Integer))')
        (self.folder / "models.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('t', metadata, sa.Column('x', sa.Integer), "
                                               "sa.Column('y', sa.Integer), sa.CheckConstraint('x > 1', name='ck'))\n")
        self.must(self.ini(), "upgrade", "b")
        url = self.databases.url(self.database)
        if KIND == "postgresql":
            self.rows(f'CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; ALTER ROLE reader SET default_transaction_read_only = on; '
                      f'REVOKE TEMPORARY ON DATABASE "{self.database}" FROM PUBLIC')
            url = url.replace("orch@", "reader@")
        else:
            self.rows(f"CREATE USER reader@localhost; GRANT SELECT ON {self.database}.* TO reader@localhost")
            url = url.replace("root@", "reader@")
        ini = write_ini(self.folder, self.tree.section(url) + "target_metadata = %(here)s/models.py\n")
        for words in (("plan",), ("upgrade", "--dry-run", "heads"), ("downgrade", "--dry-run", "base"), ("status",), ("current",), ("validate",), ("who", "t"),
                      ("unlock",), ("inspect",), ("doctor",), ("history", "-i"), ("runs",)):
            done = run(ORCH, ini, *words)
            self.assertIn(done.returncode, (0, 3), (words, done.stderr))
        done = run(ORCH, ini, "check")  # the one right that it needs
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "note: .*temporary tables(.|\\n)*scratch_url")
        self.assertNotIn("cannot connect", done.stderr)
        done = run(ORCH, ini, "downgrade", "base")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "denied|read-only|permission")

    def test_a_comparison_leaves_nothing_behind(self):
        """It asks the server for the normal form of the models, in temporary tables that go again."""
        (self.folder / "models.py").write_text("import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table('t', metadata, sa.Column('x', sa.Integer), "
                                               "sa.Column('y', sa.String(20), server_default='a'), sa.CheckConstraint('x > 1', name='ck'))\n")
        ini = self.ini("target_metadata = %(here)s/models.py\n")
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))\nop.execute("INSERT INTO t VALUES (5)")')
        self.must(ini, "upgrade", "a")
        before = content(self.databases, self.database)
        self.assertEqual(run(ORCH, ini, "check").returncode, 3)
        self.assertEqual(content(self.databases, self.database), before)


class WithoutTransactions(Case):
    """Rows of a table that knows no transactions stay when the program is killed: they are not written twice."""

    def killed_in(self, words):
        process = self.start(self.ini(), "upgrade", "head")
        self.wait_for(lambda: self.rows(f"SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%{words}%' AND id <> CONNECTION_ID()") == [("1",)])
        process.kill()
        process.communicate()
        for number, in self.rows(f"SELECT id FROM information_schema.processlist WHERE db = '{self.database}' AND id <> CONNECTION_ID()"):
            self.rows(f"KILL CONNECTION {number}")
        time.sleep(0.5)

    def test_a_statement_that_was_done_is_not_done_again(self):
        self.tree.add("a", None, """
op.execute("CREATE TABLE m (x INTEGER) ENGINE = MyISAM")
op.execute("INSERT INTO m VALUES (1), (2)")
op.execute("SELECT sleep(20)")
op.execute("INSERT INTO m VALUES (3)")
""")
        self.killed_in("sleep(20)")
        path = self.folder / "app" / "versions" / "a.py"
        path.write_text(path.read_text().replace("sleep(20)", "sleep(0)"))
        done = run(ORCH, self.ini(), "upgrade", "head")
        if done.returncode != 0:
            self.assertIn("is not the one that ran here before", done.stderr)
            path.write_text(path.read_text().replace("sleep(0)", "sleep(20)"))
            self.must(self.ini(), "upgrade", "head")
        self.assertEqual(sorted(self.rows("SELECT x FROM m")), [("1",), ("2",), ("3",)])

    def test_a_statement_that_was_under_way_is_left_to_a_person(self):
        self.tree.add("a", None, """
op.execute("CREATE TABLE m (x INTEGER) ENGINE = MyISAM")
op.execute("INSERT INTO m SELECT 1 UNION ALL SELECT sleep(20)")
""")
        self.killed_in("UNION ALL SELECT sleep")
        done = run(ORCH, self.ini(), "upgrade", "head")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("knows no transactions", done.stderr)
        self.assertIn("orch resolve", done.stderr)
        self.must(self.ini(), "resolve", "--applied", "a")
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), [("a",)])


class Pooled(Case):
    """PgBouncer in transaction mode: a session's lock would be nobody's."""

    def setUp(self):
        super().setUp()
        server = self.databases.server
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-pool-")))
        folder.chmod(0o777)
        (folder / "users").write_text('"orch" ""\n')
        (folder / "pgbouncer.ini").write_text(f"[databases]\n* = host={server.folder} user=orch\n[pgbouncer]\nlisten_addr =\nlisten_port = 6543\n"
                                              f"unix_socket_dir = {folder}\nauth_type = any\nauth_file = {folder}/users\n"
                                              f"pool_mode = transaction\nignore_startup_parameters = extra_float_digits,options\nlogfile = {folder}/log\n")
        process = subprocess.Popen(server.as_account(["/usr/sbin/pgbouncer", "-q", str(folder / "pgbouncer.ini")]), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.url = f"postgresql://orch@/{self.database}?host={folder}&port=6543"
        self.wait_for(lambda: subprocess.run(["psql", "-X", "-h", str(folder), "-p", "6543", "-U", "orch", "-d", self.database, "-c", "SELECT 1"],
                                             capture_output=True).returncode == 0)
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))')

    def test_is_refused_and_gone_around_with_direct_url(self):
        ini = write_ini(self.folder, self.tree.section(self.url))
        done = run(ORCH, ini, "upgrade", "head")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("pools transactions", done.stderr)
        self.assertIn("direct_url", done.stderr)
        direct = self.databases.url(self.database).replace("%", "%%")
        ini = write_ini(self.folder, self.tree.section(self.url) + f"direct_url = {direct}\n")
        self.must(ini, "upgrade", "head")
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), [("a",)])


TESTS = {"sqlite": (ManyAtOnce, OldJournal, Stopped), "postgresql": (Unheard, ManyAtOnce, OldJournal, Stopped, Killed, ServerGoes, Waiting, ReadsOnly, Pooled),
         "mariadb": (Unheard, ManyAtOnce, OldJournal, Stopped, Killed, ServerGoes, Waiting, ReadsOnly, WithoutTransactions)}


def main():
    global ORCH, KIND
    words = sys.argv[1:]
    at = words.index("--orch")
    ORCH = str(pathlib.Path(words.pop(at + 1)).resolve())
    words.pop(at)
    KIND = words.pop(0)
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromName(word, sys.modules[__name__]) for word in words) if words else unittest.TestSuite(
        loader.loadTestsFromTestCase(case) for case in TESTS[KIND])
    return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
