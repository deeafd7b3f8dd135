"""Holds the sources to the table of rooms in core/README.md.

    rooms.py ROOT

Prints each #include that the table does not allow as FILE:LINE: what is wrong, and each row that has no folder or folder that has no
row. Ends with 1 if there is any.

In core/ a room includes its own headers, and doors of the rooms in its row and of what those may include. Outside of it, plugins/
and cli/ include doors of the rooms that the line below the table names, and tests/ includes any door.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SOURCES = {".cpp", ".hpp", ".h", ".cc"}


class Rooms:
    def __init__(self, readme):
        self.includes, self.doors, self.plugins, self.command_line = {}, {}, set(), set()
        for line in readme.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and len(cells) == 4 and cells[0] != "room" and not cells[0].startswith("-"):
                self.includes[cells[0]], self.doors[cells[0]] = cells[2].split(), cells[3].split()
            for sentence in line.split("."):
                named = set(re.findall(r"`(\w+)`", sentence))
                if sentence.startswith("Plugins see"):
                    self.plugins = self.reached_from(named)
                elif sentence.strip().startswith("The command line sees"):
                    self.command_line = named

    def reached_from(self, rooms):
        """The rooms and what they may include."""
        found, todo = set(), list(rooms)
        while todo:
            room = todo.pop()
            if room not in found:
                found.add(room)
                todo += self.includes.get(room, [])
        return found

    def is_door(self, room, header):
        return self.doors[room] == ["all"] or header.removesuffix(".hpp") in self.doors[room]


def check_table(root, rooms):
    if not rooms.includes or not rooms.plugins or not rooms.command_line:
        yield "core/README.md: found no table of rooms, or not what plugins and the command line see"
    folders = {folder.name for folder in (root / "core").iterdir() if folder.is_dir()}
    for room in sorted(folders ^ set(rooms.includes)):
        yield f"core/README.md: room '{room}' has " + ("no row" if room in folders else "no folder")
    for room, others in rooms.includes.items():
        for other in others:
            if other not in rooms.includes:
                yield f"core/README.md: room '{room}' may include '{other}', which is no room"
            elif room in rooms.reached_from([other]):
                yield f"core/README.md: rooms '{room}' and '{other}' include each other"
        for door in rooms.doors[room]:
            if door != "all" and room in folders and not (root / "core" / room / f"{door}.hpp").exists():
                yield f"core/README.md: room '{room}' has no door '{door}.hpp'"


def complaint(root, rooms, file, quote, header):
    """What is wrong with an include, or nothing."""
    top, folder = file.relative_to(root).parts[:2]
    first, _, rest = header.partition("/")
    if quote == '"' and ".." in header.split("/"):
        return "write the path from core/, without '..'"
    if first not in rooms.includes or (top == "tests" and (root / "tests" / header).exists()):
        return None
    if top == "core" and folder == first:
        return None
    seen = {"core": rooms.reached_from(rooms.includes.get(folder, [])), "plugins": rooms.plugins,
            "cli": rooms.command_line, "tests": set(rooms.includes)}[top]
    who = f"room '{folder}'" if top == "core" else f"{top}/"
    if first not in seen:
        return f"{who} may not include room '{first}'"
    if not rooms.is_door(first, rest):
        return f"'{header}' is no door of room '{first}'"
    return None


def check(root):
    rooms = Rooms((root / "core/README.md").read_text(encoding="utf-8"))
    yield from check_table(root, rooms)
    for top in ("core", "plugins", "cli", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in SOURCES or len(file.relative_to(root).parts) < 2:
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if match := INCLUDE.match(line):
                    if wrong := complaint(root, rooms, file, *match.groups()):
                        yield f"{file.relative_to(root)}:{number}: {wrong}"


def main():
    wrong = list(check(Path(sys.argv[1]).resolve()))
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
