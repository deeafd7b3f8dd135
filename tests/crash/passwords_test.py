#!/usr/bin/env python3
"""The password appears in no output, journal, plan, run record or error: all that commands print and write is searched for it.

    passwords_test.py --orch PROGRAM
"""
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
            ("check",), ("inspect",), ("resume",), ("resolve", "--applied", "a"), ("-x", "a=b", "upgrade", "heads"))


class Passwords(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-secret-")))
        self.tree = Tree(ORCH, self.folder)
        self.tree.add("a", None, 'op.create_table("t", sa.Column("x", sa.Integer))', 'op.drop_table("t")')

    def search(self, url, more=""):
        written = url.replace("%", "%%")
        (self.folder / "orch.ini").write_text(f"[app]\nscript_location = %(here)s/app\nurl = {written}\n{more}")
        found = []
        for words in COMMANDS:
            done = subprocess.run([ORCH, *words], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
            self.assertIn(done.returncode, (0, 1, 2, 3, 4, 5), f"{words}: {done.stderr}")
            found += [f"{' '.join(words)}: {line}" for line in (done.stdout + done.stderr).splitlines() if any(form in line for form in FORMS)]
        for file in self.folder.rglob("*"):
            if file.is_file() and file.name != "orch.ini" and any(form.encode() in file.read_bytes() for form in FORMS):
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

    def test_in_an_option_that_is_wrong(self):
        self.search(f"postgresql://ann:{SECRET}@localhost:1/app?no_such_option=1")
        self.search(f"nosuchdatabase://ann:{SECRET}@localhost/app")


if __name__ == "__main__":
    unittest.main()
