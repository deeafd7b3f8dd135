#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::oslo_utils = R"python(
import datetime
import uuid

class _Uuids:
    def generate_uuid(self, dashed=True):
        made = uuid.uuid4()
        return str(made) if dashed else made.hex
    def is_uuid_like(self, value):
        try:
            return str(uuid.UUID(value)).replace("-", "") == str(value).replace("-", "").lower()
        except (TypeError, ValueError, AttributeError):
            return False

class _Times:
    def utcnow(self, with_timezone=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        return now if with_timezone else now.replace(tzinfo=None)

class _Imports:
    def try_import(self, import_str, default=None):
        return default

importutils = _Imports()
uuidutils = _Uuids()
timeutils = _Times()
generate_uuid = uuidutils.generate_uuid
is_uuid_like = uuidutils.is_uuid_like
utcnow = timeutils.utcnow
)python";
