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

} // namespace orch::script
