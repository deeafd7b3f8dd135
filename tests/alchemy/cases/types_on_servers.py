"""Values of the types that only servers have, both ways."""
import datetime
import decimal
import enum
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql


class Color(enum.Enum):
    red = "r"
    blue = "b"


Base = orm.declarative_base()
SOME = uuid.UUID("12345678-1234-5678-1234-567812345678")
ZONE = datetime.timezone(datetime.timedelta(hours=2))


def seed():
    return op.get_bind()


# ==== numbers, dates and booleans
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.BigInteger), sa.Column("b", sa.Numeric(10, 3)), sa.Column("c", sa.Float),
                    sa.Column("d", sa.Date), sa.Column("e", sa.DateTime), sa.Column("f", sa.Time), sa.Column("g", sa.Boolean), sa.Column("h", sa.SmallInteger))
bind.execute(t.insert(), [{"id": 1, "a": 2**40, "b": decimal.Decimal("3.250"), "c": 0.5, "d": datetime.date(2020, 2, 29), "e": datetime.datetime(2020, 5, 6, 7, 8, 9),
                           "f": datetime.time(1, 2, 3), "g": True, "h": -3}, {"id": 2, "a": None, "b": None, "c": None, "d": None, "e": None, "f": None, "g": False, "h": None}])
for row in bind.execute(sa.select(t).order_by(t.c.id)):
    print(tuple(row))
print(bind.execute(sa.text("SELECT a, b, d, e FROM t ORDER BY id")).fetchall())
print(bind.execute(sa.select(sa.func.sum(t.c.b), sa.func.count(), sa.func.max(t.c.d))).one())
print(bind.execute(t.update().where(t.c.e > datetime.datetime(2020, 1, 1)).values(b=t.c.b * 2, e=datetime.datetime(2021, 1, 1))).rowcount)
# ==== bytes, JSON and enums of Python
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.LargeBinary), sa.Column("b", sa.JSON), sa.Column("c", sa.Enum(Color, name="color")),
                    sa.Column("d", sa.Enum("x", "y y", name="letters")), sa.Column("e", sa.Text))
bind.execute(t.insert().values(id=1, a=b"\x00\xff'\\", b={"k": [1, None, "ü\n\"", 2.5, True]}, c=Color.blue, d="y y", e="it's \\ 100% :x 表"))
print(bind.execute(sa.select(t)).one())
print([type(v).__name__ for v in bind.execute(sa.select(t)).one()])
bind.execute(t.update().where(t.c.c == Color.blue).values(c=Color.red, b=None))
print(bind.execute(sa.select(t.c.b, t.c.c, t.c.e)).mappings().one())
# ==== arrays, UUIDs, JSONB (postgresql)
t = op.create_table("t", sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True), sa.Column("a", postgresql.ARRAY(sa.Integer)), sa.Column("b", postgresql.ARRAY(sa.Text)),
                    sa.Column("c", postgresql.JSONB), sa.Column("d", postgresql.UUID(as_uuid=False)), sa.Column("e", postgresql.INET), sa.Column("f", postgresql.INTERVAL),
                    sa.Column("g", sa.DateTime(timezone=True)), sa.Column("h", postgresql.BYTEA))
bind.execute(t.insert().values(id=SOME, a=[1, None, 3], b=["a,b", 'q"', "", "NULL", "é"], c={"k": {"n": [1, 2]}}, d=str(SOME), e="10.0.0.1", f=datetime.timedelta(days=1, seconds=5),
                               g=datetime.datetime(2020, 5, 6, 7, 8, tzinfo=ZONE), h=b"\x01\x02"))
