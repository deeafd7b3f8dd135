"""Elements of JSON documents as values
# dialects: postgresql mysql

An element as text, number or truth value: where it is set, compared, selected, or stands in an index.
"""
import sqlalchemy as sa
from alembic import op

revision = "e1e3e275"
down_revision = None

thing = sa.table("thing", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("data", sa.JSON))
data = thing.c.data


def upgrade():
    op.execute(thing.update().values(name=data["name"].as_string(), id=data[("a", "b")].as_integer()))
    op.execute(thing.update().where(data["score"].as_float() > 1.5).where(data["ok"].as_boolean()).values(id=1))
    op.execute(thing.update().where(data[("user", "name")].as_string().isnot(None)).values(name=data["name"].as_string() + "!"))
    op.execute(thing.delete().where(data["kind"].as_string() == "x"))


def downgrade():
    op.execute(sa.select(thing.c.id, data["name"].as_string().label("name"), data["n"].as_float()).where(data["n"].as_integer().in_([1, 2])))
    op.execute(sa.select(sa.func.coalesce(data["name"].as_string(), "none")))
