#!/usr/bin/env python3
"""The servers that tests start: they are private, they end, and they leave nothing behind."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import servers

PROGRAM = pathlib.Path(servers.__file__)


def state_of(kind, folder):
    import json
    return json.loads((folder / f"{kind}.json").read_text())


def alive(process):
    try:
        os.kill(process, 0)
        return True
    except ProcessLookupError:
        return False


class PrivateServers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name)

    def test_each_database_is_new_and_goes_away(self):
        for kind in servers.KINDS:
            with self.subTest(kind), servers.server(kind) as server:
                one, other = server.create_database(), server.create_database()
                self.assertNotEqual(one, other)
                server.drop_database(one)
                server.drop_database(other)

    def test_stops_and_removes_its_folder(self):
        for kind in servers.KINDS:
            with self.subTest(kind):
                subprocess.run([sys.executable, PROGRAM, "start", kind, self.state], check=True)
                known = state_of(kind, self.state)
                self.assertTrue(alive(known["process"]))
                subprocess.run([sys.executable, PROGRAM, "stop", kind, self.state], check=True)
                self.assertFalse(alive(known["process"]))
                self.assertFalse(pathlib.Path(known["folder"]).exists())

    def test_ends_with_the_one_who_wanted_it(self):
        for kind in servers.KINDS:
            with self.subTest(kind):
                parent = subprocess.Popen(["sh", "-c", '"$@"; sleep 60', "sh", sys.executable, PROGRAM, "start", kind, self.state],
                                          start_new_session=True)
                while not (self.state / f"{kind}.json").exists():
                    time.sleep(0.1)
                    self.assertIsNone(parent.poll())
                known = state_of(kind, self.state)
                time.sleep(1)
                os.killpg(parent.pid, signal.SIGKILL)
                parent.wait()
                for _ in range(300):
                    if not alive(known["process"]):
                        break
                    time.sleep(0.1)
                self.assertFalse(alive(known["process"]))


if __name__ == "__main__":
    unittest.main()
