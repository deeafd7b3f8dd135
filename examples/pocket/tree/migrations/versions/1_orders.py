"""Orders"""
import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade():
    orders = op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.String(100)))
    op.create_index("ix_orders_note", "orders", ["note"])
    op.bulk_insert(orders, [{"id": 1, "note": "the first"}])


def downgrade():
    op.drop_table("orders")
