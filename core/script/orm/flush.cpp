// What a flush writes, in which order; and objects made of rows. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_flush = R"python(
# --- Writing objects.

def _related_now(state, relation):
    # The objects that a relationship holds in memory.
    value = state.values.get(relation.key)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _all_related(state, relation):
    value = getattr(state.obj, relation.key)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _changes(state):
    changed = {}
    for name, before in state.before.items():
        if name in state.mapper.columns and name in state.values:
            value = state.values[name]
            if before is _unset or not _same(value, before):
                changed[name] = value
    return changed


def _same(value, before):
    if value is before:
        return True
    if hasattr(value, "_column_pairs"):
        return False
    return type(value) == type(before) and value == before


def _default_of(column):
    # (whether there is one that Python makes, its value)
    default = column.default
    if default is None or hasattr(default, "_column_pairs") or hasattr(default, "next_value"):
        return False, None
    if not callable(default):
        return True, default
    try:
        return True, default()
    except TypeError:
        return True, default(None)


def _nulls_of(mapper):
    # Columns that an INSERT names with NULL where the object says nothing of them.
    names = getattr(mapper, "_nulls", None)
    if names is None:
        names = []
        for name, column in mapper.columns.items():
            if name in mapper.key_names or column.default is not None or column.server_default is not None or column._fetched:
                continue
            if not column._json:
                names.append(name)
        mapper._nulls = names
    return names


def _insert(session, state, remember=True):
    mapper = state.mapper
    if mapper.polymorphic_on is not None and mapper.polymorphic_identity is not None and state.values.get(mapper.polymorphic_on) is None:
        state.values[mapper.polymorphic_on] = mapper.polymorphic_identity
    values, unknown = {}, []
    nulls = _nulls_of(mapper)
    for name, column in mapper.columns.items():
        value = state.values.get(name)
        if value is None and not (column._json and name in state.values):
            given, made = _default_of(column)
            if given:
                values[name] = state.values[name] = made
            elif name in nulls:
                values[name] = None
            elif name not in mapper.key_names:
                unknown.append(name)
            continue
        values[name] = value
        if hasattr(value, "_column_pairs"):
            unknown.append(name)
    result = session.connection().execute(_sa.insert(mapper.local_table).values(_rows_of(mapper, values)))
    if not remember:
        return
    key = result.inserted_primary_key
    names = {column.key: name for name, column in mapper.columns.items()}
    for column, value in zip(key._fields, key):
        if state.values.get(names[column]) is None or names[column] in unknown:
            state.values[names[column]] = value
    for name in unknown:
        if name not in mapper.key_names:
            state.values.pop(name, None)   # read when somebody asks for it
    for name in values:
        state.values.setdefault(name, None)
    _settled(session, state)


def _settled(session, state):
    state.before.clear()
    state.key = (state.mapper.base_mapper, state.identity())
    state.session = session
    session._objects[state.key] = state
    for name in state.mapper.mutable:
        _keep_copy(state, name)


def _keep_copy(state, name):
    if name in state.values:
        import copy
        state.lists[name] = copy.deepcopy(state.values[name])


def _update(session, state):
    changed = _changes(state)
    if not changed:
        return
    mapper = state.mapper
    statement = _sa.update(mapper.local_table).values(_rows_of(mapper, changed))
    for name, value in zip(mapper.key_names, state.key[1]):
        statement = statement.where(mapper.columns[name] == value)
    result = session.connection().execute(statement)
    if result.rowcount == 0:
        raise _exc.StaleDataError(f"UPDATE statement on table '{mapper.local_table.name}' expected to update 1 row(s); 0 were matched.")
    for name, column in mapper.columns.items():
        if name not in changed and column._onupdate is not None:
            state.values.pop(name, None)
    for name, value in changed.items():
        if hasattr(value, "_column_pairs"):
            state.values.pop(name, None)
    if any(name in changed for name in mapper.key_names):
        session._objects.pop(state.key, None)
        state.key = (mapper.base_mapper, state.identity())
        session._objects[state.key] = state


