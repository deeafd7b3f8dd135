// sqlalchemy.ext.mutable. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_mutable = R"python(
from sqlalchemy.orm import _mutable_types


def _mutable(sqltype):
    # Objects with such a value are compared with what was read when they are flushed.
    if isinstance(sqltype, type):
        sqltype = sqltype()
    _mutable_types[id(sqltype)] = sqltype
    return sqltype


class MutableBase:
    pass


class Mutable(MutableBase):
    @classmethod
    def as_mutable(cls, sqltype):
        return _mutable(sqltype)

    @classmethod
    def associate_with(cls, sqltype):
        pass

    def changed(self):
        pass


class MutableDict(Mutable, dict):
    pass


class MutableList(Mutable, list):
    pass


class MutableSet(Mutable, set):
    pass


class MutableComposite(MutableBase):
    pass
)python";

} // namespace orch::script
