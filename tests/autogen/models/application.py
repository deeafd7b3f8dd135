# Models in the middle of an application that orch has nothing of: what it does where it is imported, it does not do here.
from __future__ import annotations

import glob
import importlib
import threading
from pathlib import Path

import celery
import structlog
from itsdangerous import URLSafeSerializer
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Enum, ForeignKey, Index, PrimaryKeyConstraint, String
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.orm.collections import attribute_keyed_dict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    database_url: str
    secret: str


settings = Settings()
ROOT = Path(__file__).resolve().parents[40]
lock = threading.Lock()
engine = create_async_engine(settings.database_url)
sessions = async_sessionmaker(engine)
worker = celery.Celery(settings.secret)
plugins = [importlib.import_module(name) for name in glob.glob("plugins/*.py")]
type Weight = int


def larger[T: (int, str)](a: T, b: T) -> T:
    return max(a, b)


@worker.task
def tidy():
    pass


class Base(AsyncAttrs, DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)


class Account(Base):
    __tablename__ = "account"
    SIGNER = URLSafeSerializer(settings.secret)
    name: Mapped[str] = mapped_column(String(50))
    lines: Mapped[list[Line]] = relationship(collection_class=ordering_list("position"))

    @declared_attr.directive
    def __table_args__(cls):
        return (Index("ix_account_lower", cls.name, unique=True),)

    @structlog.unknown
    def greet(self):
        return self.name


class Line(Base):
    __tablename__ = "line"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by_name = relationship(Account, collection_class=attribute_keyed_dict("name"))


class Step(Base):
    __tablename__ = "step"
    __table_args__ = (PrimaryKeyConstraint("id", "place"),)
    place: Mapped[int]
