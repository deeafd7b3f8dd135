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

class KW_ONLY:
    pass

class InitVar:
    def __class_getitem__(cls, key):
        return cls

class Field:
    def __init__(self, default, default_factory, init, repr, compare, kw_only=MISSING, metadata=None):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = kw_only
        self.metadata = metadata or {}
        self.init_only = False

def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=MISSING):
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, compare, kw_only, metadata)

def _optional(f):
    return f.default is not MISSING or f.default_factory is not MISSING

def _collect(cls, kw_only):
    found = {}
    for base in reversed(cls.__mro__[1:]):
        for f in getattr(base, "__dataclass_fields__", {}).values():
            found[f.name] = f
    own = cls.__dict__
    texts = own.get("__annotation_text__", {})
    for name, annotation in own.get("__annotations__", {}).items():
        written = texts.get(name, "").strip("'\"").split("[")[0].split(".")[-1].strip()
        if written == "ClassVar":
            continue
        if written == "KW_ONLY":
            kw_only = True
            continue
        given = own.get(name, MISSING)
        f = given if isinstance(given, Field) else Field(given, MISSING, True, True, True)
        f.name = name
        f.type = annotation
        f.init_only = written == "InitVar"
        if f.kw_only is MISSING:
            f.kw_only = kw_only
        if isinstance(f.default, (list, dict, set)):
            raise ValueError(f"mutable default {type(f.default)} for field {name} is not allowed: use default_factory")
        found[name] = f
        if isinstance(given, Field):
            if f.default is not MISSING:
                setattr(cls, name, f.default)
            else:
                delattr(cls, name)
    return found

def _listed(names):
    names = [repr(name) for name in names]
    return " and ".join(names) if len(names) < 3 else ", ".join(names[:-1]) + ", and " + names[-1]

def dataclass(cls=None, *, init=True, repr=True, eq=True, order=False, frozen=False, unsafe_hash=False, match_args=True, kw_only=False, slots=False, weakref_slot=False):
    def decorate(cls):
        everything = _collect(cls, kw_only)
        fields = {name: f for name, f in everything.items() if not f.init_only}
        cls.__dataclass_fields__ = everything
        wanted = [f for f in everything.values() if f.init and not f.kw_only]
        named = [f for f in everything.values() if f.init and f.kw_only]
        cls.__match_args__ = tuple(f.name for f in wanted)
        for before, f in zip(wanted, wanted[1:]):
            if _optional(before) and not _optional(f):
                raise TypeError(f"non-default argument {f.name!r} follows default argument")
        title = cls.__qualname__ + ".__init__()"
        def make(self, *args, **kw):
            if len(args) > len(wanted):
                least = len([f for f in wanted if not _optional(f)]) + 1
                most = len(wanted) + 1
                takes = f"{most}" if least == most else f"from {least} to {most}"
                raise TypeError(f"{title} takes {takes} positional argument{'' if takes == '1' else 's'} but {len(args) + 1} were given")
            values = {f.name: value for f, value in zip(wanted, args)}
            for name, value in kw.items():
                if name in values:
                    raise TypeError(f"{title} got multiple values for argument {name!r}")
                if name not in everything or not everything[name].init:
                    raise TypeError(f"{title} got an unexpected keyword argument {name!r}")
                values[name] = value
            for kind, of in (("positional", wanted), ("keyword-only", named)):
                missing = [f.name for f in of if f.name not in values and not _optional(f)]
                if missing:
                    raise TypeError(f"{title} missing {len(missing)} required {kind} argument{'s' if len(missing) > 1 else ''}: {_listed(missing)}")
            passed = []
            for f in everything.values():
                if f.name in values:
                    value = values[f.name]
                elif f.default_factory is not MISSING:
                    value = f.default_factory()
                elif f.default is not MISSING:
                    value = f.default
                else:
                    continue
                if f.init_only:
                    passed.append(value)
                else:
                    object.__setattr__(self, f.name, value)
            if hasattr(self, "__post_init__"):
                self.__post_init__(*passed)
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
            def alike(self, other):
                return type(self) is type(other)
            cls.__lt__ = lambda self, other: key(self) < key(other) if alike(self, other) else NotImplemented
            cls.__le__ = lambda self, other: key(self) <= key(other) if alike(self, other) else NotImplemented
            cls.__gt__ = lambda self, other: key(self) > key(other) if alike(self, other) else NotImplemented
            cls.__ge__ = lambda self, other: key(self) >= key(other) if alike(self, other) else NotImplemented
        if frozen:
            def refuse(self, name, value):
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            cls.__setattr__ = refuse
        if (frozen and eq) or unsafe_hash:
            cls.__hash__ = lambda self: hash(key(self))
        return cls
    return decorate if cls is None else decorate(cls)

def fields(cls):
    return tuple(f for f in cls.__dataclass_fields__.values() if not f.init_only)

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
