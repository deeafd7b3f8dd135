"""Relationships: loading along them, setting them, adding and deleting through them."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy import orm
from sqlalchemy.orm import backref, relationship

Base = orm.declarative_base()

book_tag = sa.Table("book_tag", Base.metadata, sa.Column("book_id", sa.ForeignKey("book.id"), primary_key=True), sa.Column("tag_id", sa.ForeignKey("tag.id"), primary_key=True))


class Author(Base):
    __tablename__ = "author"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    books = relationship("Book", back_populates="author", order_by="Book.id")
    card = relationship("Card", uselist=False, backref="owner", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "book"
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.String)
    author_id = sa.Column(sa.Integer, sa.ForeignKey("author.id"))
    editor_id = sa.Column(sa.Integer)
    author = relationship(Author, back_populates="books")
    tags = relationship("Tag", secondary=book_tag, backref="books", order_by="Tag.id")
    pages = relationship("Page", backref=backref("book", lazy="joined"), cascade="all, delete-orphan", order_by="Page.number")


class Tag(Base):
    __tablename__ = "tag"
    id = sa.Column(sa.Integer, primary_key=True)
    word = sa.Column(sa.String)


class Page(Base):
    __tablename__ = "page"
    id = sa.Column(sa.Integer, primary_key=True)
    number = sa.Column(sa.Integer)
    book_id = sa.Column(sa.ForeignKey("book.id"))


class Card(Base):
    __tablename__ = "card"
    id = sa.Column(sa.Integer, primary_key=True)
    owner_id = sa.Column(sa.ForeignKey("author.id"))


class Node(Base):
    __tablename__ = "node"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    parent_id = sa.Column(sa.Integer, sa.ForeignKey("node.id"))
    children = relationship("Node", backref=backref("parent", remote_side=[id]), order_by=id)


def seed():
    bind = op.get_bind()
    Base.metadata.create_all(bind)
    op.bulk_insert(Author.__table__, [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}])
    op.bulk_insert(Book.__table__, [{"id": 1, "title": "one", "author_id": 1}, {"id": 2, "title": "two", "author_id": 1}, {"id": 3, "title": "three", "author_id": None}])
    op.bulk_insert(Tag.__table__, [{"id": 1, "word": "x"}, {"id": 2, "word": "y"}])
    op.execute("INSERT INTO book_tag VALUES (1, 1), (1, 2), (2, 1)")
    op.execute("INSERT INTO page (number, book_id) VALUES (1, 1), (2, 1), (1, 2)")
    op.execute("INSERT INTO node VALUES (1, 'root', NULL), (2, 'a', 1), (3, 'b', 1), (4, 'c', 2)")
    return bind


# ==== from many to one, and from one to many
session = orm.Session(bind=bind)
for book in session.query(Book).order_by(Book.id):
    print(book.title, book.author.name if book.author else None, [p.number for p in book.pages], [t.word for t in book.tags])
ann = session.query(Author).get(1)
print([b.title for b in ann.books], len(ann.books), ann.books[0].author is ann, ann.books[-1].title, ann.card, bool(session.query(Author).get(2).books))
print([b.id for b in session.query(Tag).get(1).books])
# ==== a tree of rows
session = orm.Session(bind=bind)
root = session.query(Node).filter(Node.parent == None).one()
print([n.name for n in root.children], [c.name for n in root.children for c in n.children], root.children[0].children[0].parent.parent is root, root.parent)
# ==== setting the one
session = orm.Session(bind=bind)
book = session.query(Book).get(3)
book.author = session.query(Author).get(2)
session.commit()
print(book.author_id, [b.id for b in book.author.books])
book.author = None
session.commit()
print(book.author_id)
# ==== appending to the many
session = orm.Session(bind=bind)
bob = session.query(Author).get(2)
bob.books.append(Book(title="new"))
bob.books.append(session.query(Book).get(2))
session.commit()
print([(b.id, b.title, b.author_id) for b in session.query(Book).order_by(Book.id)])
bob.books.remove(session.query(Book).get(2))
session.commit()
print(session.query(Book).get(2).author_id)
# ==== new objects that hang together
session = orm.Session(bind=bind)
author = Author(name="new", books=[Book(title="p", pages=[Page(number=1), Page(number=2)], tags=[Tag(word="z"), session.query(Tag).get(1)]), Book(title="q")])
session.add(author)
session.commit()
print(author.id, [(b.id, b.author_id) for b in author.books], [(p.id, p.book_id) for p in author.books[0].pages], [(t.id, t.word) for t in author.books[0].tags])
print(sorted(tuple(row) for row in bind.execute(sa.select(book_tag))))
# ==== a new object that names its parent
session = orm.Session(bind=bind)
parent = Author(name="parent")
child = Book(title="child", author=parent)
session.add(child)
session.flush()
print(child.author_id == parent.id, parent.id, child.id, [b.title for b in parent.books])
node = Node(name="leaf", parent=Node(name="branch", parent=session.query(Node).get(1)))
session.add(node)
session.commit()
print([(n.id, n.name, n.parent_id) for n in session.query(Node).order_by(Node.id)])
# ==== rows of the table in between
session = orm.Session(bind=bind)
book = session.query(Book).get(2)
book.tags.append(session.query(Tag).get(2))
book.tags.remove(session.query(Tag).get(1))
tag, third = session.query(Tag).get(1), session.query(Book).get(3)
tag.books.append(third)
session.commit()
print(sorted(tuple(row) for row in bind.execute(sa.select(book_tag))))
book = session.query(Book).get(1)
book.tags = []
session.commit()
print(sorted(tuple(row) for row in bind.execute(sa.select(book_tag))))
# ==== deleting with what belongs to it
session = orm.Session(bind=bind)
session.delete(session.query(Book).get(1))
session.commit()
print(bind.execute(sa.select(Page.id, Page.book_id)).fetchall(), sorted(tuple(row) for row in bind.execute(sa.select(book_tag))))
session.delete(session.query(Author).get(1))
session.commit()
print([(b.id, b.author_id) for b in session.query(Book)])
# ==== an orphan is deleted
session = orm.Session(bind=bind)
book = session.query(Book).get(1)
book.pages.pop(0)
session.commit()
print(bind.execute(sa.select(Page.id, Page.number, Page.book_id).order_by(Page.id)).fetchall())
# ==== one to one
session = orm.Session(bind=bind)
ann = session.query(Author).get(1)
ann.card = Card()
session.commit()
print(ann.card.id, ann.card.owner_id, ann.card.owner is ann, session.query(Card).one().owner.name)
# ==== conditions along relationships
session = orm.Session(bind=bind)
ann = session.query(Author).get(1)
print([b.id for b in session.query(Book).filter(Book.author == ann).order_by(Book.id)], [b.id for b in session.query(Book).filter(Book.author == None)], [b.id for b in session.query(Book).filter(Book.author != None).order_by(Book.id)])
print([a.name for a in session.query(Author).filter(Author.books.any(Book.title == "two"))], [a.name for a in session.query(Author).filter(~Author.books.any())], [b.id for b in session.query(Book).filter(Book.author.has(name="ann")).order_by(Book.id)])
print([b.id for b in session.query(Book).filter(Book.tags.any(Tag.word == "y"))], [b.id for b in session.query(Book).filter(Book.tags.contains(session.query(Tag).get(1))).order_by(Book.id)])
# ==== joins along relationships
session = orm.Session(bind=bind)
print(session.query(Author.name, Book.title).join(Author.books).order_by(Book.id).all(), session.query(Book.title, Tag.word).join(Book.tags).order_by(Book.id, Tag.id).all())
print([b.id for b in session.query(Book).join(Book.author).filter(Author.name == "ann").order_by(Book.id)], [a.name for a in session.query(Author).outerjoin(Author.books).filter(Book.id == None)])
print(session.query(Author.name, sa.func.count(Book.id)).outerjoin(Book).group_by(Author.name).order_by(Author.name).all(), [b.id for b in session.query(Book).join(Author).filter_by(name="ann").order_by(Book.id)])
print([b.id for b in session.execute(sa.select(Book).join(Book.author).where(Author.name == "ann").order_by(Book.id)).scalars()])
# ==== options of loading change nothing
session = orm.Session(bind=bind)
print([len(a.books) for a in session.query(Author).options(orm.joinedload(Author.books)).order_by(Author.id)], [len(a.books) for a in session.query(Author).options(orm.subqueryload("books"), orm.load_only("id")).order_by(Author.id)],
      [len(b.tags) for b in session.query(Book).options(orm.selectinload(Book.tags)).order_by(Book.id)])
# ==== moving what one has to another
session = orm.Session(bind=bind)
ann, bob = session.query(Author).order_by(Author.id).all()
for book in list(ann.books):
    book.author = bob
session.commit()
print(len(ann.books), len(bob.books), [b.author_id for b in session.query(Book).order_by(Book.id)])
