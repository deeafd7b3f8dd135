"""A private MariaDB server for tests: in a temporary folder, on a socket in it, with no port, as an unprivileged user
where the tests run as root. It ends with the block that started it, and with the process of the tests, however that ends.

    with Server() as server:
        database = server.database()          # an empty one, with a name of its own
        server.url(database)                  # "mysql://root@/test_1?unix_socket=..."
        server.run(database, "SELECT 1")      # what the `mariadb` client prints, as rows of strings
"""
import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

LIBC = ctypes.CDLL(None)
DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG
PATIENCE = 300    # seconds: machines that test much at once are slow
QUICK = ["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--innodb-use-native-aio=OFF",
         "--skip-log-bin", "--performance-schema=OFF", "--character-set-server=utf8mb4"]


def unprivileged():
    """Whom the server runs as: nobody special. None where the tests are not root's."""
    if os.geteuid() != 0:
        return None
    for name in ("mysql", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise RuntimeError("there is no user 'mysql' nor 'nobody' to run a server as")


class Server:
    def __init__(self, *options):
        self.options = options
        self.count = 0

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="orch-mariadb-"))
        try:
            self.user = unprivileged()
            if self.user:
                os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            self.folder.chmod(0o755)
            self.socket = self.folder / "s"
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_user(self):
        """Runs in the child: another user, and an end with this process."""
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL)

    def start(self):
        data = self.folder / "data"
        # A server that starts removes all temporary tables of its temporary folder, those of other servers too.
        own = {**os.environ, "TMPDIR": str(self.folder)}
        if not data.exists():
            done = subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
                                   "--skip-test-db", "--skip-name-resolve", "--innodb-use-native-aio=OFF"],
                                  preexec_fn=self.as_user, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder, env=own)
            if done.returncode != 0:
                raise RuntimeError("the server's own tables cannot be made:\n" + done.stdout[-2000:])
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={self.socket}", "--skip-networking", f"--pid-file={self.folder}/pid",
                 *QUICK, *self.options],
                preexec_fn=self.as_user, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, env=own)
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server does not start:\n" + (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def stop(self):
        process = getattr(self, "process", None)
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self):
        """Takes the server away in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()

    def answers(self):
        return self.socket.exists() and self.client("", "SELECT 1").returncode == 0

    def client(self, database, sql, *options, user="root"):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", f"--user={user}", "--batch", "--skip-column-names",
                               "--default-character-set=utf8mb4", *options, database],
                              input=sql, capture_output=True, text=True)

    def run(self, database, sql, *options):
        done = self.client(database, sql, *options)
        if done.returncode != 0:
            raise RuntimeError(f"{done.stderr}\nin: {sql[:1000]}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def database(self, options=""):
        self.count += 1
        name = f"test_{self.count}"
        self.run("", f"CREATE DATABASE {name} {options}")
        return name

    def url(self, database, user="root", password="", scheme="mysql", **query):
        who = user + (":" + urllib.parse.quote(password, safe="") if password else "")
        return f"{scheme}://{who}@/{database}?" + urllib.parse.urlencode({"unix_socket": self.socket, **query})
