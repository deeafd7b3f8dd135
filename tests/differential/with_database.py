#!/usr/bin/env python3
"""What Alembic would print if its `--sql` had a database to ask: for revisions that read, or that rebuild a table.

    with_database.py --corpus FOLDER --trees FOLDER --orch PROGRAM --out MORE.jsonl [--ids 12 15 ...] [--dialects sqlite ...]

For public trees and the programs that come with their list (oracle.py, compare.py), run by hand. Alembic walks each tree from its
first revision on a scratch database (a private PostgreSQL, a private MariaDB, SQLite in memory). It stays in offline mode, so
that it prints SQL; every statement that it prints is executed there as well, and whatever a script asks is answered from
there: rows, tables, the table that a batch rebuilds. Values beside a text stand in the SQL. Each downgrade() is tried behind
its upgrade() and taken back. Where Alembic cannot run a revision, what orch prints for it moves the database on.

The answers are lines as oracle.py writes them; compare.py takes them as a further --expected. Needs the alembic package of the
interpreter that runs it, the drivers, and whatever packages the revisions shall have.
"""
import argparse
import ast
import collections
import contextlib
import importlib
import inspect
import io
import json
import pathlib
import re
import os
import sys
import types
import warnings

import sqlalchemy as sa

from beyond import PACKAGES, NoRows
from schemas import schema_of

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))
MOMENT_OR_RANDOM = r"datetime\.\w+\([^)]*\)|\d{4}-\d\d-\d\d[ T][\d:.+]*|[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}"
QUIET = [0]  # > 0: statements of SQLAlchemy's own, which read what is there


# ---- the scratch databases

class Scratch:
    """One database and the one connection to it that a tree's revisions share."""

    def __init__(self, engine):
        self.engine = engine
        self.connection = engine.connect()
        self.connection.commit = self.connection.rollback = lambda: None
        self.execute = self.connection.execute
        self.connection.execute = self.read
        self.connection.execution_options = lambda **options: self.connection  # AUTOCOMMIT would end the walk's transaction
        self.written = None
        self.presupposed = []  # tables that the revision at work speaks of and no revision made
        self.dialect = None
        self.compiling = False
        sa.event.listen(self.connection, "before_execute", self.before_execute)
        if engine.dialect.name == "postgresql":
            sa.event.listen(self.connection, "before_cursor_execute", mark_before, retval=True)
            sa.event.listen(engine, "handle_error", back_to_mark)

    def as_engine(self):
        """What a script makes an engine of for itself: the one connection."""
        self.connection.connect = lambda: self.connection
        self.connection.close = self.connection.dispose = lambda: None
        return self.connection

    def read(self, statement, *rest, **named):
        """Of a table that is not there, since the application made it and no revision: no rows."""
        element = sa.text(statement) if isinstance(statement, str) else statement
        try:
            return self.execute(element, *rest, **named)
        except (sa.exc.ProgrammingError, sa.exc.OperationalError) as error:
            if QUIET[0] or not re.search(r"does not exist|no such table|doesn't exist", str(error.orig)):
                raise
            written, self.written = self.written, None  # it was written already
            try:
                return self.execute(element, *rest, **named) if self.make_tables_of(element) else NoRows()
            except (sa.exc.ProgrammingError, sa.exc.OperationalError):
                return NoRows()
            finally:
                self.written = written

    def make_tables_of(self, element):
        """The tables that a statement speaks of, with the columns that the script gives them; whether one was made."""
        made = False
        for table in {found for found in sa.sql.visitors.iterate(element) if isinstance(found, sa.sql.TableClause)}:
            columns = ", ".join(f"{self.quote(column.name)} {self.type_of(column)}" for column in table.columns)
            name = ".".join(self.quote(part) for part in (getattr(table, "schema", None), table.name) if part)
            if self.run(f"CREATE TABLE {name} ({columns})"):
                self.presupposed.append(f"CREATE TABLE {name} ({columns})")
                made = True
        return made

    def quote(self, name):
        return self.engine.dialect.identifier_preparer.quote(name)

    def type_of(self, column):
        with contextlib.suppress(sa.exc.CompileError, NotImplementedError):
            return column.type.compile(dialect=self.engine.dialect)
        return "TEXT"

    def content(self):
        """Its schema and its rows, in an order of their own."""
        QUIET[0] += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                inspector, quote = sa.inspect(self.connection), self.engine.dialect.identifier_preparer.quote
                rows = {name: sorted(self.connection.exec_driver_sql(f"SELECT * FROM {quote(name)} LIMIT 200").fetchall(), key=repr)
                        for name in inspector.get_table_names()}
                return schema_of(self.connection), re.sub(MOMENT_OR_RANDOM, "", repr(rows))
        finally:
            QUIET[0] -= 1

    def close(self):
        vars(self.connection).pop("close", None)
        self.connection.close()
        self.engine.dispose()

    def run(self, text):
        """A statement of the revision; what the database says against it is nobody's business here."""
        text = re.sub(r"\bCONCURRENTLY\b ?", "", text)
        if re.fullmatch(r"\s*(COMMIT|BEGIN|ROLLBACK|END)( TRANSACTION)?[;\s]*", text, re.I):
            return True
        QUIET[0] += 1
        try:
            with self.connection.begin_nested():
                # Of the driver itself: to SQLAlchemy a percent sign would announce a parameter.
                self.connection.connection.cursor().execute(text)
            return True
        except (sa.exc.DBAPIError, self.engine.dialect.dbapi.Error):
            return False
        finally:
            QUIET[0] -= 1

    def before_execute(self, connection, element, multiparams, params, options):
        if QUIET[0] or self.written is None or isinstance(element, str):
            return
        given = list(multiparams) or ([params] if params else [{}])
        for values in given:
            text = text_of(element, values, self.dialect)
            if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK TO) |SELECT pg_catalog\.", text):
                self.written(text)


