// collections: the containers that scripts use, written in the language itself. The abstract classes of
// collections.abc are only good for isinstance().

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_collections(ModuleBuilder& module) {
    define(module, R"python(
class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        if last:
            self[key] = value
        else:
            rest = list(self.items())
            self.clear()
            self[key] = value
            self.update(rest)
    def popitem(self, last=True):
        if not self:
            raise KeyError("dictionary is empty")
        key = list(self)[-1 if last else 0]
        return key, self.pop(key)
    def __repr__(self):
        return "OrderedDict(" + (repr(list(self.items())) if self else "") + ")"
    def copy(self):
        return OrderedDict(self)

class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **kw):
        super().__init__(*args, **kw)
        self.default_factory = default_factory
    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value
    def __repr__(self):
        return "defaultdict(" + repr(self.default_factory) + ", " + repr(dict(self)) + ")"
    def copy(self):
        return defaultdict(self.default_factory, self)

class Counter(dict):
    def __init__(self, iterable=None, **kw):
        super().__init__()
        self.update(iterable, **kw)
    def __missing__(self, key):
        return 0
    def update(self, iterable=None, **kw):
        if iterable is not None:
            if isinstance(iterable, dict):
                for key, count in iterable.items():
                    self[key] = self[key] + count
            else:
                for key in iterable:
                    self[key] = self[key] + 1
        for key, count in kw.items():
            self[key] = self[key] + count
    def subtract(self, iterable):
        if isinstance(iterable, dict):
            for key, count in iterable.items():
                self[key] = self[key] - count
        else:
            for key in iterable:
                self[key] = self[key] - 1
    def most_common(self, n=None):
        ordered = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return ordered if n is None else ordered[:n]
    def elements(self):
        for key, count in self.items():
            for _ in range(count):
                yield key
    def total(self):
        return sum(self.values())
    def __add__(self, other):
        result = Counter()
        for key in list(self) + [k for k in other if k not in self]:
            if self[key] + other[key] > 0:
                result[key] = self[key] + other[key]
        return result
    def __sub__(self, other):
        result = Counter()
        for key in list(self) + [k for k in other if k not in self]:
            if self[key] - other[key] > 0:
                result[key] = self[key] - other[key]
        return result
    def copy(self):
        return Counter(self)
    def __repr__(self):
        if not self:
            return "Counter()"
        return "Counter({" + ", ".join(f"{k!r}: {v!r}" for k, v in self.most_common()) + "})"

class deque:
    def __init__(self, iterable=(), maxlen=None):
        self.maxlen = maxlen
        self._items = []
        self.extend(iterable)
    def append(self, item):
        self._items.append(item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[0]
    def appendleft(self, item):
        self._items.insert(0, item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[-1]
    def pop(self):
        if not self._items:
            raise IndexError("pop from an empty deque")
        return self._items.pop()
    def popleft(self):
        if not self._items:
            raise IndexError("pop from an empty deque")
        return self._items.pop(0)
    def extend(self, iterable):
        for item in list(iterable):
            self.append(item)
    def extendleft(self, iterable):
        for item in list(iterable):
            self.appendleft(item)
    def clear(self):
        self._items.clear()
    def rotate(self, n=1):
        if self._items:
            n %= len(self._items)
            self._items = self._items[-n:] + self._items[:-n]
    def remove(self, item):
        self._items.remove(item)
    def count(self, item):
        return self._items.count(item)
    def reverse(self):
        self._items.reverse()
    def __len__(self):
        return len(self._items)
    def __iter__(self):
        return iter(self._items)
    def __contains__(self, item):
        return item in self._items
    def __getitem__(self, index):
        return self._items[index]
    def __setitem__(self, index, value):
        self._items[index] = value
    def __eq__(self, other):
        return isinstance(other, deque) and self._items == other._items
    def __repr__(self):
        end = "" if self.maxlen is None else f", maxlen={self.maxlen}"
        return f"deque({self._items!r}{end})"

class ChainMap:
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
    def __getitem__(self, key):
        for mapping in self.maps:
            if key in mapping:
                return mapping[key]
        raise KeyError(key)
    def get(self, key, default=None):
        return self[key] if key in self else default
    def __setitem__(self, key, value):
        self.maps[0][key] = value
    def __contains__(self, key):
        return any(key in mapping for mapping in self.maps)
    def __iter__(self):
        seen = {}
        for mapping in reversed(self.maps):
            seen.update(dict.fromkeys(mapping))
        return iter(seen)
    def keys(self):
        return list(self)
    def items(self):
        return [(key, self[key]) for key in self]
    def values(self):
        return [self[key] for key in self]
    def __len__(self):
        return len(list(iter(self)))
    def new_child(self, m=None):
        return ChainMap({} if m is None else m, *self.maps)

def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    if isinstance(field_names, str):
        field_names = field_names.replace(",", " ").split()
    fields = tuple(str(name) for name in field_names)
    defaults = tuple(defaults or ())
    by_name = dict(zip(fields[len(fields) - len(defaults):], defaults))
    def new(cls, *args, **kw):
        values = list(args)
        if len(values) > len(fields):
            raise TypeError(f"{typename}.__new__() takes {len(fields) + 1} positional arguments but {len(values) + 1} were given")
        missing = []
        for name in fields[len(values):]:
            if name in kw:
                values.append(kw.pop(name))
            elif name in by_name:
                values.append(by_name[name])
            else:
                missing.append(name)
        if missing:
            names = " and ".join(repr(name) for name in missing) if len(missing) < 3 else ", ".join(repr(name) for name in missing[:-1]) + ", and " + repr(missing[-1])
            raise TypeError(f"{typename}.__new__() missing {len(missing)} required positional argument{'s' if len(missing) > 1 else ''}: {names}")
        for name in kw:
            raise TypeError(f"{typename}.__new__() got an unexpected keyword argument {name!r}")
        return tuple.__new__(cls, values)
    def show(self):
        return type(self).__name__ + "(" + ", ".join(f"{name}={value!r}" for name, value in zip(fields, self)) + ")"
    def replace(self, **kw):
        return type(self)(**{**self._asdict(), **kw})
    body = {
        "__new__": staticmethod(new),
        "__repr__": show,
        "_fields": fields,
        "_field_defaults": by_name,
        "__match_args__": fields,
        "_asdict": lambda self: dict(zip(fields, self)),
        "_replace": replace,
        "_make": classmethod(lambda cls, iterable: cls(*iterable)),
    }
    for index, name in enumerate(fields):
        body[name] = property(lambda self, index=index: self[index])
    return type(typename, (tuple,), body)

class UserDict(dict):
    pass
)python");
}

void load_collections_abc(ModuleBuilder& module) {
    auto add = [&](const char* name, std::function<bool(const Value&)> test) {
        ClassSpec spec;
        spec.name = name;
        spec.module = "collections.abc";
        spec.is_instance = std::move(test);
        spec.subscript = [](const Value& cls, const Value&) { return cls; };
        module.add(name, make_class(std::move(spec)));
    };
    auto iterable = [](const Value& given) {
        const Value v = plain(given);
        if (is_sequence(v) || is_set(v) || v.is(Type::dict) || v.is_string() || v.is(Type::bytes) ||
            v.is(Type::range) || v.is(Type::iterator))
            return true;
        Value method;
        return find_special(given, "__iter__", method) ||
               (v.is(Type::native) && Peek::as<Native>(v)->iterable());
    };
    auto sequence = [](const Value& given) {
        const Value& v = plain(given);
        return is_sequence(v) || v.is_string() || v.is(Type::bytes) || v.is(Type::range);
    };
    auto mapping = [](const Value& v) { return plain(v).is(Type::dict); };
    add("Iterable", iterable);
    add("Collection", iterable);
    add("Container", iterable);
    add("Sequence", sequence);
    add("MutableSequence", [](const Value& v) { return plain(v).is(Type::list); });
    add("Mapping", mapping);
    add("MutableMapping", mapping);
    add("Set", [](const Value& v) { return is_set(plain(v)); });
    add("MutableSet", [](const Value& v) { return plain(v).is(Type::set); });
    add("Callable", [](const Value& v) { return v.is_callable(); });
    add("Iterator", [](const Value& v) { return v.is(Type::iterator); });
    add("Generator", [](const Value& v) { return v.is(Type::iterator); });
    add("AsyncGenerator", [](const Value& v) { return v.is(Type::iterator); });
    add("AsyncIterator", [](const Value& v) { return v.is(Type::iterator); });
    add("Awaitable", [](const Value&) { return false; });
    add("Coroutine", [](const Value&) { return false; });
    add("Sized", [](const Value& v) {
        Value method;
        return is_sequence(plain(v)) || is_set(plain(v)) || plain(v).is(Type::dict) || plain(v).is_string() ||
               find_special(v, "__len__", method);
    });
    add("Hashable", [](const Value& v) {
        try {
            hash_of(v);
            return true;
        } catch (const Raised&) {
            return false;
        }
    });
}

} // namespace orch::lang
