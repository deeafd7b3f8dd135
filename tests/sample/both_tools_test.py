"""The sample monorepo and the templates' env.py, run by orch and by Alembic: the same order, the same tables, the same rows."""
import argparse
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ENVIRONMENTS = ("core", "module_one", "module_two")
# Alembic sees the Python revisions only; the .sql revision on top of module_two is orch's alone.
LAST_FOR_BOTH = {"core": "heads", "module_one": "heads", "module_two": "f3c6129ae7d4"}


def run(folder, *command):
    """Standard output and standard error of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], cwd=folder, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def steps(log):
    return re.findall(r"Running (?:upgrade|downgrade) .*", log)


def content(database):
    """Tables and indexes as they are, without white space, and every row."""
    with sqlite3.connect(database) as connection:
        objects = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE type != 'view' ORDER BY name").fetchall()
        tables = [name for kind, name, _ in objects if kind == "table"]
        rows = {table: sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr) for table in tables}
    return [(kind, name, "".join((sql or "").split())) for kind, name, sql in objects], rows


class BothTools(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="orch-sample-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(ROOT / "environments" / "sample", self.folder, dirs_exist_ok=True)
        self.database = self.folder / "shop.db"

    def let_alembic_in(self, database):
        """The ini and the env.py files that Alembic wants, as the template `generic` has them."""
        ini = ""
        for name in ENVIRONMENTS:
            shutil.copy(ROOT / "environments/templates/generic/env.py", self.folder / name / "migrations")
            ini += (f"[{name}]\nscript_location = %(here)s/{name}/migrations\nversion_table = {name}_alembic_versions\n"
                    f"sqlalchemy.url = sqlite:///%(here)s/{database}\n")
        (self.folder / "alembic.ini").write_text(ini)

    def alembic(self, name, *words):
        return run(self.folder, "alembic", "-n", name, *words)

    def orch(self, name, *words):
        return run(self.folder, ORCH, "-c", "orch.ini", "-n", name, *words)

    def test_the_same_steps_and_the_same_database(self):
        upgraded = {name: steps(self.orch(name, "upgrade", LAST_FOR_BOTH[name])[1]) for name in ENVIRONMENTS}
        self.let_alembic_in("by_alembic.db")
        for name in ENVIRONMENTS:
            self.assertEqual(steps(self.alembic(name, "upgrade", "heads")[1]), upgraded[name], name)
        self.assertEqual(content(self.database), content(self.folder / "by_alembic.db"))
        self.assertEqual(len(content(self.database)[1]["core_country"]), 8)

    def test_the_same_heads_and_history(self):
        shown = {name: (self.orch(name, "heads")[0], self.orch(name, "history")[0]) for name in ("core", "module_one")}
        self.let_alembic_in("by_alembic.db")
        for name, (heads, history) in shown.items():
            self.assertEqual(self.alembic(name, "heads")[0], heads)
            self.assertEqual(self.alembic(name, "history")[0], history)

    def test_orch_runs_the_env_py_of_alembic(self):
        self.let_alembic_in("shared.db")
        with_env_py = lambda name, *words: run(self.folder, ORCH, "-c", "alembic.ini", "-n", name, *words)
        for name in ENVIRONMENTS:
            with_env_py(name, "upgrade", LAST_FOR_BOTH[name])
        self.assertFalse(self.database.exists())
        self.alembic("module_two", "downgrade", "base")
        with_env_py("module_one", "downgrade", "base")
        self.alembic("core", "downgrade", "-1")
        with_env_py("core", "downgrade", "base")
        objects, rows = content(self.folder / "shared.db")
        self.assertEqual({name for kind, name, _ in objects if kind == "table"}, {f"{name}_alembic_versions" for name in ENVIRONMENTS})
        self.assertEqual(set(map(len, rows.values())), {0})

    def test_everything_up_and_down_again(self):
        run(self.folder, ORCH, "--all", "upgrade", "heads")
        with sqlite3.connect(self.database) as connection:
            self.assertEqual(connection.execute("SELECT count(*) FROM module_two_order_totals").fetchone(), (0,))
        for name in reversed(ENVIRONMENTS):
            self.orch(name, "downgrade", "base")
        objects, _ = content(self.database)
        self.assertEqual({name for kind, name, _ in objects if kind == "table"}, {f"{name}_alembic_versions" for name in ENVIRONMENTS})


class Templates(unittest.TestCase):
    """`orch -c alembic.ini init` writes a tree that Alembic runs as it stands."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="orch-template-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_both_tools_use_one_tree(self):
        run(self.folder, ORCH, "-c", "alembic.ini", "init", "migrations")
        run(self.folder, ORCH, "revision", "-m", "made by orch", "--rev-id", "aaa1")
        run(self.folder, "alembic", "revision", "-m", "made by Alembic", "--rev-id", "bbb2")
        run(self.folder, "alembic", "upgrade", "aaa1")
        run(self.folder, ORCH, "upgrade", "head")
        self.assertEqual(run(self.folder, "alembic", "current")[0], "bbb2 (head)\n")
        self.assertEqual(run(self.folder, "alembic", "history")[0], run(self.folder, ORCH, "history")[0])
        run(self.folder, "alembic", "upgrade", "head", "--sql")

    def test_both_tools_use_the_several_databases_of_multidb(self):
        run(self.folder, ORCH, "-c", "alembic.ini", "init", "--template", "multidb", "migrations")
        run(self.folder, ORCH, "-n", "engine1", "revision", "-m", "first", "--rev-id", "aaa1")
        run(self.folder, "alembic", "-n", "engine2", "revision", "-m", "other", "--rev-id", "bbb2")
        run(self.folder, ORCH, "--all", "upgrade", "heads")
        self.assertEqual(run(self.folder, "alembic", "-n", "engine1", "current")[0], "aaa1 (head)\n")
        self.assertEqual(run(self.folder, "alembic", "-n", "engine2", "current")[0], "bbb2 (head)\n")

    def test_an_orch_ini_has_no_env_py(self):
        for template in ("generic", "async", "multidb", "pyproject", "sql"):
            folder = self.folder / template
            folder.mkdir()
            run(folder, ORCH, "init", "--template", template, "migrations")
            self.assertFalse((folder / "migrations" / "env.py").exists())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    options, rest = parser.parse_known_args()
    ORCH, ROOT = options.orch.resolve(), options.root.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
