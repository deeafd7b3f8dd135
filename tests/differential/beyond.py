#!/usr/bin/env python3
"""What Alembic would print where it cannot print anything: for revisions that need other packages, or that read.

    beyond.py --corpus FOLDER --trees FOLDER --expected EXPECTED.jsonl --out MORE.jsonl
    beyond.py --corpus FOLDER --trees FOLDER --expected EXPECTED.jsonl --check MORE.jsonl --orch build/release/bin/orch

For public trees and the programs that come with their list (oracle.py, compare.py), run by hand. Only what EXPECTED has as
failed is asked again: with the packages of orch's stand-ins imported for real, where they are installed, and with a connection
that answers every query with no rows, as orch does without a database. What then has SQL is what orch must print. The second
form compares, and counts by kind: "packages" where a package was missing, "reads" where rows were wanted.
"""
import argparse
import collections
import importlib
import json
import pathlib
import sys

PACKAGES = ("sqlalchemy_utils", "sqlmodel", "geoalchemy2", "pgvector.sqlalchemy", "fastapi_users_db_sqlalchemy", "advanced_alchemy.types",
            "oslo_db.sqlalchemy.types", "oslo_db.sqlalchemy.models", "oslo_utils.uuidutils", "oslo_utils.timeutils", "oslo_log.log",
            "oslo_serialization.jsonutils", "alembic_utils.pg_function", "alembic_utils.pg_trigger", "alembic_utils.pg_view",
            "alembic_utils.pg_policy", "alembic_utils.pg_extension", "alembic_postgresql_enum", "citext", "sqlalchemy_utc",
            "sqlalchemy_json", "loguru", "structlog", "six", "six.moves", "orjson", "dateutil.tz", "dateutil.parser", "pytz")


class NoRows:
    """A result without rows, and anything that is asked of one."""

    rowcount = 0
    returns_rows = True
    closed = False

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def fetchall(self):
        return []

    all = fetchmany = fetchall

    def fetchone(self, *args):
        return None

    first = scalar = scalar_one_or_none = one_or_none = fetchone

    def scalars(self, *args):
        return self

    mappings = unique = yield_per = partitions = scalars

    def keys(self):
        return []

    def close(self):
        pass

    def scalar_one(self):
        from sqlalchemy.exc import NoResultFound
        raise NoResultFound("No row was found when one was required")

    one = scalar_one


def answer_with_no_rows():
    """The connection of offline mode: as Alembic's, with results."""
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy.engine.mock import MockConnection

    class Connection(MockConnection):
        def execute(self, statement, parameters=None, *args, **kwargs):
            if isinstance(statement, str):
                from sqlalchemy import text
                statement = text(statement)
            super().execute(statement)
            return NoRows()

        exec_driver_sql = execute

        def scalar(self, statement, *args, **kwargs):
            return self.execute(statement).scalar()

        def scalars(self, statement, *args, **kwargs):
            return self.execute(statement)

        def begin(self, *args, **kwargs):
            return NoRows()

        begin_nested = begin

        def close(self):
            pass

        commit = close

    def connection(self, given):
        return Connection(self.dialect, lambda construct, *args, **kwargs: self.impl._exec(construct))

    MigrationContext._stdout_connection = connection


def ask(oracle, args):
    failed = set()
    for row in map(json.loads, open(args.expected)):
        if row.get("status") == "fails":
            failed.add((row["tree"], row["file"], row["dialect"], row["direction"]))
    for package in PACKAGES:
        try:
            importlib.import_module(package)
        except ImportError as error:
            print(f"{package}: {error}", file=sys.stderr)
    answer_with_no_rows()
    args.dialects = args.ids = None
    with open(args.out, "w") as out:
        for task in oracle.tasks(args):
            if (task[0], task[1].name, task[3], task[4]) in failed:
                out.write(json.dumps(oracle.one(task)) + "\n")


def kind_of(error):
    return "packages" if error.startswith(("Missing", "TypeError: upgrade()", "TypeError: downgrade()")) or "has no attribute" in error and "alembic.op" in error \
        else "reads"


def check(compare, args):
    before = {(row["tree"], row["file"], row["dialect"], row["direction"]): row.get("error", "")
              for row in map(json.loads, open(args.expected)) if row.get("status") == "fails"}
    wanted = compare.read([args.check])
    counts = collections.Counter()
    for (tree, dialect, direction), files in sorted(wanted.items()):
        if not any(files.values()):
            continue
        answers = compare.ask(args.orch, args.trees / tree, dialect, direction, 120)
        for file, forms in files.items():
            if not forms:
                continue
            answer = answers.get(file) or answers.get("") or {"error": "no answer"}
            sql = answer.get("sql")
            verdict = "fails" if answer.get("error") is not None or sql is None else "same" if compare.normal(sql) in forms else "differs"
            counts[kind_of(before[tree, file, dialect, direction]), verdict] += 1
            if args.show and verdict != "same":
                row = {"tree": tree, "file": file, "dialect": dialect, "direction": direction, "verdict": verdict, "error": answer.get("error"),
                       "sql": sql, "expected": sorted(forms)}
                print(json.dumps(row))
    for (kind, verdict), count in sorted(counts.items()):
        print(f"{kind}: {verdict} {count}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="the folder of oracle.py and compare.py")
    parser.add_argument("--trees", required=True, type=pathlib.Path)
    parser.add_argument("--expected", required=True)
    parser.add_argument("--out")
    parser.add_argument("--check")
    parser.add_argument("--orch")
    parser.add_argument("--show", action="store_true", help="prints what is not the same as lines of JSON")
    args = parser.parse_args()
    sys.path.insert(0, args.corpus)
    if args.check:
        check(importlib.import_module("compare"), args)
    else:
        ask(importlib.import_module("oracle"), args)


if __name__ == "__main__":
    main()
