from datetime import datetime, date, time, timedelta, timezone
d = datetime(2024, 2, 29, 13, 5, 9, 123456)
print(d, repr(d), d.isoformat(), d.date(), d.time(), d.year, d.month, d.weekday(), d.isoweekday(), d.strftime("%Y-%m-%d %H:%M:%S.%f %a %A %b %B %j %y %p %I %%"), d.isocalendar()[:], d.toordinal())
---
from datetime import datetime, timedelta
d = datetime(2024, 1, 31)
print(d + timedelta(days=1, hours=2), d - timedelta(weeks=1), datetime(2024, 3, 1) - d, (datetime(2024, 3, 1) - d).days, d < datetime(2025, 1, 1), d == datetime(2024, 1, 31), d.replace(year=2023, day=1), min(d, datetime(2020, 1, 1)))
---
from datetime import timedelta
t = timedelta(days=1, hours=-3, minutes=5, seconds=1.5)
print(t, repr(t), t.total_seconds(), t.days, t.seconds, t.microseconds, -t, abs(-t), t * 2, t / 2, t // timedelta(hours=1), t > timedelta(0), timedelta(0), timedelta(days=-1, seconds=5), timedelta(weeks=1, milliseconds=1), bool(timedelta()), t + t - t == t, t % timedelta(hours=2), timedelta(hours=1) / timedelta(minutes=7))
---
from datetime import datetime, timezone, timedelta
tz = timezone(timedelta(hours=5, minutes=30))
a = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)
b = a.astimezone(tz)
print(a, b, repr(b), a == b, b.isoformat(), b.utcoffset(), a.timestamp(), datetime.fromtimestamp(0, tz=timezone.utc), b.tzname(), tz, a.tzinfo, a.strftime("%z %Z"), b.strftime("%z"), a - b)
try:
    a < datetime(2024, 1, 1)
except TypeError as e:
    print(e)
---
from datetime import datetime, date, time
print(datetime.fromisoformat("2024-01-02T03:04:05"), datetime.fromisoformat("2024-01-02 03:04:05.123+02:00"), datetime.fromisoformat("2024-01-02"), date.fromisoformat("2024-05-06"), time.fromisoformat("10:20"), datetime.fromisoformat("2024-01-02T03:04:05Z"))
print(datetime.strptime("2024-01-02 03:04", "%Y-%m-%d %H:%M"), datetime.strptime("05 Mar 2021 11:00 PM", "%d %b %Y %I:%M %p"), datetime.strptime("2020-01-01T00:00:00+0100", "%Y-%m-%dT%H:%M:%S%z"))
for bad in ("x", "2024-13-01", "2024-02-30"):
    try:
        date.fromisoformat(bad)
    except ValueError as e:
        print(e)
try:
    datetime.strptime("x", "%Y")
except ValueError as e:
    print(e)
---
from datetime import date, time, datetime
d = date(2024, 12, 25)
print(d, repr(d), d.isoformat(), d.strftime("%d/%m/%Y"), f"{d:%Y}", d.replace(day=1), date(2024, 12, 25) == d, d in {d: 1}, isinstance(datetime(2020, 1, 1), date), time(1, 2), repr(time(1, 2, 3, 4)), time(9) < time(10), datetime.combine(d, time(8, 30)), date.min, date.max, f"{datetime(2020, 1, 2):%d.%m}")
try:
    date(2024, 2, 30)
except ValueError as e:
    print(e)
---
import json
print(json.dumps({"a": [1, 2.5, None, True, "é\n\"q\""], "b": {}, "c": []}), json.dumps([1, 2], separators=(",", ":")), json.dumps({"b": 1, "a": 2}, sort_keys=True), json.dumps("é", ensure_ascii=False), json.dumps({"k": (1, 2)}), json.dumps({1: "a", None: "b", True: "c"}), json.dumps("\U0001F600"), json.dumps(1e100), json.dumps(float("inf")))
print(json.dumps({"a": [1, {"b": 2}], "e": [], "f": {}}, indent=2))
print(json.loads('{"a": [1, 2.5, null, true, "\\u00e9"], "n": 123456789012345678901234567890, "e": 1e5}'), json.loads("[]"), json.loads(' "x" '))
try:
    json.loads("{bad")
