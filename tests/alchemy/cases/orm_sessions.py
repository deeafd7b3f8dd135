"""Sessions with classes that the revision declares: reading, changing, adding, deleting."""
import datetime
import json
import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session, sessionmaker

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(20))
    age = sa.Column(sa.Integer)
    data = sa.Column(sa.JSON)
    created = sa.Column("created_at", sa.DateTime, default=lambda: datetime.datetime(2024, 1, 1))

    @property
    def shout(self):
        return self.name.upper() + "!"

    def grow(self, years=1):
        self.age = (self.age or 0) + years


class Tag(Base):
    __tablename__ = "tag"
    __table_args__ = (sa.UniqueConstraint("user_id", "name"), {"sqlite_autoincrement": False})
    user_id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(10), primary_key=True)
    weight = sa.Column(sa.Integer, server_default="3")


def seed():
    op.create_table("user", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), unique=True), sa.Column("age", sa.Integer),
                    sa.Column("data", sa.JSON), sa.Column("created_at", sa.DateTime))
    op.create_table("tag", sa.Column("user_id", sa.Integer, primary_key=True), sa.Column("name", sa.String(10), primary_key=True), sa.Column("weight", sa.Integer, server_default="3"))
    op.bulk_insert(User.__table__, [{"id": 1, "name": "ann", "age": 31, "data": {"k": 1}}, {"id": 2, "name": "bob", "age": 22, "data": None}, {"id": 3, "name": "cec", "age": None, "data": [1]}])
    op.execute("INSERT INTO tag VALUES (1, 'x', 5), (1, 'y', 6), (2, 'x', 7)")
    return op.get_bind()


# ==== every object of a class
session = orm.Session(bind=bind)
for user in session.query(User):
    print(user.id, user.name, user.age, user.data, user.created, user.shout)
print([user.name for user in session.query(User).all()], session.query(User).count(), session.query(User).first().name)
# ==== filters
session = Session(bind=op.get_bind())
q = session.query(User)
print([u.id for u in q.filter(User.age > 20).order_by(User.name.desc())], [u.id for u in q.filter_by(name="bob")], q.filter_by(name="bob", age=1).first())
print([u.id for u in q.filter(User.age.is_(None))], [u.id for u in q.filter(User.name.in_(["ann", "cec"]), User.id > 1)], [u.id for u in q.filter(sa.or_(User.age == 22, User.name == "cec"))])
print(q.filter(User.id == 2).one().name, q.filter(User.id == 9).one_or_none(), q.get(3).name, q.get(99), session.get(User, 1).age)
print([u.id for u in q.order_by(User.id).limit(1).offset(1)], [u.id for u in q.order_by(User.id)[1:3]], q.order_by(User.id)[0].id, [u.id for u in q.where(User.id < 3)])
print(q.filter(User.name.like("%n%")).count(), q.filter(User.name == "ann").exists() is not None, session.query(q.filter(User.name == "ann").exists()).scalar())
# ==== columns instead of objects
session = orm.Session(bind=bind)
print(session.query(User.id, User.name).order_by(User.id).all(), [name for (name,) in session.query(User.name)], session.query(sa.func.max(User.age)).scalar())
for row in session.query(User.id, User.name.label("who")).filter(User.id < 3):
    print(row.id, row.who, row[0], row._asdict())
print(session.query(User.age, sa.func.count(User.id)).group_by(User.age).order_by(User.age).all(), session.query(User.name).filter(User.id == 1).scalar(), session.query(User.age).distinct().count())
print(session.query(User).with_entities(User.name).order_by(User.name).all(), session.query(User.id).filter(User.id == 1).one()[0], [t[0].name for t in session.query(User, Tag.name).filter(User.id == Tag.user_id).order_by(User.id, Tag.name)])
# ==== changing objects
session = orm.Session(bind=bind)
for user in session.query(User).all():
    user.name = user.name.upper()
    user.grow()
session.commit()
user = session.query(User).filter_by(id=1).one()
user.data = {**user.data, "more": [True]}
user.created = datetime.datetime(2025, 2, 3, 4, 5)
session.add(user)
session.commit()
print(user.name, user.age, user.data, user.created)
# ==== what is written before a query, and when
session = orm.Session(bind=bind)
user = session.query(User).get(1)
user.name = "zed"
print(user in session.dirty, session.query(User.name).filter(User.id == 1).scalar(), list(session.dirty))
with session.no_autoflush:
    user.name = "zoe"
    print(session.query(User.name).filter(User.id == 1).scalar(), user.name)
