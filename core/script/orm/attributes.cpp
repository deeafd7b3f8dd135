// sqlalchemy.orm.attributes. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_attributes = R"python(
from sqlalchemy.orm import _state_of, _unset, RelationshipProperty, object_session, object_mapper


def flag_modified(instance, key):
    # The value has changed in place.
    state = _state_of(instance)
    state.before[key] = _unset
    if state.session is not None and state.key is not None:
        state.session._changed[id(state)] = state


def flag_dirty(instance):
    pass


def set_attribute(instance, key, value):
    setattr(instance, key, value)


def get_attribute(instance, key):
    return getattr(instance, key)


def set_committed_value(instance, key, value):
    state = _state_of(instance)
    state.values[key] = value
    state.before.pop(key, None)


def instance_state(instance):
    return _state_of(instance)


def instance_dict(instance):
    return _state_of(instance).values


class InstrumentedAttribute:
    pass


QueryableAttribute = InstrumentedAttribute
)python";

// What relationships keep their objects in. Models name it, and nobody asks it here.
const char* const orm_collections = R"python(
class InstrumentedList(list):
    pass


class InstrumentedSet(set):
    pass


class InstrumentedDict(dict):
    pass


class MappedCollection(dict):
    pass


KeyFuncDict = MappedCollection


def attribute_keyed_dict(*args, **kw):
    return None


attribute_mapped_collection = column_mapped_collection = column_keyed_dict = mapped_collection = keyfunc_mapping = attribute_keyed_dict
ordering_list = attribute_keyed_dict


class OrderingList(list):
    pass
)python";

} // namespace orch::script
