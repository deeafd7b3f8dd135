#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::oslo_serialization = R"python(
import json

class _Json:
    dumps = staticmethod(json.dumps)
    loads = staticmethod(json.loads)
    def dump_as_bytes(self, value, **kwargs):
        return json.dumps(value, **kwargs).encode()

jsonutils = _Json()
)python";
