"""What is in a SQLite database, in a form that two can be compared by."""
import re
import sqlite3


def spaced(sql):
    """SQL without its layout."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join((sql or "").split()))


def value(cell):
    return "<time>" if isinstance(cell, str) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", cell) else cell


def content(database):
    """Every object with its SQL, and every table with its rows; nothing for a database that is not there."""
    if not database.exists():
        return [], {}
    connection = sqlite3.connect(database)
    objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
    rows = {name: sorted((tuple(map(value, row)) for row in connection.execute(f'SELECT * FROM "{name}"')), key=repr)
            for kind, name, _, _ in objects if kind in ("table", "view")}
    connection.close()
    return [(kind, name, table, spaced(sql)) for kind, name, table, sql in objects], rows


class Database:
    """The file that an ini names, to be put back to what it was."""

    def __init__(self, ini):
        self.path = ini.parent / "app.db"

    def put(self, image):
        self.path.unlink(missing_ok=True)
        if image is not None:
            self.path.write_bytes(image)

    def image(self):
        return self.path.read_bytes() if self.path.exists() else None


def content_of(image, database):
    """What `image` holds, looked at in the place of `database`."""
    database.put(image)
    return content(database.path)


def only_in(one, other):
    """What `one` holds and `other` does not, for people."""
    return [words for words in one[0] if words not in other[0]] + [(name, rows) for name, rows in one[1].items() if rows != other[1].get(name)]
