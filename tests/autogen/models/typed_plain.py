"""typed.py, table by table."""
import sqlalchemy as sa

metadata = sa.MetaData()
sa.Table(
    "account", metadata,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("name", sa.String(50), nullable=False),
    sa.Column("email", sa.String(200)),
    sa.Column("note", sa.String(200)),
    sa.Column("state", sa.Enum("open", "closed", name="state"), nullable=False),
    sa.Column("balance", sa.Numeric(12, 2), nullable=False),
    sa.Column("created", sa.DateTime, nullable=False, server_default=sa.func.now()),
    sa.PrimaryKeyConstraint("id", name="pk_account"),
    sa.UniqueConstraint("name", "email", name="uq_both"),
    sa.Index("ix_account_email", "email", unique=True),
)
sa.Table(
    "line", metadata,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("paid", sa.Boolean, nullable=False),
    sa.Column("at", sa.Date),
    sa.Column("blob", sa.LargeBinary),
    sa.Column("share", sa.Float, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_line"),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account"),
)
