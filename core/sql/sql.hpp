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
    std::string op; ///< "NOT", "-", or behind the operand: "DESC", "ASC", "NULLS LAST"
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

/// A table that DML names.
struct TableRef {
    std::optional<std::string> schema;
    std::string name;
    std::optional<std::string> alias;
};

struct Select;
struct Subquery {
    std::shared_ptr<const Select> select;
    std::optional<std::string> alias;
    std::string prefix; ///< "EXISTS" or ""
};

struct Expression {
    std::variant<Text, Literal, ColumnRef, Function, Binary, Unary, Chain, Cast, Case, Label, Constant,
                 Collate, Subquery>
        node;
};

/// Where rows come from: a table, a subquery, or a join of two.
struct Source {
    struct Join {
        std::shared_ptr<const Source> left, right;
        ExpressionPtr on;
        bool outer = false, full = false;
    };
    std::variant<TableRef, Subquery, Join> node;
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
    std::optional<std::string> for_update; ///< "UPDATE", "UPDATE SKIP LOCKED"
    std::vector<std::pair<std::string, std::shared_ptr<const Select>>>
        compounds; ///< "UNION ALL" and its right side
};

using Assignment = std::pair<std::string, ExpressionPtr>;
/// INSERT of one row of expressions, of many rows (columns of `rows` in the order of `columns`), or of a
/// select.
struct Insert {
    TableRef table;
    std::vector<std::string> columns;
    std::vector<std::shared_ptr<const schema::Type>> types; ///< parallel to columns; null where unknown
    std::vector<std::vector<ExpressionPtr>> rows;
    std::shared_ptr<const Select> select;
    std::vector<ExpressionPtr> returning;
    bool multiinsert = true; ///< bulk_insert: one statement executed for many parameter sets
};
struct Update {
    TableRef table;
    std::vector<Assignment> values;
    std::vector<Source> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> returning;
};
struct Delete {
    TableRef table;
    std::vector<Source> from;
    ExpressionPtr where;
    std::vector<ExpressionPtr> returning;
};

/// What `op.execute` and a connection's `execute` take.
using Query = std::variant<Text, Select, Insert, Update, Delete>;

/// What came back. `columns` is empty for a statement that returns no rows.
struct Result {
    std::vector<std::string> columns;
    std::vector<std::vector<Datum>> rows;
    std::int64_t affected = 0; ///< rows changed; -1 where the driver does not say
    std::string
        unknown; ///< the SQL of a query that nobody ran: there may be rows, and none are here. Else empty
};

inline ExpressionPtr make(Expression expression) {
    return std::make_shared<const Expression>(std::move(expression));
}

} // namespace orch::sql
