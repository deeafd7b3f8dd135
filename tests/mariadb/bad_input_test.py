"""What goes wrong between orch and a server: one clear error, no password in it, the state as promised."""
import subprocess
import time
import unittest

from support import ORCH, OnServer

SECRET = "s3cr3t!pass"
MAKE = 'op.create_table("t", sa.Column("a", sa.Integer()))'


class BadInput(OnServer):
    options = ("--max-connections=10", "--innodb-flush-log-at-trx-commit=1")

    def upgrade(self, url, script=MAKE):
        done = self.project(script).run(url, "upgrade", "head")
        self.assertNotIn(SECRET, done.stdout + done.stderr)
        return done

    def test_an_unknown_host(self):
        self.fails(self.upgrade(f"mysql://app:{SECRET}@nowhere.invalid/db"), "cannot connect to 'mysql://app:***@nowhere.invalid/db'", "look at the host")

    def test_nobody_listens(self):
        self.fails(self.upgrade(f"mysql://app:{SECRET}@127.0.0.1:1/db"), "cannot connect to", "is the server running")
        self.fails(self.upgrade("mysql://app@/db?unix_socket=/nowhere/socket"), "cannot connect to", "is the server running")

    def test_a_wrong_password(self):
        self.server.run("", "CREATE USER app IDENTIFIED BY 'right'")
        self.addCleanup(self.server.run, "", "DROP USER app")
        error = self.fails(self.upgrade(self.server.url("mysql", "app", SECRET)), "Access denied", "look at the user and the password", "1045 (28000)")
        self.assertIn("app:***@", error)

    def test_an_unknown_database(self):
        self.fails(self.upgrade(self.server.url("nothing")), "Unknown database 'nothing'", "CREATE DATABASE")

    def test_an_unknown_option(self):
        self.fails(self.upgrade(self.server.url("x", ssl_moed="1")), "unknown MariaDB option 'ssl_moed'", "did you mean 'ssl_mode'?")
        self.fails(self.upgrade(self.server.url("x", connect_timeout="soon")), "'connect_timeout' expected whole seconds, got 'soon'")

    def test_too_many_connections(self):
        database = self.server.database()
        held = [subprocess.Popen(["mariadb", "--no-defaults", f"--socket={self.server.socket}", "--user=root", "-e", "SELECT SLEEP(600)"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(11)]
        try:
            for _ in range(100):
                if self.server.client("", "SELECT 1").returncode != 0:
                    break
                time.sleep(0.1)
            self.fails(self.upgrade(self.server.url(database)), "Too many connections", "max_connections")
        finally:
            for each in held:
                each.kill()
                each.wait()
            while self.server.client("", "SELECT 1").returncode != 0:
                time.sleep(0.1)

    def test_a_missing_privilege(self):
        database = self.server.database()
        self.server.run("", f"CREATE USER reader IDENTIFIED BY '{SECRET}'; GRANT SELECT ON {database}.* TO reader")
        self.addCleanup(self.server.run, "", "DROP USER reader")
        self.fails(self.upgrade(self.server.url(database, "reader", SECRET)), "command denied to user 'reader'", "lacks a privilege")
        self.assertEqual(self.server.run(database, "SHOW TABLES"), [])

    def test_a_server_that_only_reads(self):
        database = self.server.database()
        self.server.run("", f"CREATE USER writer IDENTIFIED BY '{SECRET}'; GRANT ALL ON {database}.* TO writer; SET GLOBAL read_only = 1")
        self.addCleanup(self.server.run, "", "SET GLOBAL read_only = 0; DROP USER writer")
        self.fails(self.upgrade(self.server.url(database, "writer", SECRET)), "cannot be written", "is this a replica?")
        self.assertEqual(self.server.run(database, "SHOW TABLES"), [])

    def test_reading_writes_nothing(self):
        database = self.server.database()
        project = self.project(MAKE)
        for words in (["current"], ["history"], ["heads"]):
            project.must(self.server.url(database), *words)
        self.assertEqual(self.server.run(database, "SHOW TABLES"), [])

    def test_a_lock_that_another_session_holds(self):
        database = self.server.database()
        self.server.run(database, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
        holder = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={self.server.socket}", "--user=root", database, "-e",
                                   "BEGIN; UPDATE t SET a = 2; SELECT SLEEP(600)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not self.server.run("", "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"):
                time.sleep(0.1)
            url = self.server.url(database, lock_wait_timeout=1)
            self.fails(self.project('op.add_column("t", sa.Column("b", sa.Integer()))').run(url, "upgrade", "head"),
                       "Lock wait timeout exceeded", "'lock_wait_timeout' of the URL's query", code=4)
            self.fails(self.project('op.execute("UPDATE t SET a = 3")').run(url, "upgrade", "head"), "Lock wait timeout exceeded", code=4)
        finally:
            holder.kill()
            holder.wait()
        self.server.run("", "DO 1")

    def test_the_script_ends_in_the_middle(self):
        database = self.server.database()
        project = self.project('op.create_table("a", sa.Column("x", sa.Integer()))',
                               'op.create_table("b", sa.Column("x", sa.Integer()))\nop.execute("INSERT INTO b VALUES (1)")\nop.execute("INSRT INTO b VALUES (1)")')
        error = self.fails(project.run(self.server.url(database), "upgrade", "head"), "a2.py:12:5", "1064 (42000)", "You have an error in your SQL syntax")
        self.assertIn("a2", error)
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [["a1"]])

    def test_the_server_goes_away(self):
        database = self.server.database()
        project = self.project(MAKE, 'op.execute("SELECT SLEEP(60)")')
        program = subprocess.Popen([ORCH, "-c", project.ini(self.server.url(database)), "upgrade", "head"], stderr=subprocess.PIPE, text=True,
                                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        while not self.server.run("", "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(60)%'"):
            time.sleep(0.1)
        self.server.kill()
        error = program.communicate(timeout=120)[1]
        self.server.start()
        self.assertEqual(program.returncode, 1)
        self.assertIn("is gone", error)
        self.assertIn("a2.py:10:5", error)
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [["a1"]])


if __name__ == "__main__":
    unittest.main()