def mark_before(connection, cursor, statement, *rest):
    """A statement that fails must not end the transaction, as it need not where a script catches its error; nor may a script."""
    if re.match(r"\s*(COMMIT|BEGIN|ROLLBACK|END)\b(?! TO)", statement, re.I):
        return "SELECT 1", rest[0]
    if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK)\b", statement):
        cursor.execute("SAVEPOINT statement")
    return re.sub(r"\bCONCURRENTLY\b ?", "", statement), rest[0]


def back_to_mark(context):
    with contextlib.suppress(Exception):
        context.connection.connection.cursor().execute("ROLLBACK TO SAVEPOINT statement")


def text_of(element, values, dialect):
    if isinstance(element, sa.schema.DDLElement):
        return str(element.compile(dialect=dialect))
    if values:
        if isinstance(element, sa.sql.elements.TextClause):
            element = element.bindparams(**values)
        elif isinstance(element, (sa.sql.dml.Insert, sa.sql.dml.Update)) and not getattr(element, "_where_criteria", ()):
            element = element.values(**{str(key): value for key, value in values.items()})
        else:
            element = element.params(**values)
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def quietly(function):
    def inner(*args, **keywords):
        QUIET[0] += 1
        try:
            return function(*args, **keywords)
        finally:
            QUIET[0] -= 1
    return inner


def write_every_literal():
    """Values without a type, and JSON: with a database the driver takes them, and orch writes them."""
    from sqlalchemy.sql import sqltypes
    quoted = lambda text: "'" + text.replace("'", "''") + "'"

    def plain(self, dialect):
        def text(value):
            if value is None:
                return "NULL"
            if isinstance(value, bool):
                return dialect.statement_compiler(dialect, None).process(sa.true() if value else sa.false())
            return str(value) if isinstance(value, (int, float)) else quoted(str(value))
        return text

    sqltypes.NullType.literal_processor = plain
    sqltypes.JSON.literal_processor = lambda self, dialect: lambda value: quoted(json.dumps(value))


def end_no_transaction_of_ours():
    """A script's session commits and rolls back what it did, and not the walk."""
    from sqlalchemy.orm import Session
    begin = Session.__init__

    def joined(self, *args, **options):
        if "join_transaction_mode" in inspect.signature(begin).parameters:
            options.setdefault("join_transaction_mode", "create_savepoint")
        begin(self, *args, **options)

    Session.__init__ = joined


