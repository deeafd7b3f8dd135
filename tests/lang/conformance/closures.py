def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
a, b = counter(), counter()
print(a(), a(), a(5), b())
---
functions = [lambda: i for i in range(3)]
print([f() for f in functions])
functions = [lambda i=i: i for i in range(3)]
print([f() for f in functions])
def make():
    out = []
    for i in range(3):
        out.append(lambda: i)
    return out
print([f() for f in make()])
---
def default(x, seen=[]):
    seen.append(x)
    return seen
print(default(1), default(2), default(3, []), default(4))
---
x = "global"
def outer():
    x = "outer"
    def inner():
        return x
    def changer():
        global x
        x = "changed"
    changer()
    return inner(), x
print(outer(), x)
---
def f():
    try:
        print(y)
    except UnboundLocalError as error:
        print(type(error).__name__)
    y = 1
    print(y)
f()
---
x = 10
class A:
    x = 5
    y = [x for _ in range(2)]
    z = [i * 2 for i in range(x)]
    def get(self):
        return x
print(A.y, A.z, A().get(), A.x)
---
def compose(*fs):
    def run(x):
        for f in fs:
            x = f(x)
        return x
    return run
print(compose(str, len, lambda n: n * 2)(12345), compose()(7))
---
def trace(prefix):
    def wrap(f):
        def inner(*args, **kwargs):
            print(prefix, f.__name__, args, kwargs)
            return f(*args, **kwargs)
        inner.__name__ = "wrapped_" + f.__name__
        return inner
    return wrap
@trace(">")
@trace(">>")
def add(a, b=2):
    return a + b
print(add(1), add(1, b=5), add.__name__)
---
def fib(n, memo={}):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]
print(fib(80), len(fib.__defaults__[0]))
---
def deep():
    a = 1
    def two():
        b = 2
        def three():
            c = 3
            def four():
                nonlocal a, b
                a, b = a + c, b + c
                return a, b, c
            return four
        return three
    return two()()
four = deep()
print(four(), four())
---
f = lambda *args, k=1, **kw: (args, k, kw)
print(f(), f(1, 2), f(1, k=2, z=3), (lambda: (yield))().__class__.__name__, (lambda x, /, y: x - y)(5, y=2))
---
def gen():
    total = 0
    def add(n):
        nonlocal total
        total += n
    for i in range(4):
        add(i)
        yield total
print(list(gen()))
---
def make():
    class Local:
        value = 1
        def bump(self):
            Local.value += 1
            return Local.value
    return Local
A, B = make(), make()
print(A().bump(), A().bump(), B().bump(), A is B, A.__qualname__, A.bump.__qualname__)
---
def f():
    result = [x for x in range(3)]
    try:
        x
    except NameError as error:
        return result, str(error)
print(f())
---
print([y := 5, y ** 2], (z := 3) + z, [last := n for n in range(4)], last, any((hit := n) > 2 for n in range(9)), hit)
---
def f(n):
    def even(k): return k == 0 or odd(k - 1)
    def odd(k): return k != 0 and even(k - 1)
    return even(n)
print(f(10), f(7))
---
def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
print(f.__name__, f.__defaults__, f(1, c=3), f(1, 2, 3, c=4, e=5), callable(f))
