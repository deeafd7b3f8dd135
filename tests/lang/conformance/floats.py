print(0.1 + 0.2, 1e16, 1e15, 123456789012345678.0, 1e-5, 0.0001, 1.0, -0.0, 1e300 * 1e10, -1e300 * 1e10, 1.5e-10, 100000.0)
---
nan = float("nan")
print(nan, nan == nan, nan != nan, nan < 1, float("inf") > 10 ** 400, float("-inf"), [nan] == [nan], nan in [nan])
---
print(repr(1 / 3), str(2 / 3), 1e22, 1e21, 123e20, 5e-324, 1.7976931348623157e308, 2.5, 1e0, 12345.678)
---
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1.005, 2), round(1234.5678, -2), round(0.5), round(1e20), round(2.0), round(2.5, 0))
---
print(f"{3.14159:.2f} {3.14159:8.3f}| {3.14159:<8.2f}| {-3.14159:+.1f} {3.0:g} {1e10:g} {1e-10:g} {123456789.0:g} {0.0001:g} {1234567.891:,.2f}")
---
print(f"{0.25:%} {0.256:.1%} {1e5:e} {12345.678:.3e} {12345.678:E} {1.0:.0f} {2.5:.0f} {3.5:.0f} {1e-7:f} {1e20:f}")
---
print(f"{1.0:n} {1.5:} {1e16:} {float('inf'):f} {float('nan'):5} {float('-inf'):+} {0.1:.20f} {1/3:.17g} {100.0:.3g} {123.456:#.3g}")
---
print("%f %.2f %e %g %G %5.1f|%-8.2f|%+d % d %05d %x %o %%" % (1.5, 2.345, 12345.6, 1e-5, 1e20, 2.25, 3.14159, 5, 5, 42, 255, 8))
---
print(int(3.99), int(-3.99), 7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, divmod(7.5, 2), 2.0 ** 0.5, 4 ** 0.5, (-8) ** (1 / 3) if False else 0)
---
print(float("1e3"), float(" 2.5 "), float("1_000.5"), float(".5"), float("5."), float("Infinity"), float("-1E-2"), float(True))
---
try:
    float("abc")
except ValueError as error:
    print(error)
try:
    1.0 / 0
except ZeroDivisionError as error:
    print(error)
try:
    5.0 % 0
except ZeroDivisionError as error:
    print(error)
try:
    int(float("nan"))
except ValueError as error:
    print(error)
try:
    int(float("inf"))
except OverflowError as error:
    print(error)
---
print((0.5).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (255.5).hex())
---
import math
print(math.floor(-2.5), math.ceil(2.1), math.trunc(-2.7), math.sqrt(2), math.pi, math.e, math.inf, math.isnan(math.nan), math.isinf(-math.inf), math.isclose(0.1 + 0.2, 0.3))
print(math.log(100, 10), math.log10(1000), math.log2(8), math.exp(1), math.sin(0), math.hypot(3, 4), math.fsum([0.1] * 10), math.copysign(1, -0.0), math.fmod(-7, 3), math.modf(2.5))
---
print(hash(1.0) == hash(1), hash(0.5) == hash(0.5), {1: "a"}[1.0], {1, 1.0, True}, 1.0 == True, 1 == 1.0, [1.0, 2].index(1), max(1, 1.0), max(1.0, 1))
---
print(sum([0.1] * 3), sum([1, 2.5]), min([2.5, 1, 3]), sorted([3, 1.5, -2.5, 0]), abs(-2.5), pow(2.0, 3), 1e3 == 1000, 10 // 3.0)
---
print(format(1234.5, ",.1f"), format(0.5, ".0%"), format(-1.5, "08.2f"), format(1.5, "^10"), format(1e100, ".3"), format(12.0, ""), format(3, ".2f"))
---
print(str(1e100), repr(1.1), repr(1e-7), str(123456.789e3), 1e5, 1e17, 4.35, 0.1 * 3, 1.1 + 2.2, 1e23)
---
print(1.0.__class__, 3.0 .is_integer(), float.__name__, float(10), float(), -0.0 == 0.0, str(-0.0), 0.0 * -1)
