#!/usr/bin/env python3
"""What a run over several environments shows while it goes: bars on a terminal, plain lines elsewhere, nothing with -q.

    progress_test.py --bin FOLDER
"""
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

ORCH = str(pathlib.Path(sys.argv.pop(sys.argv.index("--bin") + 1)).resolve() / "orch")
sys.argv.remove("--bin")
REVISION = """from alembic import op
revision = {id!r}
down_revision = {down!r}


def upgrade():
    op.execute("CREATE TABLE t_{id} (x INTEGER)")
    op.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) INSERT INTO t_{id} SELECT x FROM n")
{more}
"""


class Progress(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-progress-")))
        for tree in ("shop", "mail"):
            (self.folder / tree / "versions").mkdir(parents=True)
            for number in range(3):
                (self.folder / tree / "versions" / f"{tree}{number}.py").write_text(
                    REVISION.format(id=f"{tree}{number}", down=f"{tree}{number - 1}" if number else None, more=""))
        (self.folder / "orch.ini").write_text("""
[shop]
script_location = %(here)s/shop
url = sqlite:///%(here)s/%(target)s.db
targets = acme, zenith, nadir
stages = first, rest
stage.first.match = a*
[mail]
script_location = %(here)s/mail
url = sqlite:///%(here)s/mail.db
""")

    def on_a_terminal(self, *words):
        """Standard error, which is a terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([ORCH, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        text = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            text += chunk
        os.close(ours)
        self.assertEqual(process.wait(), 0, text)
        return text.decode()

    def test_draws_a_bar_for_each_stage_and_environment_with_what_runs(self):
        shown = self.on_a_terminal("--all", "upgrade", "heads")
        last = shown.rsplit("\x1b[3F", 1)[1].replace("\x1b[2K", "").splitlines()
        self.assertRegex(last[0], r"^shop: first +\[#{20}\] 1 of 1, [\d.]+/s$")
        self.assertRegex(last[1], r"^shop: rest +\[#{20}\] 2 of 2, [\d.]+/s$")
        self.assertRegex(last[2], r"^mail +\[#{20}\] 3 of 3, [\d.]+/s$")
        self.assertRegex(shown, r"shop: rest +\[[#.]{20}\] 0 of 2: zenith: shop\d: ")
        self.assertRegex(shown, r"mail +\[[#.]{20}\] [012] of 3.*: mail\d: (CREATE|WITH)")
        self.assertRegex(shown, r"1 of 2, [\d.]+/s, \d+ s left")
        self.assertNotIn("Running upgrade", shown)

    def test_writes_plain_lines_where_there_is_no_terminal(self):
        done = subprocess.run([ORCH, "--all", "upgrade", "heads"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("Running upgrade"), 12)

    def test_shows_nothing_when_it_shall_be_quiet(self):
        self.assertEqual(self.on_a_terminal("-q", "--all", "upgrade", "heads"), "")


if __name__ == "__main__":
    unittest.main()
