// The module `alembic.operations.ops`: an object for each operation, with the attributes of Alembic's
// classes. Scripts make them for op.invoke(), and process_revision_directives finds a revision as a tree of
// them. _perform() does an operation with a directive of `operations`, which is `op`, a batch, or what only
// notes the operation down.
#include "script/alembic/sources.hpp"

const std::string_view orch::script::alembic_sources::ops = R"python(
import sqlalchemy as sa
from alembic.operations import MigrateOperation

def _name(thing):
    return thing if thing is None or isinstance(thing, str) else thing.name

# --- Tables

class CreateTableOp(MigrateOperation):
    def __init__(self, table_name, columns, *, schema=None, if_not_exists=None, _namespace_metadata=None,
                 _constraints_included=False, **kw):
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.info = kw.pop("info", {})
        self.comment = kw.pop("comment", None)
        self.prefixes = kw.pop("prefixes", None)
        self.kw = kw
        self._namespace_metadata = _namespace_metadata
        self._constraints_included = _constraints_included

    @classmethod
    def from_table(cls, table, *, _namespace_metadata=None):
        return cls(table.name, list(table.columns) + list(table.constraints), schema=table.schema,
                   comment=table.comment, info=dict(table.info))

    def to_table(self, migration_context=None):
        return sa.Table(self.table_name, sa.MetaData(), *self.columns, schema=self.schema, comment=self.comment,
                        prefixes=self.prefixes, info=self.info, **self.kw)

    def reverse(self):
        return DropTableOp(self.table_name, schema=self.schema, _reverse=self)

    def _perform(self, operations):
        return operations.create_table(self.table_name, *self.columns, schema=self.schema, comment=self.comment,
                                       prefixes=self.prefixes, if_not_exists=self.if_not_exists, **self.kw)

class DropTableOp(MigrateOperation):
    def __init__(self, table_name, *, schema=None, if_exists=None, table_kw=None, _reverse=None):
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.table_kw = table_kw or {}
        self.info = self.table_kw.get("info", {})
        self._reverse = _reverse

    @classmethod
    def from_table(cls, table, *, _namespace_metadata=None):
        return cls(table.name, schema=table.schema, _reverse=CreateTableOp.from_table(table))

    def to_table(self, migration_context=None):
        if self._reverse is not None:
            return self._reverse.to_table()
        return sa.Table(self.table_name, sa.MetaData(), schema=self.schema)

    def reverse(self):
        return _before(self)

    def _perform(self, operations):
        operations.drop_table(self.table_name, schema=self.schema, if_exists=self.if_exists)

class AlterTableOp(MigrateOperation):
    def __init__(self, table_name, *, schema=None):
        self.table_name = table_name
        self.schema = schema

class RenameTableOp(AlterTableOp):
    def __init__(self, old_table_name, new_table_name, *, schema=None):
        self.table_name = old_table_name
        self.new_table_name = new_table_name
        self.schema = schema

    def reverse(self):
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def _perform(self, operations):
        operations.rename_table(self.table_name, self.new_table_name, schema=self.schema)

class CreateTableCommentOp(AlterTableOp):
    def __init__(self, table_name, comment, *, schema=None, existing_comment=None):
        self.table_name = table_name
        self.comment = comment
        self.existing_comment = existing_comment
        self.schema = schema

    def reverse(self):
        if self.existing_comment is None:
            return DropTableCommentOp(self.table_name, existing_comment=self.comment, schema=self.schema)
        return CreateTableCommentOp(self.table_name, self.existing_comment, existing_comment=self.comment,
                                    schema=self.schema)

    def _perform(self, operations):
        operations.create_table_comment(self.table_name, self.comment, existing_comment=self.existing_comment,
                                        schema=self.schema)

class DropTableCommentOp(AlterTableOp):
    def __init__(self, table_name, *, schema=None, existing_comment=None):
        self.table_name = table_name
        self.existing_comment = existing_comment
        self.schema = schema

    def reverse(self):
        return CreateTableCommentOp(self.table_name, self.existing_comment, schema=self.schema)

    def _perform(self, operations):
        operations.drop_table_comment(self.table_name, existing_comment=self.existing_comment, schema=self.schema)

# --- Columns

