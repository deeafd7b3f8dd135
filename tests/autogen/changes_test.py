"""What changes on a server, operation by operation: from models `a`, made by Debian's SQLAlchemy, to models `b`, and back.

    changes_test.py --orch PROGRAM [PostgreSQL | MySQL]
"""
import argparse
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))
HEAD = "from sqlalchemy import *\nfrom sqlalchemy.dialects import mysql, postgresql\n\nm = MetaData()\n"
CREATE = "import sys, sqlalchemy as sa; from a import m; m.create_all(sa.create_engine(sys.argv[1]))"
ENV = """from alembic import context
from sqlalchemy import engine_from_config
with engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


class Changes:
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-changes-")))
        (self.folder / "migrations" / "versions").mkdir(parents=True)
        (self.folder / "migrations" / "env.py").write_text(ENV)

    def run_in(self, *words, expected=(0,)):
        result = subprocess.run([str(word) for word in words], cwd=self.folder, capture_output=True, text=True)
        self.assertIn(result.returncode, expected, f"{words}:\n{result.stdout}{result.stderr}")
        return result.stdout

    def left(self, target):
        report = json.loads(self.run_in(arguments.orch, "check", "--json", "--target", target, expected=(0, 3)))
        return [each["operation"] for each in report["environments"][0]["operations"]]

    def change(self, a, b, expected, alembic=True):
        """Both ways, by orch and by Alembic."""
        (self.folder / "a.py").write_text(HEAD + a)
        (self.folder / "b.py").write_text(HEAD + b)
        for program in (arguments.orch, "/usr/bin/alembic")[:2 if alembic else 1]:
            url = self.url()
            (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n"
                                                     f"sqlalchemy.url = {url.replace('%', '%%')}\n")
            for old in (self.folder / "migrations" / "versions").glob("*.py"):
                old.unlink()
            self.run_in("/usr/bin/python3", "-c", CREATE, url)
            self.assertEqual(self.left("a.py"), [])
            self.assertEqual(self.left("b.py"), expected)
            self.run_in(arguments.orch, "revision", "--autogenerate", "-m", "b", "--rev-id", "b", "--target", "b.py", "--no-renames",
                        "--allow-drop")
            self.run_in(program, "upgrade", "head")
            self.assertEqual(self.left("b.py"), [], f"left by {program}")
            self.run_in(program, "downgrade", "base")
            for revision in (self.folder / "migrations" / "versions").glob("*.py"):
                revision.unlink()
            self.assertEqual(self.left("a.py"), [], f"left by the downgrade of {program}")


class PostgreSQL(Changes, unittest.TestCase):
    def setUp(self):
        super().setUp()
        import servers
        self.server = self.enterContext(servers.server("postgresql"))

    def url(self):
        return f"postgresql+psycopg2://orch@/{self.server.create_database()}?host={self.server.folder}"

    def test_a_value_more_in_an_enum(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", name="mood")))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "so-so", "ok", "glad", name="mood")))',
                    ['op.execute("ALTER TYPE mood ADD VALUE \'so-so\' AFTER \'sad\'")\n'
                     'op.execute("ALTER TYPE mood ADD VALUE \'glad\' AFTER \'ok\'")'])

    def test_a_value_less_in_an_enum_with_a_default(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", name="mood"), server_default="ok"))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("ok", name="mood"), server_default="ok"))',
                    ['op.execute(\'ALTER TYPE mood RENAME TO mood__old\')\n'
                     'op.execute("CREATE TYPE mood AS ENUM (\'ok\')")\n'
                     "op.execute('ALTER TABLE t ALTER COLUMN mood DROP DEFAULT')\n"
                     "op.execute('ALTER TABLE t ALTER COLUMN mood TYPE mood USING mood::text::mood')\n"
                     'op.execute("ALTER TABLE t ALTER COLUMN mood SET DEFAULT \'ok\'::mood")\n'
                     "op.execute('DROP TYPE mood__old')"])

    def test_a_new_column_with_a_new_enum(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", name="mood")))',
                    ['op.execute("CREATE TYPE mood AS ENUM (\'sad\', \'ok\')")',
                     "op.add_column('t', sa.Column('mood', postgresql.ENUM('sad', 'ok', name='mood', create_type=False), nullable=True))"])

    def test_an_enum_that_nobody_has_any_more(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", name="mood")))',
                    'Table("t", m, Column("id", Integer, primary_key=True))',
                    ["op.drop_column('t', 'mood')", "op.execute('DROP TYPE mood')"])

    def test_an_exclude_constraint(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("room", Integer))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("room", Integer), '
                    'postgresql.ExcludeConstraint((column("room"), "="), using="btree", where=text("room > 0"), name="one_each"))',
                    ["op.create_exclude_constraint('one_each', 't', (sa.text('room'), '='), where=sa.text('room > 0'), using='btree')"],
                    alembic=False)  # Alembic 1.8 drops no constraint of this type by itself

    def test_a_sequence_of_a_column(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("number", Integer, Sequence("numbers", start=5)))',
                    ["op.execute('CREATE SEQUENCE numbers START WITH 5')", "op.add_column('t', sa.Column('number', sa.Integer(), nullable=True))"])

    def test_an_identity(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("n", Integer, nullable=False))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("n", Integer, Identity(always=True, start=7)))',
                    ["op.alter_column('t', 'n',\n           existing_type=sa.INTEGER(),\n           "
                     "server_default=sa.Identity(always=True, start=7),\n           existing_nullable=False,\n           existing_server_default=None)"])

    def test_the_operator_class_and_the_method_of_an_index(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("x", String(20)), Index("ix", "x"))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("x", String(20)), '
                    'Index("ix", "x", postgresql_ops={"x": "varchar_pattern_ops"}, postgresql_include=["id"]))',
                    ["op.drop_index(op.f('ix'), table_name='t')",
                     "op.create_index('ix', 't', ['x'], unique=False, postgresql_ops={'x': 'varchar_pattern_ops'}, postgresql_include=['id'])"])

    def test_a_column_outside_of_the_key_that_counts_up_by_itself_goes_on_counting(self):
        url = self.url()
        (self.folder / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
        (self.folder / "b.py").write_text(HEAD + 'Table("t", m, Column("id", Integer, primary_key=True), Column("number", Integer, nullable=False))')
        self.run_in("/usr/bin/python3", "-c", "import sys, sqlalchemy as sa; sa.create_engine(sys.argv[1]).execute("
                    "sa.text('CREATE TABLE t (id SERIAL PRIMARY KEY, number SERIAL)').execution_options(autocommit=True))", url)
        shown = self.run_in(arguments.orch, "check", "--target", "b.py")
        self.assertIn("column 't.number' counts up by itself", shown)

    def test_a_key_that_waits_until_the_end_is_deferrable_by_itself(self):
        self.change('Table("a", m, Column("id", Integer, primary_key=True))\n'
                    'Table("t", m, Column("id", Integer, ForeignKey("a.id", name="fk", initially="deferred"), primary_key=True))',
                    'Table("a", m, Column("id", Integer, primary_key=True))\n'
                    'Table("t", m, Column("id", Integer, ForeignKey("a.id", name="fk", initially="DEFERRED", deferrable=True), primary_key=True), '
                    'Column("x", Integer))',
                    ["op.add_column('t', sa.Column('x', sa.Integer(), nullable=True))"])

    def test_a_text_that_becomes_a_number_takes_a_word_to_the_server(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("n", String(20)))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("n", Integer))',
                    ["op.alter_column('t', 'n',\n           existing_type=sa.VARCHAR(length=20),\n           type_=sa.Integer(),\n           "
                     "existing_nullable=True,\n           postgresql_using='n::INTEGER')"])

    def test_a_default_goes_while_its_column_changes_its_type(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("n", String(20), server_default="0"))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("n", Integer, server_default="0"))',
                    ["op.alter_column('t', 'n',\n           existing_type=sa.VARCHAR(length=20),\n           server_default=None,\n           "
                     "existing_nullable=True)\n"
                     "op.alter_column('t', 'n',\n           existing_type=sa.VARCHAR(length=20),\n           type_=sa.Integer(),\n           "
                     "existing_nullable=True,\n           postgresql_using='n::INTEGER')\n"
                     "op.alter_column('t', 'n',\n           existing_type=sa.Integer(),\n           server_default='0',\n           "
                     "existing_nullable=True)"])

    def test_the_comment_of_a_table_and_of_a_column(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True, comment="a"), comment="old")',
                    'Table("t", m, Column("id", Integer, primary_key=True), comment="it\'s new")',
                    ["op.alter_column('t', 'id',\n           existing_type=sa.INTEGER(),\n           comment=None,\n           "
                     "existing_comment='a',\n           existing_nullable=False,\n           autoincrement=True,\n           "
                     "existing_server_default=sa.text(\"nextval('t_id_seq'::regclass)\"))",
                     "op.create_table_comment(\n    't',\n    \"it's new\",\n    existing_comment='old',\n    schema=None\n)"])


class MySQL(Changes, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import mariadb
        cls.server = cls.enterClassContext(mariadb.Server())

    def url(self):
        return self.server.url(self.server.database(), scheme="mysql+mysqldb")

    def test_the_index_that_a_foreign_key_makes_is_no_difference_and_goes_with_it(self):
        tables = 'Table("u", m, Column("id", Integer, primary_key=True))\n'
        self.change(tables + 'Table("t", m, Column("id", Integer, primary_key=True), Column("u_id", Integer, ForeignKey("u.id", name="fk_u")))',
                    tables + 'Table("t", m, Column("id", Integer, primary_key=True), Column("u_id", Integer))',
                    ["op.drop_constraint(op.f('fk_u'), 't', type_='foreignkey')", "op.drop_index(op.f('fk_u'), table_name='t')"])

    def test_an_index_that_a_foreign_key_needs_goes_while_the_key_is_away(self):
        tables = 'Table("u", m, Column("id", Integer, primary_key=True))\n'
        key = 'Column("u_id", Integer, ForeignKey("u.id", name="fk_u"){})'
        self.change(tables + f'Table("t", m, Column("id", Integer, primary_key=True), {key.format(", index=True")})',
                    tables + f'Table("t", m, Column("id", Integer, primary_key=True), {key.format("")})',
                    ["op.drop_constraint(op.f('fk_u'), 't', type_='foreignkey')\nop.drop_index(op.f('ix_t_u_id'), table_name='t')\n"
                     "op.create_foreign_key(op.f('fk_u'), 't', 'u', ['u_id'], ['id'])"])

    def test_the_values_of_an_enum(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok")))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("mood", Enum("sad", "ok", "glad")))',
                    ["op.alter_column('t', 'mood',\n           existing_type=mysql.ENUM('sad', 'ok'),\n           "
                     "type_=sa.Enum('sad', 'ok', 'glad'),\n           existing_nullable=True)"])

    def test_a_primary_key_that_refers_elsewhere_does_not_count_up_by_itself(self):
        before = 'Table("a", m, Column("id", Integer, primary_key=True))\n' \
                 'Table("t", m, Column("id", Integer, ForeignKey("a.id", name="fk"), primary_key=True), Column("n", Integer))'
        self.change(before, before.replace('Column("n", Integer)', 'Column("n", Integer), Column("x", Integer)'),
                    ["op.add_column('t', sa.Column('x', sa.Integer(), nullable=True))"])

    def test_a_check(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("x", Integer), CheckConstraint("x > 0", name="positive"))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("x", Integer), CheckConstraint("x > 1", name="positive"))',
                    ["op.drop_constraint(op.f('positive'), 't', type_='check')", "op.create_check_constraint('positive', 't', 'x > 1')"],
                    alembic=False)  # Alembic 1.8 drops a CHECK in MySQL's words

    def test_the_length_and_the_prefix_of_an_index(self):
        self.change('Table("t", m, Column("id", Integer, primary_key=True), Column("x", Text), Index("ix", "x", mysql_length=10))',
                    'Table("t", m, Column("id", Integer, primary_key=True), Column("x", Text), Index("ix", "x", mysql_prefix="FULLTEXT"))',
                    ["op.drop_index(op.f('ix'), table_name='t')", "op.create_index('ix', 't', ['x'], unique=False, mysql_prefix='FULLTEXT')"])


parser = argparse.ArgumentParser()
parser.add_argument("--orch", required=True)
arguments, rest = parser.parse_known_args()
arguments.orch = str(Path(arguments.orch).resolve())
if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + rest)
