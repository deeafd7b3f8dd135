// Which objects belong to the database, and what the script may do with them. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_session = R"python(
# --- Sessions: which objects belong to the database, and what of them has changed.

def _rows_of(mapper, values):
    # Attribute names -> names of the table's columns.
    row = {}
    for name, value in values.items():
        column = mapper.columns.get(name)
        row[column.key if column is not None else name] = value
    return row


class Session:
    def __init__(self, bind=None, autoflush=True, expire_on_commit=True, future=None, autocommit=False, twophase=False, binds=None, info=None,
                 query_cls=None, enable_baked_queries=True, join_transaction_mode=None, autobegin=True, close_resets_only=True, _enable_transaction_accounting=True):
        self.bind = bind
        self.autoflush = autoflush
        self.expire_on_commit = expire_on_commit
        self.info = dict(info or {})
        self._objects = {}    # identity -> state
        self._new = {}        # id(state) -> state, in the order of add()
        self._changed = {}
        self._deleted = {}
        self._savepoints = []
        self._flushing = False

    # --- The connection.

    def connection(self, *args, **kw):
        if self.bind is None:
            raise _exc.UnboundExecutionError("This session is not bound to a connection: Session(bind=op.get_bind())")
        return self.bind

    def get_bind(self, *args, **kw):
        return self.connection()

    def execute(self, statement, params=None, execution_options=None, bind_arguments=None, bind=None, mapper=None, **kw):
        if self.autoflush:
            self.flush()
        if isinstance(statement, str):
            statement = _sa.text(statement)
        statement = getattr(statement, "__orm_statement__", lambda: statement)()
        entities = getattr(statement, "_entities", None)
        if entities and any(hasattr(each, "__mapper__") for each in entities):
            rows = _load_rows(self, statement, entities, params)
            return self.connection()._result([_entity_name(each) for each in entities], rows)
        table = getattr(statement, "table", None)
        result = self.connection().execute(statement, params) if params is not None else self.connection().execute(statement)
        if table is not None:
            self._expire_table(table)
        return result

    def scalar(self, statement, params=None, **kw):
        return self.execute(statement, params).scalar()

    def scalars(self, statement, params=None, **kw):
        return self.execute(statement, params).scalars()

    # --- Queries.

    def query(self, *entities):
        return Query(entities, self)

    def get(self, entity, ident, options=None, populate_existing=False, with_for_update=None, **kw):
        _configure()
        mapper = class_mapper(entity)
        if isinstance(ident, dict):
            ident = tuple(ident[name] for name in mapper.key_names)
        elif not isinstance(ident, (tuple, list)):
            ident = (ident,)
        if len(ident) != len(mapper.key_names):
            raise _exc.InvalidRequestError(f"Incorrect number of values in identifier to formulate primary key for session.get(); primary key columns are {', '.join(mapper.key_names)}")
        known = self._objects.get((mapper.base_mapper, tuple(ident)))
        if known is not None and known.values and not populate_existing:
            return known.obj if isinstance(known.obj, entity) else None
        query = self.query(entity)
        for name, value in zip(mapper.key_names, ident):
            query = query.filter(mapper.columns[name] == value)
        return query.first()

    def get_one(self, entity, ident, **kw):
        found = self.get(entity, ident, **kw)
        if found is None:
            raise _exc.NoResultFound("No row was found when one was required")
        return found

    # --- Objects in and out.

    def add(self, instance, _warn=True):
        state = _state_of(instance)
        if state.session is self and id(state) not in self._deleted:
            return
        if state.session is not None and state.session is not self:
            raise _exc.InvalidRequestError(f"Object '{_describe(instance)}' is already attached to another session")
        state.session = self
        if state.key is None:
            self._new[id(state)] = state
        else:
            self._objects[state.key] = state
            self._deleted.pop(id(state), None)
            if state.before:
                self._changed[id(state)] = state
        for relation in list(state.mapper.relationships.values()):
            for other in _related_now(state, relation):
                if not relation.viewonly:
                    self.add(other)

    def add_all(self, instances):
        for each in instances:
            self.add(each)

    def delete(self, instance):
        state = _state_of(instance)
        if state.key is None:
            raise _exc.InvalidRequestError(f"Instance '{_describe(instance)}' is not persisted")
        if id(state) in self._deleted:
            return
        state.session = self
        self._objects[state.key] = state
        gone = []   # looked up first: reading flushes
        for relation in list(state.mapper.relationships.values()):
            relation.setup()
            if "delete" in relation.cascade or ("all" in relation.cascade and relation.direction != "MANYTOONE"):
                gone += _all_related(state, relation)
        self._deleted[id(state)] = state
        for other in gone:
            if _state_of(other).key is not None:
                self.delete(other)

    def expunge(self, instance):
        state = _state_of(instance)
        for table in (self._new, self._changed, self._deleted):
            table.pop(id(state), None)
        if state.key is not None:
            self._objects.pop(state.key, None)
        state.session = None

    def expunge_all(self):
        for state in [*self._objects.values(), *self._new.values()]:
            state.session = None
        for table in (self._objects, self._new, self._changed, self._deleted):
            table.clear()

    def merge(self, instance, load=True, options=None):
        given = _state_of(instance)
        key = given.identity()
        found = None if any(part is None for part in key) else self.get(type(instance), key)
        if found is None:
            found = type(instance).__new__(type(instance))
            self.add(found)
        for name, value in given.values.items():
            relation = given.mapper.relationships.get(name)
            if relation is None:
                setattr(found, name, value)
            elif relation.setup().uselist:
                setattr(found, name, [self.merge(each) for each in value])
            else:
                setattr(found, name, self.merge(value) if value is not None else None)
        return found

    def refresh(self, instance, attribute_names=None, **kw):
        state = _state_of(instance)
        self._forget_values(state)
        self._refresh(state)

    def expire(self, instance, attribute_names=None):
        state = _state_of(instance)
        if attribute_names is None:
            return self._forget_values(state)
        for name in attribute_names:
            state.values.pop(name, None)
            state.before.pop(name, None)

    def expire_all(self):
        for state in self._objects.values():
            self._forget_values(state)

    def _forget_values(self, state):
        state.values.clear()
        state.before.clear()
        state.lists.clear()
        self._changed.pop(id(state), None)

    def _expire_table(self, table):
        table = getattr(table, "__orm_from__", table)
        for state in self._objects.values():
            if state.mapper.local_table is table and not state.before:
                self._forget_values(state)

    def _refresh(self, state):
        # Reads what is not there; what the script has changed stays.
        kept = {name: state.values[name] for name in state.before if name in state.values}
        lists = {name: value for name, value in state.values.items() if name in state.mapper.relationships}
        mapper = state.mapper
        statement = _sa.select(*[expression for name, expression in mapper.loaded()]).select_from(mapper.local_table)
        for name, value in zip(mapper.key_names, state.key[1]):
            statement = statement.where(mapper.columns[name] == value)
        row = self.connection().execute(statement).first()
        if row is None:
            raise _exc.ObjectDeletedError(f"Instance '{_describe(state.obj)}' has been deleted, or its row is otherwise not present.")
        _fill(state, mapper, list(row))
        state.values.update(lists)
        state.values.update(kept)

    # --- What the script sees of it.

    def __contains__(self, instance):
        return _state_of(instance).session is self

    def __iter__(self):
        return iter([state.obj for state in [*self._new.values(), *self._objects.values()]])

    @property
    def new(self):
        return _IdentitySet([state.obj for state in self._new.values()])

    @property
    def dirty(self):
        return _IdentitySet([state.obj for state in self._changed.values() if id(state) not in self._deleted])

    @property
    def deleted(self):
        return _IdentitySet([state.obj for state in self._deleted.values()])

    @property
    def identity_map(self):
        return {key: state.obj for key, state in self._objects.items()}

    def is_modified(self, instance, include_collections=True):
        return bool(_changes(_state_of(instance)))

    @property
    def is_active(self):
        return True

    @property
    def no_autoflush(self):
        return _NoAutoflush(self)

    # --- Transactions. The run's own transaction stands around the session's: commit() writes what is pending into
    # it and leaves the rest to the run, as SQLAlchemy does for a session on a connection that has begun already.

    def begin(self, subtransactions=False, nested=False):
        return self.begin_nested() if nested else _SessionTransaction(self, None)

    def begin_nested(self):
        self.flush()
        transaction = _SessionTransaction(self, self.connection().begin_nested())
        self._savepoints.append(transaction)
        return transaction

    def in_transaction(self):
        return True

    def in_nested_transaction(self):
        return bool(self._savepoints)

    def get_transaction(self):
        return _SessionTransaction(self, None)

    def commit(self):
        self.flush()
        if self._savepoints:
            self._savepoints[-1].release()
        if self.expire_on_commit:
            self.expire_all()

    def rollback(self):
        if self._savepoints:
            return self._savepoints[-1].rollback()
        self._undo([])
        self.connection().begin().rollback()

    def _undo(self, made):
        # Objects become what the database has: those that got their rows since then are out of the session.
        for state in [*self._new.values(), *made]:
            state.session = None
            if state.key is not None:
                self._objects.pop(state.key, None)
                state.key = None
        self._new.clear()
        self._changed.clear()
        self._deleted.clear()
        self.expire_all()

    def close(self):
        self.expunge_all()

    def close_all(self):
        self.close()

    def invalidate(self):
        self.close()

    def reset(self):
        self.close()

    def prepare(self):
        self.flush()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    # --- Flushing.

    def flush(self, objects=None):
        if self._flushing:
            return
        self._note_mutations()
        if not (self._new or self._changed or self._deleted):
            return
        self._flushing = True
        try:
            _Flush(self).run()
        except Exception:
            # As SQLAlchemy: what failed in the middle is rolled back as far as there is a savepoint.
            if self._savepoints:
                self._savepoints[-1].rollback()
            else:
                self._undo([])
                self.connection().begin().rollback()
            raise
        finally:
            self._flushing = False

    def _note_mutations(self):
        # Values that change in place: those of MutableDict and its like are compared with a copy.
        for state in self._objects.values():
            for name in state.mapper.mutable:
                if name in state.values and name not in state.before and name in state.lists:
                    if state.values[name] != state.lists[name]:
                        state.before[name] = state.lists[name]
                        self._changed[id(state)] = state

    # --- Many rows at once, without objects.

    def bulk_insert_mappings(self, mapper, mappings, return_defaults=False, render_nulls=False):
        mapper = getattr(mapper, "__mapper__", mapper)
        groups = []
        for mapping in mappings:
            row = _rows_of(mapper, mapping)
            if not render_nulls:
                row = {name: value for name, value in row.items() if value is not None}
            for name in _nulls_of(mapper):
                row.setdefault(mapper.columns[name].key, None)
            if mapper.polymorphic_identity is not None:
                row.setdefault(mapper.columns[mapper.polymorphic_on].key, mapper.polymorphic_identity)
            if groups and set(groups[-1][0]) == set(row):
                groups[-1].append(row)
            else:
                groups.append([row])
        for rows in groups:
            self.connection().execute(_sa.insert(mapper.local_table), rows)

    def bulk_update_mappings(self, mapper, mappings):
        mapper = getattr(mapper, "__mapper__", mapper)
        for mapping in mappings:
            statement = _sa.update(mapper.local_table)
            for name in mapper.key_names:
                statement = statement.where(mapper.columns[name] == mapping[name])
            values = {name: value for name, value in mapping.items() if name not in mapper.key_names}
            if values:
                self.connection().execute(statement.values(_rows_of(mapper, values)))

    def bulk_save_objects(self, objects, return_defaults=False, update_changed_only=True, preserve_order=True):
        for each in objects:
            state = _state_of(each)
            if state.key is None:
                _insert(self, state, return_defaults)
                if not return_defaults:
                    state.key = None
            else:
                _update(self, state)


