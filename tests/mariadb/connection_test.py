"""A session with a server: values both ways, transactions, statements that are interrupted, what kind of server it is."""
import subprocess
import time
import unittest

from support import ORCH, OnServer


class Connection(OnServer):
    def upgraded(self, *scripts, **query):
        database = self.server.database()
        self.project(*scripts).must(self.server.url(database, **query), "upgrade", "head")
        return database

    def test_a_whole_walk(self):
        database = self.server.database()
        project = self.project(('op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))', 'op.drop_table("a")'),
                               ('op.add_column("a", sa.Column("b", sa.String(5)))\nop.execute("INSERT INTO a (b) VALUES (\'x\')")', 'op.drop_column("a", "b")'))
        url = self.server.url(database)
        project.must(url, "upgrade", "head")
        self.assertEqual(self.server.run(database, "SELECT * FROM a"), [["1", "x"]])
        self.assertIn("a2 (head)", project.must(url, "current").stdout)
        project.must(url, "downgrade", "-1")
        self.assertEqual(self.server.run(database, "SELECT * FROM a"), [["1"]])
        project.must(url, "downgrade", "base")
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [])
        project.must(url, "stamp", "head")
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [["a2"]])

    def test_both_tools_in_turn(self):
        database = self.server.database()
        project = self.project(('op.create_table("a", sa.Column("id", sa.Integer))', 'op.drop_table("a")'),
                               ('op.create_table("b", sa.Column("id", sa.Integer))', 'op.drop_table("b")'))
        url = self.server.url(database)
        project.must(url, "upgrade", "a1")
        done = project.alembic(url, "upgrade", "head")
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        project.must(url, "downgrade", "base")
        self.assertEqual(self.server.run(database, "SHOW TABLES LIKE '_'"), [])

    def test_values_go_in_as_they_are(self):
        database = self.upgraded(r"""
            import datetime, decimal, uuid
            t = op.create_table("t", sa.Column("id", sa.Integer), sa.Column("s", sa.Text), sa.Column("b", sa.LargeBinary), sa.Column("o", sa.Boolean),
                sa.Column("d", sa.Date), sa.Column("t", sa.Time), sa.Column("m", mysql.DATETIME(fsp=6)), sa.Column("n", sa.Numeric(20, 4)),
                sa.Column("f", mysql.DOUBLE()), sa.Column("j", sa.JSON), sa.Column("i", sa.BigInteger), sa.Column("x", mysql.BIT(4)))
            op.bulk_insert(t, [
                dict(id=1, s="it's \\ \"quoted\" 5% ? \n größe 🐟 \0 end", b=b"\x00\xff'\\\n", o=True, d=datetime.date(2024, 2, 29), t=datetime.time(1, 2, 3),
                     m=datetime.datetime(2024, 1, 2, 3, 4, 5, 678), n=decimal.Decimal("1234567890123456.7890"), f=0.1, j={"a": ["ü", 'it\'s "x" \\']},
                     i=-9223372036854775808, x=5),
                dict(id=2, s="", b=b"", o=False, d=None, t=None, m=None, n=None, f=-1e300, j=[], i=9223372036854775807, x=0)])
            """)
        self.assertEqual(self.server.run(database, "SELECT hex(s), hex(b), o, d, t, m, n, f, json_value(j, '$.a[1]'), i, x+0 FROM t WHERE id = 1"),
                         [["it's \\ \"quoted\" 5% ? \n größe 🐟 \0 end".encode().hex().upper(), "00FF275C0A", "1", "2024-02-29", "01:02:03",
                           "2024-01-02 03:04:05.000678", "1234567890123456.7890", "0.1", 'it\'s "x" \\\\', "-9223372036854775808", "5"]])
        self.assertEqual(self.server.run(database, "SELECT s, b, o, f, j, i FROM t WHERE id = 2"), [["", "", "0", "-1e300", "[]", "9223372036854775807"]])

    def test_values_come_out_as_python_knows_them(self):
        database = self.upgraded("""
            bind = op.get_bind()
            op.execute("CREATE TABLE t (a bigint unsigned, b decimal(10,2), c double, d date, e datetime(6), f time, g bit(9), h blob, i text, j bool, k year)")
            op.execute("INSERT INTO t VALUES (18446744073709551615, 1.50, 0.5, '2024-02-29', '2024-01-02 03:04:05.000678', '01:02:03', b'100000001', "
                       "X'00FF', 'größe', true, 2024), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")
            rows = bind.execute(sa.text("SELECT * FROM t")).fetchall()
            assert [repr(value) for value in rows[1]] == ["None"] * 11, rows[1]
            a, b, c, d, e, f, g, h, i, j, k = rows[0]
            assert a == 18446744073709551615 and str(b) == "1.50" and c == 0.5, (a, b, c)
            assert (d.year, d.month, d.day) == (2024, 2, 29) and e.microsecond == 678 and e.hour == 3, (d, e)
            assert g == 257 and h == b"\\x00\\xff" and i == "größe" and j == 1 and k == 2024, (g, h, i, j, k)
            assert bind.execute(sa.text("SELECT 'a?b', :x"), {"x": "?"}).fetchone()[1] == "?"
            """)
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [["a1"]])

    def test_several_statements_in_one_text(self):
        database = self.upgraded('op.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); SELECT * FROM t; UPDATE t SET a = 3 WHERE a = 1")')
        self.assertEqual(self.server.run(database, "SELECT a FROM t ORDER BY a"), [["2"], ["3"]])

    def test_many_rows(self):
        database = self.upgraded("""
            t = op.create_table("t", sa.Column("id", sa.Integer), sa.Column("s", sa.String(100)))
            op.bulk_insert(t, [{"id": i, "s": "x" * 100} for i in range(20000)])
            """)
        self.assertEqual(self.server.run(database, "SELECT count(*), sum(id) FROM t"), [["20000", "199990000"]])

    def test_ten_megabytes_in_a_statement(self):
        database = self.upgraded("""
            op.execute("CREATE TABLE t (a longtext)")
            op.execute(sa.text("INSERT INTO t VALUES (:a)").bindparams(a="ü" * 5000000))
            """)
        self.assertEqual(self.server.run(database, "SELECT length(a), char_length(a) FROM t"), [["10000000", "5000000"]])

    def test_the_server_decides_what_sql_it_gets(self):
        database = self.upgraded("""
            op.execute("CREATE TABLE t (a int, CONSTRAINT ck CHECK (a > 1))")
            op.drop_constraint("ck", "t", type_="check")
            """)
        self.assertEqual(self.server.run(database, f"SELECT 1 FROM information_schema.check_constraints WHERE constraint_schema = '{database}'"), [])

    def test_sql_modes_of_other_people(self):
        script = """
            t = op.create_table("order", sa.Column("Key", sa.String(50), nullable=False, server_default="it's \\\\ x", comment="a 'b' \\\\"))
            op.alter_column("order", "Key", type_=sa.String(60))
            op.bulk_insert(t, [{"Key": "it's \\\\ \\"y\\""}])
            """
        for mode in ("NO_BACKSLASH_ESCAPES", "ANSI_QUOTES,STRICT_ALL_TABLES", "ANSI,NO_BACKSLASH_ESCAPES", ""):
            with self.subTest(mode):
                database = self.upgraded(script, sql_mode=mode)
                self.assertEqual(self.server.run(database, "SELECT hex(`Key`), hex(DEFAULT(`Key`)) FROM `order`"),
                                 [["it's \\ \"y\"".encode().hex().upper(), "it's \\ x".encode().hex().upper()]])
                self.assertEqual(self.server.run(database, "SELECT hex(column_comment), column_type, is_nullable FROM information_schema.columns "
                                                           f"WHERE table_schema = '{database}' AND table_name = 'order'"),
                                 [["a 'b' \\".encode().hex().upper(), "varchar(60)", "NO"]])

    def test_options_of_the_url(self):
        database = self.upgraded("""
            bind = op.get_bind()
            assert bind.execute(sa.text("SELECT @@sql_mode")).scalar() == "ANSI_QUOTES"
            assert bind.execute(sa.text("SELECT @@lock_wait_timeout")).scalar() == 7
            assert bind.execute(sa.text("SELECT @@collation_connection")).scalar() == "utf8mb4_bin"
            assert bind.execute(sa.text("SELECT @x")).scalar() == 5
            """, sql_mode="ANSI_QUOTES", lock_wait_timeout=7, collation="utf8mb4_bin", init_command="SET @x = 5", use_unicode=1)
        self.assertTrue(database)

    def test_options_of_a_file(self):
        database = self.server.database()
        project = self.project('op.execute("CREATE TABLE t (a int)")')
        (project.folder / "my.cnf").write_text(f"[client]\nuser=root\nsocket={self.server.socket}\n")
        project.must(f"mysql:///{database}?read_default_file={project.folder}/my.cnf", "upgrade", "head")
        self.assertEqual(self.server.run(database, "SHOW TABLES LIKE 't'"), [["t"]])

    def test_names_at_their_limit(self):
        name = "größe_" + "x" * 58
        database = self.upgraded(f'op.create_table({name!r}, sa.Column({name!r}, sa.Integer))')
        self.assertEqual(self.server.run(database, f"SELECT column_name FROM information_schema.columns WHERE table_schema = '{database}' AND table_name = '{name}'"),
                         [[name]])

    def interrupted(self, how):
        database = self.server.database()
        project = self.project('op.execute("CREATE TABLE t (a int)")', 'op.execute("INSERT INTO t VALUES (1)")\nop.execute("SELECT SLEEP(100)")')
        program = subprocess.Popen([ORCH, "-c", project.ini(self.server.url(database)), "upgrade", "head"], stderr=subprocess.PIPE, text=True,
                                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        running = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(100)%'"
        while not (found := self.server.run("", running)):
            time.sleep(0.1)
        how(program, found[0][0])
        error = program.communicate(timeout=100)[1]
        while self.server.run("", running):
            time.sleep(0.1)
        self.assertEqual(self.server.run(database, "SELECT version_num FROM alembic_version"), [["a1"]])
        return program.returncode, error

    def test_a_statement_that_the_server_ends(self):
        status, error = self.interrupted(lambda program, session: self.server.run("", f"KILL QUERY {session}"))
        self.assertEqual(status, 1)
        self.assertIn("somebody ended this statement on the server", error)

    def test_a_session_that_the_server_ends(self):
        status, error = self.interrupted(lambda program, session: self.server.run("", f"KILL {session}"))
        self.assertEqual(status, 1)
        self.assertIn("is gone", error)

    def test_two_runs_at_once(self):
        database = self.server.database()
        project = self.project('op.execute("CREATE TABLE t (a int)")\nop.execute("DO SLEEP(1)")', 'op.execute("INSERT INTO t VALUES (1)")')
        words = [ORCH, "-c", project.ini(self.server.url(database)), "upgrade", "head"]
        runs = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) for _ in range(4)]
        for run in runs:
            error = run.communicate(timeout=120)[1]
            self.assertEqual(run.returncode, 0, error)
        self.assertEqual(self.server.run(database, "SELECT * FROM t"), [["1"]])


if __name__ == "__main__":
    unittest.main()
