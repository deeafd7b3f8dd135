// itertools. Infinite ones count steps like any loop.

#include "lang/modules/modules.hpp"

namespace orch::lang {

void load_itertools(ModuleBuilder& module) {
    define(module, R"python(
class chain:
    def __new__(cls, *iterables):
        return (item for iterable in iterables for item in iterable)
    @staticmethod
    def from_iterable(iterables):
        return (item for iterable in iterables for item in iterable)

def count(start=0, step=1):
    while True:
        yield start
        start += step

def cycle(iterable):
    kept = list(iterable)
    while kept:
        for item in kept:
            yield item

def repeat(item, times=None):
    if times is None:
        while True:
            yield item
    for _ in range(times):
        yield item

def islice(iterable, *args):
    bounds = slice(*args)
    start, stop, step = bounds.start or 0, bounds.stop, bounds.step or 1
    if stop is not None and start >= stop:
        return
    wanted = start
    for index, item in enumerate(iterable):
        if index == wanted:
            yield item
            wanted += step
        if stop is not None and index + 1 >= stop:
            return

def takewhile(predicate, iterable):
    for item in iterable:
        if not predicate(item):
            return
        yield item

def dropwhile(predicate, iterable):
    dropping = True
    for item in iterable:
        if dropping and predicate(item):
            continue
        dropping = False
        yield item

def filterfalse(predicate, iterable):
    return (item for item in iterable if not (predicate(item) if predicate else item))

def starmap(function, iterable):
    return (function(*args) for args in iterable)

def compress(data, selectors):
    return (item for item, wanted in zip(data, selectors) if wanted)

def accumulate(iterable, func=None, *, initial=None):
    total = initial
    started = initial is not None
    if started:
        yield total
    for item in iterable:
        if not started:
            total, started = item, True
        else:
            total = total + item if func is None else func(total, item)
        yield total

def pairwise(iterable):
    it = iter(iterable)
    for before in it:
        for item in it:
            yield before, item
            before = item

def zip_longest(*iterables, fillvalue=None):
    nothing = object()
    iterators = [iter(iterable) for iterable in iterables]
    while True:
        items = [next(it, nothing) for it in iterators]
        if all(item is nothing for item in items):
            return
        yield tuple(fillvalue if item is nothing else item for item in items)

def product(*iterables, repeat=1):
    pools = [tuple(pool) for pool in iterables] * repeat
    def walk(depth, items):
        if depth == len(pools):
            yield tuple(items)
            return
        for item in pools[depth]:
            yield from walk(depth + 1, items + [item])
    return walk(0, [])

def permutations(iterable, r=None):
    pool = tuple(iterable)
    size = len(pool) if r is None else r
    def walk(used):
        if len(used) == size:
            yield tuple(pool[i] for i in used)
            return
        for i in range(len(pool)):
            if i not in used:
                yield from walk(used + [i])
    return walk([])

def combinations(iterable, r):
    pool = tuple(iterable)
    def walk(start, items):
        if len(items) == r:
            yield tuple(items)
            return
        for i in range(start, len(pool)):
            yield from walk(i + 1, items + [pool[i]])
    return walk(0, [])

def combinations_with_replacement(iterable, r):
    pool = tuple(iterable)
    def walk(start, items):
        if len(items) == r:
            yield tuple(items)
            return
        for i in range(start, len(pool)):
            yield from walk(i, items + [pool[i]])
    return walk(0, [])

def groupby(iterable, key=None):
    group = None
    kept = None
    for item in iterable:
        value = item if key is None else key(item)
        if kept is not None and value == group:
            kept.append(item)
            continue
        if kept is not None:
            yield group, iter(kept)
        group, kept = value, [item]
    if kept is not None:
        yield group, iter(kept)

def tee(iterable, n=2):
    kept = list(iterable)
    return tuple(iter(kept) for _ in range(n))

def batched(iterable, n):
    batch = []
    for item in iterable:
        batch.append(item)
        if len(batch) == n:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
)python");
}

} // namespace orch::lang
