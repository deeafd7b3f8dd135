"""add prices

A product starts out free of charge and hidden, so that the shop window does not change while prices are entered.

Revision ID: 5c02e9d4817a
Revises: 3f8a12b7c6d0
Create Date: 2024-02-19 08:55:02.230715

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "5c02e9d4817a"
down_revision: Union[str, Sequence[str], None] = "3f8a12b7c6d0"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("module_one_product", sa.Column("price", sa.Numeric(10, 2), server_default="0", nullable=False))
    op.add_column("module_one_product", sa.Column("visible_from", sa.Date))


def downgrade() -> None:
    op.drop_column("module_one_product", "visible_from")
    op.drop_column("module_one_product", "price")
