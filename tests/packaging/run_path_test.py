"""orch loads no library from the folder in which it is run: libraries there that are none do not stop it."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ORCH = Path(sys.argv.pop(1)).resolve()


class RunPath(unittest.TestCase):
    def test_libraries_in_the_current_folder_are_left_alone(self):
        needed = subprocess.run(["ldd", ORCH], check=True, capture_output=True, text=True).stdout
        names = [line.split()[0] for line in needed.splitlines() if " => " in line]
        self.assertIn("liborch.so.0", names)
        with tempfile.TemporaryDirectory() as folder:
            for name in [*names, "libsqlite3.so.0"]:
                Path(folder, name).write_text("no library\n")
            Path(folder, "orch.ini").write_text("[main]\nscript_location = .\nurl = sqlite:///app.db\n")
            Path(folder, "versions").mkdir()
            done = subprocess.run([ORCH, "current"], cwd=folder, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
