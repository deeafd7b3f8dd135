#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::pytz = R"python(
import datetime as _datetime

utc = UTC = _datetime.timezone.utc

def timezone(name):
    if name.upper() not in ("UTC", "ETC/UTC", "GMT"):
        raise NotImplementedError("orch has no time zone %r: name an offset, or use UTC" % name)
    return utc
)python";
