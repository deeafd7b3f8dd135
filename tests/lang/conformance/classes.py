class A:
    x = 1
    def __init__(self, v=0):
        self.v = v
    def get(self):
        return self.v + self.x
    @classmethod
    def make(cls, v):
        return cls(v)
    @staticmethod
    def add(a, b):
        return a + b
    @property
    def double(self):
        return self.v * 2
    @double.setter
    def double(self, value):
        self.v = value // 2
a = A(5)
print(a.get(), A.make(3).v, A.add(1, 2), a.double, a.add(3, 4))
a.double = 20
print(a.v, A.x, a.x)
a.x = 100
print(A.x, a.x, a.get(), a.__dict__, hasattr(a, "v"), hasattr(a, "nope"))
---
class A:
    def who(self): return "A"
    def hello(self): return "hello " + self.who()
class B(A):
    def who(self): return "B" + super().who()
class C(A):
    def who(self): return "C" + super().who()
class D(B, C):
    def who(self): return "D" + super().who()
print(D().hello(), [c.__name__ for c in D.__mro__], issubclass(D, A), isinstance(D(), (int, C)), D.__bases__ == (B, C), D.__name__)
---
class V:
    def __init__(self, x): self.x = x
    def __repr__(self): return f"V({self.x})"
    def __eq__(self, o): return isinstance(o, V) and self.x == o.x
    def __lt__(self, o): return self.x < o.x
    def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o))
    def __radd__(self, o): return V(o + self.x)
    def __neg__(self): return V(-self.x)
    def __len__(self): return self.x
    def __bool__(self): return self.x != 0
    def __getitem__(self, i): return self.x + i
    def __contains__(self, i): return i == self.x
    def __call__(self, *a): return (self.x, a)
    def __hash__(self): return hash(self.x)
    def __iadd__(self, o): self.x += 100; return self
v = V(3)
print(v + V(4), v + 1, 1 + v, -v, len(v), bool(V(0)), v[10], 3 in v, v(1, 2), v == V(3), v != V(4), sorted([V(3), V(1)]), {V(1): "a"}[V(1)], V(1) < V(2), max(V(1), V(5)))
v += 1
print(v)
---
class It:
    def __init__(self, n): self.n = n
    def __iter__(self):
        self.i = 0
        return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
print(list(It(3)), sum(It(4)), 2 in It(3), [*It(2)], max(It(3)))
class G:
    def __iter__(self):
        yield 1
        yield 2
print(list(G()), dict(zip(G(), "ab")))
class S:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(list(S()), 20 in S())
---
class M:
    def __init__(self): self.log = []
    def __enter__(self):
        self.log.append("enter")
        return self
    def __exit__(self, t, e, tb):
        self.log.append(("exit", t.__name__ if t else None, str(e) if e else None))
        return t is ValueError
m = M()
with m as x:
    x.log.append("body")
with m:
    raise ValueError("swallowed")
try:
    with m:
        raise KeyError("not")
except KeyError as e:
    print("caught", e)
print(m.log)
with M() as a, M() as b:
    print(a is not b)
with (M() as a, M() as b):
    print("paren")
---
class A:
    def __getattr__(self, name):
        if name.startswith("x"):
            return name * 2
        raise AttributeError(name)
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value + 1)
a = A()
a.v = 1
print(a.xy, a.v, getattr(a, "q", "default"), hasattr(a, "xx"), hasattr(a, "zz"))
---
class A: pass
try:
    A().missing
except AttributeError as e:
    print(e)
try:
    A.missing
except AttributeError as e:
    print(e)
try:
    A(1)
except TypeError as e:
    print(e)
try:
    A().x()
except AttributeError as e:
    print(e)
try:
    None.foo
except AttributeError as e:
    print(e)
try:
    5()
except TypeError as e:
    print(e)
---
class A:
    @property
    def p(self): return 1
try:
    A().p = 2
except AttributeError as e:
    print("AttributeError", e)
---
class Base:
    registry = []
    def __init_subclass__(cls, **kw):
        super().__init_subclass__()
        cls.registry.append((cls.__name__, kw))
class X(Base): pass
class Y(Base, tag=1): pass
print(Base.registry)
---
class MyError(Exception):
    def __init__(self, code, msg="m"):
        super().__init__(msg)
        self.code = code
