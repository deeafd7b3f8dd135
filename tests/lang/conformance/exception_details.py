class AppError(Exception):
    def __init__(self, code, message="none"):
        super().__init__(code, message)
        self.code = code
try:
    raise AppError(5, "bad")
except AppError as error:
    print(error, error.args, error.code, repr(error), isinstance(error, Exception), type(error).__name__)
---
def f():
    try:
        return "try"
    finally:
        print("finally")
def g():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
        finally:
            print("f", i)
    try:
        raise ValueError
    except ValueError:
        return "except"
    else:
        return "else"
    finally:
        print("end")
print(f(), g())
---
def f():
    try:
        raise KeyError("a")
    except KeyError as error:
        raise ValueError("b") from error
try:
    f()
except ValueError as error:
    print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        {}["x"]
except KeyError as error:
    print(repr(error.__context__), error.__cause__)
---
for cls in [ValueError, KeyError, IndexError, ZeroDivisionError, FileNotFoundError, StopIteration, NotImplementedError, UnicodeDecodeError, RecursionError, ModuleNotFoundError, ConnectionError, TimeoutError, PermissionError, KeyboardInterrupt, AssertionError, OverflowError]:
    print(cls.__name__, [c.__name__ for c in cls.__mro__])
---
for call in [lambda: int("x"), lambda: [][0], lambda: {}["k"], lambda: (1).x, lambda: None.x, lambda: "a" + 1, lambda: 1 + "a", lambda: [] + (), lambda: len(5), lambda: 5[0], lambda: 5(), lambda: {}[[]], lambda: "a" * "b", lambda: -"a", lambda: 1 < "a", lambda: [1] < 1, lambda: sum(["a"]), lambda: max([]), lambda: int([]), lambda: iter(5), lambda: next(5), lambda: "abc".index("z"), lambda: [1].remove(2), lambda: [].pop(), lambda: {}.popitem(), lambda: set().pop(), lambda: (1,)[5], lambda: "a"[5], lambda: ord("ab"), lambda: chr(-1), lambda: int("1", 99), lambda: round("a"), lambda: abs("a"), lambda: sorted([1, "a"]), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: "".join([1]), lambda: "%d" % None, lambda: range(1, 2, 0), lambda: getattr(5, "x"), lambda: hash([]), lambda: isinstance(1, 5), lambda: "a".split(""), lambda: tuple(5), lambda: bytes("a"), lambda: enumerate(5), lambda: zip(5), lambda: reversed({1}), lambda: float([]), lambda: 1 in 5, lambda: 2 ** "a", lambda: divmod(1, 0), lambda: 1 % 0, lambda: 1 // 0]:
    try:
        print("no error", call())
    except Exception as error:
        print(type(error).__name__, error)
---
try:
    assert 1 == 2, f"got {1}"
except AssertionError as error:
    print(error)
try:
    assert []
except AssertionError as error:
    print(repr(error))
try:
    raise
except RuntimeError as error:
    print(error)
try:
    raise ValueError
except (KeyError, ValueError) as e:
    print(repr(e), str(e) == "")
try:
    raise "text"
except TypeError as error:
    print(error)
---
class Managed:
    def __init__(self, swallow):
        self.swallow = swallow
    def __enter__(self):
        print("enter")
        return self
    def __exit__(self, kind, error, trace):
        print("exit", kind.__name__ if kind else None, error)
        return self.swallow
with Managed(True):
    raise ValueError("x")
try:
    with Managed(False) as m:
        raise KeyError("y")
except KeyError:
    print("out")
with Managed(True):
    pass
def f():
    with Managed(False):
        return 5
print(f())
---
try:
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")
except KeyError as error:
    print(error, repr(error.__context__))
def f():
    try:
        raise ValueError
    finally:
        return "swallowed"
print(f())
e = ValueError("a", 1)
print(e.args, str(e), str(ValueError()), repr(ValueError("x")), repr(KeyError("k")), str(KeyError("k")))
e.add_note("n") if hasattr(e, "add_note") else None
---
class A(Exception): pass
class B(A): pass
for cls in [B, A, KeyError]:
    try:
        raise cls("m")
    except B:
        print("B")
    except A as error:
        print("A", error)
    except Exception as error:
        print("other", error)
    else:
        print("none")
---
def risky(n):
    if n == 0:
        raise ValueError("zero")
    return n
results = []
for n in (1, 0, 2):
    try:
        results.append(risky(n))
    except ValueError as error:
        results.append(str(error))
    finally:
        results.append("|")
print(results)
try:
    error
except NameError as missing:
    print(missing)
---
error = ValueError("a")
error.add_note("first")
error.add_note("second")
print(error.__notes__)
