"""alter_column on a server never loses what the script does not speak of: the whole column is restated from what is there."""
import unittest

from support import OnServer

COLUMN = "SELECT column_type, is_nullable, IFNULL(column_default, '<none>'), extra, IFNULL(collation_name, ''), column_comment, " \
         "IFNULL(generation_expression, '') FROM information_schema.columns WHERE table_schema = '{}' AND table_name = 't' AND column_name = '{}'"


class Keeps(OnServer):
    def altered(self, definition, script, name="a"):
        """The facts of column `a` before and after."""
        database = self.server.database("CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        self.server.run(database, f"CREATE TABLE t (`a` {definition}, z int)")
        before = self.server.run(database, COLUMN.format(database, "a"))[0]
        self.project(script).must(self.server.url(database), "upgrade", "head")
        after = self.server.run(database, COLUMN.format(database, name))[0]
        return before, after, database

    def keeps(self, definition, script, changed, name="a"):
        """Only the facts in `changed` (position: value) are other than before."""
        before, after, _ = self.altered(definition, script, name)
        expected = list(before)
        for position, value in changed.items():
            expected[position] = value
        self.assertEqual(after, expected)

    def test_a_type_alone(self):
        self.keeps("varchar(30) NOT NULL DEFAULT 'it''s \\\\ (a, b)' COMMENT 'a, `b` (c'", 'op.alter_column("t", "a", type_=sa.String(40))',
                   {0: "varchar(40)"})

    def test_nullability_alone(self):
        self.keeps("varchar(10) NOT NULL DEFAULT 'x' COMMENT 'c'", 'op.alter_column("t", "a", nullable=True)', {1: "YES"})
        self.keeps("int(7) unsigned zerofill DEFAULT 5", 'op.alter_column("t", "a", nullable=False, existing_type=sa.Integer())', {1: "NO"})

    def test_null_as_default_goes_with_not_null(self):
        self.keeps("int", 'op.alter_column("t", "a", nullable=False)', {1: "NO", 2: "<none>"})

    def test_a_comment_alone(self):
        self.keeps("int NOT NULL DEFAULT 5", 'op.alter_column("t", "a", comment="it\'s")', {5: "it's"})
        self.keeps("int NOT NULL DEFAULT 5 COMMENT 'x'", 'op.alter_column("t", "a", comment=None)', {5: ""})

    def test_a_name_alone(self):
        self.keeps("bigint unsigned NOT NULL DEFAULT 5 COMMENT 'x'", 'op.alter_column("t", "a", new_column_name="b")', {}, "b")
        self.keeps("bigint unsigned NOT NULL DEFAULT 5 COMMENT 'x'",
                   'op.alter_column("t", "a", new_column_name="b", existing_type=sa.Integer(), type_=sa.BigInteger())', {0: "bigint(20)"}, "b")

    def test_character_set_and_collation(self):
        self.keeps("varchar(10) CHARACTER SET latin1 COLLATE latin1_bin", 'op.alter_column("t", "a", type_=sa.String(20))', {0: "varchar(20)"})
        self.keeps("varchar(10) COLLATE utf8mb4_bin NOT NULL", 'op.alter_column("t", "a", type_=sa.Text())', {0: "text"})
        self.keeps("varchar(10) COLLATE utf8mb4_bin", 'op.alter_column("t", "a", type_=sa.String(20, collation="utf8mb4_unicode_ci"))',
                   {0: "varchar(20)", 4: "utf8mb4_unicode_ci"})

    def test_auto_increment(self):
        self.keeps("int PRIMARY KEY AUTO_INCREMENT", 'op.alter_column("t", "a", type_=sa.BigInteger())', {0: "bigint(20)"})
        self.keeps("int PRIMARY KEY AUTO_INCREMENT", 'op.alter_column("t", "a", comment="key", existing_type=sa.Integer())', {5: "key"})
        self.keeps("int PRIMARY KEY AUTO_INCREMENT", 'op.alter_column("t", "a", autoincrement=False)', {3: ""})

    def test_moments_that_follow_updates(self):
        follows = "timestamp NULL DEFAULT current_timestamp() ON UPDATE current_timestamp()"
        self.keeps(follows, 'op.alter_column("t", "a", nullable=False)', {1: "NO"})
        self.keeps(follows, 'op.alter_column("t", "a", server_default=None)', {2: "NULL", 3: ""})
        self.keeps(follows, 'op.alter_column("t", "a", existing_type=sa.TIMESTAMP(), server_default=sa.text("CURRENT_TIMESTAMP"))', {3: ""})

    def test_defaults_that_are_expressions(self):
        self.keeps("varchar(36) DEFAULT (concat(uuid(), ')', '\\''))", 'op.alter_column("t", "a", type_=sa.String(80))', {0: "varchar(80)"})
        self.keeps("datetime(6) DEFAULT current_timestamp(6)", 'op.alter_column("t", "a", nullable=False)', {1: "NO"})

    def test_generated_columns(self):
        self.keeps("int GENERATED ALWAYS AS (z + 1) STORED COMMENT 'sum'", 'op.alter_column("t", "a", comment="other")', {5: "other"})

    def test_enums(self):
        self.keeps("enum('a','it''s, (x)') NOT NULL DEFAULT 'a'", 'op.alter_column("t", "a", comment="x")', {5: "x"})

    def test_checks_of_the_column(self):
        _, _, database = self.altered("int CHECK (a > 5 and a <> 7)", 'op.alter_column("t", "a", nullable=False)')
        self.assertEqual(self.server.run(database, f"SELECT check_clause FROM information_schema.check_constraints WHERE constraint_schema = '{database}'"),
                         [["`a` > 5 and `a` <> 7"]])

    def test_invisible_columns(self):
        self.keeps("int INVISIBLE DEFAULT 5", 'op.alter_column("t", "a", comment="x")', {5: "x"})

    def test_steps_of_a_batch_too(self):
        self.keeps("varchar(10) NOT NULL DEFAULT 'x' COMMENT 'c'",
                   'with op.batch_alter_table("t") as batch:\n    batch.alter_column("a", type_=sa.String(20))', {0: "varchar(20)"})

    def test_a_name_that_holds_anything(self):
        database = self.server.database()
        self.server.run(database, "CREATE TABLE `a``b` (x int, `c``, (d` varchar(5) NOT NULL DEFAULT ',' COMMENT 'e')")
        self.project('op.alter_column("a`b", "c`, (d", type_=sa.String(9))').must(self.server.url(database), "upgrade", "head")
        self.assertEqual(self.server.run(database, f"SELECT column_type, is_nullable, column_default, column_comment FROM information_schema.columns "
                                                   f"WHERE table_schema = '{database}' AND table_name = 'a`b' AND column_name <> 'x'"),
                         [["varchar(9)", "NO", "','", "e"]])

    def offline(self, *scripts):
        project = self.project(*scripts)
        (project.folder / "migrations" / "env.py").unlink()
        return project

    def test_offline_it_keeps_what_the_revisions_below_say(self):
        table = 'op.create_table("t", sa.Column("a", sa.String(10), nullable=False, server_default="x", comment="c"))'
        for change in ('op.alter_column("t", "a", type_=sa.String(20))', 'op.alter_column("t", "a", type_=sa.String(20), existing_type=sa.String(10))',
                       'with op.batch_alter_table("t") as batch:\n    batch.alter_column("a", type_=sa.String(20), existing_type=sa.String(10))'):
            with self.subTest(change):
                sql = self.offline(table, change).must("mysql://", "upgrade", "head", "--sql").stdout
                self.assertIn("ALTER TABLE t MODIFY a VARCHAR(20) NOT NULL DEFAULT 'x' COMMENT 'c';", sql)

    def test_offline_it_asks_for_what_nobody_says(self):
        project = self.offline('op.alter_column("t", "a", type_=sa.String(20), existing_type=sa.String(10))')
        self.fails(project.run("mysql://", "upgrade", "head", "--sql"), "a1.py:10:5", "without existing_nullable=, existing_server_default=, existing_comment=")
        shown = project.must("mysql://", "show", "a1", "--sql")
        self.assertIn("ALTER TABLE t MODIFY a VARCHAR(20) NULL;", shown.stdout)
        self.assertIn("existing_nullable=", shown.stderr)

    def test_a_column_that_is_not_there(self):
        database = self.server.database()
        self.server.run(database, "CREATE TABLE t (a int)")
        self.fails(self.project('op.alter_column("t", "b", type_=sa.String(9))').run(self.server.url(database), "upgrade", "head"),
                   "Unknown column 'b' in 't'", "a1.py:10:5")


if __name__ == "__main__":
    unittest.main()
