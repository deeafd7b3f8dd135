from dataclasses import dataclass, field, asdict, astuple, replace, fields, is_dataclass
@dataclass
class Point:
    x: int
    y: int = 2
    tags: list = field(default_factory=list)
p = Point(1)
p.tags.append("a")
print(p, Point(1) == Point(1), Point(1) == Point(2), asdict(p), astuple(p), replace(p, x=5), [f.name for f in fields(Point)], is_dataclass(p), Point(3).tags)
---
from dataclasses import dataclass
@dataclass(frozen=True)
class Key:
    name: str
    n: int = 0
k = Key("a")
try:
    k.name = "b"
except Exception as error:
    print(type(error).__name__, error)
print(hash(k) == hash(Key("a")), {k: 1}[Key("a", 0)], k)
---
from dataclasses import dataclass
@dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    def __str__(self):
        return f"{self.major}.{self.minor}"
vs = [Version(1, 2), Version(1), Version(0, 9)]
print([str(v) for v in sorted(vs)], Version(1) < Version(1, 1), max(vs), Version(2) >= Version(2))
---
from dataclasses import dataclass, field
@dataclass
class Base:
    a: int = 1
    def total(self):
        return self.a
@dataclass
class Derived(Base):
    b: int = 2
    c: int = field(default=3, repr=False, compare=False)
    def __post_init__(self):
        self.d = self.a + self.b
d = Derived(5, b=6)
print(d, d.d, d.c, d.total(), Derived(1, 2, 3) == Derived(1, 2, 4))
try:
    Derived(1, 2, 3, 4)
except TypeError as error:
    print("TypeError")
---
from dataclasses import dataclass
from typing import Optional, List
@dataclass
class Node:
    value: int
    next: Optional["Node"] = None
    kids: Optional[List[int]] = None
n = Node(1, Node(2))
print(n, n.next.value, n == Node(1, Node(2)))
---
from dataclasses import KW_ONLY, InitVar, asdict, dataclass, field, fields
from typing import ClassVar
@dataclass
class P:
    x: int
    y: int = 0
    count: ClassVar[int] = 5
    scale: InitVar[int] = 1
    _: KW_ONLY
    tag: str = "t"
    note: str
    def __post_init__(self, scale):
        self.x *= scale
print(P(1, note="n"), P(2, 3, 10, note="n", tag="u"), P.count)
print([f.name for f in fields(P)], asdict(P(1, note="q")))
for call in (lambda: P(1), lambda: P(1, 2, 3, 4), lambda: P(note="n"), lambda: P(1, note="n", z=1), lambda: P(1, 2, y=3, note="n")):
    try:
        print(call())
    except TypeError as error:
        print(error)
---
from dataclasses import dataclass, field
try:
    @dataclass
    class Bad:
        items: list = []
except ValueError as error:
    print(error)
try:
    @dataclass
    class Worse:
        a: int = 1
        b: int
except TypeError as error:
    print(error)
@dataclass(order=True)
class V:
    major: int
    rest: list = field(default_factory=list, compare=False, metadata={"unit": "x"})
print(V(1) < V(2), V.__dataclass_fields__["rest"].metadata["unit"])
try:
    V(1) < 5
except TypeError as error:
    print(error)
@dataclass(kw_only=True, slots=True)
class K:
    a: int
    b: int = 3
print(K(a=1))
try:
    K(1)
except TypeError as error:
    print(error)