class _Flush:
    # One flush: rows of what is new, class by class in the order in which they need each other, then changes, then
    # what is gone.
    def __init__(self, session):
        self.session = session
        self.linked = set()

    def run(self):
        self.adopt()
        new = self.in_order(list(self.session._new.values()))
        changed = [state for state in self.session._changed.values() if id(state) not in self.session._deleted]
        for state in changed:
            self.keys_of(state)
        for state in new:
            self.keys_of(state)
            _insert(self.session, state)
            if self.session._savepoints:
                self.session._savepoints[-1].made.append(state)
            self.keys_for_children(state)
        for state in changed:
            self.keys_for_children(state)
        for state in [each for each in self.session._changed.values() if id(each) not in self.session._deleted]:
            _update(self.session, state)
        for state in [*new, *changed]:
            self.link(state)
        self.remove()
        for state in [*self.session._changed.values(), *new]:
            state.before.clear()
            for name in state.mapper.mutable:
                _keep_copy(state, name)
            for relation in state.mapper.relationships.values():
                if isinstance(state.values.get(relation.key), list):
                    state.lists[relation.key] = list(state.values[relation.key])
        self.session._new.clear()
        self.session._changed.clear()
        self.session._deleted.clear()

    def adopt(self):
        # What hangs on an object of the session comes with it.
        for state in [*self.session._new.values(), *self.session._changed.values()]:
            for relation in list(state.mapper.relationships.values()):
                if relation.viewonly:
                    continue
                relation.setup()
                for other in _related_now(state, relation):
                    if _state_of(other).session is None and ("save-update" in relation.cascade or "all" in relation.cascade):
                        self.session.add(other)

    def in_order(self, states):
        ordered, done, begun = [], set(), set()
        groups = {}
        for state in states:
            groups.setdefault(id(state.mapper.base_mapper), []).append(state)
        tables = {}
        for state in states:
            tables[id(state.mapper.base_mapper)] = state.mapper.base_mapper
        def visit_group(number):
            if number in begun:
                return
            begun.add(number)
            for other in self.needed_by(tables[number], tables):
                visit_group(other)
            for state in groups[number]:
                visit(state)
        def visit(state):
            if id(state) in done:
                return
            done.add(id(state))
            for other in self.parents_of(state):
                if id(other) in self.session._new and other.mapper.base_mapper is state.mapper.base_mapper:
                    visit(other)
            ordered.append(state)
        for number in groups:
            visit_group(number)
        return ordered

    def needed_by(self, mapper, tables):
        # Classes whose rows come first: those that foreign keys of the table lead to.
        needed = []
        referred = {table for own, table, columns in mapper.local_table._foreign_keys}
        for number, other in tables.items():
            if other is not mapper and (other.local_table.fullname in referred or other.local_table.name in referred):
                needed.append(number)
            elif other is not mapper:
                for relation in other.relationships.values():
                    if relation.ready and relation.direction == "ONETOMANY" and relation.target.base_mapper is mapper and not relation.viewonly:
                        needed.append(number)
                        break
        return needed

    def parents_of(self, state):
        found = []
        for relation in state.mapper.relationships.values():
            if relation.setup().direction == "MANYTOONE":
                found += [_state_of(each) for each in _related_now(state, relation)]
        for other in self.session._new.values():
            for relation in other.mapper.relationships.values():
                if relation.setup().direction == "ONETOMANY" and any(each is state.obj for each in _related_now(other, relation)):
                    found.append(other)
        return found

    def keys_of(self, state):
        # Foreign keys from the objects that they lead to.
        for relation in list(state.mapper.relationships.values()):
            if relation.viewonly or relation.setup().direction != "MANYTOONE" or relation.key not in state.before:
                continue
            other = state.values.get(relation.key)
            for own, referred in relation.pairs:
                name = state.mapper.name_of(own)
                value = getattr(other, relation.target.name_of(referred)) if other is not None else None
                if other is None and name in state.before and state.before[relation.key] is _unset:
                    continue
                if value is not None or other is None:
                    setattr(state.obj, name, value)

    def keys_for_children(self, state):
        for relation in list(state.mapper.relationships.values()):
            if relation.viewonly or relation.setup().direction != "ONETOMANY" or relation.key not in state.values:
                continue
            current = _related_now(state, relation)
            before = state.lists.get(relation.key, [])
            for child in current:
                if not any(child is each for each in before) or _state_of(child).key is None:
                    for own, other in relation.pairs:
                        setattr(child, relation.target.name_of(other), getattr(state.obj, relation.parent.name_of(own)))
            for child in before:
                if any(child is each for each in current) or _state_of(child).session is None:
                    continue
                if "delete-orphan" in relation.cascade:
                    self.session.delete(child)
                else:
                    for own, other in relation.pairs:
                        if getattr(child, relation.target.name_of(other)) == getattr(state.obj, relation.parent.name_of(own)):
                            setattr(child, relation.target.name_of(other), None)

    def link(self, state):
        # Rows of the table between two classes.
        for relation in list(state.mapper.relationships.values()):
            if relation.viewonly or relation.setup().direction != "MANYTOMANY" or relation.key not in state.values:
                continue
            current = _related_now(state, relation)
            before = state.lists.get(relation.key, [])
            for other in current:
                if not any(other is each for each in before):
                    self.link_row(state, relation, other, True)
            for other in before:
                if not any(other is each for each in current):
                    self.link_row(state, relation, other, False)

    def link_row(self, state, relation, other, added):
        values = {own: getattr(state.obj, relation.parent.name_of(key)) for own, key in relation.near}
        values.update({own: getattr(other, relation.target.name_of(key)) for own, key in relation.far})
        mark = (relation.secondary.name, added, tuple(sorted(values.items())))
        if mark in self.linked:
            return
        self.linked.add(mark)
        if added:
            self.session.connection().execute(_sa.insert(relation.secondary).values(values))
        else:
            self.session.connection().execute(_sa.delete(relation.secondary).where(*[relation.secondary.c[name] == value for name, value in values.items()]))

    def remove(self):
        states = list(self.session._deleted.values())
        for state in states:
            for relation in list(state.mapper.relationships.values()):
                if not relation.viewonly:
                    self.release(state, relation.setup())
        for state in [each for each in self.session._changed.values() if id(each) not in self.session._deleted]:
            _update(self.session, state)
        for state in reversed(self.in_delete_order(states)):
            mapper = state.mapper
            statement = _sa.delete(mapper.local_table)
            for name, value in zip(mapper.key_names, state.key[1]):
                statement = statement.where(mapper.columns[name] == value)
            self.session.connection().execute(statement)
            self.session._objects.pop(state.key, None)
            state.session = None
            state.deleted = True

    def in_delete_order(self, states):
        tables = {}
        for state in states:
            tables.setdefault(id(state.mapper.base_mapper), []).append(state)
        mappers = {number: group[0].mapper.base_mapper for number, group in tables.items()}
        ordered, begun = [], set()
        def visit(number):
            if number in begun:
                return
            begun.add(number)
            for other in self.needed_by(mappers[number], mappers):
                visit(other)
            ordered.extend(tables[number])
        for number in tables:
            visit(number)
        return ordered

    def release(self, state, relation):
        if relation.direction == "MANYTOMANY":
            for other in _all_related(state, relation):
                self.link_row(state, relation, other, False)
        elif relation.direction == "ONETOMANY" and not relation.passive_deletes:
            for child in _all_related(state, relation):
                if id(_state_of(child)) in self.session._deleted or _state_of(child).key is None:
                    continue
                for own, other in relation.pairs:
                    setattr(child, relation.target.name_of(other), None)


