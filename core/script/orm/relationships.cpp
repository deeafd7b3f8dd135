// How classes of the ORM lead to each other. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_relationships = R"python(
# --- Relationships: which columns lead from one class to the other, loading along them, and keeping both ends true.

class _Collection(list):
    # The objects of a relationship to many. Tells the other end, and the session.
    def _bind(self, state, relation):
        self._state = state
        self._relation = relation
        return self

    def _added(self, item):
        if getattr(self, "_relation", None) is not None:
            self._relation.item_added(self._state, item)

    def _removed(self, item):
        if getattr(self, "_relation", None) is not None:
            self._relation.item_removed(self._state, item)

    def _changing(self):
        if getattr(self, "_relation", None) is not None:
            self._relation.changing(self._state)

    def append(self, item):
        self._changing()
        list.append(self, item)
        self._added(item)

    def add(self, item):
        if item not in self:
            self.append(item)

    def insert(self, index, item):
        self._changing()
        list.insert(self, index, item)
        self._added(item)

    def extend(self, items):
        for item in list(items):
            self.append(item)

    def __iadd__(self, items):
        self.extend(items)
        return self

    def remove(self, item):
        self._changing()
        list.remove(self, item)
        self._removed(item)

    def discard(self, item):
        if item in self:
            self.remove(item)

    def pop(self, index=-1):
        self._changing()
        item = list.pop(self, index)
        self._removed(item)
        return item

    def clear(self):
        for item in list(self):
            self.remove(item)

    def __setitem__(self, index, item):
        self._changing()
        old = self[index]
        list.__setitem__(self, index, item)
        self._removed(old)
        self._added(item)

    def __delitem__(self, index):
        self.pop(index)

    # lazy="dynamic": the relationship as a query.
    def all(self):
        return list(self)

    def first(self):
        return self[0] if self else None

    def filter_by(self, **kw):
        return _Collection([each for each in self if all(getattr(each, name) == value for name, value in kw.items())])


