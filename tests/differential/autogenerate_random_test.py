"""Random models, there and back: from A autogenerate to B, upgrade: nothing is left. Downgrade: the database is A again.

    autogenerate_random_test.py --orch PROGRAM --dialect DIALECT [--seed N] [--count N]

The models are written for orch's interpreter and use all types, constraints and indexes that the dialect has; a failure is made
smaller, column by column and table by table, before it is told with its seed. What orch finds equal, SQLAlchemy's inspector must find
equal too: the way back ends where A began, and B by way of A is B made from nothing.
"""
import argparse
import contextlib
import copy
import json
import random
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import sqlalchemy as sqla

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))

HEAD = "import sqlalchemy as sa\nfrom sqlalchemy.dialects import {0}\n\nm = sa.MetaData()\n"
NUMBERS, TEXTS, OTHERS = "numbers", "texts", "others"

# A type, its defaults, what it can be changed to, and whether it can be indexed everywhere.
TYPES = [
    ("sa.Integer()", ["'0'", "sa.text('7')", "sa.text('(1 + 2)')"], NUMBERS, True),
    ("sa.BigInteger()", ["'5'"], NUMBERS, True),
    ("sa.SmallInteger()", ["sa.text('3')"], NUMBERS, True),
    ("sa.Float()", ["'1.5'"], NUMBERS, True),
    ("sa.Numeric(10, 2)", ["'3.14'", "sa.text('0')"], NUMBERS, True),
    ("sa.Numeric(6, 4)", [], NUMBERS, True),
    ("sa.String(20)", ["'x'", "'it\\'s'", "''", "sa.text(\"'a b'\")"], TEXTS, True),
    ("sa.String(80)", ["'ä: %'"], TEXTS, True),
    ("sa.Unicode(7)", ["'x'"], TEXTS, True),
    ("sa.Text()", ["'long'"], TEXTS, False),
    ("sa.Boolean()", ["sa.true()", "sa.false()"], "boolean", True),
    ("sa.Date()", ["'2020-02-03'"], "date", True),
    ("sa.DateTime()", ["sa.func.current_timestamp()", "sa.func.now()", "sa.text('CURRENT_TIMESTAMP')"], "datetime", True),
    ("sa.Time()", [], "time", True),
    ("sa.LargeBinary()", [], "binary", False),
    ("sa.JSON()", [], "json", False),
    ("sa.Uuid()", [], "uuid", True),
    ("sa.Interval()", [], "interval", True),
]
OWN_TYPES = {
    "sqlite": [],
    "postgresql": [
        ("postgresql.JSONB()", ["sa.text(\"'{}'::jsonb\")"], "jsonb", False), ("postgresql.INET()", [], "inet", True),
        ("postgresql.ARRAY(sa.Integer())", ["'{}'"], "ints", False), ("postgresql.ARRAY(sa.String(5))", [], "strings", False),
        ("postgresql.TIMESTAMP(timezone=True)", ["sa.func.now()"], "datetime", True), ("postgresql.UUID()", [], "uuid", True),
        ("postgresql.INTERVAL()", [], "interval", True), ("postgresql.DOUBLE_PRECISION()", ["'2.5'"], NUMBERS, True),
        ("postgresql.DATERANGE()", [], "range", False), ("postgresql.BIT(3)", [], "bit", True), ("postgresql.TSVECTOR()", [], "words", False),
        ("sa.String(30, collation='C')", ["'z'"], TEXTS, True),
    ],
    "mysql": [
        ("mysql.INTEGER(unsigned=True)", ["'4'"], NUMBERS, True), ("mysql.TINYINT(1)", ["'1'"], NUMBERS, True),
        ("mysql.MEDIUMTEXT()", [], TEXTS, False), ("mysql.DOUBLE()", ["'2.5'"], NUMBERS, True), ("mysql.YEAR()", [], "year", True),
        ("mysql.SET('a', 'b')", ["'a'"], "set", True), ("mysql.DATETIME(fsp=3)", [], "datetime", True),
        ("mysql.VARCHAR(30, collation='utf8mb4_bin')", ["'z'"], TEXTS, True), ("mysql.BIT(3)", [], "bit", True),
        ("mysql.BIGINT(unsigned=True)", [], NUMBERS, True), ("mysql.LONGBLOB()", [], "binary", False),
    ],
}
NAMES = ["account", "line", "Order Item", "node", "select", "größe"]
VALUES = {"mood": [["sad", "ok"], ["sad", "so-so", "ok"], ["sad", "ok", "it's fine"], ["ok"]], "size": [["s", "m"], ["m", "s"], ["xs", "s", "m"]]}


