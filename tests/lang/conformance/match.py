def kind(x):
    match x:
        case 0 | 1:
            return "small"
        case int() if x > 100:
            return "big"
        case int():
            return "int"
        case "a" | "b" as letter:
            return f"letter {letter}"
        case str(text):
            return f"text {text}"
        case []:
            return "empty"
        case [one]:
            return f"one {one}"
        case [first, *rest]:
            return f"{first} and {rest}"
        case {"type": "point", "x": x0, **rest}:
            return f"point {x0} {rest}"
        case {}:
            return "dict"
        case None:
            return "none"
        case _:
            return "other"
for x in [0, 1, 5, 500, "a", "zz", [], [1], (1, 2, 3), {"type": "point", "x": 1, "y": 2}, {"q": 1}, None, 2.5, True]:
    print(kind(x))
---
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
def where(p):
    match p:
        case Point(0, 0):
            return "origin"
        case Point(x=0, y=y):
            return f"y {y}"
        case Point(x, y) if x == y:
            return "diagonal"
        case Point():
            return "point"
        case [Point(x, _), Point(_, y)]:
            return f"pair {x} {y}"
print(where(Point(0, 0)), where(Point(0, 3)), where(Point(2, 2)), where(Point(1, 2)), where([Point(1, 2), Point(3, 4)]), where(5))
---
import enum
class Color(enum.Enum):
    RED = 1
    BLUE = 2
def f(c):
    match c:
        case Color.RED:
            return "r"
        case Color.BLUE:
            return "b"
print(f(Color.RED), f(Color.BLUE), f(1))
---
match = {"case": 1}
case = match["case"]
print(match, case)
match (1, (2, [3, 4])):
    case (a, (b, [c, *d])):
        print(a, b, c, d)
match -1.5:
    case -1.5:
        print("minus")
match "x", 2:
    case ["x", n]:
        print(n)
---
def kind(v):
    match v:
        case [a, b]:
            return "pair", a, b
        case [first, *rest]:
            return "many", first, rest
        case _:
            return "other"
print(kind(range(2)), kind(range(5, 9)), kind(range(0)), kind("ab"), kind(b"ab"), kind({1, 2}), kind(iter([1, 2])))
