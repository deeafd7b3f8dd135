"""Trees of revisions, written from a compact description: trees.txt for the differential tests, a ladder of any length for the bench.

A description says how a tree hangs together and what its revisions do; this module makes the files of it: an alembic.ini,
an env.py when asked for one, and a revision file for each line. Knows neither orch nor Alembic.
"""
import dataclasses
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent

ENV_PY = '''\
"""Connects as the ini says and runs the revisions."""
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
by_revision = config.get_main_option("transaction_per_migration") == "true"


def run_migrations_offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=by_revision)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
'''


# ---- what revisions do: each function gives the lines of upgrade() and of downgrade()

COLUMNS = {
    "id": 'sa.Column("id", sa.Integer(), primary_key=True)',
    "name": 'sa.Column("name", sa.String(length=50), nullable=False)',
    "note": 'sa.Column("note", sa.Text(), nullable=True)',
    "price": 'sa.Column("price", sa.Numeric(precision=10, scale=2), server_default="0", nullable=False)',
    "active": 'sa.Column("active", sa.Boolean(), server_default=sa.text("1"), nullable=False)',
    "created": 'sa.Column("created", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=True)',
    "size": 'sa.Column("size", sa.BigInteger())',
    "ratio": 'sa.Column("ratio", sa.Float(), nullable=True)',
}
ALL_TYPES = (
    "sa.BigInteger()", "sa.Boolean()", "sa.CHAR(length=3)", "sa.Date()", "sa.DateTime()", "sa.DateTime(timezone=True)", "sa.DECIMAL(8, 3)",
    'sa.Enum("red", "green", name="colour")', "sa.Float()", "sa.Float(precision=24)", "sa.Integer()", "sa.Interval()", "sa.JSON()",
    "sa.LargeBinary()", "sa.LargeBinary(length=16)", "sa.Numeric()", "sa.Numeric(12, 4)", "sa.REAL()", "sa.SmallInteger()", "sa.String()",
    "sa.String(20)", "sa.Text()", "sa.TEXT(length=100)", "sa.Time()", "sa.TIMESTAMP()", "sa.Unicode(length=9)", "sa.UnicodeText()", "sa.VARCHAR(7)",
)


def call(name, *arguments):
    return [f"{name}(", *(f"    {argument}," for argument in arguments), ")"]


def table_of(table, columns, *more):
    return call("op.create_table", f'"{table}"', *(COLUMNS[column] for column in columns), *more)


def create(table, arrow=None, other=None):
    """A table with a primary key, defaults and constraints; `create line -> order` adds a foreign key."""
    more = [f'sa.UniqueConstraint("name", name="uq_{table}_name")', f'sa.CheckConstraint("price >= 0", name="ck_{table}_price")']
    if other:
        more[:0] = [f'sa.Column("{other}_id", sa.Integer(), nullable=True)',
                    f'sa.ForeignKeyConstraint(["{other}_id"], ["{other}.id"], name="fk_{table}_{other}", ondelete="CASCADE")']
    return table_of(table, ("id", "name", "price", "active", "created"), *more), [f'op.drop_table("{table}")']


def table(table, *columns):
    """A table of the columns named, and no constraint but its primary key: `table account name note`."""
    return table_of(table, ("id", *columns)), [f'op.drop_table("{table}")']


def link(table, left, right):
    """A table of two foreign keys that are its primary key together."""
    sides = [f'sa.Column("{side}_id", sa.Integer(), sa.ForeignKey("{side}.id"), nullable=False)' for side in (left, right)]
    return (call("op.create_table", f'"{table}"', *sides, f'sa.PrimaryKeyConstraint("{left}_id", "{right}_id")'),
            [f'op.drop_table("{table}")'])


def types(table):
    """A table with a column of each generic type."""
    columns = [f'sa.Column("c{number}", {kind})' for number, kind in enumerate(ALL_TYPES)]
    return call("op.create_table", f'"{table}"', *columns), [f'op.drop_table("{table}")']


def remove(table, *columns):
    up, down = globals()["table"](table, *columns)
    return down, up


def split(column):
    return column.split(".")


def add(column, kind="String(200)"):
    table, name = split(column)
    return [f'op.add_column("{table}", sa.Column("{name}", sa.{kind}, nullable=True))'], [f'op.drop_column("{table}", "{name}")']


def add_required(column, kind, default):
    table, name = split(column)
    return ([f'op.add_column("{table}", sa.Column("{name}", sa.{kind}, server_default="{default}", nullable=False))'],
            [f'op.drop_column("{table}", "{name}")'])


def drop(column, kind="Text()"):
    up, down = add(column, kind)
    return down, up


