# The tables of application.py.
from sqlalchemy import *

metadata = MetaData()
Table("account", metadata, Column("id", Integer, primary_key=True), Column("name", String(50), nullable=False),
      Index("ix_account_lower", "name", unique=True))
Table("line", metadata, Column("id", Integer, primary_key=True), Column("account_id", Integer, ForeignKey("account.id"), nullable=False))
Table("step", metadata, Column("id", Integer, primary_key=True, autoincrement=False), Column("place", Integer, primary_key=True, nullable=False))
