// Tables, columns, constraints and types as plain values, in SQLAlchemy's words. Scripts make them,
// operations carry them, compilers put them into SQL; a value knows no database. An expression (a default, a
// CHECK) is kept as sql::Expression by pointer so that this room does not depend on that one.
#pragma once

#include "base/api.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace orch::sql {
struct Expression; // sql/sql.hpp; complete wherever one is made or read
} // namespace orch::sql

namespace orch::schema {

using ExpressionPtr = std::shared_ptr<const sql::Expression>;

/// What a keyword argument that belongs to one dialect holds (`postgresql_using="gin"`, `mysql_length={"a":
/// 10}`).
struct Option {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>,
                 ExpressionPtr, std::vector<std::pair<std::string, std::string>>>
        value;
};

/// Keyword arguments in the order in which the script gives them, which is the order that SQL shows.
class ORCH_API Options {
  public:
    using Entry = std::pair<std::string, Option>;
    using const_iterator = std::vector<Entry>::const_iterator;

    /// The option of this name, added at the end where it is not there yet.
    Option& operator[](std::string_view name);
    const_iterator find(std::string_view name) const;
    bool contains(std::string_view name) const { return find(name) != end(); }
    void erase(std::string_view name);
    std::size_t size() const { return entries_.size(); }
    const_iterator begin() const { return entries_.begin(); }
    const_iterator end() const { return entries_.end(); }
    bool empty() const { return entries_.empty(); }

