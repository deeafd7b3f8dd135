"""Runs one .txtar file of command-line tests; README.md says what may stand in it.

    run_walk.py WALK.txtar --bin FOLDER --root REPOSITORY [--full-disk LIBRARY]
"""
import argparse
import ast
import ctypes
import difflib
import glob
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

TIMEOUT = 60
WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")
PIECE = re.compile(r"""'([^']*)'|"([^"]*)"|([^'"]+)""")
VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)\}")
FILE = re.compile(r"^-- (.+) --$")


class Failure(Exception):
    pass


@dataclass
class Line:
    number: int
    text: str
    stdout: list = field(default_factory=list)  # the lines that begin with "|"
    stderr: list = field(default_factory=list)  # the lines that begin with "2|"


@dataclass
class Done:
    status: int
    stdout: str
    stderr: str


def read_archive(text):
    """The commands on top, the files below."""
    commands, files, name = [], {}, None
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        bare = line.strip()
        if match := FILE.match(line.rstrip("\n")):
            name = match.group(1)
            files[name] = ""
        elif name is not None:
            files[name] += line
        elif bare.startswith(("|", "2|")):
            if not commands:
                raise Failure(f"line {number}: expected output before any command")
            mark, shown = bare.split("|", 1)
            (commands[-1].stderr if mark else commands[-1].stdout).append(shown.removeprefix(" "))
        elif bare and not bare.startswith("#"):
            commands.append(Line(number, bare))
    return commands, files


def words(text, variables):
    """Words between blanks. '...' is taken as it stands; in "..." and outside of quotes $NAME is a variable."""
    def value(match):
        name = match.group(1) or match.group(2)
        if name not in variables:
            raise Failure(f"no variable ${name}")
        return variables[name]

    def piece(match):
        return match.group(1) if match.group(1) is not None else VARIABLE.sub(value, match.group(2) or match.group(3) or "")

    rest = WORD.sub("", text).strip()
    if rest:
        raise Failure(f"a quote is not closed: {rest}")
    return ["".join(piece(p) for p in PIECE.finditer(w.group())) for w in WORD.finditer(text)]


def matches(expected, actual):
    """'...' in a line is any text, alone in a line any number of lines."""
    inline = lambda line: r"[^\n]*?".join(re.escape(part) for part in line.split("..."))
    parts = [r"(?:[^\n]*\n)*?" if line.strip() == "..." else inline(line) + r"\n" for line in expected]
    return re.fullmatch("".join(parts), "".join(line + "\n" for line in actual)) is not None


def as_lines(text):
    return [line.rstrip() for line in text.splitlines()]


