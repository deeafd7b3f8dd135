"""create stock

Revision ID: 81d7fa3c0b56
Revises:
Create Date: 2024-03-11 09:48:13.317760

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "81d7fa3c0b56"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = ("stock",)
depends_on: Union[str, Sequence[str], None] = "3f8a12b7c6d0"


def upgrade() -> None:
    op.create_table(
        "module_one_warehouse",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Unicode(80), nullable=False),
        sa.Column("country_code", sa.String(2), sa.ForeignKey("core_country.code"), nullable=False),
    )
    op.create_table(
        "module_one_stock",
        sa.Column("warehouse_id", sa.Integer, sa.ForeignKey("module_one_warehouse.id"), primary_key=True),
        sa.Column("product_id", sa.Integer, sa.ForeignKey("module_one_product.id"), primary_key=True),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.CheckConstraint("pieces >= 0", name="ck_module_one_stock_pieces"),
    )


def downgrade() -> None:
    op.drop_table("module_one_stock")
    op.drop_table("module_one_warehouse")
