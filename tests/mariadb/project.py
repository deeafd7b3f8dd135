"""A tree of revisions in a temporary folder, which orch and Alembic both run."""
import pathlib
import subprocess
import sys
import tempfile
import textwrap

ENV = """
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {}\n"
HEAD = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import mysql\n\nrevision = {!r}\ndown_revision = {!r}\n\n\n"


def function(name, body):
    return f"def {name}():\n" + textwrap.indent(textwrap.dedent(body).strip() or "pass", "    ") + "\n"


class Project:
    def __init__(self, orch):
        self.orch = orch
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.versions = self.folder / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        (self.folder / "migrations" / "env.py").write_text(ENV)
        self.last = None
        self.keys = ""  # more lines of the ini

    def revision(self, name, upgrade, downgrade="", raw=None):
        """Adds one behind the last."""
        text = raw or HEAD.format(name, self.last) + function("upgrade", upgrade) + "\n\n" + function("downgrade", downgrade)
        (self.versions / f"{name}.py").write_text(text)
        self.last = name
        return self.versions / f"{name}.py"

    def ini(self, url, name="alembic.ini"):
        path = self.folder / name
        path.write_text(INI.format(url.replace("%", "%%")) + self.keys + "\n")
        return path

    def run(self, url, *words, **options):
        return subprocess.run([self.orch, "-c", self.ini(url), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)

    def must(self, url, *words):
        done = self.run(url, *words)
        if done.returncode != 0:
            raise AssertionError(f"orch {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
        return done

    def alembic(self, url, *words):
        """The driver decides what `mysql://` is: mysqlclient, which is Debian's python3-mysqldb."""
        ini = self.ini(url.replace("mysql://", "mysql+mysqldb://"), "other.ini")
        code = f"import sys; sys.argv[0] = 'alembic'; from alembic.config import main; main(prog='alembic', argv={['-c', str(ini), *words]!r})"
        return subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True)
