for a in (7, -7, 0, 2**70, -2**70):
    for b in (3, -3, 2**40):
        print(a // b, a % b, divmod(a, b), a & b, a | b, a ^ b)
---
print(2**63, -2**63, 2**63 - 1 + 1, (2**63 - 1) * 2, -(-2**63), abs(-2**63))
---
print(10**50 // 7, 10**50 % 7, (-10)**51 // 7, 10**30 * 10**30, 10**40 - 1, 10**40 - 10**40)
---
print(1 / 3, 10 / 2, -1 / 3, 2**100 / 3, 1e308 * 10, 7 / 2**60)
---
for x in (0.1, 1.0, 1e15, 1e16, 1e17, 123456789.123, 1e-4, 1e-5, 1.5e-10, 1e100, 5e-324, 1.7976931348623157e308, -0.0, 100.0, 12345678901234567.0):
    print(x, repr(x), str(x))
---
print(float("inf"), float("-inf"), float("nan"), float("1e5"), float(" 3.5 "), float("1_000.5"), float(".5"), float("5."))
---
for bad in ("", "abc", "1__0", "1e", "0x10", "--1"):
    try:
        print(float(bad))
    except ValueError as e:
        print(e)
---
for text, base in (("12", 10), ("-0x1F", 16), ("0b101", 0), ("0o17", 0), ("zz", 36), (" 42 ", 10), ("1_000", 10), ("+7", 10)):
    print(int(text, base))
---
for bad in ("", "1.5", "abc", "1__0", "_1", "0x"):
    try:
        print(int(bad))
    except ValueError as e:
        print(e)
---
print(int(3.99), int(-3.99), int(True), int(1e20), int("9" * 30))
---
try:
    int(float("nan"))
except ValueError as e:
    print(e)
try:
    int(float("inf"))
except OverflowError as e:
    print(e)
---
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e20), round(15, -1), round(25, -1), round(0.5), round(1.005, 2))
---
print(1 == 1.0, 2**53 == float(2**53), 2**53 + 1 == float(2**53), 2**53 + 1 > float(2**53), 1 < 1.5 < 2, 10**400 > 1e308, float("nan") == float("nan"))
---
print(hash(1) == hash(1.0) == hash(True), hash(2**61 - 1), hash(-1), hash(10**20), hash(0.5), hash(1e300), hash(-3.7))
---
print(7 // 2.0, -7 // 2.0, 7 % -3.0, -7.5 % 2, 1e308 % 3, 5.0 // 0.1, 0.0 // 5, -0.0 // 5)
---
for f in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: 0 ** -1, lambda: 0.0 ** -1):
    try:
        f()
    except ZeroDivisionError as e:
        print(e)
---
print(1 << 100, (1 << 100) >> 98, -1 >> 5, -(1 << 70) >> 3, 5 << 0, ~5, ~(2**70), -5 & 2**70, -(2**70) | 1, 2**70 ^ -1)
---
try:
    1 << -1
except ValueError as e:
    print(e)
---
print(2 ** 10, 2 ** -1, 2.0 ** 0.5, (-2) ** 3, 2 ** 0, 0 ** 0, pow(3, 200, 1000007), pow(2, 10), (-8) ** 2)
---
print(0x1F, 0o17, 0b101, 1_000_000, 1e3, 1_0.5_0, .5, 5., 1E-2)
---
print(True + True, True & False, True | 5, True ^ True, ~True, -True, sum([True, False, True]))
---
print((10).bit_length(), (2**100).bit_length(), (255).to_bytes(2, "big"), int.from_bytes(b"\x01\x00", "little"), (-1).to_bytes(2, "little", signed=True), (5).real, (5).imag)
---
print((0.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio(), (3).as_integer_ratio())
---
print(bin(10), hex(-255), oct(8), bin(-1), hex(2**70))
---
print(max(1, 2.5, -1), min([3, 1, 2]), max("abc", key=ord), min([], default="none"), sum([1, 2.5, 3]), sum([[1], [2]], []))
---
print(isinstance(True, int), type(True), type(1) is int, isinstance(1.0, (int, float)), type(2**70) is int)
---
print(str(2**64), f"{2**64:,}", "%d" % 2**64, 2**64 == int("18446744073709551616"))
---
x = 5
x += 2; x -= 1; x *= 3; x //= 2; x **= 2; x %= 50; x <<= 2; x >>= 1; x |= 1; x &= 0xff; x ^= 3
print(x)
x /= 4
print(x)
---
print(9007199254740993, float(9007199254740993), int(9007199254740993.0), 1e22, 1e23, 123e-7)
---
print(divmod(7.5, 2), divmod(-7, 2), abs(-5.5), abs(-3), abs(True))
---
print(sorted([3, 1.5, True, -2]), 3 in [3.0], {1: "a", 1.0: "b", True: "c"})
---
try:
    "a" + 1
except TypeError as e:
    print(e)
try:
    1 + "a"
except TypeError as e:
    print(e)
try:
    [] + ()
except TypeError as e:
    print(e)
try:
    -"a"
except TypeError as e:
    print(e)
try:
    {} < {}
except TypeError as e:
    print(e)
