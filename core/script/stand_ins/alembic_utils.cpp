#include "script/stand_ins/stand_ins.hpp"

// Objects of PostgreSQL that op.create_entity(), op.drop_entity() and op.replace_entity() make and drop.
// Their definitions are SQL as it stands, so a colon in them is no parameter.
const std::string_view orch::script::stand_ins::alembic_utils = R"python(
import re
from enum import Enum
from sqlalchemy import text

def _plain(sql):
    return text(re.sub(r"(?<![:\\]):(?![:=])", r"\\:", sql))

def _words(sql):
    return " ".join(sql.split()).replace('"', "")

def _body(sql):
    return sql.strip().rstrip(";").strip()

def _quoted(name):
    return ".".join('"%s"' % part.strip().strip('"').strip() for part in name.split(".", 1))

def _cascade(cascade, word="cascade"):
    return " " + word if cascade else ""

class ReplaceableEntity:
    def __init__(self, schema, signature, definition=""):
        self.schema = _words(schema)
        self.signature = _words(signature)
        self.definition = _body(definition)
    @property
    def literal_schema(self):
        return _quoted(self.schema)
    @property
    def _name(self):
        return '%s."%s"' % (self.literal_schema, self.signature)
    @classmethod
    def from_sql(cls, sql):
        found = re.match(cls._pattern, sql.strip(), re.IGNORECASE | re.DOTALL)
        if not found:
            raise ValueError("Failed to parse SQL into %s %r" % (cls.__name__, sql))
        return cls._of(found)

class PGFunction(ReplaceableEntity):
    _pattern = r"create.*?function\s+(\S+?)\.(.*?\))\s+returns\s+(.*)"
    @classmethod
    def _of(cls, found):
        return cls(found.group(1), found.group(2).replace('"', ""), "returns " + found.group(3))
    @property
    def _signature(self):
        name, rest = self.signature.split("(", 1)
        return '%s."%s"(%s' % (self.literal_schema, name.strip(), rest)
    def to_sql_statement_create(self):
        return _plain("CREATE FUNCTION %s %s" % (self._signature, self.definition))
    def to_sql_statement_drop(self, cascade=False):
        name, rest = self.signature.split("(", 1)
        given = [one.lower().split("default")[0] for one in rest.rsplit(")", 1)[0].split(",")]
        originals = rest.rsplit(")", 1)[0].split(",")
        arguments = ", ".join(o[:len(g)].strip() for o, g in zip(originals, given))
        return _plain('DROP FUNCTION %s."%s"(%s)%s'
                      % (self.literal_schema, name.strip(), arguments, _cascade(cascade)))
    def to_sql_statement_create_or_replace(self):
        return [_plain("CREATE OR REPLACE FUNCTION %s %s" % (self._signature, self.definition))]

class PGView(ReplaceableEntity):
    _pattern = r"create.*?view\s+(\S+?)\.(\S+?)(?:\s*\([^)]*\))?\s+as\s+(.*)"
    @classmethod
    def _of(cls, found):
        return cls(found.group(1), found.group(2), found.group(3))
    def to_sql_statement_create(self):
        return _plain("CREATE VIEW %s AS %s" % (self._name, self.definition))
    def to_sql_statement_drop(self, cascade=False):
        return _plain("DROP VIEW %s%s" % (self._name, _cascade(cascade)))
    def to_sql_statement_create_or_replace(self):
        return [_plain("do $$ begin CREATE OR REPLACE VIEW %s AS %s; exception when others then "
                       "DROP VIEW IF EXISTS %s; CREATE VIEW %s AS %s; end; $$ language 'plpgsql'"
                       % (self._name, self.definition, self._name, self._name, self.definition))]

class PGMaterializedView(ReplaceableEntity):
    _pattern = r"create.*?materialized\s+view\s+(\S+?)\.(\S+?)(?:\s*\([^)]*\))?\s+as\s+(.*?)(\s+with\s+(no\s+)?data)?\s*;?\s*$"
    def __init__(self, schema, signature, definition, with_data=True):
        super().__init__(schema, signature, definition)
        self.with_data = with_data
    @classmethod
    def _of(cls, found):
        return cls(found.group(1), found.group(2), found.group(3), with_data=not found.group(5))
    @property
    def _create(self):
        return _plain("CREATE MATERIALIZED VIEW %s AS %s WITH %sDATA"
                      % (self._name, self.definition, "" if self.with_data else "NO "))
    def to_sql_statement_create(self):
        return self._create
    def to_sql_statement_drop(self, cascade=False):
        return _plain("DROP MATERIALIZED VIEW %s%s" % (self._name, _cascade(cascade)))
    def to_sql_statement_create_or_replace(self):
        return [_plain("DROP MATERIALIZED VIEW IF EXISTS %s" % self._name), self._create]

