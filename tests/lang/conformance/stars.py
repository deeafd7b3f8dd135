def f(*args, **kwargs):
    return args, kwargs
print(f(*[1, 2], 3, *"ab", x=1, **{"y": 2}), f(*(), **{}), f(**{"a b": 1}), f(*range(2), *{3: 4}))
---
def f(a, /, b, *, c=3):
    return a, b, c
print(f(1, 2), f(1, b=2, c=4))
for args, kwargs in [((1,), {}), ((), {"a": 1, "b": 2}), ((1, 2, 3), {}), ((1, 2), {"d": 1}), ((1, 2), {"b": 3})]:
    try:
        f(*args, **kwargs)
    except TypeError as error:
        print(error)
---
print([*range(3), *"ab"], (*[1], 2), {*[1, 2], 2}, {**{"a": 1}, "b": 2, **{"a": 3}}, *[1, 2], sep="-")
---
def f(x, **kw):
    return x, kw
try:
    f(1, x=2)
except TypeError as error:
    print(error)
try:
    f(*5)
except TypeError as error:
    print("int" in str(error))
---
first, *middle, last = range(5)
*a, = (1, 2)
print(first, middle, last, a)
for x, *y in [(1, 2, 3), (4,)]:
    print(x, y)
try:
    p, q, *r = [1]
except ValueError as error:
    print(error)
try:
    p, q = 1, 2, 3
except ValueError as error:
    print(error)
try:
    p, q = [1]
except ValueError as error:
    print(error)
---
print({"a": 1} | {"b": 2}, {"a": 1, **{"a": 2}}, dict({"x": 1}, y=2), dict([("a", 1)], b=2), dict(zip("ab", [1, 2])))
d = {"a": 1}
d |= {"c": 3}
d.update(b=2)
print(d)
---
def f(a, b=1, *args, c, **kw):
    pass
for call in [lambda: f(), lambda: f(1), lambda: f(1, 2, 3, d=4), lambda: f(c=1)]:
    try:
        call()
    except TypeError as error:
        print(error)
---
def outer(*args, sep=", ", **options):
    def inner(*more, **others):
        return sep.join(map(str, args + more)), {**options, **others}
    return inner
print(outer(1, 2, sep="/", x=1)(3, y=2, x=5))
---
print(*[], sep=",")
print(1, None, [2], sep="", end="!\n")
print("a", "b", sep="\n", end="")
print()
print(*(str(i) for i in range(3)), sep=" < ")
---
def f(a, b, c): return [a, b, c]
pairs = [(1, 2), (3, 4)]
print(f(*pairs[0], c=9), list(zip(*pairs)), [f(*p, **{"c": i}) for i, p in enumerate(pairs)], max(*[3, 1]), min([[3], [1]]))
