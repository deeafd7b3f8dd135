try:
    raise ValueError("a", 1)
except (TypeError, ValueError) as e:
    print(type(e).__name__, e, e.args, repr(e))
---
def f():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise RuntimeError("wrapped") from e
try:
    f()
except RuntimeError as e:
    print(e, repr(e.__cause__), repr(e.__context__))
---
try:
    try:
        {}["x"]
    except KeyError:
        raise ValueError("second")
except ValueError as e:
    print(repr(e.__context__), e.__cause__)
---
try:
    try:
        raise KeyError("k")
    except KeyError:
        print("reraise")
        raise
except Exception as e:
    print(repr(e))
---
try:
    pass
except Exception:
    print("no")
else:
    print("else")
finally:
    print("finally")
---
def f(x):
    try:
        if x == 1: raise ValueError
        if x == 2: raise KeyError(x)
        if x == 3: return "ret"
    except ValueError:
        return "value"
    except KeyError as e:
        return f"key {e}"
    else:
        return "else"
    finally:
        print("fin", x)
print(f(0), f(1), f(2), f(3))
---
try:
    e = 5
    raise ValueError
except ValueError as e:
    pass
try:
    print(e)
except NameError as x:
    print("gone")
---
try:
    raise "string"
except TypeError as e:
    print(e)
try:
    raise int
except TypeError as e:
    print(e)
---
raise ValueError("leaves")
---
{"a": 1}["b"]
---
[][1]
---
int("x")
---
raise KeyError("quoted")
---
raise KeyError
---
raise Exception("a", "b")
---
raise SystemExit(3)
---
class Custom(Exception):
    def __str__(self):
        return "custom text"
raise Custom()
---
def deep(n):
    if n == 0:
        raise LookupError("bottom")
    deep(n - 1)
try:
    deep(50)
except LookupError as e:
    print(e)
---
for kind in (ArithmeticError, LookupError, OSError, RuntimeError, NotImplementedError, StopIteration, ImportError, AssertionError, UnicodeError):
    try:
        raise kind("x")
    except Exception as e:
        print(type(e).__mro__[1].__name__, e)
---
print(issubclass(KeyError, LookupError), issubclass(ModuleNotFoundError, ImportError), issubclass(SystemExit, Exception), IOError is OSError)
---
try:
    import does_not_exist_anywhere
except ImportError as e:
    print(type(e).__name__, e)
try:
    from os import no_such_name_here
except ImportError as e:
    print("ImportError")
try:
    import does_not_exist.inner
except ModuleNotFoundError:
    found = False
print(found)
---
def gen():
    raise ValueError("in generator")
    yield
try:
    list(gen())
except ValueError as e:
    print(e)
---
def g():
    try:
        yield 1
    except GeneratorExit:
        print("exit")
        raise
x = g(); next(x); x.close()
---
class Ctx:
    def __enter__(self): return self
    def __exit__(self, *a):
        print("exit", a[0].__name__ if a[0] else None)
def f():
    with Ctx():
        return "value"
print(f())
for i in range(3):
    with Ctx():
        if i == 1: break
---
try:
    try:
        raise ValueError("first")
    finally:
        print("cleanup")
except ValueError as e:
    print("outer", e)
---
try:
    raise ValueError("x") from None
except ValueError as e:
    print(e.__cause__, str(e))
---
errors = []
for value in ("1", "x", None, [1]):
    try:
        errors.append(int(value))
    except (ValueError, TypeError) as e:
        errors.append(type(e).__name__)
print(errors)
---
e = ValueError("stored")
try:
    raise e
except ValueError as f:
    print(f is e)
---
try:
    assert isinstance(5, str), f"expected str, got {type(5).__name__}"
except AssertionError as e:
    print(e)
---
def f():
    raise NotImplementedError
try:
    f()
except NotImplementedError as e:
    print(repr(e), str(e) == "")
---
try:
    [].x
except AttributeError as e:
    print(e)
try:
    (lambda: undefined)()
except NameError as e:
    print(e)
try:
    for x in 5: pass
except TypeError as e:
    print(e)
try:
    len(5)
except TypeError as e:
    print(e)
try:
    "abc" in 5
except TypeError as e:
    print("TypeError")
try:
    x, y = None
except TypeError as e:
    print(e)
try:
    {}.foo()
except AttributeError as e:
    print(e)
try:
    int([])
except TypeError as e:
    print(e)
try:
    float("x")
except ValueError as e:
    print(e)
try:
    sorted([1, "a"])
except TypeError as e:
    print(e)
try:
    sum(["a"])
except TypeError as e:
    print(e)
try:
    range(1.5)
except TypeError as e:
    print(e)
try:
    chr(-1)
except ValueError as e:
    print(e)
try:
    isinstance(1, 5)
except TypeError as e:
    print(e)
try:
    max([])
except ValueError as e:
    print(e)
try:
    dict([1])
except TypeError as e:
    print("TypeError")
try:
    [1, 2].sort(5)
except TypeError as e:
    print(e)
try:
    (1).x = 5
except AttributeError as e:
    print(e)
try:
    "abc"[0] = "x"
except TypeError as e:
    print(e)
try:
    del (1, 2)[0]
except TypeError as e:
    print(e)
