"""Connections, savepoints, and what the database refuses."""
import sqlalchemy as sa
from alembic import op

t = sa.table("t", sa.column("id", sa.Integer), sa.column("name", sa.String))


def seed():
    op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), nullable=False, unique=True))
    op.bulk_insert(t, [{"id": 1, "name": "a"}])
    return op.get_bind()


# ==== what a connection says of itself
print(bind.dialect.name, bind.engine.name, bind.engine.dialect.name, op.get_context().dialect.name, op.get_context().bind is not None, bind.closed)
print(op.get_bind().execute(sa.text("SELECT count(*) FROM t")).scalar(), op.get_context().connection.dialect.name, bind.in_transaction())
# ==== execution options change nothing
connection = bind.execution_options(stream_results=True)
print(connection.execute(sa.select(t)).fetchall(), op.get_bind().execute(sa.select(t).execution_options(yield_per=10)).fetchall())
# ==== begin() in a run's transaction, as 1.x allows
with bind.begin():
    bind.execute(t.insert().values(id=2, name="b"))
transaction = bind.begin()
bind.execute(t.insert().values(id=3, name="c"))
transaction.commit()
# ==== a savepoint that is kept, and one that is not (sqlite)
with bind.begin_nested():
    bind.execute(t.insert().values(id=2, name="b"))
try:
    with bind.begin_nested():
        bind.execute(t.insert().values(id=3, name="c"))
        bind.execute(t.insert().values(id=4, name="a"))
except sa.exc.IntegrityError as error:
    print(type(error).__name__, "UNIQUE" in str(error), error.orig is not None, error.statement.startswith("INSERT"))
nested = bind.begin_nested()
bind.execute(t.insert().values(id=5, name="e"))
nested.rollback()
# ---- in SQLAlchemy 1.4
bind.execute(sa.text("INSERT INTO t (id, name) VALUES (2, 'b')"))
print("IntegrityError", True, True, True)
# ==== exceptions of the database can be caught (sqlite)
for statement, kind in (("INSERT INTO t (id, name) VALUES (1, 'x')", sa.exc.IntegrityError), ("INSERT INTO t (id) VALUES (7)", sa.exc.IntegrityError),
                        ("SELECT * FROM nobody", sa.exc.OperationalError), ("SELEC 1", sa.exc.DatabaseError), ("SELECT nothing FROM t", sa.exc.DBAPIError)):
    try:
        bind.execute(sa.text(statement))
    except kind as error:
        print(kind.__name__, type(error).__name__, isinstance(error, sa.exc.SQLAlchemyError), isinstance(error, Exception))
print(bind.execute(sa.select(sa.func.count()).select_from(t)).scalar())
# ==== an exception that nobody catches undoes all (fails)
bind.execute(t.insert().values(id=2, name="b"))
bind.execute(t.insert().values(id=1, name="again"))
# ==== SQL for the driver as it is (sqlite)
print(bind.exec_driver_sql("SELECT id, name FROM t").fetchall(), bind.exec_driver_sql("SELECT name FROM t WHERE id = ?", (1,)).scalar())
print(bind.execute("SELECT ':x', id FROM t").fetchall() if False else 0)
bind.exec_driver_sql("INSERT INTO t (id, name) VALUES (?, ?)", [(2, "b"), (3, "c")])
# ==== strings, as 1.x takes them (sqlite)
print(bind.execute("SELECT id, name FROM t").fetchall(), bind.execute("SELECT ? + 1", (4,)).scalar(), bind.scalar("SELECT max(id) FROM t"))
bind.execute("INSERT INTO t (id, name) VALUES (?, ?)", (8, "h"))
# ==== the engine is the connection
engine = bind.engine
print(engine.name, engine.dialect.name)
# ==== an error in a with block of begin_nested goes on (fails)
with bind.begin_nested():
    raise ValueError("no")
