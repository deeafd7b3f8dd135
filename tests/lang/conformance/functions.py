def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
print(f(1, c=3), f(1, 2, 3, 4, c=5, e=6), f(*[1, 2], **{"c": 3}))
---
def f(a, /, b, *, c):
    return a, b, c
print(f(1, 2, c=3), f(1, b=2, c=3))
for call in (lambda: f(a=1, b=2, c=3), lambda: f(1, 2, 3), lambda: f(1, 2), lambda: f(), lambda: f(1, 2, c=3, d=4), lambda: f(1, 2, b=3, c=4)):
    try:
        call()
    except TypeError as e:
        print(e)
---
def f(): pass
def g(a): pass
def h(a, b=1): pass
def k(*, a, b): pass
for call in (lambda: f(1), lambda: f(1, 2), lambda: g(), lambda: g(1, 2), lambda: h(), lambda: h(1, 2, 3), lambda: k(), lambda: k(a=1), lambda: g(x=1), lambda: g(1, a=2), lambda: h(1, **{"b": 1, "c": 2})):
    try:
        call()
    except TypeError as e:
        print(e)
---
def f(x=[]):
    x.append(1)
    return x
print(f(), f(), f([]))
---
def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return up, get
up, get = counter()
up(); up(5); print(get())
---
total = 0
def add(n):
    global total
    total += n
add(2); add(3); print(total)
---
def f():
    try:
        return x
    except NameError as e:
        print(type(e).__name__, e)
    x = 1
f()
def g():
    print(undefined_thing)
try:
    g()
except NameError as e:
    print(e)
---
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
print(fact(20), fact(30))
def fib(n, memo={}):
    if n not in memo:
        memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]
print(fib(100))
---
compose = lambda *fs: lambda x: x if not fs else compose(*fs[1:])(fs[0](x))
print(compose(lambda x: x + 1, lambda x: x * 2)(5), (lambda: 5)(), (lambda x, *a, k=1, **kw: (x, a, k, kw))(1, 2, k=3, z=4))
---
def deco(tag):
    def wrap(f):
        def inner(*a, **k):
            return f"<{tag}>{f(*a, **k)}</{tag}>"
        inner.__name__ = f.__name__
        return inner
    return wrap
@deco("b")
@deco("i")
def hello(name):
    "doc"
    return "hello " + name
print(hello("x"), hello.__name__)
---
def f(a, b):
    """The doc."""
    return a
print(f.__name__, f.__doc__, f.__qualname__, callable(f), callable(5), f.__defaults__)
f.attr = 5
print(f.attr, hasattr(f, "nope"), getattr(f, "nope", "default"))
---
def gen():
    x = yield 1
    print("got", x)
    try:
        y = yield 2
    except ValueError as e:
        print("thrown", e)
        y = "exc"
    finally:
        print("cleanup")
    yield y
    return "done"
g = gen()
print(next(g), g.send("hi"), g.throw(ValueError("bad")))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
---
def inner():
    r = yield 1
    print("r", r)
    return "ret"
def outer():
    v = yield from inner()
    print("v", v)
    yield from [10, 20]
    yield from "ab"
g = outer()
print(next(g), g.send("s"), list(g))
---
def countdown(n):
    while n > 0:
        yield n
        n -= 1
print(list(countdown(3)), sum(countdown(4)), [*countdown(2)], dict(enumerate(countdown(2))), max(countdown(5)))
a, b, c = countdown(3)
print(a, b, c)
---
def g():
    try:
        yield 1
        yield 2
    finally:
        print("closed")
it = g()
next(it)
it.close()
print(list(it))
for x in g():
    break
print("after")
---
def infinite():
    n = 0
    while True:
        yield n
        n += 1
print([x for x, _ in zip(infinite(), range(5))])
---
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(4)))
---
gen = (x * x for x in range(5) if x % 2 == 0)
print(next(gen), list(gen), list(gen))
print(sum(x * y for x in range(3) for y in range(3) if x != y))
---
def f():
    for i in range(3):
        for j in range(3):
            if j == 1:
                continue
            if i == 2:
                return (i, j)
        else:
            print("inner done", i)
print(f())
for i in []:
    pass
else:
    print("empty else")
for i in [1]:
    break
else:
    print("not printed")
n = 0
while n < 3:
    n += 1
else:
    print("while else", n)
---
if (n := 10) > 5:
    print(n)
print([y := 1, y ** 2], [last := i for i in range(3)], last)
while (line := {"n": n}.get("n")) and n > 8:
    n -= 1
print(n)
---
def f(n):
    match n:
        case 0 | 1:
            return "small"
        case int(x) if x > 100:
            return "big"
        case [a, b]:
            return f"pair {a} {b}"
        case [first, *rest]:
            return f"list {first} {rest}"
        case {"k": v, **rest}:
            return f"map {v} {rest}"
        case str() as s:
            return "str " + s
        case None:
            return "none"
        case _:
            return "other"
