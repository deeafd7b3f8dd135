print "hello"  ### "this is Python 2: a print statement"
---
try:
    pass
except ValueError, e:  ### "this is Python 2: 'except E, name'"
    pass
---
x = `1`  ### "this is Python 2: backticks"
---
x = ur"text"  ### "this is Python 2"
---
if 1 <> 2:  ### "this is Python 2: '<>'"
    pass
---
raise ValueError, "text"  ### "this is Python 2: 'raise E, message'"
---
x = 017  ### "must not start with 0"
---
x = 10L  ### "expected the end of the statement"
---
exec "code"  ### "this is Python 2: an exec statement"
---
def f(:  ### "'\(' is never closed"
---
x = [1, 2  ### "'\[' is never closed"
y = 3
---
x = 1]  ### "unmatched '\]'"
---
x = (1]  ### "'\]' does not match the '\(' before it"
---
x = "abc  ### "this string is never closed"
---
x = """abc  ### "this string is never closed"
more
---
if True:
x = 1  ### "expected an indented block"
---
x = 1
  y = 2  ### "unexpected indentation"
---
if True:
        x = 1
    y = 2  ### "fits no block around it"
---
x = $y  ### "unexpected '\$'"
---
x = 1 +  ### "expected an expression, got end of line"
---
def f():
    pass
return 1  ### "'return' outside of a function"
---
break  ### "'break' outside of a loop"
---
def f():
    continue  ### "'continue' outside of a loop"
---
x = (yield 1)  ### "'yield' outside of a function"
---
f() = 1  ### "cannot assign to a call"
---
1 = x  ### "cannot assign to a literal"
---
a, *b, *c = x  ### "only one '\*' may stand among the targets"
---
f(a=1, 2)  ### "a positional argument follows a named one"
---
f(a=1, a=2)  ### "argument 'a' is given twice"
---
def f(a, a): pass  ### "parameter 'a' is there twice"
---
def f(a=1, b): pass  ### "parameter 'b' without a default"
---
x = f"{a"  ### "is never closed|never closed"
---
x = f"{}"  ### "hold no expression"
---
x = f"{a!x}"  ### "expected '!r', '!s' or '!a'"
---
x = f"a}b"  ### "a single '}' in an f-string"
---
x = "\x1"  ### "expected 2 hexadecimal digits"
---
x = b"é"  ### "bytes can only contain ASCII"
---
x = "a" b"b"  ### "text and bytes cannot be joined"
---
x = 1j  ### "complex numbers are not supported"
---
x = {1: 2, 3}  ### "mixed"
---
def f():
    nonlocal x  ### "no function around this one has a variable 'x'"
---
def f():
    from os import *  ### "'import \*' is allowed at module level only"
---
try:
    pass
x = 1  ### "expected 'except' or 'finally'"
---
class A(*bases):  ### "bases with a star are not supported"
    pass
---
x = 5 if True  ### "expected 'else' of the conditional expression"
---
import  ### "expected a module's name"
---
from x import  ### "expected a name to import"
---
try:
    pass
except* ValueError:  ### "exception groups"
    pass
---
x = 0x  ### "is no number"
---
x = 1 \ y  ### "unexpected character after a line continuation"
