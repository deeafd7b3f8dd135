#!/usr/bin/env python3
"""The manifests of packaging/ run a fleet in parts: all parts at once, as processes, do each target once."""
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ORCH = pathlib.Path(sys.argv.pop(1)).resolve()
TARGETS = [f"tenant{number}" for number in range(40)]
REVISION = """from alembic import op
import sqlalchemy as sa

revision = "1975"
down_revision = None


def upgrade():
    op.create_table("account", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO account VALUES (1)")
"""


class Partitions(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-parts-")))
        (self.folder / "migrations" / "versions").mkdir(parents=True)
        (self.folder / "migrations" / "versions" / "1975.py").write_text(REVISION)
        (self.folder / "orch.ini").write_text("[orch]\njournal = true\n[shop]\nscript_location = %(here)s/migrations\n"
                                              f"url = sqlite:///%(here)s/%(target)s.db\ntargets = {', '.join(TARGETS)}\n")

    def check(self, processes):
        done = []
        for process in processes:
            output, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
            done += re.findall(r"^shop\[(\w+)\] +done +1 ", output, re.MULTILINE)
        for target in TARGETS:
            with sqlite3.connect(self.folder / f"{target}.db") as connection:
                self.assertEqual(connection.execute("SELECT id FROM account").fetchall(), [(1,)], target)
                self.assertEqual(connection.execute("SELECT revision FROM alembic_version_orch").fetchall(), [("1975",)], target)
        return done

    def start(self, words, environment):
        return subprocess.Popen(words, cwd=self.folder, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_slurm_array(self):
        script = ROOT / "packaging" / "slurm" / "orch.sbatch"
        last = int(re.search(r"--array=0-(\d+)", script.read_text()).group(1))
        done = self.check([self.start(["sh", str(script)], {"ORCH": str(ORCH), "SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_MAX": str(last),
                                                            "SLURM_CPUS_PER_TASK": "2"}) for task in range(last + 1)])
        self.assertEqual(sorted(done), sorted(TARGETS))

    def test_kubernetes_job(self):
        text = (ROOT / "packaging" / "kubernetes" / "job.yaml").read_text()
        parts = int(re.search(r"completions: (\d+)", text).group(1))
        command = re.findall(r'"([^"]*)"', re.search(r"command: \[(.*)\]", text).group(1))
        processes = []
        for index in range(parts):
            words = [word.replace("$(JOB_COMPLETION_INDEX)", str(index)) for word in command]
            processes.append(self.start([str(ORCH), *words[1:]], {}))
        self.assertEqual(sorted(self.check(processes)), sorted(TARGETS))

    def test_all_parts_twice_at_once_change_nothing_twice(self):
        words = [str(ORCH), "--all", "upgrade", "heads", "--partition"]
        self.check([self.start([*words, f"{part}/3"], {}) for part in range(3) for _ in range(2)])


if __name__ == "__main__":
    unittest.main()