class _NoAutoflush:
    def __init__(self, session):
        self.session = session

    def __enter__(self):
        self.before = self.session.autoflush
        self.session.autoflush = False
        return self.session

    def __exit__(self, kind, error, trace):
        self.session.autoflush = self.before


class _IdentitySet(list):
    def __contains__(self, item):
        return any(item is each for each in self)


class _SessionTransaction:
    def __init__(self, session, savepoint):
        self.session = session
        self.savepoint = savepoint
        self.made = []
        self.is_active = True
        self.nested = savepoint is not None

    def commit(self):
        self.session.flush()
        if self.savepoint is None:
            return self.session.commit()
        self.release()

    def release(self):
        if self.is_active:
            self.is_active = False
            self.session._savepoints.remove(self)
            self.savepoint.commit()
            if self.session._savepoints:
                self.session._savepoints[-1].made += self.made

    def rollback(self):
        if self.savepoint is None:
            return self.session.rollback()
        if self.is_active:
            while self.session._savepoints and self.session._savepoints[-1] is not self:
                self.session._savepoints.pop().is_active = False
            self.is_active = False
            self.session._savepoints.remove(self)
            self.savepoint.rollback()
            self.session._undo(self.made)

    close = rollback

    def __enter__(self):
        return self if self.nested else self.session

    def __exit__(self, kind, error, trace):
        if not self.is_active:
            return
        if error is None:
            self.commit()
        else:
            self.rollback()


