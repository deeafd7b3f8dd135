"""create shipments

Revision ID: 4ea9730cd52b
Revises: 16f4c0a9be73
Create Date: 2024-04-09 09:07:44.905127

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "4ea9730cd52b"
down_revision: Union[str, Sequence[str], None] = "16f4c0a9be73"
branch_labels: Union[str, Sequence[str], None] = ("shipping",)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "module_two_shipment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("module_two_order.id"), nullable=False),
        sa.Column("carrier", sa.String(40), nullable=False),
        sa.Column("weight_kg", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("module_two_shipment")
