#!/usr/bin/env python3
"""The ways to a server that libpq knows: TLS, several hosts, service files, password files, settings of the session."""
import os
import pathlib
import socket
import sys
import tempfile

from tree import Case, main

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "servers"))
import servers  # noqa: E402
from certificates import Certificates  # noqa: E402

SECRET = "s3cret"
TABLE = 'op.create_table("t", sa.Column("id", sa.Integer))'
SAYS_TLS = """
op.execute("CREATE TABLE t AS SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Listening(servers.PostgreSQL):
    """On a port of this machine as well, with TLS, and with a role that has a password."""

    def create(self):
        super().create()
        self.port = free_port()
        self.made = Certificates(self.folder)
        for file in (self.made.key, self.made.certificate):
            if os.geteuid() == 0:
                os.chown(file, self.account().pw_uid, self.account().pw_gid)
            file.chmod(0o600)
        self.settings = {**self.settings, "listen_addresses": "127.0.0.1", "port": str(self.port), "ssl": "on",
                         "ssl_cert_file": str(self.made.certificate), "ssl_key_file": str(self.made.key)}
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text("local all all trust\nhostssl all strict 127.0.0.1/32 scram-sha-256\nhostnossl all strict 127.0.0.1/32 reject\n"
                         "host all all 127.0.0.1/32 scram-sha-256\n")

    def answers(self):
        return self.psql("SELECT 1", check=False).returncode == 0

    def psql(self, sql, database="postgres", check=True):
        os.environ["PGPORT"] = str(self.port)
        try:
            return super().psql(sql, database, check)
        finally:
            del os.environ["PGPORT"]


class Reach(Case):
    @classmethod
    def setUpClass(cls):
        cls.own = Listening().start()
        cls.addClassCleanup(cls.own.stop)
        for role in ("app", "strict"):
            cls.own.psql(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{SECRET}'")

    def setUp(self):
        self.server = self.own
        self.made = self.own.create_database()
        self.addCleanup(self.own.drop_database, self.made)
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-")))

    def at(self, query="", user="app", password=":" + SECRET, host=None):
        return f"postgresql://{user}{password}@{host or f'127.0.0.1:{self.own.port}'}/{self.made}?{query}"

    def upgraded(self, url, script=TABLE, **environment):
        tree = self.tree(url)
        tree.add("a1", script)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        outcome = tree.run("upgrade", "head", env={**clean, "HOME": str(self.folder), **environment})
        self.assertNotIn(SECRET, outcome.stdout + outcome.stderr)
        return outcome

    def rows(self, sql):
        return self.own.psql(sql, self.made).stdout.strip()

    def test_tls_where_the_url_asks_for_it(self):
        authority = self.own.made.authority
        for query in ("sslmode=require", "ssl=true", f"sslmode=verify-ca&sslrootcert={authority}", f"sslmode=verify-full&sslrootcert={authority}"):
            with self.subTest(query):
                self.succeeds(self.upgraded(self.at(query), SAYS_TLS))
                self.assertTrue(self.rows("SELECT ssl, version FROM t").startswith("t|TLS"))
                self.rows("DROP TABLE t, alembic_version, alembic_version_orch")

    def test_no_tls_where_the_url_switches_it_off(self):
        self.succeeds(self.upgraded(self.at("sslmode=disable"), SAYS_TLS))
        self.assertEqual(self.rows("SELECT ssl FROM t"), "f")

    def test_an_authority_that_did_not_sign_the_certificate(self):
        for mode in ("verify-ca", "verify-full"):
            with self.subTest(mode):
                self.fails(self.upgraded(self.at(f"sslmode={mode}&sslrootcert={self.own.made.other_authority}")), "certificate verify failed",
                           "look at sslrootcert")
        self.fails(self.upgraded(self.at("sslmode=verify-full&sslrootcert=/nowhere/ca.pem")), "cannot connect to", "/nowhere/ca.pem")

    def test_a_name_that_the_certificate_does_not_have(self):
        authority = self.own.made.authority
        where = f"hostaddr=127.0.0.1&sslrootcert={authority}"
        named = f"db.example.com:{self.own.port}"
        self.succeeds(self.upgraded(self.at(f"{where}&sslmode=verify-ca", host=named)))
        self.fails(self.upgraded(self.at(f"{where}&sslmode=verify-full", host=named)), "does not match host name")

    def test_a_role_that_must_use_tls(self):
        self.fails(self.upgraded(self.at("sslmode=disable", user="strict")), "cannot connect to", "pg_hba.conf")
        self.succeeds(self.upgraded(self.at("sslmode=require", user="strict")))

    def test_several_hosts_of_which_one_answers(self):
        url = f"postgresql://app:{SECRET}@/{self.made}?host=127.0.0.1:1&host=127.0.0.1:{self.own.port}"
        self.succeeds(self.upgraded(url))
        self.succeeds(self.upgraded(url + "&target_session_attrs=read-write"))
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), "a1")

    def test_several_hosts_of_which_none_will_do(self):
        self.rows(f'ALTER DATABASE "{self.made}" SET default_transaction_read_only = on')
        url = f"postgresql://app:{SECRET}@/{self.made}?host=127.0.0.1:{self.own.port}&host=127.0.0.1:1&target_session_attrs=read-write"
        self.fails(self.upgraded(url), "cannot connect to")

    def test_a_service_file(self):
        file = self.folder / "services.conf"
        file.write_text(f"[shop]\nhost=127.0.0.1\nport={self.own.port}\nuser=app\npassword={SECRET}\ndbname={self.made}\n")
        self.succeeds(self.upgraded("postgresql://?service=shop", PGSERVICEFILE=str(file)))
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), "a1")
        self.fails(self.upgraded("postgresql://?service=nothing", PGSERVICEFILE=str(file)), 'definition of service "nothing" not found',
                   "PGSERVICEFILE")

    def test_a_password_file(self):
        file = self.folder / "passwords"
        file.write_text(f"127.0.0.1:{self.own.port}:*:app:{SECRET}\n")
        file.chmod(0o600)
        self.succeeds(self.upgraded(self.at(password=""), PGPASSFILE=str(file)))
        file.rename(self.folder / ".pgpass")
        self.succeeds(self.upgraded(self.at(password=""), HOME=str(self.folder)))
        self.fails(self.upgraded(self.at(password=""), PGPASSFILE="/nowhere"), "no password supplied")

    def test_the_environment(self):
        self.succeeds(self.upgraded("postgresql://", PGHOST="127.0.0.1", PGPORT=str(self.own.port), PGUSER="app", PGPASSWORD=SECRET, PGDATABASE=self.made))
        self.assertEqual(self.rows("SELECT version_num FROM alembic_version"), "a1")

    def test_options_and_search_path(self):
        self.rows("CREATE SCHEMA one; CREATE SCHEMA two")
        says = """
op.execute("CREATE TABLE t AS SELECT current_setting('work_mem') AS m, current_setting('application_name') AS a, current_setting('statement_timeout') AS s")
"""
        self.succeeds(self.upgraded(self.at("options=-c work_mem=3MB -c statement_timeout=7s&search_path=two,public&application_name=mine"), says))
        self.assertEqual(self.rows("SELECT m, a, s FROM two.t"), "3MB|mine|7s")
        self.assertEqual(self.rows("SELECT version_num FROM two.alembic_version"), "a1")
        self.succeeds(self.upgraded(self.at("search_path=one"), TABLE))
        self.assertEqual(self.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'one' AND tablename IN ('t', 'alembic_version')"), "2")


if __name__ == "__main__":
    main()
