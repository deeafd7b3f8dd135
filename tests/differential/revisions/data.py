"""rows and statements"""
# dialects: postgresql mysql sqlite
from alembic import op
import sqlalchemy as sa

revision = "data"
down_revision = None

kind = sa.table("kind", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("since", sa.String), sa.column("ok", sa.Boolean))


def upgrade():
    op.bulk_insert(kind, [
        {"id": 1, "name": "it's", "since": "2024-05-01", "ok": True},
        {"id": 2, "name": 'a "b"', "since": None, "ok": False},
    ])
    op.execute(kind.update().where(kind.c.name == op.inline_literal("it's")).values({"name": op.inline_literal("its")}))
    op.execute(kind.delete().where(sa.and_(kind.c.id > 2, kind.c.name.in_(["x", "y"]))))
    op.execute("UPDATE kind SET name = 'x' WHERE id = 1")
    bind = op.get_bind()
    bind.execute(sa.text("SELECT count(*) FROM kind"))
    bind.execute(kind.insert().values(id=3, name="c", ok=None))
    if bind.dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS citext")


def downgrade():
    op.execute(kind.delete())
