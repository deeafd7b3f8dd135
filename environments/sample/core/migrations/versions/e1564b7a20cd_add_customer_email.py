"""add customer email

Revision ID: e1564b7a20cd
Revises: 9d3358c6f74b
Create Date: 2024-03-04 16:27:58.903346

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "e1564b7a20cd"
down_revision: Union[str, Sequence[str], None] = "9d3358c6f74b"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("core_customer", sa.Column("email", sa.String(254)))
    op.add_column(
        "core_customer",
        sa.Column("newsletter", sa.Boolean, server_default=sa.text("0"), nullable=False),
    )
    op.create_index("uq_core_customer_email", "core_customer", ["email"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_core_customer_email", table_name="core_customer")
    op.drop_column("core_customer", "newsletter")
    op.drop_column("core_customer", "email")
