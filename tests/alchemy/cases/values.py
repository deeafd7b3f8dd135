"""Values at the edges of their types: what goes in, what comes out, what finds it again, and the same as a part of a statement."""
import datetime
import decimal
import enum
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql

UTC = datetime.timezone.utc
EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))


class Level(enum.Enum):
    low = 1
    high = 9


def seed():
    return op.get_bind()


def round_trip(bind, name, type_, values, finds=True, literals=True):
    t = op.create_table("t_" + name, sa.Column("id", sa.Integer, primary_key=True), sa.Column("v", type_))
    for number, value in enumerate(values, 1):
        bind.execute(t.insert().values(id=number, v=value))
    op.bulk_insert(t, [{"id": 100 + number, "v": value} for number, value in enumerate(values, 1)])
    for row in bind.execute(sa.select(t).order_by(t.c.id)):
        print(name, row.id, repr(row.v), type(row.v).__name__)
    for number, value in enumerate(values if finds else [], 1):
        print(name, "found", number, [row.id for row in bind.execute(sa.select(t.c.id).where(t.c.v == value).order_by(t.c.id))])
    for value in values if literals else []:
        print(name, "literal", repr(bind.execute(sa.select(sa.literal(value, type_))).scalar()))
    bind.execute(t.update().where(t.c.id == 1).values(v=values[-1]))
    print(name, "updated", repr(bind.execute(sa.select(t.c.v).where(t.c.id == 1)).scalar()))


