"""A tree of many revisions in one line, as both benches of servers run it: a table of six columns, a column more, an index."""

ENV = """from alembic import context
import sqlalchemy as sa
engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''"""revision {number}"""
from alembic import op
import sqlalchemy as sa

revision = "{name}"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade():
    {body}


def downgrade():
    pass
'''
BODIES = (
    'op.create_table("{0}", sa.Column("id", sa.Integer(), nullable=False), sa.Column("name", sa.String(length=100), nullable=False), '
    'sa.Column("state", sa.String(length=20), server_default="new", nullable=True), sa.Column("made", sa.DateTime(), nullable=True), '
    'sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=True), sa.PrimaryKeyConstraint("id"))',
    'op.add_column("{0}", sa.Column("note", sa.Text(), nullable=True))',
    'op.create_index(op.f("ix_{0}_name"), "{0}", ["name"], unique=False)',
)


def write(folder, count):
    """The folder then has versions/ and, for Alembic alone, alembic/env.py."""
    (folder / "versions").mkdir()
    (folder / "alembic").mkdir()
    (folder / "alembic" / "env.py").write_text(ENV)
    parent = None
    for number in range(count):
        name = f"r{number:05}"
        body = BODIES[number % 3].format(f"table_{number // 3}")
        (folder / "versions" / f"{name}.py").write_text(REVISION.format(number=number, name=name, parent=parent, body=body))
        parent = name


def write_inis(folder, url, other_url, keys=""):
    """orch.ini, and alembic.ini with the URL that names Alembic's driver; percent signs as an ini has them."""
    (folder / "orch.ini").write_text(f"[app]\nscript_location = %(here)s\nurl = {url.replace('%', '%%')}\n{keys}\n")
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/alembic\nversion_locations = %(here)s/versions\n"
                                        f"sqlalchemy.url = {other_url.replace('%', '%%')}\n")


def alembic(folder):
    return ["/usr/bin/python3", "-m", "alembic", "-c", folder / "alembic.ini", "upgrade", "head"]
