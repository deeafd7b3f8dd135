#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::six = R"python(
PY2 = False
PY3 = True
text_type = str
binary_type = bytes
string_types = (str,)
integer_types = (int,)
class_types = (type,)

def iteritems(mapping, **kwargs):
    return iter(mapping.items(**kwargs))
def itervalues(mapping, **kwargs):
    return iter(mapping.values(**kwargs))
def iterkeys(mapping, **kwargs):
    return iter(mapping.keys(**kwargs))
def u(text):
    return text
def b(text):
    return text.encode("latin-1")
def ensure_str(text, encoding="utf-8", errors="strict"):
    return text.decode(encoding) if isinstance(text, bytes) else text
ensure_text = ensure_str
def ensure_binary(text, encoding="utf-8", errors="strict"):
    return text if isinstance(text, bytes) else text.encode(encoding)

class _Moves:
    range = range
    xrange = range
    zip = zip
    map = map
    filter = filter
    input = None

moves = _Moves()
xrange = range
)python";
