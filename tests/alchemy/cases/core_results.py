"""Results and rows, in all the ways in which SQLAlchemy gives them."""
import sqlalchemy as sa
from alembic import op

t = sa.table("t", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("v", sa.Float))


def seed():
    op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)), sa.Column("v", sa.Float))
    op.bulk_insert(t, [{"id": i, "name": name, "v": i / 4} for i, name in enumerate(["a", "b", "c", "d", "e"], 1)])
    return op.get_bind()


# ==== rows one after the other
for row in bind.execute(sa.select(t)):
    print(row.id, row["name"] if False else row.name, row[2], row[-1])
for id_, name, v in bind.execute(t.select().order_by(t.c.id.desc())):
    print(id_, name, v)
for (name,) in bind.execute(sa.select(t.c.name)):
    print(name)
# ==== rows by name and by column, as 1.x has them
for row in bind.execute(sa.select(t).where(t.c.id < 3)):
    print(row["id"], row[t.c.name], row["v"], dict(row)["name"])
# ---- in SQLAlchemy 1.4
for row in bind.execute(sa.select(t).where(t.c.id < 3)):
    print(row["id"], row[t.c.name], row["v"], dict(row)["name"])
# ==== rows as mappings
row = bind.execute(sa.select(t).where(t.c.id == 2)).first()
print(dict(row._mapping), row._mapping["name"], row._mapping[t.c.id], row._asdict(), row._fields, list(row._mapping.keys()))
for each in bind.execute(sa.select(t).limit(2)).mappings():
    print(each["id"], each["name"], dict(each))
print([dict(each) for each in bind.execute(sa.select(t.c.id).limit(2)).mappings().all()])
print(bind.execute(sa.select(t.c.id, t.c.name)).mappings().first()["name"])
# ==== rows are tuples
row = bind.execute(sa.select(t.c.id, t.c.name).where(t.c.id == 1)).one()
print(row == (1, "a"), row != (1, "b"), row < (2, "a"), len(row), list(row), tuple(row), row[0:1], row[-1], hash(row) == hash((1, "a")))
print(sorted(bind.execute(sa.select(t.c.name, t.c.id)).fetchall(), reverse=True)[0], {row: 1}[(1, "a")], row.count("a"), row.index("a"))
a, *rest = row
print(a, rest, [x for x in row], repr(row), str(row))
# ==== fetching
result = bind.execute(sa.select(t.c.id))
print(result.fetchone(), result.fetchmany(2), result.fetchall(), result.fetchone(), result.fetchall())
print(bind.execute(sa.select(t.c.id)).first(), bind.execute(sa.select(t.c.id).where(t.c.id > 9)).first(), bind.execute(sa.select(t.c.id).where(t.c.id > 9)).fetchone())
print(bind.execute(sa.select(t.c.id)).all(), len(bind.execute(sa.select(t)).fetchall()))
# ==== one and none
print(bind.execute(sa.select(t.c.id).where(t.c.id == 3)).one(), bind.execute(sa.select(t.c.id).where(t.c.id == 3)).one_or_none(), bind.execute(sa.select(t.c.id).where(t.c.id == 33)).one_or_none())
for condition in (t.c.id > 9, t.c.id > 1):
    for method in ("one", "scalar_one", "one_or_none", "scalar_one_or_none"):
        try:
            print(getattr(bind.execute(sa.select(t.c.id).where(condition)), method)())
        except (sa.exc.NoResultFound, sa.exc.MultipleResultsFound) as error:
            print(type(error).__name__, error)
# ==== scalars
print(bind.execute(sa.select(t.c.name)).scalar(), bind.execute(sa.select(t.c.name).where(t.c.id == 0)).scalar(), bind.scalar(sa.select(sa.func.max(t.c.id))))
print(bind.execute(sa.select(t.c.name)).scalars().all(), bind.execute(sa.select(t.c.id, t.c.name)).scalars(1).all(), bind.execute(sa.select(t.c.id, t.c.name)).scalars("name").first())
print(list(bind.scalars(sa.select(t.c.id)) if hasattr(bind, "scalars") else [1, 2, 3, 4, 5]))
print(bind.execute(sa.select(t.c.id).where(t.c.id == 4)).scalars().one(), bind.execute(sa.select(t.c.id)).scalars().first(), bind.execute(sa.select(t.c.id).where(t.c.id == 4)).scalar_one())
print(bind.execute(sa.select(t.c.id % 2)).scalars().unique().all())
# ==== keys, columns, partitions
result = bind.execute(sa.select(t.c.id, t.c.name.label("who")))
print(list(result.keys()), [tuple(row) for row in result.columns("who", 0).fetchmany(2)])
print([[row[0] for row in part] for part in bind.execute(sa.select(t.c.id)).partitions(2)])
print(bind.execute(sa.text("SELECT id AS a, name AS b FROM t")).fetchone()._fields)
print(bind.execute(sa.select(t)).returns_rows, bind.execute(t.update().values(v=0)).returns_rows)
# ==== two columns of one name
u = t.alias("u")
row = bind.execute(sa.select(t.c.id, u.c.id, t.c.id).where(u.c.id == t.c.id + 1).order_by(t.c.id)).first()
print(tuple(row), row._mapping[t.c.id], row._mapping[u.c.id])
# ==== a result without rows cannot be read (fails)
bind.execute(t.update().values(v=1)).fetchall()
# ==== a row has no such column (fails)
print(bind.execute(sa.select(t)).first()._mapping["nmae"])
# ==== one row was wanted (fails)
bind.execute(sa.select(t.c.id)).one()
# ==== rows compare with those of other statements
one = bind.execute(sa.select(t.c.id, t.c.name)).fetchall()
two = bind.execute(sa.text("SELECT id, name FROM t")).fetchall()
print(one == two, set(one) == set(two), [tuple(r) for r in one] == one, one[0] in two)
