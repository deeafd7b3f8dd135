"""How classes are declared: mix-ins, names, types, hierarchies, hybrids; SQLAlchemy 2's ways beside 1.4's."""
import datetime
import decimal
import enum
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.ext.declarative import declarative_base, declared_attr
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property


class Kind(enum.Enum):
    a = 1
    b = 2


def show(bind, name):
    print([tuple(row) for row in bind.execute(sa.text(f"SELECT * FROM {name}"))])
    print([tuple(row)[1:4] for row in bind.execute(sa.text(f"PRAGMA table_info({name})"))])


def seed():
    return op.get_bind()


# ==== a base with a table name for each class and columns for all
class Common:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()

    id = sa.Column(sa.Integer, primary_key=True)

    def describe(self):
        return f"{type(self).__name__} {self.id}"


Base = declarative_base(cls=Common)


class Stamped:
    made = sa.Column(sa.DateTime, default=datetime.datetime(2024, 1, 1))

    @declared_attr
    def owner_id(cls):
        return sa.Column(sa.Integer, default=7)


class Thing(Stamped, Base):
    name = sa.Column(sa.String)


class Other(Base, Stamped):
    pass


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add_all([Thing(name="x"), Other(), Thing(name="y", owner_id=1)])
session.commit()
print([(t.describe(), t.made, t.owner_id, t.name) for t in session.query(Thing)], [(o.describe(), o.owner_id) for o in session.query(Other)], Thing.__tablename__)
# ==== an abstract class, and a table made apart
Base = declarative_base()


class Named(Base):
    __abstract__ = True
    name = sa.Column(sa.String)


class One(Named):
    __table__ = sa.Table("one", Base.metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String), sa.Column("n", sa.Integer))


class Two(Named):
    __tablename__ = "two"
    key = sa.Column("the_key", sa.String, primary_key=True)


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add(One(name="a", n=1))
session.add(Two(key="k", name="b"))
session.commit()
print(session.query(One).one().n, session.query(Two).get("k").name, session.query(Two).filter_by(key="k").count(), session.query(Two.key).all())
# ==== columns whose names in the database are others
Base = declarative_base()


class Thing(Base):
    __tablename__ = "thing"
    ident = sa.Column("id", sa.Integer, primary_key=True)
    label = sa.Column("name", sa.String, default="none")
    both = sa.Column("x_y", sa.Integer, key="xy")


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add(Thing(label="a", both=2))
session.add(Thing())
session.commit()
thing = session.query(Thing).filter(Thing.label == "a").one()
thing.both += 1
session.query(Thing).filter_by(label="none").update({"label": "some", Thing.both: 9})
session.commit()
print([(t.ident, t.label, t.both) for t in session.query(Thing)], session.query(Thing.label).all())
show(bind, "thing")
# ==== __init__, __repr__ and methods of one's own
Base = declarative_base()


class Thing(Base):
    __tablename__ = "thing"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    kind = sa.Column(sa.Enum(Kind), default=Kind.a)

    def __init__(self, name):
        self.name = name.strip()
        self.note = "kept in memory"

    def __repr__(self):
        return f"<Thing {self.name}>"

    @classmethod
    def named(cls, session, name):
        return session.query(cls).filter_by(name=name).first()

    @orm.validates("name")
    def check(self, key, value):
        return value.upper()


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
thing = Thing("  a ")
session.add(thing)
session.commit()
print(thing, thing.note, thing.kind, Thing.named(session, "A"), Thing.named(session, "b"), repr([thing]))
# ==== hybrids and properties of expressions
Base = declarative_base()


class Box(Base):
    __tablename__ = "box"
    id = sa.Column(sa.Integer, primary_key=True)
    width = sa.Column(sa.Integer)
    height = sa.Column(sa.Integer)
    size = orm.column_property(width + height)
    wide = orm.synonym("width")

    @hybrid_property
    def area(self):
        return self.width * self.height

    @hybrid_property
    def shape(self):
        return "flat" if self.height == 0 else "box"

    @shape.expression
    def shape(cls):
        return sa.case((cls.height == 0, "flat"), else_="box")

    @hybrid_method
    def fits(self, other):
        return self.width < other

    @area.setter
    def area(self, value):
        self.width = value
        self.height = 1


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add_all([Box(width=2, height=3), Box(width=5, height=0)])
session.commit()
print([(b.area, b.shape, b.size, b.wide, b.fits(3)) for b in session.query(Box)], session.query(Box.id).filter(Box.area > 5).all(), session.query(Box.id).filter(Box.shape == "flat").all(), session.query(Box.id).filter(Box.fits(3)).all())
box = session.query(Box).get(1)
box.area = 12
session.commit()
print(box.width, box.height, box.size)
# ==== classes of one table, told apart by a column
Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.String)
    name = sa.Column(sa.String)
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "animal"}


class Dog(Animal):
    __mapper_args__ = {"polymorphic_identity": "dog"}
    bark = sa.Column(sa.String)


