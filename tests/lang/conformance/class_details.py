class A:
    count = 0
    def __init__(self, x):
        self.x = x
        type(self).count += 1
    def __repr__(self):
        return f"{type(self).__name__}({self.x})"
    def __eq__(self, other):
        return isinstance(other, A) and self.x == other.x
    def __hash__(self):
        return hash(self.x)
    def __lt__(self, other):
        return self.x < other.x
class B(A):
    def __init__(self, x, y=1):
        super().__init__(x)
        self.y = y
a, b = A(1), B(1)
print(a, b, a == b, A.count, B.count, {a: "v"}[A(1)], sorted([A(3), A(2)]), b.__dict__, vars(a), B.__mro__[1] is A, issubclass(B, A), isinstance(b, A), B.__bases__, b.__class__.__name__)
---
class P:
    def __init__(self):
        self._v = 1
    @property
    def v(self):
        return self._v
    @v.setter
    def v(self, value):
        self._v = value * 2
    @v.deleter
    def v(self):
        self._v = None
    @staticmethod
    def s(x):
        return x + 1
    @classmethod
    def c(cls, x):
        return cls.__name__, x
p = P()
p.v = 5
print(p.v, P.s(1), p.s(2), P.c(3), p.c(4))
del p.v
print(p.v)
class Q(P): pass
print(Q.c(1))
class R:
    @property
    def only(self):
        return 1
try:
    R().only = 2
except AttributeError:
    print("AttributeError")
---
class V:
    def __init__(self, *v): self.v = v
    def __add__(self, o): return V(*(a + b for a, b in zip(self.v, o.v)))
    def __radd__(self, o): return self if o == 0 else NotImplemented
    def __mul__(self, n): return V(*(a * n for a in self.v))
    __rmul__ = __mul__
    def __neg__(self): return self * -1
    def __len__(self): return len(self.v)
    def __getitem__(self, i): return self.v[i]
    def __contains__(self, x): return x in self.v
    def __bool__(self): return any(self.v)
    def __call__(self, x): return x, self.v
    def __iadd__(self, o): self.v += (o,); return self
    def __str__(self): return "V" + str(self.v)
    def __int__(self): return sum(self.v)
    def __abs__(self): return max(map(abs, self.v))
v = V(1, 2)
print(v + V(3, 4), 2 * v, v * 2, -v, len(v), v[1], 2 in v, bool(V(0)), v("x"), sum([v, v]), int(v), abs(V(-5, 1)), list(v))
v += 9
print(v)
try:
    v - v
except TypeError as error:
    print(error)
---
class D:
    def __getattr__(self, name):
        if name.startswith("x"):
            return name.upper()
        raise AttributeError(name)
    def __setattr__(self, name, value):
        object.__setattr__(self, name, [value])
    def __delattr__(self, name):
        print("del", name)
        object.__delattr__(self, name)
d = D()
d.a = 1
print(d.a, d.xyz, hasattr(d, "q"), getattr(d, "q", "none"), hasattr(d, "a"))
del d.a
print(hasattr(d, "a"))
setattr(d, "b", 2)
print(d.b, delattr(d, "b"))
---
class Base:
    registry = []
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        Base.registry.append((cls.__name__, tag))
class X(Base, tag="x"): pass
class Y(X): pass
print(Base.registry)
class Meta(type):
    def __new__(mcs, name, bases, ns):
        ns["made"] = name.lower()
        return super().__new__(mcs, name, bases, ns)
---
class A:
    def who(self): return "A"
class B(A):
    def who(self): return "B" + super().who()
class C(A):
    def who(self): return "C" + super().who()
class D(B, C):
    def who(self): return "D" + super().who()
print(D().who(), [c.__name__ for c in D.__mro__])
---
class Stack(list):
    def push(self, x):
        self.append(x)
        return self
class Name(str):
    def shout(self): return self.upper() + "!"
class Conf(dict):
    def __missing__(self, key): return f"<{key}>"
    def __getattr__(self, key): return self[key]
