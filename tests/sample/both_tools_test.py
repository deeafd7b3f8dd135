"""The sample monorepo and the templates' env.py, run by orch and by Alembic: the same order, the same tables, the same rows."""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DIFFERENTIAL = ROOT / "tests" / "differential"
sys.path.insert(0, str(DIFFERENTIAL))
import database
import tools

# Alembic's program, reading folders in the order of names; its env.py sends the log to standard error.
ALEMBIC = f"import sys; sys.path.insert(0, {str(DIFFERENTIAL)!r}); import tools; from alembic.config import main; main(prog='alembic')"
ENVIRONMENTS = ("core", "module_one", "module_two")
# Alembic sees the Python revisions only; the .sql revision on top of module_two is orch's alone.
LAST_FOR_BOTH = {"core": "heads", "module_one": "heads", "module_two": "f3c6129ae7d4"}
VERSION_TABLES = {f"{name}_alembic_versions" for name in ENVIRONMENTS}


def content(path):
    """What is in a database, but for orch's journals. SQLAlchemy 1.4 puts a default of one word in parentheses, later versions
    and orch do not."""
    objects, rows = database.content(path)
    return ([(kind, name, table, re.sub(r"DEFAULT\((\w+)\) ?", r"DEFAULT \1 ", sql)) for kind, name, table, sql in objects
             if not table.endswith("_orch")], {table: found for table, found in rows.items() if not table.endswith("_orch")})


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="orch-sample-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def must(self, outcome):
        self.assertTrue(outcome.ok, outcome.why + outcome.out)
        return outcome

    def orch(self, *words, ini="orch.ini"):
        return self.must(tools.Orch(ORCH, self.folder / ini).run(*words))

    def alembic(self, *words):
        done = subprocess.run([sys.executable, "-c", ALEMBIC, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        return self.must(tools.Outcome(done.returncode == 0, done.stdout, tools.STEP.findall(done.stderr), done.stderr))


class Sample(Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(ROOT / "environments" / "sample", self.folder, dirs_exist_ok=True)
        self.shop = self.folder / "shop.db"

    def let_alembic_in(self, name):
        """The ini and the env.py files that Alembic wants, as the template `generic` has them, and its own database."""
        ini = ""
        for environment in ENVIRONMENTS:
            shutil.copy(ROOT / "environments/templates/generic/env.py", self.folder / environment / "migrations")
            ini += (f"[{environment}]\nscript_location = %(here)s/{environment}/migrations\n"
                    f"version_table = {environment}_alembic_versions\nsqlalchemy.url = sqlite:///%(here)s/{name}\n")
        (self.folder / "alembic.ini").write_text(ini)
        return self.folder / name

    def upgrade_with_orch(self, ini="orch.ini"):
        return {name: self.orch("-n", name, "upgrade", last, ini=ini).steps for name, last in LAST_FOR_BOTH.items()}

    def test_the_same_steps_and_the_same_database(self):
        upgraded = self.upgrade_with_orch()
        by_alembic = self.let_alembic_in("by_alembic.db")
        self.assertEqual({name: self.alembic("-n", name, "upgrade", "heads").steps for name in ENVIRONMENTS}, upgraded)
        self.assertEqual(content(self.shop), content(by_alembic))
        self.assertEqual(len(content(self.shop)[1]["core_country"]), 8)

    def test_the_same_heads_and_history(self):
        shown = {(name, command): self.orch("-n", name, command).out
                 for name in ("core", "module_one") for command in ("heads", "history")}
        self.let_alembic_in("by_alembic.db")
        self.assertEqual({key: self.alembic("-n", *key).out for key in shown}, shown)

    def test_both_tools_move_one_database_in_turn(self):
        shared = self.let_alembic_in("shared.db")
        self.upgrade_with_orch(ini="alembic.ini")
        self.assertFalse(self.shop.exists())
        self.alembic("-n", "module_two", "downgrade", "base")
        self.orch("-n", "module_one", "downgrade", "base", ini="alembic.ini")
        self.alembic("-n", "core", "downgrade", "-1")
        self.orch("-n", "core", "downgrade", "base", ini="alembic.ini")
        rows = content(shared)[1]
        self.assertEqual(rows, {table: [] for table in VERSION_TABLES})

    def test_everything_up_and_down_again(self):
        self.orch("--all", "upgrade", "heads")
        self.assertIn("module_two_order_totals", content(self.shop)[1])
        self.orch("--all", "downgrade", "base")
        self.assertEqual(content(self.shop)[1], {table: [] for table in VERSION_TABLES})


class Templates(Case):
    def init(self, template):
        self.orch_here("-c", "alembic.ini", "init", "--template", template, "migrations")

    def orch_here(self, *words, folder=None):
        """orch in the folder, finding its ini by itself."""
        done = subprocess.run([ORCH, *words], cwd=folder or self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_both_tools_use_one_tree(self):
        self.init("generic")
        self.orch_here("revision", "-m", "made by orch", "--rev-id", "aaa1")
        self.alembic("revision", "-m", "made by Alembic", "--rev-id", "bbb2")
        self.alembic("upgrade", "aaa1")
        self.orch_here("upgrade", "head")
        self.assertEqual(self.alembic("current").out, "bbb2 (head)\n")
        self.assertEqual(self.alembic("history").out, self.orch_here("history"))
        self.assertIn("aaa1", self.alembic("upgrade", "head", "--sql").out)

    def test_both_tools_use_the_several_databases_of_multidb(self):
        self.init("multidb")
        self.orch_here("-n", "engine1", "revision", "-m", "first", "--rev-id", "aaa1")
        self.alembic("-n", "engine2", "revision", "-m", "other", "--rev-id", "bbb2")
        self.orch_here("--all", "upgrade", "heads")
        self.assertEqual(self.alembic("-n", "engine1", "current").out, "aaa1 (head)\n")
        self.assertEqual(self.alembic("-n", "engine2", "current").out, "bbb2 (head)\n")

    def test_each_walks_with_an_orch_ini_and_no_env_py(self):
        for template in ("generic", "async", "pyproject", "sql"):
            with self.subTest(template):
                folder = self.folder / template
                folder.mkdir()
                self.orch_here("init", "--template", template, "migrations", folder=folder)
                self.assertFalse((folder / "migrations" / "env.py").exists())
                kind = ["--sql-file"] if template == "sql" else []
                self.orch_here("revision", "-m", "first", "--rev-id", "aaa1", *kind, folder=folder)
                self.orch_here("upgrade", "head", folder=folder)
                self.assertEqual(self.orch_here("current", folder=folder), "aaa1 (head)\n")
                self.orch_here("downgrade", "base", folder=folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", type=Path, required=True)
    options, rest = parser.parse_known_args()
    ORCH = options.orch.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
