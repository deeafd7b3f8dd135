"""tables with keys, defaults, constraints and indexes of every usual kind"""
# dialects: postgresql mysql sqlite
from alembic import op
import sqlalchemy as sa

revision = "tables"
down_revision = None


def upgrade():
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("Nick Name", sa.Unicode(20)),
        sa.Column("born", sa.Date()),
        sa.Column("score", sa.Numeric(precision=10, scale=2), server_default="0", nullable=False),
        sa.Column("ratio", sa.Float(), server_default=sa.text("1.5")),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made", sa.DateTime(), server_default=sa.func.now()),
        sa.Column("kind", sa.Enum("one", "other", name="person_kind"), nullable=True),
        sa.Column("photo", sa.LargeBinary()),
        sa.Column("order", sa.SmallInteger(), comment="a reserved word"),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "born", name="uq_person"),
        sa.CheckConstraint("score >= 0", name="ck_person_score"),
        mysql_engine="InnoDB",
    )
    # A key that is another table's does not count by itself.
    op.create_table(
        "employee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("boss_id", sa.Integer()),
        sa.ForeignKeyConstraint(["id"], ["person.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["boss_id"], ["employee.id"], name="fk_boss", onupdate="RESTRICT", deferrable=True, initially="DEFERRED"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "membership",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("team", sa.String(10), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), index=True),
        sa.Column("code", sa.String(4), unique=True),
    )


def downgrade():
    op.drop_table("membership")
    op.drop_table("employee")
    op.drop_table("person")
