"""Values of every type on their way into SQLite and back."""
import datetime
import decimal
import enum
import json
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeDecorator, UserDefinedType


class Color(enum.Enum):
    red = "r"
    blue = "b"


class Level(str, enum.Enum):
    LOW = "low"
    HIGH = "high"


class Comma(TypeDecorator):
    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else ",".join(value)

    def process_result_value(self, value, dialect):
        return None if value is None else value.split(",")


class Shout(TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return "nothing" if value is None else value.upper() + dialect.name


class Point(UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **kw):
        return "POINT"

    def bind_processor(self, dialect):
        return lambda value: None if value is None else "%d;%d" % value

    def result_processor(self, dialect, coltype):
        return lambda value: None if value is None else tuple(int(part) for part in value.split(";"))


class Json(TypeDecorator):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return json.dumps(value)

    def process_result_value(self, value, dialect):
        return json.loads(value)


def table(*types):
    # A table with a column for each type, a, b, c ...
    columns = [sa.Column(name, type_) for name, type_ in zip("abcdefgh", types)]
    return op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), *columns)


def seed():
    return op.get_bind()


def both(bind, t, *rows):
    # Writes rows, prints what is read.
    for row in rows:
        bind.execute(t.insert().values(**dict(zip("abcdefgh", row))))
    for row in bind.execute(sa.select(t).order_by(t.c.id)):
        print([value for value in row][1:])


# ==== dates and times
both(bind, table(sa.DateTime, sa.Date, sa.Time, sa.TIMESTAMP), (datetime.datetime(2024, 5, 1, 12, 30, 15, 123456), datetime.date(2024, 2, 29), datetime.time(23, 59, 1, 5), datetime.datetime(1999, 12, 31)),
     (None, None, None, None), (datetime.datetime(1, 1, 1), datetime.date(9999, 12, 31), datetime.time(0, 0), datetime.datetime(2024, 1, 1, 0, 0, 0, 1)))
# ==== times with a zone lose it on SQLite
both(bind, table(sa.DateTime(timezone=True)), (datetime.datetime(2024, 5, 1, 12, 30, tzinfo=datetime.timezone.utc),))
# ==== intervals
both(bind, table(sa.Interval), (datetime.timedelta(days=3, hours=4, seconds=5, microseconds=6),), (datetime.timedelta(minutes=-90),), (None,), (datetime.timedelta(0),))
# ==== exact numbers
both(bind, table(sa.Numeric(10, 2), sa.Numeric, sa.DECIMAL(12, 4), sa.Numeric(10, 2, asdecimal=False), sa.Float, sa.Float(asdecimal=False)),
     (decimal.Decimal("12.50"), decimal.Decimal("1.5"), decimal.Decimal("-0.0001"), 2.25, 0.1, 1e20), (5, 7, 9, 11, 13, 15), (None,) * 6, (decimal.Decimal("100"), decimal.Decimal("0"), decimal.Decimal("3"), decimal.Decimal("1.25"), 2, 3))
