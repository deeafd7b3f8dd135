# What sqlmodel_shop.py means.
from sqlalchemy import *

metadata = MetaData()
Table("team", metadata, Column("name", String(40), nullable=False, index=True), Column("city", String), Column("id", Integer, primary_key=True))
Table("heroes", metadata, Column("id", Uuid, primary_key=True), Column("email", String(255), nullable=False, unique=True), Column("age", Integer),
      Column("strong", Boolean, nullable=False), Column("price", Numeric(8, 2), nullable=False), Column("born", Date, nullable=False),
      Column("seen", DateTime, nullable=False), Column("size", Enum("small", "large", name="size"), nullable=False),
      Column("facts", JSON, nullable=False), Column("code", String(5), nullable=False),
      Column("team_id", Integer, ForeignKey("team.id", ondelete="SET NULL")), UniqueConstraint("email", "age", name="uq_hero"))