def index(column):
    table, name = split(column)
    return ([f'op.create_index("ix_{table}_{name}", "{table}", ["{name}"])'],
            [f'op.drop_index("ix_{table}_{name}", table_name="{table}")'])


def unique(column):
    table, name = split(column)
    return ([f'op.create_index(op.f("ux_{table}_{name}"), "{table}", ["{name}", "id"], unique=True)'],
            [f'op.drop_index(op.f("ux_{table}_{name}"))'])


def unindex(column):
    up, down = index(column)
    return down, up


def rename(old, new):
    return [f'op.rename_table("{old}", "{new}")'], [f'op.rename_table("{new}", "{old}")']


def seed(table, count="3"):
    rows = [f'    {{"id": {number}, "name": "{table} no. {number}: it\'s \\"fine\\"", "price": {number}.5, "active": {number % 2 == 0}}},'
            for number in range(1, int(count) + 1)]
    columns = 'sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("price", sa.Float), sa.column("active", sa.Boolean)'
    return ([f'{table} = sa.table("{table}", {columns})', f"op.bulk_insert({table}, [", *rows, "])"],
            [f'op.execute("DELETE FROM {table} WHERE id <= {count}")'])


def view(name, of, table):
    return [f'op.execute("CREATE VIEW {name} AS SELECT id, name FROM {table}")'], [f'op.execute("DROP VIEW {name}")']


def update(column, value):
    """A statement with bound parameters."""
    table, name = split(column)
    return ([f'op.execute(sa.text("UPDATE {table} SET {name} = :value WHERE id > :least").bindparams(value="{value}", least=1))'],
            [f'op.execute("UPDATE {table} SET {name} = \'before\'")'])


def touch(column):
    """A statement on the connection itself."""
    table, name = split(column)
    return ([f'op.get_bind().execute(sa.text("UPDATE {table} SET {name} = {name} || \'!\'"))'],
            [f'op.get_bind().execute(sa.text("UPDATE {table} SET {name} = substr({name}, 1, length({name}) - 1)"))'])


def nothing():
    return ["pass"], ["pass"]


def fail(why):
    """An upgrade that the database refuses."""
    return [f'op.create_table("{why}", sa.Column("id", sa.Integer))', 'op.execute("SELECT no_such_function()")'], ["pass"]


OPERATIONS = {function.__name__: function for function in (create, table, link, types, remove, add, add_required, drop, index, unique, unindex,
                                                           rename, seed, view, update, touch, nothing, fail)}


def body(operations):
    """The lines of both functions: a downgrade takes the operations back in the opposite order."""
    up, down = [], []
    for operation in operations:
        name, *words = operation.split()
        forward, back = OPERATIONS[name](*words)
        up += forward
        down = back + down
    return up, down


# ---- revisions and trees

@dataclasses.dataclass
class Revision:
    id: str
    parents: tuple = ()
    labels: tuple = ()
    needs: tuple = ()
    folder: str = "versions"
    style: str = "full"
    operations: tuple = ("nothing",)

    @property
    def doc(self):
        return ", ".join(self.operations)


@dataclasses.dataclass
class Tree:
    name: str
    about: str = ""
    keys: dict = dataclasses.field(default_factory=dict)
    revisions: list = dataclasses.field(default_factory=list)


def scalar(words):
    return None if not words else words[0] if len(words) == 1 else tuple(words)


def head_full(revision):
    return [f'revision = "{revision.id}"', f"down_revision = {scalar(revision.parents)!r}", f"branch_labels = {scalar(revision.labels)!r}",
            f"depends_on = {scalar(revision.needs)!r}"]


def head_short(revision):
    """As old files have it: nothing is said that is None."""
    lines = [f"revision = '{revision.id}'", f"down_revision = {scalar(revision.parents)!r}"]
    lines += [f"branch_labels = {revision.labels!r}"] if revision.labels else []
    return lines + ([f"depends_on = {revision.needs!r}"] if revision.needs else [])


def head_typed(revision):
    kind = "Union[str, Sequence[str], None]"
    return [f'revision: str = "{revision.id}"', f"down_revision: {kind} = {scalar(revision.parents)!r}",
            f"branch_labels: {kind} = {scalar(revision.labels)!r}", f"depends_on: {kind} = {scalar(revision.needs)!r}"]


def head_lists(revision):
    """Lists and tuples even for one, over several lines, with comments."""
    parents = ["down_revision = (  # what comes before", *(f'    "{parent}",  # one of them' for parent in revision.parents), ")"]
    return [f"depends_on = {list(revision.needs)!r}", f"branch_labels = {list(revision.labels)!r}",
            *(parents if revision.parents else ["down_revision = None"]), f'revision = """{revision.id}"""']


