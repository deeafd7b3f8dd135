"""The two tools behind one door: words of a command line in, an Outcome out.

Alembic runs in this process, because it needs half a second to start; orch is the program, as its users have it.
"""
import contextlib
import dataclasses
import io
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import warnings

from alembic import config, util
from alembic.script import base

STEP = re.compile(r"Running ((?:upgrade|downgrade|stamp_revision) .*)")


def steps(log):
    """The order of upgrades and downgrades counts; that in which a stamp moves rows does not."""
    found = STEP.findall(log)
    return found if any(not step.startswith("stamp") for step in found) else sorted(found)


@dataclasses.dataclass
class Outcome:
    ok: bool
    out: str     # standard output
    steps: list  # the revisions that ran, as the log shows them
    why: str     # the error, when not ok


def alembic_reads_folders_by_name():
    """Alembic 1.8 takes files as the file system lists them, later versions and orch by name: without that its order is chance."""
    if not hasattr(base.Script, "_list_py_dir"):
        return
    unordered = base.Script._list_py_dir.__func__
    base.Script._list_py_dir = classmethod(lambda script, *words: sorted(unordered(script, *words)))


class Alembic:
    def __init__(self, ini):
        self.ini = ini
        self.parser = config.CommandLine(prog="alembic").parser

    def run(self, *words):
        out, log = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
        handler = logging.StreamHandler(log)
        logger = logging.getLogger("alembic.runtime.migration")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        try:
            with contextlib.redirect_stderr(log):
                self.command(words, out)
            ok, why = True, ""
        except (Exception, SystemExit) as error:  # what Alembic itself did not foresee is a failure too
            ok, why = False, f"{type(error).__name__}: {error}"
        finally:
            logger.removeHandler(handler)
        out.flush()
        return Outcome(ok, out.buffer.getvalue().decode(), steps(log.getvalue()), why)

    def command(self, words, out):
        options = self.parser.parse_args([str(word) for word in words])
        function, positional, named = options.cmd
        settings = config.Config(str(self.ini), cmd_opts=options, stdout=out)
        function(settings, *(getattr(options, name) for name in positional), **{name: getattr(options, name) for name in named})


class OtherAlembic:
    """Alembic in a process with another hash seed: it keeps revisions in Python sets, whose order that decides."""

    def __init__(self, ini, seed):
        self.ini, self.seed = ini, seed

    def run(self, *words):
        done = subprocess.run([sys.executable, __file__, self.ini, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**os.environ, "PYTHONHASHSEED": str(self.seed)}, check=True)
        return Outcome(**json.loads(done.stdout))


class Orch:
    def __init__(self, program, ini):
        self.program, self.ini = program, ini

    def run(self, *words):
        done = subprocess.run([self.program, "-c", self.ini, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return Outcome(done.returncode == 0, done.stdout, steps(done.stderr), f"exit code {done.returncode}: {done.stderr}")


warnings.simplefilter("ignore")
sys.pycache_prefix = tempfile.mkdtemp()
util.messaging.TERMWIDTH = 10_000
os.environ.pop("ORCH_CONFIG", None)
alembic_reads_folders_by_name()

if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(Alembic(sys.argv[1]).run(*sys.argv[2:]))))
