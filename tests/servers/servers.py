#!/usr/bin/env python3
"""Private database servers for tests, on a socket in a temporary folder. Nothing touches a server that was there before.

    servers.py start KIND STATE     start one and write STATE/KIND.json; it ends with ctest, or at `stop`
    servers.py stop KIND STATE
    servers.py run KIND -- COMMAND  start one for one command, which finds it through ORCH_TEST_SERVERS

Tests use `database(KIND)`: a new, empty database on the server that ctest started, or on one of their own.
"""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid


class Server:
    """One server in a folder of its own. As root it runs as another user, since servers refuse to run as root."""

    kind = ""
    accounts = ()  # whom it runs as, the first that exists

    def __init__(self, folder=None, process=None):
        self.folder = pathlib.Path(folder) if folder else None
        self.process = process  # the server's number

    def account(self):
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        for name in (*self.accounts, "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise SystemExit("no user to run a server as")

    def run(self, *command, **options):
        """Runs a program of the server's package as the server's user."""
        return subprocess.run(self.as_account(command), cwd=self.folder, check=True, capture_output=True, text=True, **options)

    def as_account(self, command):
        if os.geteuid() != 0:
            return list(command)
        return ["setpriv", f"--reuid={self.account().pw_uid}", f"--regid={self.account().pw_gid}", "--clear-groups", *command]

    def start(self):
        # A socket's path has at most 107 bytes, so the folder is not in the build tree.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="orch-"))
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(self.folder, self.account().pw_uid, self.account().pw_gid)
        try:
            self.create()
            with open(self.folder / "log", "wb") as log:
                started = subprocess.Popen(self.as_account(self.command()), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, start_new_session=True)
            self.process = started.pid
            self.wait(started)
        except BaseException as error:
            print((self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else error, file=sys.stderr)
            self.stop()
            raise
        return self

    def wait(self, started):
        for _ in range(600):
            if started.poll() is not None:
                raise SystemExit(f"{self.kind} did not start")
            if self.answers():
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.kind} does not answer")

    def stop(self):
        if self.process:
            for sign in (self.stop_signal, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.process, sign)
                if gone(self.process, 20):
                    break
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def gone(process, seconds):
    for _ in range(seconds * 20):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


class PostgreSQL(Server):
    kind = "postgresql"
    accounts = ("postgres",)
    stop_signal = signal.SIGINT  # "fast": ends sessions, rolls back
    settings = {"listen_addresses": "", "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
                "max_connections": "60", "max_prepared_transactions": "5", "log_min_messages": "warning",
                "shared_buffers": "32MB", "autovacuum": "off"}

    def programs(self):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
        if not found:
            raise SystemExit("no PostgreSQL server is installed: apt install postgresql")
        return found[-1].parent

    def create(self):
        self.run(self.programs() / "initdb", "-D", self.folder / "data", "-U", "orch", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync")

    def command(self):
        words = [str(self.programs() / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder)]
        for name, value in self.settings.items():
            words += ["-c", f"{name}={value}"]
        return words

    def answers(self):
        return self.psql("SELECT 1", check=False).returncode == 0

    def psql(self, sql, database="postgres", check=True):
        return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-U", "orch", "-d", database,
                               "-c", sql], check=check, capture_output=True, text=True)

    def create_database(self):
        name = "t" + uuid.uuid4().hex[:12]
        self.psql(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name):
        self.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, database, user="orch"):
        return f"postgresql://{user}@/{database}?host={self.folder}"


KINDS = {each.kind: each for each in (PostgreSQL,)}


def running(kind):
    """The server that ctest started, or nothing."""
    state = os.environ.get("ORCH_TEST_SERVERS")
    file = pathlib.Path(state or "/nonexistent") / f"{kind}.json"
    if not file.exists():
        return None
    known = json.loads(file.read_text())
    return KINDS[kind](known["folder"], known["process"])


@contextlib.contextmanager
def server(kind):
    shared = running(kind)
    if shared:
        yield shared
        return
    own = KINDS[kind]().start()
    try:
        yield own
    finally:
        own.stop()


@contextlib.contextmanager
def database(kind):
    """The URL of a new, empty database, and its server."""
    with server(kind) as found:
        name = found.create_database()
        try:
            yield found.url(name), found
        finally:
            found.drop_database(name)


def guard(kind, state, watched):
    """Ends the server when the process that wanted it is gone: ctest was killed before it could run `stop`."""
    while not gone(watched, 1):
        if not (state / f"{kind}.json").exists():
            return
    stop(kind, state)


def start(kind, state):
    stop(kind, state)
    state.mkdir(parents=True, exist_ok=True)
    made = KINDS[kind]().start()
    (state / f"{kind}.json").write_text(json.dumps({"folder": str(made.folder), "process": made.process}))
    watched = os.getppid()
    if os.fork() == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        guard(kind, state, watched)
        os._exit(0)


def stop(kind, state):
    file = state / f"{kind}.json"
    if not file.exists():
        return
    known = json.loads(file.read_text())
    file.unlink()
    KINDS[kind](known["folder"], known["process"]).stop()


def run(kind, command):
    with tempfile.TemporaryDirectory(prefix="orch-") as state:
        state = pathlib.Path(state)
        made = KINDS[kind]().start()
        try:
            (state / f"{kind}.json").write_text(json.dumps({"folder": str(made.folder), "process": made.process}))
            return subprocess.run(command, env={**os.environ, "ORCH_TEST_SERVERS": str(state)}).returncode
        finally:
            made.stop()


def main(words):
    if len(words) == 3 and words[0] in ("start", "stop") and words[1] in KINDS:
        {"start": start, "stop": stop}[words[0]](words[1], pathlib.Path(words[2]))
        return 0
    if len(words) > 3 and words[0] == "run" and words[2] == "--":
        return run(words[1], words[3:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