try:
    raise MyError(5)
except MyError as e:
    print(e.code, e, e.args, repr(e))
class Quiet(ValueError): pass
try:
    raise Quiet
except ValueError as e:
    print(type(e).__name__, str(e) == "", isinstance(e, Quiet))
---
class D(dict):
    def __missing__(self, k): return k * 2
d = D(a=1)
d["b"] = 2
print(d["a"], d["zz"], d, len(d), isinstance(d, dict), list(d.items()), "b" in d, d.get("q"))
class L(list):
    def second(self): return self[1]
l = L([1, 2, 3]); l.append(4)
print(l, l.second(), len(l), l == [1, 2, 3, 4], [x for x in l], sum(l), l[1:], isinstance(l, list))
class S(str):
    def shout(self): return self.upper() + "!"
s = S("abc")
print(s, s.shout(), s + "d", len(s), s == "abc", {s: 1}["abc"], f"{s:>5}", isinstance(s, str), "b" in s, s[0], ",".join([s, s]))
class I(int):
    def plus(self): return self + 1
i = I(5)
print(i, i.plus(), i * 2, i == 5, [0] * I(2), isinstance(i, int), range(I(3)))
---
class A:
    count = 0
    items = []
    def __init__(self):
        A.count += 1
        self.items.append(A.count)
A(); A()
print(A.count, A.items)
setattr(A, "z", 5); print(A.z, A().z); del A.z; print(hasattr(A, "z"))
a = A(); setattr(a, "q", 1); print(getattr(a, "q")); delattr(a, "q"); print(hasattr(a, "q"), vars(a))
---
class Outer:
    class Inner:
        value = 5
    def get(self): return self.Inner.value
print(Outer().get(), Outer.Inner.value, Outer.Inner.__qualname__, Outer.get.__qualname__)
---
T = type("T", (object,), {"x": 1, "f": lambda self: self.x + 1})
print(T().f(), T.__name__, type(T()) is T, type(T) is type, T)
---
class Desc:
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner): return self if obj is None else obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, value): obj.__dict__
class A:
    d = Desc()
print(A().d, A.d.name)
---
class A:
    __slots__ = ("x", "y")
    def __init__(self): self.x = 1
print(A().x)
---
class A:
    def __init__(self): self._v = 1
    def __str__(self): return "str"
    def __repr__(self): return "repr"
print(A(), [A()], f"{A()} {A()!r}", "%s %r" % (A(), A()), str(A()), repr(A()), {"k": A()})
class B:
    def __repr__(self): return "only repr"
print(B(), str(B()), f"{B()}")
---
class A:
    x = [i * 2 for i in range(3)]
    y = {k: v for k, v in zip("ab", x)}
    z = sum(x)
print(A.x, A.y, A.z)
---
class Meta: pass
class A(object):
    """Doc of A."""
    a: int = 1
    b: str
print(A.__doc__, A.__annotations__, A.__module__)
---
import abc
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
class Sq(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
print(Sq(3).area())
---
class Chain:
    def __init__(self): self.parts = []
    def add(self, p):
        self.parts.append(p)
        return self
    def __str__(self): return "-".join(self.parts)
print(Chain().add("a").add("b").add("c"))
---
class Node:
    def __init__(self, v, nxt=None):
        self.v, self.nxt = v, nxt
    def __iter__(self):
        n = self
        while n:
            yield n.v
            n = n.nxt
print(list(Node(1, Node(2, Node(3)))))
---
class A:
    def f(self): return "A.f"
m = A().f
print(m(), A.f(A()), m.__name__, m.__self__.__class__.__name__, callable(m))
---
class Cmp:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
try:
    hash(Cmp(1))
except TypeError as e:
    print(e)
print(Cmp(1) == Cmp(1), Cmp(1) != Cmp(2), Cmp(1) in [Cmp(1)], [Cmp(2)].index(Cmp(2)))
---
class NI:
    def __add__(self, o): return NotImplemented
    def __eq__(self, o): return NotImplemented
try:
    NI() + 1
except TypeError as e:
    print(e)
print(NI() == 1, NI() != 1)
try:
    NI() < NI()
except TypeError as e:
    print(e)
