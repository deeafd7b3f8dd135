// sqlalchemy.ext.hybrid. In the language itself.
#include "script/orm/orm.hpp"

namespace orch::script {

const char* const orm_hybrid = R"python(
class hybrid_property:
    def __init__(self, fget, fset=None, fdel=None, expr=None, custom_comparator=None, update_expr=None):
        self.fget = fget
        self.fset = fset
        self.expr = expr

    def __get__(self, obj, owner=None):
        if obj is None:
            return (self.expr or self.fget)(owner)
        return self.fget(obj)

    def __set__(self, obj, value):
        if self.fset is None:
            raise AttributeError("can't set attribute")
        self.fset(obj, value)

    def setter(self, fset):
        return hybrid_property(self.fget, fset, None, self.expr)

    def expression(self, expr):
        return hybrid_property(self.fget, self.fset, None, getattr(expr, "__func__", expr))

    def getter(self, fget):
        return hybrid_property(fget, self.fset, None, self.expr)

    def deleter(self, fdel):
        return self

    def comparator(self, comparator):
        return self

    def update_expression(self, function):
        return self

    @property
    def inplace(self):
        return self


class hybrid_method:
    def __init__(self, func, expr=None):
        self.func = func
        self.expr = expr

    def __get__(self, obj, owner=None):
        if obj is None:
            return _bound(self.expr or self.func, owner)
        return _bound(self.func, obj)

    def expression(self, expr):
        return hybrid_method(self.func, expr)


def _bound(function, first):
    return lambda *args, **kw: function(first, *args, **kw)
)python";

} // namespace orch::script
