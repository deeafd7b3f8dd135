"""The set-up scripts: which packages they install, what they say before, and what they refuse. Debian's programs are stand-ins."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Scripts(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.bin = Path(temporary.name)
        self.called = self.bin / "called"
        for name in ("bash", "dirname", "sed", "env", "grep"):
            (self.bin / name).symlink_to(f"/usr/bin/{name}")
        self.stand_in("dpkg-query", 'case " $INSTALLED " in *" ${@: -1} "*) printf installed;; *) exit 1;; esac')
        self.stand_in("apt-get", f'echo "apt-get $*" >>{self.called}')
        self.stand_in("sudo", f'echo sudo >>{self.called}; "$@"')
        self.stand_in("id", "echo ${USER_ID:-0}")

    def stand_in(self, name, text):
        program = self.bin / name
        program.write_text(f"#!/usr/bin/bash\n{text}\n")
        program.chmod(0o755)

    def need_packages(self, *lists, installed=(), user=0):
        script = f". {ROOT}/packaging/lib.sh; need_packages {' '.join(lists)}"
        return subprocess.run(["/usr/bin/bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True,
                              env={"PATH": str(self.bin), "INSTALLED": " ".join(installed), "USER_ID": str(user)})

    def calls(self):
        return self.called.read_text().splitlines() if self.called.exists() else []

    @staticmethod
    def packages(name):
        lines = (ROOT / "packaging/packages" / f"{name}.txt").read_text().splitlines()
        return [line for line in lines if line and not line.startswith("#")]

    def test_installs_nothing_when_all_is_there(self):
        done = self.need_packages("build", installed=self.packages("build"))
        self.assertEqual((done.returncode, self.calls()), (0, []), done.stderr)

    def test_says_and_installs_what_is_missing(self):
        first, second, *others = self.packages("build")
        done = self.need_packages("build", installed=others)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"installing 2 of the {len(others) + 2} Debian packages", done.stdout)
        self.assertIn(f"   {first}\n   {second}\n", done.stdout)
        self.assertEqual(self.calls()[0], "apt-get update -qq")
        self.assertTrue(self.calls()[1].endswith(f" {first} {second}"), self.calls())
        self.assertNotIn("sudo", self.calls())

    def test_uses_sudo_when_it_is_not_root(self):
        done = self.need_packages("build", installed=self.packages("build")[1:], user=1000)
        self.assertEqual((done.returncode, self.calls().count("sudo")), (0, 2), done.stderr)

    def test_says_what_root_would_have_to_install_where_there_is_no_sudo(self):
        (self.bin / "sudo").unlink()
        done = self.need_packages("build", installed=self.packages("build")[1:], user=1000)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"apt-get install {self.packages('build')[0]}", done.stderr)
        self.assertEqual(self.calls(), [])

    def test_refuses_a_system_that_is_not_debian(self):
        (self.bin / "dpkg-query").unlink()
        done = self.need_packages("build")
        self.assertEqual(done.returncode, 1)
        self.assertIn("packaging/packages/", done.stderr)

    def test_refuses_unknown_arguments_before_it_does_anything(self):
        for words in (["packaging/test", "--perset", "dev"], ["packaging/test", "--preset"], ["packaging/demo", "now"]):
            done = subprocess.run(["/usr/bin/bash", *words], cwd=ROOT, capture_output=True, text=True, env={"PATH": str(self.bin)})
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertIn("error: ", done.stderr)

    def test_refuses_an_unknown_preset(self):
        installed = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}",
                     "INSTALLED": " ".join(self.packages("build") + self.packages("test"))}
        done = subprocess.run(["packaging/test", "--preset", "nonsense"], cwd=ROOT, capture_output=True, text=True, env=installed)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown preset 'nonsense'", done.stderr)
        self.assertIn('"release"', done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
