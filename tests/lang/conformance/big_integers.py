x = 2 ** 200
print(x, -x, x // 3, x % 7, -x // 3, -x % 7, divmod(-x, 10 ** 20), x.bit_length())
---
print(10 ** 30 * 10 ** 30, 3 ** 100 - 3 ** 99, 2 ** 64 - 1, -(2 ** 63), 2 ** 63 - 1 + 1, 9223372036854775807 + 1, -9223372036854775808 - 1)
---
print(9223372036854775807 * 9223372036854775807, -9223372036854775808 * -1, abs(-9223372036854775808), -9223372036854775808 // -1)
---
print(1 << 100, (1 << 100) >> 98, -1 >> 70, -(1 << 100) >> 99, (1 << 70) | 1, (1 << 70) & ((1 << 71) - 1), (1 << 70) ^ (1 << 70), ~(1 << 70), -(2 ** 80) & 0xFF)
---
print(int("123456789012345678901234567890"), int("-0x1F", 16), int("0b101", 0), int("zz", 36), int(" 12 "), int("1_000"), int("0o17", 8))
---
print(hex(2 ** 70), oct(2 ** 70), bin(2 ** 66), hex(-255), f"{2 ** 70:x} {2 ** 70:,} {2 ** 70:e} {10 ** 25:_}", str(-2 ** 70))
---
print(2 ** 64 == 2.0 ** 64, 2 ** 53 + 1 == float(2 ** 53 + 1), 10 ** 400 > 1e308, hash(2 ** 61 - 1), hash(2 ** 61), hash(2 ** 200) == hash(2 ** 200 % (2 ** 61 - 1)))
---
print(float(10 ** 30), int(1e30), int(-2.9), round(10 ** 25 + 5, -1), round(-15, -1), round(25, -1), 7 // -2, -7 // 2, 7 % -2, -7 % 2)
---
try:
    float(10 ** 400)
except OverflowError as error:
    print(error)
try:
    int("12a")
except ValueError as error:
    print(error)
try:
    1 << -1
except ValueError as error:
    print(error)
---
print((2 ** 100).to_bytes(16, "big").hex(), int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff\xfe", "little", signed=True), (255).to_bytes(2, "little"))
---
import math
print(math.factorial(30), math.gcd(2 ** 80, 6 ** 50), math.isqrt(10 ** 40), math.comb(100, 50), pow(3, 200, 1000007), pow(2, -1), math.lcm(12, 18))
---
print(sum([2 ** 62, 2 ** 62, 2 ** 62]), max(2 ** 70, 2 ** 69), sorted([2 ** 70, -2 ** 70, 5]), 2 ** 70 in {2 ** 70}, {2 ** 70: 1}[2 ** 70])
---
print(int(True), True + True, True * 3, -True, ~False, True & False, True | 2, isinstance(True, int), 5 .bit_count(), (2 ** 70).bit_count())
---
print(10 ** 20 / 10 ** 18, (10 ** 20) / 3, 2 ** 1000 / 2 ** 999, 5 / 2, -5 / 2, 4 / 2, 0 ** 0, 0.0 ** 0, (-8) ** 3, 2 ** -2)
---
print((10 ** 22).__class__.__name__, (12345678901234567890).conjugate(), (10).real, (7).numerator, (7).denominator, int.__name__)
---
for a, b in [(7, 3), (-7, 3), (7, -3), (-7, -3), (2 ** 65, -3), (-(2 ** 65), 7)]:
    print(divmod(a, b), a // b * b + a % b == a)
---
print(f"{255:b} {255:o} {255:X} {255:#x} {255:#b} {255:08b} {-255:+,} {255: d} {255:^9} {255:*<6} {255:06} {-255:06}")
---
print(int("9" * 40) - int("9" * 39), len(str(7 ** 500)), str(7 ** 100)[:20], 3 ** 3 ** 2, -2 ** 2, (-2) ** 2)