class Maker:
    """Makes schemas for one dialect."""

    def __init__(self, source, dialect):
        self.source, self.dialect = source, dialect
        self.types = TYPES + OWN_TYPES[dialect]

    def chance(self, share):
        return self.source.random() < share

    def column(self, enums):
        if self.chance(0.12):
            name = self.source.choice(list(enums))
            column = {"enum": name, "nullable": self.chance(0.6), "family": "enum " + name, "indexed": True}
            if self.chance(0.4):
                column["default"] = repr(enums[name][0])
            return column
        text, defaults, family, indexed = self.source.choice(self.types)
        column = {"type": text, "nullable": self.chance(0.6), "family": family, "indexed": indexed}
        if defaults and self.chance(0.4):
            column["default"] = self.source.choice(defaults)
        if indexed and self.chance(0.2):
            column["index"] = True
        if indexed and self.chance(0.12):
            column["unique"] = True
        if self.dialect != "sqlite" and self.chance(0.15):
            column["comment"] = self.source.choice(["a note", "it's :odd \\ 100%", "größe"])
        return column

    def schema(self):
        source = self.source
        enums = {name: source.choice(choices) for name, choices in VALUES.items()}
        names = source.sample(NAMES, source.randint(2, 5))
        tables = {name: self.table(name, names, enums) for name in names}
        return {"enums": enums, "tables": tables}

    def table(self, name, names, enums):
        source, number = self.source, NAMES.index(name)
        columns = {c: self.column(enums) for c in source.sample(["a", "b", "c", "d", "Mixed Case", "order"], source.randint(1, 5))}
        parts, indexed = {}, [c for c, facts in columns.items() if facts["indexed"]]
        table = {"columns": columns, "parts": parts, "key": ["id"]}
        if self.dialect == "postgresql" and self.chance(0.2):
            table["schema"] = "other"
        if self.dialect != "sqlite" and self.chance(0.15):
            table["comment"] = source.choice(["all of them", "it's here"])
        if indexed and self.chance(0.4):
            parts[f"uq_{number}"] = ("unique", source.sample(indexed, min(2, len(indexed))))
        numbers = [c for c, facts in columns.items() if facts["family"] == NUMBERS]
        if numbers and self.chance(0.5):
            parts[f"ck_{number}"] = ("check", source.choice(numbers), source.choice(["IS NOT NULL", "<> 5", "> 0", "BETWEEN 1 AND 9", "IN (1, 2)"]))
        if indexed and self.chance(0.4):
            parts[f"ix_own_{number}"] = ("index", source.sample(indexed, min(2, len(indexed))), self.chance(0.3))
        if numbers and self.dialect != "mysql" and self.chance(0.3):
            parts[f"ix_part_{number}"] = ("partial", source.choice(numbers), source.choice(["> 3", "IS NOT NULL"]))
        texts = [c for c, facts in columns.items() if facts["family"] == TEXTS]
        if texts and self.dialect != "mysql" and self.chance(0.3):
            parts[f"ix_sql_{number}"] = ("expression", source.choice(texts), source.choice(["lower", "upper"]))
        if numbers and self.chance(0.25):
            parts[f"doubled_{number}"] = ("computed", source.choice(numbers), source.choice(["* 2", "+ 1"]))
        if numbers and self.dialect == "postgresql" and self.chance(0.2):
            parts[f"ex_{number}"] = ("exclude", source.choice(numbers), source.choice(["> 0", "< 100"]))
        if self.chance(0.5):
            columns["ref_id"] = {"type": "sa.Integer()", "nullable": True, "family": NUMBERS, "indexed": True, "index": self.chance(0.3)}
            parts[f"fk_{number}"] = ("foreign", "ref_id", source.choice(names), source.choice([None, "CASCADE", "SET NULL"]))
        return table

    def changed(self, schema):
        """Like the other schema, with some of it taken from a third."""
        out, other = copy.deepcopy(schema), self.schema()
        if self.chance(0.5):
            out["enums"] = other["enums"]
        tables = out["tables"]
        for name, table in other["tables"].items():
            if name not in tables or self.chance(0.5):
                tables[name] = table
        for name in list(tables):
            if len(tables) > 2 and name not in other["tables"] and self.chance(0.3):
                del tables[name]
        return sane(out)

    def castable(self, a, b):
        """What no database casts by itself becomes another column."""
        for name, table in b["tables"].items():
            old = a["tables"].get(name)
            if not old or old.get("schema") != table.get("schema"):
                continue
            for column, facts in table["columns"].items():
                before = old["columns"].get(column)
                if before and before["family"] != facts["family"]:
                    index, unique = facts.get("index"), facts.get("unique")
                    table["columns"][column] = {**copy.deepcopy(before), "index": index and before["indexed"], "unique": unique and before["indexed"]}
        return sane(b)


