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

    def test_models_of_flask_sqlalchemy(self):
        self.same("flask_shop.py", "flask_shop_plain.py")
        self.same("flask_shop.py:db", "flask_shop_plain.py")

    def test_models_of_sqlmodel(self):
        self.same("sqlmodel_shop.py", "sqlmodel_shop_plain.py")

    def test_models_in_the_middle_of_an_application(self):
        self.same("application.py", "application_plain.py")

    def test_an_env_py_takes_the_url_from_settings(self):
        (self.folder / ".env").write_text("SHOP_DB_NAME=shop\nSHOP_PASSWORD='p w'\n")
        (self.folder / "settings.py").write_text(
            "from pydantic import field_validator, computed_field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n"
            "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_file='.env', env_prefix='SHOP_')\n"
            "    db_name: str\n    port: int = 5432\n    password: str\n    secret_key: str\n\n"
            "    @field_validator('db_name')\n    @classmethod\n    def with_ending(cls, value):\n        return value + '.db'\n\n"
            "    @computed_field\n    @property\n    def url(self) -> str:\n        return f'sqlite:///{self.db_name}?timeout={self.port}'\n\n\nsettings = Settings()\n")
        (self.folder / "migrations" / "env.py").write_text(
            "from alembic import context\nfrom sqlalchemy import engine_from_config\nfrom settings import settings\n"
            "from typed_plain import metadata\ncontext.config.set_main_option('sqlalchemy.url', settings.url)\n"
            "with engine_from_config(context.config.get_section('alembic'), prefix='sqlalchemy.').connect() as connection:\n"
            "    context.configure(connection=connection, target_metadata=metadata)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n")
        for words in (["revision", "--autogenerate", "-m", "all", "--rev-id", "a"], ["upgrade", "head"], ["check"]):
            done = subprocess.run([arguments.orch, *words], cwd=self.folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue((self.folder / "shop.db").exists())

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
