"""Runs the cases of a data file with orch, and with Debian's Alembic beside it.

    rebuild_test.py --bin FOLDER FILE [CASE]

A case begins with `=== what it shows`. Its parts:

    --- options        appended to the URL: ?foreign_keys=on
    --- ini            further keys of the environment; with `orch.ini` in the first line it is an environment of orch's own form
    --- before         the database, as SQL
    --- script         the body of upgrade()
    --- after          the database afterwards: its stored SQL and its rows
    --- error          instead of that: what orch says
    --- alembic        why Alembic ends with something else; without this part both must end with the same columns, keys,
                       indexes, triggers, views and rows

With ORCH_UPDATE_GOLDEN=1 the parts `after` and `error` are written anew.
"""
import os
import sqlite3
import sys
from pathlib import Path

from database import Tree, binary_argument, dump, facts, fail

UPDATE = os.environ.get("ORCH_UPDATE_GOLDEN") == "1"


def cases(text):
    found = []
    for block in ("\n" + text).split("\n=== ")[1:]:
        title, _, rest = block.partition("\n")
        parts = {}
        for part in ("\n" + rest).split("\n--- ")[1:]:
            name, _, body = part.partition("\n")
            word, _, inline = name.partition(" ")
            parts[word] = (inline + "\n" + body).strip("\n") if inline else body.rstrip("\n")
        found.append((title, parts))
    return found


def written(title, parts):
    out = f"=== {title}\n"
    for name, body in parts.items():
        out += f"--- {name} {body}\n" if name in ("options", "alembic") else f"--- {name}\n{body}\n"
    return out


def error_of(result):
    lines = [line.strip() for line in result.stderr.splitlines()]
    kept = [line.split("error: ", 1)[1] if "error: " in line else line for line in lines if "error: " in line or line.startswith("hint: ")]
    return "\n".join(kept)


def tree(parts):
    ini = parts.get("ini", "")
    own = ini.startswith("orch.ini")
    return Tree([parts["script"]], parts.get("before", ""), parts.get("options", ""), ini.removeprefix("orch.ini").strip(), own)


def whole(path):
    connection = sqlite3.connect(path)
    answer = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    return answer == [("ok",)]


def check(title, parts, binary):
    problems = []
    with tree(parts) as ours:
        before = dump(ours.database)
        result = ours.orch(binary)
        if not whole(ours.database):
            problems.append("the database is damaged")
        if result.returncode:
            got, key = error_of(result), "error"
            if dump(ours.database) != before:
                problems.append("failed, and changed the database:\n" + dump(ours.database))
        else:
            got, key = dump(ours.database), "after"
        if UPDATE:
            parts.pop("after", None), parts.pop("error", None)
            reason = parts.pop("alembic", None)
            parts[key] = got
            if reason is not None:
                parts["alembic"] = reason
        elif parts.get(key) != got:
            problems.append(f"expected\n{parts.get('after', parts.get('error', 'nothing'))}\ngot\n{got}\n{result.stderr if key == 'error' else ''}")
        mine = facts(ours.database)
    if parts.get("ini", "").startswith("orch.ini"):
        return problems
    with tree(parts) as theirs:
        other = theirs.alembic()
        same = other.returncode == result.returncode and (result.returncode != 0 or facts(theirs.database) == mine)
        if same and "alembic" in parts:
            problems.append("Alembic does the same: take the part 'alembic' away")
        if not same and "alembic" not in parts:
            their = facts(theirs.database)
            problems.append("Alembic ends with something else\n" + "\n".join(
                [f"  orch has   {line}" for line in sorted(mine - their)] + [f"  alembic has {line}" for line in sorted(their - mine)])
                + "\n" + other.stderr[-600:])
    return problems


def main():
    binary, arguments = binary_argument(sys.argv[1:])
    path, wanted = Path(arguments[0]), arguments[1:]
    found, failed = cases(path.read_text()), 0
    for title, parts in found:
        if wanted and not any(word in title for word in wanted):
            continue
        for problem in check(title, parts, binary):
            failed += 1
            print(f"{path.name}: {title}: {problem}\n")
    if UPDATE:
        path.write_text("\n".join(written(*case) for case in found))
    if not found:
        fail("no cases")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
