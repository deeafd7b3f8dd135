"""reserve stock for open orders

Revision ID: c95e20b4d7f8
Revises: 81d7fa3c0b56
Create Date: 2024-04-02 15:20:36.082951

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "c95e20b4d7f8"
down_revision: Union[str, Sequence[str], None] = "81d7fa3c0b56"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("module_one_stock", sa.Column("reserved", sa.Integer, server_default="0", nullable=False))
    op.create_index("ix_module_one_stock_product", "module_one_stock", ["product_id"])


def downgrade() -> None:
    op.drop_index("ix_module_one_stock_product", table_name="module_one_stock")
    op.drop_column("module_one_stock", "reserved")