for v in (0, 1, 5, 500, [1, 2], [1, 2, 3], {"k": 1, "z": 2}, "x", None, 2.5, ()):
    print(f(v))
---
x = 5
del x
try:
    print(x)
except NameError as e:
    print(e)
---
assert True
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print("AssertionError", e)
try:
    assert []
except AssertionError as e:
    print(repr(e))
---
def outer():
    x = 1
    class A:
        y = x + 1
        def get(self):
            return x
    x = 10
    return A.y, A().get()
print(outer())
---
def f():
    x = 1
    def g():
        def h():
            return x
        return h
    return g()()
print(f())
def make():
    fs = []
    for i in range(3):
        def f(i=i):
            return i
        fs.append(f)
    return [f() for f in fs]
print(make())
---
print((lambda x: [x + i for i in range(2)])(5), [(lambda: i * 2)() for i in range(3)], [f(2) for f in [lambda v, k=k: v * k for k in range(3)]])
---
def f(*args):
    return args
print(f(*range(3), *[], **{}), f(*(i for i in range(2))), f((1, 2)), f([]))
---
def f(a: int, b: "str" = "x") -> None:
    c: int = 5
    d: str
    return c
print(f(1))
---
print(eval.__name__ if False else "ok", 1 if 0 else 2 if 0 else 3, not 1 == 2, 1 < 2 < 3 > 2, 1 < 3 > 5, None is None, 1 is not None)
---
def swallow():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
            print("body", i)
        finally:
            print("finally", i)
    return "end"
print(swallow())
def override():
    try:
        return "try"
    finally:
        return "finally"
print(override())
def keeps():
    x = 1
    try:
        return x
    finally:
        x = 2
print(keeps())
---
def side(log, v):
    log.append(v)
    return v
log = []
side(log, 0) and side(log, 1)
side(log, 2) or side(log, 3)
x = [side(log, 4), side(log, 5)][side(log, 0)]
d = {side(log, "k"): side(log, "v")}
print(log)
---
a = [1, 2, 3]
i = 0
i, a[i] = 1, 9
print(i, a)
a[0], a[1] = a[1], a[0]
print(a)
x = y = z = 0
print(x, y, z)
---
print(*[1, 2], *"ab", sep="-", end="!\n")
print()
print("a", "b", sep="", end="")
print("c")
print(1, None, True, 2.0, [1], sep=", ")
---
def f(**kw):
    return kw
print(f(**{"a-b": 1}), f(a=1, **{"b": 2}))
try:
    f(a=1, **{"a": 2})
except TypeError:
    print("TypeError")
try:
    f(**{1: 2})
except TypeError as e:
    print(e)
---
async def fetch(n):
    return n * 2
async def main():
    a = await fetch(1)
    b = [await fetch(i) for i in range(3)]
    return a, b
import asyncio
print(asyncio.run(main()))
---
calls = [
    lambda: repr(1, 2), lambda: hash(1, 2), lambda: ord("a", "b"), lambda: abs(1, 2), lambda: len(), lambda: len([1], 2),
    lambda: sorted([1], lambda x: x), lambda: sorted([1], foo=2), lambda: sum(), lambda: round(), lambda: callable(),
    lambda: "a".upper(1), lambda: "a".strip("a", "b"), lambda: "a".join(), lambda: "a".replace("a"), lambda: "a".replace("a", "b", 1, 2),
    lambda: "a".split(foo=1), lambda: "a".partition(), lambda: "a".isdigit(1), lambda: "a".zfill(),
    lambda: [].append(), lambda: [].append(1, 2), lambda: [].insert(1), lambda: [1].pop(1, 2), lambda: [1].copy(1),
    lambda: {}.keys(1), lambda: {}.get(), lambda: {}.get(1, 2, 3), lambda: {}.update(1, 2), lambda: {}.setdefault(), lambda: {}.pop(),
    lambda: set().add(), lambda: set().add(1, 2), lambda: (1,).count(), lambda: (1).bit_length(2),
    lambda: list([1], [2]), lambda: dict([], []), lambda: tuple([], []), lambda: set([], []), lambda: int(x=1), lambda: float(1, 2),
]
for call in calls:
    try:
        print("no error", call())
    except TypeError as error:
        # Which words count arguments changes between Python's versions.
        print("TypeError", "keyword" in str(error))
for call in (lambda: "a".upper(1), lambda: [].append(), lambda: "a".strip("a", "b"), lambda: {}.get(), lambda: {}.keys(1), lambda: "a".replace("a", "b", 1, 2)):
    try:
        call()
    except TypeError as error:
        print(error)
print("a b".split(sep=" ", maxsplit=1), sorted([2, 1], key=None, reverse=True), {}.update(a=1), dict([("a", 1)], b=2), int("11", base=2))
