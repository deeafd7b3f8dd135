#include "script/stand_ins/stand_ins.hpp"

// What it wraps, without the bar.
const std::string_view orch::script::stand_ins::tqdm = R"python(
class tqdm:
    def __init__(self, iterable=None, *args, **kwargs):
        self._iterable = () if iterable is None else iterable
    def __iter__(self):
        return iter(self._iterable)
    def __len__(self):
        return len(self._iterable)
    def __enter__(self):
        return self
    def __exit__(self, *args):
        return False
    def update(self, n=1):
        pass
    def close(self):
        pass
    def set_description(self, *args, **kwargs):
        pass
    set_postfix = set_description
    @classmethod
    def write(cls, text, *args, **kwargs):
        print(text)

def trange(*args, **kwargs):
    return tqdm(range(*args))
)python";