def sane(schema):
    """Parts that name what is not there go, and defaults that are no value of their enum."""
    tables = schema["tables"]
    for table in tables.values():
        columns = table["columns"]
        for facts in columns.values():
            if "enum" in facts and "default" in facts:
                facts["default"] = repr(schema["enums"][facts["enum"]][0])
        for name, part in list(table["parts"].items()):
            used = part[1] if isinstance(part[1], list) else [part[1]]
            fits = all(column in columns for column in used)
            if fits and part[0] in ("check", "partial", "computed", "exclude"):
                fits = columns[part[1]]["family"] == NUMBERS
            if fits and part[0] == "expression":
                fits = columns[part[1]]["family"] == TEXTS
            if fits and part[0] in ("unique", "index"):
                fits = all(columns[column]["indexed"] for column in used)
            if not fits or part[0] == "foreign" and part[2] not in tables:
                del table["parts"][name]
    return schema


def quoted(name, dialect):
    return f"`{name}`" if dialect == "mysql" else f'"{name}"'


def models(schema, dialect):
    lines = []
    for name, table in schema["tables"].items():
        items = ["sa.Column('id', sa.Integer, primary_key=True)"]
        for column, facts in table["columns"].items():
            kind = facts.get("type")
            if "enum" in facts:
                kind = f"sa.Enum({', '.join(map(repr, schema['enums'][facts['enum']]))}, name={facts['enum']!r})"
            rest = f", nullable={facts['nullable']}"
            if "default" in facts:
                rest += f", server_default={facts['default']}"
            for key in ("index", "unique"):
                if facts.get(key):
                    rest += f", {key}=True"
            if "comment" in facts:
                rest += f", comment={facts['comment']!r}"
            items.append(f"sa.Column({column!r}, {kind}{rest})")
        for part, facts in table["parts"].items():
            of = quoted(facts[1], dialect) if isinstance(facts[1], str) else ""
            if facts[0] == "unique":
                items.append(f"sa.UniqueConstraint({', '.join(map(repr, facts[1]))}, name={part!r})")
            elif facts[0] == "check":
                items.append(f"sa.CheckConstraint({of + ' ' + facts[2]!r}, name={part!r})")
            elif facts[0] == "index":
                items.append(f"sa.Index({part!r}, {', '.join(map(repr, facts[1]))}, unique={facts[2]})")
            elif facts[0] == "partial":
                items.append(f"sa.Index({part!r}, {facts[1]!r}, {dialect}_where=sa.text({of + ' ' + facts[2]!r}))")
            elif facts[0] == "expression":
                items.append(f"sa.Index({part!r}, sa.text({facts[2] + '(' + of + ')'!r}))")
            elif facts[0] == "computed":
                items.append(f"sa.Column({part!r}, sa.Numeric(12, 2), sa.Computed({of + ' ' + facts[2]!r}, persisted=True))")
            elif facts[0] == "exclude":
                items.append(f"postgresql.ExcludeConstraint((sa.column({facts[1]!r}), '='), using='btree', where=sa.text({of + ' ' + facts[2]!r}), name={part!r})")
            else:
                rule = f", ondelete={facts[3]!r}" if facts[3] else ""
                referent = schema["tables"][facts[2]]
                target = (referent["schema"] + "." if "schema" in referent else "") + facts[2] + ".id"
                items.append(f"sa.ForeignKeyConstraint([{facts[1]!r}], [{target!r}], name={part!r}{rule})")
        for key in ("schema", "comment"):
            if key in table:
                items.append(f"{key}={table[key]!r}")
        lines.append(f"sa.Table({name!r}, m,\n    " + ",\n    ".join(items) + ")\n")
    return HEAD.format(dialect) + "\n".join(lines)


