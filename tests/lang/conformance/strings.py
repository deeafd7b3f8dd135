print("it's", 'say "x"', 'it\'s "both"', repr("it's"), repr('say "x"'), repr('it\'s "both"'))
---
print(repr("tab\t nl\n cr\r null\0 esc\x1b é ü 日本 \u200b \U0001F600 \x7f \xa0"))
---
print("\x41\u0042\103\\ \'", r"\n\x", "a" "b" 'c', """x
y""", 'a\
b')
---
print("é" == "\u00e9", len("日本語"), "日本語"[1], "日本語"[::-1], "naïve".upper(), "ÀÉ".lower(), "straße".upper(), "ß".casefold())
---
s = "hello world"
print(s[0], s[-1], s[2:5], s[:3], s[-3:], s[::2], s[::-1], s[100:], s[5:2], s[-100:100])
---
try:
    "abc"[5]
except IndexError as e:
    print(e)
try:
    "abc"["x"]
except TypeError as e:
    print("TypeError")
---
print("Hello".upper(), "Hello".lower(), "hello world".title(), "hELLO".capitalize(), "Hello".swapcase(), "they're bill's".title())
---
print("  x ".strip() + "|", "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "\t\n x\u2003".strip())
---
print("a,b,,c".split(","), "  a  b ".split(), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","), "abc".split("bc"), " a  b c ".split(None, 1), " a  b c ".rsplit(None, 1))
---
print("a\nb\r\nc\rd".splitlines(), "a\nb\n".splitlines(True), "".splitlines(), "a\n\nb".splitlines())
---
print(",".join(["a", "b"]), "".join([]), "-".join("abc"), ", ".join(str(x) for x in range(3)))
---
try:
    ",".join([1, 2])
except TypeError as e:
    print(e)
---
print("hello".find("l"), "hello".rfind("l"), "hello".find("z"), "hello".index("e"), "hello".count("l"), "aaa".count("aa"), "hello".find("l", 3), "hello".find("", 2), "abc".count(""))
---
print("hello".startswith("he"), "hello".endswith(("x", "lo")), "hello".startswith("l", 2), "hello".startswith(("a", "h")), "".startswith(""))
---
print("aXbXc".replace("X", "-"), "aXbXc".replace("X", "-", 1), "abc".replace("", "."), "abc".replace("x", "y"), "aaa".replace("aa", "b"))
---
print("abc".ljust(6) + "|", "abc".rjust(6, "*"), "abc".center(8, "-"), "abc".center(7, "-"), "ab".center(5, "*"), "42".zfill(5), "-42".zfill(5), "+4".zfill(4), "abc".zfill(2))
---
print("a=b=c".partition("="), "a=b=c".rpartition("="), "abc".partition("x"), "abc".rpartition("x"))
---
print("abc".isalpha(), "abc1".isalnum(), "123".isdigit(), "".isalpha(), " ".isspace(), "Abc".istitle(), "ABC".isupper(), "abc".islower(), "a_1".isidentifier(), "1a".isidentifier(), "é".isalpha(), "½".isnumeric(), "a b".isprintable())
---
print("prefix_x".removeprefix("prefix_"), "x.py".removesuffix(".py"), "x".removeprefix("y"))
---
print("a\tb".expandtabs(4), "a\tb".expandtabs(), "\t".expandtabs(2) + "|")
---
print("abc" < "abd", "a" < "B", "" < "a", "abc" == "abc", "a" * 3, 3 * "ab", "a" * -1, "x" in "xyz", "" in "abc", "zz" not in "abc")
---
print("abc".encode(), "é".encode("utf-8"), "é".encode("latin-1"), b"abc".decode(), b"\xc3\xa9".decode("utf-8"), "abc".encode("ascii"))
---
try:
    "é".encode("ascii")
except UnicodeEncodeError as e:
    print(e)
try:
    b"\xff".decode("utf-8")
except UnicodeDecodeError as e:
    print("UnicodeDecodeError")
---
print("abc".translate(str.maketrans("ab", "xy")), "abc".translate({97: None, 98: "BB"}), "hello".translate(str.maketrans("l", "L", "o")))
---
for c in "héy":
    print(c, ord(c), chr(ord(c)))
