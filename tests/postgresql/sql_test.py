#!/usr/bin/env python3
"""The SQL of operations, from files that read like documentation: the directive as a revision has it, then what
PostgreSQL gets. Debian's Alembic is asked for the same.

    sql_test.py --orch PROGRAM FILE

    === title
    the directive
    --- sql | --- error
    what orch prints
    --- alembic differs: why        where Debian's Alembic is not asked

ORCH_UPDATE_GOLDEN=1 writes what orch prints into the file.
"""
import argparse
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

IMPORTS = """import datetime, decimal, uuid
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
"""
REVISION = IMPORTS + "revision = {id!r}\ndown_revision = None\n\ndef upgrade():\n{body}\n"


class Case:
    def __init__(self, title):
        self.title, self.directive, self.kind, self.expected, self.difference = title, [], "sql", [], None


def read(path):
    cases, into = [], None
    for line in path.read_text().splitlines():
        if line.startswith("=== "):
            cases.append(Case(line[4:]))
            into = cases[-1].directive
        elif line.startswith("--- alembic"):
            cases[-1].difference = line[4:]
            into = []
        elif line.startswith("--- "):
            cases[-1].kind, into = line[4:], cases[-1].expected
        else:
            into.append(line)
    return cases


def write(path, cases):
    text = ""
    for case in cases:
        text += f"=== {case.title}\n" + "\n".join(case.directive).strip("\n") + f"\n--- {case.kind}\n" + case.answer + "\n"
        text += f"--- {case.difference}\n\n" if case.difference else "\n"
    path.write_text(text.rstrip("\n") + "\n")


def ask_orch(orch, cases):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        versions = folder / "versions"
        versions.mkdir()
        (folder / "orch.ini").write_text("[tree]\nscript_location = .\nurl = postgresql://offline/db\n")
        files = []
        for number, case in enumerate(cases):
            body = "\n".join("    " + line for line in case.directive if line.strip()) or "    pass"
            files.append(versions / f"r{number:03}.py")
            files[-1].write_text(REVISION.format(id=f"r{number:03}", body=body))
        command = [orch, "-c", folder / "orch.ini", "-n", "tree", "show", *files, "--sql", "--dialect", "postgresql", "--json"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for case, answer in zip(cases, json.loads(out)["revisions"]):
        error = answer["error"]
        case.answer = answer["sql"].strip() if not error else words_of(error)
        case.failed = bool(error)


def words_of(error):
    """The message and its hint, without the place."""
    lines = (error if isinstance(error, str) else error["message"]).strip().splitlines()
    return "\n".join([lines[0].split(": error: ")[-1], *(line for line in lines[1:] if not re.match(r"\s+\d* \| ", line))])


def ask_alembic(case):
    from alembic.config import Config
    from alembic.operations import Operations
    from alembic.runtime.environment import EnvironmentContext

    warnings.simplefilter("ignore")
    out, names = io.StringIO(), {}
    with EnvironmentContext(Config(), None, as_sql=True) as environment:
        environment.configure(dialect_name="postgresql", output_buffer=out, literal_binds=True)
        with Operations.context(environment.get_context()):
            exec(IMPORTS + "\n".join(case.directive), names)
    return out.getvalue()


def normal(sql):
    """Without layout. Alembic doubles each percent sign for a driver that is not there."""
    text = re.sub(r"\s+", " ", sql.replace("%%", "%"))
    text = re.sub(r"\s*;[\s;]*", ";", text)
    return re.sub(r"\s*([(),=])\s*", r"\1", text).strip(" ;")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--no-alembic", action="store_true", help="only what the file says")
    arguments = parser.parse_args()
    cases = read(arguments.file)
    ask_orch(arguments.orch, cases)
    if os.environ.get("ORCH_UPDATE_GOLDEN"):
        for case in cases:
            case.kind = "error" if case.failed else "sql"
        write(arguments.file, cases)
    failed = 0
    for case in cases:
        expected = case.answer if os.environ.get("ORCH_UPDATE_GOLDEN") else "\n".join(case.expected).strip()
        if case.answer != expected or case.failed != (case.kind == "error"):
            failed += 1
            print(f"FAILED: {case.title}\nexpected {case.kind}:\n{expected}\ngot:\n{case.answer}\n")
        elif case.kind == "sql" and not case.difference and not arguments.no_alembic:
            try:
                theirs = ask_alembic(case)
            except Exception as error:
                theirs = f"{type(error).__name__}: {error}"
            if normal(theirs) != normal(case.answer):
                failed += 1
                print(f"DIFFERS: {case.title}\nalembic:\n{theirs.strip()}\norch:\n{case.answer}\n")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