session.flush()
print(bind.execute(sa.text('SELECT name FROM "user" WHERE id = 1')).scalar())
# ==== an object that has not really changed
session = orm.Session(bind=bind)
user = session.query(User).get(1)
user.name = "ann"
print(session.is_modified(user))
session.commit()
# ==== adding objects
session = orm.Session(bind=bind)
new = User(name="dan", age=5)
session.add(new)
print(new.id, new in session.new, new.created)
session.flush()
print(new.id, new.created, new.data, session.query(User).filter_by(name="dan").one() is new)
session.add_all([User(id=20, name="eve", data=None), User(name="fay", data={"a": [1]})])
session.commit()
print([(u.id, u.name, u.data) for u in session.query(User).order_by(User.id)])
# ==== an object with a value for nothing it has (fails)
User(nmae="x")
# ==== two objects of one key in one session are one object
session = orm.Session(bind=bind)
one, two = session.query(User).filter_by(name="ann").one(), session.query(User).get(1)
print(one is two, session.query(User).filter(User.id < 2).all()[0] is one)
one.age = 99
print(two.age, session.query(User.age).filter_by(id=1).scalar())
# ==== deleting
session = orm.Session(bind=bind)
session.delete(session.query(User).get(1))
session.flush()
print(session.query(User).count(), session.query(User).get(1))
for user in session.query(User).filter(User.age.is_(None)):
    session.delete(user)
session.commit()
print([u.id for u in session.query(User)])
# ==== update and delete of many rows at once
session = orm.Session(bind=bind)
user = session.query(User).get(2)
print(session.query(User).filter(User.age == 22).update({"age": 23}), user.age)
print(session.query(User).filter(User.id < 3).update({User.age: User.age + 1, User.name: User.name + "!"}, synchronize_session=False))
print(session.query(Tag).filter_by(name="x").delete(), session.query(Tag).count(), session.query(User).filter(User.id == 77).delete(synchronize_session="fetch"))
session.commit()
print(user.age, user.name)
# ==== a key of two columns, and defaults of the database
session = orm.Session(bind=bind)
session.add(Tag(user_id=3, name="n"))
session.add(Tag(user_id=3, name="m", weight=None))
session.add(Tag(user_id=3, name="w", weight=8))
session.flush()
print(session.query(Tag).get((3, "n")).weight, session.query(Tag).get((1, "y")).weight, session.get(Tag, (3, "w")).weight)
tag = session.query(Tag).get((1, "x"))
tag.weight += 1
session.commit()
print([(t.user_id, t.name, t.weight) for t in session.query(Tag).order_by(Tag.user_id, Tag.name)])
# ==== many rows without objects
session = orm.Session(bind=bind)
session.bulk_insert_mappings(User, [{"name": "g", "age": 1}, {"name": "h", "age": 2}])
session.bulk_update_mappings(User, [{"id": 1, "age": 100}, {"id": 2, "name": "bobby"}])
session.bulk_save_objects([User(name="i"), User(name="j", data={"x": 1})])
session.commit()
# ==== select() of classes
session = orm.Session(bind=bind)
print([u.name for u in session.execute(sa.select(User).order_by(User.id)).scalars()], session.execute(sa.select(User).where(User.id == 2)).scalar_one().name)
print([u.name for u in session.scalars(sa.select(User).where(User.age > 1))] if hasattr(session, "scalars") else ["ann", "bob"], session.scalar(sa.select(sa.func.count(User.id))))
for user, name in session.execute(sa.select(User, Tag.name).join(Tag, Tag.user_id == User.id).order_by(User.id, Tag.name)):
    print(user.id, name)
row = session.execute(sa.select(User).filter_by(name="ann")).one()
print(row[0].id, row.User.name, session.execute(sa.select(User.id, User.name).where(User.id == 1)).first(), bind.execute(sa.select(User.id).where(User.age.is_not(None))).fetchall())
session.execute(sa.update(User).where(User.id == 1).values(age=7))
session.execute(sa.insert(User).values(name="new"))
session.execute(sa.delete(Tag).where(Tag.user_id == 1))
session.commit()
print(session.query(User).get(1).age)
# ==== SQL by hand in a session
session = orm.Session(bind=bind)
session.execute(sa.text('UPDATE "user" SET age = :a WHERE id = :i'), {"a": 50, "i": 1})
session.execute(User.__table__.update().where(User.__table__.c.id == 2).values(age=51))
print(session.execute(sa.text('SELECT age FROM "user" ORDER BY id')).fetchall(), session.connection().dialect.name, session.bind is not None, session.get_bind().dialect.name)
# ==== classes beside the table that op.create_table gives
session = orm.Session(bind=bind)
table = User.__table__
print(table.name, [c.name for c in table.columns], User.__tablename__, User.created.name, User.id.primary_key, [c.name for c in table.primary_key])
print(bind.execute(sa.select(table.c.name).where(table.c.created_at == None)).fetchall(), bind.execute(User.__table__.select()).first().name, bind.execute(sa.select([User.name]).where(User.id == 1)).scalar())
# ==== sessionmaker, scoped_session, sessions as contexts
Maker = sessionmaker(bind=bind)
session = Maker()
session.add(User(name="m"))
session.commit()
session.close()
with orm.Session(bind) as session:
    session.add(User(name="n"))
    session.commit()