class Failed(Exception):
    pass


def facts(url):
    """What SQLAlchemy reads of a database, without what no model asks for: the order of columns, the names of what has none."""
    engine = sqla.create_engine(url)
    out = set()
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inspector = sqla.inspect(connection)
        schemas = ["public", "other"] if engine.dialect.name == "postgresql" else [None]
        for schema in schemas:
            for table in inspector.get_table_names(schema=schema):
                if table.startswith("alembic_version"):
                    continue
                of = (schema, table)
                for column in inspector.get_columns(table, schema=schema):
                    kind = column.pop("type")
                    known = not isinstance(kind, sqla.types.NullType)  # newer than this SQLAlchemy: UUID, INET6
                    column["type"] = f"{kind.compile(engine.dialect) if known else ''} {getattr(kind, 'collation', None) or ''}"
                    out.add((*of, "column", str(sorted(column.items()))))
                out.add((*of, "key", str(inspector.get_pk_constraint(table, schema=schema)["constrained_columns"])))
                for key in inspector.get_foreign_keys(table, schema=schema):
                    out.add((*of, "foreign key", str(sorted((name, value) for name, value in key.items() if name != "name"))))
                for index in inspector.get_indexes(table, schema=schema):
                    # A constraint's own, which may have no name in the models; MySQL's of both kinds are constraints too.
                    if "duplicates_constraint" in index or (index["unique"] and engine.dialect.name == "mysql"):
                        continue
                    index["dialect_options"] = sorted((name, str(value)) for name, value in index.get("dialect_options", {}).items())
                    out.add((*of, "index", str(sorted(index.items()))))
                for unique in inspector.get_unique_constraints(table, schema=schema):
                    out.add((*of, "unique", str(unique["column_names"])))
                for check in inspector.get_check_constraints(table, schema=schema):
                    out.add((*of, "check", check["sqltext"]))
                if engine.dialect.supports_comments:
                    out.add((*of, "comment", str(inspector.get_table_comment(table, schema=schema))))
        if engine.dialect.name == "postgresql":
            out |= {("enum", str(sorted(each.items()))) for each in inspector.get_enums("*")}
    engine.dispose()
    return out


def expect_same(found, expected, when):
    if found != expected:
        lines = [f"- {each}" for each in sorted(map(str, expected - found))] + [f"+ {each}" for each in sorted(map(str, found - expected))]
        raise Failed(f"SQLAlchemy finds another database {when}:\n" + "\n".join(lines))


