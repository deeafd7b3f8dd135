#include "script/stand_ins/stand_ins.hpp"

// Dates as ISO writes them, UTC and fixed offsets: what revisions compute with. Names of time zones and free
// forms of dates are refused, because their meaning lies in tables that orch does not have.
const std::string_view orch::script::stand_ins::dateutil = R"python(
import datetime as _datetime

UTC = _datetime.timezone.utc

def tzutc():
    return UTC

def tzoffset(name, offset):
    seconds = offset if isinstance(offset, _datetime.timedelta) else _datetime.timedelta(seconds=offset)
    return _datetime.timezone(seconds)

def gettz(name=None):
    if name not in ("UTC", "Etc/UTC", "GMT", "Z"):
        raise NotImplementedError("orch has no time zone %r: name an offset, or use UTC" % name)
    return UTC

tzlocal = gettz

def isoparse(text):
    return _datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

def parse(text, *args, **kwargs):
    try:
        return isoparse(text.strip())
    except ValueError:
        raise NotImplementedError("orch reads dates as ISO 8601 writes them, not %r: use strptime() with its format"
                                  % text)

class relativedelta:
    def __init__(self, dt1=None, dt2=None, years=0, months=0, weeks=0, days=0, hours=0, minutes=0, seconds=0,
                 microseconds=0, **absolute):
        if dt1 is not None:
            raise NotImplementedError("orch does not compute the relativedelta() between two dates")
        self.months = years * 12 + months
        self.rest = _datetime.timedelta(days=weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds,
                                        microseconds=microseconds)
        self.absolute = absolute
    def _applied(self, moment, sign):
        if self.absolute:
            moment = moment.replace(**self.absolute)
        count = moment.year * 12 + moment.month - 1 + sign * self.months
        year, month = count // 12, count % 12 + 1
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
        return moment.replace(year=year, month=month, day=min(moment.day, last)) + sign * self.rest
    def __radd__(self, moment):
        return self._applied(moment, 1)
    __add__ = __radd__
    def __rsub__(self, moment):
        return self._applied(moment, -1)
)python";