class Cat(Animal):
    __mapper_args__ = {"polymorphic_identity": "cat"}


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add_all([Dog(name="d", bark="wuff"), Cat(name="c"), Animal(name="a")])
session.commit()
print([type(a).__name__ for a in session.query(Animal).order_by(Animal.name)], [(d.name, d.bark) for d in session.query(Dog)], session.query(Cat).count())
session.query(Dog).update({"name": "dd"})
session.commit()
show(bind, "animal")
# ==== a dictionary that changes in place
from sqlalchemy.ext.mutable import MutableDict, MutableList
Base = declarative_base()


class Thing(Base):
    __tablename__ = "thing"
    id = sa.Column(sa.Integer, primary_key=True)
    data = sa.Column(MutableDict.as_mutable(sa.JSON))
    items = sa.Column(MutableList.as_mutable(sa.JSON()))
    plain = sa.Column(sa.JSON)


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add(Thing(data={"a": 1}, items=[1], plain={"a": 1}))
session.commit()
thing = session.query(Thing).one()
thing.data["b"] = 2
thing.items.append(2)
thing.plain["b"] = 2
session.commit()
show(bind, "thing")
# ==== defaults of every kind
Base = declarative_base()
counter = iter(range(100, 200))


class Thing(Base):
    __tablename__ = "thing"
    id = sa.Column(sa.Integer, primary_key=True)
    a = sa.Column(sa.Integer, default=5)
    b = sa.Column(sa.Integer, default=lambda: next(counter))
    c = sa.Column(sa.String, server_default="from the database")
    d = sa.Column(sa.Integer, default=sa.select(sa.literal_column("40 + 2")).scalar_subquery())
    e = sa.Column(sa.Integer, onupdate=lambda: 77)
    f = sa.Column(sa.String(36), default=lambda: str(uuid.UUID(int=9)))
    g = sa.Column(sa.Numeric(5, 2), default=decimal.Decimal("1.5"))


Base.metadata.create_all(bind)
session = orm.Session(bind=bind)
session.add(Thing())
session.add(Thing(a=None, b=1, c="x", d=None))
session.commit()
print([(t.a, t.b, t.c, t.d, t.e, t.f, t.g) for t in session.query(Thing)])
session.query(Thing).first().a = 6
session.commit()
print([t.e for t in session.query(Thing)])
# ==== the same class twice, in upgrade() itself
for number in range(2):
    Base = declarative_base()

    class Thing(Base):
        __tablename__ = "thing"
        id = sa.Column(sa.Integer, primary_key=True)

    if number == 0:
        Base.metadata.create_all(bind)
    session = orm.Session(bind=bind)
    session.add(Thing())
    session.commit()
    print(session.query(Thing).count())
# ==== annotated classes of SQLAlchemy 2
from typing import List, Optional
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(30))
    people: Mapped[List["Person"]] = relationship(back_populates="team")


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    born: Mapped[Optional[datetime.date]]
    active: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[Optional[Kind]]
    pay: Mapped[Optional[decimal.Decimal]] = mapped_column(sa.Numeric(8, 2))
    team_id: Mapped[Optional[int]] = mapped_column(sa.ForeignKey("team.id"))
    team: Mapped[Optional["Team"]] = relationship(back_populates="people")


Base.metadata.create_all(bind)
session = orm.Session(bind)
team = Team(name="red", people=[Person(name="a", born=datetime.date(2000, 1, 2), kind=Kind.b), Person(pay=decimal.Decimal("12.34"), active=False)])
session.add(team)
session.commit()
print([(p.id, p.name, p.born, p.active, p.kind, p.pay, p.team.name) for p in session.query(Person).order_by(Person.id)], len(team.people))
show(bind, "person")
show(bind, "team")
# ---- in SQLAlchemy 1.4
Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(30), nullable=False)
    people = orm.relationship("Person", back_populates="team")


class Person(Base):
    __tablename__ = "person"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    born = sa.Column(sa.Date)
    active = sa.Column(sa.Boolean, nullable=False, default=True)
    kind = sa.Column(sa.Enum(Kind))
    pay = sa.Column(sa.Numeric(8, 2))
    team_id = sa.Column(sa.Integer, sa.ForeignKey("team.id"))
    team = orm.relationship("Team", back_populates="people")


Base.metadata.create_all(bind)
session = orm.Session(bind)
team = Team(name="red", people=[Person(name="a", born=datetime.date(2000, 1, 2), kind=Kind.b), Person(pay=decimal.Decimal("12.34"), active=False)])
session.add(team)
session.commit()
print([(p.id, p.name, p.born, p.active, p.kind, p.pay, p.team.name) for p in session.query(Person).order_by(Person.id)], len(team.people))
show(bind, "person")
show(bind, "team")
# ==== a class without a key (fails)
class Thing(declarative_base()):
    __tablename__ = "thing"
    name = sa.Column(sa.String)
# ==== a class without a table (fails)
class Thing(declarative_base()):
    id = sa.Column(sa.Integer, primary_key=True)
