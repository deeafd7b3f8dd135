#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::loguru = R"python(
import logging

class _Logger:
    def __init__(self):
        self._log = logging.getLogger("loguru")
    def _say(self, level, message, args, kwargs):
        text = str(message)
        self._log.log(level, "%s", text.format(*args, **kwargs) if args or kwargs else text)
    def trace(self, message, *args, **kwargs):
        self._say(logging.DEBUG, message, args, kwargs)
    debug = trace
    def info(self, message, *args, **kwargs):
        self._say(logging.INFO, message, args, kwargs)
    success = info
    def warning(self, message, *args, **kwargs):
        self._say(logging.WARNING, message, args, kwargs)
    def error(self, message, *args, **kwargs):
        self._say(logging.ERROR, message, args, kwargs)
    exception = error
    def critical(self, message, *args, **kwargs):
        self._say(logging.CRITICAL, message, args, kwargs)
    def bind(self, **kwargs):
        return self
    def opt(self, **kwargs):
        return self
    def add(self, *args, **kwargs):
        return 0
    def remove(self, *args):
        pass

logger = _Logger()
)python";
