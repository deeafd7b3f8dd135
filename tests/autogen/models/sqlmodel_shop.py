# Models whose columns are what their annotations say.
import datetime
import enum
import uuid
from decimal import Decimal
from typing import List, Optional

from pydantic import EmailStr
from sqlalchemy import JSON, Column, String, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel


class Size(enum.Enum):
    small = "s"
    large = "l"


class TeamBase(SQLModel):
    name: str = Field(index=True, max_length=40)
    city: Optional[str] = None


class Team(TeamBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: List["Hero"] = Relationship(back_populates="team")


class TeamRead(TeamBase):
    id: int


class Hero(SQLModel, table=True):
    __tablename__ = "heroes"
    __table_args__ = (UniqueConstraint("email", "age", name="uq_hero"),)
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    email: EmailStr = Field(unique=True, max_length=255)
    age: int | None = Field(default=None)
    strong: bool = True
    price: Decimal = Field(max_digits=8, decimal_places=2)
    born: datetime.date
    seen: datetime.datetime = Field(default_factory=datetime.datetime.utcnow, nullable=False)
    size: Size = Size.small
    facts: dict = Field(default={}, sa_column=Column(JSON, nullable=False))
    code: str = Field(sa_type=String(5))
    team_id: Optional[int] = Field(default=None, foreign_key="team.id", ondelete="SET NULL")
    team: Optional[Team] = Relationship(back_populates="heroes")
