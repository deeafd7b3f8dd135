from enum import Enum, IntEnum, auto, unique, Flag, IntFlag
class Color(Enum):
    RED = 1
    GREEN = "g"
    CRIMSON = 1
print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color(1), Color["GREEN"], list(Color), Color.CRIMSON is Color.RED, len(Color), Color.RED in Color, list(Color.__members__), f"{Color.RED}", Color.RED == 1)
---
from enum import Enum, IntEnum, auto
class Level(IntEnum):
    LOW = auto()
    HIGH = auto()
class Name(str, Enum):
    A = "a"
    B = "b"
    def label(self):
        return self.value.upper()
print(Level.LOW < Level.HIGH, Level.HIGH + 1, Level(2), sorted([Level.HIGH, Level.LOW]), Name.A == "a", Name.A.label(), [n.value for n in Name], f"{Level.LOW:d}", Name("b"), repr(Name.A), Level.LOW == 1, isinstance(Name.A, str), "x" + Name.A, {Name.A: 1}["a"])
---
from enum import Enum, unique
class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)
    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius
    @property
    def ratio(self):
        return round(self.mass / self.radius, 3)
    @classmethod
    def first(cls):
        return list(cls)[0]
print(Planet.EARTH.mass, Planet.MARS.ratio, Planet.first(), Planet.EARTH.value)
for call in [lambda: Planet(3), lambda: Planet["X"]]:
    try:
        call()
    except (ValueError, KeyError) as error:
        print(type(error).__name__, error)
---
from enum import Enum
Animal = Enum("Animal", "CAT DOG")
Kind = Enum("Kind", {"A": "a", "B": "b"})
print(list(Animal), Animal.DOG.value, Kind.B.value, [k.name for k in Kind], Animal.CAT.__class__.__name__, hash(Animal.CAT) == hash(Animal.CAT), {Animal.CAT: "meow"}[Animal.CAT])
---
import enum
class Status(enum.Enum):
    NEW = enum.auto()
    OLD = enum.auto()
    @staticmethod
    def parse(text):
        return Status[text.upper()]
print([s.value for s in Status], Status.parse("old"), [(s.name, s.value) for s in Status], Status.NEW != Status.OLD)
---
from enum import Flag, IntFlag, auto
class Right(Flag):
    READ = auto()
    WRITE = auto()
    RUN = auto()
    ALL = 7
both = Right.READ | Right.WRITE
print(both.value, both.name, str(both), both is (Right.WRITE | Right.READ), Right.READ in both, Right.RUN in both, bool(both & Right.RUN))
print(list(both), len(both), both ^ Right.READ == Right.WRITE, ~both == Right.RUN, ~Right.ALL, Right(3) is both, Right(0).name, repr(Right.ALL), list(Right))
for call in [lambda: Right(8), lambda: Right.READ | 1]:
    try:
        print(call())
    except (ValueError, TypeError) as error:
        print(type(error).__name__)
class Mode(IntFlag):
    R = 4
    W = 2
print(int(Mode.R | Mode.W), Mode.R | 2 == Mode.R | Mode.W, Mode(6).name, (Mode.R | Mode.W) & 2 == Mode.W, f"{Mode.R}", sorted([Mode.R, Mode.W]))
---
from enum import Enum, Flag, IntFlag, auto
class Access(Flag):
    READ = auto()
    WRITE = auto()
    BOTH = READ | WRITE
    RUN = auto()
    ALL = BOTH | RUN
    TOGGLED = READ ^ BOTH
print(Access.BOTH, Access.BOTH.value, Access.RUN.value, Access.ALL.value, Access.TOGGLED is Access.WRITE, list(Access))
class Bits(IntFlag):
    A = auto()
    B = auto()
    C = A | 8
print(int(Bits.C), Bits.A in Bits.C)
print([m.value for m in Enum("Later", ["a", "b"], start=5)])
