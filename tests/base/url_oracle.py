"""What SQLAlchemy's make_url says about the URLs on standard input: for each line the parts as hexadecimal digits, or "error"."""
import sys

from sqlalchemy.engine import make_url


def digits(text):
    return "-" + (text or "").encode().hex()


def answer(text):
    try:
        url = make_url(text)
    except Exception:  # noqa: BLE001 - ValueError for a port, ArgumentError for the rest
        return "error"
    values = [(key, value) for key, values in sorted(url.query.items())
              for value in ([values] if isinstance(values, str) else values)]
    scheme, _, driver = url.drivername.partition("+")
    parts = [scheme, driver, url.username, url.password, url.host, str(url.port or 0), url.database]
    return " ".join(digits(part) for part in parts + [text for pair in values for text in pair])


for line in sys.stdin.buffer:
    print(answer(line.decode().rstrip("\n")))
