"""The program is killed, and the disk fills, at many instants: the database then stands at a revision, whole, and the same
command run again completes."""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

KILLS = 12
INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = sqlite:///%(here)s/app.db\n"
# Ten revisions; every third one is long enough to be hit, and wide enough that SQLite writes before the commit.
SCRIPT = """from alembic import op
import sqlalchemy as sa

revision = "r{number}"
down_revision = {parent!r}


def upgrade():
    op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(2000)))
    for row in range({rows}):
        op.execute(f"INSERT INTO t{number} (text) VALUES ('{{row}}' || hex(zeroblob(400)))")


def downgrade():
    op.drop_table("t{number}")
"""
ROWS = {number: 400 if number % 3 == 0 else 3 for number in range(10)}


def write_tree(folder, settings=""):
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "orch.ini").write_text(INI + settings)
    for number, rows in ROWS.items():
        parent = f"r{number - 1}" if number else None
        (versions / f"r{number}.py").write_text(SCRIPT.format(number=number, parent=parent, rows=rows))


def tables_and_version(database):
    """The rows of each table, and the revision that the version table names; what a database without files shows is nothing."""
    if not database.exists():
        return {}, None
    with sqlite3.connect(database) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise AssertionError("the database is damaged")
        names = [name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in names else None
        if version and "alembic_version_orch" in names:
            journal = connection.execute("SELECT revision FROM alembic_version_orch ORDER BY entry DESC LIMIT 1").fetchone()
            if journal != version:
                raise AssertionError(f"the journal ends with {journal}, and the version table says {version}")
    for name in ("alembic_version", "alembic_version_orch"):
        rows.pop(name, None)
    return rows, version and version[0]


class Case(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="orch-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.database = self.folder / "app.db"
        self.environment = {"PATH": f"{OPTIONS.bin}:/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8",
                            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}

    def orch(self, *words, **more):
        return subprocess.run(["orch", *words], cwd=self.folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **{"env": self.environment, **more})

    def succeeds(self, *words):
        done = self.orch(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def stands_whole(self, at_once=False):
        """What is there is what the named revision and those below it made, and no more."""
        rows, version = tables_and_version(self.database)
        last = int(version[1:]) if version else -1
        if at_once:
            self.assertIn(last, (-1, 9))
        self.assertEqual(rows, {f"t{number}": ROWS[number] for number in range(last + 1)})
        return last

    def tells(self, current, last):
        """What reads rolls nothing back: it shows what was committed, or says that it cannot look and what helps."""
        if current.returncode == 0:
            self.assertEqual(current.stdout.split()[:1], [f"r{last}"] if last >= 0 else [])
        else:
            self.assertEqual(current.returncode, 1, current.stderr)
            self.assertRegex(current.stderr, "half of a transaction(.|\n)*hint: .*crashed")


class Killed(Case):
    def kill_at(self, instant):
        process = subprocess.Popen(["orch", "upgrade", "head"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(instant)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL

    def kill_and_go_on(self, settings, at_once):
        write_tree(self.folder, settings)
        begun = time.monotonic()
        self.succeeds("upgrade", "head")
        whole = time.monotonic() - begun
        seed = random.randrange(10**6)
        instants, hits = random.Random(seed), 0
        for _ in range(KILLS):
            for file in self.folder.glob("app.db*"):
                file.unlink()
            hits += self.kill_at(instants.uniform(0, whole))
            with self.subTest(seed=seed):
                current = self.orch("current")
                last = self.stands_whole(at_once)
                self.tells(current, last)
                self.succeeds("upgrade", "head")
                self.assertEqual(self.stands_whole(), 9)
        self.assertGreater(hits, 0, "no run was hit")

    def test_killed_with_a_transaction_for_each_revision(self):
        self.kill_and_go_on("", False)

    def test_killed_in_one_transaction(self):
        self.kill_and_go_on("transaction_per_migration = false\n", True)

    def test_killed_while_pages_go_to_the_disk_before_the_commit(self):
        self.kill_and_go_on("transaction_per_migration = false\nconnect_args.cache_size = 5\n", True)

    def test_killed_with_a_write_ahead_log(self):
        self.kill_and_go_on("connect_args.journal_mode = wal\n", False)

    def test_a_journal_that_a_dead_program_left(self):
        write_tree(self.folder)
        self.succeeds("upgrade", "r2")
        with sqlite3.connect(self.database, isolation_level=None) as connection:
            connection.execute("PRAGMA cache_size = 2")
            connection.execute("BEGIN")
            connection.execute("UPDATE t0 SET text = 'half'")
            connection.execute("DELETE FROM alembic_version")
            connection.execute("CREATE TABLE half AS SELECT t0.* FROM t0, t1, t2, t0 AS a, t1 AS b, t2 AS c")
            for name in ("app.db", "app.db-journal"):
                shutil.copy(self.folder / name, self.folder / ("copy-" + name))
            connection.execute("ROLLBACK")
        for name in ("app.db", "app.db-journal"):
            os.replace(self.folder / ("copy-" + name), self.folder / name)
        before = {path: path.read_bytes() for path in self.folder.glob("app.db*")}
        self.assertEqual(len(before), 2)
        self.tells(self.orch("current"), 2)
        self.assertEqual({path: path.read_bytes() for path in self.folder.glob("app.db*")}, before, "reading wrote")
        self.succeeds("upgrade", "head")
        self.assertEqual(self.stands_whole(), 9)


class Many(Case):
    """Many processes at once on one database: as if one had come after the other."""

    def start(self, *words):
        return subprocess.Popen(["orch", *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def all_succeed(self, processes):
        for process in processes:
            _, errors = process.communicate()
            self.assertEqual(process.returncode, 0, errors)

    def journal(self):
        with sqlite3.connect(self.database) as connection:
            return connection.execute("SELECT direction, revision FROM alembic_version_orch ORDER BY entry").fetchall()

    def test_fifty_upgrades_apply_each_revision_once(self):
        write_tree(self.folder)
        self.all_succeed([self.start("upgrade", "head") for _ in range(50)])
        self.assertEqual(self.stands_whole(), 9)
        self.assertEqual(self.journal(), [("upgrade", f"r{number}") for number in range(10)])
        self.assertEqual(list(self.folder.glob("app.db*")), [self.database])

    def test_upgrades_downgrades_and_stamps_come_one_after_another(self):
        write_tree(self.folder)
        self.succeeds("upgrade", "r4")
        moves = [("upgrade", "head"), ("downgrade", "base"), ("upgrade", "r4"), ("upgrade", "heads"), ("ensure_version",)]
        self.all_succeed([self.start(*words) for words in moves * 4])
        self.stands_whole()
        version = None
        for direction, revision in self.journal():  # each step starts where the one before it ended
            number = int(revision[1:])
            below = f"r{number - 1}" if number else None
            self.assertEqual(version, below if direction == "upgrade" else revision)
            version = revision if direction == "upgrade" else below

    def test_killed_holders_keep_nobody_out(self):
        write_tree(self.folder)
        instants = random.Random(1)
        for _ in range(10):
            for process in [self.start("upgrade", "head") for _ in range(3)]:
                time.sleep(instants.uniform(0, 0.02))
                process.kill()
                process.communicate()
            self.stands_whole()
            self.succeeds("upgrade", "head", "--no-wait")
            self.assertEqual(self.stands_whole(), 9)
            self.succeeds("downgrade", "base", "--no-wait")


class FullDisk(Case):
    def on_full_disk(self, room, *words):
        more = {"LD_PRELOAD": str(OPTIONS.full_disk), "FULL_DISK_ROOM": str(room), "FULL_DISK_FOLDER": str(self.folder),
                "ASAN_OPTIONS": self.environment.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        return self.orch(*words, env={**self.environment, **more})

    def fill_and_go_on(self, settings, at_once):
        write_tree(self.folder, settings)
        self.succeeds("upgrade", "r2")
        start = self.database.read_bytes()
        refused = 0
        for room in (0, 100, 512, 1500, 5000, 10_000, 20_000, 50_000, 100_000, 300_000, 1_000_000, 3_000_000):
            for file in self.folder.glob("app.db*"):
                file.unlink()
            self.database.write_bytes(start)
            done = self.on_full_disk(room, "upgrade", "head")
            with self.subTest(room=room):
                if done.returncode != 0:
                    refused += 1
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertRegex(done.stderr, "is full(.|\\n)*hint: free space|disk I/O error(.|\\n)*hint: is the disk full")
                rows, version = tables_and_version(self.database)
                last = int(version[1:])
                self.assertEqual(rows, {f"t{number}": ROWS[number] for number in range(last + 1)})
                if at_once:
                    self.assertIn(last, (2, 9))
                self.succeeds("upgrade", "head")
                self.assertEqual(self.stands_whole(), 9)
        self.assertGreater(refused, 3)

    def test_full_with_a_transaction_for_each_revision(self):
        self.fill_and_go_on("", False)

    def test_full_in_one_transaction(self):
        self.fill_and_go_on("transaction_per_migration = false\n", True)

    def test_full_with_a_write_ahead_log(self):
        self.fill_and_go_on("connect_args.journal_mode = wal\n", False)

    def test_no_half_revision_file(self):
        write_tree(self.folder)
        before = sorted(self.folder.rglob("*"))
        for words in (("revision", "-m", "new"), ("revision", "-m", "new", "--sql-file"), ("merge", "r8", "r9", "--splice")):
            done = self.on_full_disk(20, *words)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn("No space left on device", done.stderr)
            self.assertIn("free some disk space", done.stderr)
            self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_no_half_init(self):
        done = self.on_full_disk(3000, "init", "migrations")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)
        for file in self.folder.rglob("*"):
            self.assertFalse(file.name.endswith(".tmp"), file)
        shutil.rmtree(self.folder / "migrations", ignore_errors=True)
        for file in self.folder.glob("*.ini"):
            file.unlink()
        self.succeeds("init", "migrations")
        self.succeeds("revision", "-m", "one")
        self.succeeds("upgrade", "head")


class Unheard(Case):
    """Nobody hears what the program says, or it has nowhere to say it: that is no reason to stop in the middle of a migration."""

    def test_whoever_reads_the_log_goes_away(self):
        write_tree(self.folder)
        for stream in ("stdout", "stderr"):
            reading, writing = os.pipe()
            os.close(reading)
            done = subprocess.run(["orch", "upgrade", "head"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writing}, restore_signals=True)
            os.close(writing)
            self.assertEqual(done.returncode, 0, stream)
            self.assertEqual(self.stands_whole(), 9)
            self.succeeds("downgrade", "base")

    def test_who_reads_a_list_to_its_third_line_sees_no_error(self):
        write_tree(self.folder)
        done = subprocess.run(["sh", "-c", "orch history | head -n 3"], cwd=self.folder, env=self.environment, capture_output=True, text=True)
        self.assertEqual((done.stderr, len(done.stdout.splitlines())), ("", 3))

    def test_started_without_the_three_descriptors_it_takes_no_database_for_one(self):
        write_tree(self.folder)
        for closed in ("2>&-", ">&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f"exec orch -v upgrade head {closed}"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 0, closed)
            self.assertEqual(self.stands_whole(), 9)
            self.succeeds("downgrade", "base")
        self.assertEqual(self.orch("current").returncode, 0)


SLOW = """from alembic import op

revision = "slow"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE t (x INTEGER)")
    op.execute("INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {}) SELECT count(*) FROM c")
"""
FLEET = "[shop]\nscript_location = %(here)s/migrations\nurl = sqlite:///%(here)s/%(target)s.db\ntargets = a, b, c\n"


class Stopped(Case):
    """Ctrl-C in the middle of a recorded run over several databases."""

    def states(self):
        return [target["state"] for target in json.loads(self.succeeds("runs", "show", "1", "--json"))["targets"]]

    def stop(self, *words):
        (self.folder / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
        (self.folder / "orch.ini").write_text(FLEET)
        script = self.folder / "migrations" / "versions" / "slow.py"
        script.write_text(SLOW.format(5))
        self.succeeds("-n", "shop[a]", "upgrade", "heads")
        (self.folder / ".orch-runs.db").unlink()
        script.write_text(SLOW.format(10**12))
        process = subprocess.Popen(["orch", "upgrade", "heads", *words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            if "Running upgrade" in line:
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        script.write_text(SLOW.format(5))
        return errors

    def test_resume_does_what_was_interrupted(self):
        self.stop()
        self.assertEqual(self.states(), ["done", "running", "waiting"])
        self.succeeds("runs", "resume", "1")
        self.assertEqual(self.states(), ["done", "done", "done"])
        for target in "abc":
            self.assertEqual(tables_and_version(self.folder / f"{target}.db"), ({"t": 1}, "slow"))

    def test_nothing_is_taken_back_by_who_was_told_to_end(self):
        self.assertIn("not taken back", self.stop("--on-error", "rollback"))
        self.assertEqual(self.states(), ["done", "running", "waiting"])
        self.assertEqual(tables_and_version(self.folder / "a.db"), ({"t": 1}, "slow"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("--full-disk", type=Path, required=True)
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.bin, OPTIONS.full_disk = OPTIONS.bin.resolve(), OPTIONS.full_disk.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
