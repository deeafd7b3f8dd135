from collections import Counter, OrderedDict, defaultdict, deque, namedtuple, ChainMap
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], sum(c.values()), Counter(a=2) + Counter(a=1, b=3), Counter("aab") - Counter("ab"), list(Counter("ba").elements()), Counter([1, 1, 2]).most_common())
---
from collections import defaultdict
d = defaultdict(list)
for k, v in [("a", 1), ("b", 2), ("a", 3)]:
    d[k].append(v)
print(d, dict(d), d["new"], len(d), d.get("no"), defaultdict(int, x=1)["y"], sorted(d), defaultdict(lambda: "z")[1])
---
from collections import OrderedDict
o = OrderedDict([("b", 1), ("a", 2)])
o["c"] = 3
o.move_to_end("b")
print(o, list(o), o.popitem(last=False), o == {"b": 1, "c": 3}, o == OrderedDict([("c", 3), ("b", 1)]), OrderedDict.fromkeys("ab", 0), list(reversed(o)))
---
from collections import deque
q = deque([1, 2, 3], maxlen=3)
q.append(4)
q.appendleft(0)
print(q, q.pop(), q.popleft(), list(q), len(q), q.extend([7, 8]), q, q.rotate(1), q, 7 in q, q[0], deque("ab"))
---
from collections import namedtuple
Point = namedtuple("Point", "x y")
P3 = namedtuple("P3", ["x", "y", "z"], defaults=[0])
p = Point(1, y=2)
print(p, p.x, p[1], p._asdict(), p._replace(x=5), Point._fields, Point._make([3, 4]), p == (1, 2), P3(1, 2), tuple(p), [*p], p + (3,), hash(p) == hash((1, 2)), isinstance(p, tuple))
x, y = p
print(x, y, max(p), len(p))
---
from typing import NamedTuple
class Row(NamedTuple):
    id: int
    name: str = "none"
    def label(self):
        return f"{self.id}:{self.name}"
r = Row(1)
print(r, r.label(), Row(2, "b")._asdict(), r._replace(name="z"), Row._fields, sorted([Row(2), Row(1)]))
---
from collections import ChainMap, UserDict
print(ChainMap({"a": 1}, {"a": 2, "b": 3})["b"], dict(ChainMap({"a": 1}, {"a": 2, "b": 3})))
d = {"b": 1, "a": 2}
print(list(d.items()), d.setdefault("c", 9), d.pop("b"), d.pop("zz", None), d.popitem(), d, dict.fromkeys([1, 2]), {**d, "a": 0}, d.keys() & {"a"}, list(reversed({"x": 1, "y": 2})))
---
a, b = {1, 2, 3}, {2, 3, 4}
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b), a <= b, {2} < a, a.isdisjoint({9}), sorted(a.union([5], (6,))), frozenset(a) == a, len({1, True, 1.0}), set("aab") == {"a", "b"})
a.update([7]); a.discard(99); a.remove(1); a |= {8}; a &= {2, 7, 8}
print(sorted(a), a.pop() in (2, 7, 8))
try:
    a.remove(1000)
except KeyError as error:
    print("KeyError", error)