# ==== integers (sqlite)
both(bind, table(sa.Integer, sa.BigInteger, sa.SmallInteger), (1, 2**62, -3), (True, False, None))
# ==== booleans
both(bind, table(sa.Boolean, sa.Boolean), (True, False), (None, True), (1, 0))
# ==== JSON of every kind
both(bind, table(sa.JSON, sa.JSON(none_as_null=True)), ({"a": [1, 2.5, None, True, "ü"]}, [1]), (None, None), ("text", 5), ([], {}), (True, "x"), ({"nested": {"k": "v"}}, 1.5))
# ==== inside of JSON (sqlite)
t = table(sa.JSON)
both(bind, t, ({"name": "n", "n": 5, "f": 1.5, "b": True, "deep": {"list": [10, 20]}, "quote's": 1},), ({"name": None},), ([1, 2, 3],))
print(bind.execute(sa.select(t.c.a["name"], t.c.a["n"], t.c.a["missing"]).order_by(t.c.id)).fetchall())
print(bind.execute(sa.select(t.c.a["name"].as_string(), t.c.a["n"].as_integer(), t.c.a["f"].as_float(), t.c.a["b"].as_boolean()).order_by(t.c.id)).first())
print(bind.execute(sa.select(t.c.a[("deep", "list", 1)], t.c.a["deep"]["list"][0]).where(t.c.id == 1)).fetchall())
print(bind.execute(sa.select(t.c.id).where(t.c.a["name"].as_string() == "n")).fetchall(), bind.execute(sa.select(t.c.id).where(t.c.a["n"].as_integer() > 3)).fetchall(), bind.execute(sa.select(t.c.id).where(t.c.a["name"] == "n")).fetchall())
print(bind.execute(sa.select(t.c.a[1]).where(t.c.id == 3)).scalar())
# ==== enums of texts
both(bind, table(sa.Enum("x", "y", name="e"), sa.Enum("a", native_enum=False)), ("x", "a"), (None, None))
# ==== enums of Python, by name and by value (sqlite)
both(bind, table(sa.Enum(Color), sa.Enum(Color, values_callable=lambda e: [m.value for m in e]), sa.Enum(Level)), (Color.red, Color.blue, Level.HIGH), (None, None, None), ("blue", "r", "LOW"))
# ==== an enum in conditions and updates
t = table(sa.Enum(Color))
both(bind, t, (Color.red,), (Color.blue,))
bind.execute(t.update().where(t.c.a == Color.red).values(a=Color.blue))
print(bind.execute(sa.select(sa.func.count()).where(t.c.a == Color.blue)).scalar(), bind.execute(sa.select(t.c.id).where(t.c.a.in_([Color.red, "blue"]))).fetchall())
# ==== a value that an enum does not have (fails)
both(bind, table(sa.Enum(Color)), ("green",))
# ==== bytes (sqlite)
both(bind, table(sa.LargeBinary, sa.BLOB), (b"\x00\x01\xff", b""), (None, b"abc"))
# ==== UUIDs
both(bind, table(sa.CHAR(32), sa.String(36)), (uuid.UUID(int=5).hex, str(uuid.UUID(int=7))))
# ==== texts of every kind
both(bind, table(sa.String(20), sa.Text, sa.Unicode(5), sa.CHAR(3)), ("it's", "line\nline", "üñ✓", "abc"), ("", "", "", ""), (None, "%s %% :x ?", "\\", '"'))
# ==== a type of one's own that changes values both ways
t = table(Comma, Comma(50), Shout, Json)
both(bind, t, (["a", "b"], ["c"], "loud", {"k": [1]}), (None, None, None, None))
print(bind.execute(sa.select(t.c.id).where(t.c.a == ["a", "b"])).fetchall(), bind.execute(sa.select(t.c.c).where(t.c.id == 2)).scalar())
bind.execute(t.update().where(t.c.b == ["c"]).values(b=["d", "e"], d=[2]))
print(bind.execute(sa.select(t.c.b, t.c.d)).first(), bind.execute(sa.select(sa.func.max(t.c.a))).scalar(), bind.execute(sa.select(sa.type_coerce(t.c.a, sa.String))).scalar())
print(bind.execute(sa.select(sa.literal(["q", "r"], Comma))).scalar(), bind.execute(sa.text("SELECT a FROM t").columns(a=Comma)).scalar(), bind.execute(sa.select(sa.cast(t.c.a, Comma))).scalar())
# ==== a type that scripts spell themselves (sqlite)
both(bind, table(Point), ((1, 2),), (None,))
# ==== variants of a type (sqlite)
both(bind, table(sa.Integer().with_variant(sa.String(5), "mysql"), sa.JSON().with_variant(sa.Text(), "postgresql"), sa.Text().with_variant(sa.JSON(), "sqlite")), (1, {"a": 1}, [1, 2]))
# ==== bulk_insert goes through the types as well
t = table(Comma, sa.JSON, sa.Enum(Color), sa.DateTime, sa.Boolean)
op.bulk_insert(t, [{"a": ["x"], "b": {"k": 1}, "c": Color.red, "d": datetime.datetime(2024, 1, 1), "e": True}, {"a": ["y", "z"], "b": [], "c": Color.blue, "d": None, "e": False}])
both(bind, t)
# ==== types that text() is told of
t = table(sa.DateTime, sa.JSON, sa.Boolean)
both(bind, t, (datetime.datetime(2024, 1, 2), {"a": 1}, True))
print(bind.execute(sa.text("SELECT a, b, c FROM t")).first())
print(bind.execute(sa.text("SELECT a, b, c FROM t").columns(a=sa.DateTime, b=sa.JSON, c=sa.Boolean)).first())
bind.execute(sa.text("INSERT INTO t (a, b) VALUES (:a, :b)").bindparams(sa.bindparam("a", type_=sa.DateTime), sa.bindparam("b", type_=sa.JSON)), {"a": datetime.datetime(2020, 1, 1), "b": [1]})
bind.execute(sa.text("INSERT INTO t (c) VALUES (:c)"), {"c": True})
# ==== a default of an enum, and a server default
t = op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Enum(Color), default=Color.red), sa.Column("b", sa.Enum(Level), server_default="LOW"))
bind.execute(t.insert(), [{"id": 1}, {"id": 2}])
print(bind.execute(sa.select(t)).fetchall())