  private:
    std::vector<Entry> entries_;
};

/// A column type by its SQLAlchemy name with its arguments. `name` is the class name: "String", "VARCHAR",
/// "Integer"; types of a dialect's own module carry that module in `module`: {"postgresql", "JSONB"}. A
/// compiler knows how each is spelled; an upper-case name that it does not know is written as it stands, with
/// its arguments.
struct Type {
    std::string name;
    std::string module;                 ///< "", "postgresql", "mysql", "sqlite", "mssql", "oracle"
    std::optional<std::int64_t> length; ///< of strings and binaries; of BIT, TINYINT: the display width
    std::optional<std::int64_t> precision, scale;
    std::optional<std::string> collation, charset;
    bool timezone = false;
    bool as_uuid = true, as_decimal = true;
    std::vector<std::string> values;                   ///< of Enum and SET, in order
    std::optional<std::string> type_name, type_schema; ///< Enum(name=, schema=), DOMAIN
    bool native_enum = true, create_constraint = false, create_type = true, inherit_schema = false;
    std::optional<std::string>
        constraint_name; ///< the CHECK's name of Boolean and Enum, where it differs from type_name
    std::optional<std::string> fields; ///< of INTERVAL
    std::optional<std::int64_t> second_precision, day_precision;
    std::shared_ptr<const Type> item; ///< of ARRAY; the implementation of a TypeDecorator
    int dimensions = 0;               ///< of ARRAY; 0: not given
    bool unsigned_ = false, zerofill = false, national = false, binary = false;
    std::optional<std::string> verbatim; ///< get_col_spec() of a user-defined type: the SQL as it stands
    std::vector<std::string>
        arguments; ///< positional arguments of a type that orch knows by name only, as SQL text
    std::map<std::string, std::shared_ptr<const Type>> variants; ///< with_variant(): dialect name -> type
    Options options;                                             ///< any further keyword argument
    /// Which of the running script's own conversions its values go through (process_bind_param() and the
    /// like); 0: none. Of no meaning outside of that run.
    std::size_t conversion = 0;
};

/// GENERATED AS IDENTITY, and the options of a Sequence.
struct Identity {
    bool always = false;
    std::optional<bool> on_null;
    std::optional<std::int64_t> start, increment, minvalue, maxvalue, cache;
    bool nominvalue = false, nomaxvalue = false;
    std::optional<bool> cycle, order;
};
struct Sequence {
    std::string name;
    std::optional<std::string> schema;
    Identity options;
    bool optional = false;
    std::shared_ptr<const Type> type;
};
/// GENERATED ALWAYS AS (...).
struct Computed {
    ExpressionPtr expression;
    std::optional<bool> persisted;
};

/// A foreign key's target and its options; `ForeignKey("a.id")` on a column and ForeignKeyConstraint share
/// it.
struct ForeignKeyOptions {
    std::optional<std::string> on_update, on_delete, match, initially;
    std::optional<bool> deferrable;
    bool use_alter = false;
};

struct PrimaryKey {
    std::optional<std::string> name;
    std::vector<std::string> columns;
    std::optional<bool> deferrable;
    std::optional<std::string> initially;
    Options options;
};
struct Unique {
    std::optional<std::string> name;
    std::vector<std::string> columns;
    std::optional<bool> deferrable;
    std::optional<std::string> initially;
    Options options;
};
struct Check {
    std::optional<std::string> name;
    ExpressionPtr condition;
    std::optional<bool> deferrable;
    std::optional<std::string> initially;
    Options options;
};
struct ForeignKey {
    std::optional<std::string> name;
    std::vector<std::string> columns;
    std::optional<std::string> referent_schema;
    std::string referent_table;
    std::vector<std::string> referent_columns; ///< empty: the referent's primary key
    ForeignKeyOptions rule;
    Options options;
};
/// PostgreSQL's EXCLUDE: (column or expression, operator) pairs.
struct Exclude {
    std::optional<std::string> name;
    std::vector<std::pair<ExpressionPtr, std::string>> elements;
    std::optional<std::string> using_;
    ExpressionPtr where;
    std::optional<bool> deferrable;
    std::optional<std::string> initially;
    Options options;
};
using Constraint = std::variant<PrimaryKey, Unique, Check, ForeignKey, Exclude>;

/// "auto" is SQLAlchemy's own default: an integer primary key without a foreign key increments by itself.
enum class Autoincrement { automatic, yes, no, ignore_foreign_key };

struct Column {
    std::string name;
    Type type;
    bool type_given = true; ///< false for Column("x", ForeignKey(...)): the type follows from the referent,
                            ///< NULL type in SQL
    std::optional<bool> nullable; ///< nothing: nullable unless part of the primary key
    bool primary_key = false;
    ExpressionPtr server_default;        ///< a string default is a Literal, sa.text() a Text
    bool server_default_fetched = false; ///< FetchedValue(): no DEFAULT in SQL
    std::optional<Computed> computed;
    std::optional<Identity> identity;
    std::optional<Sequence> sequence;
    Autoincrement autoincrement = Autoincrement::automatic;
    bool unique = false, index = false;
    std::optional<std::string> comment;
    std::vector<ForeignKey> foreign_keys; ///< ForeignKey() arguments, each with this one column
    std::vector<Check> checks;            ///< CheckConstraint() arguments
    bool system = false;
    Options options;

    bool is_nullable() const { return nullable.value_or(!primary_key && !identity); }
};

/// An index's element: a column's name or an expression.
struct IndexElement {
    std::string column;
    ExpressionPtr expression; ///< set when `column` is empty
    /// What reading a schema tells of a column: "desc", "nulls_first", "nulls_last" where it is not the
    /// default. A script says so in an expression.
    std::vector<std::string> sorting = {};
    std::optional<std::string> collation = {}; ///< where it is not the column's own; read, as `sorting` is
};
struct Index {
    std::optional<std::string> name;
    std::string table;
    std::optional<std::string> schema;
    std::vector<IndexElement> elements;
    bool unique = false;
    Options options;
};

struct Table {
    std::string name;
    std::optional<std::string> schema;
    std::vector<Column> columns;
    std::vector<Constraint> constraints; ///< in the order that SQL shall show, columns' own ones not included
    std::vector<Index> indexes; ///< Index() arguments; those of index=True columns may be left to the
                                ///< compiler, which adds what is not here
    std::optional<std::string> comment;
    std::vector<std::string> prefixes; ///< words between CREATE and TABLE: "TEMPORARY"
    Options options;                   ///< sqlite_autoincrement, mysql_engine, postgresql_partition_by ...
};

} // namespace orch::schema
