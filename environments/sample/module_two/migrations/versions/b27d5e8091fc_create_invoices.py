"""create invoices

Revision ID: b27d5e8091fc
Revises: 16f4c0a9be73
Create Date: 2024-04-08 12:36:01.158842

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "b27d5e8091fc"
down_revision: Union[str, Sequence[str], None] = "16f4c0a9be73"
branch_labels: Union[str, Sequence[str], None] = ("billing",)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "module_two_invoice",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("module_two_order.id"), nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("paid_on", sa.Date),
        sa.CheckConstraint("paid_on IS NULL OR paid_on >= issued_on", name="ck_module_two_invoice_paid"),
    )


def downgrade() -> None:
    op.drop_table("module_two_invoice")