class RelationshipProperty:
    def __init__(self, argument=None, secondary=None, primaryjoin=None, secondaryjoin=None, foreign_keys=None, uselist=None, order_by=None,
                 backref=None, back_populates=None, cascade=None, remote_side=None, viewonly=False, passive_deletes=False, **others):
        for name in others:
            if name not in self.without_effect:
                raise TypeError(f"relationship() got an unexpected keyword argument '{name}'")
        self.argument = argument
        self.secondary = secondary
        self.primaryjoin = primaryjoin
        self.foreign_keys = foreign_keys
        self.uselist = uselist
        self.order_by = order_by
        self.backref = backref
        self.back_populates = back_populates
        self.cascade = set((cascade or "save-update, merge").replace(" ", "").split(","))
        self.remote_side = remote_side
        self.viewonly = viewonly
        self.passive_deletes = passive_deletes
        self.secondaryjoin = secondaryjoin
        self.key = None
        self.parent = None
        self.ready = False

    # How and when SQLAlchemy loads: the objects are the same.
    without_effect = ("lazy", "innerjoin", "overlaps", "single_parent", "collection_class", "post_update", "join_depth", "info", "doc", "enable_typechecks",
                      "active_history", "cascade_backrefs", "load_on_pending", "comparator_factory", "passive_updates", "omit_join", "sync_backref", "bake_queries",
                      "query_class", "distinct_target_key", "extension", "init", "repr", "default", "default_factory", "compare", "kw_only")

    def copy(self):
        return RelationshipProperty(self.argument, self.secondary, self.primaryjoin, self.secondaryjoin, self.foreign_keys, self.uselist, self.order_by,
                                    self.backref, self.back_populates, ",".join(self.cascade), self.remote_side, self.viewonly, self.passive_deletes)

    def attach(self, name, mapper):
        self.key = name
        self.parent = mapper
        _unconfigured.append(self)

    def annotated(self, inner, text):
        # Mapped[List["Child"]] names the class where relationship() does not.
        text = (inner if isinstance(inner, str) else text).replace("'", "").replace('"', "").replace(" ", "")
        text = text.removeprefix("Mapped[").removeprefix("orm.Mapped[")
        words = [word for word in text.replace("]", "").replace("|None", "").split("[") if word]
        many = any(word.split(".")[-1] in ("List", "list", "Set", "set", "Sequence", "Collection") for word in words[:-1])
        if self.argument is None and words:
            self.argument = inner if _is_mapped(inner) else words[-1].split(",")[0]
        if self.uselist is None and not many:
            self.uselist = False

    # --- What it means, worked out when it is first used: the other class may come later in the file.

    def resolve(self, given):
        if isinstance(given, str):
            name = given.split(".")[-1]
            known = getattr(self.parent.class_, "_decl_class_registry", {})
            if name not in known:
                raise _exc.InvalidRequestError(f"relationship '{self.parent.class_.__name__}.{self.key}': no class '{name}' is mapped beside it; it has {', '.join(sorted(known))}")
            return known[name]
        if not isinstance(given, type) and callable(given):
            return given()
        return given

    def setup(self):
        if self.ready:
            return self
        self.ready = True
        self.target = self.resolve(self.argument).__mapper__
        self.mapper = self.target
        secondary = self.secondary
        if isinstance(secondary, str):
            secondary = self.parent.class_.metadata.tables[secondary]
        elif secondary is not None and not isinstance(secondary, _sa.Table) and callable(secondary):
            secondary = secondary()
        self.secondary = secondary
        if secondary is not None:
            self.direction = "MANYTOMANY"
            self.many_to_many()
        else:
            self.direct()
        if self.uselist is None:
            self.uselist = self.direction != "MANYTOONE"
        self.reverse = self.other_end()
        return self

    def keys(self, source, target):
        # (column of source, column of target) for each foreign key from one table to the other.
        found = []
        for own, table, referred in source._foreign_keys:
            if table in (target.fullname, target.name):
                referred = referred or [column.name for column in target.primary_key]
                found.append(list(zip(own, referred)))
        return found

    def many_to_many(self):
        near = self.keys(self.secondary, self.parent.local_table)
        far = self.keys(self.secondary, self.target.local_table)
        if self.primaryjoin is not None:
            near = [self.pairs_of(self.primaryjoin, self.secondary)]
        if self.secondaryjoin is not None:
            far = [self.pairs_of(self.secondaryjoin, self.secondary)]
        if not near or not far:
            self.refuse(f"no foreign keys lead from '{self.secondary.name}' to both tables")
        if self.parent.local_table is self.target.local_table and len(near) > 1 and self.primaryjoin is None:
            near, far = near[:1], near[1:]
        self.near = near[0]   # (column of secondary, column of the parent)
        self.far = far[0]

    def direct(self):
        mine, theirs = self.parent.local_table, self.target.local_table
        if self.primaryjoin is not None:
            return self.by_condition(mine, theirs)
        to_one = self.chosen(self.keys(mine, theirs))
        to_many = self.chosen(self.keys(theirs, mine))
        if mine is theirs:
            remote = self.names(self.remote_side)
            self.direction = "MANYTOONE" if remote and to_one and remote[0] == to_one[0][1] else "ONETOMANY"
            self.pairs = to_one if self.direction == "MANYTOONE" else [(key, own) for own, key in to_many or []]
        elif to_one:
            self.direction, self.pairs = "MANYTOONE", to_one
        else:
            self.direction, self.pairs = "ONETOMANY", [(key, own) for own, key in to_many or []]
        if not self.pairs:
            self.refuse("there are no foreign keys linking these tables; give primaryjoin=")

    def chosen(self, keys):
        # Of several foreign keys, the one that foreign_keys= means.
        wanted = self.names(self.foreign_keys)
        if wanted:
            keys = [key for key in keys if all(own in wanted for own, referred in key)]
        elif len(keys) > 1:
            self.refuse("there are several foreign keys between the tables; say which with foreign_keys=")
        return keys[0] if keys else None

    def by_condition(self, mine, theirs):
        pairs = self.pairs_of(self.primaryjoin, mine)
        if not pairs:
            self.refuse("orch follows a primaryjoin= of equal columns, joined by and_()")
        wanted = self.names(self.foreign_keys)
        own_keys = {own for own, table, referred in mine._foreign_keys for own in own}
        if wanted:
            to_one = all(own in wanted for own, other in pairs) and not (mine is theirs and self.remote_side is None and self.uselist)
        else:
            to_one = any(own in own_keys for own, other in pairs) and not all(other in {name for each in theirs._foreign_keys for name in each[0]} for own, other in pairs)
        self.direction = "MANYTOONE" if to_one else "ONETOMANY"
        self.pairs = pairs

    def names(self, given):
        # Columns by their names: of a list, one column, or the text "Class.column".
        if given is None:
            return []
        if not isinstance(given, (str, list, tuple, set, _sa.Column)) and callable(given):
            given = given()
        if isinstance(given, str):
            given = given.strip("[]() ").split(",")
        elif not isinstance(given, (list, tuple, set)):
            given = [given]
        return [each.strip().split(".")[-1] if isinstance(each, str) else each.name for each in given]

    def pairs_of(self, condition, first):
        # (column of the first table, column of the other) of a condition of equal columns.
        if not isinstance(condition, str) and not hasattr(condition, "_column_pairs") and callable(condition):
            condition = condition()
        if isinstance(condition, str):
            return self.pairs_of_text(condition, first)
        found = []
        for left, right in condition._column_pairs:
            found.append((left[1], right[1]) if left[0] == first.name else (right[1], left[1]))
        return found

    def pairs_of_text(self, text, first):
        import re
        found = []
        for left, left_column, right, right_column in re.findall(r"(\w+)\.(?:c\.)?(\w+)\)?\s*==\s*\w*\(?(\w+)\.(?:c\.)?(\w+)", text):
            names = [self.table_of(left), self.table_of(right)]
            columns = [self.column_of(left, left_column), self.column_of(right, right_column)]
            found.append(tuple(columns) if names[0] == first.name else tuple(reversed(columns)))
        return found

    def table_of(self, name):
        cls = getattr(self.parent.class_, "_decl_class_registry", {}).get(name)
        return cls.__table__.name if cls is not None else name

    def column_of(self, cls, attribute):
        found = getattr(self.parent.class_, "_decl_class_registry", {}).get(cls)
        return getattr(found, attribute).name if found is not None else attribute

    def refuse(self, why):
        raise _exc.ArgumentError(f"Could not determine the join of relationship '{self.parent.class_.__name__}.{self.key}': {why}")

    def other_end(self):
        # The relationship of the other class that says the same from there.
        if self.back_populates is not None:
            return self.target.relationships.get(self.back_populates)
        if self.backref is None:
            return None
        name, options = self.backref if isinstance(self.backref, tuple) else (self.backref, {})
        found = self.target.relationships.get(name)
        if found is None:
            found = RelationshipProperty(self.parent.class_, secondary=self.secondary, back_populates=self.key, **{"foreign_keys": self.foreign_keys, **options})
            found.attach(name, self.target)
            found.ready = True
            found.target = found.mapper = self.parent
            found.reverse = self
            if self.direction == "MANYTOMANY":
                found.direction, found.near, found.far = "MANYTOMANY", self.far, self.near
            else:
                found.direction = "MANYTOONE" if self.direction == "ONETOMANY" else "ONETOMANY"
                found.pairs = [(other, own) for own, other in self.pairs]
            if found.uselist is None:
                found.uselist = found.direction != "MANYTOONE"
            self.target.relationships[name] = found
            setattr(self.target.class_, name, found)
        return found

    # --- Loading.

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        state = _state_of(obj)
        if self.key not in state.values:
            self.load(state)
        return state.values[self.key]

    def load(self, state):
        self.setup()
        found = []
        if state.session is not None and state.key is not None:
            found = self.related(state)
        elif self.direction == "MANYTOONE" and state.session is not None:
            found = self.related(state)
        if self.uselist:
            state.values[self.key] = _Collection(found)._bind(state, self)
            state.lists[self.key] = list(found)
        else:
            state.values[self.key] = found[0] if found else None

    def related(self, state):
        session = state.session
        if self.direction == "MANYTOMANY":
            return self.through_secondary(state)
        values = [getattr(state.obj, self.parent.name_of(own)) for own, other in self.pairs]
        if any(value is None for value in values):
            return []
        names = [self.target.name_of(other) for own, other in self.pairs]
        if names == self.target.key_names:
            one = session.get(self.target.class_, tuple(values))
            return [one] if one is not None else []
        query = session.query(self.target.class_)
        for (own, other), value in zip(self.pairs, values):
            query = query.filter(self.target.local_table.c[other] == value)
        return self.ordered(query).all()

    def through_secondary(self, state):
        query = state.session.query(self.target.class_).filter(
            *[self.target.local_table.c[other] == self.secondary.c[own] for own, other in self.far])
        for own, other in self.near:
            query = query.filter(self.secondary.c[own] == getattr(state.obj, self.parent.name_of(other)))
        return self.ordered(query).all()

    def ordered(self, query):
        if self.order_by is None or self.order_by is False:
            return query
        given = self.order_by
        if isinstance(given, str):
            parts = given.replace("()", "").split(".")
            column = getattr(self.target.class_, parts[1]) if len(parts) > 1 else self.target.local_table.c[parts[0]]
            return query.order_by(column.desc() if parts[-1] == "desc" else column)
        if not isinstance(given, (list, tuple)) and not hasattr(given, "_column_pairs") and callable(given):
            given = given()
        return query.order_by(*given) if isinstance(given, (list, tuple)) else query.order_by(given)

    # --- Changing.

    def __set__(self, obj, value):
        self.setup()
        state = _state_of(obj)
        if self.uselist:
            if self.key not in state.values:
                self.load(state)
            current = state.values[self.key]
            wanted = list(value)
            for item in list(current):
                if not any(item is each for each in wanted):
                    current.remove(item)
            for item in wanted:
                if not any(item is each for each in current):
                    current.append(item)
            return
        if self.key not in state.values and state.key is not None:
            self.load(state)
        old = state.values.get(self.key)
        state.note(self.key)
        state.values[self.key] = value
        if old is not None and old is not value:
            self.tell(old, state.obj, False)
        if value is not None:
            self.cascade_to(state, value)
            self.tell(value, state.obj, True)

    def changing(self, state):
        if not self.viewonly:
            state.note(self.key)

    def item_added(self, state, item):
        self.setup()
        self.cascade_to(state, item)
        self.tell(item, state.obj, True)

    def item_removed(self, state, item):
        self.setup()
        self.tell(item, state.obj, False)

    def cascade_to(self, state, other):
        # save-update: what belongs to an object of a session gets into it as well.
        if self.viewonly or "save-update" not in self.cascade and "all" not in self.cascade:
            return
        there = _state_of(other)
        if state.session is not None and there.session is None:
            state.session.add(other)
        elif self.reverse is not None and there.session is not None and state.session is None:
            there.session.add(state.obj)

    def tell(self, other, obj, added):
        # The other end of it, where it has been loaded or is new.
        reverse = self.reverse
        if reverse is None or self.viewonly:
            return
        there = _state_of(other)
        reverse.setup()
        if reverse.uselist:
            if reverse.key not in there.values:
                if there.key is not None:
                    return
                reverse.load(there)
            current = there.values[reverse.key]
            present = any(each is obj for each in current)
            if added and not present:
                reverse.changing(there)
                list.append(current, obj)
            elif not added and present:
                reverse.changing(there)
                list.remove(current, obj)
        elif added:
            if there.values.get(reverse.key) is not obj:
                there.note(reverse.key)
                there.values[reverse.key] = obj
        elif there.values.get(reverse.key) is obj:
            there.note(reverse.key)
            there.values[reverse.key] = None

    # --- In conditions.

    def __eq__(self, other):
        self.setup()
        if isinstance(other, RelationshipProperty):
            return self is other
        if self.direction != "MANYTOONE":
            if other is None:
                return ~self.any()
            return self.contains(other)
        if other is None:
            return _sa.and_(*[self.parent.local_table.c[own].is_(None) for own, referred in self.pairs])
        return _sa.and_(*[self.parent.local_table.c[own] == getattr(other, self.target.name_of(referred)) for own, referred in self.pairs])

    def __ne__(self, other):
        if other is None and self.setup().direction == "MANYTOONE":
            return _sa.and_(*[self.parent.local_table.c[own].is_not(None) for own, referred in self.pairs])
        return _sa.not_(self == other)

    def __hash__(self):
        return id(self)

    def is_(self, other):
        return self == other

    def is_not(self, other):
        return self != other

    isnot = is_not

    def contains(self, obj):
        self.setup()
        if self.direction == "MANYTOMANY":
            return _sa.exists().where(*self.secondary_conditions(), *[self.secondary.c[own] == getattr(obj, self.target.name_of(other)) for own, other in self.far])
        return _sa.and_(*[self.parent.local_table.c[own] == getattr(obj, self.target.name_of(other)) for own, other in self.pairs])

    def secondary_conditions(self):
        return [self.parent.local_table.c[other] == self.secondary.c[own] for own, other in self.near]

    def any(self, criterion=None, **kw):
        self.setup()
        target = self.target.local_table
        if target is self.parent.local_table:
            target = target.alias()
        conditions = []
        if self.direction == "MANYTOMANY":
            conditions += self.secondary_conditions() + [target.c[other] == self.secondary.c[own] for own, other in self.far]
        else:
            conditions += [self.parent.local_table.c[own] == target.c[other] for own, other in self.pairs]
        if criterion is not None:
            conditions.append(criterion)
        for name, value in kw.items():
            conditions.append(target.c[self.target.columns[name].key] == value)
        return _sa.exists(_sa.select(_sa.literal_column("1")).select_from(target).where(*conditions))

    has = any

    def of_type(self, other):
        return _RelationTo(self, other)

    def and_(self, *criteria):
        return self

    def __orm_join__(self, target=None):
        # The tables that a join along it brings, each with its condition.
        self.setup()
        source = self.parent.local_table
        table = target.__orm_from__ if target is not None else self.target.local_table
        named = target if target is not None else self.target.class_
        if self.direction != "MANYTOMANY":
            return [(named, _sa.and_(*[source.c[own] == table.c[other] for own, other in self.pairs]))]
        return [(self.secondary, _sa.and_(*self.secondary_conditions())),
                (named, _sa.and_(*[table.c[other] == self.secondary.c[own] for own, other in self.far]))]

    @property
    def entity(self):
        return self.setup().target

    @property
    def table(self):
        return self.setup().target.local_table

    @property
    def property(self):   # the last one: it hides the decorator
        return self.setup()