row = bind.execute(sa.select(t.c.id, t.c.a, t.c.b, t.c.c, t.c.d, t.c.e, t.c.f)).one()
print(tuple(row), [type(v).__name__ for v in row])
print(bind.execute(sa.select(t.c.g)).scalar().astimezone(datetime.timezone.utc), bytes(bind.execute(sa.select(t.c.h)).scalar()))
print(bind.execute(sa.select(t.c.id).where(t.c.c["k"]["n"][0].astext == "1").where(t.c.a.contains([1])).where(t.c.b.any("a,b"))).fetchall())
bind.execute(t.update().where(t.c.id == SOME).values(c=sa.func.jsonb_set(t.c.c, "{k,n}", sa.cast([9], postgresql.JSONB)), b=[]))
print(bind.execute(sa.select(t.c.c, t.c.b)).one(), bind.execute(sa.text("SELECT array_length(a, 1), c->'k' FROM t")).one())
# ==== enums that are types of the database (postgresql)
kind = postgresql.ENUM("small", "big", name="size")
kind.create(bind, checkfirst=True)
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", postgresql.ENUM("small", "big", name="size", create_type=False), server_default="small"))
bind.execute(t.insert().values(a="big"))
bind.execute(t.insert())
print(bind.execute(sa.select(t).order_by(t.c.id)).fetchall(), bind.execute(t.insert().values(a="big")).inserted_primary_key)
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE size ADD VALUE 'huge'")
op.execute("UPDATE t SET a = 'huge' WHERE id = 1")
op.alter_column("t", "a", server_default="huge")
# ==== upserts of PostgreSQL (postgresql)
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
insert = postgresql.insert(t).values([{"id": 1, "n": 1}, {"id": 2, "n": 2}])
bind.execute(insert)
print(bind.execute(insert.on_conflict_do_nothing(index_elements=["id"])).rowcount)
print(bind.execute(insert.on_conflict_do_update(index_elements=[t.c.id], set_={"n": t.c.n + insert.excluded.n * 10}).returning(t.c.id, t.c.n)).fetchall())
# ==== types of MySQL (mysql)
t = op.create_table("t", sa.Column("id", mysql.INTEGER(unsigned=True), primary_key=True), sa.Column("a", mysql.TINYINT(1)), sa.Column("b", mysql.MEDIUMTEXT), sa.Column("c", mysql.ENUM("x", "y")),
                    sa.Column("d", mysql.DATETIME(fsp=6)), sa.Column("e", mysql.LONGBLOB), sa.Column("f", mysql.YEAR), sa.Column("g", mysql.DOUBLE(asdecimal=False)), sa.Column("h", mysql.BIGINT(unsigned=True)),
                    mysql_engine="InnoDB", mysql_charset="utf8mb4")
bind.execute(t.insert().values(a=1, b="ü" * 3, c="y", d=datetime.datetime(2020, 1, 2, 3, 4, 5, 678), e=b"\x00\x80", f=1999, g=0.25, h=2**63))
row = bind.execute(sa.select(t)).one()
print(tuple(row), [type(v).__name__ for v in row])
insert = mysql.insert(t).values(id=1, a=2)
bind.execute(insert.on_duplicate_key_update(a=insert.inserted.a + 5))
print(bind.execute(sa.select(t.c.a)).scalar(), bind.execute(t.insert().values(b="z")).inserted_primary_key)


# ==== a session with types of the server
class Thing(Base):
    __tablename__ = "thing"
    __table_args__ = {"extend_existing": True}
    id = sa.Column(sa.Integer, primary_key=True)
    color = sa.Column(sa.Enum(Color, name="thing_color"))
    data = sa.Column(sa.JSON)
    price = sa.Column(sa.Numeric(8, 2))
    day = sa.Column(sa.Date)
    on = sa.Column(sa.Boolean, default=True)


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add_all([Thing(color=Color.red, data={"a": 1}, price=decimal.Decimal("1.50"), day=datetime.date(2020, 1, 1)), Thing(color=None, data=None, price=None, on=False)])
session.flush()
for thing in session.query(Thing).order_by(Thing.id):
    print(thing.id, thing.color, thing.data, thing.price, thing.day, thing.on)
    thing.data = {"seen": thing.id}
    thing.color = Color.blue
session.commit()
print(session.query(Thing).filter(Thing.color == Color.blue, Thing.on.is_(True)).count(), session.query(sa.func.sum(Thing.price)).scalar())
session.query(Thing).filter(Thing.price.is_(None)).delete(synchronize_session=False)
# ==== errors that scripts catch by class (mysql)
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(5), nullable=False))
bind.execute(t.insert().values(id=1, a="x"))
for text in ("INSERT INTO t VALUES (1, 'y')", "SELECT * FROM nothing", "SELECT nothing FROM t", "INSERT INTO t VALUES (3, 'too long')",
             "CREATE TABLE t (id int)", "SELEKT 1", "ALTER TABLE t ADD COLUMN a int", "DROP INDEX nothing ON t"):
    try:
        bind.execute(sa.text(text))
    except sa.exc.DBAPIError as error:
        print(type(error).__name__, error.orig.args[0])
