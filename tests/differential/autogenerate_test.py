"""The same change of models, the same operations: Debian's Alembic and orch compare each pair of autogenerate_pairs.txt.

    autogenerate_test.py --orch PROGRAM [NAME...]

For each pair: `a` is made in a SQLite database by SQLAlchemy; both tools say what leads to `b`, and must agree, or differ as the
pair says, and orch must say the same of the models that the exporter for the real SQLAlchemy prints. Then orch writes its revision and Alembic and orch each run it on a copy of their own: afterwards orch finds nothing
left to do in either, and after a downgrade the database is `a` again.
"""
import argparse
import ast
import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import ops

EXPORTER = Path(__file__).resolve().parents[2] / "packaging" / "exporters" / "orch-export-sqlalchemy"
HEAD = "from sqlalchemy import *\n\nm = MetaData()\n"
INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///%(here)s/app.db\ntarget_metadata = %(here)s/b.py\n"
ENV = """from alembic import context
from sqlalchemy import engine_from_config
with engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.").connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
MAKO = """\"\"\"${message}\"\"\"
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
"""


class Pair:
    def __init__(self, name):
        self.name, self.a, self.b, self.orch, self.why = name, [], [], None, None


def read_pairs(text):
    pairs, into = [], None
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("--- "):
            pairs.append(Pair(line[4:]))
        elif line.startswith(("a: ", "b: ")):
            into = pairs[-1].a if line[0] == "a" else pairs[-1].b
            into.append(line[3:])
        elif line.startswith("orch: "):
            pairs[-1].orch = (pairs[-1].orch or []) + ([] if line[6:] == "nothing" else [line[6:]])
        elif line.startswith("why: "):
            pairs[-1].why = line[5:]
        else:
            into.append(line[3:])
    return pairs


def metadata(lines):
    names = {}
    exec(HEAD + "\n".join(lines), names)
    return names["m"]


# What an operation is about, in one form for both: "alter_column t x nullable,type_".

def alembic_operations(container):
    for op in container.ops:
        if isinstance(op, ops.ModifyTableOps):
            yield from alembic_operations(op)
        elif isinstance(op, ops.CreateTableOp):
            yield f"create_table {op.table_name}"
        elif isinstance(op, ops.DropTableOp):
            yield f"drop_table {op.table_name}"
        elif isinstance(op, ops.AddColumnOp):
            yield f"add_column {op.table_name} {op.column.name}"
        elif isinstance(op, ops.DropColumnOp):
            yield f"drop_column {op.table_name} {op.column_name}"
        elif isinstance(op, ops.AlterColumnOp):
            changed = [name for name, given in (("nullable", op.modify_nullable is not None), ("type_", op.modify_type is not None),
                       ("server_default", op.modify_server_default is not False)) if given]
            yield f"alter_column {op.table_name} {op.column_name} {','.join(sorted(changed))}"
        elif isinstance(op, ops.CreateIndexOp):
            yield f"create_index {op.table_name} {op.index_name}"
        elif isinstance(op, ops.DropIndexOp):
            yield f"drop_index {op.table_name} {op.index_name}"
        elif isinstance(op, ops.CreateUniqueConstraintOp):
            yield f"create_unique_constraint {op.table_name} {op.constraint_name or ','.join(op.columns)}"
        elif isinstance(op, ops.CreateForeignKeyOp):
            yield f"create_foreign_key {op.source_table} {op.constraint_name or ','.join(op.local_cols)}"
        elif isinstance(op, ops.DropConstraintOp):
            yield f"drop_constraint {op.table_name} {op.constraint_name}"
        else:
            raise AssertionError(f"no form for {op}")


def orch_operation(text):
    call = ast.parse(text).body[0].value
    name = call.func.attr

    def value(node):
        if isinstance(node, ast.Call) and node.func.attr == "f":
            node = node.args[0]
        return ast.literal_eval(node) if not isinstance(node, ast.Call) else ast.literal_eval(node.args[0])
    words = [value(argument) for argument in call.args[:2]]
    if name in ("create_table", "drop_table"):
        return f"{name} {words[0]}"
    if name in ("add_column", "drop_column"):
        return f"{name} {words[0]} {words[1]}"
    if name == "alter_column":
        keys = {keyword.arg for keyword in call.keywords} & {"nullable", "type_", "server_default", "comment"}
        return f"{name} {words[0]} {words[1]} {','.join(sorted(keys))}"
    if name == "drop_index":
        return f"{name} {value(next(k.value for k in call.keywords if k.arg == 'table_name'))} {words[0]}"
    return f"{name} {words[1]} {words[0]}"


def same_names(theirs, ours):
    """Alembic leaves a new constraint without a name, orch calls it after its columns."""
    made_up = {f"create_unique_constraint {op.split()[1]} uq_{op.split()[1]}_{op.split()[2].replace(',', '_')}": op
               for op in theirs if op.startswith("create_unique_constraint")}
    prefix = {}
    for op in theirs:
        if op.startswith("create_foreign_key"):
            prefix[f"create_foreign_key {op.split()[1]} fk_{op.split()[1]}_{op.split()[2].replace(',', '_')}_"] = op
    out = []
    for op in ours:
        begun = next((full for start, full in prefix.items() if op.startswith(start)), None)
        out.append(op if op in theirs else made_up.get(op, begun or op))
    return out


class Walk:
    def __init__(self, orch, folder):
        self.orch, self.folder = orch, folder

    def run(self, *arguments, expected=(0,), program=None):
        result = subprocess.run([program or self.orch, *arguments], cwd=self.folder, capture_output=True, text=True)
        if result.returncode not in expected:
            raise AssertionError(f"{' '.join(map(str, arguments))} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result

    def differences(self, target):
        result = self.run("check", "--json", "--target", target, expected=(0, 3))
        report = json.loads(result.stdout)["environments"][0]
        return [entry["operation"] for entry in report["operations"]]


def compare(orch, pair, folder):
    (folder / "a.py").write_text(HEAD + "\n".join(pair.a) + "\n")
    (folder / "b.py").write_text(HEAD + "\n".join(pair.b) + "\n")
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "migrations" / "script.py.mako").write_text(MAKO)
    engine = sa.create_engine(f"sqlite:///{folder}/app.db")
    metadata(pair.a).create_all(engine)
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        theirs = list(alembic_operations(produce_migrations(context, metadata(pair.b)).upgrade_ops))
    engine.dispose()
    walk = Walk(orch, folder)
    texts = walk.differences("b.py")
    ours = same_names(theirs, [orch_operation(text) for text in texts])
    wanted = theirs if pair.orch is None else pair.orch
    if Counter(ours) != Counter(wanted):
        raise AssertionError("expected\n  " + "\n  ".join(wanted) + "\norch proposes\n  " + "\n  ".join(texts))
    exported = walk.differences(f"exec:{sys.executable} {EXPORTER} b:m")
    if Counter(map(orch_operation, exported)) != Counter(map(orch_operation, texts)):
        raise AssertionError("of the exported models orch proposes\n  " + "\n  ".join(exported) + "\nof the models\n  " + "\n  ".join(texts))
    run_the_revision(walk, folder)


def run_the_revision(walk, folder):
    walk.run("revision", "--autogenerate", "-m", "change", "--rev-id", "b", "--no-renames", "--allow-drop")
    before = (folder / "app.db").read_bytes()
    for program in (None, "/usr/bin/alembic"):
        (folder / "app.db").write_bytes(before)
        walk.run("upgrade", "head", program=program)
        if left := walk.differences("b.py"):
            raise AssertionError(f"after {program or 'orch'} upgrade there is left:\n  " + "\n  ".join(left))
        walk.run("downgrade", "base", program=program)
        left = [text for text in walk_at_base(walk, folder)]
        if left:
            raise AssertionError(f"after {program or 'orch'} downgrade there is left:\n  " + "\n  ".join(left))


def walk_at_base(walk, folder):
    """orch compares at head only; at base the tree is empty for a moment."""
    versions, aside = folder / "migrations" / "versions", folder / "aside"
    versions.rename(aside)
    versions.mkdir()
    try:
        return walk.differences("a.py")
    finally:
        versions.rmdir()
        aside.rename(versions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    pairs = read_pairs((Path(__file__).parent / "autogenerate_pairs.txt").read_text(encoding="utf-8"))
    failed = 0
    for pair in pairs:
        if arguments.names and pair.name not in arguments.names:
            continue
        folder = Path(tempfile.mkdtemp(prefix="orch-autogenerate-"))
        try:
            compare(Path(arguments.orch).resolve(), pair, folder)
        except (AssertionError, Exception) as problem:
            failed += 1
            print(f"FAILED {pair.name}: {problem}\n", flush=True)
        finally:
            shutil.rmtree(folder)
    print(f"{len(pairs)} pairs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
