"""expressions in indexes, texts that are put together, constructs of the script's own"""
# dialects: postgresql mysql sqlite
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateSchema, DDLElement, DropSchema
from sqlalchemy.sql.expression import FunctionElement

revision = "expressions"
down_revision = None

item = sa.table(
    "item",
    sa.column("id", sa.Integer),
    sa.column("name", sa.String),
    sa.column("count", sa.Integer),
    sa.column("tags", sa.ARRAY(sa.Text)),
    sa.column("note"),
)


class utcnow(FunctionElement):
    type = sa.DateTime()
    inherit_cache = True


@compiles(utcnow)
def write_utcnow(element, compiler, **kw):
    return "timezone('utc', now())"


@compiles(utcnow, "sqlite")
def write_utcnow_sqlite(element, compiler, **kw):
    return "datetime('now')"


@compiles(utcnow, "mysql")
def write_utcnow_mysql(element, compiler, **kw):
    return "utc_timestamp()"


class CreateView(DDLElement):
    def __init__(self, name, selectable):
        self.name = name
        self.selectable = selectable


@compiles(CreateView)
def write_view(element, compiler, **kw):
    query = compiler.sql_compiler.process(element.selectable, literal_binds=True)
    return "CREATE VIEW %s AS %s" % (element.name, query)


class Counted(sa.types.TypeDecorator):
    impl = sa.String
    cache_ok = True

    def __init__(self, long=False):
        super().__init__()
        if long:
            self.impl = sa.Text()


class Doc(sa.types.UserDefinedType):
    cache_ok = True


@compiles(Doc)
def write_doc(element, compiler, **kw):
    return "TEXT"


def upgrade():
    op.execute(CreateSchema("shop"))
    op.create_index("ix_lower", "item", [sa.func.lower(item.c.name)])
    op.create_index("ix_sum", "item", [item.c.count + 1, "id"])
    op.create_index("ix_cast", "item", [sa.cast(item.c.name, sa.Integer)], unique=True)
    op.create_index("ix_down", "item", [item.c.count.desc(), sa.func.coalesce(item.c.count, 0).desc()])
    op.execute(item.update().values(name=sa.func.lower(sa.func.substr(item.c.name, 1, 8)) + "-"))
    op.execute(item.update().values(name="a" + item.c.name, note=item.c.note + "c"))
    op.execute(item.update().values(count=item.c.count + 1).where(sa.and_(item.c.count.notin_([1, 2]), item.c.name != "q")))
    op.execute(item.update().values(name="x").where(~item.c.count.in_([1])))
    op.execute(item.delete().where(sa.or_(item.c.id == 1, item.c.count.notin_(sa.select(item.c.id)))))
    twin = item.alias("twin")
    op.execute(item.delete().where(~sa.exists(sa.select(1).where(twin.c.name == item.c.name))))
    op.add_column("item", sa.Column("seen", sa.DateTime(), server_default=utcnow()))
    op.add_column("item", sa.Column("counted", Counted(long=True)))
    op.add_column("item", sa.Column("doc", Doc()))
    op.execute(CreateView("names", sa.select(item.c.name).where(item.c.count > 3)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(item.update().values(name="y").where(item.c.tags.any("x")))
        op.execute(item.update().values(note=sa.cast(sa.literal("[]"), postgresql.JSONB)))
        tags = sa.func.unnest(item.c.tags).table_valued("tag", with_ordinality="place").render_derived(name="t").lateral()
        rows = sa.select(item.c.id, tags.c.tag, tags.c.place).select_from(item.join(tags, sa.true()))
        op.execute(sa.table("tagged", sa.column("id"), sa.column("tag"), sa.column("place")).insert().from_select(["id", "tag", "place"], rows))


def downgrade():
    op.execute(DropSchema("shop"))
