"""Random tables, random batches on them: nothing is lost.

Whatever a definition holds beside its columns (CHECKs, keys, indexes, triggers, comments) carries a mark of its own, 'm17'. After the
batches each mark is still there, unless what it belongs to was dropped, and each row has its values.
"""
import random
import re
import sqlite3
import sys

from database import Tree, binary_argument, fail

TABLES, SEEDS = 40, (1, 2, 3, 4)


class Table:
    def __init__(self, rng, number, mark):
        self.rng, self.name, self.mark = rng, f"t{number}", mark
        self.columns = {}    # name -> values of the rows
        self.needs = {}      # mark -> the columns that it needs; dropping one takes the mark away
        self.named = {}      # constraint -> mark
        self.indexed, self.fixed = set(), set()
        self.indexes = {}    # index -> mark
        self.renames = {}
        self.others = []     # SQL after the table
        self.rows = rng.randrange(0, 6)
        self.key = rng.choice(["rowid", "counter", "text", "none", "pair"])
        self.strict = rng.random() < 0.2
        self.without = self.key in ("text", "pair") and rng.random() < 0.5

    def marked(self, *columns):
        mark = self.mark()
        self.needs[mark] = set(columns)
        return mark

    def check(self, *columns):
        test = " AND ".join(f"{name} IS NOT '{self.marked(*columns)}'" for name in columns[:1])
        return test + "".join(f" AND {name} IS NOT 'x)('" for name in columns[1:])

    def create(self):
        rng, lines, keys = self.rng, [], []
        if self.key in ("rowid", "counter"):
            lines.append("id INTEGER PRIMARY KEY" + (" AUTOINCREMENT" if self.key == "counter" else ""))
            self.columns["id"] = [3 * row + 1 for row in range(self.rows)]
        elif self.key != "none":
            for name in ["a"] if self.key == "text" else ["a", "b"]:
                lines.append(f"{name} TEXT NOT NULL")
                self.columns[name] = [f"{name}{row}" for row in range(self.rows)]
                keys.append(name)
        self.fixed.update(self.columns)
        for number in range(rng.randrange(2, 6)):
            name = f"c{number}"
            kind = rng.choice(["TEXT", "INTEGER", "REAL"] if self.strict else ["TEXT", "VARCHAR(20)", "INTEGER", "INT", "NUMERIC(10, 2)", "REAL", ""])
            line = f"{name} {kind}"
            if "TEXT" in kind or "CHAR" in kind:
                value = lambda row, name=name: f"{name} {row}"
                line += rng.choice(["", " COLLATE NOCASE"])
            else:
                value = lambda row, number=number: row + number
            if rng.random() < 0.3:
                line += f" CHECK ({self.check(name)})"
            if rng.random() < 0.2:
                line += f" DEFAULT '{self.marked(name)}'" if "TEXT" in kind else " DEFAULT 7"
            if rng.random() < 0.2:
                line += " NOT NULL"
            if rng.random() < 0.2:
                line += f" /* {self.marked(name)} */"
            lines.append(line)
            self.columns[name] = [value(row) for row in range(self.rows)]
        names = [name for name in self.columns if name.startswith("c")]
        if rng.random() < 0.3 and not self.strict:
            of = rng.choice(names)
            lines.append(f"g TEXT GENERATED ALWAYS AS ({of} || '{self.marked('g')}') {rng.choice(['VIRTUAL', 'STORED'])}")
            self.fixed.add(of)
        if keys:
            lines.append(f"PRIMARY KEY ({', '.join(keys)})")
        for _ in range(rng.randrange(3)):
            lines.append(f"CHECK ({self.check(*rng.sample(names, min(2, len(names))))})")
        if rng.random() < 0.5:
            name, of = f"ck_{self.name}", rng.choice(names)
            lines.append(f"CONSTRAINT {name} CHECK ({self.check(of)})")
            self.named[name] = of
        if rng.random() < 0.4:
            of = rng.choice(names)
            lines.append(f"CONSTRAINT fk_{self.name}_{self.marked(of)} FOREIGN KEY ({of}) REFERENCES parent (id) ON DELETE CASCADE")
            self.columns[of] = [None] * self.rows
            if any(line.startswith(of + " ") and "NOT NULL" in line for line in lines):
                lines = [line.replace(" NOT NULL", "") if line.startswith(of + " ") else line for line in lines]
        options = ([" WITHOUT ROWID"] if self.without else []) + ([" STRICT"] if self.strict else [])
        joint = rng.choice([", ", ",\n    ", ", -- a comment\n\t"])
        out = [f"CREATE TABLE {self.name} (\n    {joint.join(lines)}\n){','.join(options)};"]
        for row in range(self.rows):
            values = ", ".join("NULL" if column[row] is None else repr(column[row]) for column in self.columns.values())
            out.append(f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({values});")
        for number in range(rng.randrange(3)):
            of, mark = rng.choice(names), self.mark()
            form = rng.choice([f"({of})", f"({of} || '{mark}')", f"({of} COLLATE NOCASE DESC) WHERE {of} <> '{mark}'"])
            out.append(f"CREATE INDEX ix_{self.name}_{mark} ON {self.name} {form};")
            self.needs[mark] = set()
            self.indexes[f"ix_{self.name}_{mark}"] = mark
            self.indexed.add(of)
        if rng.random() < 0.4:
            of = rng.choice(names)
            out.append(f"CREATE TRIGGER tr_{self.name} AFTER UPDATE ON {self.name} BEGIN INSERT INTO log VALUES (new.{of} || '{self.marked()}'); END;")
            self.fixed.add(of)
        if self.key in ("rowid", "counter") and rng.random() < 0.5:
            out.append(f"CREATE TABLE child_{self.name} (id INTEGER PRIMARY KEY, of INTEGER NOT NULL REFERENCES {self.name} (id) ON DELETE CASCADE);")
            out += [f"INSERT INTO child_{self.name} (of) VALUES ({value});" for value in self.columns["id"]]
        return "\n".join(out)

    def forget(self, mark_of):
        self.needs = {mark: columns for mark, columns in self.needs.items() if not mark_of(mark, columns)}

    def batch(self, number):
        """A batch; what it does to the rows and marks is done to this object too."""
        rng, steps = self.rng, []
        plain = [name for name in self.columns if name[0] == "c" and name not in self.fixed]
        if self.named and rng.random() < 0.3:
            name, of = self.named.popitem()
            lost = [mark for mark in self.needs if f"{mark}'" in self.definition_of(name)]
            self.forget(lambda mark, columns: mark in lost)
            steps.append(f'drop_constraint("{name}", type_="check")')
        for name in rng.sample(plain, min(2, len(plain))):
            act = rng.choice(["drop", "rename", "null", "default", "type", "none"])
            if act == "drop" and name not in self.indexed and name not in self.named.values() and len(self.columns) > 2:
                steps.append(f'drop_column("{name}")')
                del self.columns[name]
                self.forget(lambda mark, columns: name in columns)
            elif act == "rename":
                now = f"{name}_{number}"
                steps.append(f'alter_column("{name}", new_column_name="{now}")')
                self.columns = {now if key == name else key: values for key, values in self.columns.items()}
                self.needs = {mark: {now if key == name else key for key in columns} for mark, columns in self.needs.items()}
                self.named = {key: now if of == name else of for key, of in self.named.items()}
                self.indexed = {now if key == name else key for key in self.indexed}
            elif act == "null":
                steps.append(f'alter_column("{name}", nullable={rng.choice([True, None in self.columns[name]])})')
            elif act == "default":
                self.forget(lambda mark, columns: f"DEFAULT '{mark}'" in self.text and name in columns)
                steps.append(f'alter_column("{name}", server_default="7")' if not self.strict else f'alter_column("{name}", server_default=None)')
            elif act == "type" and not self.strict and all(isinstance(value, str) for value in self.columns[name]):
                steps.append(f'alter_column("{name}", type_=sa.Text())')
        if rng.random() < 0.4 and not self.strict:
            mark = self.marked()
            steps.append(f'add_column(sa.Column("n{number}", sa.String(20), server_default="{mark}"))')
        if rng.random() < 0.3 and plain:
            of = next((name for name in self.columns if name.startswith("c")), None)
            if of:
                steps.append(f'create_check_constraint("ck_{number}_{self.name}", "{of} IS NOT \'{self.marked(of)}\'")')
        always = ', recreate="always"' if rng.random() < 0.3 else ""
        body = "".join(f"\n    batch.{step}" for step in steps) or "\n    pass"
        return f'with op.batch_alter_table("{self.name}"{always}) as batch:{body}'

    def definition_of(self, constraint):
        found = re.search(rf"CONSTRAINT {constraint} CHECK \(([^\n]*?)\)(?=,|\n)", self.text)
        return found.group(1) if found else ""


def problems(table, connection, before):
    text = "\n".join(sql for sql, in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name = ?", (table.name,)))
    found = set(re.findall(r"m\d+z", text))
    for mark in sorted(set(table.needs) - found):
        yield f"{table.name} lost '{mark}'"
    for mark in sorted(found - set(table.needs)):
        yield f"{table.name} kept '{mark}' of something dropped"
    columns = ", ".join(table.columns)
    rows = connection.execute(f"SELECT {columns} FROM {table.name}").fetchall() if columns else []
    wanted = [tuple(values) for values in zip(*table.columns.values())]
    if sorted(map(repr, rows)) != sorted(map(repr, before_values(wanted, rows))):
        yield f"{table.name} had {wanted}, has {rows}"
    for word, there in (("WITHOUT ROWID", table.without), ("STRICT", table.strict), ("AUTOINCREMENT", table.key == "counter")):
        if (word in text) != there:
            yield f"{table.name}: {word} is {'lost' if there else 'new'}"


def before_values(wanted, rows):
    """Values as the columns' affinities store them: a number in a text column is text, and a whole REAL prints as 1.0."""
    same = lambda a, b: a == b or str(a) == str(b) or (isinstance(a, (int, float)) and isinstance(b, (int, float, str)) and str(float(a)) == str(b))
    left, out = list(rows), []
    for row in wanted:
        match = next((other for other in left if all(same(a, b) for a, b in zip(row, other))), None)
        out.append(match if match is not None else row)
        if match is not None:
            left.remove(match)
    return out


def main():
    binary, _ = binary_argument(sys.argv[1:])
    for seed in SEEDS:
        rng, count = random.Random(seed), iter(range(10 ** 6))
        mark = lambda: f"m{next(count)}z"
        tables = [Table(rng, number, mark) for number in range(TABLES)]
        before = ["CREATE TABLE parent (id INTEGER PRIMARY KEY);", "CREATE TABLE log (line TEXT);"]
        for table in tables:
            table.text = table.create()
            before.append(table.text)
        scripts = [[table.batch(number) for table in tables] for number in range(3)]
        with Tree(["\n".join(script) for script in scripts], "\n".join(before), "?foreign_keys=on") as tree:
            connection = sqlite3.connect(tree.database)
            children = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'child%'").fetchall()
            rows = lambda: {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name, in children}
            had = rows()
            result = tree.orch(binary)
            if result.returncode:
                fail(f"seed {seed}: {result.stderr}\n{'---'.join(before)}")
            lost = [problem for table in tables for problem in problems(table, connection, had)]
            if rows() != had:
                lost.append("rows of a table that points to a rebuilt one")
            if connection.execute("PRAGMA foreign_key_check").fetchall() or connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                lost.append("the database is not whole")
            if lost:
                names = {problem.split()[0].rstrip(":") for problem in lost}
                told = [table.text + "\n" + "\n".join(script[number] for script in scripts) for number, table in enumerate(tables) if table.name in names]
                now = [sql for name in names for sql, in connection.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ?", (name,))]
                fail(f"seed {seed}:\n" + "\n".join(lost) + "\n\n" + "\n\n".join(told) + "\n\nnow\n" + "\n".join(map(str, now)))
            connection.close()


if __name__ == "__main__":
    main()