# ==== dates and times
round_trip(bind, "date", sa.Date, [datetime.date(1, 1, 1), datetime.date(1900, 2, 28), datetime.date(2024, 2, 29), datetime.date(9999, 12, 31)], literals=False)
round_trip(bind, "time", sa.Time, [datetime.time(0, 0), datetime.time(23, 59, 59), datetime.time(12, 30)], literals=False)
# ==== moments to the microsecond (sqlite postgresql)
round_trip(bind, "day", sa.Date, [datetime.date(1, 1, 1), datetime.date(2024, 2, 29)])
round_trip(bind, "moment", sa.DateTime, [datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)])
round_trip(bind, "clock", sa.Time, [datetime.time(1, 2, 3, 4), datetime.time(23, 59, 59, 999999)])
# ==== moments to the microsecond on MySQL (mysql)
round_trip(bind, "moment", mysql.DATETIME(fsp=6), [datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)], literals=False)
round_trip(bind, "stamp", mysql.TIMESTAMP(fsp=3), [datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.datetime(2020, 1, 2, 3, 4, 5, 6000)], literals=False)
round_trip(bind, "clock", mysql.TIME(fsp=6), [datetime.time(1, 2, 3, 4), datetime.time(23, 59, 59, 999999)], literals=False)
# ==== moments with a zone (postgresql)
bind.execute(sa.text("SET TIME ZONE 'UTC'"))
round_trip(bind, "zoned", sa.DateTime(timezone=True), [datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), datetime.datetime(2020, 7, 2, 3, 4, 5, 600, tzinfo=EAST)], literals=False)
# ==== intervals (sqlite postgresql)
round_trip(bind, "span", sa.Interval, [datetime.timedelta(0), datetime.timedelta(days=400, seconds=1), datetime.timedelta(microseconds=1), datetime.timedelta(hours=26, minutes=3)])
# ==== intervals below nothing (postgresql)
round_trip(bind, "back", postgresql.INTERVAL, [datetime.timedelta(days=-1, seconds=5), datetime.timedelta(microseconds=-1), datetime.timedelta(days=-30)])
# ==== integers of each width
round_trip(bind, "small", sa.SmallInteger, [-32768, 0, 32767])
round_trip(bind, "plain", sa.Integer, [-2147483648, -1, 2147483647])
round_trip(bind, "big", sa.BigInteger, [-9223372036854775808, 1, 9223372036854775807])
# ==== exact numbers
round_trip(bind, "money", sa.Numeric(12, 2), [decimal.Decimal("0.01"), decimal.Decimal("-1234567.89"), decimal.Decimal("100")], literals=False)
round_trip(bind, "scaled", sa.Numeric(12, 4, asdecimal=False), [0.5, -2.25, 3], literals=False)
# ==== exact numbers of many digits (postgresql mysql)
round_trip(bind, "long", sa.Numeric(38, 10), [decimal.Decimal("12345678901234567890.0123456789"), decimal.Decimal("-0.0000000001"), decimal.Decimal("1E+20")], literals=False)
# ==== numbers that are not exact
round_trip(bind, "real", sa.Float, [0.5, -0.25, 1e10, 3.0], literals=False)
round_trip(bind, "decimal", sa.Float(asdecimal=True), [0.5, -0.25], finds=False, literals=False)
# ==== numbers that are none (postgresql)
round_trip(bind, "odd", sa.Float, [float("inf"), float("-inf")], literals=False)
print(repr(bind.execute(sa.select(sa.cast(sa.literal(float("nan")), sa.Float))).scalar()))
# ==== booleans
round_trip(bind, "flag", sa.Boolean, [True, False])
# ==== texts
round_trip(bind, "text", sa.Text, ["", " ", "it's", "a\\b", "100% %s %(x)s :y ?", "line\nline\r\n\ttab", "ünï 表 🐍", "\"quoted\" `this`", "-- no /* comment */"])
round_trip(bind, "string", sa.String(40), ["null", "NULL", "None", "0", "'", "''", "\\'", "\\\\"])
# ==== bytes
round_trip(bind, "bytes", sa.LargeBinary, [b"", b"\x00", bytes(range(256)), b"'\\\"", b"plain"], literals=False)
# ==== JSON
round_trip(bind, "json", sa.JSON, [{}, [], {"a": [1, 2.5, None, True, "x"], "ü": {"'": "\\"}}, "text", 5, True, [None]], finds=False, literals=False)
print([tuple(row) for row in bind.execute(sa.text("SELECT id FROM t_json WHERE v IS NULL"))])
# ==== nothing in a JSON column, as SQL's and as JSON's own
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.JSON), sa.Column("b", sa.JSON(none_as_null=True)))
bind.execute(t.insert().values(id=1, a=None, b=None))
bind.execute(t.insert().values(id=2, a=sa.null(), b=sa.JSON.NULL))
bind.execute(t.insert().values(id=3))
print([tuple(row) for row in bind.execute(sa.select(t.c.id, t.c.a, t.c.b).order_by(t.c.id))])
print([row.id for row in bind.execute(sa.text("SELECT id FROM t WHERE a IS NULL ORDER BY id"))], [row.id for row in bind.execute(sa.text("SELECT id FROM t WHERE b IS NULL ORDER BY id"))])
# ==== enums
round_trip(bind, "level", sa.Enum(Level, name="level"), [Level.low, Level.high], literals=False)
round_trip(bind, "word", sa.Enum("a", "b c", "it's", name="word", native_enum=False), ["a", "b c", "it's"])
round_trip(bind, "value", sa.Enum(Level, name="level_value", native_enum=False, values_callable=lambda e: [str(m.value) for m in e]), [Level.low, Level.high], literals=False)
# ==== identifiers of PostgreSQL (postgresql)
round_trip(bind, "uuid", postgresql.UUID(as_uuid=True), [uuid.UUID(int=0), uuid.UUID("12345678-1234-5678-1234-567812345678")], literals=False)
round_trip(bind, "uuid_text", postgresql.UUID(as_uuid=False), ["12345678-1234-5678-1234-567812345678"], literals=False)
round_trip(bind, "net", postgresql.INET, ["10.0.0.1", "::1"], literals=False)
# ==== arrays (postgresql)
round_trip(bind, "texts", postgresql.ARRAY(sa.Text), [[], ["a"], ["", "NULL", "it's", "\"", "\\", "{}", "a,b", None]], literals=False)
round_trip(bind, "numbers", postgresql.ARRAY(sa.Integer), [[1, 2], [None, -3]], literals=False)
round_trip(bind, "exact", postgresql.ARRAY(sa.Numeric(6, 2)), [[decimal.Decimal("1.50"), None]], literals=False)
round_trip(bind, "days", postgresql.ARRAY(sa.Date), [[datetime.date(2020, 2, 29)], []], literals=False)
round_trip(bind, "deep", postgresql.ARRAY(sa.Integer, dimensions=2), [[[1, 2], [3, 4]]], literals=False)
round_trip(bind, "flags", postgresql.ARRAY(sa.Boolean), [[True, False, None]], literals=False)
# ==== JSONB (postgresql)
round_trip(bind, "jsonb", postgresql.JSONB, [{"b": 1, "a": [1, {"c": None}]}, [], "x", 1.5], finds=False, literals=False)
print([tuple(r) for r in bind.execute(sa.text("SELECT v->'a' FROM t_jsonb ORDER BY id"))])
# ==== types of MySQL (mysql)
round_trip(bind, "unsigned", mysql.BIGINT(unsigned=True), [0, 18446744073709551615])
round_trip(bind, "tiny", mysql.TINYINT(1), [0, 1, 127])
round_trip(bind, "year", mysql.YEAR, [1999, 2024])
round_trip(bind, "set", mysql.SET("a", "b", "c"), [{"b"}, {"a"}], literals=False)
bind.execute(sa.text("UPDATE t_set SET v = 'a,c'"))
print([sorted(row.v) for row in bind.execute(sa.text("SELECT v FROM t_set").columns(v=mysql.SET("a", "b", "c")))])
round_trip(bind, "double", mysql.DOUBLE, [decimal.Decimal("0.5"), decimal.Decimal("-2.25")], finds=False, literals=False)
# ==== the same through a session
Base = orm.declarative_base()


