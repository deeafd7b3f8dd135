#!/usr/bin/env python3
"""Whether databases can read the SQL that orch prints for each revision of public trees. Run by hand.

    syntax_of_trees.py --corpus FOLDER --trees FOLDER --orch build/release/bin/orch [--dialects postgresql mysql sqlite] [--beyond RESULT.jsonl]

Each revision's SQL, up and down, goes to a private PostgreSQL, a private MariaDB and SQLite, and is taken back. A revision
alone has none of the tables that it changes, so all that counts is what a database says of the SQL itself: PostgreSQL parses
the whole text before it runs any of it, MariaDB and SQLite are given one statement after the other. Needs psycopg2 and the
program `mariadb`. With --beyond only what compare.py (--out) called so.
"""
import argparse
import collections
import contextlib
import importlib
import json
import pathlib
import re
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))


class PostgreSQL:
    def __init__(self, stack):
        import psycopg2
        import servers
        self.psycopg2 = psycopg2
        url, _ = stack.enter_context(servers.database("postgresql"))
        self.connection = psycopg2.connect(url)

    def problems(self, sql):
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(sql)
        except self.psycopg2.Error as error:
            if error.pgcode and error.pgcode in ("42601", "42602", "42622", "42P10", "22P02", "42846"):
                yield f"{error.pgcode} {str(error).splitlines()[0]}"
        finally:
            if self.connection.closed:
                raise SystemExit("the server has gone")
            self.connection.rollback()


class MariaDB:
    def __init__(self, stack):
        import mariadb
        self.server = stack.enter_context(mariadb.Server())
        self.database = self.server.database()

    def problems(self, sql):
        done = subprocess.run(["mariadb", "--no-defaults", "-S", str(self.server.socket), "-u", "root", "--force", self.database], input=sql,
                              capture_output=True, text=True)
        for line in done.stderr.splitlines():
            if "ERROR 1064" in line:
                yield line


class SQLite:
    def __init__(self, stack):
        pass

    def problems(self, sql):
        connection = sqlite3.connect(":memory:")
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if not sqlite3.complete_statement(statement):
                continue
            try:
                connection.execute(statement)
            except sqlite3.Error as error:
                if re.search(r"syntax error|incomplete input|unrecognized token|near ", str(error)):
                    yield f"{error}: {' '.join(statement.split())[:200]}"
            statement = ""
        connection.close()


DATABASES = {"postgresql": PostgreSQL, "mysql": MariaDB, "sqlite": SQLite}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--trees", required=True, type=pathlib.Path)
    parser.add_argument("--orch", required=True)
    parser.add_argument("--dialects", nargs="*", default=list(DATABASES))
    parser.add_argument("--beyond")
    args = parser.parse_args()
    sys.path.insert(0, args.corpus)
    compare = importlib.import_module("compare")
    only = None
    if args.beyond:
        only = {(row["tree"], row["file"], row["dialect"], row["direction"]) for row in map(json.loads, open(args.beyond)) if row["verdict"] == "beyond"}
    counts = collections.Counter()
    with contextlib.ExitStack() as stack:
        databases = {name: DATABASES[name](stack) for name in args.dialects}
        for folder in sorted((path.parent for path in args.trees.glob("*/tree.json")), key=lambda path: (len(path.name), path.name)):
            for dialect in json.loads((folder / "tree.json").read_text())["dialects"]:
                if dialect not in databases:
                    continue
                for direction in ("upgrade", "downgrade"):
                    for file, row in sorted(compare.ask(args.orch, folder, dialect, direction, 300).items()):
                        if row.get("sql") is None or row.get("error") is not None or only and (folder.name, file, dialect, direction) not in only:
                            continue
                        found = list(databases[dialect].problems(row["sql"]))
                        counts[dialect, "refused" if found else "read"] += 1
                        for problem in found:
                            print(f"[{folder.name}] {file} {dialect} {direction}: {problem}", flush=True)
    for (dialect, word), count in sorted(counts.items()):
        print(f"{dialect}: {count} {word}")


if __name__ == "__main__":
    main()
