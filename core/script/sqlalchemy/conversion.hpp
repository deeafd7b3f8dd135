// Types whose values pass through code of the script on their way into the database and back: TypeDecorator,
// UserDefinedType, Enum of a Python class. A schema::Type carries the number of its conversion, since it
// knows no script.
#pragma once

#include "script/sqlalchemy/expressions.hpp"

namespace orch::script {

/// The conversions that one run of a script has made. Part of its Session; numbers are good while it lives.
class Conversions {
  public:
    Conversions() = default;
    Conversions(const Conversions&) = delete;
    Conversions& operator=(const Conversions&) = delete;
    ~Conversions();

    /// The number of a type object's conversion; the same one each time. `inner` is the type that the
    /// database sees.
    std::size_t number(const lang::Value& type_object, const schema::Type& inner);

  private:
    std::vector<std::size_t> mine_;
};

/// process_bind_param() and its like, and then what the inner type makes of the value.
sql::Datum convert_in(const lang::Value& value, const schema::Type& type);
/// process_result_value() and its like.
lang::Value convert_out(Session& session, const sql::Datum& datum, const schema::Type& type);

/// A value on its way in: a literal, or what bind_expression() of a script's own type makes of it.
Expr bound_expression(const lang::Value& value, const TypePtr& type);
/// What column_expression() makes of a column that a statement gives as its result, under the column's name;
/// nothing where there is none.
std::optional<Expr> selected_expression(const Expr& column);

} // namespace orch::script
