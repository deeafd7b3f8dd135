"""Types, constraints and options of dialects."""
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

metadata = sa.MetaData(schema=None)
kinds = sa.Enum("a", "b", name="kinds")
sa.Table(
    "everything", metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("json", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.Column("text", sa.Text().with_variant(mysql.LONGTEXT(), "mysql")),
    sa.Column("kind", kinds, nullable=False, server_default="a"),
    sa.Column("other", kinds),
    sa.Column("interval", sa.Interval),
    sa.Column("unicode", sa.Unicode(20), server_default=sa.text("'ü'")),
    sa.Column("pickled", sa.PickleType),
    sa.Column("double", sa.Float(53)),
    sa.Column("computed", sa.Integer, sa.Computed("id + 1", persisted=True)),
    sa.Column("choice", sa.Boolean(create_constraint=True, name="choice_is_boolean")),
    sa.CheckConstraint("length(unicode) > 1", name="long_enough"),
    sa.Index("ix_lower", sa.text("lower(unicode)")),
    sa.Index("ix_some", "kind", postgresql_where=sa.text("id > 5"), sqlite_where=sa.text("id > 5")),
    mysql_engine="InnoDB",
)