class AlterColumnOp(AlterTableOp):
    def __init__(self, table_name, column_name, *, schema=None, existing_type=None, existing_server_default=False,
                 existing_nullable=None, existing_comment=None, modify_nullable=None, modify_comment=False,
                 modify_server_default=False, modify_name=None, modify_type=None, **kw):
        self.table_name = table_name
        self.column_name = column_name
        self.schema = schema
        self.existing_type = existing_type
        self.existing_server_default = existing_server_default
        self.existing_nullable = existing_nullable
        self.existing_comment = existing_comment
        self.modify_nullable = modify_nullable
        self.modify_comment = modify_comment
        self.modify_server_default = modify_server_default
        self.modify_name = modify_name
        self.modify_type = modify_type
        self.kw = kw

    def has_changes(self):
        return (self.modify_nullable is not None or self.modify_server_default is not False
                or self.modify_type is not None or self.modify_comment is not False or self.modify_name is not None)

    def reverse(self):
        if self._reverse is not None:
            return self._reverse
        back = AlterColumnOp(self.table_name, self.modify_name or self.column_name, schema=self.schema,
                             existing_type=self.existing_type, existing_nullable=self.existing_nullable,
                             existing_server_default=self.existing_server_default,
                             existing_comment=self.existing_comment, **self.kw)
        if self.modify_name is not None:
            back.modify_name = self.column_name
        if self.modify_type is not None:
            back.modify_type, back.existing_type = self.existing_type, self.modify_type
        if self.modify_nullable is not None:
            back.modify_nullable, back.existing_nullable = self.existing_nullable, self.modify_nullable
        if self.modify_server_default is not False:
            back.modify_server_default = self.existing_server_default
            back.existing_server_default = self.modify_server_default
        if self.modify_comment is not False:
            back.modify_comment, back.existing_comment = self.existing_comment, self.modify_comment
        return back

    _reverse = None

    def _perform(self, operations):
        keywords = {"nullable": self.modify_nullable, "comment": self.modify_comment,
                    "server_default": self.modify_server_default, "new_column_name": self.modify_name,
                    "type_": self.modify_type, "existing_type": self.existing_type,
                    "existing_server_default": self.existing_server_default,
                    "existing_nullable": self.existing_nullable, "existing_comment": self.existing_comment,
                    "schema": self.schema}
        keywords.update(self.kw)
        operations.alter_column(self.table_name, self.column_name, **keywords)

class AddColumnOp(AlterTableOp):
    def __init__(self, table_name, column, *, schema=None, if_not_exists=None, inline_references=None,
                 inline_primary_key=None, **kw):
        self.table_name = table_name
        self.column = column
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key
        self.kw = kw

    @classmethod
    def from_column(cls, col):
        return cls(col.table.name, col, schema=col.table.schema)

    @classmethod
    def from_column_and_tablename(cls, schema, tname, col):
        return cls(tname, col, schema=schema)

    def to_column(self):
        return self.column

    def reverse(self):
        return DropColumnOp(self.table_name, self.column.name, schema=self.schema, _reverse=self)

    def _perform(self, operations):
        operations.add_column(self.table_name, self.column, schema=self.schema, if_not_exists=self.if_not_exists,
                              inline_references=self.inline_references,
                              inline_primary_key=self.inline_primary_key, **self.kw)

class DropColumnOp(AlterTableOp):
    def __init__(self, table_name, column_name, *, schema=None, if_exists=None, _reverse=None, **kw):
        self.table_name = table_name
        self.column_name = column_name
        self.schema = schema
        self.if_exists = if_exists
        self.kw = kw
        self._reverse = _reverse

    @classmethod
    def from_column_and_tablename(cls, schema, tname, col):
        return cls(tname, col.name, schema=schema, _reverse=AddColumnOp(tname, col, schema=schema))

    def to_column(self, migration_context=None):
        if self._reverse is not None:
            return self._reverse.column
        return sa.Column(self.column_name, sa.types.NullType())

    def reverse(self):
        return _before(self)

    def _perform(self, operations):
        operations.drop_column(self.table_name, self.column_name, schema=self.schema, if_exists=self.if_exists,
                               **self.kw)

# --- Constraints

class AddConstraintOp(MigrateOperation):
    @property
    def constraint_type(self):
        return self._type + "_constraint" if self._type in ("unique", "check") else self._type

    @classmethod
    def from_constraint(cls, constraint):
        table = constraint.table
        columns = [column.name for column in constraint.columns]
        if isinstance(constraint, sa.ForeignKeyConstraint):
            referred = list(constraint.elements)
            return CreateForeignKeyOp(constraint.name, table.name, referred[0].column.table.name, columns,
                                      [element.column.name for element in referred], source_schema=table.schema)
        if isinstance(constraint, sa.PrimaryKeyConstraint):
            return CreatePrimaryKeyOp(constraint.name, table.name, columns, schema=table.schema)
        if isinstance(constraint, sa.UniqueConstraint):
            return CreateUniqueConstraintOp(constraint.name, table.name, columns, schema=table.schema)
        return CreateCheckConstraintOp(constraint.name, table.name, constraint.sqltext, schema=table.schema)

    def reverse(self):
        return DropConstraintOp(self.constraint_name, self.table_name, self._dropped_as, schema=self.schema,
                                _reverse=self)

