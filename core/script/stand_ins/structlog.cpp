#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::structlog = R"python(
import logging

class _Logger:
    def __init__(self, name, bound):
        self._log = logging.getLogger(name)
        self._name = name
        self._bound = bound
    def _say(self, level, event, args, values):
        text = str(event) % args if args else str(event)
        for key, value in {**self._bound, **values}.items():
            text += " %s=%r" % (key, value)
        self._log.log(level, "%s", text)
    def debug(self, event=None, *args, **values):
        self._say(logging.DEBUG, event, args, values)
    def info(self, event=None, *args, **values):
        self._say(logging.INFO, event, args, values)
    def warning(self, event=None, *args, **values):
        self._say(logging.WARNING, event, args, values)
    warn = warning
    def error(self, event=None, *args, **values):
        self._say(logging.ERROR, event, args, values)
    exception = error
    def critical(self, event=None, *args, **values):
        self._say(logging.CRITICAL, event, args, values)
    def bind(self, **values):
        return _Logger(self._name, {**self._bound, **values})
    new = bind

def get_logger(*args, **values):
    return _Logger(args[0] if args else "structlog", values)

getLogger = get_logger

def configure(*args, **kwargs):
    pass
)python";
