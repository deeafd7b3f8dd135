// dataclasses, in the language itself: fields from annotations, and the methods that are made of them.

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_dataclasses(ModuleBuilder& module) {
    define(module, R"python(
class _Missing:
    pass
MISSING = _Missing()

class FrozenInstanceError(AttributeError):
    pass

class Field:
    def __init__(self, default, default_factory, init, repr, compare):
        self.name = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare

def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=False):
    return Field(default, default_factory, init, repr, compare)

def _collect(cls):
    found = {}
    for base in reversed(cls.__mro__[1:]):
        for f in getattr(base, "__dataclass_fields__", {}).values():
            found[f.name] = f
    for name in cls.__dict__.get("__annotations__", {}):
        given = cls.__dict__.get(name, MISSING)
        f = given if isinstance(given, Field) else Field(given, MISSING, True, True, True)
        f.name = name
        found[name] = f
        if isinstance(given, Field):
            if f.default is not MISSING:
                setattr(cls, name, f.default)
            else:
                delattr(cls, name)
    return found

def dataclass(cls=None, *, init=True, repr=True, eq=True, order=False, frozen=False, unsafe_hash=False, **kw):
    def decorate(cls):
        fields = _collect(cls)
        cls.__dataclass_fields__ = fields
        cls.__match_args__ = tuple(f.name for f in fields.values() if f.init)
        wanted = [f for f in fields.values() if f.init]
        def make(self, *args, **kw):
            if len(args) > len(wanted):
                raise TypeError(f"{cls.__name__}.__init__() takes {len(wanted) + 1} positional arguments but {len(args) + 1} were given")
            values = {f.name: value for f, value in zip(wanted, args)}
            for name, value in kw.items():
                if name in values:
                    raise TypeError(f"{cls.__name__}.__init__() got multiple values for argument {name!r}")
                if name not in fields or not fields[name].init:
                    raise TypeError(f"{cls.__name__}.__init__() got an unexpected keyword argument {name!r}")
                values[name] = value
            missing = [f.name for f in wanted if f.name not in values and f.default is MISSING and f.default_factory is MISSING]
            if missing:
                names = " and ".join(f"{n!r}" for n in missing) if len(missing) < 3 else ", ".join(f"{n!r}" for n in missing[:-1]) + ", and " + f"{missing[-1]!r}"
                raise TypeError(f"{cls.__name__}.__init__() missing {len(missing)} required positional argument{'s' if len(missing) > 1 else ''}: {names}")
            for f in fields.values():
                if f.name in values:
                    value = values[f.name]
                elif f.default_factory is not MISSING:
                    value = f.default_factory()
                elif f.default is not MISSING:
                    value = f.default
                else:
                    continue
                object.__setattr__(self, f.name, value)
            if hasattr(self, "__post_init__"):
                self.__post_init__()
        def show(self):
            return type(self).__qualname__ + "(" + ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields.values() if f.repr) + ")"
        def key(self):
            return tuple(getattr(self, f.name) for f in fields.values() if f.compare)
        def same(self, other):
            return key(self) == key(other) if type(self) is type(other) else NotImplemented
        own = cls.__dict__
        if init and "__init__" not in own:
            cls.__init__ = make
        if repr and "__repr__" not in own:
            cls.__repr__ = show
        if eq and "__eq__" not in own:
            cls.__eq__ = same
        if order:
            cls.__lt__ = lambda self, other: key(self) < key(other)
            cls.__le__ = lambda self, other: key(self) <= key(other)
            cls.__gt__ = lambda self, other: key(self) > key(other)
            cls.__ge__ = lambda self, other: key(self) >= key(other)
        if frozen:
            def refuse(self, name, value):
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            cls.__setattr__ = refuse
        if (frozen and eq) or unsafe_hash:
            cls.__hash__ = lambda self: hash(key(self))
        return cls
    return decorate if cls is None else decorate(cls)

def fields(cls):
    return tuple(cls.__dataclass_fields__.values())

def is_dataclass(obj):
    return hasattr(obj, "__dataclass_fields__")

def _plain(value):
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value

def asdict(obj):
    return _plain(obj)

def astuple(obj):
    return tuple(getattr(obj, f.name) for f in fields(obj))

def replace(obj, **changes):
    values = {f.name: getattr(obj, f.name) for f in fields(obj) if f.init}
    return type(obj)(**{**values, **changes})
)python");
}

} // namespace orch::lang
