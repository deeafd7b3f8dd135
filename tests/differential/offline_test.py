"""One file of revisions/ as SQL, by orch and by Alembic: the same statements on each dialect, up and down.

    offline_test.py --orch PROGRAM FILE...

A file is a revision as anybody may have written it; its second line says for which dialects: `# dialects: postgresql mysql sqlite`.
Alembic calls its functions in offline mode, as `alembic upgrade --sql` does, without version rows. Layout, comments and empty
statements do not count.
"""
import argparse
import importlib.util
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext

URLS = {"postgresql": "postgresql://offline/db", "mysql": "mysql://offline/db", "sqlite": "sqlite://"}


def plain(sql):
    """The statements without layout."""
    lines = " ".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    # Since 2.0.48 SQLAlchemy writes more defaults in parentheses and fewer of others, and orch with it.
    lines = re.sub(r"DEFAULT \(((?:[^()]|\([^()]*\))*)\)", r"DEFAULT \1", lines)
    spaced = re.sub(r"\s*([(),=])\s*", r"\1", re.sub(r"\s+", " ", lines))
    return [statement.strip() for statement in spaced.split(";") if statement.strip()]


def alembic_sql(path, dialect, direction):
    buffer = io.StringIO()
    with EnvironmentContext(Config(), None, as_sql=True) as environment:
        environment.configure(dialect_name=dialect, output_buffer=buffer, literal_binds=True)
        with Operations.context(environment.get_context()):
            spec = importlib.util.spec_from_file_location("revision_of_the_test", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            getattr(module, direction)()
    return plain(buffer.getvalue())


def orch_sql(program, path, dialect, direction):
    with tempfile.TemporaryDirectory() as work:
        ini = Path(work) / "orch.ini"
        ini.write_text(f"[tree]\nscript_location = {path.parent.parent}\nversion_locations = {path.parent}\nurl = {URLS[dialect]}\n")
        words = [program, "-q", "-c", ini, "-n", "tree", "show", path, "--sql", "--dialect", dialect, "--json"]
        done = subprocess.run(words + ["--downgrade"] * (direction == "downgrade"), capture_output=True, text=True)
    answer = json.loads(done.stdout)["revisions"][0]
    return plain(answer["sql"]) if answer.get("error") is None else [f"error: {answer['error']}"]


def dialects(path):
    found = re.search(r"^# dialects: (.*)$", path.read_text(), re.MULTILINE)
    if not found:
        sys.exit(f"{path}: no line '# dialects: ...'")
    return found[1].split()


def check(program, path):
    wrong = 0
    for dialect in dialects(path):
        for direction in ("upgrade", "downgrade"):
            theirs, ours = alembic_sql(path, dialect, direction), orch_sql(program, path, dialect, direction)
            if theirs == ours:
                continue
            wrong += 1
            print(f"{path.name}: {direction} on {dialect}:")
            for statement in theirs:
                print(f"    alembic: {statement}" if statement not in ours else f"    both:    {statement}")
            for statement in ours:
                if statement not in theirs:
                    print(f"    orch:    {statement}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orch", required=True)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    sys.exit(min(1, sum(check(options.orch, path.resolve()) for path in options.files)))


if __name__ == "__main__":
    main()
