x = list(range(10))
print(x[2:5], x[:3], x[7:], x[-3:], x[:-7], x[::2], x[1::3], x[::-1], x[8:2:-2], x[5:2], x[100:], x[-100:2], x[-1:0:-1])
---
x = list(range(10))
x[2:5] = ["a"]
print(x)
x[1:1] = [10, 11]
print(x)
x[::2] = ["e"] * len(x[::2])
print(x)
del x[1::2]
print(x)
del x[:]
print(x)
---
x = [1, 2, 3, 4]
try:
    x[::2] = [1]
except ValueError as error:
    print(error)
try:
    x[::0]
except ValueError as error:
    print(error)
try:
    x["a"]
except TypeError as error:
    print(error)
try:
    x[10]
except IndexError as error:
    print(error)
try:
    x[1.0]
except TypeError as error:
    print(error)
---
print("hello"[1:3], "hello"[-3:], "hello"[::-1], "hello"[10:], (1, 2, 3)[1:], b"bytes"[1:3], range(10)[2:8:2], range(10)[::-1], list(range(10)[-3:]))
---
x = [1, 2, 3]
x[len(x):] = [4]
x[:0] = [0]
x[-1:] = []
print(x, x[slice(1, None)], slice(1, 5, 2).indices(4), slice(None, None, -1).indices(5), slice(3) == slice(None, 3, None), repr(slice(1, 2)))
---
class Grid:
    def __getitem__(self, key):
        return key
g = Grid()
print(g[1], g[1:2], g[1, 2], g[1:2, ::3], g[...], g[()], g[-1:])
---
x = [[0] * 3 for _ in range(2)]
x[0][1] = 5
y = x[:]
y[0][0] = 9
y.append(1)
print(x, y, [[0] * 2] * 2)
---
a, *b = "abcd"
*c, d = [1, 2, 3]
e, *f, g = (1, 2)
(h, [i, *j]), k = (1, [2, 3, 4]), 5
print(a, b, c, d, e, f, g, h, i, j, k)
---
x = [3, 1, 2]
x[0], x[1] = x[1], x[0]
i = 0
i, x[i] = 2, 7
print(x, i)
---
x = bytearray(b"abc") if False else b"abc"
print(x[0], x[-1:], x[::-1], list(x), 97 in x, b"b" in x, x + b"d", x * 2, x.hex(), bytes([1, 2]), bytes(3), bytes.fromhex("6162"))
---
x = list("abcdef")
print(x.pop(), x.pop(0), x.index("c"), x.insert(1, "z"), x, x.remove("d"), x, x.reverse(), x, x.count("z"), x.extend("yy"), x, x.copy() is x)
---
x = [5, 3, 9, 1]
print(sorted(x), sorted(x, reverse=True), x.sort(key=lambda n: -n), x, sorted("bca"), sorted({"b": 1, "a": 2}), sorted([(1, "b"), (1, "a")]))
---
x = [1, 2, 3]
print(x * 2, x + [4], [0] * 0, x * -1, 2 * x, x == [1, 2, 3], x < [1, 2, 4], x < [1, 2], [] < [0], (1, 2) < (1, 2, 0))
x += (4, 5)
x *= 2
print(x, 3 in x, 30 not in x)
---
words = ["bb", "a", "CC", "d"]
print(sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=lambda w: (len(w), w)), min(words, key=len), max(words, key=len))