def _fill(state, mapper, values):
    for (name, expression), value in zip(mapper.loaded(), values):
        state.values[name] = value
    for name in mapper.mutable:
        _keep_copy(state, name)


def _instance(session, mapper, values, populate=False):
    # The object of a row: the one that the session has already, or a new one.
    named = {name: value for (name, expression), value in zip(mapper.loaded(), values)}
    ident = tuple(named[name] for name in mapper.key_names)
    if all(part is None for part in ident):
        return None
    key = (mapper.base_mapper, ident)
    state = session._objects.get(key)
    if state is None:
        made = mapper.class_for(named)
        obj = made.class_.__new__(made.class_)
        state = _State(obj, made)
        object.__setattr__(obj, "_sa_instance_state", state)
        state.key = key
        state.session = session
        session._objects[key] = state
        _fill(state, mapper, values)
        for function in vars(made.class_).values():
            if callable(function) and getattr(function, "__reconstructor__", False):
                function(obj)
    else:
        for name, value in named.items():
            if name not in state.values or (populate and name not in state.before):
                state.values[name] = value
                if name in mapper.mutable:
                    _keep_copy(state, name)
    return state.obj


def _entity_name(entity):
    mapper = getattr(entity, "__mapper__", None)
    if mapper is not None:
        return mapper.class_.__name__
    return getattr(entity, "key", None) or getattr(entity, "name", "") or ""


def _load_rows(session, statement, entities, params=None, populate=False):
    # Rows with an object where a class was asked for.
    connection = session.connection()
    plan, columns = [], []
    for entity in entities:
        mapper = getattr(entity, "__mapper__", None)
        if mapper is None:
            plan.append((None, 1))
            columns.append(entity)
            continue
        source = entity.__orm_from__
        loaded = mapper.loaded()
        plan.append((mapper, len(loaded)))
        for name, expression in loaded:
            columns.append(source.c[mapper.columns[name].key] if name in mapper.columns else expression)
        condition = mapper.condition()
        if condition is not None:
            statement = statement.where(condition)
    if not statement._is_compound:
        statement = statement.with_only_columns(*columns)
    result = connection.execute(statement, params) if params is not None else connection.execute(statement)
    rows = []
    for row in result:
        values = list(row)
        if len(plan) == 1 and plan[0][0] is not None:
            rows.append([_instance(session, plan[0][0], values, populate)])
            continue
        made, at = [], 0
        for mapper, count in plan:
            made.append(values[at] if mapper is None else _instance(session, mapper, values[at:at + count], populate))
            at += count
        rows.append(made)
    return rows
)python";

} // namespace orch::script
