"""what only PostgreSQL has"""
# dialects: postgresql
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "postgresql"
down_revision = None

state = postgresql.ENUM("new", "done", name="state")


def upgrade():
    state.create(op.get_bind(), checkfirst=False)
    op.create_table(
        "item",
        sa.Column("id", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"), primary_key=True),
        sa.Column("tags", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}"),
        sa.Column("state", postgresql.ENUM("new", "done", name="state", create_type=False)),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True, precision=3)),
        sa.Column("document", postgresql.TSVECTOR()),
        sa.Column("data", postgresql.JSONB(), nullable=False),  # a second one of the name takes the place of the first
    )
    op.alter_column("item", "data", type_=postgresql.JSON(), postgresql_using="data::json")
    op.create_index("ix_item_tags", "item", ["tags"], postgresql_using="gin")
    op.create_index("ix_item_trigram", "item", [sa.text("lower(note)")], postgresql_using="gin", postgresql_ops={"lower(note)": "gin_trgm_ops"})
    op.create_index("ix_item_new", "item", ["id"], unique=True, postgresql_where=sa.text("state = 'new'"))
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE state ADD VALUE 'gone'")
        op.create_index("ix_item_at", "item", ["at"], postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_item_at", "item", postgresql_concurrently=True)
    op.drop_table("item")
    state.drop(op.get_bind(), checkfirst=False)
