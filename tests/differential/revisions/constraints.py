"""constraints and indexes on tables that are there"""
# dialects: postgresql mysql
from alembic import op
import sqlalchemy as sa

revision = "constraints"
down_revision = None


def upgrade():
    op.create_unique_constraint("uq_account_name", "account", ["name", "Born At"])
    op.create_foreign_key("fk_account_owner", "account", "person", ["owner_id"], ["id"], ondelete="CASCADE", source_schema="a", referent_schema="b")
    op.create_check_constraint("ck_account_balance", "account", sa.column("balance") > 0)
    op.create_primary_key("pk_account", "account", ["id"])
    op.create_index("ix_account_name", "account", ["name"], unique=True)
    op.create_index(op.f("ix_account_lower_name"), "account", [sa.text("lower(name)"), "born"], postgresql_using="btree")
    op.create_index("ix_account_note", "account", ["note"], mysql_length=10, schema="a")
    with op.batch_alter_table("account") as batch_op:
        batch_op.create_index(batch_op.f("ix_account_code"), ["code"], unique=False)
        batch_op.create_unique_constraint("uq_account_code", ["code"])


def downgrade():
    op.drop_index("ix_account_note", table_name="account", schema="a")
    op.drop_index(op.f("ix_account_lower_name"), table_name="account")
    op.drop_constraint("fk_account_owner", "account", type_="foreignkey", schema="a")
    op.drop_constraint("uq_account_name", "account", type_="unique")
