"""queries that only PostgreSQL understands"""
# dialects: postgresql
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "pgqueries"
down_revision = None

item = sa.Table(
    "item", sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.String), sa.Column("tags", postgresql.ARRAY(sa.String)),
    sa.Column("scores", postgresql.ARRAY(sa.Integer, zero_indexes=True)), sa.Column("pairs", postgresql.HSTORE),
    sa.UniqueConstraint("note", name="uq_item_note"))
owner = sa.table("owner", sa.column("id", sa.Integer), sa.column("item_id", sa.Integer))


def upgrade():
    # The set stands on the right, whichever side it was written on.
    op.execute(sa.select(item.c.id).where(sa.any_(item.c.tags) == "a"))
    op.execute(sa.select(item.c.id).where(6 > sa.all_(item.c.scores)))
    op.execute(sa.select(item.c.id).where(sa.any_(item.c.scores) > 6))
    op.execute(sa.select(item.c.id).where("a" != sa.any_(item.c.tags)))

    # Indexes from zero are the script's.
    op.execute(sa.select(item.c.scores[0], item.c.scores[1:2], item.c.tags[1]))
    op.execute(sa.select(item.c.pairs + sa.func.hstore("a", "b")))

    op.execute(sa.select(item.c.id).order_by(item.c.id).offset(2).fetch(5, with_ties=True))
    op.execute(sa.select(item.c.id).fetch(5))
    both = item.join(owner, item.c.id == owner.c.item_id)
    op.execute(sa.select(item.c.id).select_from(both).with_for_update(of=both))
    op.execute(sa.select(item.c.id).group_by(sa.func.grouping_sets(sa.tuple_(item.c.id), sa.tuple_(item.c.note))))

    rows = sa.func.json_to_recordset("[]").table_valued(sa.column("a", sa.Integer), sa.column("b", sa.String(5)), name="rows")
    op.execute(sa.select(rows.render_derived(with_types=True).c.b))
    op.execute(sa.select(item.to_metadata(sa.MetaData(), schema="other").c.note))
    op.execute(sa.schema.AddConstraint(sa.UniqueConstraint(item.c.id, item.c.note, name="uq_item_both")))

    unique = next(each for each in item.constraints if each.name == "uq_item_note")
    op.execute(postgresql.insert(item).values(id=1, note="x").on_conflict_do_nothing(constraint=unique))
    noted = sa.Index("ix_item_noted", item.c.note, unique=True, postgresql_where=sa.text("id > 5"))
    op.execute(postgresql.insert(item).values(id=1, note="x").on_conflict_do_nothing(constraint=noted))
    op.create_index("ix_item_down", "item", [-sa.column("id"), sa.column("note").desc()])
    op.create_table("bits", sa.Column("one", postgresql.BIT()), sa.Column("many", postgresql.BIT(varying=True)))


def downgrade():
    op.drop_table("bits")
