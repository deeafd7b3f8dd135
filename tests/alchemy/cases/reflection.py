"""Tables that are read from the database, and what scripts then do with them; the engine's URL; schema in batches."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def seed():
    op.create_table("owner", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)), sa.Column("schema", sa.String(20)))
    op.create_table("pet", sa.Column("id", sa.Integer, primary_key=True), sa.Column("owner_id", sa.Integer, sa.ForeignKey("owner.id")),
                    sa.Column("born", sa.Date), sa.Column("tame", sa.Boolean), sa.Column("weight", sa.Numeric(6, 2)))
    op.execute("INSERT INTO owner (id, name, schema) VALUES (1, 'ann', 's'), (2, 'bob', NULL)")
    op.execute("INSERT INTO pet VALUES (1, 1, '2020-05-06', true, 3.25), (2, 1, NULL, false, 4), (3, 2, '2021-01-01', NULL, NULL)")
    return op.get_bind()


# ==== reflect() and then everything by metadata.tables
meta = sa.MetaData()
meta.bind = bind
meta.reflect(bind=meta.bind)
print(sorted(meta.tables), [t.name for t in meta.sorted_tables])
owner, pet = meta.tables["owner"], meta.tables["pet"]
for row in bind.execute(sa.select(owner).order_by(owner.c.id)).fetchall():
    print(row.id, row.name, row.schema, row)
    print(bind.execute(sa.select(pet.c.born, pet.c.tame, pet.c.weight).where(pet.c.owner_id == row.id).order_by(pet.c.id)).fetchall())
print(bind.execute(sa.select(owner.c.name, sa.func.count(pet.c.id)).select_from(owner.join(pet)).group_by(owner.c.name).order_by(owner.c.name)).fetchall())
bind.execute(pet.update().where(pet.c.owner_id == 2).values(tame=True))
bind.execute(owner.insert().values(id=3, name="cy"))
bind.execute(pet.delete().where(pet.c.id == 2))
# ==== only some of them, and one again
meta = sa.MetaData()
meta.reflect(bind=bind, only=["owner"])
print(list(meta.tables), "pet" in meta.tables)
again = sa.Table("owner", meta, autoload_with=bind)
print(again is meta.tables["owner"], again.c.keys(), [(c.name, str(c.type), c.nullable, c.primary_key) for c in again.columns])
# ==== autoload with columns of one's own, extend_existing, keep_existing
meta = sa.MetaData()
pet = sa.Table("pet", meta, sa.Column("weight", sa.String), autoload_with=bind)
print(sorted(pet.c.keys()), bind.execute(sa.select(pet.c.id, pet.c.born).where(pet.c.tame.is_(True))).fetchall())
kept = sa.Table("pet", meta, sa.Column("other", sa.Integer), keep_existing=True)
print(kept is pet, "other" in kept.c)
wider = sa.Table("owner", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("more", sa.Text), extend_existing=True)
print(wider.c.keys())
# ==== a MetaData with a bind
meta = sa.MetaData(bind=bind)
meta.reflect()
print(sorted(meta.tables), meta.bind is not None)
# ==== the same table twice (fails)
meta = sa.MetaData()
sa.Table("owner", meta, sa.Column("id", sa.Integer))
sa.Table("owner", meta, sa.Column("id", sa.Integer))
# ==== an alias and a join of what was read
meta = sa.MetaData()
owner = sa.Table("owner", meta, autoload_with=bind)
pet = sa.Table("pet", meta, autoload_with=bind)
o = owner.alias("o")
print(bind.execute(sa.select(o.c.name, pet.c.id).select_from(o.join(pet, o.c.id == pet.c.owner_id)).order_by(pet.c.id)).mappings().all())
# ==== the URL of the engine (sqlite)
url = bind.engine.url
print(url.drivername, str(url).split(":")[0], url.get_backend_name(), bind.engine.name, bind.engine.dialect.name, url.host, url.username)
print(str(op.get_bind().engine.url).startswith("sqlite"), url.render_as_string(hide_password=False)[:9])
# ==== a column that is added and altered in one batch
with op.batch_alter_table("pet") as batch:
    batch.add_column(sa.Column("chip", sa.String(25), server_default="none"))
    batch.alter_column("chip", existing_type=sa.String(25), nullable=False)
    batch.create_index(batch.f("ix_pet_chip"), ["chip"])
with op.batch_alter_table("owner") as batch:
    batch.add_column(sa.Column("age", sa.Integer))
    batch.alter_column("age", existing_type=sa.Integer, server_default="1")
# ==== an ENUM of PostgreSQL in another database (sqlite mysql)
kind = postgresql.ENUM("cat", "horse", name="kind", create_type=False)
op.create_table("kinds", sa.Column("id", sa.Integer, primary_key=True), sa.Column("kind", kind, server_default="cat", nullable=False))
op.execute("INSERT INTO kinds (id) VALUES (1)")
# ==== the words of types
for column in sa.inspect(bind).get_columns("pet"):
    print(column["name"], str(column["type"]), repr(column["type"]), isinstance(column["type"], sa.Integer))
print([str(t) for t in (sa.String(5), sa.String(), sa.Numeric(6, 2), sa.DateTime(), sa.Boolean(), sa.Text(), sa.BigInteger(), sa.JSON(), sa.LargeBinary(), sa.Enum("a", "bc", name="e"))])
print([str(t) for t in (postgresql.UUID(), postgresql.JSONB(), postgresql.TIMESTAMP(), postgresql.INET(), postgresql.ARRAY(sa.Integer))])
print([repr(t) for t in (sa.String(5), sa.Integer(), sa.Numeric(6, 2), sa.DateTime(timezone=True), sa.Boolean())])
