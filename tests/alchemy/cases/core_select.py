"""select() in both of SQLAlchemy's idioms: conditions, joins, groups, compounds, subqueries."""
import sqlalchemy as sa
from alembic import op

team = sa.table("team", sa.column("id", sa.Integer), sa.column("name", sa.String))
person = sa.table("person", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("age", sa.Integer),
                  sa.column("team_id", sa.Integer), sa.column("active", sa.Boolean))


def seed():
    op.create_table("team", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)), sa.Column("age", sa.Integer),
                    sa.Column("team_id", sa.Integer), sa.Column("active", sa.Boolean))
    op.bulk_insert(team, [{"id": 1, "name": "red"}, {"id": 2, "name": "blue"}, {"id": 3, "name": "none"}])
    op.bulk_insert(person, [{"id": 1, "name": "ann", "age": 31, "team_id": 1, "active": True}, {"id": 2, "name": "bob", "age": 22, "team_id": 1, "active": False},
                            {"id": 3, "name": "cec", "age": None, "team_id": 2, "active": True}, {"id": 4, "name": "Dan_%", "age": 22, "team_id": None, "active": None}])
    return op.get_bind()


# ==== a whole table, in either idiom
print(bind.execute(sa.select(team)).fetchall())
print(bind.execute(sa.select([team])).fetchall())
print(bind.execute(team.select()).fetchall())
print(bind.execute(team.select(team.c.id == 2)).fetchall())
# ---- in SQLAlchemy 1.4
print(bind.execute(sa.select(team)).fetchall())
print(bind.execute(sa.select([team])).fetchall())
print(bind.execute(team.select()).fetchall())
print(bind.execute(team.select().where(team.c.id == 2)).fetchall())
# ==== the arguments of 1.x's select
print(bind.execute(sa.select([person.c.id, person.c.name], person.c.age > 20, order_by=[person.c.name.desc()], limit=2)).fetchall())
print(bind.execute(sa.select([sa.func.count()], from_obj=person)).scalar())
print(bind.execute(sa.select(columns=[person.c.team_id], distinct=True, order_by=person.c.team_id)).fetchall())
print(bind.execute(sa.select([person.c.team_id, sa.func.count(person.c.id)], group_by=person.c.team_id, having=sa.func.count(person.c.id) > 1)).fetchall())
# ==== comparisons with None, True and False
for condition in (person.c.age == None, person.c.age != None, person.c.active == True, person.c.active != True, person.c.active.is_(True),
                  person.c.active.is_not(False), person.c.active.is_(None), person.c.age.is_distinct_from(22), person.c.age.isnot(None)):
    print([row.id for row in bind.execute(sa.select(person.c.id).where(condition).order_by(person.c.id))])
# ==== a column of booleans as a condition, and its opposite
print([row.id for row in bind.execute(sa.select(person.c.id).where(person.c.active))])
print([row.id for row in bind.execute(sa.select(person.c.id).where(~person.c.active))])
print([row.id for row in bind.execute(sa.select(person.c.id).where(sa.not_(person.c.active), person.c.id > 0))])
print([row.id for row in bind.execute(sa.select(person.c.id).where(sa.or_(person.c.active, person.c.age == 22)).order_by(sa.desc("id")))])
# ==== true() and false() as conditions
print(len(bind.execute(sa.select(person.c.id).where(sa.true())).all()))
print(len(bind.execute(sa.select(person.c.id).where(sa.false())).all()))
print(len(bind.execute(sa.select(person.c.id).where(sa.and_(sa.true(), person.c.id > 2))).all()))
print(len(bind.execute(sa.select(person.c.id).where(sa.or_(sa.false(), person.c.id > 2))).all()))
print(len(bind.execute(sa.select(person.c.id).where(sa.or_(sa.true(), person.c.id > 2))).all()))
print(bind.execute(sa.select(sa.true(), sa.false(), sa.null(), sa.literal(5), sa.literal("x"), sa.not_(sa.true()))).one())
# ==== and, or, not
c = person.c
for condition in ((c.id == 1) | (c.id == 2) & (c.age < 30), ~((c.id == 1) | (c.id == 2)), sa.not_(c.name.like("a%")), ~c.id.in_([1, 2]),
                  sa.and_(c.id > 1, sa.or_(c.age == None, c.age > 20)), ~(c.id == 3), sa.not_(c.age.between(20, 30)), ~sa.and_(c.id > 1, c.id < 4)):
    print([row[0] for row in bind.execute(sa.select(c.id).where(condition).order_by(c.id))])
