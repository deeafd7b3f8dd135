#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::oslo_log = R"python(
import logging

class _Log:
    def getLogger(self, name=None, *args, **kwargs):
        return logging.getLogger(name)
    def setup(self, *args, **kwargs):
        pass
    def register_options(self, *args, **kwargs):
        pass

log = _Log()
getLogger = log.getLogger
)python";
