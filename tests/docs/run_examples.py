"""Runs the examples of a Markdown page and compares what they print with what the page says.

    run_examples.py PAGE.md [--bin FOLDER] [--root FOLDER]

A page is one walk: its examples run from top to bottom, in one shell, in one temporary folder that is empty at first.

- ```console blocks: a line that begins with "$ " is a command, one that begins with "> " continues it, what follows is the
  output that is expected of it, standard error included. "..." stands for any text within a line, and alone in a line
  for any number of lines; "/project" stands for the temporary folder. A command must succeed, unless its output ends with a line "[exit N]".
- ```ini file=orch.ini (any language): the block is written to that file; a * in the name must match one file that exists.
- <!-- examples start in environments/sample -->: from here on a new temporary folder, a copy of that folder of the repository.

Anything else is left alone: a command that shall not be run belongs into a ```sh block.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(\s*)```(.*)$")
START = re.compile(r"^<!-- examples start in (\S+) -->$")


class BadPage(Exception):
    pass


@dataclass
class Command:
    line: int
    text: str
    expected: list = field(default_factory=list)
    status: int = 0


@dataclass
class Start:
    source: str


@dataclass
class File:
    line: int
    name: str
    text: str


def read_page(path):
    """The steps of a page, in order."""
    steps = []
    lines = iter(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        if match := START.match(line):
            steps.append(Start(match.group(1)))
        elif match := FENCE.match(line):
            indent, info = len(match.group(1)), match.group(2).split()
            block = read_block(lines, number, indent)
            name = next((word[5:] for word in info if word.startswith("file=")), None)
            if name:
                steps.append(File(number, name, "".join(text + "\n" for _, text in block)))
            elif info[:1] == ["console"]:
                steps += commands_of(block)
    return steps


def read_block(lines, opened, indent):
    block = []
    for number, line in lines:
        if FENCE.match(line):
            return block
        block.append((number, line[indent:]))
    raise BadPage(f"line {opened}: this block is never closed")


def commands_of(block):
    commands = []
    for number, line in block:
        if line.startswith("$ "):
            commands.append(Command(number, line[2:]))
        elif not commands:
            raise BadPage(f"line {number}: a console block begins with a command ('$ ')")
        elif line.startswith("> ") and not commands[-1].expected:
            commands[-1].text += "\n" + line[2:]
        else:
            commands[-1].expected.append(line)
    for command in commands:
        while command.expected and not command.expected[-1]:
            command.expected.pop()  # an empty line before the next command
        if command.expected and (match := re.fullmatch(r"\[exit (\d+)\]", command.expected[-1])):
            command.status = int(match.group(1))
            command.expected.pop()
    return commands


def matches(expected, actual):
    """Whether the lines match; '...' within a line is any text, alone any number of lines."""
    parts = [r"(?:[^\n]*\n)*?" if line.strip() == "..." else inline(line) + r"\n" for line in expected]
    return re.fullmatch("".join(parts), "".join(line + "\n" for line in actual)) is not None


def inline(line):
    return r"[^\n]*?".join(re.escape(piece) for piece in line.split("..."))


class Shell:
    """One bash for the whole page, so that cd and export last from one command to the next."""

    MARK = "--- end of output, status "

    def __init__(self, folder, environment):
        self.bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder, env=environment, text=True, encoding="utf-8",
            errors="replace", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def run(self, text):
        script = f"{{ {text}\n}} </dev/null; printf '\\n{self.MARK}%s\\n' $?\n"
        self.bash.stdin.write(script)
        self.bash.stdin.flush()
        lines = []
        for line in self.bash.stdout:
            line = line.rstrip("\n")
            if line.startswith(self.MARK):
                # The mark begins with a line end of its own, in case the output has none at its end.
                if lines and not lines[-1]:
                    lines.pop()
                return lines, int(line[len(self.MARK):])
            lines.append(line)
        raise BadPage("the shell ended: " + text)

    def close(self):
        self.bash.kill()
        self.bash.communicate()


def environment_of(bin_folder, home):
    """Nothing of the caller's, so that a page means the same on every computer."""
    path = os.pathsep.join([str(bin_folder)] * bool(bin_folder) + [os.environ.get("PATH", "")])
    keep = {key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")}
    return {**keep, "PATH": path, "HOME": home, "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "PS2": ""}


def write(step, folder):
    target = folder / step.name
    if "*" in step.name:
        found = glob.glob(str(target))
        if len(found) != 1:
            raise BadPage(f"line {step.line}: '{step.name}' matches {len(found)} files, expected one")
        target = Path(found[0])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(step.text, encoding="utf-8")


def complaint(page, command, actual, status):
    text = [f"{page}:{command.line}: $ {command.text}"]
    if status != command.status:
        text.append(f"  expected exit status {command.status}, got {status}")
    text += ["  expected:"] + [f"    {line}" for line in command.expected]
    text += ["  got:"] + [f"    {line}" for line in actual]
    return "\n".join(text)


def run_page(page, bin_folder, root):
    steps = read_page(page)
    with tempfile.TemporaryDirectory(prefix="orch-docs-") as temporary:
        walk = Walk(page, Path(temporary), bin_folder, root)
        try:
            done = all(walk.take(step) for step in steps)
        finally:
            walk.shell.close()
    if done:
        print(f"{page}: {sum(isinstance(step, Command) for step in steps)} examples do what the page says")
    return 0 if done else 1


class Walk:
    """The state of a page that is being run."""

    def __init__(self, page, temporary, bin_folder, root):
        self.page, self.temporary, self.bin_folder, self.root = page, temporary, bin_folder, root
        self.folder = Path(tempfile.mkdtemp(dir=temporary)) / "project"
        self.folder.mkdir()
        self.open_shell()

    def open_shell(self):
        self.shell = Shell(self.folder, environment_of(self.bin_folder, str(self.temporary)))

    def take(self, step):
        """Whether the step did what the page says."""
        if isinstance(step, Start):
            self.shell.close()
            self.folder = Path(tempfile.mkdtemp(dir=self.temporary)) / "project"
            shutil.copytree(self.root / step.source, self.folder)
            self.open_shell()
            return True
        if isinstance(step, File):
            write(step, self.folder)
            return True
        actual, status = self.shell.run(step.text)
        actual = [line.replace(str(self.folder), "/project").rstrip() for line in actual]
        if status == step.status and matches(step.expected, actual):
            return True
        print(complaint(self.page, step, actual, status))
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    parser.add_argument("--bin", type=Path, help="the folder of the programs that the examples run")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    options = parser.parse_args()
    try:
        return run_page(options.page, options.bin and options.bin.resolve(), options.root)
    except BadPage as error:
        print(f"{options.page}: {error}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
