l = [3, 1, 2]
l.append(4); l.insert(1, 9); l.extend([7, 8]); print(l, l.pop(), l.pop(0), l)
l.remove(9); l.sort(); print(l, l.index(2), l.count(1)); l.reverse(); print(l, l.copy() == l); l.clear(); print(l)
---
l = list(range(10))
print(l[2:5], l[::3], l[::-1], l[-3:], l[5:2], l[8:100], l[:-5], l[7:2:-2])
l[2:5] = ["a", "b"]; print(l)
l[::2] = [0] * len(l[::2]); print(l)
del l[0], l[1:3]; print(l)
l[1:1] = [5, 6]; print(l)
---
for f in (lambda: [1][5], lambda: [].pop(), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1]["a"], lambda: {}["x"], lambda: {1: 2}.pop(3), lambda: (1, 2)[9], lambda: set().pop()):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
---
print([1, 2] + [3], [0] * 3, [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] == (), (1, 2) < (1, 2, 0), [1, [2]] == [1, [2]])
---
print(sorted([3, 1, 2], reverse=True), sorted("bca", key=str.upper), sorted([(2, "a"), (1, "b"), (2, "A")], key=lambda p: p[0]), sorted({"b": 1, "a": 2}))
---
data = [("a", 3), ("b", 1), ("c", 3), ("d", 2)]
data.sort(key=lambda p: p[1], reverse=True)
print(data)
---
a, b, *c = [1, 2, 3, 4]
*d, e = (1, 2)
f, (g, h) = 1, (2, 3)
[i, j] = "xy"
print(a, b, c, d, e, f, g, h, i, j)
a, b = b, a
print(a, b)
---
for bad in ("a, b = [1]", "a, b = [1, 2, 3]", "a, *b, c = [1]", "a, b = 5"):
    try:
        if bad.startswith("a, b = [1]"):
            a, b = [1]
        elif bad.startswith("a, b = [1, 2"):
            a, b = [1, 2, 3]
        elif bad.startswith("a, *b"):
            a, *b, c = [1]
        else:
            a, b = 5
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
---
d = {"a": 1, "b": 2}
d["c"] = 3; d.update(d=4, a=10); d.update([("e", 5)]); d.setdefault("f", 6); print(d, d.get("z"), d.get("z", 0), d.pop("a"), d.pop("q", None), len(d), "b" in d, list(d), d.popitem())
del d["b"]; print(d, list(d.keys()), list(d.values()), list(d.items()))
---
d = dict(a=1, **{"b": 2}); e = {**d, "c": 3, "a": 9}; print(d, e, d | e, dict([("x", 1)]), dict.fromkeys("ab", 0), {} == dict(), d == {"b": 2, "a": 1})
d |= {"z": 26}; print(d, d.copy() is d)
---
print({1, 2, 3} & {2, 3, 4}, {1, 2} | {3}, {1, 2} - {2}, {1, 2} ^ {2, 3}, {1} < {1, 2}, {1, 2} <= {1, 2}, {1, 2}.issubset([1, 2, 3]), {1, 2}.isdisjoint({3}), set([1, 1, 2]), frozenset([1, 2]))
---
s = {1, 2}
s.add(3); s.discard(9); s.remove(1); s.update([7, 8], [9]); print(s, len(s), 7 in s); s.clear(); print(s, set(), frozenset())
try:
    s.remove(1)
except KeyError as e:
    print("KeyError", e)
---
print({1, 2}.union([3], [4]), {1, 2, 3}.intersection([2, 3], [3]), {1, 2, 3}.difference([1], [2]), {1, 2}.symmetric_difference([2, 3]), {1, 2}.issuperset({1}))
---
try:
    {[1]: 2}
except TypeError as e:
    print(e)
try:
    {{}}
except TypeError as e:
    print(e)
try:
    hash(([],))
except TypeError as e:
    print(e)
