"""Models as orch reads them are models as SQLAlchemy reads them: no difference between a file and what the exporter prints of it.

    models_test.py --orch PROGRAM
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPORTER = HERE.parents[1] / "packaging" / "exporters" / "orch-export-sqlalchemy"


class Models(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="orch-models-")))
        for file in (HERE / "models").glob("*.py"):
            shutil.copy(file, self.folder)
        (self.folder / "migrations" / "versions").mkdir(parents=True)
        (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///%(here)s/app.db\n")

    def same(self, a, b):
        for pair in ((a, b), (b, a)):
            done = subprocess.run([arguments.orch, "diff", *pair], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def exported(self, name):
        return f"exec:/usr/bin/python3 {EXPORTER} {name}"

    def test_declarative_classes(self):
        self.same("declarative.py", self.exported("declarative:Base"))

    def test_types_and_options_of_dialects(self):
        self.same("dialects.py", self.exported("dialects:metadata"))

    def test_typed_classes(self):
        self.same("typed.py", "typed_plain.py")

    def test_a_package_that_is_missing_matters_only_where_tables_are(self):
        (self.folder / "settings.py").write_text(
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    url: str = 'x'\n\n\nsettings = Settings()\n")
        (self.folder / "app.py").write_text(
            "import celery\nfrom settings import settings\nfrom typed_plain import metadata\n\nworker = celery.Celery(settings.url)\n\n\n"
            "@worker.task\ndef run():\n    pass\n")
        self.same("app.py", "typed_plain.py")
        (self.folder / "broken.py").write_text(
            "import sqlalchemy as sa\nfrom company import Base\n\n\nclass Thing(Base):\n    __tablename__ = 'thing'\n    id = sa.Column(sa.Integer, primary_key=True)\n")
        (self.folder / "whole.py").write_text("from typed_plain import metadata\nfrom broken import Thing\n")
        done = subprocess.run([arguments.orch, "diff", "whole.py", "typed_plain.py"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("broken.py:5", done.stderr)
        self.assertIn("company", done.stderr)

    def test_a_folder_of_modules(self):
        (self.folder / "package").mkdir()
        (self.folder / "package" / "__init__.py").write_text("")
        (self.folder / "package" / "base.py").write_text("from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n")
        for name, other in (("one", "two"), ("two", "one")):
            (self.folder / "package" / f"{name}.py").write_text(
                f"from sqlalchemy import Column, ForeignKey, Integer\nfrom sqlalchemy.orm import relationship\nfrom .base import Base\n\n\n"
                f"class {name.title()}(Base):\n    __tablename__ = '{name}'\n    id = Column(Integer, primary_key=True)\n"
                f"    {other}_id = Column(ForeignKey('{other}.id'))\n    other = relationship('{other.title()}')\n\n\nfrom . import {other}\n")
        self.same("package/", self.exported("package.one:Base"))


parser = argparse.ArgumentParser()
parser.add_argument("--orch", required=True)
arguments, rest = parser.parse_known_args()
arguments.orch = str(Path(arguments.orch).resolve())
if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + rest)
