#!/usr/bin/env python3
"""The password appears in no output, journal, plan, run record or error: all that commands print and write is searched for it.

    passwords_test.py --orch PROGRAM
"""
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

from databases import Tree

ORCH = str(pathlib.Path(sys.argv.pop(sys.argv.index("--orch") + 1)).resolve())
sys.argv.remove("--orch")
SECRET = "s3cr%21et-Pa55"  # as it stands in a URL; decoded it has a '!'
FORMS = (SECRET, "s3cr!et-Pa55", "s3cr%%21et-Pa55")
COMMANDS = (("upgrade", "heads"), ("upgrade", "heads", "--json"), ("-v", "upgrade", "heads"), ("current", "-v"), ("current", "--json"), ("status",),
            ("status", "--json"), ("plan",), ("plan", "--json"), ("plan", "--out", "plan.json"), ("apply", "plan.json"), ("validate",), ("validate", "--json"),
            ("repair", "--yes"), ("unlock",), ("unlock", "--json"), ("runs",), ("runs", "--json"), ("runs", "show", "1"), ("runs", "show", "1", "--json"),
            ("runs", "retry", "1"), ("stamp", "head"), ("downgrade", "base"), ("who", "t"), ("upgrade", "heads", "--sql"), ("doctor",), ("heads", "-v"),
            ("check",), ("check", "--from-history"), ("diff", "a", "base"), ("--raiseerr", "status"), ("inspect",), ("resume",), ("resolve", "--applied", "a"), ("-x", "a=b", "upgrade", "heads"))


class Passwords(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-secret-")))
        self.tree = Tree(ORCH, self.folder)
        self.environment, self.sources = None, set()
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))', 'op.drop_table("t")')

    def search(self, url, more=""):
        written = url if "%(" in url else url.replace("%", "%%")
        (self.folder / "orch.ini").write_text(f"[app]\nscript_location = %(here)s/app\nurl = {written}\n{more}")
        found = []
        for words in COMMANDS:
            done = subprocess.run([ORCH, *words], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                                  env=self.environment)
            self.assertIn(done.returncode, (0, 1, 2, 3, 4, 5), f"{words}: {done.stderr}")
            found += [f"{' '.join(words)}: {line}" for line in (done.stdout + done.stderr).splitlines() if any(form in line for form in FORMS)]
        for file in self.folder.rglob("*"):
            if file.is_file() and file.name != "orch.ini" and file not in self.sources and any(form.encode() in file.read_bytes() for form in FORMS):
                found.append(str(file))
        self.assertEqual(found, [])

    def test_of_a_server_that_cannot_be_reached(self):
        for scheme in ("postgresql", "mysql"):
            with self.subTest(scheme):
                self.search(f"{scheme}://ann:{SECRET}@localhost:1/app?connect_timeout=2")

    def test_of_a_fleet_whose_run_is_recorded(self):
        self.search(f"postgresql://ann:{SECRET}@localhost:1/%(target)s?connect_timeout=2".replace("%(target)s", "TARGET"), "")
        (self.folder / "orch.ini").write_text("[app]\nscript_location = %(here)s/app\ntargets = one, two\n"
                                              f"url = postgresql://ann:{SECRET.replace('%', '%%')}@localhost:1/%(target)s?connect_timeout=2\n")
        done = subprocess.run([ORCH, "upgrade", "heads", "--on-error", "continue"], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        shown = subprocess.run([ORCH, "runs", "show", "1", "--json"], cwd=self.folder, capture_output=True, text=True, timeout=60).stdout
        self.assertIn("failed", shown)
        with sqlite3.connect(self.folder / ".orch-runs.db") as connection:
            record = str(connection.execute("SELECT * FROM orch_run_targets").fetchall())
        for form in FORMS:
            self.assertNotIn(form, done.stdout + done.stderr + shown + record)

    def test_where_the_targets_are_whole_urls(self):
        self.search("%(target)s", f"targets = postgresql://ann:{SECRET.replace('%', '%%')}@localhost:1/app?connect_timeout=2\n")
        self.assertEqual(sorted(path.name for path in self.folder.glob(".orch-runs.db*"))[:1], [".orch-runs.db"])

    def test_where_only_another_key_has_it(self):
        secret = f"postgresql://ann:{SECRET.replace('%', '%%')}@localhost:1/app?connect_timeout=2"
        for keys in (f"direct_url = {secret}", f"scratch_url = {secret}\ntarget_metadata = %(here)s/schema.sql", f"target_metadata = {secret}",
                     f"targets = sql:SELECT name FROM tenants\ntargets_url = {secret}", f"connect_args.password = {SECRET.replace('%', '%%')}",
                     f"connect_args.pasword = {SECRET.replace('%', '%%')}"):
            with self.subTest(keys.split(" ")[0]):
                (self.folder / "schema.sql").write_text("CREATE TABLE t (x INTEGER);\n")
                self.search("postgresql://ann@localhost:1/app?connect_timeout=2", keys + "\n")

    def test_in_a_command_that_fails(self):
        plain = SECRET.replace("%", "%%")
        for command in (f"curl --token {plain} -u ann:{plain} http://localhost:1/ 2> /dev/null", f"PGPASSWORD={plain} false", f"mysql -p{plain} --nosuch 2> /dev/null",
                        f"PGPASSWORD='{plain} and more' true", f"false postgresql://ann:{plain}@localhost/app"):
            with self.subTest(command):
                self.search("sqlite:///%(here)s/app.db", f"targets = exec:{command}\n")

    def test_in_what_the_ini_reads_from_elsewhere(self):
        pgpass = self.folder / "pgpass"
        pgpass.write_text(f"localhost:1:app:ann:{FORMS[1]}\n")
        pgpass.chmod(0o600)
        service = self.folder / "services"
        service.write_text(f"[shop]\nhost=localhost\nport=1\nuser=ann\npassword={FORMS[1]}\nconnect_timeout=2\n")
        home = self.folder / "home"
        home.mkdir()
        (home / ".my.cnf").write_text(f"[client]\npassword={FORMS[1]}\n")
        self.sources = {pgpass, service, home / ".my.cnf"}
        self.environment = {**os.environ, "PGPASSFILE": str(pgpass), "PGSERVICEFILE": str(service), "HOME": str(home)}
        for url in ("postgresql://ann@localhost:1/app?connect_timeout=2", "postgresql:///app?service=shop",
                    "mysql://ann@localhost:1/app?connect_timeout=2"):
            with self.subTest(url):
                self.search(url)
        self.environment["PGPASSWORD"] = FORMS[1]
        self.search("postgresql://ann@localhost:1/app?connect_timeout=2")

    def test_in_an_option_that_is_wrong(self):
        self.search(f"postgresql://ann:{SECRET}@localhost:1/app?no_such_option=1")
        self.search(f"nosuchdatabase://ann:{SECRET}@localhost/app")


if __name__ == "__main__":
    unittest.main()
