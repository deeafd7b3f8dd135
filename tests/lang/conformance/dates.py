from datetime import date, datetime, time, timedelta, timezone
d = datetime(2024, 2, 29, 13, 5, 9, 123456)
print(d, repr(d), d.isoformat(), d.isoformat(" ", "seconds"), d.date(), d.time(), d.weekday(), d.isoweekday(), d.isocalendar()[1])
---
from datetime import datetime
d = datetime(2024, 1, 5, 3, 7, 9, 5)
print(d.strftime("%Y-%m-%d %H:%M:%S.%f %j %a %A %b %B %y %I %p %U %w %% %-d" if False else "%Y-%m-%d %H:%M:%S.%f %j %a %A %b %B %y %I %p %w %%"), d.strftime("%d/%m/%y"), d.ctime())
---
from datetime import datetime
print(datetime.strptime("2024-02-29 13:05:09", "%Y-%m-%d %H:%M:%S"), datetime.strptime("5 Jan 2020", "%d %b %Y"), datetime.strptime("12/31/99 11PM", "%m/%d/%y %I%p"), datetime.strptime("2024-01-01T00:00:00+0200", "%Y-%m-%dT%H:%M:%S%z"))
try:
    datetime.strptime("x", "%Y")
except ValueError as error:
    print(error)
---
from datetime import date, datetime, timedelta
t = timedelta(days=1, hours=25, minutes=61, seconds=61, milliseconds=1500, weeks=1)
print(t, repr(t), t.days, t.seconds, t.microseconds, t.total_seconds(), -t, abs(-t), t * 2, t / 2, t // timedelta(hours=1), t % timedelta(days=1), timedelta(0) == timedelta(), bool(timedelta()))
print(timedelta(hours=1.5), timedelta(seconds=-1), timedelta(days=400), timedelta(microseconds=1), timedelta(days=1) > timedelta(hours=23), sum([timedelta(1), timedelta(2)], timedelta()))
---
from datetime import date, datetime, timedelta
a, b = datetime(2024, 3, 1), datetime(2024, 2, 28, 12)
print(a - b, a - timedelta(days=1), b + timedelta(hours=36), a > b, max(a, b), date(2024, 3, 1) - date(2023, 3, 1), date(2024, 1, 31) + timedelta(1), a.replace(day=15, hour=3), date(2024, 12, 31).replace(year=2023))
---
from datetime import datetime, timezone, timedelta
u = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)
e = timezone(timedelta(hours=2), "EET")
print(u, u.isoformat(), u.astimezone(e), u.astimezone(e).tzname(), u == u.astimezone(e), timezone.utc, e, timezone(timedelta(hours=-5, minutes=-30)), u.utcoffset(), u.timestamp(), u.replace(tzinfo=None))
print(repr(u), u.tzinfo is timezone.utc, u.strftime("%z %Z"), datetime.fromtimestamp(0, timezone.utc), datetime.fromtimestamp(1700000000.5, tz=timezone.utc))
---
from datetime import date, datetime, time
print(date.fromisoformat("2024-02-29"), datetime.fromisoformat("2024-02-29T10:11:12.5"), datetime.fromisoformat("2024-02-29 10:11:12+01:00"), time.fromisoformat("10:11"), datetime.fromisoformat("2024-02-29T10:11:12Z"), datetime.fromisoformat("20240229"))
print(time(1, 2), time(1, 2, 3, 4), repr(time(5)), time(1) < time(2), time(10, 30).strftime("%H.%M"), datetime.combine(date(2024, 1, 1), time(5, 6)), datetime.min, date.max, time.max)
---
from datetime import date, datetime
for call in [lambda: date(2023, 2, 29), lambda: datetime(2024, 1, 1, 25), lambda: date.fromisoformat("24-1-1"), lambda: datetime(2024, 1, 1) < date(2024, 1, 1), lambda: datetime(2024, 1, 1) - 5, lambda: date(0, 1, 1)]:
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
---
from datetime import date, datetime, timedelta, timezone
print(isinstance(datetime(2024, 1, 1), date), datetime(2024, 1, 1) == date(2024, 1, 1), hash(date(2024, 1, 1)) == hash(date(2024, 1, 1)), {date(2024, 1, 1): 1}, [timedelta(1)], sorted([date(2024, 2, 1), date(2024, 1, 1)]))
print(date(2024, 1, 1).toordinal(), date.fromordinal(738886), datetime(1, 1, 1).toordinal(), date(2024, 7, 4).strftime("%A %d %B"))
try:
    datetime(2024, 1, 1) < datetime(2024, 1, 1, tzinfo=timezone.utc)
except TypeError as error:
    print(error)
---
import datetime as dt
now = dt.datetime.now()
print(type(now).__name__, now.tzinfo, dt.datetime.now(dt.timezone.utc).tzinfo, dt.datetime.utcnow().tzinfo, dt.date.today() <= now.date() + dt.timedelta(1), dt.UTC is dt.timezone.utc)
---
import time
print(isinstance(time.time(), float), time.time() > 1.6e9, time.strftime("%Y", time.gmtime(0)), time.gmtime(86400).tm_mday, isinstance(time.monotonic(), float), time.perf_counter() >= 0)
---
from datetime import datetime
d = datetime(2024, 2, 9, 7, 5, 3)
print(d.strftime("%-d.%-m.%Y %-H:%-M:%-S %_d|%^a|%-j|%-I"), f"{d:%-d/%-m/%y}", d.strftime("%"), d.strftime("100%"))
print(datetime.strptime("2024060", "%Y%j"), datetime.strptime("2023-365", "%Y-%j"))
for text in ("2024-13-01", "2024-00-01"):
    try:
        datetime.strptime(text, "%Y-%m-%d")
    except ValueError as error:
        print(error)
