#!/usr/bin/env python3
"""Crash points: the program is killed before and after each effect that it has (a message to a server, a write to a file), and the same
command run again must bring everything to where it would have come without that: schema, rows, versions and journal.

    points_test.py --orch PROGRAM --fuse LIBRARY [--pipeline] KIND [SCENARIO...]
"""
import argparse
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

from databases import KINDS, Tree, content, run, write_ini

DDL_AND_ROWS = """
op.create_table("t", sa.Column("x", sa.Integer))
op.execute("INSERT INTO t VALUES (1)")
op.add_column("t", sa.Column("z", sa.Integer))
op.execute("UPDATE t SET z = x * 10")
op.create_index("ix_t_z", "t", ["z"])
"""
MANY_ROWS = """
op.create_table("t", sa.Column("x", sa.Integer))
op.bulk_insert(sa.table("t", sa.column("x")), [{"x": x} for x in range(20)])
"""


class Scenario:
    """`trees` are written anew for each; `before` runs once in each new database, then the command is run with a fuse."""

    def __init__(self, orch, kind, folder, databases):
        self.orch, self.kind, self.folder, self.databases = orch, kind, pathlib.Path(folder), databases
        self.command = ("upgrade", "heads")
        self.before = []
        self.trees = [Tree(orch, folder)]

    def tree(self):
        return self.trees[0]

    def count(self):
        """How many databases it needs."""
        return len(self.trees)

    def sections(self, names):
        """Of the ini."""
        return [tree.section(self.databases.url(name)) for tree, name in zip(self.trees, names)]

    def killed(self):
        """What is wrong right after the kill, beside the databases."""
        return []

    def ended(self):
        """And in the end."""
        return []

    def again(self, ini):
        """What follows a run that was killed."""
        return run(self.orch, ini, *self.command)


def transactional(it):
    """A revision that is rolled back whole where DDL can be."""
    it.tree().add("a", None, DDL_AND_ROWS)


def five_statements(it):
    """DDL and rows by turns, behind a revision that is done already."""
    it.tree().add("a", None, MANY_ROWS).add("b", "a", """
op.execute("INSERT INTO t VALUES (100)")
op.create_table("u", sa.Column("y", sa.Integer))
op.execute("INSERT INTO u SELECT x FROM t WHERE x > 10")
op.add_column("t", sa.Column("z", sa.Integer))
op.execute("UPDATE t SET z = x + 1")
""")


def commits_in_between(it):
    """A block outside of the transaction in the middle: CONCURRENTLY on PostgreSQL."""
    concurrently = ", postgresql_concurrently=True" if it.kind == "postgresql" else ""
    it.tree().add("a", None, f"""
op.create_table("t", sa.Column("x", sa.Integer), sa.Column("z", sa.Integer))
op.execute("INSERT INTO t VALUES (1, 2)")
with op.get_context().autocommit_block():
    op.create_index("ix_t_x", "t", ["x"]{concurrently})
op.execute("INSERT INTO t VALUES (3, 4)")
op.create_table("u", sa.Column("y", sa.Integer))
""")


def rebuild(it):
    """A table that is made anew, which other rows point to."""
    it.tree().add("a", None, """
op.create_table("p", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
op.create_table("c", sa.Column("p", sa.Integer, sa.ForeignKey("p.id", ondelete="CASCADE", name="fk_c_p")))
op.execute("INSERT INTO p VALUES (1, 'one')")
op.execute("INSERT INTO p VALUES (2, 'two')")
op.execute("INSERT INTO c VALUES (2)")
""").add("b", "a", """
with op.batch_alter_table("p") as batch:
    batch.alter_column("name", existing_type=sa.String(20), type_=sa.String(40), nullable=False)
    batch.add_column(sa.Column("age", sa.Integer))
""")
    it.before = [("upgrade", "a")]


def merge(it):
    """Two branches and the revision that joins them."""
    it.tree().add("a", None, MANY_ROWS)
    it.tree().add("b", "a", 'op.create_table("u", sa.Column("y", sa.Integer))')
    it.tree().add("c", "a", 'op.add_column("t", sa.Column("z", sa.Integer))')
    it.tree().add("m", ("b", "c"), 'op.execute("UPDATE t SET z = 1")')
    it.before = [("upgrade", "a")]


def downgrade(it):
    """The way back."""
    it.tree().add("a", None, MANY_ROWS, 'op.drop_table("t")')
    it.tree().add("b", "a", 'op.add_column("t", sa.Column("z", sa.Integer))\nop.execute("UPDATE t SET z = x")',
                  'op.execute("UPDATE t SET x = z + 1")\nop.drop_column("t", "z")\nop.execute("DELETE FROM t WHERE x = 1")')
    it.before = [("upgrade", "heads")]
    it.command = ("downgrade", "a")


def three_environments(it):
    """One run over three databases, of which one waits for the others."""
    it.tree().add("a", None, MANY_ROWS)
    for name, requires in (("shop", ""), ("mail", 'requires = ("app@a", "shop@s")')):
        tree = Tree(it.orch, it.folder, name)
        tree.add(name[0], None, DDL_AND_ROWS, more=requires)
        it.trees.append(tree)
    it.command = ("--all", "upgrade", "heads")


ENV_PY = """
from alembic import context
from sqlalchemy import engine_from_config

engines = {name: engine_from_config(context.config.get_section(name), prefix="sqlalchemy.") for name in ("one", "two")}
for name, engine in engines.items():
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations(engine_name=name)
"""