class _ConstraintOfColumns(AddConstraintOp):
    def __init__(self, constraint_name, table_name, columns, *, schema=None, **kw):
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.kw = kw

class CreatePrimaryKeyOp(_ConstraintOfColumns):
    _type = "primarykey"
    _dropped_as = "primary"

    def to_constraint(self, migration_context=None):
        return sa.PrimaryKeyConstraint(*self.columns, name=self.constraint_name)

    def _perform(self, operations):
        operations.create_primary_key(self.constraint_name, self.table_name, self.columns, schema=self.schema)

class CreateUniqueConstraintOp(_ConstraintOfColumns):
    _type = _dropped_as = "unique"

    def to_constraint(self, migration_context=None):
        return sa.UniqueConstraint(*self.columns, name=self.constraint_name, **self.kw)

    def _perform(self, operations):
        operations.create_unique_constraint(self.constraint_name, self.table_name, self.columns,
                                            schema=self.schema, **self.kw)

class CreateForeignKeyOp(AddConstraintOp):
    _type = "foreignkey"
    _dropped_as = "foreignkey"

    def __init__(self, constraint_name, source_table, referent_table, local_cols, remote_cols, **kw):
        self.constraint_name = constraint_name
        self.source_table = source_table
        self.referent_table = referent_table
        self.local_cols = local_cols
        self.remote_cols = remote_cols
        self.kw = kw

    @property
    def table_name(self):
        return self.source_table

    @property
    def schema(self):
        return self.kw.get("source_schema")

    def to_constraint(self, migration_context=None):
        schema = self.kw.get("referent_schema")
        referent = (schema + "." if schema else "") + self.referent_table + "."
        rules = {key: value for key, value in self.kw.items() if key not in ("source_schema", "referent_schema")}
        return sa.ForeignKeyConstraint(self.local_cols, [referent + name for name in self.remote_cols],
                                       name=self.constraint_name, **rules)

    def _perform(self, operations):
        operations.create_foreign_key(self.constraint_name, self.source_table, self.referent_table,
                                      self.local_cols, self.remote_cols, **self.kw)

class CreateCheckConstraintOp(AddConstraintOp):
    _type = _dropped_as = "check"

    def __init__(self, constraint_name, table_name, condition, *, schema=None, **kw):
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.condition = condition
        self.schema = schema
        self.kw = kw

    def to_constraint(self, migration_context=None):
        return sa.CheckConstraint(self.condition, name=self.constraint_name, **self.kw)

    def _perform(self, operations):
        operations.create_check_constraint(self.constraint_name, self.table_name, self.condition,
                                           schema=self.schema, **self.kw)

class CreateExcludeConstraintOp(AddConstraintOp):
    _type = "exclude"
    _dropped_as = None

    def __init__(self, constraint_name, table_name, elements, where=None, schema=None, _orig_constraint=None, **kw):
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.elements = elements
        self.where = where
        self.schema = schema
        self.kw = kw

    def _perform(self, operations):
        operations.create_exclude_constraint(self.constraint_name, self.table_name, *self.elements,
                                             where=self.where, schema=self.schema, **self.kw)

class DropConstraintOp(MigrateOperation):
    def __init__(self, constraint_name, table_name, type_=None, *, schema=None, if_exists=None, _reverse=None):
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.constraint_type = type_
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    @classmethod
    def from_constraint(cls, constraint):
        return AddConstraintOp.from_constraint(constraint).reverse()

    def to_constraint(self):
        return _before(self).to_constraint()

    def reverse(self):
        return _before(self)

    def _perform(self, operations):
        operations.drop_constraint(self.constraint_name, self.table_name, type_=self.constraint_type,
                                   schema=self.schema, if_exists=self.if_exists)

# --- Indexes

