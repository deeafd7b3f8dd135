"""What runs the .txtar files must fail where they are not right: a test tool that passes everything tests nothing."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORCH = """#!/bin/sh
case $1 in
  say) shift; echo "$@";;
  fail) echo "error: no" >&2; exit ${2:-1};;
  crash) kill -SEGV $$;;
  touch) : > "$2";;
esac
"""


class Driver(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        (self.folder / "orch").write_text(ORCH)
        (self.folder / "orch").chmod(0o755)

    def run_walk(self, text):
        walk = self.folder / "test.txtar"
        walk.write_text(text)
        done = subprocess.run([sys.executable, HERE / "run_walk.py", walk, "--bin", self.folder, "--root", self.folder],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def passes(self, text):
        status, output = self.run_walk(text)
        self.assertEqual(status, 0, output)

    def fails(self, text, saying):
        status, output = self.run_walk(text)
        self.assertEqual(status, 1, output)
        self.assertIn(saying, output)

    def test_output_is_compared(self):
        self.passes("orch say a b\n| a b\n")
        self.passes("orch say 'a  b' \"$WORK/x\"\n| a  b $WORK/x\n")
        self.passes("orch say one two three\n| one ... three\n")
        self.fails("orch say a b\n| a c\n", "stdout differs")
        self.fails("orch say a\nstdout b\n", "no match")
        self.fails("orch say a\n! stdout a\n", "has match")
        self.fails("! orch fail\n2| error: yes\n", "stderr differs")

    def test_the_end_of_a_program_is_judged(self):
        self.passes("! orch fail 2\nexit 2\n")
        self.fails("orch fail\n", "ended with 1")
        self.fails("! orch say a\n", "ended with 0")
        self.fails("! orch fail 2\nexit 3\n", "expected exit status 3")
        self.fails("! orch crash\n", "ended with -11")

    def test_a_test_expects_something(self):
        self.fails("orch say a\n", "expects nothing")
        self.fails("orch say a\nstdotu a\n", "no such command")
        self.fails("orch say 'a\n", "a quote is not closed")
        self.fails("orch say $NOBODY\n", "no variable")
        self.fails("orch say a &\nexists .\n", "in the background")

    def test_files_and_databases(self):
        self.passes("exists a/b.txt\ngrep '^text$' a/b.txt\nexec ./tool\n| ran\n-- a/b.txt --\ntext\n-- tool --\n#!/bin/sh\necho ran\n")
        self.passes("sqlite app.db 'SELECT 1, NULL'\n| 1|NULL\n")
        self.fails("sqlite app.db 'SELECT 1'\n| 2\n", "stdout differs")
        self.fails("sqlite app.db 'SELECT nothing'\n", "sqlite: ")
        self.passes("freeze\norch say a\nunchanged\n")
        self.fails("freeze\norch touch b\nunchanged\n", "changed: b")
        self.fails("exists b\n", "does not exist")
        self.passes("bytes b 'b\"\\xff\" * 2 + b\"a\"'\nexists b\n")


if __name__ == "__main__":
    unittest.main()