def let_loggers_log(absent):
    """What a project calls its logger does nothing that counts."""
    fail = absent._fail

    def call(self, *args, **keywords):
        loggers = {"logger", "LOG", "log", "get_logger", "getLogger", "setup_logger", "make_logger"}
        return self if loggers & set(self._name.split(".")) else fail(self, *args, **keywords)

    absent.__call__ = call


def give_back_what_packages_had():
    """Names that older releases of a package had, and revisions still use."""
    with contextlib.suppress(ImportError):
        from sqlmodel.sql import sqltypes

        class GUID(sa.types.TypeDecorator):
            impl = sa.CHAR(32)
            cache_ok = True

            def load_dialect_impl(self, dialect):
                from sqlalchemy.dialects.postgresql import UUID
                return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else sa.CHAR(32))

        if not hasattr(sqltypes, "GUID"):
            sqltypes.GUID = GUID


def keep_reflection_quiet():
    from sqlalchemy.engine.reflection import Inspector
    for name in [name for name in dir(Inspector) if name.startswith(("get_", "has_", "reflect"))]:
        setattr(Inspector, name, quietly(getattr(Inspector, name)))
    for module in ("postgresql", "mysql", "sqlite"):
        base = importlib.import_module(f"sqlalchemy.dialects.{module}.base")
        dialect = {"postgresql": "PGDialect", "mysql": "MySQLDialect", "sqlite": "SQLiteDialect"}[module]
        for name in ("has_table", "has_sequence", "has_type", "has_index", "has_schema", "get_columns", "get_table_names"):
            if hasattr(getattr(base, dialect), name):
                setattr(getattr(base, dialect), name, quietly(getattr(getattr(base, dialect), name)))


def in_memory():
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "connect", lambda raw, record: setattr(raw, "isolation_level", None))
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Scratch(engine)


class Databases:
    def __init__(self, stack):
        self.stack, self.servers, self.count = stack, {}, 0

    def maker(self, dialect):
        """Makes a Scratch with a new, empty database."""
        if dialect == "sqlite":
            return in_memory
        self.count += 1
        name = f"walk_{self.count}"
        server = self.server(dialect)
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return lambda: Scratch(sa.create_engine(server.url.set(database=name), poolclass=sa.pool.NullPool))

    def server(self, dialect):
        if dialect not in self.servers:
            if dialect == "postgresql":
                import servers
                url, _ = self.stack.enter_context(servers.database("postgresql"))
                url = sa.engine.make_url(url).set(drivername="postgresql+psycopg2")
            else:
                import mariadb
                server = self.stack.enter_context(mariadb.Server())
                url = sa.engine.make_url("mysql+pymysql://root@localhost/mysql").update_query_dict({"unix_socket": str(server.socket)})
            self.servers[dialect] = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        return self.servers[dialect]


# ---- Alembic with a database

class Emitter:
    """Takes the place of oracle.emit()."""

    def __init__(self):
        self.scratch = None

    def emit(self, path, dialect, direction):
        from alembic.config import Config
        from alembic.operations import Operations
        from alembic.runtime.environment import EnvironmentContext
        from alembic.runtime.migration import MigrationContext

        scratch, buffer = self.scratch, io.StringIO()
        MigrationContext._stdout_connection = lambda context, given: scratch.connection
        sa.engine_from_config = sa.engine.engine_from_config = lambda *args, **keywords: scratch.as_engine()
        with EnvironmentContext(Config(), None, as_sql=True) as environment:
            environment.configure(dialect_name=dialect, output_buffer=buffer, literal_binds=True, dialect_opts={"paramstyle": "named"})
            context = environment.get_context()
            scratch.dialect = context.impl.dialect
            scratch.written = lambda text: buffer.write(text.replace("\t", "    ").strip() + ";\n\n")

            def static_output(text):
                buffer.write(text + "\n\n")
                scratch.run(text)

            context.impl.static_output = static_output
            try:
                with Operations.context(context):
                    module = types.ModuleType("revision_under_test")
                    module.__file__ = str(path)
                    exec(compile(putting_off(ast.parse(path.read_text(encoding="utf-8"))), str(path), "exec"), module.__dict__)
                    function = getattr(module, direction, None)
                    if function is None:
                        return None
                    function(**arguments_of(function))
            finally:
                scratch.written = None
        return buffer.getvalue()


