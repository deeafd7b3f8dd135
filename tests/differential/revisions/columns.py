"""columns that come, change and go"""
# dialects: postgresql mysql
from alembic import op
import sqlalchemy as sa

revision = "columns"
down_revision = None


def upgrade():
    op.add_column("account", sa.Column("email", sa.String(100), nullable=True))
    op.add_column("account", sa.Column("owner_id", sa.Integer(), sa.ForeignKey("person.id", ondelete="SET NULL")))
    op.add_column("account", sa.Column("state", sa.String(8), server_default="new", nullable=False), schema="crm")
    op.alter_column("account", "name", existing_type=sa.String(50), nullable=False)
    op.alter_column("account", "name", existing_type=sa.String(50), type_=sa.String(80), existing_nullable=False)
    op.alter_column("account", "balance", existing_type=sa.Integer(), server_default="0")
    op.alter_column("account", "balance", existing_type=sa.Integer(), server_default=None)
    op.alter_column("account", "made", existing_type=sa.DateTime(), nullable=True, existing_server_default=sa.text("now()"))
    op.rename_table("account", "customer")


def downgrade():
    op.rename_table("customer", "account")
    op.alter_column("account", "title", new_column_name="name", existing_type=sa.String(80), existing_nullable=False)
    op.drop_column("account", "state", schema="crm")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("owner_id")
        batch_op.drop_column("email")
