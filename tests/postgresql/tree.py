"""A migration tree in a temporary folder, for orch and for Debian's Alembic."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "servers"))
import servers  # noqa: E402

HEAD = """from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
revision = {revision!r}
down_revision = {down!r}


"""
ENV = """from alembic import context
import sqlalchemy as sa
engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


class Tree:
    def __init__(self, orch, url, keys=""):
        self.orch, self.url = orch, url
        self.folder_ = tempfile.TemporaryDirectory(prefix="orch-")
        self.folder = pathlib.Path(self.folder_.name)
        (self.folder / "versions").mkdir()
        self.ini = self.folder / "orch.ini"
        self.ini.write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\n{keys}\n")
        (self.folder / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/alembic\nversion_locations = %(here)s/versions\nsqlalchemy.url = {url.replace('%', '%%')}\n")
        self.last = None

    def close(self):
        self.folder_.cleanup()

    def add(self, revision, upgrade, downgrade="pass"):
        def body(name, text):
            return f"def {name}():\n" + "".join(f"    {line}\n" if line else "\n" for line in text.strip("\n").splitlines())

        text = HEAD.format(revision=revision, down=self.last) + body("upgrade", upgrade) + "\n\n" + body("downgrade", downgrade)
        path = self.folder / "versions" / f"{revision}_.py"
        path.write_text(text)
        self.last = revision
        return path

    def command(self, *words):
        return [str(self.orch), "-c", str(self.ini), *map(str, words)]

    def run(self, *words, **options):
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120, **options)

    def alembic(self, *words):
        (self.folder / "alembic").mkdir(exist_ok=True)
        (self.folder / "alembic" / "env.py").write_text(ENV)
        command = [sys.executable, "-m", "alembic", "-c", str(self.folder / "alembic.ini"), *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)


class Case(unittest.TestCase):
    """A test with a new database; `orch` is the program."""

    orch = None
    kind = "postgresql"

    def database(self):
        made = servers.database(self.kind)
        url, server = made.__enter__()
        self.addCleanup(made.__exit__, None, None, None)
        self.server = server
        return url

    def tree(self, url=None, keys=""):
        self.url = url or self.database()
        tree = Tree(self.orch, self.url, keys)
        self.addCleanup(tree.close)
        return tree

    def name(self):
        return self.url.split("?")[0].rsplit("/", 1)[1]

    def ask(self, sql):
        """The rows as psql prints them."""
        return self.server.psql(sql, self.name()).stdout.strip()

    def succeeds(self, outcome):
        self.assertEqual(outcome.returncode, 0, outcome.stderr + outcome.stdout)
        return outcome

    def fails(self, outcome, *texts):
        self.assertEqual(outcome.returncode, 1, outcome.stderr + outcome.stdout)
        for text in texts:
            self.assertIn(text, outcome.stderr)
        return outcome


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    arguments, rest = parser.parse_known_args()
    Case.orch = pathlib.Path(arguments.orch).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
