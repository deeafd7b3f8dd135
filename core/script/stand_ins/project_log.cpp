#include "script/stand_ins/stand_ins.hpp"

// A logger of the project's own, known by its name alone: `from app.log import logger`. It takes what loggers
// take and gives nothing back; what it says goes where the script's logging goes.
const std::string_view orch::script::stand_ins::project_log = R"python(
import logging

class _Log:
    def __init__(self, name="project"):
        self._log = logging.getLogger(name)
    def _say(self, level, message, args):
        try:
            text = str(message) % args if args else str(message)
        except (TypeError, ValueError):
            text = " ".join(str(part) for part in (message,) + args)
        self._log.log(level, "%s", text)
    def debug(self, message="", *args, **values):
        self._say(logging.DEBUG, message, args)
    trace = verbose = debug
    def info(self, message="", *args, **values):
        self._say(logging.INFO, message, args)
    success = notice = info
    def warning(self, message="", *args, **values):
        self._say(logging.WARNING, message, args)
    warn = warning
    def error(self, message="", *args, **values):
        self._say(logging.ERROR, message, args)
    exception = error
    def critical(self, message="", *args, **values):
        self._say(logging.CRITICAL, message, args)
    fatal = critical
    def log(self, level, message="", *args, **values):
        self._say(level, message, args)
    def setLevel(self, level):
        pass
    def bind(self, *args, **values):
        return self
    getLogger = get_logger = getChild = get_child = new = opt = bind
    def __getattr__(self, name):
        raise RuntimeError("a logger of the project has no %r that orch knows: declare it in stubs.py" % name)

log = _Log()

def make(*args, **values):
    return _Log(args[0] if args and isinstance(args[0], str) else "project")
)python";
