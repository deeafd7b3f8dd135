"""sqlalchemy.ext.compiler: scripts that say themselves what SQL a type or an element of theirs is; compile()."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import DDLElement
from sqlalchemy.sql import expression
from sqlalchemy.sql.expression import ClauseElement, Executable, FunctionElement


def seed():
    op.create_table("event", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)), sa.Column("at", sa.DateTime))
    op.execute("INSERT INTO event (id, name, at) VALUES (1, 'a', '2020-05-06 10:00:00'), (2, 'b', NULL)")
    return op.get_bind()


event = sa.table("event", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("at", sa.DateTime))


# ==== a type of the script's own
class JSONB(sa.JSON):
    __visit_name__ = "JSONB"


@compiles(JSONB, "sqlite")
def _(*args, **kwargs):
    return "JSONB"


both = sa.JSON().with_variant(postgresql.JSONB(), "postgresql").with_variant(JSONB(), "sqlite")
op.create_table("doc", sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", both, nullable=False))
doc = sa.table("doc", sa.column("id"), sa.column("body", both))
op.bulk_insert(doc, [{"id": 1, "body": {"x": [1, None]}}])
print(bind.execute(sa.select(doc.c.body)).scalar())
# ==== types of another database
@compiles(postgresql.UUID, "sqlite")
def uuid_text(type_, compiler, **kw):
    return "CHAR(36)"


@compiles(postgresql.JSONB, "sqlite")
def plain_json(type_, compiler, **kw):
    return compiler.visit_JSON(type_, **kw)


@compiles(postgresql.INET, "sqlite", "mysql")
def address(type_, compiler, **kw):
    return "VARCHAR(43)"


op.create_table("host", sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True), sa.Column("facts", postgresql.JSONB), sa.Column("ip", postgresql.INET()))
# ==== a function that is a default, a value and a column (sqlite)
class utcnow(expression.FunctionElement):
    type = sa.DateTime()
    inherit_cache = True


@compiles(utcnow, "postgresql")
def pg_utcnow(element, compiler, **kw):
    return "TIMEZONE('utc', CURRENT_TIMESTAMP)"


@compiles(utcnow)
def other_utcnow(element, compiler, **kw):
    return "datetime('2021-02-03 04:05:06')"


bind.execute(event.update().where(event.c.id == 2).values(at=utcnow()))
print(bind.execute(sa.select(event.c.id, event.c.at, utcnow().label("now"))).fetchall())
# ==== arguments of a function
class greatest(FunctionElement):
    name = "greatest"
    type = sa.Integer()
    inherit_cache = True


@compiles(greatest)
def default_greatest(element, compiler, **kw):
    return compiler.visit_function(element)


@compiles(greatest, "sqlite")
def sqlite_greatest(element, compiler, **kw):
    one, other = list(element.clauses)
    return "max(%s, %s)" % (compiler.process(one, **kw), compiler.process(other, **kw))


print(bind.execute(sa.select(event.c.id, greatest(event.c.id, sa.literal_column("2"))).order_by(event.c.id)).fetchall())
# ==== statements: a view made and dropped
class CreateView(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, name, select):
        self.name = name
        self.select = select


class DropView(DDLElement):
    def __init__(self, name):
        self.name = name


@compiles(CreateView)
def create_view(element, compiler, **kw):
    return "CREATE VIEW %s AS %s" % (element.name, compiler.process(element.select, literal_binds=True))


@compiles(DropView)
def drop_view(element, compiler, **kw):
    return "DROP VIEW IF EXISTS %s" % element.name


bind.execute(CreateView("early", sa.select(event.c.id, event.c.name).where(event.c.name < "b")))
print(bind.execute(sa.text("SELECT * FROM early")).fetchall())
op.execute(CreateView("kept", sa.select(event.c.id)))
op.execute(DropView("early"))
# ==== a TypeDecorator of something
class Words(sa.TypeDecorator[list]):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return ",".join(value)

    def process_result_value(self, value, dialect):
        return value.split(",")


op.create_table("note", sa.Column("id", sa.Integer, primary_key=True), sa.Column("words", Words))
note = sa.table("note", sa.column("id"), sa.column("words", Words))
op.bulk_insert(note, [{"id": 1, "words": ["a", "b"]}])
print(bind.execute(sa.select(note.c.words)).scalars().all(), bind.execute(sa.text("SELECT words FROM note")).scalar())
# ---- in SQLAlchemy 1.4
class Words(sa.TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return ",".join(value)

    def process_result_value(self, value, dialect):
        return value.split(",")


op.create_table("note", sa.Column("id", sa.Integer, primary_key=True), sa.Column("words", Words))
note = sa.table("note", sa.column("id"), sa.column("words", Words))
op.bulk_insert(note, [{"id": 1, "words": ["a", "b"]}])
print(bind.execute(sa.select(note.c.words)).scalars().all(), bind.execute(sa.text("SELECT words FROM note")).scalar())
# ==== compile() with the values in it
query = sa.select(event.c.id).where(event.c.name == "a:b").where(event.c.id.in_([1, 2]))
print(" ".join(str(query.compile(dialect=bind.dialect, compile_kwargs={"literal_binds": True})).split()))
op.execute("CREATE VIEW v AS " + str(sa.select(event.c.id, event.c.name).compile(bind)))
print(" ".join(str(event.update().values(name="it's").where(event.c.id == 1).compile(compile_kwargs={"literal_binds": True})).split()))
# ==== compile() without them (refused)
sa.select(event.c.id).where(event.c.name == "a").compile()
