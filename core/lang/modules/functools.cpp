// functools.

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_functools(ModuleBuilder& module) {
    module.function("cached_property", [](Call& call) {
        auto* made = new Property(Property::Kind::cached, call[0]);
        Value value(made);
        made->name = get_attribute(call[0], "__name__");
        return value;
    });
    define(module, R"python(
_nothing = object()

def reduce(function, iterable, initial=_nothing):
    it = iter(iterable)
    if initial is _nothing:
        initial = next(it, _nothing)
        if initial is _nothing:
            raise TypeError("reduce() of empty iterable with no initial value")
    for item in it:
        initial = function(initial, item)
    return initial

class partial:
    def __init__(self, func, /, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords
    def __call__(self, /, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})

class partialmethod:
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords
    def __get__(self, instance, owner):
        return partial(self.func, instance, *self.args, **self.keywords)

def update_wrapper(wrapper, wrapped, assigned=None, updated=None):
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    wrapper.__wrapped__ = wrapped
    return wrapper

def wraps(wrapped, assigned=None, updated=None):
    return lambda wrapper: update_wrapper(wrapper, wrapped)

def lru_cache(maxsize=128, typed=False):
    def decorate(function):
        kept = {}
        def wrapper(*args, **kw):
            key = (args, tuple(sorted(kw.items())))
            if key in kept:
                wrapper.hits += 1
                return kept[key]
            wrapper.misses += 1
            value = kept[key] = function(*args, **kw)
            if size is not None and len(kept) > size:
                del kept[next(iter(kept))]
            return value
        wrapper.hits = wrapper.misses = 0
        wrapper.cache_clear = kept.clear
        return update_wrapper(wrapper, function)
    size = 128 if callable(maxsize) else maxsize
    return decorate(maxsize) if callable(maxsize) else decorate

def cache(function):
    return lru_cache(None)(function)

def total_ordering(cls):
    def has(name):
        return any(name in base.__dict__ for base in cls.__mro__ if base is not object)
    if has("__lt__"):
        less = lambda a, b: a < b
    elif has("__gt__"):
        less = lambda a, b: b > a
    elif has("__le__"):
        less = lambda a, b: a <= b and a != b
    else:
        less = lambda a, b: b >= a and a != b
    if not has("__lt__"):
        cls.__lt__ = lambda self, other: less(self, other)
    if not has("__gt__"):
        cls.__gt__ = lambda self, other: not less(self, other) and self != other
    if not has("__le__"):
        cls.__le__ = lambda self, other: less(self, other) or self == other
    if not has("__ge__"):
        cls.__ge__ = lambda self, other: not less(self, other)
    return cls

def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value
        def __lt__(self, other):
            return compare(self.value, other.value) < 0
        def __gt__(self, other):
            return compare(self.value, other.value) > 0
        def __eq__(self, other):
            return compare(self.value, other.value) == 0
    return Key

def singledispatch(function):
    kinds = {}
    def wrapper(first, *args, **kw):
        for kind in type(first).__mro__:
            if kind in kinds:
                return kinds[kind](first, *args, **kw)
        return function(first, *args, **kw)
    def register(kind):
        def decorate(other):
            kinds[kind] = other
            return other
        return decorate
    wrapper.register = register
    return update_wrapper(wrapper, function)
)python");
}

} // namespace orch::lang
