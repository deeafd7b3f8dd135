// What a class of the ORM says, and which column each of its attributes is. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_mapper = R"python(
import sqlalchemy as _sa
from sqlalchemy import exc as _exc


class _Unset:
    def __repr__(self):
        return "<no value>"
    def __bool__(self):
        return False


_unset = _Unset()


# --- What is known of one object: its values, what they were in the database, where it belongs.

class _State:
    def __init__(self, obj, mapper):
        self.obj = obj
        self.mapper = mapper
        self.values = {}       # attribute -> value
        self.before = {}       # changed attribute -> what the database has
        self.lists = {}        # relationship -> the objects that the database has in it
        self.session = None
        self.key = None        # (mapper, primary key) once it has a row
        self.deleted = False

    def note(self, name):
        # An attribute is about to change.
        if name not in self.before:
            self.before[name] = self.values.get(name, _unset)
        if self.session is not None and self.key is not None:
            self.session._changed[id(self)] = self

    def identity(self):
        return tuple(self.values.get(name) for name in self.mapper.key_names)


def _state_of(obj):
    state = getattr(obj, "_sa_instance_state", None)
    if state is None:
        mapper = class_mapper(type(obj))
        state = _State(obj, mapper)
        object.__setattr__(obj, "_sa_instance_state", state)
    return state


# --- Attributes of mapped classes. On the class they are the column; on an object its value.

class _ColumnAttribute:
    def __init__(self, name, column, read_only=False):
        self.name = name
        self.column = column
        self.read_only = read_only

    def __get__(self, obj, owner=None):
        if obj is None:
            return self.column
        state = _state_of(obj)
        if self.name in state.values:
            return state.values[self.name]
        if state.key is None:
            return None
        if state.session is None:
            raise _exc.DetachedInstanceError(f"{_describe(obj)} is not bound to a Session; attribute '{self.name}' cannot be loaded")
        state.session._refresh(state)
        return state.values.get(self.name)

    def __set__(self, obj, value):
        state = _state_of(obj)
        for check in state.mapper.validators.get(self.name, ()):
            value = check(obj, self.name, value)
        if state.values.get(self.name, _unset) is value and self.name in state.values:
            return
        state.note(self.name)
        state.values[self.name] = value


def _describe(obj):
    return f"<{type(obj).__name__}>"


# --- Mappers.

class Mapper:
    def __init__(self, cls, table, parent=None):
        self.class_ = cls
        self.local_table = self.persist_selectable = self.mapped_table = table
        self.parent = parent
        self.base_mapper = parent.base_mapper if parent else self
        self.columns = dict(parent.columns) if parent else {}       # attribute -> column of the table
        self.expressions = dict(parent.expressions) if parent else {}  # attribute -> column_property() of an expression
        self.relationships = dict(parent.relationships) if parent else {}
        self.validators = dict(parent.validators) if parent else {}
        self.mutable = set(parent.mutable) if parent else set()
        self.key_names = list(parent.key_names) if parent else []
        self.polymorphic_on = parent.polymorphic_on if parent else None
        self.polymorphic_identity = None
        self.polymorphic_map = parent.polymorphic_map if parent else {}
        self.subclasses = []
        self._by_column = None
        if parent:
            parent.subclasses.append(self)

    @property
    def c(self):
        return self.local_table.c

    @property
    def primary_key(self):
        return tuple(self.columns[name] for name in self.key_names)

    @property
    def attrs(self):
        return {**self.columns, **self.expressions, **self.relationships}

    @property
    def column_attrs(self):
        return [_Named(name, column) for name, column in self.columns.items()]

    def name_of(self, column):
        # The attribute that a column of the table has.
        if self._by_column is None:
            self._by_column = {each.name: name for name, each in self.columns.items()}
        return self._by_column.get(column)

    def attribute(self, name):
        # The column behind an attribute, for filter_by() and its like.
        found = getattr(self.class_, name, None)
        if found is None:
            known = sorted([*self.columns, *self.expressions, *self.relationships])
            raise _exc.InvalidRequestError(f"Entity '{self.class_.__name__}' has no property '{name}'; it has {', '.join(known)}")
        return found

    def identities(self):
        # The values of the discriminator that mean this class or one below it.
        own = [] if self.polymorphic_identity is None else [self.polymorphic_identity]
        for each in self.subclasses:
            own += each.identities()
        return own

    def condition(self):
        # What tells rows of this class from those of others in one table.
        if self.parent is None or self.polymorphic_on is None:
            return None
        return self.columns[self.polymorphic_on].in_(self.identities())

    def class_for(self, values):
        if self.polymorphic_on is None:
            return self
        return self.polymorphic_map.get(values.get(self.polymorphic_on), self)

    def loaded(self):
        # The attributes that a SELECT of the class fills, with their expressions, in order.
        return [*self.columns.items(), *self.expressions.items()]


