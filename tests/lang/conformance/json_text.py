import json
x = {"a": [1, 2.5, None, True], "b": {"c": "é\n\"\\/"}, "d": []}
print(json.dumps(x), json.dumps(x, ensure_ascii=False), json.dumps(x, sort_keys=True, separators=(",", ":")), json.loads(json.dumps(x)) == x)
---
import json
print(json.dumps({"b": 1, "a": [1, {"x": []}], "c": {}}, indent=2))
print(json.dumps([1, [2]], indent="\t"), json.dumps((1, 2)), json.dumps("😀"), json.dumps({1: "a", None: "b", True: "c", 2.5: "d"}), json.dumps(float("inf")), json.dumps(1e100), json.dumps(10 ** 20))
---
import json
print(json.loads('{"a": [1, -2.5e3, "\\u00e9\\ud83d\\ude00", null, true, false], "b": {}}'), json.loads(" [ ] "), json.loads('"x"'), json.loads("1e2"), json.loads(b'{"k": "v"}'), json.loads("12345678901234567890"))
---
import json
for text in ['{"a": }', "", "[1,]", '{"a" 1}', "tru", '{"a": 1} x', '"abc', "[1 2]"]:
    try:
        print(json.loads(text))
    except json.JSONDecodeError as error:
        print(type(error).__name__, isinstance(error, ValueError))
---
import json
import datetime
import decimal
import uuid
try:
    json.dumps({"d": datetime.date(2024, 1, 1)})
except TypeError as error:
    print(error)
print(json.dumps({"d": datetime.date(2024, 1, 1), "n": decimal.Decimal("1.5")}, default=str))
class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, uuid.UUID):
            return o.hex
        return super().default(o)
print(json.dumps([uuid.UUID(int=5)], cls=Encoder), json.loads('{"a": 1}', object_hook=lambda d: list(d.items())), json.loads("[1.5]", parse_float=decimal.Decimal))
---
import json
from collections import OrderedDict
from enum import IntEnum, Enum
class Level(IntEnum):
    LOW = 1
class Name(str, Enum):
    A = "a"
print(json.dumps({"l": Level.LOW, "n": Name.A, "o": OrderedDict(b=1, a=2)}), json.loads('{"b": 1, "a": 2}', object_pairs_hook=OrderedDict) == OrderedDict(b=1, a=2), json.dumps({"k": {"z": 1, "y": 2}}, sort_keys=True))
---
import json
print(json.dumps("\x7f\x1f/"), json.dumps("\x7f", ensure_ascii=False) == '"\x7f"')
try:
    json.dumps({"a": [float("nan")]}, allow_nan=False)
except ValueError as error:
    print(str(error).startswith("Out of range float values are not JSON compliant"))
