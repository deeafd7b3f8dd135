"""seed countries

The countries that the shop delivers to, with the rate of value added tax that invoices use.

Revision ID: 7be01f63d8a2
Revises: 2a7c41d09e15
Create Date: 2024-01-22 14:03:09.551802

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

revision: str = "7be01f63d8a2"
down_revision: Union[str, Sequence[str], None] = "2a7c41d09e15"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

COUNTRIES = [
    ("AT", "Österreich", 20),
    ("BE", "België", 21),
    ("CZ", "Česko", 21),
    ("DE", "Deutschland", 19),
    ("DK", "Danmark", 25),
    ("FR", "France", 20),
    ("NL", "Nederland", 21),
    ("PL", "Polska", 23),
]


def upgrade() -> None:
    country = op.create_table(
        "core_country",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.Unicode(80), nullable=False),
        sa.Column("vat_percent", sa.SmallInteger, nullable=False),
        sa.CheckConstraint("vat_percent BETWEEN 0 AND 99", name="ck_core_country_vat"),
    )
    op.bulk_insert(
        country,
        [{"code": code, "name": name, "vat_percent": vat} for code, name, vat in COUNTRIES],
    )


def downgrade() -> None:
    op.drop_table("core_country")