class _Named:
    def __init__(self, key, column):
        self.key = key
        self.columns = [column]
        self.expression = column


def class_mapper(cls, configure=True):
    mapper = getattr(cls, "__mapper__", None)
    if mapper is None:
        raise _exc.UnmappedClassError(f"Class '{cls.__name__}' is not mapped")
    return mapper


def object_mapper(obj):
    return _state_of(obj).mapper


def _is_mapped(value):
    return isinstance(value, type) and getattr(value, "__mapper__", None) is not None


# --- Declarations.

class _Marker:
    # mapped_column() whose type the annotation may tell.
    def __init__(self, column, info):
        self.column = column
        self.info = info

    def __getattr__(self, name):
        return getattr(self.column, name)


class _MappedAnnotation:
    def __init__(self, inner):
        self.inner = inner


class Mapped:
    def __class_getitem__(cls, inner):
        return _MappedAnnotation(inner)


WriteOnlyMapped = DynamicMapped = Mapped
_own_arguments = ("init", "repr", "default_factory", "compare", "kw_only", "hash", "dataclass_metadata", "deferred", "deferred_group",
                  "deferred_raiseload", "use_existing_column", "active_history")


def mapped_column(*args, **kw):
    for name in _own_arguments:
        kw.pop(name, None)
    return _Marker(_sa.Column(*args, **kw), {"nullable": "nullable" in kw})


class _ColumnProperty:
    def __init__(self, expression):
        self.expression = expression


def column_property(column, *more, **kw):
    return column if isinstance(column, _sa.Column) else _ColumnProperty(column)


def deferred(column, *more, **kw):
    return column


class _Synonym:
    def __init__(self, name, map_column=None, descriptor=None, comparator_factory=None, doc=None, info=None):
        self.name = name

    def __get__(self, obj, owner=None):
        return getattr(owner if obj is None else obj, self.name)

    def __set__(self, obj, value):
        setattr(obj, self.name, value)


synonym = _Synonym


def composite(*args, **kw):
    raise NotImplementedError("orch has no composite(): map its columns one by one")


class declared_attr:
    def __init__(self, function, cascading=False):
        self.function = getattr(function, "__func__", function)

    def __get__(self, obj, owner=None):
        return self.function(owner if owner is not None else type(obj))

    @staticmethod
    def cascading(function):
        return declared_attr(function)

    @staticmethod
    def directive(function):
        return declared_attr(function)


def validates(*names, include_removes=False, include_backrefs=True):
    def mark(function):
        function.__validates__ = names
        return function
    return mark


def reconstructor(function):
    function.__reconstructor__ = True
    return function


def _python_types():
    import datetime
    import decimal
    import uuid
    return {int: _sa.Integer, str: _sa.String, bool: _sa.Boolean, float: _sa.Float, bytes: _sa.LargeBinary,
            datetime.datetime: _sa.DateTime, datetime.date: _sa.Date, datetime.time: _sa.Time, datetime.timedelta: _sa.Interval,
            decimal.Decimal: _sa.Numeric, uuid.UUID: _sa.Uuid}


_text_names = {"int": int, "str": str, "bool": bool, "float": float, "bytes": bytes}


def _annotated(annotation):
    # (inner, whether None is allowed) of Mapped[...]; nothing for another annotation.
    if isinstance(annotation, str):
        text = annotation.strip()
        if not text.startswith("Mapped["):
            return None
        text = text[7:-1].strip()
        optional = "None" in text or text.startswith("Optional[")
        text = text.replace("Optional[", "").replace("| None", "").replace("]", "").strip()
        return _text_names.get(text, text), optional
    if not isinstance(annotation, _MappedAnnotation):
        return None
    inner, optional = annotation.inner, False
    parts = getattr(inner, "__args__", None)
    if parts is not None and (type(None) in parts or None in parts):
        rest = [each for each in parts if each is not None and each is not type(None)]
        inner, optional = rest[0], True
    return inner, optional


def _type_for(inner, cls, name):
    known = getattr(cls, "type_annotation_map", None) or {}
    for table in (known, _python_types()):
        try:
            if inner in table:
                return table[inner]
        except TypeError:
            pass
    if isinstance(inner, type) and hasattr(inner, "__members__"):
        return _sa.Enum(inner)
    raise _exc.ArgumentError(f"Could not locate a type for the annotation of '{cls.__name__}.{name}': give it to mapped_column(...)")


