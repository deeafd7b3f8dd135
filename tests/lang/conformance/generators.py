def gen():
    received = yield 1
    print("got", received)
    try:
        yield 2
    finally:
        print("closed")
g = gen()
print(next(g), g.send("x"))
g.close()
print(list(g))
---
def inner():
    x = yield 1
    return x or "result"
def outer():
    value = yield from inner()
    yield value
print(list(outer()))
g = outer()
print(next(g), g.send(5))
---
def gen():
    while True:
        try:
            yield "waiting"
        except ValueError as error:
            yield f"caught {error}"
g = gen()
print(next(g), g.throw(ValueError("bad")), next(g))
try:
    g.throw(KeyError("k"))
except KeyError as error:
    print("KeyError", error)
---
def gen():
    return 7
    yield
try:
    next(gen())
except StopIteration as stop:
    print(stop.value)
print(next(gen(), "default"), next(iter([]), None))
---
def count(n):
    for i in range(n):
        yield i
print(sum(count(5)), max(count(3)), list(zip(count(3), "ab")), dict(enumerate(count(2))), sorted(count(3), reverse=True), tuple(count(2)), set(count(2)), 3 in count(5), "".join(str(x) for x in count(3)))
---
squares = (x * x for x in range(10))
print(next(squares), next(squares), list(squares), list(squares), type(squares).__name__)
---
def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(3)), list((yield_ for yield_ in "ab")))
---
class Countdown:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n
print(list(Countdown(3)), [*Countdown(2)], 1 in Countdown(3), sum(Countdown(4)))
a, *b = Countdown(3)
print(a, b)
---
class Seq:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return i * 10
print(list(Seq()), 20 in Seq(), [x for x in Seq()], list(reversed([1, 2])), list(iter(lambda c=[3]: c.append(1) or len(c), 4)))
---
it = iter([1, 2, 3, 4])
print(list(zip(it, it)), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(filter(None, [0, 1, "", "a"])), list(zip()), list(map(str, range(3))))
---
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as error:
    print(error)
x = [1, 2, 3]
for i in x:
    if i == 2:
        x.remove(i)
print(x)
d = {"a": 1}
try:
    for k in d:
        d["b"] = 2
except RuntimeError as error:
    print(error)
---
for i in range(3):
    if i == 5:
        break
else:
    print("no break")
for i in []:
    pass
else:
    print("empty", "i is", i)
n = 0
while n < 3:
    n += 1
    if n == 2:
        continue
    print(n)
else:
    print("done")
---
import contextlib
@contextlib.contextmanager
def managed(name):
    print("enter", name)
    try:
        yield name.upper()
    except ValueError as error:
        print("swallowed", error)
    finally:
        print("exit", name)
with managed("a") as a, managed("b") as b:
    print(a, b)
    raise ValueError("x")
print("after")
---
async def f(x):
    return x * 2
async def main():
    total = 0
    for i in range(3):
        total += await f(i)
    return total
import asyncio
print(asyncio.run(main()))
---
def stops():
    yield 1
    raise StopIteration
try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__))
def drawn():
    yield next(iter([]))
try:
    print(list(drawn()))
except RuntimeError as error:
    print(error)