class Walk:
    """One pair on an empty database."""

    def __init__(self, orch, dialect, url):
        self.orch, self.dialect, self.url = orch, dialect, url

    def run(self, *arguments, expected=(0,)):
        result = subprocess.run([self.orch, *arguments], cwd=self.folder, capture_output=True, text=True)
        if result.returncode not in expected:
            raise Failed(f"orch {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
        return result.stdout

    def left(self, target):
        report = json.loads(self.run("check", "--json", "--target", target, expected=(0, 3)))
        return [entry["operation"] for entry in report["environments"][0]["operations"]]

    def step(self, target, revision):
        self.run("revision", "--autogenerate", "-m", revision, "--rev-id", revision, "--target", target, "--no-renames", "--allow-drop")
        self.run("upgrade", revision)
        if operations := self.left(target):
            raise Failed(f"after the upgrade to {target} there is left:\n" + "\n".join(operations))

    def there_and_back(self, a, b):
        self.folder = Path(tempfile.mkdtemp(prefix="orch-random-"))
        try:
            (self.folder / "a.py").write_text(models(a, self.dialect))
            (self.folder / "b.py").write_text(models(b, self.dialect))
            (self.folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\ninclude_schemas = true\n"
                                                     f"sqlalchemy.url = {self.url.replace('%', '%%')}\n")
            (self.folder / "migrations" / "versions").mkdir(parents=True)
            url = self.url.replace("sqlite:///", f"sqlite:///{self.folder}/")
            self.step("a.py", "aaaa")
            a_at_first = facts(url)
            self.step("b.py", "bbbb")
            b_after_a = facts(url)
            self.run("downgrade", "aaaa")
            expect_same(facts(url), a_at_first, "after the downgrade to a")
            newest = next((self.folder / "migrations" / "versions").glob("bbbb*"))
            text = newest.read_text()
            newest.rename(self.folder / "aside")
            if operations := self.left("a.py"):
                raise Failed("after the downgrade there is left:\n" + "\n".join(operations) + "\n" + text)
            (self.folder / "aside").rename(newest)
            self.run("upgrade", "bbbb")
            self.run("downgrade", "base")
            for revision in (self.folder / "migrations" / "versions").glob("*.py"):
                revision.unlink()
            self.step("b.py", "cccc")
            expect_same(b_after_a, facts(url), "at b after a (+) than at b from nothing (-)")
        finally:
            shutil.rmtree(self.folder)


class Databases:
    """An empty database for each pair."""

    def __init__(self, dialect, stack):
        self.dialect = dialect
        if dialect == "postgresql":
            import servers
            self.server = stack.enter_context(servers.server("postgresql"))
        elif dialect == "mysql":
            import mariadb
            self.server = stack.enter_context(mariadb.Server())

    @contextlib.contextmanager
    def empty(self):
        if self.dialect == "sqlite":
            yield "sqlite:///app.db"
        elif self.dialect == "postgresql":
            name = self.server.create_database()
            self.server.psql("CREATE SCHEMA other", database=name)
            yield self.server.url(name)
            self.server.drop_database(name)
        else:
            name = self.server.database()
            yield self.server.url(name)
            self.server.run("", f"DROP DATABASE {name}")


def failure(orch, databases, a, b):
    with databases.empty() as url:
        try:
            Walk(orch, databases.dialect, url).there_and_back(a, b)
        except Failed as problem:
            return str(problem)
    return None


def smaller(a, b):
    for side in (0, 1):
        pair = [a, b]
        for name in pair[side]["tables"]:
            cut = copy.deepcopy(pair)
            del cut[side]["tables"][name]
            if cut[side]["tables"]:
                yield sane(cut[0]), sane(cut[1])
        for name, table in pair[side]["tables"].items():
            for kind in ("parts", "columns"):
                for thing in table[kind]:
                    cut = copy.deepcopy(pair)
                    del cut[side]["tables"][name][kind][thing]
                    yield sane(cut[0]), sane(cut[1])


def shrunk(orch, databases, a, b, problem, patience):
    while patience > 0:
        for next_a, next_b in smaller(a, b):
            patience -= 1
            if found := failure(orch, databases, next_a, next_b):
                a, b, problem = next_a, next_b, found
                break
            if patience <= 0:
                break
        else:
            break
    return a, b, problem


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--orch", required=True)
    parser.add_argument("--dialect", choices=list(OWN_TYPES), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument("--patience", type=int, default=60, help="how often a failure is tried to be made smaller")
    arguments = parser.parse_args()
    orch, failed = str(Path(arguments.orch).resolve()), 0
    with contextlib.ExitStack() as stack:
        databases = Databases(arguments.dialect, stack)
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            maker = Maker(random.Random(seed), arguments.dialect)
            a = sane(maker.schema())
            b = maker.changed(a)
            if arguments.dialect != "sqlite":  # which casts whatever it is asked to
                b = maker.castable(a, b)
            if problem := failure(orch, databases, a, b):
                failed += 1
                a, b, problem = shrunk(orch, databases, a, b, problem, arguments.patience)
                print(f"FAILED with --seed {seed} --count 1\n--- a\n{models(a, arguments.dialect)}\n--- b\n{models(b, arguments.dialect)}\n"
                      f"--- {problem}\n", flush=True)
    print(f"{arguments.count} pairs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
