"""The newer form of the same kind of models: DeclarativeBase, Mapped and mapped_column. orch alone; typed_plain.py says what it means."""
import datetime
import decimal
import enum
from typing import Annotated, List, Optional

from sqlalchemy import ForeignKey, MetaData, Numeric, String, UniqueConstraint, func
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column, relationship

pk = Annotated[int, mapped_column(primary_key=True)]
name_type = Annotated[str, mapped_column(String(50), nullable=False)]


class State(enum.Enum):
    open = "o"
    closed = "c"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})
    type_annotation_map = {decimal.Decimal: Numeric(12, 2), str: String(200)}


class Dated:
    created: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()


class Account(Dated, Base):
    id: Mapped[pk]
    name: Mapped[name_type]
    email: Mapped[Optional[str]] = mapped_column(index=True, unique=True)
    note: Mapped[str | None]
    state: Mapped[State]
    balance: Mapped[decimal.Decimal] = mapped_column(default=0)
    lines: Mapped[List["Line"]] = relationship(back_populates="account")
    __table_args__ = (UniqueConstraint("name", "email", name="uq_both"),)


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", name="fk_account"))
    paid: Mapped[bool]
    at: Mapped[Optional[datetime.date]]
    blob: Mapped[Optional[bytes]]
    share: Mapped[float]
    account: Mapped["Account"] = relationship(back_populates="lines")