s = Stack([1]).push(2)
print(s, len(s), isinstance(s, list), s == [1, 2], Name("a").shout(), Name("b") + "c", Conf(a=1).a, Conf()["zz"], type(s).__name__, Conf(x=1), sorted(Stack([2, 1])))
---
class A:
    __slots__ = ("x", "y")
    def __init__(self): self.x = 1
a = A()
print(a.x, hasattr(a, "y"))
class Abstract:
    def run(self):
        raise NotImplementedError("run")
try:
    Abstract().run()
except NotImplementedError as error:
    print(repr(error))
import abc
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
class Square(Shape):
    def area(self): return 4
print(Square().area())
---
class A:
    x = [1]
    y = x + [2]
    def f(self): return self.__class__.x
    class Inner:
        z = 5
A.x.append(3)
A.new = lambda self: "new"
a = A()
a.x = "own"
print(A.x, A.y, a.x, a.f(), A.Inner.z, a.new(), A.__name__, A.__module__, A.f.__name__, a.f.__self__ is a)
del a.x
print(a.x)
---
class Ctx:
    def __enter__(self): return self
    def __exit__(self, *exc): return False
    def __iter__(self): return iter([1, 2])
    def __reversed__(self): return iter([2, 1])
    def __len__(self): return 2
    def __format__(self, spec): return "F" + spec
    def __index__(self): return 1
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
    def __eq__(self, o): return True
    def __ne__(self, o): return "ne"
with Ctx() as c:
    c[1] = 2
    del c[1:2]
    print(list(c), list(reversed(c)), f"{c:x}", [5, 6][c], c == 5, c != 5, len(c))
---
class Settings:
    def __init__(self, **values):
        self.__dict__.update(values)
        self.__dict__["own"] = 1
s = Settings(a=1, b=2)
vars(s)["late"] = 5
del s.__dict__["b"]
print(s.a, s.own, s.late, hasattr(s, "b"), vars(s), s.__dict__ == {"a": 1, "own": 1, "late": 5})
held = s.__dict__
s.later = 6
print(held["later"], list(held))
s.__dict__ = {"new": 1}
print(s.new, hasattr(s, "a"))
globals()["made"] = "by globals()"
print(made)
---
class Doubled:
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, owner=None):
        return self if obj is None else obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, value):
        obj.__dict__[self.name] = value * 2
    def __delete__(self, obj):
        del obj.__dict__[self.name]
class Holder:
    size = Doubled()
h = Holder()
print(h.size)
h.size = 4
print(h.size, h.__dict__)
del h.size
print(h.size, Holder.size.name)
---
class A:
    def me(self):
        return __class__.__name__, self.__class__.__name__
class B(A):
    def me(self):
        return super().me(), __class__.__name__, [__class__.__name__ for _ in range(2)]
print(B().me())
---
from abc import ABC, ABCMeta, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def both(self):
        return self.name, self.area()
class Half(Shape):
    def area(self):
        return 2
class Whole(Half):
    name = "whole"
class Meta(metaclass=ABCMeta):
    @abstractmethod
    def go(self): ...
for cls in (Shape, Half, Whole, Meta):
    try:
        print(isinstance(cls(), cls))
    except TypeError as error:
        print(str(error).startswith(f"Can't instantiate abstract class {cls.__name__} "))
print(Whole().both())
---
from functools import reduce
values = ["a", [], {}, set(), (), frozenset(), range(1), b"", iter([]), 1, None]
for name in ("__iter__", "__len__", "__getitem__", "__contains__", "__next__", "__index__"):
    print(name, [hasattr(value, name) for value in values])
print(reduce(int.__mul__, [1, 2, 3]), list(map({"a": 1}.__getitem__, "a")), list(map("x".__add__, "ab")), "%d".__mod__(5), (7).__floordiv__(2))
print((1).__add__("a"), (1).__lt__("a"), {1}.__or__({2}), iter([4]).__next__(), "abc".__contains__("b"), [1, 2].__len__(), (5).__neg__())
class Names(str):
    def __add__(self, other):
        return "own " + super().__add__(other)
class Count(int):
    def __lt__(self, other):
        return super().__lt__(other) or "not less"
print(Names("a") + "b", Count(1) < 2, Count(3) < 2)
