"""The program is killed at many instants of a rebuild: the table is the old one or the new one, whole, with every row and every row that
points to it, and the same command run again completes."""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from database import Tree, binary_argument, fail

KILLS = 12
ROWS = 40_000
BEFORE = """
CREATE TABLE team (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, CHECK (name <> 'none'));
CREATE INDEX ix_name ON team (lower(name));
CREATE TABLE log (line TEXT);
CREATE TRIGGER tr AFTER DELETE ON team BEGIN INSERT INTO log VALUES (old.name); END;
CREATE TABLE member (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO team SELECT i, 'team ' || i || hex(zeroblob(40)) FROM n;
INSERT INTO member SELECT id, id FROM team WHERE id % 10 = 0;
""".format(rows=ROWS)
SCRIPT = 'with op.batch_alter_table("team") as batch:\n    batch.alter_column("name", nullable={})'


def state(path):
    connection = sqlite3.connect(path)
    if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        fail("the database is damaged")
    names = {name for name, in connection.execute("SELECT name FROM sqlite_master")}
    if not {"team", "ix_name", "tr", "member"} <= names or any("tmp" in name for name in names):
        fail(f"half a rebuild: {sorted(names)}")
    counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("team", "member", "log")]
    if counts != [ROWS, ROWS // 10, 0]:
        fail(f"rows of team, member and log: {counts}")
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'team'").fetchone()[0]
    if "CHECK (name <> 'none')" not in sql:
        fail("the CHECK is lost: " + sql)
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone() if "alembic_version" in names else None
    connection.close()
    return version and version[0], "NOT NULL" in sql


def main():
    binary, _ = binary_argument(sys.argv[1:])
    rng = random.Random(4)
    scripts = [SCRIPT.format(number % 2 == 1) for number in range(4)]
    states = {None: False, "r000": True, "r001": False, "r002": True, "r003": False}
    with Tree(scripts, BEFORE, "?foreign_keys=on", "transaction_per_migration = true") as tree:
        whole = tree.database.read_bytes()
        command = [str(Path(binary).resolve() / "orch"), "-q", "-c", str(tree.ini), "upgrade", "head"]
        began = time.monotonic()
        if tree.orch(binary).returncode:
            fail("does not run")
        length, killed = time.monotonic() - began, 0
        for _ in range(KILLS):
            for other in tree.path.glob("app.db*"):
                other.unlink()
            tree.database.write_bytes(whole)
            process = subprocess.Popen(command, cwd=tree.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.05, 0.95) * length)
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            version, not_null = state(tree.database)
            if states[version] != not_null:
                fail(f"the version says {version}, the table something else")
            again = subprocess.run(command, cwd=tree.path, capture_output=True, text=True, timeout=120, env=os.environ)
            if again.returncode or state(tree.database) != ("r003", False):
                fail(f"a second run does not complete: {again.stderr}")
        if killed < KILLS // 3:
            fail(f"killed only {killed} of {KILLS} runs in time")


if __name__ == "__main__":
    main()
