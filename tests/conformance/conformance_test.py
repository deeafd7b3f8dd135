"""`orch plugins test` on each dialect: all checks pass, and only what is said here is left out."""
import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "databases"))

from databases import MariaDB, PostgreSQL, Sqlite  # noqa: E402


def taken(option):
    value = sys.argv.pop(sys.argv.index(option) + 1)
    sys.argv.remove(option)
    return value


ORCH, PLUGINS = taken("--orch"), pathlib.Path(taken("--plugins"))


class Conformance:
    left_out = set()

    @classmethod
    def setUpClass(cls):
        cls.database = cls.enterClassContext(cls.kind())

    def kit(self, *words):
        return subprocess.run([ORCH, "plugins", "test", PLUGINS / f"orch_{self.database.name}.so", *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)

    def test_all_checks_pass(self):
        url = self.database.new()
        done = self.kit("--url", url, "--json")
        self.assertTrue(done.stdout, done.stderr)
        checks = json.loads(done.stdout)["checks"]
        failed = [f"{check['area']}: {check['name']}: {check['why']}" for check in checks if check["outcome"] == "failed"]
        self.assertEqual(failed, [])
        self.assertEqual(done.returncode, 0)
        self.assertEqual({check["name"] for check in checks if check["outcome"] == "left out"}, self.left_out)
        self.assertGreater(len(checks), 80)
        self.assertEqual(self.database.ask(url, self.database.tables), [], "tables are left")

    def test_a_database_that_is_not_empty_is_left_alone(self):
        url = self.database.new()
        self.database.ask(url, "CREATE TABLE precious (x INTEGER)")
        done = self.kit("--url", url)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("has tables: 'precious'", done.stderr)
        self.assertEqual(self.database.ask(url, self.database.tables), [["precious"]])

    def test_without_a_database_the_compiler_alone_is_tested(self):
        done = self.kit()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("passed    compiler: every operation is written or refused", done.stdout)
        self.assertIn("give an empty one with --url URL", done.stdout)


class OnSqlite(Conformance, unittest.TestCase):
    kind = Sqlite
    left_out = {"a name that is too long is not cut"}  # names have no limit


class OnPostgreSQL(Conformance, unittest.TestCase):
    kind = PostgreSQL


class OnMariaDB(Conformance, unittest.TestCase):
    kind = MariaDB


if __name__ == "__main__":
    unittest.main()
