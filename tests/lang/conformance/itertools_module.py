import itertools as it
print(list(it.chain([1], "ab", (2,))), list(it.chain.from_iterable([[1], [2, 3]])), list(it.islice(it.count(5, 2), 3)), list(it.islice("abcdef", 1, 5, 2)), list(it.repeat("x", 2)), list(it.islice(it.cycle("ab"), 5)))
---
import itertools as it
print(list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=2)), list(it.permutations("abc", 2)), list(it.combinations("abc", 2)), list(it.combinations_with_replacement("ab", 2)))
---
import itertools as it
rows = [("a", 1), ("a", 2), ("b", 3)]
print([(k, [v for _, v in g]) for k, g in it.groupby(rows, key=lambda r: r[0])], [(k, len(list(g))) for k, g in it.groupby("aabbb")], list(it.zip_longest("ab", "c", fillvalue="-")), list(it.accumulate([1, 2, 3])), list(it.accumulate([1, 2, 3], lambda a, b: a * b)))
---
import itertools as it
print(list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.filterfalse(None, [0, 1, ""])), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.compress("abc", [1, 0, 1])), list(it.pairwise([1, 2, 3])))
a, b = it.tee([1, 2])
print(list(a), list(b))
---
import functools, operator
print(functools.reduce(operator.add, [1, 2, 3], 10), functools.partial(int, base=2)("101"), functools.reduce(lambda a, b: a + b, "abc"), operator.itemgetter(1)([5, 6]), operator.itemgetter("a", "b")({"a": 1, "b": 2}), operator.attrgetter("real")(3), operator.methodcaller("upper")("a"))
---
import functools
calls = []
@functools.lru_cache(maxsize=None)
def slow(n):
    calls.append(n)
    return n * 2
print(slow(1), slow(1), slow(2), calls)
@functools.wraps(slow)
def other(): pass
print(other.__name__)
class A:
    @functools.cached_property
    def value(self):
        calls.append("value")
        return 5
a = A()
print(a.value, a.value, calls, sorted([3, 1, 2], key=functools.cmp_to_key(lambda x, y: y - x)))
