#!/usr/bin/env python3
"""What can be wrong with a server, a URL or a role: one clear error each, no secret in it, and the state as promised."""
import os
import subprocess
import threading
import time

from tree import Case, main

TABLE = 'op.create_table("t", sa.Column("id", sa.Integer))'


class Refusals(Case):
    def refused(self, url, *texts, environment=None):
        tree = self.tree(url)
        tree.add("a1", TABLE)
        outcome = self.fails(tree.run("upgrade", "head", env={**os.environ, **(environment or {})}), *texts)
        self.assertNotIn("s3cret", outcome.stderr + outcome.stdout)
        return outcome

    def test_unknown_host(self):
        self.refused("postgresql://ann:s3cret@nowhere.invalid/db", "cannot connect to 'postgresql://ann:***@nowhere.invalid/db'",
                     "could not translate host name", "hint: look at the host in the URL")

    def test_nobody_listens(self):
        self.refused("postgresql://ann:s3cret@127.0.0.1:1/db", "Connection refused", "is the server running")

    def test_no_socket(self):
        self.refused("postgresql:///db?host=/nonexistent", "No such file or directory", "is the server running")

    def test_wrong_database(self):
        url = self.database()
        self.refused(url.replace(url.split("?")[0].rsplit("/", 1)[1], "nothing_of_that_name"), 'database "nothing_of_that_name" does not exist')

    def test_wrong_role(self):
        self.refused(self.database().replace("orch@", "nobody_of_that_name@"), 'role "nobody_of_that_name" does not exist')

    def test_wrong_password(self):
        url = self.database()
        self.url = url
        self.ask(f"CREATE ROLE checked_{os.getpid()} LOGIN PASSWORD 'right'")
        self.addCleanup(self.ask, f"DROP ROLE checked_{os.getpid()}")
        rules = self.server.folder / "data" / "pg_hba.conf"
        before = rules.read_text()
        rules.write_text(f"local all checked_{os.getpid()} scram-sha-256\n" + before)
        self.addCleanup(self.ask, "SELECT pg_reload_conf()")
        self.addCleanup(rules.write_text, before)
        self.ask("SELECT pg_reload_conf()")
        time.sleep(0.5)
        self.refused(url.replace("orch@", f"checked_{os.getpid()}:s3cret@"), "password authentication failed", ".pgpass")
        self.refused(url.replace("orch@", f"checked_{os.getpid()}@"), "no password supplied", "PGPASSWORD")
        self.refused(url.replace("orch@", f"checked_{os.getpid()}@"), "password authentication failed", environment={"PGPASSWORD": "s3cret"})

    def test_unknown_option(self):
        tree = self.tree(self.database() + "&sslmod=require")
        tree.add("a1", TABLE)
        self.fails(tree.run("upgrade", "head"), "unknown PostgreSQL option 'sslmod'", "did you mean 'sslmode'?")

    def test_missing_privilege(self):
        url = self.database()
        self.url = url
        role = f"reader_{os.getpid()}"
        self.ask(f"CREATE ROLE {role} LOGIN")
        self.addCleanup(self.ask, f"DROP ROLE {role}")
        self.refused(url.replace("orch@", f"{role}@"), "permission denied for schema public", "42501", "grant the role")

    def test_a_server_that_takes_no_writes(self):
        tree = self.tree(self.database() + "&options=-c default_transaction_read_only=on")
        tree.add("a1", TABLE)
        self.fails(tree.run("upgrade", "head"), "read-only transaction", "25006")

    def test_too_many_connections(self):
        url = self.database()
        self.url = url
        self.ask(f'ALTER DATABASE "{self.name()}" CONNECTION LIMIT 0')
        role = f"limited_{os.getpid()}"
        self.ask(f"CREATE ROLE {role} LOGIN")
        self.addCleanup(self.ask, f"DROP ROLE {role}")
        self.refused(url.replace("orch@", f"{role}@"), "too many connections for database")

    def test_the_session_is_ended_in_the_middle(self):
        tree = self.tree()
        tree.add("a1", TABLE)
        tree.add("b2", 'op.execute("CREATE TABLE u (id int)")\nop.execute("SELECT pg_sleep(20)")')
        process = subprocess.Popen(tree.command("upgrade", "head"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"
        for _ in range(100):
            if self.ask(ended) == "t":
                break
            time.sleep(0.1)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("terminating connection due to administrator command", errors)
        self.assertEqual(self.ask("SELECT version_num, to_regclass('u') FROM alembic_version"), "a1|")

    def held(self, seconds, keys=""):
        """A tree that wants a table which somebody else holds."""
        url = self.database()
        self.url = url
        self.ask("CREATE TABLE held (id int)")
        tree = self.tree(url + "&lock_timeout=300", keys)
        tree.add("a1", 'op.add_column("held", sa.Column("x", sa.Integer))')
        holder = threading.Thread(target=self.ask, args=(f"BEGIN; LOCK TABLE held; SELECT pg_sleep({seconds}); COMMIT",))
        holder.start()
        self.addCleanup(holder.join)
        time.sleep(1)
        return tree

    def test_a_lock_that_somebody_holds(self):
        outcome = self.held(5, "lock_retries = 0").run("upgrade", "head")
        self.assertEqual(outcome.returncode, 4, outcome.stderr)
        self.assertIn("somebody else holds a lock", outcome.stderr)
        self.assertIn("55P03", outcome.stderr)

    def test_a_lock_that_is_free_again_in_time(self):
        outcome = self.succeeds(self.held(2.5).run("upgrade", "head"))
        self.assertIn("trying again", outcome.stderr)
        self.assertEqual(self.ask("SELECT version_num FROM alembic_version"), "a1")

    def test_copy_from_standard_input_has_no_data(self):
        tree = self.tree()
        tree.add("a1", TABLE + '\nop.execute("COPY t FROM STDIN")')
        self.fails(tree.run("upgrade", "head"), "a migration has no data to copy from")

    def test_passwords_in_statements_are_masked(self):
        tree = self.tree()
        tree.add("a1", "op.execute(\"CREATE ROLE orch PASSWORD 's3cret'\")")
        outcome = self.fails(tree.run("upgrade", "head"), 'role "orch" already exists', "PASSWORD '***'")
        self.assertNotIn("CREATE ROLE orch PASSWORD 's3cret'\"", outcome.stderr.replace("op.execute(\"CREATE ROLE orch PASSWORD 's3cret'\")", ""))

    def test_a_nul_byte(self):
        tree = self.tree()
        tree.add("a1", 'op.bulk_insert(sa.table("t", sa.column("x", sa.String)), [{"x": "a\\x00b"}])')
        self.fails(tree.run("upgrade", "head"), "a string with a NUL byte")


if __name__ == "__main__":
    main()