except json.JSONDecodeError as e:
    print(type(e).__name__)
except ValueError:
    print("ValueError")
try:
    json.dumps({1, 2})
except TypeError as e:
    print(e)
print(json.dumps({"d": set()}, default=list), json.loads(json.dumps({"x": 1})) == {"x": 1})
---
import re
print(re.match(r"(\d+)-(\w+)", "12-ab cd").groups(), re.search("b+", "aabbb").span(), re.findall(r"(\w)(\d)", "a1 b2"), re.sub("a", "x", "banana", 2), re.split(r"[,;]\s*", "a, b;c"), bool(re.fullmatch("a+", "aab")), re.sub(r"(?P<n>\d)", r"<\g<n>>", "a1b2"), re.sub(r"\d", lambda m: str(int(m.group()) * 2), "a1b2"))
p = re.compile(r"^(?P<key>\w+)\s*=\s*(?P<value>.*)$", re.M | re.I)
print([m.groupdict() for m in p.finditer("a = 1\nB=2")], p.pattern, p.groups, re.escape("a.b*c"), re.subn("a", "b", "aaa"), re.split(r"(,)", "a,b"), re.findall(r"\b", "ab c"), re.sub(r"x*", "-", "abxd"))
m = re.search(r"(a)(b)?", "xa")
print(m.group(0), m.group(1), m.group(2), m.groups("d"), m[1], m.start(), m.end(), m.lastindex, m, re.match("z", "a"))
print(re.findall(r"(?i)select\s+(\w+)", "SELECT a; select b"), re.sub(r"([a-z])([A-Z])", r"\1_\2", "camelCaseName").lower(), re.search("é+", "caféé").span(), re.compile("a") == re.compile("a"))
try:
    re.compile("(")
except re.error as e:
    print("re.error")