def _own_items(cls):
    # What the class body says, that of mix-ins first; an inner class overrides an outer one.
    items = {}
    for each in reversed(cls.__mro__):
        if each is object:
            continue
        if "__mapper__" in vars(each):
            continue
        for name, value in vars(each).items():
            items[name] = (each, value)
    return items


def _annotations_of(cls, kept="__annotations__"):
    found = {}
    for each in reversed(cls.__mro__):
        if "__mapper__" not in vars(each):
            found.update(vars(each).get(kept, {}))
    return found


_Function = type(_own_items)


class _Declaration:
    # Reads a class body: columns, relationships and what else is mapped.
    def __init__(self, cls):
        self.cls = cls
        self.columns = {}
        self.expressions = {}
        self.relationships = {}
        self.validators = {}
        self.annotations = _annotations_of(cls)
        self.texts = _annotations_of(cls, "__annotation_text__")
        for name, (owner, value) in _own_items(cls).items():
            self.add(name, owner, value)
        for name, annotation in self.annotations.items():
            self.annotate(name, annotation)
        written = list(self.annotations)
        if all(name in written for name in self.columns):   # Mapped[...] = in the order of the class body
            self.columns = {name: self.columns[name] for name in written if name in self.columns}
        else:
            self.columns = dict(sorted(self.columns.items(), key=lambda item: item[1]._order))

    def add(self, name, owner, value):
        if isinstance(value, declared_attr):
            if name.startswith("__"):
                return
            value = value.function(self.cls)
        if isinstance(value, _Marker):
            self.column(name, owner, value.column, value)
        elif isinstance(value, _sa.Column):
            self.column(name, owner, value, None)
        elif isinstance(value, _ColumnProperty):
            self.expressions[name] = value.expression
        elif isinstance(value, RelationshipProperty):
            self.relationships[name] = value if owner is self.cls else value.copy()
        elif isinstance(value, _Function) and getattr(value, "__validates__", None):
            for attribute in value.__validates__:
                self.validators.setdefault(attribute, []).append(value)

    def column(self, name, owner, column, marker):
        if owner is not self.cls and "__table__" not in vars(owner):
            column = column.copy()
        if not column.name:
            column.name = name
        self.columns[name] = column
        told = _annotated(self.annotations.get(name))
        if told is None:
            return
        inner, optional = told
        metadata = getattr(inner, "__metadata__", None)
        if metadata is not None:
            inner = inner.__args__[0] if getattr(inner, "__args__", None) else inner.__origin__
        if not column._type_given and not column.foreign_keys:
            column.type = _type_for(inner, self.cls, name)
        if marker is not None and not marker.info["nullable"] and not column.primary_key:
            column.nullable = optional

    def annotate(self, name, annotation):
        told = _annotated(annotation)
        if told is None or name in self.columns or name in self.expressions:
            return
        if name in self.relationships:
            self.relationships[name].annotated(told[0], self.texts.get(name, ""))
            return
        for each in getattr(told[0], "__metadata__", ()):
            if isinstance(each, _Marker):
                return self.column(name, self.cls, each.column.copy(), each)
        marker = mapped_column()
        self.column(name, self.cls, marker.column, marker)


def _table_arguments(cls):
    given = getattr(cls, "__table_args__", None)
    if callable(given):
        given = given()
    if given is None:
        return (), {}
    if isinstance(given, dict):
        return (), given
    given = tuple(given)
    if given and isinstance(given[-1], dict):
        return given[:-1], given[-1]
    return given, {}


def _mapper_arguments(cls):
    given = getattr(cls, "__mapper_args__", None)
    return given or {}


def _parent_mapper(cls):
    for each in cls.__mro__[1:]:
        if "__mapper__" in vars(each):
            return each.__mapper__
    return None


class _JoinedMapper:
    # Of a class whose objects are spread over its own table and its parent's: models know its table, nobody its objects.
    def __init__(self, cls, table, columns):
        self.class_, self.local_table, self.columns = cls, table, columns

    def __getattr__(self, name):
        raise NotImplementedError(f"class '{self.class_.__name__}': orch maps a class hierarchy to one table only: leave out '__tablename__' of the subclass")


