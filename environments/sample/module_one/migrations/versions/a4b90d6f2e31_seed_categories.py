"""seed categories

Revision ID: a4b90d6f2e31
Revises: 5c02e9d4817a
Create Date: 2024-02-26 13:31:47.664029

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "a4b90d6f2e31"
down_revision: Union[str, Sequence[str], None] = "5c02e9d4817a"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

category = sa.table(
    "module_one_category",
    sa.column("id", sa.Integer),
    sa.column("name", sa.Unicode),
    sa.column("parent_id", sa.Integer),
)


def upgrade() -> None:
    op.bulk_insert(
        category,
        [
            {"id": 1, "name": "Tea", "parent_id": None},
            {"id": 2, "name": "Green tea", "parent_id": 1},
            {"id": 3, "name": "Black tea", "parent_id": 1},
            {"id": 4, "name": "Coffee", "parent_id": None},
            {"id": 5, "name": "Pots & cups", "parent_id": None},
        ],
    )


def downgrade() -> None:
    for leaf_first in (5, 4, 3, 2, 1):
        op.execute(f"DELETE FROM module_one_category WHERE id = {leaf_first}")
