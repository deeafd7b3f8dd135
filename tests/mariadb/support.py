"""What the tests of this folder share: the program, a server for each class, projects that clean up after themselves."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "servers"))

from mariadb import Server  # noqa: E402
from project import Project  # noqa: E402

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1) if "--orch" in sys.argv else "orch"
if "--orch" in sys.argv:
    sys.argv.remove("--orch")


class OnServer(unittest.TestCase):
    maxDiff = None
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server(*cls.options))

    def project(self, *scripts):
        """A tree with one revision for each script: a1, a2, ..."""
        project = Project(ORCH)
        self.addCleanup(project.temporary.cleanup)
        for number, script in enumerate(scripts, 1):
            project.revision(f"a{number}", *([script] if isinstance(script, str) else script))
        return project

    def fails(self, done, *expected, code=1):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for words in expected:
            self.assertIn(words, done.stderr)
        return done.stderr