class Thing(Base):
    __tablename__ = "thing"
    id = sa.Column(sa.Integer, primary_key=True)
    day = sa.Column(sa.Date)
    price = sa.Column(sa.Numeric(10, 2))
    data = sa.Column(sa.JSON)
    level = sa.Column(sa.Enum(Level, name="thing_level"))
    blob = sa.Column(sa.LargeBinary)
    on = sa.Column(sa.Boolean)


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add_all([Thing(id=1, day=datetime.date(2020, 2, 29), price=decimal.Decimal("9.90"), data={"a": [1, None]}, level=Level.high, blob=b"\x00'\xff", on=False), Thing(id=2)])
session.flush()
session.expire_all()
for thing in session.query(Thing).order_by(Thing.id):
    print(thing.id, repr(thing.day), repr(thing.price), repr(thing.data), thing.level, repr(thing.blob), repr(thing.on))
print([thing.id for thing in session.query(Thing).filter(Thing.price > decimal.Decimal("9.5"), Thing.level == Level.high, Thing.on.is_(False))])
session.query(Thing).filter(Thing.id == 2).update({Thing.day: datetime.date(1999, 1, 1), Thing.price: Thing.id + 1})
print(session.query(Thing.day, Thing.price).filter_by(id=2).one())
# ==== values written into the SQL (offline) (sqlite)
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Date), sa.Column("b", sa.Boolean), sa.Column("c", sa.Numeric(8, 2)), sa.Column("d", sa.String(20)), sa.Column("e", sa.Float))
op.bulk_insert(t, [{"id": 1, "a": datetime.date(2020, 2, 29), "b": True, "c": decimal.Decimal("1.25"), "d": "it's \\ 5", "e": 2.5}, {"id": 2, "a": None, "b": None, "c": None, "d": None, "e": None}])
op.execute(t.update().where(t.c.b == True).values(c=t.c.c + 1, d=t.c.d + "!"))
op.execute(t.delete().where(t.c.d.in_(["x", "y's"])))
