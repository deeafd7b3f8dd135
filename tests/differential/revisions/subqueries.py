"""What hangs on the statement around it
# dialects: postgresql mysql sqlite

Which tables a subquery leaves to which statement, names that come twice, strings that name columns, hints, a type's own functions.
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeDecorator

revision = "5ub5e1ec7"
down_revision = None

team = sa.table("team", sa.column("id", sa.Integer), sa.column("name", sa.String))
person = sa.table("person", sa.column("id", sa.Integer), sa.column("team_id", sa.Integer), sa.column("name", sa.String))
visit = sa.table("visit", sa.column("id", sa.Integer), sa.column("person_id", sa.Integer), sa.column("place", sa.String))


class Folded(TypeDecorator):
    impl = sa.String
    cache_ok = True

    def bind_expression(self, value):
        return sa.func.fold(value, type_=self)

    def column_expression(self, column):
        return sa.func.unfold(column, type_=self)


class Wrapped(TypeDecorator):
    impl = sa.String
    cache_ok = True

    def bind_expression(self, value):
        return sa.func.wrap(sa.type_coerce(value, sa.String))

    def process_bind_param(self, value, dialect):
        return value.upper()


def upgrade():
    # Two levels up: only where it is asked for.
    inner = sa.select(visit.c.id).where(visit.c.person_id == team.c.id)
    middle = sa.select(person.c.id).where(person.c.team_id == team.c.id)
    op.execute(sa.select(team.c.name).where(team.c.id == middle.where(person.c.id == inner.scalar_subquery()).scalar_subquery()))
    op.execute(sa.select(team.c.name).where(team.c.id == middle.where(person.c.id == inner.correlate(team).scalar_subquery()).scalar_subquery()))
    op.execute(sa.select(team.c.name).where(sa.exists(middle.where(person.c.id == inner.correlate_except(visit).scalar_subquery()))))
    op.execute(sa.select(team.c.name).where(team.c.id.in_(sa.select(person.c.team_id).where(person.c.name == team.c.name).correlate(None))))
    op.execute(sa.select(team.c.name).where(team.c.id == sa.select(person.c.team_id).scalar_subquery().where(person.c.name == team.c.name)))
    first = sa.select(visit.c.place).where(visit.c.person_id == person.c.id).correlate(person).order_by(visit.c.id).limit(1).subquery("first")
    op.execute(sa.select(person.c.id).where(sa.exists(sa.select(sa.text("*")).select_from(first).where(first.c.place == "x"))))
    op.execute(team.update().values(name=sa.select(person.c.name).where(person.c.team_id == team.c.id).scalar_subquery()))

    # One name for two columns.
    twice = sa.select(team.c.id, person.c.id, person.c.name, team.c.name).where(team.c.id == person.c.team_id).subquery("twice")
    op.execute(sa.select(twice))
    op.execute(sa.select(team.c.name, person.c.id).with_only_columns(person.c.id))
    op.execute(sa.select(team.c.id, person.c.id).set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL))

    # Strings that name columns.
    op.execute(sa.select(person.c.name, (person.c.id + 1).label("next")).order_by("name", sa.desc("next")))
    op.execute(sa.select(person.c.id).group_by("name").order_by(sa.asc("team_id")))
    op.execute(sa.select(sa.func.rank().over(partition_by="team_id", order_by=sa.desc("name"))).select_from(person))
    following = (person.c.id + 5).label("following")
    op.execute(sa.select(following).order_by(following.desc()))
    op.execute(sa.select(person.c.name).order_by(following))

    # A statement of a WITH that grew.
    chain = sa.select(sa.literal(0).label("x")).cte("chain", recursive=True)
    grown = chain.union_all(sa.select(chain.c.x + 1).where(chain.c.x < 10))
    op.execute(sa.select(grown.c.x))

    counted = sa.select(sa.func.count().label("n")).select_from(visit).cte("counted")
    op.execute(sa.select(person.c.id).add_cte(counted))

    # Hints go where they belong, for the database that they are for.
    hinted = sa.select(person.c.id).with_hint(person, "USE INDEX (ix)", "mysql").with_hint(person, "ONLY", "postgresql")
    op.execute(hinted.join(team, team.c.id == person.c.team_id).with_statement_hint("/* slow */").suffix_with("/* end */"))
    op.execute(person.delete().where(person.c.id == 1).with_hint("ONLY", dialect_name="postgresql"))
    op.execute(person.update().values(name="x").with_hint("ONLY", dialect_name="postgresql"))

    # A type of one's own has functions around its values.
    note = sa.table("note", sa.column("id", sa.Integer), sa.column("body", Folded()), sa.column("title", Wrapped()))
    op.execute(note.insert().values(id=1, body="a", title="b"))
    op.execute(sa.select(note.c.id, note.c.body, note.c.title).where(note.c.body == "a", note.c.title == "x"))
    op.execute(sa.select(sa.select(note.c.body).subquery("s").c.body))

    op.execute(sa.select(person.c.id).where(sa.tuple_(person.c.id, person.c.name).in_([(1, "a"), (2, "b")])))
    op.execute(sa.select(person.c.id).where(person.c.id.in_(sa.text("SELECT id FROM team"))))
    op.execute(sa.select(person.c.id.label(None), (person.c.id + 1).label(None)))
    op.execute(sa.union(sa.select(person.c.name).group_by("name"), sa.select(team.c.name)).order_by("name"))
    textual = sa.text("SELECT id, name FROM team").columns(sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.execute(sa.select(textual.cte("teams").c.name, textual.subquery("other").c.id))
    op.execute(sa.select(person.c.id).where(sa.between(person.c.id, 1, 2, symmetric=True)))


def downgrade():
    pass
