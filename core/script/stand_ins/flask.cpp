#include "script/stand_ins/stand_ins.hpp"

// What Flask-Migrate's env.py asks of the application: which database is meant, which the ini says in its
// place, and the models' metadata, which nobody has here. For an env.py only; what else it asks is an error.
const std::string_view orch::script::stand_ins::flask = R"python(
from alembic import context as _context
from sqlalchemy import create_engine as _create_engine
from the_application import metadata as _metadata

_way_out = "orch runs without the application: %s; or run 'orch adopt', which writes an orch.ini that needs no env.py"

def _url():
    found = _context.config.get_main_option("sqlalchemy.url") or _context.config.get_main_option("url")
    if not found:
        raise RuntimeError("this env.py asks Flask's application for the database. " +
                           _way_out % "set sqlalchemy.url in the ini")
    return found

class _Settings:
    def get(self, name, default=None):
        if name in ("SQLALCHEMY_DATABASE_URI", "DATABASE_URL", "DATABASE_URI"):
            return _url()
        if name == "SQLALCHEMY_BINDS":
            return default
        raise RuntimeError("this env.py asks Flask's application for its setting %r. " % name +
                           _way_out % "write that value into the env.py")
    def __getitem__(self, name):
        return self.get(name)

class _Database:
    @property
    def engine(self):
        return _create_engine(_url())
    def get_engine(self, bind=None, bind_key=None, app=None):
        if bind or bind_key:
            raise RuntimeError("this env.py asks Flask's application for the database %r. " % (bind or bind_key) +
                               _way_out % "give each database a section of the ini with its own url")
        return self.engine
    @property
    def metadata(self):
        return _metadata

class _Migrate:
    db = _Database()
    configure_args = {}
    directory = "migrations"

class _Logger:
    def debug(self, *args, **kwargs): pass
    info = warning = error = debug

class _Application:
    config = _Settings()
    extensions = {"migrate": _Migrate(), "sqlalchemy": _Migrate()}
    logger = _Logger()
    debug = False
    testing = False
    def __getattr__(self, name):
        raise AttributeError("this env.py asks Flask's application for %r. " % name + _way_out % "take that out of it")

current_app = _Application()
)python";
