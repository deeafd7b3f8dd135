# Models of a Flask application, which is not there.
import os

from flask import Flask
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import generate_password_hash

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["SHOP_DATABASE"]
db = SQLAlchemy()
db.init_app(app)

order_tags = db.Table("order_tags", db.Column("order_id", db.Integer, db.ForeignKey("purchase_order.id"), primary_key=True),
                      db.Column("tag_id", db.ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True))


class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120), unique=True, nullable=False, index=True)
    secret = generate_password_hash("nobody")
    orders = db.relationship("PurchaseOrder", backref="user", lazy="dynamic")

    @property
    def is_new(self):
        return not self.orders.count()


class PurchaseOrder(db.Model):
    __table_args__ = (db.UniqueConstraint("user_id", "number", name="uq_number"), db.CheckConstraint("number > 0", name="ck_number"))
    id = db.Column(db.Integer, primary_key=True)
    number = db.Column(db.Integer, nullable=False)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    placed = db.Column(db.DateTime(timezone=True), server_default=db.func.now())


class HTTPTag(db.Model):
    __tablename__ = "tag"
    id = db.Column(db.BigInteger, primary_key=True)
    kind = db.Column(db.Enum("a", "b", name="tag_kind"), nullable=False)


class Base(db.Model):
    __abstract__ = True
    note = db.Column(db.Text)


class ShopItem(Base):
    id = db.Column(db.Integer, primary_key=True)
    type = db.Column(db.String(10))
    made = db.Column(db.DateTime)
    __table_args__ = (db.UniqueConstraint(type, made, name="uq_type"), db.Index("ix_made", made.desc()), db.Index("ix_type", type))
    __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "item"}


class SpecialItem(ShopItem):
    extra = db.Column(db.Integer)
    __mapper_args__ = {"polymorphic_identity": "special"}


db.create_all()


@app.route("/")
def index():
    return "shop"