def obey_permissions():
    """Root without the right to read and write what the mode of a file forbids (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    for capability in (1, 2):
        ctypes.CDLL(None, use_errno=True).prctl(24, capability, 0, 0, 0)


class Walk:
    """One test: its folder, its environment, and what its last command printed."""

    def __init__(self, options, folder):
        self.options, self.work, self.here = options, folder, folder
        keep = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        path = os.pathsep.join([str(options.bin), "/usr/local/bin", "/usr/bin", "/bin"])
        self.environment = {**keep, "PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC", "WORK": str(folder),
                            "ROOT": str(options.root)}
        self.last, self.background, self.locks, self.frozen = None, [], {}, None
        self.permissions, self.stdin, self.assertions = False, None, 0

    # ---- running

    def take(self, line):
        given = words(line.text, self.environment)
        negated = given[0] == "!"
        if negated:
            given = given[1:]
        run = getattr(self, "do_" + given[0].replace("-", "_"), None)
        if not run:
            raise Failure(f"no such command: {given[0]}")
        run(negated, *given[1:])
        for name in ("stdout", "stderr"):
            expected = getattr(line, name)
            if expected:
                self.compare(name, expected)

    def compare(self, name, expected):
        self.assertions += 1
        actual = as_lines(getattr(self.last, name))
        if not matches(expected, actual):
            raise Failure(f"{name} differs:\n" + "\n".join(difflib.unified_diff(expected, actual, "expected", "got", lineterm="")))

    def start(self, command, environment=None, stdout=subprocess.PIPE):
        def prepare():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if self.permissions and os.geteuid() == 0:
                obey_permissions()

        stdin, self.stdin = self.stdin, None
        try:
            return subprocess.Popen(command, cwd=self.here, env=environment or self.environment, preexec_fn=prepare,
                                    stdin=open(stdin, "rb") if stdin else subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE)
        except OSError as error:
            raise Failure(f"cannot start {command[0]}: {error}") from None

    def finish(self, process, command):
        try:
            stdout, stderr = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"{' '.join(command)} hangs") from None
        text = lambda output: (output or b"").decode("utf-8", "replace").replace(str(self.work), "$WORK")
        return Done(process.returncode, text(stdout), text(stderr))

    def judge(self, negated, command, done):
        """A program that a signal ends is never right, whatever the test expects."""
        self.last = done
        self.assertions += negated
        if done.status < 0 or (done.status != 0) != negated:
            raise Failure(f"{' '.join(command)} ended with {done.status}")

    def run(self, negated, command, **more):
        if command and command[-1] == "&":
            self.background.append((negated, command[:-1], self.start(command[:-1], **more)))
        else:
            self.judge(negated, command, self.finish(self.start(command, **more), command))

    def path(self, name):
        return self.here / name

    def program(self, command):
        return command[1:] if command[:1] == ("exec",) else command

    # ---- commands that run programs

    def do_orch(self, negated, *arguments, **more):
        self.run(negated, ["orch", *arguments], **more)

    def do_exec(self, negated, *command, **more):
        self.run(negated, list(command), **more)

    def do_alembic(self, negated, *arguments):
        self.run(negated, ["alembic", *arguments])

    def do_wait(self, negated):
        """The output of all that ran in the background, one after the other."""
        waiting, self.background = self.background, []
        all_done = [(n, c, self.finish(p, c)) for n, c, p in waiting]
        for one in all_done:
            self.judge(*one)
        self.last = Done(0, "".join(d.stdout for _, _, d in all_done), "".join(d.stderr for _, _, d in all_done))

    def do_into(self, negated, target, *command):
        """The command's standard output goes to a file, or is closed ('-')."""
        command = self.program(command)
        if target == "-":
            self.run(negated, ["sh", "-c", 'exec "$@" >&-', "sh", *command])
        else:
            with open(self.path(target), "wb") as out:
                self.run(negated, list(command), stdout=out)

    def do_disk(self, negated, room, *command):
        """The disk has room for so many bytes and is full then."""
        if not self.options.full_disk:
            raise Failure("'disk' needs --full-disk")
        command = self.program(command)
        more = {"LD_PRELOAD": str(self.options.full_disk), "FULL_DISK_ROOM": room, "FULL_DISK_FOLDER": str(self.work),
                "ASAN_OPTIONS": self.environment.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.run(negated, list(command), environment={**self.environment, **more})

    def do_stdin(self, _, name):
        self.stdin = self.path(name)

    def do_sqlite(self, negated, database, statements):
        """Runs the SQL; the rows of a query are standard output."""
        try:
            connection = sqlite3.connect(self.path(database).as_uri() + "?mode=rwc", uri=True, isolation_level=None)
            cursor = None
            for statement in filter(str.strip, statements.split(";")):
                cursor = connection.execute(statement)
            rows = cursor.fetchall()
            connection.close()
        except sqlite3.Error as error:
            raise Failure(f"sqlite: {error}") from None
        show = lambda value: "NULL" if value is None else value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        shown = ["|".join(map(show, row)) for row in rows] or ["(no rows)"]
        self.last = Done(0, "".join(row + "\n" for row in shown), "")

    # ---- what is expected

    def do_exit(self, _, status):
        self.assertions += 1
        if self.last.status != int(status):
            raise Failure(f"expected exit status {status}, got {self.last.status}")

    def look(self, negated, name, pattern):
        self.assertions += 1
        if bool(re.search(pattern, getattr(self.last, name), re.MULTILINE)) == negated:
            raise Failure(f"{name} has {'no ' if not negated else ''}match for {pattern!r}")

    def do_stdout(self, negated, pattern):
        self.look(negated, "stdout", pattern)

    def do_stderr(self, negated, pattern):
        self.look(negated, "stderr", pattern)

    def do_silent(self, _):
        """Nothing was printed."""
        self.assertions += 1
        if self.last.stdout or self.last.stderr:
            raise Failure("expected no output")

    def text_of(self, name):
        return getattr(self.last, name) if name in ("stdout", "stderr") else self.path(name).read_bytes().decode("utf-8", "replace")

    def do_cmp(self, negated, left, right):
        self.assertions += 1
        one, other = self.text_of(left), self.text_of(right)
        if (one != other) != negated:
            diff = difflib.unified_diff(as_lines(other), as_lines(one), right, left, lineterm="")
            raise Failure(f"{left} and {right} " + ("are the same" if negated else "differ:\n" + "\n".join(diff)))

    def do_grep(self, negated, pattern, name):
        self.assertions += 1
        if bool(re.search(pattern, self.text_of(self.one(name)), re.MULTILINE)) == negated:
            raise Failure(f"{name} has {'no ' if not negated else ''}match for {pattern!r}:\n{self.text_of(self.one(name))}")

    def do_exists(self, negated, *names):
        self.assertions += 1
        for name in names:
            if bool(glob.glob(str(self.path(name)), recursive=True)) == negated:
                raise Failure(f"{name} {'exists' if negated else 'does not exist'}")

    def state(self):
        """Every file below the test's folder: kind, mode, time of change and content."""
        found = {}
        for path in sorted(self.work.rglob("*")):
            about = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            found[str(path.relative_to(self.work))] = (oct(about.st_mode), about.st_mtime_ns, content)
        return found

    def do_freeze(self, _):
        self.frozen = self.state()

    def do_unchanged(self, _):
        """Nothing below the folder was made, removed or written since 'freeze'."""
        self.assertions += 1
        now = self.state()
        changed = sorted(name for name in now.keys() | self.frozen.keys() if now.get(name) != self.frozen.get(name))
        if changed:
            raise Failure("changed: " + ", ".join(changed))

    # ---- files and surroundings

    def one(self, name):
        """The one file that a name with * fits."""
        if "*" not in name:
            return name
        found = glob.glob(str(self.path(name)), recursive=True)
        if len(found) != 1:
            raise Failure(f"{name} fits {len(found)} files")
        return found[0]

    def do_env(self, _, *pairs):
        for pair in pairs:
            name, equals, value = pair.partition("=")
            self.environment[name] = value
            if not equals:
                del self.environment[name]

    def do_cd(self, _, folder):
        self.here = (self.here / folder).resolve()

    def do_mkdir(self, _, *folders):
        for folder in folders:
            self.path(folder).mkdir(parents=True)

    def do_rm(self, _, *names):
        for name in names:
            target = self.path(self.one(name))
            shutil.rmtree(target) if target.is_dir() and not target.is_symlink() else target.unlink()

    def do_cp(self, _, source, target):
        source, target = self.path(self.one(source)), self.path(target)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def do_mv(self, _, source, target):
        os.rename(self.path(self.one(source)), self.path(target))

    def do_chmod(self, _, mode, *names):
        for name in names:
            self.path(self.one(name)).chmod(int(mode, 8))

    def do_permissions(self, _):
        """From here on programs obey the modes of files, root's too."""
        self.permissions = True

    def do_write(self, _, name, text):
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text + "\n", encoding="utf-8")

    def do_bytes(self, _, name, expression):
        """The bytes that a Python expression of literals, *, + and CONTENT (what the file holds) stands for."""
        def value(node):
            if isinstance(node, ast.BinOp):
                left, right = value(node.left), value(node.right)
                return left * right if isinstance(node.op, ast.Mult) else left + right
            if isinstance(node, ast.Name):
                return self.path(name).read_bytes()
            return node.value

        self.path(name).write_bytes(value(ast.parse(expression, mode="eval").body))

    def do_sub(self, _, name, pattern, text):
        """Replaces what a regular expression finds, once or more, in a file."""
        target = self.path(self.one(name))
        changed, count = re.subn(pattern, text.replace("\\n", "\n"), target.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if not count:
            raise Failure(f"{name} has no match for {pattern!r}")
        target.write_text(changed, encoding="utf-8")

    def do_lock(self, _, database):
        """Somebody else is writing to this SQLite file, until 'unlock'."""
        connection = sqlite3.connect(self.path(database), isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        self.locks[database] = connection

    def do_unlock(self, _, database):
        self.locks.pop(database).close()

    def close(self):
        for _, _, process in self.background:
            process.kill()
            process.communicate()
        for connection in self.locks.values():
            connection.close()


def update(walk_file, line, last):
    """Writes what a command printed where the file expects something else."""
    lines = walk_file.read_text(encoding="utf-8").split("\n")
    at = line.number
    while at < len(lines) and lines[at].strip().startswith(("|", "2|")):
        del lines[at]
    shown = [f"| {text}".rstrip() for text in as_lines(last.stdout)] if line.stdout else []
    shown += [f"2| {text}".rstrip() for text in as_lines(last.stderr)] if line.stderr else []
    lines[at:at] = shown
    walk_file.write_text("\n".join(lines), encoding="utf-8")


def run_walk(options, folder):
    commands, files = read_archive(options.walk.read_text(encoding="utf-8"))
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            target.chmod(0o755)
    walk = Walk(options, folder)
    try:
        for line in commands:
            try:
                walk.take(line)
            except Failure as failure:
                if os.environ.get("ORCH_UPDATE_GOLDEN") and str(failure).startswith(("stdout differs", "stderr differs")):
                    update(options.walk, line, walk.last)
                    return f"line {line.number} was rewritten; run the test again"
                shown = f"{options.walk}:{line.number}: {line.text}\n{failure}"
                if walk.last:
                    shown += f"\n--- exit status {walk.last.status}\n--- stdout\n{walk.last.stdout}--- stderr\n{walk.last.stderr}"
                return shown
        if walk.background:
            return f"{options.walk}: programs still run in the background; 'wait' for them"
        if not walk.assertions:
            return f"{options.walk}: this test expects nothing"
        return None
    finally:
        walk.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("walk", type=Path)
    parser.add_argument("--bin", type=Path, required=True, help="the folder that holds orch")
    parser.add_argument("--root", type=Path, required=True, help="the repository")
    parser.add_argument("--full-disk", type=Path, help="the library that plays a full disk")
    options = parser.parse_args()
    for name in ("bin", "root", "full_disk"):
        if getattr(options, name):
            setattr(options, name, getattr(options, name).resolve())
    with tempfile.TemporaryDirectory(prefix="orch-cli-") as temporary:
        # The search for an ini ends at the root of a repository: here.
        outside = Path(temporary).resolve()
        (outside / ".git").mkdir()
        folder = outside / "work"
        folder.mkdir()
        try:
            problem = run_walk(options, folder)
        except Failure as failure:
            problem = f"{options.walk}: {failure}"
        for path in folder.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o700)
    if problem:
        print(problem)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
