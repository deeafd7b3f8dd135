"""names that are longer than the database takes: final ones and made-up ones are cut, with a piece of their digest"""
# dialects: postgresql mysql
from alembic import op
import sqlalchemy as sa

revision = "long_names"
down_revision = None
NAME = "ix_process_definition_relationship_process_definition_parent_identifier_and_more"


def upgrade():
    op.create_index(op.f(NAME), "process_definition", ["parent"])
    op.create_unique_constraint(op.f("uq" + NAME), "process_definition", ["parent"])
    op.create_table(
        "a_table_whose_name_is_long_enough_for_this_test",
        sa.Column("a_column_with_a_long_name_too", sa.Integer(), index=True),
        sa.Column("other", sa.Integer()),
        sa.ForeignKeyConstraint(["other"], ["process_definition.parent"], name=op.f("fk" + NAME)),
    )


def downgrade():
    op.drop_index(op.f(NAME), table_name="process_definition")
    op.drop_constraint(op.f("uq" + NAME), "process_definition", type_="unique")
