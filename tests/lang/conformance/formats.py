name, n, pi = "orders", 7, 3.14159
print(f"{name!r:>10}|{n:03d}|{pi:.2f}|{name:^10}|{n=}|{pi = :.1f}|{name.upper()!s}|{{}}|{n + 1}")
---
width, precision = 10, 3
print(f"{3.14159:{width}.{precision}}|{'x':>{width}}|{'x':{'*'}^{width}}|{12:{'0'}{width}}")
---
d = {"a": [1, 2]}
print(f"{d['a'][0]} {', '.join(str(x) for x in d['a'])} {(lambda x: x * 2)(3)}")
---
print("{} {}".format(1, 2), "{1} {0}".format(1, 2), "{a} {b[x]} {c.real}".format(a=1, b={"x": 2}, c=3), "{0[1]} {0[0]}".format([5, 6]), "{:>5}|{:<5}|{:^5}".format(1, 2, 3))
---
print("{!r} {!s} {!a}".format("é", "é", "é"), "{:{}}|".format("x", 4), "{:{w}.{p}f}".format(2.5, w=6, p=2), "{{}} {}".format(1))
---
for text, args in [("{} {}", (1,)), ("{x}", ()), ("{0.nope}", (1,)), ("{:d}", ("a",)), ("{", ()), ("}", ()), ("{0} {}", (1, 2))]:
    try:
        print(text.format(*args))
    except (IndexError, KeyError, AttributeError, ValueError) as error:
        print(type(error).__name__, error)
---
print("%s %d %r %5s|%-5s|%05.1f" % ("a", 3, "b", "c", "d", 2.55), "%(x)s %(y)03d" % {"x": 1, "y": 2}, "%%", "%s" % (1,), "%s" % [1, 2], "%x %X %#x" % (255, 255, 255))
---
for text, args in [("%d", "a"), ("%s %s", (1,)), ("%s", (1, 2)), ("%(a)s", {"b": 1}), ("%q", 1), ("%c", "ab")]:
    try:
        print(text % args)
    except (TypeError, KeyError, ValueError) as error:
        print(type(error).__name__, error)
---
class Money:
    def __init__(self, n):
        self.n = n
    def __format__(self, spec):
        return f"<{self.n}:{spec}>"
    def __str__(self):
        return "money"
    def __repr__(self):
        return "Money()"
m = Money(3)
print(f"{m} {m:abc} {m!r} {m!s:>8}", "{:x}".format(m), format(m, "q"), "%s %r" % (m, m), str(m), repr([m]))
---
import datetime
print(f"{datetime.date(2024, 2, 29):%d.%m.%Y} {datetime.datetime(2024, 1, 2, 3, 4, 5):%H:%M:%S} {datetime.date(2024, 1, 1)!r}", "{:%Y}".format(datetime.date(2020, 1, 1)))
---
print(f"{1_000_000:,} {1234567.5:,.2f} {255:#x} {255:#o} {5:b} {5:08b} {-5:+d} {5: d} {65:c} {0.5:%} {True} {True:d} {None}")
---
print(f"{'abc':.2} {'abc':5.1}| {'abc':*^7} {'abc':>2} {'':3}|{[1, 2]!s:>8} {(1,)} { {1: 2} } {None!r:>6}")
---
x = 5
print(f'''{
    x
    + 1
}''', f"{x!r}" f"{x}", f"{x:>{x}}", f"a{x}b{x}c", f"{x}%" % () if False else f"{x}%", rf"\n{x}", f"\n{x}".strip())
---
print(f"{x if (x := 3) > 2 else 0} {x}", f"{x:=+5}", f"{3 != 4} {3 == 3} {x >= 2}", f"{'a' if x else 'b'}", f"{'a:b'}", f"{ {'a': 1}['a'] }")
---
from string import Template
t = Template("$who likes ${what}s for $$5")
print(t.substitute(who="tim", what="pie"), t.safe_substitute(who="x"))
try:
    t.substitute(who="tim")
except KeyError as error:
    print("KeyError", error)
---
print(str([1, "a", None, True, 1.5, ("x",), {"k": {"n": 1}}, {1}, set(), frozenset([2]), b"b", range(3)]))
print(repr({"a": [], "b": {}, "c": ()}), [[]], ((),), {"x": "it's"}, ['say "hi"', 'it\'s "x"'])
---
x = [1]
x.append(x)
d = {"self": None}
d["self"] = d
print(x, d)
---
print(format(42, "5"), format("a", "5"), format(3.0, "5.1f"), format(True, "5"), format(None, ""), format([1], ""))
for value, spec in [([1], "5"), ("a", "d"), (1, "s"), (1.5, "d"), (None, "5"), ("a", "="), (1, ".2"), (1, ",x")]:
    try:
        print(format(value, spec))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
---
print("a\tb".expandtabs(), "x".join(["1", "2"]), "-".join("abc"), ", ".join({"k": 1, "j": 2}), "".join([]), "ab" * 3, "ab" "cd")
---
print("Hello World".swapcase(), "hello world".title(), "x=1;y=2".replace(";", "&"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "  x ".lstrip() + "|", "xxabxx".strip("x"), "abc".rstrip("cb"))
---
print("%#.3g %#g %#.0f" % (1.0, 2, 3), f"{1.0:#.3g}", f"{6:<010}|{6:^07}|{6:x<08}|{-6:08}|{'a':<05}|{'a':05}|")
try:
    f"{'x':,}"
except ValueError as error:
    print(error)
---
for make in (lambda: "%c" % -3, lambda: "%c" % 10**10, lambda: f"{-1:c}", lambda: f"{7:+c}", lambda: f"{7:,c}", lambda: f"{'a':+}", lambda: f"{'a':#}", lambda: list(enumerate("ab", "c"))):
    try:
        print(make())
    except (OverflowError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