def several_databases(it):
    """One environment whose env.py moves two databases, one after the other."""
    it.tree().add("a", None, MANY_ROWS + 'op.execute(f"INSERT INTO t VALUES ({len(engine_name) + 100})")', arguments="engine_name")
    (it.folder / "app" / "env.py").write_text(ENV_PY)
    it.count = lambda: 2
    it.sections = lambda names: [it.tree().section(it.databases.url(names[0]))] + [
        f"[{engine}]\nsqlalchemy.url = {it.databases.url(name).replace('%', '%%')}\n" for engine, name in zip(("one", "two"), names)]


def fleet(it):
    """A recorded run over targets in stages, the first of them a canary, which 'runs resume' goes on with. The record says at every instant
    what is so: a target that is done stands at the head, one that waits was not touched, and in the end all are done."""
    it.tree().add("a", None, DDL_AND_ROWS).add("b", "a", 'op.execute("INSERT INTO t VALUES (7, 8)")')
    it.count = lambda: 4

    def sections(names):
        for file in it.folder.glob(".orch-runs.db*"):
            file.unlink()
        url = it.databases.url("TARGET").replace("%", "%%").replace("TARGET", "%(target)s")
        return [f"[app]\nscript_location = %(here)s/app\nurl = {url}\ntargets = {', '.join(names)}\nstages = first, rest\n"
                f"stage.first.match = {names[2]}\nstage.rest.canary = 1\nstage.rest.on_error = continue\n"]

    def record():
        if not (it.folder / ".orch-runs.db").exists():
            return []
        shown = run(it.orch, it.folder / "orch.ini", "--json", "runs", "show", "1")
        return json.loads(shown.stdout)["targets"] if shown.returncode == 0 else []

    def version(name):
        try:
            return it.databases.run(name, "SELECT version_num FROM alembic_version")
        except Exception:  # there is no such table, or no such database: each client says it in its own way
            return []

    def killed():
        wrong = []
        for target in record():
            there = version(target["name"].removeprefix("app[").removesuffix("]"))
            if target["state"] == "done" and there != [("b",)] or target["state"] in ("waiting", "failed") and there:
                wrong.append(f"{target['name']} is recorded as {target['state']}, and is at {there}")
        return wrong

    def ended():
        return [f"{target['name']} is recorded as {target['state']}" for target in record() if target["state"] != "done"]

    def again(ini):
        resumed = run(it.orch, ini, "runs", "resume", "1")
        return resumed if resumed.returncode == 0 else run(it.orch, ini, *it.command)  # it was killed before anything was recorded

    it.sections, it.again, it.killed, it.ended = sections, again, killed, ended


SCENARIOS = (transactional, five_statements, commits_in_between, rebuild, merge, downgrade, three_environments, several_databases, fleet)


class Driver:
    def __init__(self, orch, fuse, databases, scenario, folder, shared=""):
        self.shared = shared
        self.orch, self.fuse, self.databases = orch, fuse, databases
        self.it = Scenario(orch, databases.kind, folder, databases)
        scenario(self.it)
        self.folder = pathlib.Path(folder)

    def fresh(self):
        """New databases, as they are before the command; their names and the ini."""
        names = [self.databases.fresh() for _ in range(self.it.count())]
        ini = write_ini(self.folder, *self.it.sections(names), shared=self.shared)
        for words in self.it.before:
            done = run(self.orch, ini, *words)
            if done.returncode != 0:
                raise SystemExit(f"before the test, {words} failed:\n{done.stderr}")
        return names, ini

    def run(self, ini, **fuse):
        return run(self.orch, ini, *self.it.command, env={**os.environ, "LD_PRELOAD": self.fuse, **{f"FUSE_{k.upper()}": str(v) for k, v in fuse.items()}})

    def content(self, names):
        return [content(self.databases, name) for name in names]

    def drop(self, names):
        for name in names:
            self.databases.drop(name)

    def deviations(self):
        """How many points there are, and what differs after which."""
        names, ini = self.fresh()
        count = self.folder / "count"
        done = self.run(ini, count=count)
        if done.returncode != 0:
            raise SystemExit(f"the undisturbed run failed:\n{done.stderr}")
        effects = int(count.read_text())
        expected = self.content(names)
        self.drop(names)
        found, points = [], 0
        for effect in range(1, effects + 1):
            for when in ("before", "after"):
                names, ini = self.fresh()
                done = self.run(ini, at=effect, when=when)
                points += done.returncode == -signal.SIGKILL
                wrong = self.it.killed()
                again = self.it.again(ini)
                wrong += self.it.ended()
                if wrong:
                    found.append(f"killed {when} effect {effect}: {'; '.join(wrong)}")
                if again.returncode != 0:
                    found.append(f"killed {when} effect {effect}, the next run ended with {again.returncode}:\n{again.stderr}")
                elif (now := self.content(names)) != expected:
                    found.append(f"killed {when} effect {effect}:\n  {now}\nexpected\n  {expected}")
                self.drop(names)
        return effects, points, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    parser.add_argument("--fuse", required=True)
    parser.add_argument("--pipeline", action="store_true", help="statements do not wait for each other")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    wrong = all_points = 0
    shared = "pipeline = true\n" if options.pipeline else ""
    with KINDS[options.kind]() as databases:
        for scenario in SCENARIOS:
            if options.scenarios and scenario.__name__ not in options.scenarios:
                continue
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="orch-crash-") as folder:
                effects, points, found = Driver(options.orch, options.fuse, databases, scenario, folder, shared).deviations()
            print(f"{options.kind} {scenario.__name__}: {points} points ({effects} effects), {len(found)} deviations, "
                  f"{time.monotonic() - began:.0f} s", flush=True)
            all_points += points
            if points < effects:  # the last ones may come when all is over
                print("  too few points were reached: the fuse does not see the program", flush=True)
                wrong += 1
            for text in found[:3]:
                print("  " + text, flush=True)
            wrong += len(found)
    print(f"{options.kind}: {all_points} points in all, {wrong} deviations", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
