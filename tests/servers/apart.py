"""Two networks on this machine, for a link that goes dead: nothing tells either side, packets are just gone.

    apart.alone("net")                # first thing in the program: it goes on in a network of its own
    with apart.Link() as link:        # link.server and link.client are addresses
        link.run("orch", ...)         # the words of a command that runs on the client's side
        link.cut(); link.mend()
"""
import os
import subprocess
import sys

NETWORK = "10.99.0"


def alone(what):
    """Starts this program again with a network ("net") or mounts ("mount") of its own, as root and as anybody."""
    if "ORCH_TEST_ALONE" in os.environ:
        return
    words = ["unshare", f"--{what}"] if os.geteuid() == 0 else ["unshare", "--user", "--map-current-user", "--keep-caps", f"--{what}"]
    os.execvpe(words[0], [*words, sys.executable, *sys.argv], {**os.environ, "ORCH_TEST_ALONE": what})


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Link:
    """A bridge with the server's address, and a wire from it into the client's network; cut() pulls the wire out of the bridge."""

    server, client = f"{NETWORK}.1", f"{NETWORK}.2"

    def __enter__(self):
        self.other = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo up; exec sleep 900"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.other.stdout.readline()
        try:
            ip("link", "set", "lo", "up")
            ip("link", "add", "middle", "type", "bridge")
            ip("addr", "add", f"{self.server}/24", "dev", "middle")
            ip("link", "set", "middle", "up")
            ip("link", "add", "here", "type", "veth", "peer", "name", "there")
            ip("link", "set", "there", "netns", str(self.other.pid))
            ip("link", "set", "here", "master", "middle", "up")
            for words in (("addr", "add", f"{self.client}/24", "dev", "there"), ("link", "set", "there", "up"), ("link", "set", "lo", "up")):
                subprocess.run(self.run("ip", *words), check=True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.other.kill()
        self.other.wait()
        self.other.stdout.close()
        subprocess.run(["ip", "link", "del", "middle"], capture_output=True)

    def run(self, *words):
        return ["nsenter", "-t", str(self.other.pid), "-n", *words]

    def cut(self):
        ip("link", "set", "here", "nomaster")

    def mend(self):
        ip("link", "set", "here", "master", "middle")
