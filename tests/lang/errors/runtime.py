foo(1)  ### "^unknown name 'foo'"
---
import math as m
sqrt(4)  ### "^unknown name 'sqrt'.*did you mean 'm.sqrt'"
---
value = 1
vaule + 1  ### "^unknown name 'vaule'.*did you mean 'value'"
---
unicode("x")  ### "^unknown name 'unicode'.*Python 2"
---
x = {"a": 1}
x["b"]  ### "^KeyError: 'b'"
---
"abc".uper()  ### "^AttributeError: 'str' object has no attribute 'uper'.*did you mean 'upper'"
---
def f(a, b):
    pass
f(1)  ### "^TypeError: f\(\) missing 1 required positional argument: 'b'"
---
def inner(x):
    return 1 / x  ### "^ZeroDivisionError: division by zero.*in inner\(\), called at program.py:4:12.*in outer\(\), called at program.py:5:1"
def outer():
    return inner(0)
outer()
---
raise ValueError("text")  ### "^ValueError: text"
---
class Custom(Exception):
    def __str__(self):
        return "own text"
raise Custom()  ### "^Custom: own text"
---
assert 1 == 2, "not equal"  ### "^AssertionError: not equal"
---
try:
    {}["x"]  ### "^KeyError: 'x'"
except ValueError:
    pass
---
try:
    {}["first"]  ### "^KeyError: 'first'"
except KeyError:
    raise
---
try:
    1 / 0
except ZeroDivisionError as error:
    raise RuntimeError("second") from error  ### "^RuntimeError: second"
---
def generate():
    yield 1
    [][1]  ### "^IndexError: list index out of range"
for value in generate():
    pass
---
print([x.missing for x in [1]])  ### "^AttributeError: 'int' object has no attribute 'missing'"
---
import sqlalchemy_utils
x = 1
sqlalchemy_utils.types.Foo  ### "^module 'sqlalchemy_utils' is not available to orch.*imported at program.py:1:8"
---
import nowhere
CONF = nowhere.config.CONF  ### "^module 'nowhere' is not available to orch.*for 'CONF', made at program.py:2:1"
def upgrade():
    return CONF.name
upgrade()
---
from nowhere import Family
STAGES = {Family.snap: ["edge"]}  ### "^'Family' of module 'nowhere' is not available.*for 'STAGES', made at"
class Model(Family):
    pass
EDGE = STAGES[1]
EDGE + 1
---
from sqlalchemy_utils import Foo as Bar
def upgrade():
    return Bar(1)  ### "^'Foo' of module 'sqlalchemy_utils' is not available to orch.*imported at program.py:1:30"
upgrade()
---
from missing import Base
class Model(Base):  ### "^'Base' of module 'missing' is not available"
    pass
Model()
---
from missing import VALUE
print(VALUE)  ### "^'VALUE' of module 'missing' is not available"
---
from missing import VALUE
x = VALUE + 1  ### "is not available"
print(x)
---
from missing import VALUE
for x in VALUE:  ### "is not available"
    pass
---
from missing import VALUE
if VALUE:  ### "is not available"
    pass
---
import socket
s = socket.socket()  ### "'socket' is not available to orch.*no files, sockets or processes"
---
import subprocess
subprocess.run(["ls"])  ### "is not available to orch.*no files, sockets or processes"
---
import os.path
os.path.exists("/etc/passwd")  ### "os.path.exists\(\) is not available to orch"
---
from pathlib import Path
text = (Path("/etc") / "passwd").read_text()  ### "Path.read_text\(\) is not available to orch"
---
from os import system
system("ls")  ### "is not available to orch.*no files, sockets or processes"
---
open("/etc/passwd")  ### "^open\(\) is not available.*no files"
---
eval("1")  ### "^eval\(\) is not available"
---
while True:  ### "does not end"
    pass
---
sum(x for x in range(10 ** 15))  ### "does not end"
---
def again(n):
    return again(n + 1)  ### "nested too deeply"
again(0)
---
class A:
    def __getattr__(self, name):
        return self.other  ### "nested too deeply"
A().x
---
"a" * 10 ** 12  ### "out of memory"
---
[0] * 10 ** 10  ### "out of memory"
---
list(range(10 ** 12))  ### "out of memory|does not end"
---
10 ** 10 ** 10  ### "more than 1048576 bits"
---
1 << 10 ** 9  ### "more than 1048576 bits"
---
x = "ab"
while True:
    x = x + x  ### "out of memory"
---
lists = []
while True: lists.append([lists])  ### "out of memory|does not end"
---
f"{1:>999999999999}"  ### "Too many decimal digits"
---
"%999999999999d" % 1  ### "Too many decimal digits"
---
x = []
for i in range(100000):
    x = [x]
repr(x)  ### "nested too deeply"
---
import re
re.match(r"(a+)+$", "a" * 40 + "b")  ### "takes too long"
---
import json
json.loads("[" * 100000)  ### "nested too deeply"
---
int("9" * 5000)  ### "^ValueError: Exceeds the limit"
---
1 < "a"  ### "^TypeError: '<' not supported"
---
class A(metaclass=dict): pass  ### "metaclass 'dict' is not supported"
---
try:
    while True:  ### "does not end"
        pass
except Exception:
    print("a limit is not an exception")
---
import does_not_exist.at_all
does_not_exist.at_all.thing()  ### "module 'does_not_exist' is not available"
---
print("x".join([1]))  ### "^TypeError: sequence item 0"
---
x: int = "a" + 1  ### "can only concatenate str"
---
with 5:  ### "does not support the context manager protocol"
    pass
---
a, b = 1, 2, 3  ### "too many values to unpack"
---
from datetime import datetime
datetime(2024, 13, 1)  ### "^ValueError: month must be in 1..12"
---
from decimal import Decimal
Decimal("1e99999999")  ### "InvalidOperation"
---
it = iter([1])
for _ in range(100000):
    it = map(str, it)
list(it)  ### "^calls or values are nested too deeply"
---
it = iter([1])
for _ in range(100000):
    it = (x for x in it)  ### "^calls or values are nested too deeply"
list(it)
