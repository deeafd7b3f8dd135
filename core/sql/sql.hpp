// Expressions and DML as plain values. A script builds them through its sqlalchemy module; a compiler writes
// them as SQL, with parameters or with literals in place. The set is closed: a compiler that forgets one does
// not compile.
#pragma once

#include "schema/schema.hpp"
#include "sql/datum.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace orch::sql {

using schema::ExpressionPtr;

/// sa.text(): SQL as it stands. `:name` marks a parameter where `parameters` has it; `\:` is a colon.
struct Text {
    std::string sql;
    struct Parameter {
        std::string name;
        Datum value;
        std::shared_ptr<const schema::Type> type; ///< of bindparam(type_=...), else null
        bool expanding = false;                   ///< a list, written as (a, b, c)
    };
    std::vector<Parameter> parameters;
};
/// A value; `type` is what it is bound and rendered as, null where it follows from the value.
struct Literal {
    Datum value;
    std::shared_ptr<const schema::Type> type;
};
/// A column by name; `table` is empty outside of joins. Its type, where known, binds the values it is
/// compared with.
struct ColumnRef {
    std::optional<std::string> schema;
    std::string table;
    std::string name;
    std::shared_ptr<const schema::Type> type;
    bool literal = false; ///< literal_column(): never quoted
};
/// func.name(arguments): any function.
struct Function {
    std::vector<std::string> name; ///< dotted parts
    std::vector<ExpressionPtr> arguments;
};
/// Operators by their SQL text: "=", "AND", "IS NOT", "||", "->>". Parentheses are the compiler's work.
struct Binary {
    std::string op;
    ExpressionPtr left, right;
};
struct Unary {
    /// "NOT", "-", or behind the operand: "DESC", "ASC", "NULLS LAST". "IS TRUE?" and "IS FALSE?": a boolean
    /// as a condition, for databases with and without such a type.
    std::string op;
    ExpressionPtr operand;
    bool postfix = false;
};
/// and_(), or_(), a comma list: one operator between all of them.
struct Chain {
    std::string op; ///< "AND", "OR", ","
    std::vector<ExpressionPtr> operands;
};
struct Cast {
    ExpressionPtr operand;
    schema::Type type;
    bool of_json = false; ///< as_float() and the like of an element of a JSON document: an operator, like it
};
struct Case {
    ExpressionPtr subject; ///< may be null
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> whens;
    ExpressionPtr otherwise; ///< may be null
};
struct Label {
    ExpressionPtr operand;
    std::string name;
};
enum class Constant { null, true_, false_ };
struct Collate {
    ExpressionPtr operand;
    std::string collation;
};
/// (a, b): always in parentheses.
struct Tuple {
    std::vector<ExpressionPtr> items;
};
/// ARRAY[a, b]
struct ArrayOf {
    std::vector<ExpressionPtr> items;
};
/// count(x) FILTER (WHERE y), percentile_cont(0.5) WITHIN GROUP (ORDER BY z).
struct Aggregate {
    ExpressionPtr operand;
    ExpressionPtr filter;                    ///< may be null
    std::vector<ExpressionPtr> within_group; ///< may be empty
};
/// row_number() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN ...).
struct Over {
    ExpressionPtr operand;
    std::vector<ExpressionPtr> partition_by, order_by;
    std::string frame; ///< "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", or ""
};

/// A table that DML names.
struct TableRef {
    std::optional<std::string> schema;
    std::string name;
    std::optional<std::string> alias;
    std::string hint{}; ///< with_hint(): an index hint of MySQL, PostgreSQL's ONLY; or ""
};

struct Select;
struct Subquery {
    std::shared_ptr<const Select> select;
    std::optional<std::string> alias;
    std::string prefix;   ///< "EXISTS" or ""
    bool lateral = false; ///< as a source: LATERAL (...)
};

struct Expression {
    std::variant<Text, Literal, ColumnRef, Function, Binary, Unary, Chain, Cast, Case, Label, Constant,
                 Collate, Subquery, Tuple, ArrayOf, Aggregate, Over>
        node;
};

/// A statement with a name, written once in the WITH in front of the whole statement. Inside of its own body
/// (recursive) it is the name alone.
struct Cte {
    std::string name;
    bool recursive = false;
    std::vector<std::string> columns;        ///< the names that a recursive one gives its columns
    std::shared_ptr<const struct Body> body; ///< null: the name alone
    std::optional<std::string> alias;
    /// Tells apart those that have one name. One that grew by union() stands for what it grew from, too.
    std::size_t number = 0;
    std::vector<std::size_t> grown_from{};
};
/// VALUES (...), (...) AS alias (columns)
struct Rows {
    std::vector<std::string> columns;
    std::vector<std::vector<ExpressionPtr>> rows;
    std::optional<std::string> alias;
};
/// A function that gives rows: json_each(x) AS alias.
struct TableFunction {
    ExpressionPtr function;
    std::optional<std::string> alias;
    bool lateral = false;
    std::vector<std::string> columns; ///< AS alias(a, b), where asked for
    std::vector<std::shared_ptr<const schema::Type>>
        types{}; ///< AS alias(a INTEGER), where asked for; else empty
};