HEADS = {"full": head_full, "short": head_short, "typed": head_typed, "lists": head_lists, "silent": head_short, "wordy": head_full}
DOCSTRINGS = {
    "silent": "",
    "wordy": '"""{doc}: größer, später, 表 \N{EM DASH} and a first line\nthat goes on in a second\n\nRevision ID: {id}\n\n'
             "    An indented paragraph, with a % sign, a {{brace}} and a \\\\ backslash.\n\nA last one.\n\"\"\"\n",
}
USUAL_DOCSTRING = '"""{doc}\n\nRevision ID: {id}\nRevises: {parents}\nCreate Date: 2024-05-02 09:30:00.000000\n\n"""\n'


def text_of(revision):
    docstring = DOCSTRINGS.get(revision.style, USUAL_DOCSTRING)
    up, down = body(revision.operations)
    lines = ["from typing import Sequence, Union", "", "from alembic import op", "import sqlalchemy as sa", "", *HEADS[revision.style](revision), "",
             "", "def upgrade():", *("    " + line for line in up), "", "", "def downgrade():", *("    " + line for line in down), ""]
    return docstring.format(doc=revision.doc, id=revision.id, parents=", ".join(revision.parents)) + "\n".join(lines)


def file_name(revision):
    slug = re.sub(r"\W+", "_", revision.doc.lower())[:40]
    return f"{revision.id}_{slug}.py"


def write(tree, folder, env_py):
    """The tree as files in `folder`; the database is app.db beside them. Gives the path of the ini."""
    migrations = folder / "migrations"
    (migrations / "versions").mkdir(parents=True, exist_ok=True)
    ini = folder / "alembic.ini"
    keys = {"script_location": "%(here)s/migrations", "sqlalchemy.url": "sqlite:///%(here)s/app.db", **tree.keys}
    ini.write_text("[alembic]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()))
    if env_py:
        (migrations / "env.py").write_text(ENV_PY)
    for revision in tree.revisions:
        place = migrations / revision.folder
        place.mkdir(parents=True, exist_ok=True)
        (place / file_name(revision)).write_text(text_of(revision), encoding="utf-8")
    return ini


# ---- the description in trees.txt

STYLES = ("full", "short", "typed")
GROUPS = {"<": "parents", "@": "labels", "needs": "needs", "in": "folder", "as": "style"}


def parse_revision(line, number):
    """`ID [< PARENT...] [@ LABEL...] [needs NAME...] [in FOLDER] [as STYLE] : OPERATION; OPERATION`"""
    left, _, right = line.partition(" : ")
    revision_id, *words = left.split()
    groups, group = {}, None
    for word in words:
        if word in GROUPS:
            group = groups.setdefault(GROUPS[word], [])
        else:
            group.append(word)
    one = lambda name, usual: groups[name][0] if name in groups else usual
    many = lambda name: tuple(groups.get(name, ()))
    return Revision(revision_id, many("parents"), many("labels"), many("needs"), one("folder", "versions"),
                    one("style", STYLES[number % len(STYLES)]), tuple(word.strip() for word in right.split(";")) if right else ("nothing",))


def parse(text):
    trees = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words = line.strip()
        if line.startswith("tree "):
            trees.append(Tree(words.split()[1]))
        elif words.startswith("= "):
            trees[-1].about = words[2:]
        elif words.startswith("ini "):
            key, _, value = words[4:].partition(" = ")
            trees[-1].keys[key] = value
        else:
            trees[-1].revisions.append(parse_revision(words, len(trees[-1].revisions)))
    return trees


def described():
    """The trees of trees.txt by name, in its order."""
    return {tree.name: tree for tree in parse((HERE / "trees.txt").read_text())}


# ---- ladders, for the bench

def ladder(count):
    """One line of `count` revisions with typical bodies: a table of five to eight columns, a column more, an index on it."""
    kinds = ("name", "note", "price", "active", "created", "size", "ratio")
    revisions, parent = [], ()
    for number in range(count):
        table = f"t{number // 3}"
        what = (f"table {table} " + " ".join(kinds[: 4 + number // 3 % 4]), f"add {table}.extra String(200)", f"index {table}.extra")[number % 3]
        revision = Revision(f"{number * 2654435761 % 2**48:012x}", parent, style=STYLES[number % 2 * 2], operations=(what,))
        revisions.append(revision)
        parent = (revision.id,)
    return Tree(f"ladder_{count}", f"{count} revisions in one line", {}, revisions)
