import uuid
u = uuid.UUID("12345678-1234-5678-1234-567812345678")
print(u, repr(u), u.hex, u.int, u.version, u.bytes.hex(), u == uuid.UUID(u.hex), uuid.UUID(int=1), uuid.UUID(bytes=b"\x00" * 16), str(u)[:8], len(str(uuid.uuid4())), uuid.uuid4().version, u.urn, sorted([u, uuid.UUID(int=1)])[0].int)
---
import uuid
print(uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid3(uuid.NAMESPACE_URL, "http://x"), uuid.UUID("{12345678123456781234567812345678}"), {uuid.UUID(int=1): 2}[uuid.UUID(int=1)], isinstance(uuid.uuid4(), uuid.UUID))
try:
    uuid.UUID("zz")
except ValueError as error:
    print(error)
---
import hashlib
print(hashlib.md5(b"a").hexdigest(), hashlib.sha1(b"a").hexdigest(), hashlib.sha256("é".encode()).hexdigest(), hashlib.sha512(b"").hexdigest()[:20], hashlib.new("sha256", b"x").hexdigest()[:8])
h = hashlib.sha256()
h.update(b"a")
h.update(b"b")
print(h.hexdigest() == hashlib.sha256(b"ab").hexdigest(), h.digest()[:4], h.digest_size, h.name, hashlib.sha224(b"a").hexdigest()[:8])
---
import textwrap
text = """
    SELECT *
      FROM t

    WHERE x
"""
print(textwrap.dedent(text), textwrap.indent("a\nb\n\nc", "  "), textwrap.fill("the quick brown fox jumps", 10), textwrap.wrap("aaa bbb ccc", 7), textwrap.shorten("hello wide world", 12))
---
from pathlib import Path, PurePosixPath
p = PurePosixPath("/srv/app") / "data" / "file.tar.gz"
print(p, p.name, p.stem, p.suffix, p.suffixes, p.parent, p.parent.parent, p.parts, p.with_suffix(".txt"), p.with_name("x"), p.is_absolute(), str(p), repr(p), p.relative_to("/srv"), p.as_posix(), p == PurePosixPath("/srv/app/data/file.tar.gz"))
print(PurePosixPath("a/../b"), PurePosixPath("a//b/./c"), PurePosixPath("."), PurePosixPath("a").joinpath("b", "/c"), list(map(str, PurePosixPath("/a/b").parents)))
---
import os.path
print(os.path.join("a", "b", "/c", "d"), os.path.basename("/x/y.py"), os.path.dirname("/x/y.py"), os.path.splitext("a.b.c"), os.path.normpath("/a/./b/../c"), os.path.split("/a/b"), os.path.isabs("/a"), os.sep, os.path.commonprefix(["abc", "abd"]))
---
import base64
print(base64.b64encode(b"hello"), base64.b64decode("aGVsbG8="), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b64encode("é".encode()).decode())
---
import string, ast, copy
print(string.ascii_letters, string.digits, string.punctuation, string.hexdigits, repr(string.whitespace), string.capwords("ab cd"))
print(ast.literal_eval("{'a': [1, 2.5, None, True], 'b': (1,), 'c': {1, 2}, 'd': -1}"), ast.literal_eval("'x'"))
a = [[1], {"k": [2]}]
b, c = copy.copy(a), copy.deepcopy(a)
a[0].append(9)
print(b, c)
try:
    ast.literal_eval("f(1)")
except ValueError:
    print("ValueError")
---
import random
random.seed(42)
a = [random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 3), random.uniform(1, 2)]
x = list(range(5))
random.shuffle(x)
print(a, x, random.Random(1).random(), random.getrandbits(16))
---
import operator, types, sys, warnings, logging
print(operator.add(1, 2), operator.contains([1], 1), types.SimpleNamespace(a=1, b="x"), sys.maxsize, sys.version_info >= (3, 8), sys.version_info[0], sys.version_info.major)
warnings.warn("quiet")
logging.getLogger(__name__).debug("x")
---
from contextlib import contextmanager, suppress, nullcontext, ExitStack, closing
with suppress(KeyError, ValueError):
    {}["x"]
with nullcontext(5) as n:
    print(n)
with ExitStack() as stack:
    stack.callback(print, "bye")
    print("hi")
---
import typing
from typing import Any, Dict, List, Optional, Sequence, Union, Tuple, Callable, TypeVar, Generic, Literal, cast, TYPE_CHECKING
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item: T = item
def f(x: Optional[Dict[str, List[int]]] = None, *a: Any, **k: "Undefined") -> Union[int, str]:
    y: Sequence[Tuple[int, ...]] = []
    return cast(int, 5)
print(f(), Box(3).item, TYPE_CHECKING, Box[int](4).item, list[int]([1]), dict[str, int]())
---
import urllib.parse
print(urllib.parse.quote("a b/é?"), urllib.parse.quote_plus("a b&c"), urllib.parse.unquote("a%20b"), urllib.parse.urlencode({"a": 1, "b": "x y"}), urllib.parse.urlparse("http://u:p@h:80/p?q=1#f").hostname, urllib.parse.urlparse("postgresql://u:p%40@h:80/p?q=1#f").netloc, urllib.parse.urlsplit("http://h/p;x?a=b&c#f").query)
---
import secrets
print(len(secrets.token_hex(8)), len(secrets.token_urlsafe(8)) > 8, 0 <= secrets.randbelow(5) < 5, secrets.choice([7]), len(secrets.token_bytes(4)))
