# What flask_shop.py means.
from sqlalchemy import *

metadata = MetaData()
Table("order_tags", metadata, Column("order_id", Integer, ForeignKey("purchase_order.id"), primary_key=True),
      Column("tag_id", BigInteger, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True))
Table("user", metadata, Column("id", Integer, primary_key=True), Column("email", String(120), unique=True, nullable=False, index=True))
Table("purchase_order", metadata, Column("id", Integer, primary_key=True), Column("number", Integer, nullable=False),
      Column("user_id", Integer, ForeignKey("user.id")), Column("placed", DateTime(timezone=True), server_default=func.now()),
      UniqueConstraint("user_id", "number", name="uq_number"), CheckConstraint("number > 0", name="ck_number"))
Table("tag", metadata, Column("id", BigInteger, primary_key=True), Column("kind", Enum("a", "b", name="tag_kind"), nullable=False))
Table("shop_item", metadata, Column("note", Text), Column("id", Integer, primary_key=True), Column("type", String(10)),
      Column("made", DateTime), Column("extra", Integer), UniqueConstraint("type", "made", name="uq_type"), Index("ix_made", text("made DESC")),
      Index("ix_type", "type"))