---
import uuid
u = uuid.UUID("12345678-1234-5678-1234-567812345678")
print(u, repr(u), u.hex, u.int, u.bytes, u == uuid.UUID(hex="12345678123456781234567812345678"), uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"), uuid.uuid4().version, len(str(uuid.uuid4())), uuid.uuid5(uuid.NAMESPACE_DNS, "a").version, uuid.UUID(int=5), {u: 1}[u], uuid.UUID("{" + str(u) + "}") == u, uuid.uuid1().version)
try:
    uuid.UUID("x")
except ValueError as e:
    print(e)
---
import enum
class Color(enum.Enum):
    RED = 1
    GREEN = "g"
    ALIAS = 1
    def describe(self): return f"{self.name}={self.value}"
print(Color.RED, repr(Color.RED), Color.RED.name, Color.GREEN.value, Color(1), Color["GREEN"], list(Color), len(Color), Color.RED.describe(), Color.ALIAS is Color.RED, Color.RED == Color.RED, Color.RED == 1, Color.RED in Color, [c.value for c in Color], isinstance(Color.RED, Color), {Color.RED: 1}[Color.RED], list(Color.__members__), Color.RED != Color.GREEN, type(Color.RED) is Color)
try:
    Color(99)
except ValueError as e:
    print(e)
try:
    Color["x"]
except KeyError as e:
    print(e)
class S(str, enum.Enum):
    A = "a"
    B = "b"
print(S.A, S.A == "a", S.A.value, repr(S.A), [s.value for s in S], "a" in [s for s in S], S.A.upper(), ",".join(s for s in S), S("b"), {"a": 1}[S.A], "%s" % S.A.value)
class N(enum.IntEnum):
    ONE = 1
    TWO = 2
print(N.ONE, N.ONE + 1, N.TWO > 1, sorted([N.TWO, N.ONE]), repr(N.ONE), int(N.TWO), N(2).name, f"{N.ONE}")
class Au(enum.Enum):
    X = enum.auto()
    Y = enum.auto()
print([a.value for a in Au])
F = enum.Enum("F", "P Q")
print(list(F), F.P.value, enum.Enum("G", ["A", "B"]).B.value, enum.Enum("H", {"K": "k"}).K.value)
---
from collections import OrderedDict, defaultdict, Counter, namedtuple, deque, ChainMap
od = OrderedDict([("b", 1), ("a", 2)]); od.move_to_end("b"); print(od, list(od), od.popitem())
dd = defaultdict(list); dd["x"].append(1); dd["y"]; print(dict(dd), dd, len(dd), "z" in dd)
di = defaultdict(int); di["a"] += 5; print(dict(di))
c = Counter("abracadabra"); print(c.most_common(2), c["z"], c["a"], sum(c.values()), Counter([1, 1, 2]), sorted(c.elements())[:3], c + Counter("aa"))
P = namedtuple("P", ["x", "y"], defaults=[5]); p = P(1); print(p, p.x, p[1], p._asdict(), p == (1, 5), tuple(p), P._fields, p._replace(x=9), [*p], P(y=1, x=2))
x, y = p; print(x, y, isinstance(p, tuple), len(p))
dq = deque([1, 2, 3], maxlen=3); dq.append(4); dq.appendleft(0); print(dq, dq[0], dq.pop(), dq.popleft(), list(dq), len(dq))
cm = ChainMap({"a": 1}, {"a": 2, "b": 3}); print(cm["a"], cm["b"], "c" in cm)
---
import itertools
print(list(itertools.chain([1], (2, 3))), list(itertools.chain.from_iterable([[1], [2]])), list(itertools.islice(itertools.count(5), 3)), list(itertools.product("ab", [1, 2])), list(itertools.permutations([1, 2, 3], 2)), list(itertools.combinations("abc", 2)), list(itertools.accumulate([1, 2, 3])), [(k, list(g)) for k, g in itertools.groupby("aabbc")], list(itertools.zip_longest([1, 2], [3], fillvalue=0)), list(itertools.repeat("x", 2)), list(itertools.takewhile(lambda x: x < 3, [1, 2, 5, 1])), list(itertools.dropwhile(lambda x: x < 3, [1, 5, 1])), list(itertools.starmap(pow, [(2, 3)])), list(itertools.islice("abcdef", 1, 5, 2)), list(itertools.compress("abc", [1, 0, 1])), list(itertools.pairwise([1, 2, 3])), list(itertools.islice(itertools.cycle("ab"), 5)), list(itertools.filterfalse(lambda x: x % 2, range(5))), list(itertools.combinations_with_replacement("ab", 2)))
---
import functools
print(functools.reduce(lambda a, b: a + b, [1, 2, 3]), functools.reduce(max, [3, 1], 10), functools.partial(int, base=2)("101"), functools.partial(print, "a", sep="-")("b"))
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(50))
def deco(f):
    @functools.wraps(f)
    def inner(*a): return f(*a) + 1
    return inner
@deco
def g(x):
    "doc g"
    return x
print(g(1), g.__name__, g.__doc__)
class C:
    @functools.cached_property
    def p(self):
        print("computed")
        return 5
