print(1 + 2, "a" + "b", [1, 2] + [3])
---
def f(a, b=2, *args, c=3, **kw):
    return a, b, args, c, kw
print(f(1))
print(f(1, 5, 6, 7, c=8, d=9))
---
x = {"a": 1, "b": [1, 2, {"c": None}]}
for k, v in x.items():
    print(k, v)
---
class A:
    def __init__(self, x):
        self.x = x
    def __repr__(self):
        return f"A({self.x!r})"
class B(A):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y
print(A(1), B("q", 2), isinstance(B(1, 2), A))
---
def gen(n):
    for i in range(n):
        got = yield i * 2
        if got:
            print("got", got)
print(list(gen(4)))
g = gen(3)
print(next(g), g.send("hello"))
---
try:
    {}["x"]
except KeyError as e:
    print("caught", e, repr(e))
finally:
    print("finally")
---
print([x * y for x in range(4) for y in range(3) if x != y], {a: b for a, b in zip("abc", range(3))})
---
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    return inner
f = outer()
print(f(), f(), f())
---
{}["missing"]
---
print("%s is %5.2f and %-5d|" % ("pi", 3.14159, 42), "{:>10} {name!r}".format("x", name="n"), f"{3.0:.3f} {1000000:,}")
---
print(2 ** 100, -7 // 2, -7 % 3, 7.5 // 2, 1e100, 0.1 + 0.2, 1e16, 123456789012345680.0)