---
d = {(1, 2): "t", None: "n", True: "b", 2.5: "f", "s": "s", frozenset([1]): "fs"}
print(d[(1, 2)], d[None], d[1], d[2.5], d["s"], d[frozenset([1])])
---
t = (1, 2, 3)
print(t[0], t[1:], t + (4,), t * 2, len(t), 2 in t, t.index(2), t.count(3), (), (1,), tuple([1, 2]), tuple("ab"))
---
print(list(range(5)), list(range(2, 10, 3)), list(range(5, 0, -2)), len(range(10)), range(10)[3], range(10)[-1], range(10)[2:5], 5 in range(10), range(0), range(3) == range(0, 3), list(reversed(range(3))), range(1, 10, 2))
---
print([x for x in range(10) if x % 2], [(x, y) for x in range(3) for y in range(x)], {x: x * x for x in range(3)}, {x % 3 for x in range(10)}, [[j for j in range(i)] for i in range(3)])
---
print(list(x * 2 for x in range(3)), sum(x for x in range(5)), any(x > 3 for x in range(5)), all(x < 3 for x in range(5)), max((len(w) for w in ["a", "bbb"]), default=0))
---
x = "outer"
print([x for x in range(3)], x)
---
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])
---
print(list(zip([1, 2, 3], "ab")), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(None, [0, 1, "", "a"])), list(filter(lambda v: v > 1, [1, 2, 3])), list(reversed([1, 2])), list(enumerate("ab")))
---
it = iter([1, 2, 3])
print(next(it), next(it), next(it, "d"), next(it, "d"), list(it))
try:
    next(it)
except StopIteration:
    print("stop")
---
a = [1]; a.append(a); print(a)
d = {}; d["self"] = d; print(d)
---
a = b = [1]
a += [2]; print(b); a = a + [3]; print(b)
t = (1,); u = t; t += (2,); print(u, t)
s = r = {1}; s |= {2}; print(r)
---
l = [1, 2, 3, 4]
for x in l:
    if x == 2:
        l.remove(x)
print(l)
d = {"a": 1}
try:
    for k in d:
        d["b"] = 2
except RuntimeError as e:
    print(e)
---
print([*range(3), *"ab"], (*[1], 2), {*[1, 2]}, {**{"a": 1}}, [*{}.items()])
def f(*args, **kw):
    return args, kw
print(f(*[1, 2], 3, *(4,), a=1, **{"b": 2}), f(**{}), f(*"ab"))
---
m = [[1, 2, 3], [4, 5, 6]]
print([list(r) for r in zip(*m)], [c for r in m for c in r], m[1][2], [r[0] for r in m])
m[0][1] = 9; m[1] += [7]; print(m)
---
d = {"a": {"b": [1, {"c": 2}]}}
print(d["a"]["b"][1]["c"], d.get("x", {}).get("y"))
d["a"]["b"][1]["c"] += 5; d["n"] = d.get("n", 0) + 1; print(d)
---
ks = {"a": 1, "b": 2}.keys()
print(ks & {"a"}, ks | {"z"}, ks - {"a"}, "a" in ks, len(ks), sorted(ks), {"a": 1}.items() == {"a": 1}.items(), ("a", 1) in {"a": 1}.items(), 1 in {"a": 1}.values())
print({"a": 1}.keys(), {"a": 1}.values(), {"a": 1}.items())
---
print(slice(1, 2), slice(None, 5, 2), [1, 2, 3, 4][slice(1, 3)], slice(1, 2) == slice(1, 2))
---
print(bool([]), bool({}), bool(()), bool([0]), not [], not {1}, len([1, [2, 3]]), [] or "empty")
---
print([1, 2, 3] > [1, 2], ("a", 1) < ("b", 0), [[1], [2]] == [[1], [2]], (1, "a") == (1, "a"), [1, 2] != [1, 2])
---
groups = {}
for k, v in [("a", 1), ("b", 2), ("a", 3)]:
    groups.setdefault(k, []).append(v)
print(groups, {k: sum(v) for k, v in groups.items()}, sorted(groups.items(), key=lambda kv: -len(kv[1])))
---
print(dict(sorted({"b": 1, "a": 2}.items())), list({}.items()), {v: k for k, v in {"a": 1, "b": 2}.items()}, max({"a": 1, "b": 2}.items(), key=lambda kv: kv[1])[0])
---
big = {i: str(i) for i in range(1000)}
for i in range(0, 1000, 2):
    del big[i]
big.update({-1: "x", 4: "four"})
print(len(big), big[999], big.get(2), 4 in big, list(big)[-3:], sum(big))
---
s = set(range(100))
s -= set(range(0, 100, 2))
print(len(s), 51 in s, 50 in s, sorted(s)[:5], sum(s))
