"""On a terminal orch asks about what looks like a rename, and does as it is told.

    terminal_test.py --orch PROGRAM
"""
import argparse
import os
import pty
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

SCHEMA = "CREATE TABLE customer (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL);\n"


class Terminal(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-terminal-")))
        (self.folder / "migrations" / "versions").mkdir(parents=True)
        (self.folder / "schema.sql").write_text(SCHEMA)
        (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///%(here)s/app.db\n"
                                                 "target_metadata = %(here)s/schema.sql\n")
        with sqlite3.connect(self.folder / "app.db") as database:
            database.execute(SCHEMA.replace("customer", "account"))

    def answered(self, answer):
        control, terminal = pty.openpty()
        program = subprocess.Popen([arguments.orch, "revision", "--autogenerate", "-m", "x", "--rev-id", "a", "--allow-drop"], cwd=self.folder, stdin=terminal,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(terminal)
        os.write(control, answer)
        output, errors = program.communicate(timeout=60)
        os.close(control)
        self.assertIn("is 'account' renamed to 'customer'? [y/n]", errors)
        return program.returncode, next((self.folder / "migrations" / "versions").glob("*.py"), None), errors

    def test_yes_renames(self):
        status, file, _ = self.answered(b"y\n")
        self.assertEqual(status, 0)
        self.assertIn("op.rename_table('account', 'customer')", file.read_text())

    def test_no_drops_and_adds(self):
        status, file, _ = self.answered(b"what\nn\n")
        self.assertEqual(status, 0)
        self.assertIn("op.drop_table('account')", file.read_text())
        self.assertIn("op.create_table('customer'", file.read_text())

    def test_no_answer_writes_nothing(self):
        status, file, errors = self.answered(b"\x04")
        self.assertEqual((status, file), (2, None))
        self.assertIn("--rename account:customer", errors)


parser = argparse.ArgumentParser()
parser.add_argument("--orch", required=True)
arguments, rest = parser.parse_known_args()
arguments.orch = str(Path(arguments.orch).resolve())
if __name__ == "__main__":
    unittest.main(argv=["terminal_test.py", *rest])
