"""Each of Alembic's operations with every argument that it has, and the SQL that it is on each database: one file for each operation in
operations/, with its arguments in the first line, then cases of a script and the SQL below. What a database refuses is there as its error.

    ORCH_UPDATE_GOLDEN=1 rewrites the SQL; the difference is reviewed like code.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ORCH = sys.argv.pop(sys.argv.index("--orch") + 1) if "--orch" in sys.argv else "orch"
if "--orch" in sys.argv:
    sys.argv.remove("--orch")
FOLDER = pathlib.Path(__file__).resolve().parent / "operations"
POSITIONAL = ("autocommit_block", "columns", "constraint_name", "elements", "sequence", "table_name")  # of some operations
DIALECTS = ("sqlite", "postgresql", "mysql")
HEAD = "from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'a1'\ndown_revision = None\n\n\ndef upgrade():\n"
INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite://\n"


def sql_of(script, dialect):
    """What `show --sql` writes, without its heading; for an error what it says, without places."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "versions").mkdir()
        (folder / "alembic.ini").write_text(INI)
        body = "\n".join("    " + line if line else "" for line in script.splitlines())
        (folder / "versions" / "a1.py").write_text(HEAD + body + "\n")
        done = subprocess.run([ORCH, "-c", folder / "alembic.ini", "-q", "show", "a1", "--sql", "--dialect", dialect], capture_output=True,
                              text=True)
    written = re.sub(r"\A-- upgrade[^\n]*\n+", "", done.stdout).strip("\n")
    said = [line for line in done.stderr.splitlines() if "no database was asked" not in line and (line.startswith(("WARN", "  hint:")) or re.match(r"\S*:? ?error: |.*: error: ", line))]
    said = [re.sub(r"^.*?error: ", "error: ", line) for line in said]
    return "\n".join([line.rstrip() for line in written.splitlines() if not line.startswith("-- orch:")] + said).strip("\n")


def parsed(text):
    """The heading and the cases: title, script, SQL by dialect."""
    heading, *cases = re.split(r"^=== ", text, flags=re.M)
    out = []
    for case in cases:
        title, rest = case.split("\n", 1)
        script, *parts = re.split(r"^--- (\w+)\n", rest, flags=re.M)
        out.append((title, script.strip("\n"), {name: sql.strip("\n") for name, sql in zip(parts[::2], parts[1::2])}))
    return heading.strip("\n"), out


def rewritten(heading, cases):
    text = heading + "\n"
    for title, script, sql in cases:
        text += f"\n=== {title}\n{script}\n"
        for dialect in DIALECTS:
            text += f"--- {dialect}\n{sql[dialect]}\n" + ("" if dialect == DIALECTS[-1] else "\n")
    return text


class Operations(unittest.TestCase):
    maxDiff = None

    def test_every_argument_is_used(self):
        for file in sorted(FOLDER.glob("*.txt")):
            heading, cases = parsed(file.read_text())
            scripts = "\n".join(script for _, script, _ in cases)
            for word in heading.partition(":")[2].split():
                with self.subTest(file=file.name, argument=word):
                    self.assertTrue(word in POSITIONAL or f"{word}=" in scripts)


def case_of(file):
    def test(self):
        heading, cases = parsed(file.read_text())
        found = [(title, script, {dialect: sql_of(script, dialect) for dialect in DIALECTS}) for title, script, _ in cases]
        if os.environ.get("ORCH_UPDATE_GOLDEN"):
            file.write_text(rewritten(heading, found))
            return
        for (title, _, expected), (_, _, sql) in zip(cases, found):
            for dialect in DIALECTS:
                with self.subTest(title, dialect=dialect):
                    self.assertEqual(sql[dialect], expected.get(dialect))
    return test


for each in sorted(FOLDER.glob("*.txt")):
    setattr(Operations, f"test_{each.stem}", case_of(each))

if __name__ == "__main__":
    unittest.main()