def _know_joined(cls, table, named, parent):
    own, declared = vars(cls), _Declaration(cls)
    if table is None:
        mixed = [each for each in cls.__mro__ if each not in parent.class_.__mro__]
        args, kw = _table_arguments(cls) if any("__table_args__" in vars(each) for each in mixed) else ((), {})
        columns = [column for name, column in declared.columns.items() if name in own or name in own.get("__annotations__", {}) or name not in parent.columns]
        table = _sa.Table(named, cls.metadata, *columns, *args, **kw)
    cls.__table__ = table
    cls.__mapper__ = _JoinedMapper(cls, table, {**parent.columns, **declared.columns})


def _map_declared(cls):
    own = vars(cls)
    if own.get("__abstract__") or "__mapper__" in own:
        return
    parent = _parent_mapper(cls)
    table = own.get("__table__")
    named = getattr(cls, "__tablename__", None)
    if parent is not None and "__tablename__" not in own and not any("__tablename__" in vars(each) for each in cls.__mro__[1:] if each not in parent.class_.__mro__):
        named = None
    if table is None and named is None and parent is None:
        if any(isinstance(value, (_sa.Column, _Marker)) for value in own.values()):
            raise _exc.InvalidRequestError(f"Class '{cls.__name__}' does not have a __table__ or __tablename__ specified and does not inherit from an existing table-mapped class.")
        return
    if parent is not None and (table is not None or named is not None):
        return _know_joined(cls, table, named, parent)
    declared = _Declaration(cls)
    if table is None and parent is not None:
        table = parent.local_table
        for column in declared.columns.values():
            if column.name not in table.c:
                table.append_column(column)
    elif table is None:
        for name, column in declared.columns.items():
            setattr(cls, name, column)   # __table_args__ may name them
        args, kw = _table_arguments(cls)
        if "schema" not in kw and cls.metadata.schema:
            kw = {**kw, "schema": cls.metadata.schema}
        table = _sa.Table(named, cls.metadata, *declared.columns.values(), *args, extend_existing=True, **{name: value for name, value in kw.items() if name not in ("extend_existing", "autoload_with")})
    _map(cls, table, declared, parent)


def _map(cls, table, declared, parent, properties=None):
    mapper = Mapper(cls, table, parent)
    cls.__table__ = table
    cls.__mapper__ = mapper
    cls.__orm_from__ = table
    taken = set()
    for name, column in declared.columns.items():
        mapper.columns[name] = table.c[column.key] if column.key in table.c else table.c[column.name]
        taken.add(mapper.columns[name].name)
    if parent is None:
        for column in table.c:
            if column.name not in taken:
                mapper.columns[column.key] = column
    mapper.expressions.update(declared.expressions)
    for name, column in mapper.columns.items():
        if parent is None or name not in parent.columns:
            setattr(cls, name, _ColumnAttribute(name, column))
    for name, expression in declared.expressions.items():
        setattr(cls, name, _ColumnAttribute(name, expression, True))
    for name, relation in {**declared.relationships, **(properties or {})}.items():
        relation.attach(name, mapper)
        setattr(cls, name, relation)
        mapper.relationships[name] = relation
    for name, checks in declared.validators.items():
        mapper.validators.setdefault(name, []).extend(checks)
    arguments = _mapper_arguments(cls)
    key = arguments.get("primary_key")
    if key is not None:
        mapper.key_names = [mapper.name_of(column.name) for column in key]
    elif parent is None:
        mapper.key_names = [name for name, column in mapper.columns.items() if column.name in [each.name for each in table.primary_key]]
    if not mapper.key_names and not any(isinstance(each, _sa.PrimaryKeyConstraint) for each in _table_arguments(cls)[0]):
        raise _exc.ArgumentError(f"Mapper of '{cls.__name__}' could not assemble any primary key columns for mapped table '{table.name}'")
    _set_polymorphic(mapper, arguments)
    mapper.mutable |= {name for name, column in mapper.columns.items() if id(column.type) in _mutable_types}
    registry_of = getattr(cls, "_decl_class_registry", None)
    if registry_of is not None:
        registry_of[cls.__name__] = cls
    return mapper


def _set_polymorphic(mapper, arguments):
    on = arguments.get("polymorphic_on")
    if on is not None:
        column = getattr(mapper.class_, on) if isinstance(on, str) else on
        mapper.polymorphic_on = on if isinstance(on, str) else mapper.name_of(column.name)
    if "polymorphic_identity" in arguments:
        mapper.polymorphic_identity = arguments["polymorphic_identity"]
        mapper.polymorphic_map[mapper.polymorphic_identity] = mapper


# Types whose values may change in place, by MutableDict.as_mutable() and its like.
_mutable_types = {}


