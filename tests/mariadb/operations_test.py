"""The operations of operations/*.txt: the script on top, its SQL below, and what stays in a database.

    operations_test.py --orch PROGRAM [TEST...]

Each case is shown offline for `mysql` (and for `mariadb`, where that section says what differs), then run on a server by
orch and by Debian's Alembic: both leave the same schema and the same rows. What `--sql` writes, run through the `mariadb`
client, leaves that schema too. Sections:
    mysql, mariadb       the SQL
    error                what the message says; nothing is run
    only offline         the server of these tests does not take it
    newer                Debian's Alembic does not know it: orch alone is run
    alembic refuses      it is right here, and Alembic has an error
"""
import pathlib
import unittest

from catalog import rows, schema
from support import OnServer

HERE = pathlib.Path(__file__).resolve().parent


def cases(file):
    """title -> (script, {section: text})"""
    found = {}
    into = None
    for line in file.read_text().splitlines():
        if line.startswith("=== "):
            script, sections = [], {}
            found[line[4:]] = (script, sections)
            into = script
        elif line.startswith("--- "):
            into = sections.setdefault(line[4:], [])
        elif into is not None:
            into.append(line)
    return {title: ("\n".join(script), {name: "\n".join(text).strip() for name, text in sections.items()}) for title, (script, sections) in found.items()}


class Operations(OnServer):
    def offline(self, script, dialect):
        project = self.project(script)
        return project.run(f"{dialect}://nobody@nowhere.invalid/none", "show", "a1", "--sql", "--dialect", dialect)

    def check_offline(self, script, sections):
        for dialect in ("mysql", "mariadb"):
            if dialect not in sections:
                continue
            done = self.offline(script, dialect)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.split("\n", 2)[2].strip(), sections[dialect])

    def check_error(self, script, expected):
        done = self.offline(script, "mysql")
        self.assertEqual(done.returncode, 1, done.stdout)
        for line in expected.splitlines():
            self.assertIn(line, done.stderr)

    def check_online(self, script, sections):
        server = self.server
        project = self.project(script)
        ours, theirs, piped = server.database(), server.database(), server.database()
        project.must(server.url(ours), "upgrade", "head")
        scheme = "mariadb" if "mariadb" in sections else "mysql"
        sql = project.must(server.url(piped, scheme=scheme), "upgrade", "head", "--sql").stdout
        server.run(piped, sql)
        self.assertEqual(schema(server, piped), schema(server, ours), "what --sql writes, run by the client")
        self.assertEqual(rows(server, piped), rows(server, ours))
        if "newer" in sections or "alembic refuses" in sections:
            return
        done = project.alembic(server.url(theirs), "upgrade", "head")
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        self.assertEqual(schema(server, ours), schema(server, theirs), "orch, then Alembic")
        self.assertEqual(rows(server, ours), rows(server, theirs))


def test_of(script, sections):
    def test(self):
        if "error" in sections:
            return self.check_error(script, sections["error"])
        self.check_offline(script, sections)
        if "only offline" not in sections:
            self.check_online(script, sections)
    return test


for data in sorted((HERE / "operations").glob("*.txt")):
    for title, (script, sections) in cases(data).items():
        if not sections:
            raise SystemExit(f"{data.name}: '{title}' expects nothing")
        setattr(Operations, f"test {data.stem}: {title}", test_of(script, sections))

if __name__ == "__main__":
    unittest.main()
