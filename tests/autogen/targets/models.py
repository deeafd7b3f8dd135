"""The schema of this test as SQLAlchemy models; models.cpp says the same in C++."""
import sqlalchemy as sa

metadata = sa.MetaData()
account = sa.Table(
    "account", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(50), nullable=False, unique=True),
    sa.Column("state", sa.Enum("on", "off", name="state"), nullable=False, server_default="on"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created", sa.DateTime, server_default=sa.func.current_timestamp()),
    sa.Column("born", sa.Date),
    sa.Column("settings", sa.JSON),
    sa.Column("picture", sa.LargeBinary),
)
line = sa.Table(
    "line", metadata,
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("amount", sa.Numeric(10, 2), nullable=False, server_default="0"),
    sa.Column("doubled", sa.Numeric(12, 2), sa.Computed("amount * 2", persisted=True)),
    sa.Column("note", sa.Text),
    sa.Column("parent_id", sa.Integer),
    sa.CheckConstraint("amount >= 0", name="positive"),
    sa.UniqueConstraint("account_id", "amount", name="uq_line_amount"),
    sa.Index("ix_line_amount", "amount", "number"),
)
node = sa.Table(
    "node", metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("parent_id", sa.BigInteger, sa.ForeignKey("node.id", name="fk_node_parent"), index=True),
    sa.Column("weight", sa.Float),
    sa.Column("at", sa.Time),
    sa.Column("rank", sa.SmallInteger, unique=True, index=True),
)