c = C(); print(c.p, c.p)
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
@functools.total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(1), T(2) > T(1), T(1) >= T(2))
---
import os
print(os.path.join("a", "b", "c.txt"), os.path.join("a", "/b"), os.path.basename("/x/y.py"), os.path.dirname("/x/y.py"), os.path.splitext("a/b.tar.gz"), os.path.normpath("a/../b/./c"), os.path.isabs("/a"), os.path.split("/a/b"), os.path.splitext(".bashrc"), os.sep, os.environ.get("NO_SUCH_VARIABLE_X", "d"), os.getenv("NO_SUCH_VARIABLE_X"), "PATH" in os.environ)
---
import textwrap, string
print(textwrap.dedent("""
    a
      b
    c
"""), textwrap.indent("a\nb\n", "> "), textwrap.fill("the quick brown fox jumps", 10), textwrap.shorten("hello big world", 12))
print(string.ascii_lowercase, string.digits, string.punctuation, string.Template("$a and ${b} $$").substitute(a=1, b=2), string.capwords("hello world"), string.Template("$x $y").safe_substitute(x=1))
---
from decimal import Decimal, ROUND_HALF_UP, ROUND_DOWN
print(Decimal("1.10") + Decimal("2.205"), Decimal("1") / Decimal("3"), Decimal("2.675").quantize(Decimal("0.01")), Decimal("2.675").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), Decimal("1.1") * 3, Decimal(5) - 1, Decimal("0.1") == Decimal("0.10"), Decimal("1e3"), Decimal("1E-10"), repr(Decimal("-0.50")), int(Decimal("3.9")), float(Decimal("0.25")), Decimal(0.1), str(Decimal("100")), Decimal("7") // 2, Decimal("-7") % 3, Decimal("2") ** 10, abs(Decimal("-1.5")), -Decimal("1"), Decimal("1.0").normalize(), round(Decimal("2.567"), 1), Decimal("10") > 9.5, max(Decimal(1), Decimal(2)), sum([Decimal("0.1")] * 3), Decimal("1.23").as_tuple()[1], f"{Decimal('1234.5678'):.2f}", f"{Decimal('1234.5'):,}" if False else "", hash(Decimal("2")) == hash(2), Decimal("1.9").quantize(Decimal("1"), ROUND_DOWN), Decimal(10) / 4, Decimal("Infinity") > 1, bool(Decimal("0.0")))
try:
    Decimal("abc")
except Exception as e:
    print(type(e).__name__)
try:
    Decimal(1) / 0
except ZeroDivisionError as e:
    print(type(e).__name__)
---
import hashlib, base64
print(hashlib.md5(b"abc").hexdigest(), hashlib.sha1(b"abc").hexdigest(), hashlib.sha256("é".encode()).hexdigest(), hashlib.sha512(b"x" * 200).hexdigest(), hashlib.sha224(b"").hexdigest(), hashlib.sha384(b"abc").hexdigest()[:16], hashlib.new("sha256", b"a").hexdigest()[:8])
h = hashlib.sha256(); h.update(b"a"); h.update(b"b"); print(h.hexdigest() == hashlib.sha256(b"ab").hexdigest(), h.digest_size, h.name)
print([hashlib.sha256(b"q" * n).hexdigest()[:8] for n in (55, 56, 63, 64, 65, 119, 120)], [hashlib.sha512(b"q" * n).hexdigest()[:8] for n in (111, 112, 127, 128, 129)])
print(base64.b64encode(b"hello?>"), base64.b64decode("aGVsbG8="), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b64encode(b""), base64.b64decode(b"YQ=="))
try:
    base64.b64decode("YQ")
except ValueError as e:
    print(e)
---
import random
random.seed(12345)
print(random.random(), random.randint(1, 10), random.choice("abcdef"), random.sample(range(100), 5), random.uniform(1, 2), random.randrange(0, 100, 7), random.choices([1, 2, 3], k=4), random.getrandbits(70))
l = list(range(10)); random.shuffle(l); print(l)
r = random.Random(7); print(r.random(), r.randint(0, 1000), r.sample(list("abcdefghijklmnopqrstuvwxyz" * 4), 6), r.choices("ab", weights=[1, 9], k=5))
---
import math
print(math.floor(-2.5), math.ceil(2.1), math.trunc(-2.9), math.sqrt(16), math.pi, math.gcd(12, 18), math.factorial(20), math.log(8, 2), math.log10(1000), math.isnan(float("nan")), math.inf, math.pow(2, 3), math.fabs(-2), math.hypot(3, 4), math.comb(5, 2), math.prod([1, 2, 3]), math.isclose(0.1 + 0.2, 0.3), math.isqrt(10**20), math.copysign(1, -0.0), math.lcm(4, 6), math.fsum([0.1] * 10), math.modf(2.5), math.degrees(math.pi), math.exp(0), math.fmod(-7, 3))
try:
    math.sqrt(-1)
except ValueError as e:
    print(e)
---
import copy
a = [1, [2, 3], {"k": [4]}]
b = copy.copy(a); c = copy.deepcopy(a)
a[1].append(9); a[2]["k"].append(8)
print(b, c)
class O:
    def __init__(self): self.v = [1]
