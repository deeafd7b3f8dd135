"""operations that the tree defines itself"""
# dialects: postgresql mysql sqlite
from alembic import op
from alembic.operations import MigrateOperation, Operations

revision = "own_operations"
down_revision = None


@Operations.register_operation("create_view", "on")
class CreateView(MigrateOperation):
    def __init__(self, name, text):
        self.name = name
        self.text = text

    @classmethod
    def on(cls, operations, name, text):
        return operations.invoke(cls(name, text))

    def reverse(self):
        return DropView(self.name)


@Operations.register_operation("drop_view")
class DropView(MigrateOperation):
    def __init__(self, name):
        self.name = name

    @classmethod
    def drop_view(cls, operations, name):
        return operations.invoke(cls(name))


@Operations.implementation_for(CreateView)
def create_view(operations, operation):
    operations.execute("CREATE VIEW %s AS %s" % (operation.name, operation.text))


@Operations.implementation_for(DropView)
def drop_view(operations, operation):
    operations.execute("DROP VIEW %s" % operation.name)


def upgrade():
    op.create_view("names", "SELECT name FROM account")


def downgrade():
    op.drop_view("names")
