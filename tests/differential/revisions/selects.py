"""Queries whose text must not lose anything
# dialects: postgresql mysql sqlite

Joins that are selected whole, ends of unions, numbers beside texts, arithmetic under a label, lists that are empty, names that
are made up for what has none.
"""
import sqlalchemy as sa
from alembic import op

revision = "se1ec7"
down_revision = None

team = sa.table("team", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("share", sa.Float))
person = sa.table("person", sa.column("id", sa.Integer), sa.column("team_id", sa.Integer), sa.column("age", sa.Integer))
visit = sa.table("visit", sa.column("person_id", sa.Integer), sa.column("place", sa.String))


def upgrade():
    members = person.join(team, person.c.team_id == team.c.id)
    op.execute(sa.select(person.c.age, team.c.name).select_from(members.outerjoin(visit, visit.c.person_id == person.c.id)))
    both = sa.union(sa.select(team.c.id, team.c.name), sa.select(person.c.id, sa.literal_column("'p'")))
    op.execute(both.order_by(team.c.name.desc()))
    # What is calculated twice keeps its parentheses, whatever it is called.
    half = (person.c.age - person.c.id).label("half")
    op.execute(sa.select((person.c.age - half).label("rest")))
    op.execute(sa.select((team.c.name + "!").label("loud")).where(person.c.age.between(10, 20, symmetric=False)))
    op.execute(team.delete().where(~team.c.name.like("a_", escape="/")))
    op.execute(team.update().where(sa.exists(sa.select(person.c.id).where(person.c.team_id == team.c.id))).values(share=team.c.share + 1))


    # An empty list is of no type: it stands beside a text as beside a number.
    op.execute(person.delete().where(person.c.id.in_([])))
    op.execute(visit.delete().where(visit.c.place.notin_([])))
    op.execute(visit.delete().where(sa.or_(visit.c.place == "x", visit.c.place.in_([]))))


def downgrade():
    # Two things without a name in one statement do not get the same one.
    oldest = sa.select(person.c.team_id, sa.func.max(person.c.age).label("age")).group_by(person.c.team_id).subquery()
    op.execute(sa.select(oldest.c.team_id, oldest.c.age - 1, oldest.c.age + 1).order_by(oldest.c.team_id))
    # A column that is ordered by its name is the one that is selected.
    op.execute(sa.select(person.c.id, person.c.age).order_by("age"))
    op.execute(sa.select(person.c.team_id, sa.func.count().label("members")).group_by("team_id").order_by("members"))