# ==== in, with lists, tuples, sets, nothing, and a select
print([r.id for r in bind.execute(sa.select(c.id).where(c.id.in_([1, 3])).order_by(c.id))] if (c := person.c) is not None else None)
print([r.id for r in bind.execute(sa.select(person.c.id).where(person.c.id.in_((2,))))])
print([r.id for r in bind.execute(sa.select(person.c.id).where(person.c.id.in_([])))])
print([r.id for r in bind.execute(sa.select(person.c.id).where(person.c.id.not_in([])).order_by(person.c.id))])
print([r.id for r in bind.execute(sa.select(person.c.id).where(person.c.team_id.in_(sa.select(team.c.id).where(team.c.name == "red"))).order_by("id"))])
print([r.id for r in bind.execute(sa.select(person.c.id).where(person.c.id.notin_([1, 2, 3])))])
print([r.id for r in bind.execute(sa.select(person.c.id).where(sa.tuple_(person.c.id, person.c.age).in_([(1, 31), (2, 99)])))])
# ==== texts: like, ilike, startswith, contains, escapes, concatenation
n = person.c.name
for condition in (n.like("%n%"), n.ilike("DAN%"), n.notlike("a%"), n.not_ilike("A%"), n.startswith("b"), n.endswith("c"), n.contains("n"),
                  n.contains("_%", autoescape=True), n.like("Dan/_/%", escape="/"), n.contains("%", escape="/"), n.startswith("D"), (n + "!") == "bob!", n.concat("?") == "ann?"):
    print([row[0] for row in bind.execute(sa.select(n).where(condition).order_by(n))])
