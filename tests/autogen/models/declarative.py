"""Classes: mixins, an abstract base, __table_args__, enums of Python, relationships, hybrids and methods, a naming convention."""
import enum

from sqlalchemy import (DDL, BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Enum, ForeignKey, ForeignKeyConstraint, Index, Integer, MetaData,
                        Numeric, String, Table, Text, UniqueConstraint, event, func, text)
from sqlalchemy.ext.declarative import declared_attr
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import declarative_base, relationship, synonym

Base = declarative_base(metadata=MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}))


class State(enum.Enum):
    open = "o"
    closed = "c"


class Timestamps:
    created_at = Column(DateTime, nullable=False, server_default=func.now())
    updated_at = Column(DateTime, onupdate=func.now())


class Named:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()

    @declared_attr
    def owner_id(cls):
        return Column(Integer, ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Entity(Base):
    __abstract__ = True
    id = Column(Integer, primary_key=True)

    def __repr__(self):
        return f"<{type(self).__name__} {self.id}>"


class Person(Timestamps, Entity):
    __tablename__ = "person"
    name = Column("full_name", String(80), nullable=False, unique=True)
    email = Column(String(200), index=True, unique=True)
    born = Column(Date)
    active = Column(Boolean, nullable=False, default=True, server_default=text("1"))
    orders = relationship("Order", back_populates="person", cascade="all, delete-orphan")
    alias = synonym("name")

    @hybrid_property
    def label(self):
        return self.name + " <" + self.email + ">"


class Order(Timestamps, Entity):
    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("person_id", "number", name="uq_order_number"),
        CheckConstraint("amount >= 0", name="positive"),
        Index("ix_orders_state_amount", "state", text("amount DESC")),
        {"comment": "what was bought"},
    )
    person_id = Column(ForeignKey("person.id", ondelete="CASCADE"), nullable=False)
    number = Column(Integer, nullable=False)
    state = Column(Enum(State, index=True), nullable=False, default=State.open)
    amount = Column(Numeric(12, 2), nullable=False, server_default="0")
    person = relationship(Person, back_populates="orders")
    tags = relationship("Tag", secondary=lambda: order_tag)


class Tag(Named, Entity):
    word = Column(Text, nullable=False)


class Line(Named, Base):
    order_id = Column(Integer, primary_key=True)
    number = Column(BigInteger, primary_key=True, autoincrement=False)
    parent_order, parent_number = Column(Integer), Column(BigInteger)
    __table_args__ = (ForeignKeyConstraint(["parent_order", "parent_number"], ["line.order_id", "line.number"], name="fk_parent"),)


class Special(Order):
    __tablename__ = "special"
    id = Column(ForeignKey("orders.id"), primary_key=True)
    reason = Column(String(40))


class Urgent(Order):
    days = Column(Integer)


order_tag = Table("order_tag", Base.metadata,
                  Column("order_id", ForeignKey("orders.id"), primary_key=True),
                  Column("tag_id", ForeignKey("tag.id"), primary_key=True))

event.listen(Base.metadata, "after_create", DDL("SELECT 1").execute_if(dialect="postgresql"))