/// Where rows come from: a table, a subquery, a join of two, ...
struct Source {
    struct Join {
        std::shared_ptr<const Source> left, right;
        ExpressionPtr on;
        bool outer = false, full = false;
    };
    std::variant<TableRef, Subquery, Join, Cte, Rows, TableFunction> node;
};
struct Select {
    std::vector<ExpressionPtr> columns;
    std::vector<Source> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> group_by;
    ExpressionPtr having;
    std::vector<ExpressionPtr> order_by;
    ExpressionPtr limit, offset;
    bool distinct = false;
    std::vector<ExpressionPtr> distinct_on; ///< DISTINCT ON (...)
    std::vector<std::string> prefixes;      ///< words behind SELECT
    std::optional<std::string> for_update;  ///< "UPDATE", "UPDATE SKIP LOCKED"
    std::vector<std::string> suffixes;      ///< words at the end
    /// `limit` as the standard has it: FETCH FIRST ... ROWS, with ties, or in percent.
    bool fetch = false, with_ties = false, percent = false;
    /// What a subquery leaves out of its FROM since a statement around it has it: these, or with `except` all
    /// but these. Without one, what the nearest statement has. No matter of compilers: it is done before.
    struct Correlation {
        bool except = false;
        std::vector<Source> sources;
    };
    std::optional<Correlation> correlation;
    std::vector<Cte> with; ///< those that stand in the WITH though nothing reads from them
    /// "UNION ALL" and its right side. Where the first pair has no word, the compound is these alone, and
    /// what orders and limits it is not the first one's.
    std::vector<std::pair<std::string, std::shared_ptr<const Select>>> compounds;
};

using Assignment = std::pair<std::string, ExpressionPtr>;
/// ON CONFLICT ... of PostgreSQL and SQLite.
struct OnConflict {
    std::vector<ExpressionPtr> target; ///< columns and expressions of an index; empty: any
    std::optional<std::string> constraint;
    ExpressionPtr target_where;  ///< of a partial index; may be null
    std::vector<Assignment> set; ///< empty: DO NOTHING
    ExpressionPtr where;         ///< may be null
};
/// INSERT of one row of expressions, of many rows (columns of `rows` in the order of `columns`), or of a
/// select.
struct Insert {
    TableRef table;
    std::vector<std::string> columns;
    std::vector<std::shared_ptr<const schema::Type>> types; ///< parallel to columns; null where unknown
    std::vector<std::vector<ExpressionPtr>> rows;
    std::shared_ptr<const Select> select;
    std::vector<ExpressionPtr> returning;
    bool multiinsert = true;           ///< bulk_insert: one statement executed for many parameter sets
    std::vector<std::string> prefixes; ///< words behind INSERT: "OR IGNORE"
    std::optional<OnConflict> on_conflict;
    std::vector<Assignment> on_duplicate_key; ///< ON DUPLICATE KEY UPDATE of MySQL
    /// Columns whose values the database makes and somebody wants to know: a dialect that can says RETURNING,
    /// others leave Result::last_insert_id.
    std::vector<ExpressionPtr> returning_key;
};
struct Update {
    TableRef table;
    std::vector<std::string> prefixes{}; ///< words behind UPDATE
    std::vector<Assignment> values;
    std::vector<Source> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> returning;
};
struct Delete {
    TableRef table;
    std::vector<std::string> prefixes{};
    std::vector<Source> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> returning;
};

/// What `op.execute` and a connection's `execute` take.
using Query = std::variant<Text, Select, Insert, Update, Delete>;
/// What a Cte names.
struct Body {
    Query query;
};

/// What came back. `columns` is empty for a statement that returns no rows.
struct Result {
    std::vector<std::string> columns;
    std::vector<std::vector<Datum>> rows;
    std::int64_t affected = 0; ///< rows changed; -1 where the driver does not say
    std::string
        unknown; ///< the SQL of a query that nobody ran: there may be rows, and none are here. Else empty
    std::optional<std::int64_t>
        last_insert_id; ///< the key that the database made for the last row, if it says
};

ORCH_API ExpressionPtr make(Expression expression);

} // namespace orch::sql