o = O(); p = copy.copy(o); q = copy.deepcopy(o); o.v.append(2); print(p.v, q.v)
---
import operator, ast
print(operator.itemgetter(1)([5, 6]), operator.itemgetter("a", "b")({"a": 1, "b": 2}), operator.attrgetter("real")(5), sorted([(1, "b"), (0, "c")], key=operator.itemgetter(1)), operator.add(1, 2), operator.methodcaller("upper")("x"))
print(ast.literal_eval("[1, 'a', (2.5, None), {'k': True}, {1, 2}, -3, b'x']"), ast.literal_eval(" 5"))
for bad in ("f()", "1 + 2", "x"):
    try:
        ast.literal_eval(bad)
    except ValueError:
        print("ValueError")
---
import contextlib
@contextlib.contextmanager
def cm(x):
    print("enter", x)
    try:
        yield x * 2
    except ValueError as e:
        print("swallow", e)
    finally:
        print("exit")
with cm(2) as v:
    print(v)
with cm(3):
    raise ValueError("boo")
try:
    with cm(4):
        raise KeyError("k")
except KeyError as e:
    print("out", e)
with contextlib.suppress(KeyError, IndexError):
    {}["x"]
with contextlib.ExitStack() as st:
    st.enter_context(cm(1)); st.callback(print, "callback")
with contextlib.nullcontext(5) as n:
    print(n)
---
import pathlib
p = pathlib.PurePosixPath("/a/b") / "c.tar.gz"
print(p, p.name, p.stem, p.suffix, p.suffixes, p.parent, p.parts, p.parent.parent, p.with_suffix(".x"), p.is_absolute(), p.relative_to("/a"), p == pathlib.PurePosixPath("/a/b/c.tar.gz"), repr(p), p.joinpath("d"), pathlib.PurePosixPath("a").parent, pathlib.PurePosixPath("a//b/./c"))
---
from dataclasses import dataclass, field, asdict
@dataclass
class P:
    x: int
    y: int = 2
    tags: list = field(default_factory=list)
    def total(self): return self.x + self.y
@dataclass(frozen=True, order=True)
class Q(object):
    a: str
    b: int = 0
p = P(1); p.tags.append("t"); print(p, p == P(1, 2, ["t"]), P(5).tags, p.total(), asdict(p), Q("a") < Q("b"), {Q("a"): 1}[Q("a")])
try:
    Q("a").a = "b"
except Exception as e:
    print(type(e).__name__, e)
try:
    P()
except TypeError as e:
    print(e)
@dataclass
class R(P):
    z: int = 5
    def __post_init__(self): self.w = self.z * 2
print(R(1, z=7), R(1).w)
---
from typing import Optional, List, Dict, Union, Any, TYPE_CHECKING, cast, NamedTuple, Sequence, Callable, TypeVar, Generic
T = TypeVar("T")
x: Optional[int] = None
def f(a: List[int], b: Dict[str, Any] = None, *c: Union[int, None]) -> Callable[..., T]:
    return a
class Box(Generic[T]):
    pass
if TYPE_CHECKING:
    import nothing_at_all
print(f([1]), cast(int, "x"), Box() is not None, TYPE_CHECKING, x)
---
from __future__ import annotations
from collections.abc import Sequence, Mapping, Iterable, Callable
print(isinstance([], Sequence), isinstance({}, Mapping), isinstance("a", Iterable), isinstance(5, Iterable), isinstance(len, Callable), isinstance({1}, Sequence))
def f(x: Unknown) -> AlsoUnknown: return x
print(f(1))
---
from urllib.parse import quote, quote_plus, unquote, urlencode
print(quote("a b/c?é"), quote_plus("a b&c"), unquote("a%20b%C3%A9"), urlencode({"a": 1, "b": "x y"}))
---
from types import SimpleNamespace
n = SimpleNamespace(a=1, b="x"); n.c = 3; print(n, n.a, n == SimpleNamespace(a=1, b="x", c=3))
import sys
print(sys.version_info >= (3, 8), sys.version_info[0], sys.maxsize, len(sys.argv) > 0)
import time
print(time.time() > 1e9, isinstance(time.perf_counter(), float))
import warnings
warnings.filterwarnings("ignore")
