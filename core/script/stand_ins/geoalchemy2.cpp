#include "script/stand_ins/stand_ins.hpp"

// A column of these types brings a spatial index along, unless spatial_index=False.
const std::string_view orch::script::stand_ins::geoalchemy2 = R"python(
from alembic.autogenerate.rewriter import Rewriter
from sqlalchemy import Index, func, column as _column, types as _types

def _refuse_sqlite(dialect):
    if dialect == "sqlite":
        raise NotImplementedError("geoalchemy2 on SQLite needs SpatiaLite, which orch does not load")

class Spatial(_types.UserDefinedType):
    def __init__(self, spec):
        self.spec = spec
    def get_col_spec(self, **kw):
        return self.spec

class _Spatial(_types.TypeDecorator):
    impl = _types.LargeBinary
    name = "geometry"
    def __init__(self, geometry_type="GEOMETRY", srid=-1, dimension=None, spatial_index=True,
                 use_N_D_index=False, use_typmod=None, from_text=None, name=None, nullable=True,
                 management=False, _spatial_index_reflected=None):
        if management or use_typmod is False:
            raise NotImplementedError("geoalchemy2: management=True and use_typmod=False make the column with "
                                      "AddGeometryColumn(): say so in op.execute()")
        self.geometry_type = geometry_type.upper() if geometry_type else None
        self.srid = int(srid)
        self.dimension = dimension
        self.spatial_index = spatial_index
        self.use_N_D_index = use_N_D_index
        self.nullable = nullable
        if name is not None:
            self.name = name
    def load_dialect_impl(self, dialect):
        _refuse_sqlite(dialect.name)
        if dialect.name in ("mysql", "mariadb"):
            spec = self.geometry_type or "GEOMETRY"
            if self.spatial_index or not self.nullable:
                spec += " NOT NULL"
            if self.srid > 0 and dialect.name == "mysql":
                spec += " SRID %d" % self.srid
            return Spatial(spec)
        if not self.geometry_type:
            return Spatial(self.name)
        return Spatial("%s(%s,%d)" % (self.name, self.geometry_type, self.srid))
    def column_indexes(self, table, column, dialect):
        if not self.spatial_index:
            return []
        if dialect in ("mysql", "mariadb"):
            return [Index(column, column, mysql_prefix="SPATIAL")]
        operators = {column: "gist_geometry_ops_nd"} if self.use_N_D_index else {}
        return [Index("idx_%s_%s" % (table, column), column, postgresql_using="gist", postgresql_ops=operators)]

class Geometry(_Spatial):
    pass

class Geography(_Spatial):
    name = "geography"

class Raster(_Spatial):
    name = "raster"
    def __init__(self, spatial_index=True, from_text=None, name=None, nullable=True, **kw):
        self.geometry_type = None
        self.srid = -1
        self.spatial_index = spatial_index
        self.nullable = nullable
        if name is not None:
            self.name = name
    def column_indexes(self, table, column, dialect):
        if not self.spatial_index:
            return []
        return [Index("idx_%s_%s" % (table, column), func.ST_ConvexHull(_column(column)), postgresql_using="gist")]

# alembic_helpers, which an env.py gives to context.configure(). The index of a column is an operation of its own.
def include_object(obj, name, obj_type, reflected, compare_to):
    return obj_type != "table" or name not in ("spatial_ref_sys", "geometry_columns", "geography_columns",
                                               "raster_columns", "raster_overviews")

def render_item(obj_type, obj, autogen_context):
    if obj_type != "type" or not isinstance(obj, _Spatial):
        return False
    cls = type(obj).__name__
    autogen_context.imports.add("from geoalchemy2 import " + cls)
    if isinstance(obj, Raster):
        return "Raster(spatial_index=False)"
    dimension = "" if obj.dimension is None else ", dimension=%r" % obj.dimension
    return "%s(geometry_type=%r, srid=%r%s, spatial_index=False)" % (cls, obj.geometry_type, obj.srid, dimension)

writer = Rewriter()

def _checked(operations):
    _refuse_sqlite(operations.get_bind().dialect.name)
    return operations

def create_geospatial_table(operations, table_name, *columns, **kw):
    return _checked(operations).create_table(table_name, *columns, **kw)

def drop_geospatial_table(operations, table_name, **kw):
    _checked(operations).drop_table(table_name, **kw)

def add_geospatial_column(operations, *args, **kw):
    column = kw["column"] if "column" in kw else args[-1]
    column.type.spatial_index = False
    _checked(operations).add_column(*args, **kw)

def drop_geospatial_column(operations, *args, **kw):
    _checked(operations).drop_column(*args, **kw)

def create_geospatial_index(operations, *args, **kw):
    _checked(operations).create_index(*args, **kw)

def drop_geospatial_index(operations, *args, column_name=None, **kw):
    kw.pop("unique", None)
    _checked(operations).drop_index(*args, **kw)
)python";
