"""create orders

Revision ID: 16f4c0a9be73
Revises:
Create Date: 2024-03-18 10:02:55.794483

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "16f4c0a9be73"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "module_two_order",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, sa.ForeignKey("core_customer.id"), nullable=False),
        sa.Column("state", sa.String(12), server_default="open", nullable=False),
        sa.Column("placed_at", sa.DateTime, server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'paid', 'sent', 'cancelled')", name="ck_module_two_order_state"),
    )
    op.create_table(
        "module_two_order_line",
        sa.Column("order_id", sa.Integer, sa.ForeignKey("module_two_order.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("line", sa.SmallInteger, primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("module_one_product.id"), nullable=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("amount", sa.Numeric(10, 2), nullable=False),
    )
    op.create_index("ix_module_two_order_customer", "module_two_order", ["customer_id", "placed_at"])


def downgrade() -> None:
    op.drop_table("module_two_order_line")
    op.drop_index("ix_module_two_order_customer", table_name="module_two_order")
    op.drop_table("module_two_order")
