"""TLS between orch and a server: what a URL asks for holds, and a certificate that nobody vouches for ends the connection."""
import os
import pathlib
import socket
import sys
import tempfile
import unittest

from support import OnServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "servers"))
from certificates import Certificates  # noqa: E402
from mariadb import Server  # noqa: E402

SECRET = "s3cr3t"
SAYS_CIPHER = """
    used = op.get_bind().execute(sa.text("SHOW STATUS LIKE 'Ssl_cipher'")).fetchone()[1]
    op.execute(sa.text("CREATE TABLE t (a varchar(100))"))
    op.execute(sa.text("INSERT INTO t VALUES (:a)").bindparams(a=used))
    """


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Tls(OnServer):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="orch-")))
        folder.chmod(0o755)
        cls.made = Certificates(folder)
        cls.port = free_port()
        if os.geteuid() == 0:
            cls.made.key.chmod(0o644)  # another user's server reads it
        cls.server = cls.enterClassContext(Server(f"--ssl-cert={cls.made.certificate}", f"--ssl-key={cls.made.key}", "--skip-networking=0",
                                                  "--bind-address=127.0.0.1", f"--port={cls.port}"))
        cls.server.run("", f"CREATE USER app IDENTIFIED BY '{SECRET}'; GRANT ALL ON *.* TO app; "
                           f"CREATE USER strict IDENTIFIED BY '{SECRET}' REQUIRE SSL; GRANT ALL ON *.* TO strict")

    def upgrade(self, query, user="app", host="127.0.0.1"):
        self.last = self.server.database()
        project = self.project(SAYS_CIPHER)
        done = project.run(f"mysql://{user}:{SECRET}@{host}:{self.port}/{self.last}?{query}", "upgrade", "head")
        self.assertNotIn(SECRET, done.stdout + done.stderr)
        return done

    def cipher(self, query, **more):
        done = self.upgrade(query, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.server.run(self.last, "SELECT a FROM t")[0][0]

    def test_encrypted_where_the_url_asks_for_it(self):
        for query in ("ssl_mode=REQUIRED", "ssl=true", f"ssl_ca={self.made.authority}&ssl_mode=VERIFY_CA",
                      f"ssl_ca={self.made.authority}&ssl_mode=VERIFY_IDENTITY", f"ssl_ca={self.made.authority}&ssl_verify_cert=true"):
            with self.subTest(query):
                self.assertNotEqual(self.cipher(query), "")

    def test_plain_where_the_url_switches_it_off(self):
        for query in ("ssl_mode=DISABLED", "ssl=false", "ssl_disabled=true"):
            with self.subTest(query):
                self.assertEqual(self.cipher(query), "")

    def test_an_authority_that_did_not_sign_it(self):
        for query in ("ssl_mode=VERIFY_CA", "ssl_mode=VERIFY_IDENTITY", "ssl_verify_cert=true", "ssl_verify_identity=1"):
            with self.subTest(query):
                self.fails(self.upgrade(f"ssl_ca={self.made.other_authority}&{query}"), "cannot connect to 'mysql://app:***@127.0.0.1:",
                           "look at ssl_ca")

    def test_an_authority_that_is_not_there(self):
        self.fails(self.upgrade("ssl_ca=/nowhere/ca.pem&ssl_mode=VERIFY_CA"), "cannot connect to", "look at ssl_ca")

    def test_a_user_who_must_use_it(self):
        self.assertNotEqual(self.cipher("ssl_mode=REQUIRED", user="strict"), "")
        self.fails(self.upgrade("ssl_mode=DISABLED", user="strict"), "cannot connect to")


class WithoutTls(OnServer):
    options = ("--skip-ssl",)

    def test_a_server_that_has_none(self):
        database = self.server.database()
        project = self.project('op.execute("CREATE TABLE t (a int)")')
        for query in ({"ssl_mode": "REQUIRED"}, {"ssl": "true"}, {"ssl_mode": "VERIFY_CA"}, {"ssl_ca": "/nowhere/ca.pem"}):
            with self.subTest(query):
                self.fails(project.run(self.server.url(database, **query), "upgrade", "head"), "cannot connect to")
        self.assertEqual(self.server.run(database, "SHOW TABLES"), [])
        project.must(self.server.url(database, ssl_mode="PREFERRED"), "upgrade", "head")


if __name__ == "__main__":
    unittest.main()