class PGExtension(ReplaceableEntity):
    def to_sql_statement_create(self):
        return _plain('CREATE EXTENSION "%s" WITH SCHEMA %s' % (self.signature, self.literal_schema))
    def to_sql_statement_drop(self, cascade=False):
        return _plain('DROP EXTENSION "%s"%s' % (self.signature, _cascade(cascade, "CASCADE")))
    def to_sql_statement_create_or_replace(self):
        raise NotImplementedError("an extension is created or dropped, not replaced")

class _OnEntity(ReplaceableEntity):
    def __init__(self, schema, signature, definition, on_entity):
        super().__init__(schema, signature, definition)
        self.on_entity = _words(on_entity if "." in on_entity else "public." + on_entity)

class PGTrigger(_OnEntity):
    _pattern = r"create\s+(constraint\s+)?trigger\s+(\S+)\s+(.*?)\s+on\s+(\S+)\s+(.*)"
    def __init__(self, schema, signature, definition, on_entity, is_constraint=False):
        super().__init__(schema, signature, definition, on_entity)
        self.is_constraint = is_constraint
    @classmethod
    def _of(cls, found):
        table = found.group(4) if "." in found.group(4) else "public." + found.group(4)
        return cls(table.split(".")[0], found.group(2), "%s ON %s %s" % (found.group(3), table, found.group(5)),
                   table, bool(found.group(1)))
    def to_sql_statement_create(self):
        found = re.match(r"(.*?)\s+on\s+(\S+)\s+(.*)", self.definition, re.IGNORECASE | re.DOTALL)
        if not found:
            raise ValueError("Failed to parse SQL into PGTrigger.definition %r" % self.definition)
        table = found.group(2).split(".", 1)[-1]
        return _plain('CREATE%s TRIGGER "%s" %s ON %s.%s %s'
                      % (" CONSTRAINT" if self.is_constraint else "", self.signature, found.group(1),
                         self.schema, table, found.group(3)))
    def to_sql_statement_drop(self, cascade=False):
        return _plain('DROP TRIGGER "%s" ON %s%s' % (self.signature, self.on_entity, _cascade(cascade)))
    def to_sql_statement_create_or_replace(self):
        return [_plain('DROP TRIGGER IF EXISTS "%s" ON %s' % (self.signature, self.on_entity)),
                self.to_sql_statement_create()]

class PGPolicy(_OnEntity):
    _pattern = r"create\s+policy\s+(\S+)\s+on\s+(\S+)\s+(.*)"
    @classmethod
    def _of(cls, found):
        table = found.group(2) if "." in found.group(2) else "public." + found.group(2)
        return cls(table.split(".")[0], found.group(1), found.group(3), table)
    def to_sql_statement_create(self):
        return _plain("CREATE POLICY %s on %s %s" % (self.signature, self.on_entity, self.definition))
    def to_sql_statement_drop(self, cascade=False):
        return _plain("DROP POLICY %s on %s%s" % (self.signature, self.on_entity, _cascade(cascade)))
    def to_sql_statement_create_or_replace(self):
        return [_plain("DROP POLICY IF EXISTS %s on %s" % (self.signature, self.on_entity)),
                self.to_sql_statement_create()]

class PGGrantTableChoice(str, Enum):
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    TRUNCATE = "TRUNCATE"
    REFERENCES = "REFERENCES"
    TRIGGER = "TRIGGER"

Grant = PGGrantTableChoice

class PGGrantTable(ReplaceableEntity):
    def __init__(self, schema, table, role, grant, columns=None, with_grant_option=False):
        self.schema = _words(schema)
        self.table = _words(table)
        self.role = _words(role)
        self.grant = PGGrantTableChoice(grant)
        self.columns = sorted(columns) if columns else []
        self.with_grant_option = with_grant_option
    def to_sql_statement_create(self):
        columns = " ( %s )" % ", ".join(self.columns) if self.columns else ""
        return _plain("GRANT %s%s ON %s.%s TO %s%s"
                      % (self.grant.value, columns, self.literal_schema, _quoted(self.table), _quoted(self.role),
                         " WITH GRANT OPTION" if self.with_grant_option else ""))
    def to_sql_statement_drop(self, cascade=False):
        return _plain("REVOKE %s ON %s.%s FROM %s"
                      % (self.grant.value, self.literal_schema, _quoted(self.table), _quoted(self.role)))
    def to_sql_statement_create_or_replace(self):
        return [self.to_sql_statement_drop(), self.to_sql_statement_create()]

def create_entity(operations, target):
    operations.execute(target.to_sql_statement_create())

def drop_entity(operations, target, cascade=False):
    operations.execute(target.to_sql_statement_drop(cascade=cascade))

def replace_entity(operations, target):
    for statement in target.to_sql_statement_create_or_replace():
        operations.execute(statement)
)python";
