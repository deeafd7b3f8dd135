#!/usr/bin/env python3
"""`pipeline = true`: statements are not waited for, and nothing else changes: a failure names its statement and its line, and what stands
behind it was not done."""
import signal
import subprocess
import time
import unittest

from tree import Case, main

from delay import Delay

PIPELINE = "pipeline = true"
AT_ONCE = PIPELINE + "\ntransaction_per_migration = false"


class Pipeline(Case):
    def line_of(self, path, text):
        return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)

    def test_a_failure_names_its_statement_and_its_line(self):
        tree = self.tree(keys=PIPELINE)
        path = tree.add("a1", """
op.create_table("t", sa.Column("x", sa.Integer))
op.execute("INSERT INTO t VALUES (1)")
op.execute("INSERT INTO t VALUES ('one')")
op.execute("INSERT INTO t VALUES (2)")
op.add_column("t", sa.Column("y", sa.Integer))
""")
        outcome = self.fails(tree.run("upgrade", "head"), 'invalid input syntax for type integer: "one"', "sql: INSERT INTO t VALUES ('one')",
                             "while running upgrade  -> a1", "nothing of it is left in the database")
        self.assertIn(f"a1_.py:{self.line_of(path, 'INSERT INTO t VALUES (' + chr(39))}:", outcome.stderr)
        self.assertEqual(self.ask("SELECT count(*) FROM pg_tables WHERE tablename = 't'"), "0")

    def test_a_failure_belongs_to_its_own_revision(self):
        tree = self.tree(keys=AT_ONCE)
        tree.add("a1", 'op.create_table("t", sa.Column("x", sa.Integer))\nop.execute("SELECT 1 / 0")')
        tree.add("a2", 'op.create_table("u", sa.Column("x", sa.Integer))')
        tree.add("a3", 'op.get_bind().execute(sa.text("SELECT 1")).scalar()')
        outcome = self.fails(tree.run("upgrade", "head"), "division by zero", "sql: SELECT 1 / 0", "while running upgrade  -> a1")
        self.assertIn("a1_.py:", outcome.stderr)
        self.assertNotIn("while running upgrade a", outcome.stderr)
        self.assertEqual(self.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0")

    def test_what_reads_sees_what_was_sent(self):
        for keys in (PIPELINE, AT_ONCE):
            with self.subTest(keys):
                tree = self.tree(keys=keys)
                tree.add("a1", """
op.create_table("t", sa.Column("x", sa.Integer))
op.bulk_insert(sa.table("t", sa.column("x", sa.Integer)), [{"x": n} for n in range(10)])
assert op.get_bind().execute(sa.text("SELECT count(*) FROM t")).scalar() == 10
assert sa.inspect(op.get_bind()).has_table("t")
op.execute("DELETE FROM t WHERE x > 4")
assert op.get_bind().execute(sa.text("UPDATE t SET x = 0")).rowcount == 5
""")
                self.succeeds(tree.run("upgrade", "head"))
                self.assertEqual(self.ask("SELECT count(*), sum(x) FROM t"), "5|0")

    def test_what_may_be_caught_is_waited_for(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", """
op.create_table("t", sa.Column("x", sa.Integer))
try:
    with op.get_bind().begin_nested():
        op.execute("SELECT 1 / 0")
except Exception:
    op.execute("INSERT INTO t VALUES (7)")
""")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT x FROM t"), "7")

    def test_several_statements_a_function_and_a_copy(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", """
op.execute("CREATE TABLE t (x int); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
op.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT max(x) FROM t; $$")
op.execute("INSERT INTO t SELECT f() + 1")
op.execute("-- a comment first\\nINSERT INTO t VALUES (9)")
""")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT string_agg(x::text, ' ' ORDER BY x) FROM t"), "1 2 3 9")

    def test_what_runs_outside_of_a_transaction(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", """
op.create_table("t", sa.Column("x", sa.Integer))
op.create_index("ix_t_x", "t", ["x"], postgresql_concurrently=True)
op.execute("INSERT INTO t VALUES (1)")
with op.get_context().autocommit_block():
    op.execute("VACUUM t")
op.execute("INSERT INTO t VALUES (2)")
""")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT count(*) FROM t"), "2")
        self.assertEqual(self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t_x'::regclass"), "t")

    def test_a_failure_behind_an_autocommit_block_goes_on_from_there(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", """
op.create_table("t", sa.Column("x", sa.Integer))
with op.get_context().autocommit_block():
    op.execute("VACUUM t")
op.execute("INSERT INTO t VALUES (1)")
op.execute("INSERT INTO missing VALUES (1)")
""")
        self.fails(tree.run("upgrade", "head"), 'relation "missing" does not exist', "2 of its statements are committed and stay")
        self.ask("CREATE TABLE missing (x int)")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT count(*) FROM t"), "1")
        self.assertEqual(self.ask("SELECT count(*) FROM missing"), "1")

    def test_a_version_row_that_somebody_took(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", 'op.create_table("t", sa.Column("x", sa.Integer))')
        tree.add("a2", 'op.execute("DELETE FROM alembic_version")')
        self.fails(tree.run("upgrade", "head"), "expected one row 'a1' in version table 'alembic_version', found 0", "while running upgrade a1 -> a2")
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "a1")

    def test_many_statements(self):
        tree = self.tree(keys=AT_ONCE)
        tree.add("a1", 'op.create_table("t", sa.Column("x", sa.Integer))\nfor n in range(5000):\n    op.execute(f"INSERT INTO t VALUES ({n})")')
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT count(*) FROM t"), "5000")

    def test_the_session_is_ended_in_the_middle(self):
        tree = self.tree(keys=PIPELINE)
        tree.add("a1", 'op.execute("SELECT pg_terminate_backend(pg_backend_pid())")\n' + 'op.execute("SELECT 2")\n' * 20)
        self.fails(tree.run("upgrade", "head"), "terminating connection", "sql: SELECT pg_terminate_backend")
        self.assertEqual(self.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0")

    def test_ctrl_c(self):
        tree = self.tree(keys=PIPELINE)
        path = tree.add("a1", 'op.execute("SELECT 1")\nop.execute("SELECT pg_sleep(600)")\nop.execute("SELECT 2")')
        process = subprocess.Popen(tree.command("upgrade", "head"), stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 60
        while self.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sleep(600)%' AND state = 'active' AND "
                       "pid <> pg_backend_pid() AND datname = current_database()") == "0":
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("sql: SELECT pg_sleep(600)", said)
        self.assertIn(f"a1_.py:{self.line_of(path, '600')}:", said)

    def test_a_long_way_is_gone_once(self):
        def length(keys):
            tree = self.tree(keys=keys)
            with Delay(self.server.folder / ".s.PGSQL.5432", 0.01) as port:
                tree.ini.write_text(tree.ini.read_text().replace("@/", f"@127.0.0.1:{port}/").split("?")[0] + f"\n{keys}\n")
                tree.add("a1", "\n".join(f'op.execute("CREATE TABLE t{n} (x int)")' for n in range(150)))
                begin = time.monotonic()
                self.succeeds(tree.run("upgrade", "head"))
                return time.monotonic() - begin
        waiting, sending = length(""), length(PIPELINE)
        self.assertGreater(waiting, 150 * 0.02)
        self.assertLess(sending, waiting - 130 * 0.02)


if __name__ == "__main__":
    main()
