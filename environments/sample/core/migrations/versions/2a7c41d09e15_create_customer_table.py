"""create customer table

Revision ID: 2a7c41d09e15
Revises:
Create Date: 2024-01-15 09:12:44.120317

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "2a7c41d09e15"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "core_customer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Unicode(200), nullable=False),
        sa.Column("company", sa.Unicode(200)),
        sa.Column("created_at", sa.DateTime, server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("core_customer")
