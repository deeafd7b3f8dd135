from decimal import Decimal
print(Decimal("1.10"), repr(Decimal("1.10")), Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(3), Decimal("1E+5"), Decimal("1.50") * 2, Decimal("7") // 2, Decimal("-7") % 3, -Decimal("1.0"), abs(Decimal("-2.50")))
---
from decimal import Decimal, ROUND_HALF_UP, ROUND_DOWN, ROUND_HALF_EVEN
x = Decimal("2.675")
print(x.quantize(Decimal("0.01")), x.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), x.quantize(Decimal("1."), ROUND_DOWN), round(x, 2), round(x), Decimal("2.5").quantize(Decimal("1"), rounding=ROUND_HALF_EVEN), Decimal("1234.5").quantize(Decimal("1E1")))
---
from decimal import Decimal
print(Decimal("1.0") == 1, Decimal("1.10") == Decimal("1.1"), hash(Decimal("1.0")) == hash(1), Decimal("0.1") == 0.1, Decimal("2") > 1.5, sorted([Decimal("2"), Decimal("-1"), Decimal("0.5")]), max(Decimal(1), Decimal("1.5")), sum([Decimal("0.1")] * 3), Decimal("5") in {5})
---
from decimal import Decimal
print(Decimal(0.1), Decimal(5), Decimal("1_000.5"), Decimal(" 3 "), Decimal("NaN"), Decimal("-Infinity"), Decimal("0E-8"), Decimal("0.00000001"), Decimal("123456789012345678901234567890.1"), Decimal((0, (1, 2, 3), -2)))
---
from decimal import Decimal
print(int(Decimal("3.9")), float(Decimal("0.25")), str(Decimal("1e-10")), f"{Decimal('1234.5'):,.2f} {Decimal('1.5'):8} {Decimal('0.125'):.1%} {Decimal('1.005'):.2f}", "%s %d %.1f" % (Decimal("1.50"), Decimal("2.9"), Decimal("2.25")), bool(Decimal("0.0")))
---
from decimal import Decimal, InvalidOperation, DivisionByZero
for call in [lambda: Decimal("abc"), lambda: Decimal(1) / 0, lambda: Decimal(1) + 0.5]:
    try:
        print(call())
    except (ArithmeticError, TypeError) as error:
        print(type(error).__name__)
---
from decimal import Decimal
x = Decimal("123.4500")
print(x.normalize(), tuple(x.as_tuple()), x.to_integral_value(), x.is_zero(), x.is_signed(), x.copy_abs(), x ** 2, Decimal(2) ** -1, divmod(Decimal("7.5"), 2))
---
from decimal import Decimal
parts = Decimal("-12.50").as_tuple()
print(parts, parts.sign, parts.digits, parts.exponent, -parts.exponent, type(parts).__name__, parts[2])