class CreateIndexOp(MigrateOperation):
    def __init__(self, index_name, table_name, columns, *, schema=None, unique=False, if_not_exists=None, **kw):
        self.index_name = index_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.unique = unique
        self.if_not_exists = if_not_exists
        self.kw = kw

    @classmethod
    def from_index(cls, index):
        return cls(index.name, index.table.name, list(index.columns), schema=index.table.schema,
                   unique=index.unique)

    def to_index(self, migration_context=None):
        columns = [sa.Column(_name(each), sa.types.NullType()) for each in self.columns]
        table = sa.Table(self.table_name, sa.MetaData(), *columns, schema=self.schema)
        index = sa.Index(self.index_name, *[column.name for column in columns], unique=self.unique, **self.kw)
        table.append_constraint(index)
        return index

    def reverse(self):
        return DropIndexOp(self.index_name, self.table_name, schema=self.schema, _reverse=self)

    def _perform(self, operations):
        operations.create_index(self.index_name, self.table_name, self.columns, schema=self.schema,
                                unique=self.unique, if_not_exists=self.if_not_exists, **self.kw)

class DropIndexOp(MigrateOperation):
    def __init__(self, index_name, table_name=None, *, schema=None, if_exists=None, _reverse=None, **kw):
        self.index_name = index_name
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.kw = kw
        self._reverse = _reverse

    @classmethod
    def from_index(cls, index):
        return CreateIndexOp.from_index(index).reverse()

    def to_index(self, migration_context=None):
        return _before(self).to_index()

    def reverse(self):
        return _before(self)

    def _perform(self, operations):
        operations.drop_index(self.index_name, self.table_name, schema=self.schema, if_exists=self.if_exists,
                              **self.kw)

def _before(operation):
    if operation._reverse is None:
        raise ValueError("operation is not reversible; original object is not present")
    return operation._reverse

# --- Data and SQL

class BulkInsertOp(MigrateOperation):
    def __init__(self, table, rows, *, multiinsert=True):
        self.table = table
        self.rows = rows
        self.multiinsert = multiinsert

    def _perform(self, operations):
        operations.bulk_insert(self.table, self.rows, multiinsert=self.multiinsert)

class ExecuteSQLOp(MigrateOperation):
    def __init__(self, sqltext, *, execution_options=None):
        self.sqltext = sqltext
        self.execution_options = execution_options

    def _perform(self, operations):
        operations.execute(self.sqltext)

# --- What holds operations

class OpContainer(MigrateOperation):
    def __init__(self, ops=()):
        self.ops = list(ops)

    def is_empty(self):
        return not self.ops

    def reverse_into(self, container):
        container.ops[:] = [each.reverse() for each in reversed(self.ops)]
        return container

    def _perform(self, operations):
        for each in self.ops:
            operations.invoke(each)

class ModifyTableOps(OpContainer):
    def __init__(self, table_name, ops, *, schema=None):
        super().__init__(ops)
        self.table_name = table_name
        self.schema = schema

    def reverse(self):
        return self.reverse_into(ModifyTableOps(self.table_name, [], schema=self.schema))

class UpgradeOps(OpContainer):
    def __init__(self, ops=(), upgrade_token="upgrades"):
        super().__init__(ops)
        self.upgrade_token = upgrade_token

    def reverse(self):
        return self.reverse_into(DowngradeOps())

class DowngradeOps(OpContainer):
    def __init__(self, ops=(), downgrade_token="downgrades"):
        super().__init__(ops)
        self.downgrade_token = downgrade_token

    def reverse(self):
        return self.reverse_into(UpgradeOps())

class MigrationScript(MigrateOperation):
    def __init__(self, rev_id, upgrade_ops, downgrade_ops, *, message=None, imports=None, head=None, splice=None,
                 branch_label=None, version_path=None, depends_on=None):
        self.rev_id = rev_id
        self.message = message
        self.imports = set() if imports is None else imports
        self.head = head
        self.splice = splice
        self.branch_label = branch_label
        self.version_path = version_path
        self.depends_on = depends_on
        self.upgrade_ops = upgrade_ops
        self.downgrade_ops = downgrade_ops

    @property
    def upgrade_ops(self):
        return self._upgrade_ops[0] if self._upgrade_ops else None

    @upgrade_ops.setter
    def upgrade_ops(self, given):
        self._upgrade_ops = given if isinstance(given, list) else [given]

    @property
    def downgrade_ops(self):
        return self._downgrade_ops[0] if self._downgrade_ops else None

    @downgrade_ops.setter
    def downgrade_ops(self, given):
        self._downgrade_ops = given if isinstance(given, list) else [given]

    @property
    def upgrade_ops_list(self):
        return self._upgrade_ops

    @property
    def downgrade_ops_list(self):
        return self._downgrade_ops
)python";