class _RelationTo:
    def __init__(self, relation, other):
        self.relation = relation
        self.other = other

    def __orm_join__(self, target=None):
        return self.relation.__orm_join__(self.other)


def relationship(*args, **kw):
    return RelationshipProperty(*args, **kw)


relation = relationship


def dynamic_loader(*args, **kw):
    return RelationshipProperty(*args, **kw)


def backref(name, **kw):
    return (name, kw)


def remote(expression):
    return expression


def foreign(expression):
    return expression


# --- A class under another name, for joins with itself.

class AliasedClass:
    def __init__(self, entity, alias=None, name=None, flat=False, adapt_on_names=False):
        self.__mapper__ = class_mapper(entity)
        self.__orm_from__ = alias if alias is not None else self.__mapper__.local_table.alias(name)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        mapper = self.__mapper__
        if name in mapper.columns:
            return self.__orm_from__.c[mapper.columns[name].key]
        if name in mapper.relationships:
            return _AliasedRelation(mapper.relationships[name], self.__orm_from__)
        return getattr(mapper.class_, name)


class _AliasedRelation:
    def __init__(self, relation, source):
        self.relation = relation
        self.source = source

    def __orm_join__(self, target=None):
        relation = self.relation.setup()
        table = target.__orm_from__ if target is not None else relation.target.local_table
        return [(target if target is not None else relation.target.class_,
                 _sa.and_(*[self.source.c[own] == table.c[other] for own, other in relation.pairs]))]


aliased = AliasedClass
)python";

} // namespace orch::script
