// sqlalchemy.ext.associationproxy. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_associationproxy = R"python(
class association_proxy:
    # An attribute of the objects that a relationship leads to.
    def __init__(self, target_collection, attr, creator=None, **kw):
        self.target_collection = target_collection
        self.attr = attr
        self.creator = creator

    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        target = getattr(obj, self.target_collection)
        if isinstance(target, list):
            return [getattr(each, self.attr) for each in target]
        return getattr(target, self.attr) if target is not None else None
)python";

} // namespace orch::script