# ==== arithmetic and precedence
a = person.c.age
row = bind.execute(sa.select((a + 1) * 2, a + 1 * 2, -a, a % 5, a - (a - 1), (a * 2) - 3, 100 - a, a / 2 > 1).where(person.c.id == 1)).one()
print(tuple(row)[:7])
# ==== functions, labels, casts
print(bind.execute(sa.select(sa.func.count(person.c.age), sa.func.max(person.c.age), sa.func.min(person.c.name), sa.func.sum(person.c.age).label("total"), sa.func.avg(person.c.age))).one())
print(bind.execute(sa.select(sa.func.coalesce(person.c.age, 0), sa.func.upper(person.c.name), sa.func.length(person.c.name)).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(sa.cast(person.c.age, sa.String), person.c.age.cast(sa.Text).label("t")).where(person.c.id == 1)).one())
print(bind.execute(sa.select(sa.func.count(sa.distinct(person.c.age)), sa.func.count(person.c.age.distinct()))).one())
print(bind.execute(sa.select(sa.literal_column("1 + 1").label("two"), sa.literal_column("'x'"))).one())
# ==== names of a result's columns (sqlite)
result = bind.execute(sa.select(person.c.id, team.c.id, person.c.name.label("who"), sa.func.count(person.c.id), sa.func.count(team.c.id), person.c.age + 1).select_from(person.join(team, team.c.id == person.c.team_id)))
print(list(result.keys()))
# ==== case in both forms
print(bind.execute(sa.select(sa.case((person.c.age > 30, "old"), (person.c.age > 0, "young"), else_="unknown")).order_by(person.c.id)).scalars().all())
print(bind.execute(sa.select(sa.case([(person.c.age > 30, "old")], else_=person.c.name)).order_by(person.c.id)).scalars().all())
print(bind.execute(sa.select(sa.case({"ann": 1, "bob": 2}, value=person.c.name, else_=0)).order_by(person.c.id)).scalars().all())
print(bind.execute(sa.select(sa.case((person.c.id == 1, 10)).label("x")).order_by(person.c.id)).fetchall())
# ==== order, limit, offset
print(bind.execute(sa.select(person.c.id).order_by(person.c.age.desc(), person.c.name.asc()).limit(2).offset(1)).fetchall())
print(bind.execute(sa.select(person.c.id).order_by(sa.desc(person.c.id)).offset(2)).fetchall())
print(bind.execute(sa.select(person.c.id, person.c.age.label("years")).order_by("years", sa.text("id DESC"))).fetchall())
print(bind.execute(sa.select(person.c.id).order_by(person.c.age.asc().nulls_last(), person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.id).order_by(sa.nullsfirst(person.c.age), person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.id).order_by(person.c.id).order_by(None).order_by(person.c.name).slice(1, 3)).fetchall())
# ==== group and having
counted = sa.select(person.c.team_id, sa.func.count().label("n")).group_by(person.c.team_id).order_by(person.c.team_id)
print(bind.execute(counted).fetchall())
print(bind.execute(counted.having(sa.func.count() > 1)).fetchall())
print(bind.execute(sa.select(person.c.team_id).group_by(person.c.team_id).having(sa.func.max(person.c.age) > 30).having(sa.func.count() > 1)).fetchall())
# ==== joins
j = person.join(team, person.c.team_id == team.c.id)
print(bind.execute(sa.select(person.c.name, team.c.name).select_from(j).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.name, team.c.name).select_from(person.outerjoin(team, person.c.team_id == team.c.id)).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.name).join(team, person.c.team_id == team.c.id).where(team.c.name == "red").order_by(person.c.name)).fetchall())
print(bind.execute(sa.select(team.c.name, sa.func.count(person.c.id)).outerjoin(person, person.c.team_id == team.c.id).group_by(team.c.name).order_by(team.c.name)).fetchall())
print(bind.execute(sa.select(person.c.name).select_from(sa.join(person, team, person.c.team_id == team.c.id)).where(team.c.id == 2)).fetchall())
print(bind.execute(sa.select(person.c.name, team.c.name).where(person.c.team_id == team.c.id).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.name).join_from(team, person, person.c.team_id == team.c.id).order_by(person.c.name)).fetchall())
print(bind.execute(sa.select(person.c.name, team.c.name).join(team, person.c.team_id == team.c.id, isouter=True).order_by(person.c.id)).fetchall())
# ==== a join by the foreign keys that tables have
meta = sa.MetaData()
t = sa.Table("team", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String))
p = sa.Table("person", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String), sa.Column("team_id", sa.ForeignKey("team.id")))
print(bind.execute(sa.select(p.c.name, t.c.name).select_from(p.join(t)).order_by(p.c.id)).fetchall())
print(bind.execute(sa.select(p.c.name).select_from(t.outerjoin(p)).order_by(p.c.id)).fetchall())
print(bind.execute(sa.select(p.c.name).join(t).where(t.c.name == "red").order_by(p.c.id)).fetchall())
# ==== aliases
a, b = person.alias("a"), person.alias("b")
print(bind.execute(sa.select(a.c.name, b.c.name).where(a.c.age == b.c.age, a.c.id < b.c.id)).fetchall())
x, y = person.alias(), person.alias()
print(bind.execute(sa.select(x.c.id, y.c.id).where(x.c.team_id == y.c.team_id).where(x.c.id < y.c.id)).fetchall())
# ==== subqueries in FROM
sub = sa.select(person.c.team_id, sa.func.count().label("n")).group_by(person.c.team_id).subquery()
print(bind.execute(sa.select(team.c.name, sub.c.n).select_from(team.outerjoin(sub, sub.c.team_id == team.c.id)).order_by(team.c.id)).fetchall())
named = sa.select(person).where(person.c.age > 21).subquery("grown")
print(bind.execute(sa.select(named.c.name, named).where(named.c.id < 3).order_by(named.c.id)).fetchall())
one, two = sa.select(team.c.id).subquery(), sa.select(team.c.id).subquery()
print(bind.execute(sa.select(one.c.id, two.c.id).where(one.c.id < two.c.id).order_by(one.c.id, two.c.id)).fetchall())
old = sa.select([person.c.id]).where(person.c.id < 3).alias("old")
print(bind.execute(sa.select([old.c.id]).order_by(old.c.id)).fetchall())
# ==== subqueries of one value, correlated with the statement around them
inner = sa.select(sa.func.count(person.c.id)).where(person.c.team_id == team.c.id)
print(bind.execute(sa.select(team.c.name, inner.scalar_subquery().label("n")).order_by(team.c.id)).fetchall())
print(bind.execute(sa.select(team.c.name).where(inner.scalar_subquery() > 1)).fetchall())
print(bind.execute(sa.select(team.c.name).where(team.c.id == sa.select(sa.func.max(person.c.team_id)).scalar_subquery())).fetchall())
print(bind.execute(sa.select(team.c.name, inner.label("n")).order_by(sa.desc("n"), team.c.id)).fetchall())
print(bind.execute(sa.select([inner.as_scalar()]).select_from(team).order_by(team.c.id)).fetchall())
# ==== exists
print(bind.execute(sa.select(team.c.name).where(sa.exists().where(person.c.team_id == team.c.id)).order_by(team.c.id)).fetchall())
print(bind.execute(sa.select(team.c.name).where(~sa.exists(sa.select(person.c.id).where(person.c.team_id == team.c.id)))).fetchall())
print(bind.execute(sa.select(team.c.name).where(sa.select(person.c.id).where(person.c.team_id == team.c.id, person.c.age == 31).exists())).fetchall())
print(bind.execute(sa.select(sa.exists().where(team.c.id == 9))).scalar())
print(bind.execute(sa.select(sa.exists(sa.select(team.c.id)))).scalar())
# ==== union, except, intersect
print(bind.execute(sa.union(sa.select(team.c.id), sa.select(person.c.id)).order_by("id")).fetchall())
print(bind.execute(sa.select(team.c.name).union_all(sa.select(team.c.name).where(team.c.id == 1)).order_by("name")).fetchall())
print(bind.execute(sa.except_(sa.select(person.c.id), sa.select(team.c.id))).fetchall())
print(bind.execute(sa.select(person.c.id).intersect(sa.select(team.c.id)).order_by("id").limit(2)).fetchall())
u = sa.union_all(sa.select(team.c.id, team.c.name), sa.select(person.c.id, person.c.name)).subquery("u")
print(bind.execute(sa.select(sa.func.count(), sa.func.max(u.c.name)).select_from(u)).fetchall())
# ==== common table expressions
grown = sa.select(person.c.id, person.c.team_id).where(person.c.age > 21).cte("grown")
print(bind.execute(sa.select(team.c.name, grown.c.id).where(grown.c.team_id == team.c.id).order_by(grown.c.id)).fetchall())
two = sa.select(sa.func.count().label("n")).select_from(grown).cte("counted")
print(bind.execute(sa.select(two.c.n, sa.func.count(grown.c.id)).group_by(two.c.n)).fetchall())
bind.execute(team.insert().from_select(["id", "name"], sa.select(grown.c.id + 10, sa.literal("copied"))))
bind.execute(team.delete().where(team.c.id.in_(sa.select(grown.c.id + 10).where(grown.c.id == 1))))
# ==== a recursive common table expression
numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < 5))
print(bind.execute(sa.select(numbers.c.n)).scalars().all())
chain = sa.select(person.c.id, person.c.age).where(person.c.id == 1).cte("chain", recursive=True)
link = person.alias("link")
chain = chain.union(sa.select(link.c.id, link.c.age).where(link.c.id == chain.c.id + 1))
print(bind.execute(sa.select(chain).order_by(chain.c.id)).fetchall())
# ==== window functions
rank = sa.func.row_number().over(partition_by=person.c.team_id, order_by=person.c.name.desc())
print(bind.execute(sa.select(person.c.name, rank.label("r")).order_by(person.c.name)).fetchall())
print(bind.execute(sa.select(person.c.id, sa.func.sum(person.c.id).over(order_by=person.c.id, rows=(None, 0)))).fetchall())
print(bind.execute(sa.select(person.c.id, sa.over(sa.func.count(), partition_by=[person.c.age, person.c.team_id])).order_by(person.c.id)).fetchall())
ranked = sa.select(person.c.id, rank.label("r")).subquery()
print(bind.execute(sa.select(ranked.c.id).where(ranked.c.r == 1).order_by(ranked.c.id)).fetchall())
# ==== aggregates with a filter
print(bind.execute(sa.select(sa.func.count(person.c.id).filter(person.c.age == 22), sa.func.count().filter(person.c.active))).one())
# ==== distinct
print(bind.execute(sa.select(person.c.age).distinct().order_by(person.c.age)).fetchall())
print(bind.execute(sa.select(sa.func.count()).select_from(sa.select(person.c.age).distinct().subquery())).scalar())
# ==== operators of one's own (sqlite)
print(bind.execute(sa.select(person.c.id.op("&")(1), person.c.name.op("||")("!"), person.c.id.op("<<")(2)).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.id).where(person.c.name.op("GLOB")("a*"))).fetchall())
print(bind.execute(sa.select(person.c.id).where(person.c.name.op("=", is_comparison=True)("bob"))).fetchall())
print(bind.execute(sa.select(person.c.id).where(person.c.name.bool_op("<>")("bob")).order_by(person.c.id)).fetchall())
print(bind.execute(sa.select(person.c.name.collate("NOCASE")).order_by(sa.collate(person.c.name, "NOCASE").desc())).fetchall())
# ==== functions that give rows (sqlite)
each = sa.func.json_each('["x", "y"]').table_valued("key", "value")
print(bind.execute(sa.select(each.c.key, each.c.value)).fetchall())
named = sa.func.json_each('[1, 2]').table_valued("value", name="item")
print(bind.execute(sa.select(person.c.name, named.c.value).where(person.c.id == named.c.value).order_by(person.c.id)).fetchall())
# ==== parameters by name
query = sa.select(person.c.id).where(person.c.age == sa.bindparam("age"), person.c.id > sa.bindparam("least", 0)).order_by(person.c.id)
print(bind.execute(query, {"age": 22}).fetchall())
print(bind.execute(query, dict(age=22, least=3)).fetchall())
print(bind.execute(sa.select(person.c.name).where(person.c.id.in_(sa.bindparam("ids", expanding=True))).order_by("name"), {"ids": [1, 2]}).fetchall())
# ==== text with parameters, types and columns
print(bind.execute(sa.text("SELECT name FROM person WHERE id = :id AND name <> '\\:id'"), {"id": 1}).scalar())
print(bind.execute(sa.text("SELECT id FROM person WHERE age > :a ORDER BY id").bindparams(a=20)).fetchall())
print(bind.execute(sa.text("SELECT id FROM person WHERE id IN :ids ORDER BY id").bindparams(sa.bindparam("ids", expanding=True)), {"ids": [2, 3]}).fetchall())
print(bind.execute(sa.text("SELECT active FROM person ORDER BY id").columns(active=sa.Boolean)).fetchall())
print(bind.execute(sa.text("SELECT '\\:x' AS colon, 2 > 1 AS yes")).one())
t = sa.text("SELECT id, name FROM team").columns(sa.column("id", sa.Integer), sa.column("name", sa.String))
print(bind.execute(t).fetchall())
# ==== text as part of a select
print(bind.execute(sa.select(sa.text("id"), sa.text("upper(name)")).select_from(sa.text("team")).where(sa.text("id < 3")).order_by(sa.text("id DESC"))).fetchall())
print(bind.execute(sa.select([sa.text("count(*)")]).select_from(team)).scalar())
# ==== a select of values alone
print(bind.execute(sa.select(sa.literal(1), sa.literal("a").label("b"), sa.func.abs(-3), sa.cast("12", sa.Integer))).one())
print(bind.execute(sa.select([1, 2])).fetchone())
print(bind.scalar(sa.select(sa.func.count()).select_from(team)))
# ---- in SQLAlchemy 1.4
print(bind.execute(sa.select(sa.literal(1), sa.literal("a").label("b"), sa.func.abs(-3), sa.cast("12", sa.Integer))).one())
print(bind.execute(sa.select([sa.literal_column("1"), sa.literal_column("2")])).fetchone())
print(bind.scalar(sa.select(sa.func.count()).select_from(team)))
# ==== an unknown column (fails)
print(team.c.nmae)
# ==== a table that is not there (fails)
bind.execute(sa.select(sa.table("nobody", sa.column("id"))))
# ==== two statements of a WITH that have one name (fails)
one, other = sa.select(team.c.id).cte("x"), sa.select(person.c.id).cte("x")
bind.execute(sa.select(one.c.id, other.c.id))
# ==== a subquery that is left without a table (fails)
bind.execute(sa.select(team.c.id, person.c.id).where(sa.exists(sa.select(team.c.id, person.c.id))))