def _construct(self, **kw):
    _configure()
    cls = type(self)
    for name, value in kw.items():
        if not hasattr(cls, name):
            near = sorted(class_mapper(cls).attrs)
            raise TypeError(f"'{name}' is an invalid keyword argument for {cls.__name__}; it has {', '.join(near)}")
        setattr(self, name, value)


class _RegistryOf:
    def __init__(self, base):
        self.base = base
        self.metadata = base.metadata
        self._class_registry = base._decl_class_registry


class DeclarativeBase:
    __declarative_root__ = None

    def __init_subclass__(cls, **kw):
        if DeclarativeBase in cls.__bases__ or DeclarativeBaseNoMeta in cls.__bases__:
            cls.__declarative_root__ = cls
            if getattr(cls, "metadata", None) is None:
                cls.metadata = _sa.MetaData()
            cls._decl_class_registry = {}
            cls.registry = _RegistryOf(cls)
        else:
            _map_declared(cls)

    metadata = None
    __init__ = _construct


class DeclarativeBaseNoMeta(DeclarativeBase):
    pass


class DeclarativeMeta(type):
    pass


class MappedAsDataclass:
    def __init_subclass__(cls, **kw):
        super().__init_subclass__()


def declarative_base(bind=None, metadata=None, mapper=None, cls=object, name="Base", constructor=_construct, class_registry=None, metaclass=None, type_annotation_map=None):
    bases = cls if isinstance(cls, tuple) else (cls,)
    body = {"metadata": metadata if metadata is not None else _sa.MetaData(), "_decl_class_registry": class_registry if class_registry is not None else {},
            "__init_subclass__": classmethod(_map_subclass)}
    if constructor is not None:
        body["__init__"] = constructor
    if type_annotation_map is not None:
        body["type_annotation_map"] = type_annotation_map
    made = type(name, tuple(each for each in bases if each is not object) or (object,), body)
    made.__declarative_root__ = made
    made.registry = _RegistryOf(made)
    return made


def _map_subclass(cls, **kw):
    _map_declared(cls)


def as_declarative(**kw):
    def decorate(cls):
        return declarative_base(cls=cls, name=cls.__name__, **kw)
    return decorate


class registry:
    def __init__(self, metadata=None, class_registry=None, type_annotation_map=None, constructor=_construct):
        self.metadata = metadata if metadata is not None else _sa.MetaData()
        self._class_registry = class_registry if class_registry is not None else {}
        self.type_annotation_map = type_annotation_map

    def generate_base(self, **kw):
        return declarative_base(metadata=self.metadata, class_registry=self._class_registry, type_annotation_map=self.type_annotation_map, **kw)

    def mapped(self, cls):
        cls.metadata = self.metadata
        cls._decl_class_registry = self._class_registry
        if "__init__" not in vars(cls):
            cls.__init__ = _construct
        _map_declared(cls)
        return cls

    def mapped_as_dataclass(self, cls=None, **kw):
        return self.mapped if cls is None else self.mapped(cls)

    def map_imperatively(self, cls, table=None, properties=None, **kw):
        cls._decl_class_registry = self._class_registry
        return mapper(cls, table, properties=properties, **kw)

    def configure(self):
        pass

    def dispose(self):
        pass


class _Nothing:
    columns = {}
    expressions = {}
    relationships = {}
    validators = {}


def mapper(cls, local_table=None, properties=None, **kw):
    # The classical way: a class and a table made apart.
    if kw:
        cls.__mapper_args__ = kw
    if "__init__" not in vars(cls):
        cls.__init__ = _construct
    declared = _Declaration(cls)
    relations = {}
    for name, value in (properties or {}).items():
        if isinstance(value, RelationshipProperty):
            relations[name] = value
        elif isinstance(value, _sa.Column):
            declared.columns[name] = value
    return _map(cls, local_table, declared, None, relations)


def declarative_mixin(cls):
    return cls


_unconfigured = []


def configure_mappers():
    # Relationships find each other once all classes are there: backref= gives the other class its attribute.
    while _unconfigured:
        relation = _unconfigured.pop(0)
        try:
            relation.setup()
        except Exception:
            relation.ready = False   # it says so where it is used


_configure = configure_mappers


def clear_mappers():
    pass


def add_mapped_attribute(cls, name, value):
    setattr(cls, name, value)


class DeferredReflection:
    @classmethod
    def prepare(cls, *args, **kw):
        raise NotImplementedError("orch does not reflect mapped classes: declare the columns that the script uses")
)python";

} // namespace orch::script