# --- Factories.

class sessionmaker:
    def __init__(self, bind=None, class_=Session, **kw):
        self.kw = {**kw, **({"bind": bind} if bind is not None else {})}
        self.class_ = class_

    def __call__(self, **kw):
        return self.class_(**{**self.kw, **kw})

    def configure(self, **kw):
        self.kw.update(kw)

    def begin(self):
        return _Beginning(self())

    def __class_getitem__(cls, key):
        return cls


class _Beginning:
    def __init__(self, session):
        self.session = session

    def __enter__(self):
        return self.session

    def __exit__(self, kind, error, trace):
        if error is None:
            self.session.commit()
        else:
            self.session.rollback()
        self.session.close()


class scoped_session:
    def __init__(self, session_factory, scopefunc=None):
        self.session_factory = session_factory
        self.current = None

    def __call__(self, **kw):
        if self.current is None:
            self.current = self.session_factory(**kw)
        return self.current

    @property
    def registry(self):
        return self

    def remove(self):
        if self.current is not None:
            self.current.close()
        self.current = None

    def configure(self, **kw):
        self.session_factory.configure(**kw)

    def query_property(self, query_cls=None):
        return _QueryProperty(self)

    def __getattr__(self, name):
        return getattr(self(), name)

    def __contains__(self, instance):
        return instance in self()

    def __enter__(self):
        return self()

    def __exit__(self, kind, error, trace):
        self.remove()


class _QueryProperty:
    def __init__(self, scoped):
        self.scoped = scoped

    def __get__(self, obj, owner=None):
        return self.scoped().query(owner)


def create_session(bind=None, **kw):
    return Session(bind=bind, **{"autoflush": False, "expire_on_commit": False, **kw})


def object_session(instance):
    return _state_of(instance).session


def make_transient(instance):
    state = _state_of(instance)
    if state.session is not None:
        state.session.expunge(instance)
    state.key = None


def make_transient_to_detached(instance):
    state = _state_of(instance)
    state.key = (state.mapper.base_mapper, state.identity())


def close_all_sessions():
    pass


def was_deleted(instance):
    return _state_of(instance).deleted
)python";

} // namespace orch::script
