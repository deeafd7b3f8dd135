"""create catalogue

Revision ID: 3f8a12b7c6d0
Revises:
Create Date: 2024-02-05 11:15:20.448190

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "3f8a12b7c6d0"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = ("catalogue",)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "module_one_category",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Unicode(80), nullable=False),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("module_one_category.id")),
        sa.UniqueConstraint("parent_id", "name", name="uq_module_one_category_name"),
    )
    op.create_table(
        "module_one_product",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sku", sa.String(20), nullable=False, unique=True),
        sa.Column("title", sa.Unicode(200), nullable=False),
        sa.Column("description", sa.UnicodeText),
        sa.Column("category_id", sa.Integer, sa.ForeignKey("module_one_category.id"), nullable=False),
    )
    op.create_index("ix_module_one_product_category", "module_one_product", ["category_id", "title"])


def downgrade() -> None:
    op.drop_index("ix_module_one_product_category", table_name="module_one_product")
    op.drop_table("module_one_product")
    op.drop_table("module_one_category")
