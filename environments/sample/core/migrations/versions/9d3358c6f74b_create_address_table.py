"""create address table

Revision ID: 9d3358c6f74b
Revises: 7be01f63d8a2
Create Date: 2024-01-29 10:40:31.077214

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "9d3358c6f74b"
down_revision: Union[str, Sequence[str], None] = "7be01f63d8a2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "core_address",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "customer_id",
            sa.Integer,
            sa.ForeignKey("core_customer.id", name="fk_core_address_customer", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("street", sa.Unicode(200), nullable=False),
        sa.Column("postcode", sa.String(12), nullable=False),
        sa.Column("city", sa.Unicode(100), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=False),
        sa.Column("is_billing", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["country_code"], ["core_country.code"], name="fk_core_address_country"),
    )
    op.create_index(op.f("ix_core_address_customer_id"), "core_address", ["customer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_core_address_customer_id"), table_name="core_address")
    op.drop_table("core_address")
