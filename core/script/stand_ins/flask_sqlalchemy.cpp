#include "script/stand_ins/stand_ins.hpp"

// The object that an application's models are made with, as far as models go: their base class with its names
// of tables, and all names of SQLAlchemy. There is no application, so there is no session.
const std::string_view orch::script::stand_ins::flask_sqlalchemy = R"python(
import sqlalchemy as _sa
from sqlalchemy import orm as _orm

def _snake(name):
    out = ""
    for i, letter in enumerate(name):
        before, after = name[i - 1:i], name[i + 1:i + 2]
        if letter.isupper() and i and (before.islower() or before.isdigit() or after.islower()):
            out += "_"
        out += letter.lower()
    return out.lstrip("_")

def _mapped_parent(cls):
    for each in cls.__mro__[1:]:
        if "__mapper__" in vars(each):
            return each
    return None

def _has_key(cls):
    for value in vars(cls).values():
        column = getattr(value, "column", value)
        if isinstance(column, _sa.Column) and column.primary_key:
            return True
    return False

# A class has its own name in the database's spelling, unless it or a mixin says another, or its parent's table is its own.
def _name(cls):
    if vars(cls).get("__abstract__") or "__tablename__" in vars(cls) or "__table__" in vars(cls):
        return
    parent = _mapped_parent(cls)
    if parent is not None and not _has_key(cls):
        return
    for each in cls.__mro__[1:]:
        if "__tablename__" in vars(each) and "__mapper__" not in vars(each) and not vars(each).get("__abstract__"):
            return
    if parent is None and isinstance(getattr(cls, "__tablename__", None), str):
        return
    cls.__tablename__ = _snake(cls.__name__)

def _declare(cls, **kw):
    _name(cls)
    _orm._map_declared(cls)

class Query:
    pass

BaseQuery = Query

class Model:
    query_class = Query

class _Session:
    def __getattr__(self, name):
        if name == "query_property":
            return lambda *args, **kw: None
        raise NotImplementedError("orch runs without the application, so db.session has no connection: use op.get_bind()")

class SQLAlchemy:
    Query = Query

    def __init__(self, app=None, use_native_unicode=True, session_options=None, metadata=None, query_class=None, model_class=None,
                 engine_options=None, add_models_to_shell=True, disable_autonaming=False, **kw):
        if isinstance(model_class, type) and issubclass(model_class, _orm.DeclarativeBase):
            self.Model = type("Model", (model_class,), {"__abstract__": True})
        else:
            base = model_class if isinstance(model_class, type) else Model
            self.Model = _orm.declarative_base(cls=base, name="Model", metadata=metadata)
        if not disable_autonaming:
            self.Model.__init_subclass__ = classmethod(_declare)
        self.metadata = self.Model.metadata
        self.metadatas = {None: self.metadata}
        self.session = _Session()

    def __getattr__(self, name):
        for module in (_sa, _orm):
            found = getattr(module, name, None)
            if found is not None:
                return found
        raise AttributeError("'SQLAlchemy' object has no attribute '%s'" % name)

    def Table(self, name, *args, **kw):
        kw.pop("bind_key", None)
        if args and isinstance(args[0], _sa.MetaData):
            return _sa.Table(name, *args, **kw)
        return _sa.Table(name, self.metadata, *args, **kw)

    def init_app(self, app, *args, **kw):
        pass

    def make_declarative_base(self, *args, **kw):
        return self.Model

    def relationship(self, *args, **kw):
        kw.pop("query_class", None)
        return _orm.relationship(*args, **kw)

    dynamic_loader = relation = relationship
)python";
