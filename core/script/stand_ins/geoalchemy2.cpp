#include "script/stand_ins/stand_ins.hpp"

const std::string_view orch::script::stand_ins::geoalchemy2 = R"python(
from sqlalchemy import types as _types

class _Spatial(_types.UserDefinedType):
    name = "geometry"
    def __init__(self, geometry_type="GEOMETRY", srid=-1, dimension=None, spatial_index=True,
                 use_N_D_index=False, use_typmod=None, from_text=None, name=None, nullable=True,
                 management=False, _spatial_index_reflected=None):
        self.geometry_type = geometry_type
        self.srid = srid
        self.dimension = dimension
        self.spatial_index = spatial_index
        self.use_N_D_index = use_N_D_index
    def get_col_spec(self, **kw):
        if not self.geometry_type:
            return self.name
        return "%s(%s,%d)" % (self.name, self.geometry_type.upper(), int(self.srid))

class Geometry(_Spatial):
    pass

class Geography(_Spatial):
    name = "geography"

class Raster(_types.UserDefinedType):
    def __init__(self, spatial_index=True, from_text=None, name=None, nullable=True, **kw):
        self.spatial_index = spatial_index
    def get_col_spec(self, **kw):
        return "raster"
)python";