def putting_off(tree):
    """What the head of a file makes of missing imports fails when it is used: orch does the same."""
    for i, node in enumerate(tree.body):
        names = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)] if isinstance(node, ast.Assign) else \
            [node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
        if not names:
            continue
        caught = ast.parse("try: pass\nexcept BaseException as problem:\n if type(problem).__name__ != 'Missing': raise\n"
                           + "".join(f" {name} = __import__('oracle').Absent({name!r})\n" for name in names)).body[0]
        caught.body = [node]
        tree.body[i] = caught
    return ast.fix_missing_locations(tree)


class Argument:
    """What only the tree's env.py could give."""

    def __getattr__(self, name):
        raise AttributeError(f"nobody gives this argument ({name})")


def arguments_of(function):
    """An env.py may hand values to each revision; `op` is always the same."""
    import alembic.op
    wanted = [each.name for each in inspect.signature(function).parameters.values() if each.default is each.empty and each.kind not in
              (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    return {name: alembic.op if name == "op" else Argument() for name in wanted}


def let_batches_read():
    from alembic.operations.batch import BatchOperationsImpl
    flush = BatchOperationsImpl.flush

    def reading(self):
        context = self.operations.migration_context
        context.as_sql = False
        try:
            flush(self)
        finally:
            context.as_sql = True

    BatchOperationsImpl.flush = reading


# ---- trees

def graph_of(versions):
    """The files in an order in which each stands behind what it is based on, as far as their heads are literals."""
    heads = {}
    for path in sorted(versions.rglob("*.py")):
        found = {}
        try:
            body = ast.parse(path.read_text(encoding="utf-8", errors="replace")).body
        except (SyntaxError, ValueError):
            continue
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                if isinstance(target, ast.Name) and target.id in ("revision", "down_revision", "depends_on") and node.value is not None:
                    with contextlib.suppress(ValueError):
                        found[target.id] = ast.literal_eval(node.value)
        if isinstance(found.get("revision"), (str, int)):
            below = []
            for key in ("down_revision", "depends_on"):
                value = found.get(key)
                below += list(value) if isinstance(value, (tuple, list, set)) else [value] if value else []
            heads[str(found["revision"])] = (path, [str(one) for one in below])
    order, seen = [], set()
    for start in heads:
        open_ = [(start, False)]
        while open_:
            name, done = open_.pop()
            if done:
                order.append(heads[name][0])
            elif name in heads and name not in seen:
                seen.add(name)
                open_.append((name, True))
                open_ += [(below, False) for below in heads[name][1]]
    return order


def statements(sql):
    text = ""
    for line in sql.splitlines(keepends=True):
        if not text and line.lstrip().startswith("--"):
            continue
        text += line
        if line.rstrip().endswith(";"):
            yield text
            text = ""


class Walk:
    """One tree on one dialect."""

    def __init__(self, modules, scratch, emitter, folder, dialect, orch, out):
        self.oracle, self.compare = modules
        self.scratch, self.emitter, self.folder, self.dialect, self.out = scratch, emitter, folder, dialect, out
        tree = json.loads((folder / "tree.json").read_text())
        self.versions = folder / tree["versions"]
        # The tree itself, its versions, and whatever it may be a package of.
        around = [above for above in self.versions.parent.parents if above.is_relative_to(folder)]
        self.search = [str(one) for one in (self.versions.parent, self.versions, *around)]
        self.ours = {direction: self.compare.ask(orch, folder, dialect, direction, 600) for direction in ("upgrade", "downgrade")}
        self.transactional = dialect != "mysql"

    def run(self):
        self.emitter.scratch = self.scratch
        order = graph_of(self.versions)
        for path in order:
            row = self.try_one(path, "upgrade", keep=True)
            if row["status"] == "fails":
                self.execute_ours(path, "upgrade")
            if self.transactional:
                self.try_one(path, "downgrade", keep=False)
        if not self.transactional:
            for path in reversed(order):
                self.try_one(path, "downgrade", keep=True)

    def emit(self, path, direction):
        return self.oracle.one((self.folder.name, path, None, self.dialect, direction, self.search))

    def execute_ours(self, path, direction):
        done = True
        for statement in statements(self.ours[direction].get(path.name, {}).get("sql") or ""):
            done = self.scratch.run(statement) and done
        return done

    @contextlib.contextmanager
    def taken_back(self):
        transaction = self.scratch.connection.begin_nested()
        try:
            yield
        finally:
            undo(transaction)

    def try_one(self, path, direction, keep):
        """Alembic's SQL of one function; where orch's differs, whether it leaves the same database."""
        around = transaction = self.scratch.connection.begin_nested() if self.transactional else None
        row = self.emit(path, direction)
        presupposed, self.scratch.presupposed = self.scratch.presupposed, []
        if self.transactional and presupposed:  # they are there for both
            undo(transaction)
            around = self.scratch.connection.begin_nested()
            for text in presupposed:
                self.scratch.run(text)
            transaction = self.scratch.connection.begin_nested()
            row = self.emit(path, direction)
        if self.transactional:
            ours = self.ours[direction].get(path.name, {}).get("sql")
            done = row["status"] == "ok"
            differs = done and ours is not None and self.compare.normal(ours) != self.compare.normal(row["sql"])
            theirs = self.scratch.content() if differs else None
            undo(transaction) if differs or not done or not keep else commit(transaction)
            if differs:
                with self.taken_back():
                    row["executes"] = self.execute_ours(path, direction)
                    row["same_effect"] = self.scratch.content() == theirs
                if keep:
                    self.emit(path, direction)
            if around is not transaction:
                commit(around) if keep else undo(around)
        self.out.write(json.dumps(row) + "\n")
        return row


def commit(transaction):
    if transaction.is_active:
        with contextlib.suppress(sa.exc.DBAPIError):
            transaction.commit()


def undo(transaction):
    if transaction.is_active:
        with contextlib.suppress(sa.exc.DBAPIError):
            transaction.rollback()


def walk(modules, databases, emitter, folder, dialect, args):
    """In a process of its own: some revisions change SQLAlchemy itself."""
    scratch_of = databases.maker(dialect)
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        with open(args.out, "a") as out:
            scratch = scratch_of()
            try:
                Walk(modules, scratch, emitter, folder, dialect, args.orch, out).run()
            finally:
                out.flush()
                scratch.close()
    except BaseException as error:  # a script may leave the connection in any state
        print(f"{folder.name} {dialect}: {type(error).__name__}: {error}"[:300], file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="the folder of oracle.py and compare.py")
    parser.add_argument("--trees", required=True, type=pathlib.Path)
    parser.add_argument("--orch", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--ids", nargs="*")
    parser.add_argument("--dialects", nargs="*", default=["postgresql", "mysql", "sqlite"])
    args = parser.parse_args()
    sys.path.insert(0, args.corpus)
    modules = importlib.import_module("oracle"), importlib.import_module("compare")
    for package in (*PACKAGES, "mimetypes", "asyncio", "http.client"):  # before what is absent has a stand-in
        with contextlib.suppress(ImportError):
            importlib.import_module(package)
    emitter = Emitter()
    modules[0].emit = emitter.emit
    keep_reflection_quiet()
    let_batches_read()
    write_every_literal()
    end_no_transaction_of_ours()
    give_back_what_packages_had()
    let_loggers_log(modules[0].Absent)
    open(args.out, "w").close()
    with contextlib.ExitStack() as stack:
        databases = Databases(stack)
        for folder in sorted((path.parent for path in args.trees.glob("*/tree.json")), key=lambda path: (len(path.name), path.name)):
            if args.ids and folder.name not in args.ids:
                continue
            for dialect in json.loads((folder / "tree.json").read_text())["dialects"]:
                if dialect in args.dialects:
                    walk(modules, databases, emitter, folder, dialect, args)
    counts = collections.Counter()
    for row in map(json.loads, open(args.out)):
        counts[row["dialect"], row["status"], {None: "", True: "other text, same effect", False: "other effect"}[row.get("same_effect")]] += 1
    for key, count in sorted(counts.items()):
        print(count, *key)


if __name__ == "__main__":
    main()
