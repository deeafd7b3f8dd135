"""The three databases behind one face, for tests that say the same of each.

    with Sqlite() as database:           # or PostgreSQL(), MariaDB(): each with a private server
        url = database.new()             # the URL of an empty database
        database.ask(url, "SELECT 1")    # [["1"]], by the database's own client
"""
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "servers"))

import mariadb  # noqa: E402
import servers  # noqa: E402


def rows(done, separator):
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [line.split(separator) for line in done.stdout.splitlines()]


class Sqlite:
    name = "sqlite"
    ddl_rolls_back = True
    slow = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="orch-")
        self.count = 0
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def new(self):
        self.count += 1
        return f"sqlite:///{self.temporary.name}/{self.count}.db"

    def client(self, url, *words, **more):
        return subprocess.run(["sqlite3", "-bail", url.removeprefix("sqlite:///"), *words], capture_output=True, text=True, **more)

    def ask(self, url, sql):
        return rows(self.client(url, sql), "|")

    def run_file(self, url, file):
        return self.client(url, stdin=open(file, encoding="utf-8"))

    def dump(self, url):
        return self.client(url, ".dump").stdout

    def busy(self, url):
        """Whether the server is at a long statement."""
        return False


class PostgreSQL:
    name = "postgresql"
    ddl_rolls_back = True
    slow = "SELECT pg_sleep(600)"
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"

    def __enter__(self):
        self.context = servers.server("postgresql")
        self.server = self.context.__enter__()
        self.made = []
        return self

    def __exit__(self, *error):
        for name in self.made:
            self.server.drop_database(name)
        return self.context.__exit__(*error)

    def new(self):
        self.made.append(self.server.create_database())
        return self.server.url(self.made[-1])

    def client(self, url, *words, **more):
        name = urllib.parse.urlsplit(url).path[1:]
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.server.folder, "-U", "orch", "-d", name,
                               *words], capture_output=True, text=True, **more)

    def ask(self, url, sql):
        return rows(self.client(url, "-c", sql), "|")

    def run_file(self, url, file):
        return self.client(url, "-f", file)

    def dump(self, url):
        words = ["pg_dump", "--inserts", "-h", self.server.folder, "-U", "orch", urllib.parse.urlsplit(url).path[1:]]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    def busy(self, url):
        return self.ask(url, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep(600)%' AND "
                             "datname = current_database() AND pid <> pg_backend_pid()") != [["0"]]


class MariaDB:
    name = "mariadb"
    ddl_rolls_back = False
    slow = "SELECT sleep(600)"
    tables = "SHOW TABLES"

    def __enter__(self):
        self.server = mariadb.Server().__enter__()
        return self

    def __exit__(self, *error):
        return self.server.__exit__(*error)

    def new(self):
        return self.server.url(self.server.database())

    def client(self, url, sql):
        return self.server.client(urllib.parse.urlsplit(url).path[1:], sql)

    def ask(self, url, sql):
        return rows(self.client(url, sql), "\t")

    def run_file(self, url, file):
        return self.client(url, pathlib.Path(file).read_text())

    def dump(self, url):
        words = ["mariadb-dump", "--no-defaults", f"--socket={self.server.socket}", "--user=root", "--skip-dump-date", "--compact",
                 urllib.parse.urlsplit(url).path[1:]]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    def busy(self, url):
        return self.ask(url, "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%sleep(600)%' AND db = DATABASE() AND "
                             "id <> connection_id()") != [["0"]]


ALL = (Sqlite, PostgreSQL, MariaDB)
