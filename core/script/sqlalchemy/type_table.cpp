#include "script/sqlalchemy/type_table.hpp"

#include <algorithm>
#include <array>

namespace orch::script {
namespace {

// Parameters that say nothing about SQL (PickleType's pickler, JSON's none_as_null) stand here so that
// scripts may give them; types.cpp knows which those are.
constexpr auto string_args = "length collation convert_unicode unicode_error";
constexpr auto numeric_args = "precision scale decimal_return_scale asdecimal";
constexpr auto float_args = "precision asdecimal decimal_return_scale";
constexpr auto mysql_number = "precision scale asdecimal unsigned zerofill";
constexpr auto mysql_integer = "display_width unsigned zerofill";
constexpr auto mysql_string = "length charset collation ascii unicode national binary";
constexpr auto mysql_text = "charset collation ascii unicode national binary";

constexpr std::array rows = {
    // Generic types.
    TypeRow{"", "String", "", string_args},
    TypeRow{"", "Text", "String", string_args},
    TypeRow{"", "Unicode", "String", string_args},
    TypeRow{"", "UnicodeText", "Text", string_args},
    TypeRow{"", "Integer", "", ""},
    TypeRow{"", "SmallInteger", "Integer", ""},
    TypeRow{"", "BigInteger", "Integer", ""},
    TypeRow{"", "Numeric", "", numeric_args},
    TypeRow{"", "Float", "Numeric", float_args},
    TypeRow{"", "Double", "Float", float_args},
    TypeRow{"", "Boolean", "", "create_constraint name"},
    TypeRow{"", "Date", "", ""},
    TypeRow{"", "DateTime", "", "timezone"},
    TypeRow{"", "Time", "", "timezone"},
    TypeRow{"", "LargeBinary", "", "length"},
    TypeRow{"", "Binary", "LargeBinary", "length"},
    TypeRow{"", "Enum", "String", "*values"},
    TypeRow{"", "Interval", "", "native second_precision day_precision"},
    TypeRow{"", "JSON", "", "none_as_null"},
    TypeRow{"", "PickleType", "", "protocol pickler comparator impl"},
    TypeRow{"", "ARRAY", "", "item_type as_tuple dimensions zero_indexes"},
    TypeRow{"", "Uuid", "", "as_uuid native_uuid"},
    TypeRow{"", "NullType", "", ""},
    TypeRow{"", "MatchType", "Boolean", ""},
    // SQL's own types.
    TypeRow{"", "CHAR", "String", string_args},
    TypeRow{"", "VARCHAR", "String", string_args},
    TypeRow{"", "NCHAR", "Unicode", string_args},
    TypeRow{"", "NVARCHAR", "Unicode", string_args},
    TypeRow{"", "TEXT", "Text", string_args},
    TypeRow{"", "CLOB", "Text", string_args},
    TypeRow{"", "BLOB", "LargeBinary", "length"},
    TypeRow{"", "BINARY", "LargeBinary", "length"},
    TypeRow{"", "VARBINARY", "LargeBinary", "length"},
    TypeRow{"", "INTEGER", "Integer", ""},
    TypeRow{"", "INT", "Integer", ""},
    TypeRow{"", "SMALLINT", "SmallInteger", ""},
    TypeRow{"", "BIGINT", "BigInteger", ""},
    TypeRow{"", "NUMERIC", "Numeric", numeric_args},
    TypeRow{"", "DECIMAL", "Numeric", numeric_args},
    TypeRow{"", "FLOAT", "Float", float_args},
    TypeRow{"", "REAL", "Float", float_args},
    TypeRow{"", "DOUBLE", "Double", float_args},
    TypeRow{"", "DOUBLE_PRECISION", "Double", float_args},
    TypeRow{"", "BOOLEAN", "Boolean", "create_constraint name"},
    TypeRow{"", "DATE", "Date", ""},
    TypeRow{"", "DATETIME", "DateTime", "timezone"},
    TypeRow{"", "TIMESTAMP", "DateTime", "timezone"},
    TypeRow{"", "TIME", "Time", "timezone"},
    TypeRow{"", "UUID", "Uuid", "as_uuid"},
    // PostgreSQL.
    TypeRow{"postgresql", "ARRAY", "ARRAY", "item_type as_tuple dimensions zero_indexes"},
    TypeRow{"postgresql", "BIT", "", "length varying"},
    TypeRow{"postgresql", "BYTEA", "LargeBinary", "length"},
    TypeRow{"postgresql", "CIDR", "", ""},
    TypeRow{"postgresql", "INET", "", ""},
    TypeRow{"postgresql", "MACADDR", "", ""},
    TypeRow{"postgresql", "MACADDR8", "", ""},
    TypeRow{"postgresql", "MONEY", "", ""},
    TypeRow{"postgresql", "OID", "", ""},
    TypeRow{"postgresql", "REGCLASS", "", ""},
    TypeRow{"postgresql", "REGCONFIG", "", ""},
    TypeRow{"postgresql", "TSVECTOR", "", ""},
    TypeRow{"postgresql", "TSQUERY", "", ""},
    TypeRow{"postgresql", "CITEXT", "TEXT", string_args},
    TypeRow{"postgresql", "HSTORE", "", "text_type"},
    TypeRow{"postgresql", "JSON", "JSON", "none_as_null astext_type"},
    TypeRow{"postgresql", "JSONB", "JSON", "none_as_null astext_type"},
    TypeRow{"postgresql", "JSONPATH", "", ""},
    TypeRow{"postgresql", "INTERVAL", "Interval", "precision fields"},
    TypeRow{"postgresql", "TIMESTAMP", "TIMESTAMP", "timezone precision"},
    TypeRow{"postgresql", "TIME", "TIME", "timezone precision"},
    TypeRow{"postgresql", "UUID", "UUID", "as_uuid"},
    TypeRow{"postgresql", "ENUM", "Enum", "*values"},
    TypeRow{"postgresql", "DOMAIN", "", "name data_type"},
    TypeRow{"postgresql", "INT4RANGE", "", ""},
    TypeRow{"postgresql", "INT8RANGE", "", ""},
    TypeRow{"postgresql", "NUMRANGE", "", ""},
    TypeRow{"postgresql", "DATERANGE", "", ""},
    TypeRow{"postgresql", "TSRANGE", "", ""},
    TypeRow{"postgresql", "TSTZRANGE", "", ""},
    TypeRow{"postgresql", "INT4MULTIRANGE", "", ""},
    TypeRow{"postgresql", "INT8MULTIRANGE", "", ""},
    TypeRow{"postgresql", "NUMMULTIRANGE", "", ""},
    TypeRow{"postgresql", "DATEMULTIRANGE", "", ""},
    TypeRow{"postgresql", "TSMULTIRANGE", "", ""},
    TypeRow{"postgresql", "TSTZMULTIRANGE", "", ""},
    // MySQL and MariaDB.
    TypeRow{"mysql", "BIGINT", "BIGINT", mysql_integer},
    TypeRow{"mysql", "INTEGER", "INTEGER", mysql_integer},
    TypeRow{"mysql", "MEDIUMINT", "Integer", mysql_integer},
    TypeRow{"mysql", "SMALLINT", "SMALLINT", mysql_integer},
    TypeRow{"mysql", "TINYINT", "Integer", mysql_integer},
    TypeRow{"mysql", "BIT", "", "length"},
    TypeRow{"mysql", "CHAR", "CHAR", mysql_string},
    TypeRow{"mysql", "VARCHAR", "VARCHAR", mysql_string},
    TypeRow{"mysql", "NCHAR", "NCHAR", mysql_string},
    TypeRow{"mysql", "NVARCHAR", "NVARCHAR", mysql_string},
    TypeRow{"mysql", "TEXT", "TEXT", mysql_string},
    TypeRow{"mysql", "TINYTEXT", "Text", mysql_text},
    TypeRow{"mysql", "MEDIUMTEXT", "Text", mysql_text},
    TypeRow{"mysql", "LONGTEXT", "Text", mysql_text},
    TypeRow{"mysql", "TINYBLOB", "LargeBinary", ""},
    TypeRow{"mysql", "MEDIUMBLOB", "LargeBinary", ""},
    TypeRow{"mysql", "LONGBLOB", "LargeBinary", ""},
    TypeRow{"mysql", "DATETIME", "DATETIME", "timezone fsp"},
    TypeRow{"mysql", "TIMESTAMP", "TIMESTAMP", "timezone fsp"},
    TypeRow{"mysql", "TIME", "TIME", "timezone fsp"},
    TypeRow{"mysql", "YEAR", "", "display_width"},
    TypeRow{"mysql", "DECIMAL", "DECIMAL", mysql_number},
    TypeRow{"mysql", "NUMERIC", "NUMERIC", mysql_number},
    TypeRow{"mysql", "DOUBLE", "DOUBLE", mysql_number},
    TypeRow{"mysql", "FLOAT", "FLOAT", mysql_number},
    TypeRow{"mysql", "REAL", "REAL", mysql_number},
    TypeRow{"mysql", "ENUM", "Enum", "*values"},
    TypeRow{"mysql", "SET", "String", "*values"},
    TypeRow{"mysql", "JSON", "JSON", ""},
    TypeRow{"mysql", "INET4", "", ""},
    TypeRow{"mysql", "INET6", "", ""},
    // SQLite.
    TypeRow{"sqlite", "DATE", "DATE", "storage_format regexp"},
    TypeRow{"sqlite", "DATETIME", "DATETIME", "storage_format regexp"},
    TypeRow{"sqlite", "TIME", "TIME", "storage_format regexp"},
    TypeRow{"sqlite", "JSON", "JSON", "none_as_null"},
    // SQL Server.
    TypeRow{"mssql", "BIT", "Boolean", ""},
    TypeRow{"mssql", "DATETIME2", "DateTime", "precision"},
    TypeRow{"mssql", "DATETIMEOFFSET", "DateTime", "precision"},
    TypeRow{"mssql", "IMAGE", "LargeBinary", "length"},
    TypeRow{"mssql", "MONEY", "", ""},
    TypeRow{"mssql", "NTEXT", "UnicodeText", string_args},
    TypeRow{"mssql", "ROWVERSION", "", "convert_int"},
    TypeRow{"mssql", "SMALLDATETIME", "DateTime", "timezone"},
    TypeRow{"mssql", "SMALLMONEY", "", ""},
    TypeRow{"mssql", "SQL_VARIANT", "", ""},
    TypeRow{"mssql", "TIME", "TIME", "precision"},
    TypeRow{"mssql", "TIMESTAMP", "", "convert_int"},
    TypeRow{"mssql", "TINYINT", "Integer", ""},
    TypeRow{"mssql", "UNIQUEIDENTIFIER", "UUID", "as_uuid"},
    TypeRow{"mssql", "VARBINARY", "VARBINARY", "length filestream"},
    TypeRow{"mssql", "XML", "Text", string_args},
    // Oracle.
    TypeRow{"oracle", "BFILE", "LargeBinary", "length"},
    TypeRow{"oracle", "BINARY_DOUBLE", "Float", float_args},
    TypeRow{"oracle", "BINARY_FLOAT", "Float", float_args},
    TypeRow{"oracle", "DATE", "DateTime", "timezone"},
    TypeRow{"oracle", "FLOAT", "FLOAT", "binary_precision asdecimal decimal_return_scale"},
    TypeRow{"oracle", "INTERVAL", "Interval", "day_precision second_precision"},
    TypeRow{"oracle", "LONG", "Text", string_args},
    TypeRow{"oracle", "NCLOB", "Text", string_args},
    TypeRow{"oracle", "NUMBER", "Numeric", "precision scale asdecimal"},
    TypeRow{"oracle", "NVARCHAR2", "NVARCHAR", string_args},
    TypeRow{"oracle", "RAW", "LargeBinary", "length"},
    TypeRow{"oracle", "ROWID", "", ""},
    TypeRow{"oracle", "TIMESTAMP", "TIMESTAMP", "timezone local_timezone"},
    TypeRow{"oracle", "VARCHAR2", "VARCHAR", string_args},
};

} // namespace

std::span<const TypeRow> type_table() { return rows; }

const TypeRow* find_type(std::string_view module, std::string_view name) {
    auto found = std::find_if(rows.begin(), rows.end(),
                              [&](const TypeRow& row) { return row.module == module && row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

} // namespace orch::script
