"""track shipments

Revision ID: d80f61b3e94a
Revises: 4ea9730cd52b
Create Date: 2024-04-16 17:44:12.611308

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "d80f61b3e94a"
down_revision: Union[str, Sequence[str], None] = "4ea9730cd52b"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("module_two_shipment", sa.Column("tracking_code", sa.String(64)))
    op.create_index("ix_module_two_shipment_tracking", "module_two_shipment", ["tracking_code"])


def downgrade() -> None:
    op.drop_index("ix_module_two_shipment_tracking", table_name="module_two_shipment")
    op.drop_column("module_two_shipment", "tracking_code")