---
print(str(b"x"), repr(b"it's"), b"a\x00\xff\n", bytes([65, 66]), bytes(3), bytes("é", "utf-8"), b"ab" + b"c", b"ab"[0], b"abc"[1:], b"a" in b"abc", list(b"ab"))
---
print(b"a,b".split(b","), b"-".join([b"a", b"b"]), b"abc".replace(b"b", b"x"), b"AbC".lower(), b"abc".hex(), bytes.fromhex("41 42"), b"x".startswith(b"x"))
---
print(ascii("é日"), ascii("a\n"), str(None), str(True), str([1, "a"]), str({"k": 'v'}))
---
print("%s" % "x", "%s %s" % (1, "b"), "%r" % "x", "%d" % 3.7, "%5d|%-5d|%05d" % (42, 42, 42), "%x %X %o %#x" % (255, 255, 8, 255), "%%", "%c%c" % ("a", 98))
---
print("%.2f %8.3f %-8.2f| %e %g %g %G" % (3.14159, 2.5, 1.5, 12345.678, 0.0001, 1e10, 1e-10), "%+d % d" % (5, 5), "%s" % (1,), "%s" % [1, 2])
---
print("%(a)s and %(b)d" % {"a": 1, "b": 2}, "%(x)5.1f|" % {"x": 3.14159}, "%*d" % (5, 42), "%.*f" % (2, 3.14159), "%s" % {"a": 1})
---
for bad in (lambda: "%d" % "x", lambda: "%s %s" % (1,), lambda: "%s" % (1, 2), lambda: "%z" % 1, lambda: "%(a)s" % 5):
    try:
        print(bad())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
---
print("{} {}".format(1, "b"), "{1} {0}".format("a", "b"), "{x} {y!r}".format(x=1, y="q"), "{0.real} {1[0]} {2[k]}".format(5, [7], {"k": 8}), "{{}} {}".format(1))
---
print("{:>5}|{:<5}|{:^5}|{:*^7}".format("a", "b", "c", "d"), "{:05d} {:+d} {:,} {:_}".format(42, 5, 1234567, 1234567), "{:.2f} {:e} {:g} {:%}".format(3.14159, 12345.678, 1e-7, 0.25), "{:b} {:o} {:x} {:X} {:#x} {:c}".format(5, 8, 255, 255, 255, 65))
---
print("{:{}}|{:{w}.{p}f}".format("a", 5, 3.14159, w=8, p=2), "{!s} {!r} {!a}".format("é", "é", "é"))
---
for bad in (lambda: "{}".format(), lambda: "{a}".format(), lambda: "{".format(1), lambda: "}".format(1), lambda: "{0} {}".format(1, 2), lambda: "{:d}".format("x"), lambda: "{:s}".format(5)):
    try:
        print(bad())
    except (IndexError, KeyError, ValueError) as e:
        print(type(e).__name__, e)
---
x = 42; name = "n"; pi = 3.14159; d = {"k": "v"}
print(f"{x} {x!r} {name!r:>5} {pi:.2f} {x:05d} {d['k']} {x + 1} {{}} {'nested'} {x:{5}}|")
print(f"{x=} {pi=:.2f} {name=!s} {x + 1 = }")
---
width = 10
print(f"{'a':>{width}}|{3.14159:{width}.{2}f}|{'x' if width > 5 else 'y'}|{[i for i in range(3)]}|{(lambda q: q * 2)(4)}")
---
print(f"a" "b" f"{1}c" 'd', rf"\n{1}\{2}", f"""multi
{1 +
2}""", F'{"q"}')
---
print(f"{1234567.891:,.2f} {1234567:,} {0.5:%} {0.12345:.1%} {255:#x} {255:08b} {-5:+} {5: } {1e10:g} {True:d} {True} {None}")
---
print(f"{'é':>5}|{'日本':<6}|{'abc':.2}|{3:<4}|{3.0:>6}|{-3:=6}|{3:^5}|")
---
print(format(3.14159, ".3f"), format("x", ">4"), format(42), format(1234, ","), format(0.1, ".20f"), format(1e100, "f")[:10], format(123456789.0, "g"), format(3.0, "g"), format(1.5, ".0f"), format(2.5, ".0f"))
---
print(format(1.0, ""), format(1e20, ""), format(12345.6789, ".3"), format(0.00001234, ".2"), format(100.0, ".1"), format(float("inf"), "f"), format(float("nan"), ".2f"))
---
class P:
    def __format__(self, spec):
        return "P<" + spec + ">"
    def __str__(self):
        return "str"
print(f"{P():abc} {P()} {P()!s}", "{:x}".format(P()), "%s" % P(), format(P(), "q"))
---
print("a" "b" == "ab", "abc"[1:2] is not None, not "", bool("x"), "x" or "y", "" or "y", "x" and "y")
---
print(max("hello"), sorted("hello"), list("ab"), tuple("ab"), set("aa"), "".join(reversed("abc")), list(enumerate("ab", 1)), dict(zip("ab", [1, 2])))
---
text = """
CREATE TABLE x (
    id INTEGER
);
"""
print([line.strip() for line in text.splitlines() if line.strip()])
---
print("a;b ; c".split(";"), [p.strip() for p in "a;b ; c".split(";")], "key: value".split(": ", 1), "x".join(["1", "2", "3"]).split("x"))
---
print("I ♥ SQL"[2], "I ♥ SQL".find("S"), "I ♥ SQL".center(12, "·"), len("\U0001F600a"), "\U0001F600a"[1], "I ♥ SQL".index("S", 3))
