// session.query() and what it gives. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_query = R"python(
# --- Queries of the 1.x kind: select() with a session.

class Query:
    def __init__(self, entities, session=None):
        _configure()
        self.session = session
        entities = list(entities) if isinstance(entities, (list, tuple)) else [entities]
        self._entities = [_entity_of(each) for each in entities]
        self._select = _sa.select(*self._entities)
        self._criteria = []
        self._populate = False
        self._flushes = True

    def _with(self, select=None, **changes):
        made = Query.__new__(type(self))
        made.session = self.session
        made._entities = self._entities
        made._select = select if select is not None else self._select
        made._criteria = self._criteria
        made._populate = self._populate
        made._flushes = self._flushes
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    # --- Building.

    def filter(self, *criteria):
        return self._with(self._select.where(*criteria), _criteria=self._criteria + list(criteria))

    where = filter

    def filter_by(self, **kw):
        entity = self._target()
        return self.filter(*[_equal(entity, name, value) for name, value in kw.items()])

    def _target(self):
        # The class that filter_by() speaks of: what was joined last, else what was asked for.
        joined = self._select._joined
        for each in [*reversed(joined), *self._entities]:
            if hasattr(each, "__mapper__"):
                return each
            table = getattr(each, "table", None)
            if table is not None:
                return table
        return self._entities[0]

    def join(self, target, *props, isouter=False, full=False, aliased=False, from_joinpoint=False, onclause=None):
        return self._join(target, props, onclause, isouter, full)

    def outerjoin(self, target, *props, full=False, aliased=False, from_joinpoint=False, onclause=None):
        return self._join(target, props, onclause, True, full)

    def _join(self, target, props, onclause, isouter, full):
        select = self._select
        if isinstance(target, tuple):
            target, props = target[0], target[1:]
        if isinstance(target, str):
            target = getattr(self._target(), target)
        if props and hasattr(target, "__orm_join__") and hasattr(props[0], "__orm_join__"):
            for step in (target, *props):          # join(A.bs, B.cs)
                select = select.join(step, isouter=isouter, full=full)
            return self._with(select)
        if props:
            onclause = props[0]
        if isinstance(onclause, str):
            onclause = getattr(self._target(), onclause)
        return self._with(select.join(target, onclause, isouter=isouter, full=full))

    def select_from(self, *sources):
        return self._with(self._select.select_from(*sources))

    def select_entity_from(self, source):
        return self.select_from(source)

    def order_by(self, *clauses):
        return self._with(self._select.order_by(*[None if each is False else each for each in clauses]))

    def group_by(self, *clauses):
        return self._with(self._select.group_by(*clauses))

    def having(self, *criteria):
        return self._with(self._select.having(*criteria))

    def limit(self, number):
        return self._with(self._select.limit(number))

    def offset(self, number):
        return self._with(self._select.offset(number))

    def slice(self, start, stop):
        return self._with(self._select.slice(start, stop))

    def distinct(self, *columns):
        return self._with(self._select.distinct(*columns))

    def with_for_update(self, **kw):
        return self._with(self._select.with_for_update(**kw))

    def with_entities(self, *entities):
        made = [_entity_of(each) for each in entities]
        return self._with(self._select.with_only_columns(*made), _entities=made)

    def add_columns(self, *columns):
        made = [_entity_of(each) for each in columns]
        return self._with(self._select.add_columns(*made), _entities=self._entities + made)

    add_column = add_entity = add_columns

    def union(self, *others):
        return self._compound("union", others)

    def union_all(self, *others):
        return self._compound("union_all", others)

    def intersect(self, *others):
        return self._compound("intersect", others)

    def except_(self, *others):
        return self._compound("except_", others)

    def _compound(self, word, others):
        return self._with(getattr(self.statement, word)(*[each.statement for each in others]), _criteria=[])

    def params(self, *args, **kw):
        self_copy = self._with()
        self_copy._given = {**(args[0] if args else {}), **kw}
        return self_copy

    def populate_existing(self):
        return self._with(_populate=True)

    def autoflush(self, setting):
        return self._with(_flushes=setting)

    def with_session(self, session):
        return self._with(session=session)

    # How SQLAlchemy loads and reports: the objects are the same.
    def options(self, *args):
        return self

    def execution_options(self, **kw):
        return self

    def yield_per(self, count):
        return self

    def enable_eagerloads(self, value):
        return self

    def enable_assertions(self, value):
        return self

    def correlate(self, *args):
        return self._with(self._select.correlate(*args))

    def with_hint(self, *args, **kw):
        return self._with(self._select.with_hint(*args, **kw))

    def suffix_with(self, *words):
        return self._with(self._select.suffix_with(*words))

    def with_labels(self):
        return self

    def prefix_with(self, *words):
        return self._with(self._select.prefix_with(*words))

    # --- As SQL.

    @property
    def statement(self):
        select = self._select
        for each in self._entities:
            mapper = getattr(each, "__mapper__", None)
            condition = mapper.condition() if mapper is not None else None
            if condition is not None:
                select = select.where(condition)
        return select

    selectable = statement

    def __orm_statement__(self):
        return self.statement

    def __clause_element__(self):
        return self.statement

    def subquery(self, name=None, with_labels=False):
        return self.statement.subquery(name)

    def cte(self, name=None, recursive=False, nesting=False):
        return self.statement.cte(name, recursive)

    def label(self, name):
        return self.statement.label(name)

    def scalar_subquery(self):
        return self.statement.scalar_subquery()

    as_scalar = scalar_subquery

    def exists(self):
        return _sa.exists(self.statement.with_only_columns(_sa.literal_column("1")))

    @property
    def whereclause(self):
        return self._select.whereclause

    @property
    def column_descriptions(self):
        return [{"name": _entity_name(each), "entity": each, "expr": each} for each in self._entities]

    def __str__(self):
        return str(self.statement)

    # --- Running.

    def _rows(self):
        if self.session.autoflush and self._flushes:
            self.session.flush()
        return _load_rows(self.session, self._select, self._entities, getattr(self, "_given", None), self._populate)

    def _single(self):
        return len(self._entities) == 1 and hasattr(self._entities[0], "__mapper__")

    def __iter__(self):
        rows = self._rows()
        if self._single():
            return iter(_unique([row[0] for row in rows]))
        names = [_entity_name(each) for each in self._entities]
        row_of = self.session.connection()._row
        return iter([row_of(names, row) for row in rows])

    def all(self):
        return list(self)

    def first(self):
        for each in self.limit(1) if self._select._limit is None else self:
            return each
        return None

    def one_or_none(self):
        found = list(self)
        if len(found) > 1:
            raise _exc.MultipleResultsFound("Multiple rows were found when one or none was required")
        return found[0] if found else None

    def one(self):
        found = list(self)
        if not found:
            raise _exc.NoResultFound("No row was found when one was required")
        if len(found) > 1:
            raise _exc.MultipleResultsFound("Multiple rows were found when exactly one was required")
        return found[0]

    def scalar(self):
        found = self.one_or_none()
        return found if found is None or self._single() else found[0]

    def scalars(self):
        return [row[0] for row in self._rows()]

    def get(self, ident):
        return self.session.get(self._entities[0], ident)

    def values(self, *columns):
        return iter(self.with_entities(*columns))

    def value(self, column):
        found = self.with_entities(column).first()
        return found[0] if found is not None else None

    def __getitem__(self, item):
        if isinstance(item, slice):
            if item.step is None and (item.start or 0) >= 0 and (item.stop is None or item.stop >= 0):
                return self.slice(item.start, item.stop).all()
            return self.all()[item]
        if item < 0:
            return self.all()[item]
        return self.slice(item, item + 1).all()[0]

    def count(self):
        if self.session.autoflush:
            self.session.flush()
        inner = self.statement.order_by(None).subquery()
        counted = _sa.select(_sa.func.count()).select_from(inner)
        given = getattr(self, "_given", None)
        result = self.session.connection().execute(counted, given) if given else self.session.connection().execute(counted)
        return result.scalar()

    def update(self, values, synchronize_session="evaluate", update_args=None):
        self.session.flush()
        entity = self._entities[0]
        mapper = getattr(entity, "__mapper__", None)
        table = entity.__orm_from__ if mapper is not None else entity.table
        pairs = values.items() if isinstance(values, dict) else values
        given = {}
        for name, value in pairs:
            if isinstance(name, str) and mapper is not None and name in mapper.columns:
                name = mapper.columns[name].key
            given[name] = value
        statement = _sa.update(table).values(given)
        result = self.session.connection().execute(self._restricted(statement, mapper))
        self.session._expire_table(table)
        return result.rowcount

    def delete(self, synchronize_session="evaluate"):
        self.session.flush()
        entity = self._entities[0]
        mapper = getattr(entity, "__mapper__", None)
        table = entity.__orm_from__ if mapper is not None else entity.table
        gone = []
        if mapper is not None and synchronize_session and any(state.mapper.local_table is table for state in self.session._objects.values()):
            gone = [tuple(row) for row in self._restricted(_sa.select(*[mapper.columns[name] for name in mapper.key_names]), mapper, self.session)]
        result = self.session.connection().execute(self._restricted(_sa.delete(table), mapper))
        for ident in gone:
            state = self.session._objects.get((mapper.base_mapper, ident))
            if state is not None:
                self.session.expunge(state.obj)
        return result.rowcount

    def _restricted(self, statement, mapper, session=None):
        if self._select._joined:
            raise _exc.InvalidRequestError("Can't call Query.update() or Query.delete() when join() has been called: filter by Model.id.in_(query of the ids)")
        for criterion in self._criteria:
            statement = statement.where(criterion)
        condition = mapper.condition() if mapper is not None else None
        if condition is not None:
            statement = statement.where(condition)
        return statement if session is None else session.connection().execute(statement)


def _entity_of(given):
    # A table gives all of its columns; everything else is what it says.
    return given


def _equal(entity, name, value):
    if hasattr(entity, "__mapper__"):
        if isinstance(entity, type):
            return entity.__mapper__.attribute(name) == value
        return getattr(entity, name) == value
    return entity.c[name] == value


def _unique(objects):
    seen, found = set(), []
    for each in objects:
        if id(each) not in seen:
            seen.add(id(each))
            found.append(each)
    return found


class Bundle:
    def __init__(self, name, *columns, **kw):
        raise NotImplementedError("orch has no Bundle(): query the columns")


# Loader options: they say when SQLAlchemy reads, not what.
class Load:
    def __init__(self, *entities):
        pass

    def __getattr__(self, name):
        return lambda *args, **kw: self


def _loader(*args, **kw):
    return Load()


joinedload = subqueryload = selectinload = lazyload = noload = raiseload = immediateload = contains_eager = defaultload = _loader
load_only = defer = undefer = undefer_group = with_expression = selectin_polymorphic = with_polymorphic = with_loader_criteria = _loader
)python";

} // namespace orch::script
