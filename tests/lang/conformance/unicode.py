s = "naïve café 日本語 🎉"
print(len(s), s[2], s[-1], s[6:10], s[::-1])
print([ord(c) for c in "é日🎉"], chr(233), chr(0x1F389))
---
s = "Straße"
print(s.upper(), s.lower(), s.casefold(), s.title(), s.swapcase())
print("ŒUVRE".lower(), "ß".upper(), "é".upper())
---
print("é" == "e\u0301", len("e\u0301"), "é" in "café", "日" < "本", sorted(["é", "z", "a", "Z", "日"]))
---
print("日本".encode(), "é".encode("latin-1"), "é".encode("utf-8").decode("latin-1"))
print(b"caf\xc3\xa9".decode(), b"caf\xe9".decode("latin-1"), b"caf\xe9".decode("utf-8", "replace"))
print(b"caf\xe9".decode("utf-8", "ignore"), "日".encode("ascii", "ignore"), "日é".encode("ascii", "replace"))
print("日é".encode("ascii", "backslashreplace"), "日é".encode("ascii", "xmlcharrefreplace"))
---
try:
    "日".encode("ascii")
except UnicodeEncodeError as error:
    print(type(error).__name__, error)
try:
    b"\xff".decode("utf-8")
except UnicodeDecodeError as error:
    print(type(error).__name__, isinstance(error, ValueError))
---
print("١٢٣".isdigit(), "١٢٣".isdecimal(), "²".isdigit(), "²".isdecimal(), "½".isnumeric())
print("日本".isalpha(), "a1".isalnum(), "_x".isidentifier(), "é1".isidentifier(), "1é".isidentifier())
---
print("\u00a0 x\u3000".strip() == "x", "a\u2028b".splitlines(), "a\x0bb\x0cc\x1cd\x85e".splitlines(), "a\u00a0b".split())
---
print(repr("é\n日\t\x00\x7f\x80\xa0\u200b"), repr("'\""), repr("it's"), repr('say "x"'), ascii("é日🎉"))
---
print("\u03b1", "\U0001F600", "\x41", "\101", "a\
b")
---
print("é日".center(8, "*"), "é日".ljust(5) + "|", "é日".rjust(5), "é日".zfill(5), "é\t日".expandtabs(4))
---
print("äöü".translate({ord("ä"): "ae", ord("ö"): None, 252: 117}), "abc".translate(str.maketrans("ab", "xy", "c")))
---
print("a,b,,c".split(","), "a b  c".split(), " a b ".split(" "), "a--b--c".rsplit("--", 1), "abc".partition("b"), "abc".rpartition("x"))
---
print("Hello".startswith(("x", "He")), "Hello".endswith("lo", 2), "Hello".find("l", 3), "Hello".rfind("l"), "Hello".count("l"), "aaaa".count("aa"))
---
print("straße".capitalize(), "they're bill's".title(), "x1y".title(), "ÉCOLE".capitalize())
---
print("abc".removeprefix("a"), "abc".removesuffix("bc"), "abc".removeprefix("x"), "{}".format("é"), "%s" % "日", f"{'é'!a}")
---
print("%-5s|%5s|%.2s|%c|%c" % ("é", "日", "日本語", "é", 26085), "%r %a" % ("é", "é"))
---
print("a" "b" 'c' """d
e""", r"\n\x", b"\x00\xff\n'", rb"\x", f"{'a'}" "b{c}", u"é")
---
print("z".isupper(), "Z".isupper(), "Zé".istitle(), "日".islower(), "".isalpha(), " \t".isspace(), "\u200b".isspace(), "é".isprintable(), "\n".isprintable())
---
# Every character that has one other character as its other case.
def mark(text):
    total = 0
    for code in map(ord, text):
        total = (total * 31 + code) % 1000000007
    return total
characters = [chr(c) for c in range(0x80, 0x2000)] + [chr(c) for c in range(0xff00, 0xff60)] + [chr(c) for c in range(0x10400, 0x10480)]
print([c for c in "ａΩжıǄÅἀაｚ𐐨" if len(c.upper()) != 1], "ａΩжıǄÅἀაｚ𐐨".upper(), "ＡΩЖǅÅἈᲐＺ𐐀".lower())
print(mark("".join(c for c in characters if len(c.lower()) == 1 and 0x1c80 > ord(c) != 0x130).lower()))
