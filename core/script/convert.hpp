// From a script's values to the plain values of schema, sql and ops.
#pragma once

#include "script/session.hpp"

#include "lang/native.hpp"
#include "schema/schema.hpp"
#include "sql/sql.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orch::script {

using TypePtr = std::shared_ptr<const schema::Type>;

/// A type of sqlalchemy's own without arguments.
schema::Type plain_type(std::string_view name);

/// A TypeError whose caret stands under one argument.
[[noreturn]] void type_error_at(const Place& place, std::string_view message);

/// For messages that say what was expected: the value's type. The name of an import that nobody could satisfy
/// says so itself: it throws the error that names the import.
std::string described(const lang::Value& value);

/// None gives nothing; a string, a quoted_name or op.f() its text. `what` names the argument in the
/// TypeError.
std::optional<std::string> optional_string(const lang::Value& value, std::string_view what);
std::string string_of(const lang::Value& value, std::string_view what);
std::optional<bool> optional_bool(const lang::Value& value);
std::optional<std::int64_t> optional_int(const lang::Value& value, std::string_view what);
/// One string or column, or a list or tuple of them, as names.
std::vector<std::string> names_of(const lang::Value& value, std::string_view what);
/// A mapping of strings.
std::vector<std::pair<std::string, std::string>> pairs_of(const lang::Value& value, std::string_view what);

/// Keyword arguments that belong to one dialect: `postgresql_using="gin"`. A name without a dialect in front
/// is a TypeError with the nearest of `parameters` at its place; names that are `ignored` say nothing about
/// SQL.
schema::Options options_of(const lang::Bound& bound, const std::vector<std::string>& parameters,
                           const std::vector<std::string>& ignored = {});
schema::Option option_of(const lang::Value& value, std::string_view what);
schema::Options options_from_dict(const lang::Value& value, std::string_view what);

/// A Python value as a value of a database; `type` decides how dicts, lists and enum members are written.
sql::Datum datum_of(const lang::Value& value, const TypePtr& type = nullptr);
/// Values of this thread's run are for a database of this dialect: its variants of types count.
void use_variants_of(std::string dialect);
/// The other way: what a result's row holds. `type` turns texts of SQLite into dates, numbers into bools and
/// so on.
lang::Value value_of(Session& session, const sql::Datum& datum, const TypePtr& type = nullptr);

} // namespace orch::script
