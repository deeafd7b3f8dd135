"""merge billing and shipping

Revision ID: f3c6129ae7d4
Revises: b27d5e8091fc, d80f61b3e94a
Create Date: 2024-04-22 09:30:00.402266

"""
from typing import Sequence, Union

revision: str = "f3c6129ae7d4"
down_revision: Union[str, Sequence[str], None] = ("b27d5e8091fc", "d80f61b3e94a")
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
