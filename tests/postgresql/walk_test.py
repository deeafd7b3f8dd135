#!/usr/bin/env python3
"""The way through a PostgreSQL database: up, down, failures, kills, and what runs outside of transactions."""
import os
import signal
import subprocess
import time

from tree import Case, main

ACCOUNTS = """
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50), nullable=False),
                sa.Column("mood", sa.Enum("happy", "sad", name="mood")))
op.bulk_insert(sa.table("account", sa.column("name", sa.String), sa.column("mood", sa.Enum("happy", "sad", name="mood"))),
               [{"name": "it's", "mood": "happy"}, {"name": "50% \\\\ off", "mood": None}])
"""
NO_ACCOUNTS = """
op.drop_table("account")
pg.ENUM(name="mood").drop(op.get_bind())
"""


class Walk(Case):
    def test_up_and_down_and_up_again(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS, NO_ACCOUNTS)
        tree.add("b2", 'op.add_column("account", sa.Column("age", sa.Integer, server_default="7", nullable=False))',
                 'op.drop_column("account", "age")')
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "b2")
        self.assertEqual(self.ask("SELECT id, name, mood, age FROM account ORDER BY id"), "1|it's|happy|7\n2|50% \\ off||7")
        self.succeeds(tree.run("downgrade", "base"))
        self.assertEqual(self.ask("SELECT count(*) FROM alembic_version"), "0")
        self.assertEqual(self.ask("SELECT to_regclass('account'), to_regtype('mood')"), "|")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "b2")

    def test_a_revision_that_fails_is_rolled_back_and_the_others_stay(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        path = tree.add("b2", 'op.create_table("other", sa.Column("id", sa.Integer))\nop.execute("UPDATE account SET nme = 1")')
        outcome = self.fails(tree.run("upgrade", "head"), 'column "nme" of relation "account" does not exist', "42703",
                             f"{path.name}:", "UPDATE account SET nme = 1")
        self.assertIn("at column 20", outcome.stderr)
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "a1")
        self.assertEqual(self.ask("SELECT to_regclass('other') IS NULL"), "t")

    def test_one_transaction_for_the_run_rolls_all_of_it_back(self):
        tree = self.tree(keys="transaction_per_migration = false")
        tree.add("a1", ACCOUNTS)
        tree.add("b2", 'op.execute("SELECT nothing")')
        self.fails(tree.run("upgrade", "head"), "nothing")
        self.assertEqual(self.ask("SELECT to_regclass('account') IS NULL"), "t")

    def test_a_killed_run_goes_on_from_the_last_revision(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        tree.add("b2", 'op.create_table("other", sa.Column("mood", sa.Enum("happy", "sad", name="mood")))\nop.execute("SELECT pg_sleep(30)")')
        process = subprocess.Popen(tree.command("upgrade", "head"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()", "1")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.wait_for("SELECT version_num FROM alembic_version", "a1")
        self.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()")
        path = next((tree.folder / "versions").glob("b2*"))
        path.write_text(path.read_text().replace("pg_sleep(30)", "1"))
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "b2")

    def wait_for(self, sql, answer):
        for _ in range(200):
            try:
                if self.ask(sql) == answer:
                    return
            except subprocess.CalledProcessError:
                pass
            time.sleep(0.1)
        self.fail(f"{sql} never gave {answer}")

    def test_an_enum_that_two_tables_share_is_made_once(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        tree.add("b2", 'op.create_table("other", sa.Column("mood", sa.Enum("happy", "sad", name="mood")))')
        self.succeeds(tree.run("upgrade", "a1"))
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT count(*) FROM pg_enum"), "2")

    def test_an_enum_of_that_name_with_other_values_is_not_taken_for_it(self):
        tree = self.tree()
        self.ask("CREATE TYPE mood AS ENUM ('grumpy')")
        tree.add("a1", ACCOUNTS)
        self.fails(tree.run("upgrade", "head"), 'type "mood" already exists')

    def test_values_of_an_enum_are_added_and_used(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        tree.add("b2", """
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE mood ADD VALUE 'grim' BEFORE 'sad'")
op.execute("UPDATE account SET mood = 'grim'")
""")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT DISTINCT mood FROM account"), "grim")

    def test_a_new_value_in_the_same_transaction_says_what_to_do(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        tree.add("b2", "op.execute(\"ALTER TYPE mood ADD VALUE 'grim'\")\nop.execute(\"UPDATE account SET mood = 'grim'\")")
        self.fails(tree.run("upgrade", "head"), "unsafe use of new value", "autocommit_block")

    def test_concurrent_indexes_run_outside_of_the_transaction(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS + 'op.create_index("ix_name", "account", ["name"], postgresql_concurrently=True)',
                 'op.drop_index("ix_name", "account", postgresql_concurrently=True)\n' + NO_ACCOUNTS)
        tree.add("b2", 'op.execute("CREATE INDEX CONCURRENTLY ix_mood ON account (mood)")', 'op.execute("DROP INDEX CONCURRENTLY ix_mood")')
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix%' ORDER BY 1"), "ix_mood\nix_name")
        self.succeeds(tree.run("downgrade", "base"))

    def test_an_invalid_index_is_made_again(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        tree.add("b2", 'op.create_index("ix_name", "account", ["name"], unique=True, postgresql_concurrently=True)')
        self.succeeds(tree.run("upgrade", "a1"))
        self.ask("INSERT INTO account (name) VALUES ('twice'), ('twice')")
        self.fails(tree.run("upgrade", "head"), "could not create unique index", "twice")
        self.assertEqual(self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass"), "f")
        self.ask("DELETE FROM account WHERE name = 'twice' AND ctid <> (SELECT min(ctid) FROM account WHERE name = 'twice')")
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass"), "t")

    def test_what_sql_prints_makes_the_same_when_psql_runs_it(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS + 'op.create_index("ix_name", "account", ["name"], postgresql_concurrently=True)')
        tree.add("b2", 'op.add_column("account", sa.Column("age", sa.Integer, comment="50%"))')
        script = self.succeeds(tree.run("upgrade", "head", "--sql")).stdout
        self.succeeds(tree.run("upgrade", "head"))
        other = self.server.create_database()
        self.addCleanup(self.server.drop_database, other)
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.server.folder), "-U", "orch", "-d", other],
                       input=script, text=True, check=True, capture_output=True)
        self.assertEqual(self.dump(self.name()), self.dump(other))

    def dump(self, name):
        out = subprocess.run(["pg_dump", "-h", str(self.server.folder), "-U", "orch", "--inserts", "-T", "alembic_version_orch*", name], check=True, capture_output=True,
                             text=True).stdout
        return [line for line in out.splitlines() if not line.startswith(("--", "\\"))]

    def test_two_runs_at_once_do_the_work_once(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS + 'op.execute("SELECT pg_sleep(1)")')
        both = [subprocess.Popen(tree.command("upgrade", "head"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        outcomes = [process.communicate(timeout=60) for process in both]
        self.assertEqual([process.returncode for process in both], [0, 0], outcomes)
        self.assertEqual(self.ask("SELECT count(*) FROM account"), "2")

    def test_reading_commands_write_nothing(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        self.succeeds(tree.run("current"))
        self.assertEqual(self.ask("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), "0")

    def test_the_version_table_in_a_schema_of_its_own(self):
        url = self.database()
        self.url = url
        self.ask("CREATE SCHEMA meta")
        tree = self.tree(url, "version_table_schema = meta")
        tree.add("a1", ACCOUNTS)
        self.succeeds(tree.run("upgrade", "head"))
        self.assertEqual(self.ask("SELECT version_num FROM meta.alembic_version"), "a1")

    def test_an_index_that_a_concurrent_build_left_invalid_is_told_and_built_anew(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        self.succeeds(tree.run("upgrade", "head"))
        self.assertIn("nothing is wrong", self.succeeds(tree.run("validate")).stdout)
        self.server.psql("INSERT INTO account (name) VALUES ('x'), ('x')", self.name())
        self.server.psql("CREATE UNIQUE INDEX CONCURRENTLY ix_name ON account (name)", self.name(), check=False)
        outcome = tree.run("validate")
        self.assertEqual(outcome.returncode, 3)
        self.assertIn("invalid-index: index 'ix_name' of table 'account' is invalid", outcome.stdout)
        self.server.psql("DELETE FROM account WHERE name = 'x'", self.name())
        self.succeeds(tree.run("repair", "--yes"))
        self.assertEqual(self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass"), "t")

    def test_a_version_column_that_is_too_narrow_is_told_and_widened(self):
        tree = self.tree()
        tree.add("a1", ACCOUNTS)
        self.succeeds(tree.run("upgrade", "head"))
        tree.add("a_revision_whose_id_is_longer_than_32_characters", "pass")
        outcome = tree.run("validate")
        self.assertEqual(outcome.returncode, 3)
        self.assertIn("narrow-version-column", outcome.stdout)
        self.assertIn("done: widen the column", self.succeeds(tree.run("repair")).stdout)
        self.assertIn("nothing is wrong", self.succeeds(tree.run("validate")).stdout)


if __name__ == "__main__":
    main()