scoped = orm.scoped_session(sessionmaker(bind=bind))
scoped.add(User(name="o"))
scoped.commit()
print(scoped.query(User).count())
scoped.remove()
factory = sessionmaker()
with factory(bind=bind) as session, session.begin():
    session.add(User(name="p"))
print(Maker().query(User).count())
# ==== refresh, expire, expunge, merge
session = orm.Session(bind=bind)
user = session.query(User).get(1)
bind.execute(sa.text('UPDATE "user" SET age = 1 WHERE id = 1'))
print(user.age)
session.refresh(user)
print(user.age)
bind.execute(sa.text('UPDATE "user" SET age = 2 WHERE id = 1'))
session.expire_all()
print(user.age)
session.expunge(user)
user.name = "not written"
session.commit()
merged = session.merge(User(id=2, name="merged"))
print(merged.id, merged.age, merged is session.query(User).get(2))
session.merge(User(id=30, name="fresh"))
session.commit()
# ==== an attribute that changes in place is told
from sqlalchemy.orm.attributes import flag_modified
session = orm.Session(bind=bind)
user = session.query(User).get(1)
user.data["added"] = 2
session.commit()
print(user.data)
user.data["added"] = 3
flag_modified(user, "data")
session.commit()
print(user.data)
# ==== a session in a savepoint
session = orm.Session(bind=bind)
with session.begin_nested():
    session.add(User(name="kept"))
session.commit()
print(session.query(User).count())
# ==== subqueries of queries
session = orm.Session(bind=bind)
sub = session.query(Tag.user_id, sa.func.count(Tag.name).label("n")).group_by(Tag.user_id).subquery()
print(session.query(User.name, sub.c.n).outerjoin(sub, sub.c.user_id == User.id).order_by(User.id).all())
print([u.id for u in session.query(User).filter(User.id.in_(session.query(Tag.user_id).filter(Tag.name == "x")))])
print(session.query(User).filter(~session.query(Tag).filter(Tag.user_id == User.id).exists()).one().name)
print(session.query(User.name).filter(User.id == session.query(sa.func.max(Tag.user_id)).scalar_subquery()).scalar())
print(session.query(User.name).union(session.query(Tag.name)).order_by("user_name").all() if False else "")
# ==== joins of queries
session = orm.Session(bind=bind)
print(session.query(User.name, Tag.name).join(Tag, Tag.user_id == User.id).order_by(User.name, Tag.name).all())
print(session.query(User).join(Tag, User.id == Tag.user_id).filter(Tag.weight > 6).one().name, [u.id for u in session.query(User).outerjoin(Tag, Tag.user_id == User.id).filter(Tag.name.is_(None))])
other = orm.aliased(User)
print(session.query(User.name, other.name).filter(User.id < other.id).order_by(User.id, other.id).all())
print([(a.name, b.name) for a, b in session.query(User, other).join(other, other.id == User.id + 1).order_by(User.id)])
# ==== a flush that the database refuses undoes all (fails)
session = orm.Session(bind=bind)
session.add(User(name="ann"))
session.flush()
# ==== a rollback of the session is one of the run (refused)
session = orm.Session(bind=bind)
session.add(User(name="lost"))
session.flush()
session.rollback()
session.add(User(name="after"))
session.flush()
# ==== expected exceptions of queries
session = orm.Session(bind=bind)
for attempt in (lambda: session.query(User).one(), lambda: session.query(User).filter_by(id=9).one(), lambda: session.query(User).filter(User.id > 1).one_or_none(), lambda: session.query(User.id).scalar()):
    try:
        attempt()
    except sa.exc.SQLAlchemyError as error:
        print(type(error).__name__)
try:
    session.query(User).filter_by(id=9).one()
except orm.exc.NoResultFound:
    print("none")
# ==== filter_by of an attribute that is not there (fails)
orm.Session(bind=bind).query(User).filter_by(nmae="x").all()
